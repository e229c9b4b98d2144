/** Violations are active until a person resolves them, and are found by what they are about. */
import { beforeEach, describe, expect, test } from "vitest";
import { VIOLATIONS_MAX } from "../../../actors/risk-shard/capacity.ts";
import {
  postViolationResolution,
  type ViolationFilter,
  violationObject,
} from "../../../src/contracts/violations.ts";
import { AAPL, BY, codeOf, type Json, json, MSFT, RiskBench, WIDE } from "./bench.ts";

let bench: RiskBench;
/** Two unsolicited fills of strategies and one of none, a second apart. */
beforeEach(async () => {
  bench = await new RiskBench().ready();
  await bench.strategy("alpha");
  for (const symbol of [AAPL, MSFT]) {
    await bench.fill(`ghost-${symbol.slice(5)}`, "5", "100", { symbol, side: "buy" });
    bench.clock.pass(1_000);
  }
  const { clientOrderId } = await bench.send({ strategy: "alpha", qty: "5" });
  await bench.fill(clientOrderId, "7", "100");
});

async function list(filter: ViolationFilter = {}, query: Json = {}) {
  const page = await bench.desk.watch.list({ limit: 100, ...query, list: "violations", filter });
  if (!page.ok) throw new Error(page.code);
  const items = page.value.items.map((item) => violationObject.parse(JSON.parse(item)));
  return { ...page.value, items };
}
const resolve = (seq: number, body: Json = {}, more: Json = {}) =>
  bench.desk.watch.answer(bench.envelope(more), {
    type: "resolve-violation",
    seq,
    body: JSON.stringify({ reason: "the desk had traded by voice", by: BY, ...body }),
  });
const seqs = async (filter: ViolationFilter): Promise<number[]> =>
  (await list(filter)).items.map(({ seq }) => seq);

test("all are active at first, the newest first, with totals by code and the limits that were in force", async () => {
  const { items, total, totals } = await list();
  expect(items.map(({ code, status }) => [code, status])).toEqual([
    ["overfill", "active"],
    ["unsolicited-fill", "active"],
    ["unsolicited-fill", "active"],
  ]);
  expect(items.map(({ limitsVersion }) => limitsVersion)).toEqual([1, 1, 1]);
  expect([total, totals]).toEqual([3, { overfill: 1, "unsolicited-fill": 2 }]);
});

test("are found by code, symbol, strategy, time and status; totals are of what is found", async () => {
  const [overfill, second, first] = (await list()).items;
  expect(await seqs({ code: "overfill" })).toEqual([overfill!.seq]);
  expect(await seqs({ symbol: MSFT })).toEqual([second!.seq]);
  expect(await seqs({ symbol: AAPL, strategy: "alpha" })).toEqual([overfill!.seq]);
  expect(await seqs({ from: second!.ts })).toEqual([overfill!.seq, second!.seq]);
  expect(await seqs({ from: first!.ts, to: second!.ts })).toEqual([first!.seq]);
  await resolve(second!.seq);
  expect(await seqs({ status: "resolved" })).toEqual([second!.seq]);
  expect(await seqs({ status: "active" })).toEqual([overfill!.seq, first!.seq]);
  expect((await list({ status: "active" })).totals).toEqual({ overfill: 1, "unsolicited-fill": 1 });
  expect((await list({ code: "overfill", symbol: MSFT })).totals).toEqual({});
});

test("come by pages, and their totals are of all pages", async () => {
  const first = await list({}, { limit: 2 });
  expect([first.items.length, first.total]).toEqual([2, 3]);
  const second = await list({}, { limit: 2, after: first.next });
  expect([second.items.length, second.next]).toEqual([1, undefined]);
});

describe("resolving", () => {
  test("is a fact, names who and why, and is shown since, over a restart too", async () => {
    const seq = (await list()).items[1]!.seq;
    const before = bench.state.seq;
    const reply = postViolationResolution.replies[200].parse(json(await resolve(seq)));
    expect(bench.facts(before)).toMatchObject([
      {
        kind: "violation-resolved",
        payload: { violation: seq, reason: "the desk had traded by voice", by: BY },
      },
    ]);
    const { violation, ...resolution } = reply;
    expect(violation).toBe(seq);
    for (const again of [false, true]) {
      if (again) bench.restart();
      const [shown] = (await list({ status: "resolved" })).items;
      expect(shown).toMatchObject({ seq, status: "resolved", resolution });
    }
  });

  test("twice, of nothing, in another's name or without a reason is refused and changes nothing", async () => {
    const seq = (await list()).items[0]!.seq;
    json(await resolve(seq));
    const before = bench.state.seq;
    expect(codeOf(await resolve(seq))).toBe("violation-resolved");
    expect(codeOf(await resolve(1))).toBe("violation-unknown");
    expect(codeOf(await resolve(seq, { by: "somebody" }))).toBe("principal-mismatch");
    expect(codeOf(await resolve(seq, { reason: "" }))).toBe("range");
    expect(bench.state.seq).toBe(before);
  });

  test("two who resolve the same in one group: one does", async () => {
    const seq = (await list()).items[0]!.seq;
    const groups: (() => void)[] = [];
    bench.arm = (run) => void groups.push(run);
    const both = [resolve(seq), resolve(seq)];
    await Promise.resolve();
    for (const run of groups) run();
    expect((await Promise.all(both)).map(codeOf)).toEqual([undefined, "violation-resolved"]);
  });

  test("under a key is made once", async () => {
    const seq = (await list()).items[0]!.seq;
    const first = await resolve(seq, {}, { idempotencyKey: "k" });
    expect(await resolve(seq, {}, { idempotencyKey: "k" })).toEqual(first);
  });
});

test("a limit that trips raises one with the version of the limits", async () => {
  await bench.limits([WIDE, { id: "loss", kind: "max-daily-loss", threshold: "1" }]);
  await bench.price(AAPL, { last: "90" });
  expect((await list({ code: "max-daily-loss" })).items).toMatchObject([
    { limitId: "loss", limit: "1", limitsVersion: 2, status: "active" },
  ]);
});

test("those of a version before, without what is told since, are shown", async () => {
  const payload = {
    ...{ code: "overfill", symbol: AAPL, strategy: null, clientOrderId: "a", execId: "x" },
    ...{ limitId: null, limit: null, observed: null, members: null, at: bench.now },
  };
  bench.sql.exec("INSERT INTO violation_history (seq, payload) VALUES (1, ?1)", JSON.stringify(payload));
  expect((await list()).items.at(-1)).toMatchObject({ seq: 1, limitsVersion: null, status: "active" });
});

test("while the ring is not full nothing has left it; from then on it says below which seq they are in Postgres only", async () => {
  const oldest = (await list()).items.at(-1)!.seq;
  expect((await list()).olderThan).toBe(1);
  const payload = JSON.stringify({ code: "overfill", symbol: AAPL, strategy: null, at: bench.now });
  const fill = `INSERT INTO violation_history (seq, payload)
    WITH RECURSIVE seqs (seq) AS (SELECT 1000 UNION ALL SELECT seq + 1 FROM seqs LIMIT ?1) SELECT seq, ?2 FROM seqs`;
  bench.sql.exec(fill, VIOLATIONS_MAX - 3, payload);
  bench.restart();
  expect(await bench.desk.watch.list({ limit: 1, list: "violations" })).toMatchObject({
    value: { total: VIOLATIONS_MAX, olderThan: oldest },
  });
});

test("bound risk-shard/table:violation_resolution: it leaves with its violation", async () => {
  const count = () => bench.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM violation_resolution")[0]!.n;
  const [last, , first] = (await list()).items;
  await resolve(first!.seq);
  expect(count()).toBe(1);
  bench.sql.exec("DELETE FROM violation_history WHERE seq = ?1", first!.seq);
  await resolve(last!.seq);
  expect(count()).toBe(1);
  expect(VIOLATIONS_MAX).toBeGreaterThan(count());
});
