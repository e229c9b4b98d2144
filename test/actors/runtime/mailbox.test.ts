/** I1, I2 and I6 of mailbox, outbox and remembered replies together, under failing transactions and restarts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  IDEMPOTENCY_BY_BATCH,
  IDEMPOTENCY_TABLES,
  Idempotency,
} from "../../../actors/runtime/idempotency.ts";
import { Mailbox } from "../../../actors/runtime/mailbox.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../../../actors/runtime/outbox-tables.ts";
import { answer } from "../../../actors/runtime/reply.ts";
import { TIMERS_TABLE } from "../../../actors/runtime/timers.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { memorySql, type NodeSql } from "../../support/node-sql.ts";
import {
  envelope,
  makeTables,
  type OutboxBench,
  outboxOver,
  waitingFacts,
} from "../../support/runtime-fakes.ts";

const LANES = {
  urgent: { depthMax: 1_000, unitsMax: 10_000, growth: false },
  normal: { depthMax: 1_000, unitsMax: 10_000, growth: true },
} as const;
type Lane = keyof typeof LANES;
type Breaking = "none" | "statement" | "fold" | "commit";

/** A sum that commands add to: state row, facts and replies in one group. */
class Sum {
  readonly sql: NodeSql;
  breaking: Breaking = "none";
  groups = 0;
  #bench!: OutboxBench;
  #keys!: Idempotency;
  #mailbox!: Mailbox<Lane>;
  #sum = 0;
  #runs: (() => void)[] = [];

  constructor() {
    this.sql = memorySql();
    makeTables(
      this.sql,
      ...OUTBOX_TABLES,
      ...OUTBOX_CHUNKS,
      TIMERS_TABLE,
      ...IDEMPOTENCY_TABLES,
      ...IDEMPOTENCY_BY_BATCH,
      "CREATE TABLE total (id INTEGER PRIMARY KEY, sum INTEGER NOT NULL) STRICT",
      "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT",
      "CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED) STRICT",
      "INSERT INTO total VALUES (1, 0)",
    );
    this.load();
  }

  /** What the platform does after an abort: a new object over the same disk. */
  load(): void {
    this.#runs = [];
    this.#bench = outboxOver(this.sql);
    this.#keys = new Idempotency(this.sql);
    this.#sum = this.sql.exec<{ sum: number }>("SELECT sum FROM total")[0]!.sum;
    this.#mailbox = new Mailbox<Lane>({
      lanes: LANES,
      clock: this.#bench.clock,
      write: () => this.#write(),
      transaction: (work) => this.sql.transaction(work),
      abort: () => this.load(),
      arm: (run) => void this.#runs.push(run),
    });
  }

  add(lane: Lane, key: string, amount: number): Promise<{ ok: boolean; value?: number }> {
    const decide = () => {
      if (amount === 0) throw new Error("poison");
      return this.#keys.find(key);
    };
    return this.#mailbox.run(lane, envelope(), 1, decide, (known) => {
      if (known !== undefined) return answer(Number(known.reply));
      if (this.breaking === "fold") throw new Error("fold");
      this.#sum += amount;
      this.#bench.outbox.add("added", JSON.stringify([key, amount]), this.#bench.clock.now());
      this.#keys.remember(key, String(amount), String(this.#sum));
      return answer(this.#sum);
    });
  }

  turns(): void {
    while (this.#runs.length > 0) this.#runs.shift()?.();
  }

  facts(): [string, number][] {
    return waitingFacts(this.sql).map(([, , , payload]) => JSON.parse(payload));
  }

  total(): unknown {
    return this.sql.exec("SELECT sum FROM total")[0]?.sum;
  }

  #write(): void {
    this.groups += 1;
    this.sql.exec("UPDATE total SET sum = ?1", this.#sum);
    this.#keys.write();
    this.#bench.outbox.write();
    this.#bench.timers.write();
    if (this.breaking === "statement") this.sql.exec("INSERT INTO total VALUES (1, 0)");
    if (this.breaking === "commit") this.sql.exec("INSERT INTO child VALUES (7)");
  }
}

const command = fc.record({
  lane: fc.constantFrom<Lane>("urgent", "normal"),
  key: fc.constantFrom(..."abcdefghij"),
  amount: fc.constantFrom(0, 1, 1, 1),
});
const group = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 6 }),
  breaking: fc.constantFrom<Breaking>("none", "none", "none", "statement", "fold", "commit"),
  restart: fc.boolean(),
});

describe("mailbox, outbox and remembered replies together", () => {
  test("I1, I2: what was acknowledged is on disk with one effect and one reply, and what failed left nothing", async () => {
    const walks = fc.asyncProperty(fc.array(group, { maxLength: 25 }), async (groups) => {
      const sum = new Sum();
      const acknowledged = new Map<string, number>();
      for (const { commands, breaking, restart } of groups) {
        sum.breaking = breaking;
        const before = JSON.stringify([sum.total(), sum.facts()]);
        const replies = commands.map(({ lane, key, amount }) => sum.add(lane, key, amount));
        const settled = Promise.allSettled(replies);
        sum.turns();
        const outcomes = await settled;
        outcomes.forEach((outcome, index) => {
          if (outcome.status === "rejected") return;
          const { key } = commands[index]!;
          const value = outcome.value.value!;
          expect(acknowledged.get(key) ?? value, "one key, one reply").toBe(value);
          acknowledged.set(key, value);
        });
        if (outcomes.every(({ status }) => status === "rejected"))
          expect(JSON.stringify([sum.total(), sum.facts()])).toBe(before);
        if (restart) sum.load();
        const facts = sum.facts();
        expect(new Set(facts.map(([key]) => key)).size, "one key, one effect").toBe(facts.length);
        expect(sum.total()).toBe(facts.reduce((total, [, amount]) => total + amount, 0));
        for (const [key, value] of acknowledged) {
          const index = facts.findIndex(([name]) => name === key);
          expect(index).toBeGreaterThanOrEqual(0);
          expect(value, "the reply is the sum after its own effect").toBe(index + 1);
        }
      }
      sum.sql.close();
    });
    await fc.assert(walks, { numRuns: fewOrAll(100, 300), seed: 1 });
  });

  test("a group commit has fewer transactions than commands", async () => {
    const sum = new Sum();
    const replies = [..."abcdefghij"].map((key) => sum.add("normal", key, 1));
    sum.turns();
    await Promise.all(replies);
    expect(sum.groups).toBe(1);
  });

  test("without an arm of its own it groups what arrives before the next macrotask", async () => {
    const sql = memorySql();
    let groups = 0;
    const mailbox = new Mailbox({
      lanes: LANES,
      clock: { now: () => envelope().deadline },
      write: () => {
        groups += 1;
      },
      transaction: (work) => sql.transaction(work),
      abort: () => {},
    });
    const run = () => mailbox.run("normal", envelope(), 1, () => 1, answer);
    const first = run();
    await Promise.resolve();
    await Promise.all([first, run(), run()]);
    expect(groups).toBe(1);
  });

  test("I6: the same commands in the same order leave the same tables, byte for byte", async () => {
    const walks = fc.asyncProperty(
      fc.array(fc.array(command, { maxLength: 5 }), { maxLength: 12 }),
      async (groups) => {
        const dumps: string[] = [];
        for (const restarts of [false, true]) {
          const sum = new Sum();
          for (const commands of groups) {
            const settled = Promise.allSettled(
              commands.map(({ lane, key, amount }) => sum.add(lane, key, amount)),
            );
            sum.turns();
            await settled;
            if (restarts) sum.load();
          }
          const tables = ["total", "outbox", "outbox_mark", "idempotency", "timer"];
          dumps.push(JSON.stringify(tables.map((table) => sum.sql.exec(`SELECT * FROM ${table}`))));
        }
        expect(dumps[0]).toBe(dumps[1]);
      },
    );
    await fc.assert(walks, { numRuns: fewOrAll(50, 100), seed: 6 });
  });
});
