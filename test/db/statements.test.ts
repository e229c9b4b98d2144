/** A statement equals a recomputation from the facts that Postgres was told, in both kinds of Postgres. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import type { BookedExecution } from "../../src/contracts/account-history.ts";
import {
  type SnapshotObject,
  type StatementReply,
  snapshotObject,
  statementReply,
} from "../../src/contracts/statements.ts";
import { historyOver } from "../../src/db/history.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { HistoryReads } from "../../src/ports.ts";
import type { Fact } from "../actors/risk-shard/bench.ts";
import { overBoth } from "../support/both-postgres.ts";
import type { TestPostgres } from "../support/postgres.ts";
import { envelope } from "../support/runtime-fakes.ts";
import { expectStatement, type Terms, units } from "./statement-oracle.ts";
import { StatementWalk } from "./statement-walk.ts";

/** Of one in which a late fill has a fraction that the split pays out. */
const SEED = 5;
const DAYS = 5;
const STEPS = 40;
const TERMS: Terms = {
  currencyOf: { "XNAS:AAPL": "USD", "XNAS:MSFT": "USD", "XETR:SAP": "EUR" },
  multiplierOf: { "XETR:SAP": "2.5" },
};
/** Facts of one push: a snapshot and its day are cut apart somewhere. */
const BATCH = 37;

overBoth((start) => {
  let database: TestPostgres;
  let history: HistoryReads;
  let walk: StatementWalk;
  let facts: Fact[];
  let closes: Fact[];
  const of = (tenant: string): Envelope => ({ ...envelope(), principal: { tenant, subject: "s" } });

  beforeAll(async () => {
    [database, walk] = await Promise.all([start(), new StatementWalk(SEED).run(DAYS, STEPS)]);
    facts = walk.bench.facts();
    closes = facts.filter(({ kind, payload }) => kind === "account-snapshot" && payload["kind"] === "close");
    const { clock } = walk.bench;
    const mirror = mirrorOver(database.postgres, () => clock.now());
    history = historyOver(database.postgres, () => {}, clock);
    let at = 0;
    const rows = facts.map(({ seq, kind, payload }) => {
      at = Number(payload["at"] ?? at);
      return [seq, at, kind, JSON.stringify(payload)] as const;
    });
    const sender = { actor: "risk-shard:t/main", incarnation: "one", knownIncarnations: [] };
    for (let from = 0; from < rows.length; from += BATCH)
      await mirror.commit([asText({ ...sender, facts: rows.slice(from, from + BATCH) })]);
  }, 120_000);
  afterAll(() => database.close());

  const statement = async (date: string, tenant = "t"): Promise<StatementReply | undefined> => {
    const reply = await history.statement(of(tenant), "main", date);
    if (!reply.ok) throw new Error(reply.code);
    return reply.value === undefined ? undefined : (JSON.parse(reply.value) as StatementReply);
  };
  const dateOf = ({ payload }: Fact): string => (payload["day"] as { date: string }).date;

  test("every fact found its row", async () => {
    expect(await database.rows("SELECT kind, reason FROM dead_letter")).toEqual([]);
    expect(closes.map(dateOf)).toEqual([...walk.marks.keys()]);
  });

  test("each day's sums, ends and lists are those of the facts between its closes", async () => {
    for (const close of closes) {
      const told = await statement(dateOf(close));
      expect(statementReply.safeParse(told).error).toBeUndefined();
      expectStatement(told!, facts, closes, (date) => walk.marks.get(date) ?? {}, TERMS, walk.entered);
    }
  });

  test("each day opens as the one before it closed", async () => {
    const told = await Promise.all(closes.map(async (close) => (await statement(dateOf(close)))!));
    for (const [index, day] of told.entries())
      if (index > 0) expect(day.opening).toEqual(told[index - 1]!.closing);
    expect(told[0]?.opening).toMatchObject({ seq: null, equity: "0", positions: [] });
    const all = told.reduce((sum, { counts }) => sum + counts.executions, 0);
    expect(all).toBe(
      facts.filter(({ kind, seq }) => kind === "execution-booked" && seq < closes.at(-1)!.seq).length,
    );
  });

  test("a date that was not closed, another tenant's account and one that is not there have none", async () => {
    expect(await statement("2026-11-01")).toBeUndefined();
    expect(await statement(dateOf(closes[0]!), "other")).toBeUndefined();
    const reply = await history.statement(of("t"), "none", dateOf(closes[0]!));
    expect(reply).toMatchObject({ ok: true, value: undefined });
  });

  test("the first close of an account that is older than closes makes no statement: how it opened is not known", async () => {
    const [first] = closes;
    const { head, ...rest } = first!.payload as { head: object };
    const payload = JSON.stringify({ ...rest, head: { ...head, dayPnl: null } });
    const mirror = mirrorOver(database.postgres, () => walk.bench.clock.now());
    const sender = { actor: "risk-shard:t/old", incarnation: "one", knownIncarnations: [] };
    await mirror.commit([
      asText({ ...sender, facts: [[1, Number(first!.payload["at"]), "account-snapshot", payload]] }),
    ]);
    const page = await history.snapshots(of("t"), "old", {}, { before: 1e15, limit: 9 });
    expect(page).toMatchObject({ ok: true, value: [expect.any(String)] });
    const reply = await history.statement(of("t"), "old", dateOf(first!));
    expect(reply).toMatchObject({ ok: true, value: undefined });
  });

  test("of an account that was split each part has its own, and part 0's says which others closed the day", async () => {
    const [first, second, third] = closes;
    const mirror = mirrorOver(database.postgres, () => walk.bench.clock.now());
    const sender = { actor: "risk-shard:t/main/2", incarnation: "one", knownIncarnations: [] };
    const until = facts.filter(({ seq }) => seq < third!.seq);
    let at = 0;
    const rows = until.map(({ seq, kind, payload }) => {
      at = Number(payload["at"] ?? at);
      // As a part tells its first close: it has none before.
      const head = seq === first!.seq ? { head: { ...(payload["head"] as object), dayPnl: null } } : {};
      return [seq, at, kind, JSON.stringify({ ...payload, ...head })] as const;
    });
    await mirror.commit([asText({ ...sender, facts: rows })]);
    for (const close of [first!, second!, third!]) {
      const whole = await statement(dateOf(close));
      const { parts, ...own } = whole!;
      expect(parts).toEqual(close === third ? undefined : [2]);
      const reply = await history.statement(of("t"), "main", dateOf(close), 2);
      const told = reply.ok && reply.value !== undefined ? JSON.parse(reply.value) : undefined;
      expect(told).toEqual(close === third ? undefined : { ...own, part: 2 });
      expect(statementReply.safeParse(whole).error).toBeUndefined();
    }
    const page = await history.snapshots(
      of("t"),
      "main",
      { kind: "close", part: 2 },
      { before: 1e15, limit: 9 },
    );
    const shown = page.ok ? page.value.map((item) => snapshotObject.parse(JSON.parse(item))) : [];
    expect(shown.map(({ seq, part }) => [seq, part])).toEqual([
      [second!.seq, 2],
      [first!.seq, 2],
    ]);
    const count = await history.snapshotCount(of("t"), "main", { kind: "close", part: 2 });
    expect(count).toMatchObject({ ok: true, value: 2 });
  });

  test("snapshots are found by time and kind, newest first, and their day's profit adds up", async () => {
    const read = async (filter: object, range: object = {}): Promise<SnapshotObject[]> => {
      const page = await history.snapshots(of("t"), "main", filter, { before: 1e15, limit: 100, ...range });
      if (!page.ok) throw new Error(page.code);
      return page.value.map((item) => JSON.parse(item) as SnapshotObject);
    };
    const all = await read({});
    const taken = facts.filter(({ kind }) => kind === "account-snapshot").reverse();
    expect(all.map(({ seq }) => seq)).toEqual(taken.map(({ seq }) => seq));
    for (const one of all) expect(snapshotObject.safeParse(one).error).toBeUndefined();
    const closed = await read({ kind: "close" });
    expect(closed.map(({ day }) => day.date)).toEqual(closes.map(dateOf).reverse());
    const made = closed.reduce((sum, { dayPnl }) => sum + units(dayPnl ?? "0"), 0n);
    const brought = closed.flatMap(({ broughtIn }) => (broughtIn === undefined ? [] : [broughtIn.total]));
    expect(brought.length).toBe(1);
    expect(made + units(brought[0]!)).toBe(units(closed[0]!.total));
    expect(await history.snapshotCount(of("t"), "main", { kind: "close" })).toMatchObject({ value: DAYS });
    const third = closed[2]!;
    expect(await read({ from: third.at, to: third.at + 1 })).toEqual([third]);
    expect(await read({}, { before: all[1]!.seq, limit: 2 })).toEqual(all.slice(2, 4));
    expect(await history.snapshots(of("other"), "main", {}, { before: 1e15, limit: 9 })).toMatchObject({
      value: [],
    });
  });

  test("executions are found below a seq, by symbol, strategy and type, and counted", async () => {
    const booked = facts.filter(({ kind }) => kind === "execution-booked").reverse();
    const read = async (filter: object, before = 1e15, limit = 1_000): Promise<BookedExecution[]> => {
      const page = await history.executions(of("t"), "main", filter, { before, limit });
      if (!page.ok) throw new Error(page.code);
      return page.value.map((item) => JSON.parse(item) as BookedExecution);
    };
    const seqs = (wanted: (payload: Fact["payload"]) => boolean): number[] =>
      booked.filter(({ payload }) => wanted(payload)).map(({ seq }) => seq);
    const found = async (filter: object): Promise<number[]> => (await read(filter)).map(({ seq }) => seq);
    expect(await found({})).toEqual(seqs(() => true));
    expect(await found({ symbol: "XETR:SAP" })).toEqual(seqs(({ symbol }) => symbol === "XETR:SAP"));
    expect(await found({ type: "bust" })).toEqual(seqs(({ type }) => type === "bust"));
    expect(await found({ strategy: "alpha" })).toEqual(seqs(({ strategy }) => strategy === "alpha"));
    const third = booked[2]!;
    const { payload } = booked[3]!;
    expect((await read({}, third.seq, 1))[0]).toEqual({
      ...{ seq: booked[3]!.seq, execId: payload["execId"], type: payload["type"], symbol: payload["symbol"] },
      ...{ clientOrderId: payload["clientOrderId"], strategy: payload["strategy"], side: payload["side"] },
      ...{ qty: payload["qty"], price: payload["price"], fee: payload["fee"], realised: payload["realised"] },
      ...{ refExecId: payload["refExecId"] ?? null, ts: payload["ts"], bookedAt: payload["at"] },
    });
    expect(await history.executionCount(of("t"), "main", {})).toMatchObject({ value: booked.length });
  });
});

describe("the walk", () => {
  test("has a bit of everything", async () => {
    const facts = (await new StatementWalk(SEED).run(DAYS, STEPS)).bench.facts();
    const reports = facts
      .filter(({ kind }) => kind === "execution-booked")
      .map(({ payload }) => payload["type"]);
    for (const type of ["fill", "bust", "correct"])
      expect(reports.filter((one) => one === type).length).toBeGreaterThan(4);
    expect(facts.filter(({ kind }) => kind === "cash-moved").length).toBeGreaterThan(10);
    const applied = facts.filter(({ kind }) => kind === "corporate-action-applied");
    expect(new Set(applied.map(({ payload }) => payload["type"]))).toEqual(new Set(["split", "dividend"]));
    const adjusted = facts.filter(({ kind }) => kind === "adjusted").map(({ payload }) => payload["what"]);
    expect(adjusted).toEqual(expect.arrayContaining(["position-quantity", "position-price", "cash"]));
    expect(facts.filter(({ kind }) => kind === "book-imported").length).toBe(1);
    expect(facts.filter(({ payload }) => payload["execId"] && payload["funding"] !== undefined)).not.toEqual(
      [],
    );
  });
});
