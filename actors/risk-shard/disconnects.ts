/**
 * Connections that are armed: when one is no more, the cancel of the orders that came by it since is asked. Which are armed is on disk: after
 * a kill no socket is left to say that it closed.
 */
import { armFrame } from "../../src/contracts/order-frames.ts";
import { type EpochMs, SECOND_MS } from "../../src/domain/time.ts";
import type { Connection } from "../runtime/connection.ts";
import { answer, refusal } from "../runtime/reply.ts";
import type { Sockets } from "../runtime/sockets.ts";
import type { Sql } from "../runtime/sql.ts";
import { idOf } from "../runtime/streams/client-frames.ts";
import type { FiredTimer } from "../runtime/timers.ts";
import { ARMED_MAX } from "./capacity.ts";
import type { RiskBricks } from "./ledger.ts";
import type { MassCancelTurns } from "./mass-cancel-turns.ts";

const TIMER = "disconnects";
/** A kill leaves nobody to say that a socket closed: while any is armed, it is looked for this often. */
const WATCH_MS = 15 * SECOND_MS;
const RETRY_MS = SECOND_MS;

export type ArmedSockets = Pick<Sockets, "reply" | "malformed" | "isConnected">;

export class Disconnects {
  readonly #bricks: RiskBricks;
  readonly #sql: Sql;
  readonly #sockets: ArmedSockets;
  readonly #cancels: MassCancelTurns;
  /** By connection, who armed it. */
  readonly #armed = new Map<string, string>();
  readonly #changed = new Set<string>();
  /** Those that were armed, or left armed, since the load. */
  readonly #known = new WeakSet<Connection>();

  constructor(bricks: RiskBricks, cancels: MassCancelTurns) {
    this.#bricks = bricks;
    this.#sql = bricks.sql;
    this.#sockets = bricks.sockets;
    this.#cancels = cancels;
    type Row = { id: string; subject: string };
    for (const { id, subject } of bricks.sql.exec<Row>("SELECT id, subject FROM armed_connection"))
      this.#armed.set(id, subject);
    bricks.writes(this);
  }

  get size(): number {
    return this.#armed.size;
  }

  /** The name by which orders of this connection are found when it is no more; undefined where it is not armed. */
  armedIdOf({ id }: Connection): string | undefined {
    return this.#armed.has(id) ? id : undefined;
  }

  /** The op `arm`. */
  readonly take = async (
    connection: Connection,
    message: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    const parsed = armFrame.safeParse(message);
    if (!parsed.success) {
      this.#sockets.malformed(
        connection,
        idOf(message),
        "invalid",
        "an arm frame has an id and cancelOnDisconnect",
      );
      return;
    }
    const { id, cancelOnDisconnect } = parsed.data;
    const said = (text: object): void => this.#sockets.reply(connection, JSON.stringify({ ...text, id }));
    const mayTrade = connection.credential.scopes.includes("risk:trade");
    const reply = !mayTrade
      ? refusal("forbidden", "orders need the scope risk:trade")
      : await this.#bricks.mailbox.run(
          "urgent",
          connection.envelope(),
          0,
          () => !cancelOnDisconnect || this.#armed.size < ARMED_MAX || this.#armed.has(connection.id),
          (hasRoom) => {
            if (!hasRoom) return refusal("too-many", "too many connections are armed");
            this.#put(connection.id, cancelOnDisconnect ? connection.credential.subject : undefined);
            this.#known.add(connection);
            said({ op: "armed", cancelOnDisconnect });
            return answer(null);
          },
        );
    // It may have gone before it was armed.
    if (!this.#sockets.isConnected(connection.id)) this.left(connection);
    if (!reply.ok) said({ op: "error", code: reply.code, detail: reply.detail ?? reply.code });
  };

  /** It was armed and is no more: what it sent and was not decided yet is not decided. */
  isGone(connection: Connection): boolean {
    return this.#known.has(connection) && !this.#sockets.isConnected(connection.id);
  }

  /** A connection is no more. */
  left(connection: Connection): void {
    if (!this.#armed.has(connection.id)) return;
    // It may have been armed before the load.
    this.#known.add(connection);
    void this.#ask(connection.id);
  }

  /** With each group. */
  write(): void {
    for (const id of this.#changed) {
      const subject = this.#armed.get(id);
      if (subject === undefined) this.#sql.exec("DELETE FROM armed_connection WHERE id = ?1", id);
      else
        this.#sql.exec("INSERT OR REPLACE INTO armed_connection (id, subject) VALUES (?1, ?2)", id, subject);
    }
    this.#changed.clear();
    const { timers, clock } = this.#bricks;
    if (this.#armed.size > 0) timers.atLatest(TIMER, (clock.now() + WATCH_MS) as EpochMs);
  }

  async wake(fired: readonly FiredTimer[]): Promise<void> {
    if (fired.some(({ name }) => name === TIMER)) await this.sweep();
  }

  /** After a load, and now and then: those whose socket is not there any more. */
  async sweep(): Promise<void> {
    const gone = [...this.#armed.keys()].filter((id) => !this.#sockets.isConnected(id));
    await Promise.all(gone.map((id) => this.#ask(id)));
  }

  /** It stays armed until the cancel is on its way to disk, and is forgotten with it. */
  async #ask(id: string): Promise<void> {
    const by = this.#armed.get(id);
    if (by === undefined) return;
    const scope = { kind: "connection", id } as const;
    const why = { cause: "disconnected", scope, reason: "the connection closed", by } as const;
    const reply = await this.#cancels.ask(why, false, () => this.#put(id, undefined));
    if (reply.ok) return;
    const { timers, clock, mailbox } = this.#bricks;
    timers.atLatest(TIMER, (clock.now() + RETRY_MS) as EpochMs);
    mailbox.flush();
  }

  #put(id: string, subject: string | undefined): void {
    if (subject === undefined) this.#armed.delete(id);
    else this.#armed.set(id, subject);
    this.#changed.add(id);
  }
}
