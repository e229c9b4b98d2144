/** An actor of one table: each command notes its name, in memory and with its group on disk. */
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { type LaneBounds, Mailbox } from "../../../actors/runtime/mailbox.ts";
import { type ActorReply, answer, type Refusal } from "../../../actors/runtime/reply.ts";
import { type Sql, writeRows } from "../../../actors/runtime/sql.ts";
import { envelope, FakeClock } from "../runtime-fakes.ts";

type Lane = "urgent" | "normal" | "bulk" | "company" | "idle";
export const LANES: Record<Lane, LaneBounds> = {
  urgent: { depthMax: 10, unitsMax: 100, growth: false },
  normal: { depthMax: 2_000, unitsMax: 10_000, growth: true },
  bulk: { depthMax: 10, unitsMax: 100, growth: true, unhurried: true },
  company: { depthMax: 10, unitsMax: 100, growth: true, unhurried: "in company" },
  idle: { depthMax: 10, unitsMax: 100, growth: true },
};

export class Notes {
  readonly clock = new FakeClock();
  readonly noted: string[] = [];
  readonly aborted: string[] = [];
  groups = 0;
  committed = 0;
  growth: Refusal | undefined;
  hard: Refusal | undefined;
  /** Thrown by the transaction before its end. */
  failing: Error | undefined;
  readonly mailbox: Mailbox<Lane>;
  readonly #sql: Sql;
  #pending: string[] = [];
  #runs: (() => void)[] = [];

  constructor(sql: Sql) {
    sql.exec("CREATE TABLE note (ordinal INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT");
    this.#sql = sql;
    this.mailbox = new Mailbox<Lane>({
      lanes: LANES,
      clock: this.clock,
      write: () => this.#write(),
      transaction: (work) => sql.transaction(work),
      abort: (reason) => void this.aborted.push(reason),
      growthRefusal: () => this.growth,
      hardRefusal: () => this.hard,
      committed: () => void this.committed++,
      arm: (run) => void this.#runs.push(run),
    });
  }

  note(
    lane: Lane,
    name: string,
    { units = 1, decide = () => name, settle, by = envelope() }: NoteOptions = {},
  ): Promise<ActorReply<string>> {
    return this.mailbox.run(lane, by, units, decide, (decided) => {
      settle?.();
      this.noted.push(decided);
      this.#pending.push(decided);
      return answer(decided);
    });
  }

  /** The macrotasks that were armed up to now. */
  turn(): void {
    for (const run of this.#runs.splice(0)) run();
  }

  turns(): void {
    while (this.#runs.length > 0) this.turn();
  }

  onDisk(): unknown[] {
    return this.#sql.exec("SELECT name FROM note ORDER BY ordinal").map((row) => row.name);
  }

  #write(): void {
    this.groups += 1;
    const pending = this.#pending;
    this.#pending = [];
    writeRows(
      this.#sql,
      "INSERT INTO note (name) SELECT value ->> 0 FROM json_each(?1) ORDER BY key",
      pending.map((name) => [name]),
    );
    if (this.failing !== undefined) throw this.failing;
  }
}

export type NoteOptions = { units?: number; decide?: () => string; settle?: () => void; by?: Envelope };

/** What is told to throw. */
export const fail = (message: string) => (): never => {
  throw new Error(message);
};
