/** What a part has counted over all of the account is counted on where the account goes on without it. */
import { describe, expect, test } from "vitest";
import { DAY_COUNTS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { loadState } from "../../../actors/risk-shard/load.ts";
import { countsText, wideCounts } from "../../../actors/risk-shard/parts-counts.ts";
import { DAY_MS } from "../../../src/domain/time.ts";
import { AAPL, type Json, MSFT } from "./bench.ts";
import { FakeFirm } from "./fake-firm.ts";
import { PartsBench } from "./parts-bench.ts";

const TURNOVER = { kind: "max-daily-turnover", threshold: "3000" };
const RATE = { kind: "max-order-rate", threshold: "20", windowMs: 60_000 };

async function split(limits: readonly Json[], count = 2): Promise<{ bench: PartsBench; node: FakeFirm }> {
  const bench = new PartsBench(count);
  const main = bench.part(0);
  await main.ready(limits);
  const node = new FakeFirm(main.clock, "account:main");
  node.limits(limits.map((limit, index) => ({ id: `l${index}`, ...limit }) as never));
  for (const [part, { platform }] of bench.parts.entries()) {
    node.children.set(`part:${part}`, () => bench.part(part).desk.parent.called());
    platform.firms.set("main/split", node);
    for (const symbol of [AAPL, MSFT]) platform.marks.set(symbol, main.platform.marks.get(symbol)!);
  }
  await bench.adopt();
  for (let part = 0; part < count; part++) await bench.tell(part, { type: "join", n: bench.n, isIn: true });
  return { bench, node };
}

const leave = (bench: PartsBench, part: number) =>
  bench.tell(part, { type: "join", n: bench.n + 1, isIn: false });

/** Of MSFT, in a part that it goes to and comes back from. */
async function tradedIn(bench: PartsBench, part: number, qty: string): Promise<void> {
  const id = `m${bench.moves}`;
  await bench.move([MSFT], part);
  expect(await bench.part(part).send({ clientOrderId: id, symbol: MSFT, qty })).toMatchObject({
    decision: "accept",
  });
  await bench.part(part).fill(id, qty, "100");
  await bench.move([MSFT], 0);
}

const turnoverOf = (bench: PartsBench, part: number): string =>
  String((bench.part(part).state.dayCounts.get("account:")?.turnover["USD"] ?? 0n) / 10n ** 12n);

describe("a part that leaves", () => {
  test("takes nothing of the day's turnover with it: the account goes on from there", async () => {
    const { bench } = await split([TURNOVER]);
    const main = bench.part(0);
    await tradedIn(bench, 1, "20");
    for (const part of [1, 0]) await leave(bench, part);
    expect(turnoverOf(bench, 0)).toBe("2000");
    expect(await main.send({ qty: "20" })).toMatchObject({ code: "max-daily-turnover" });
    expect(await main.send({ qty: "10" })).toMatchObject({ decision: "accept" });
    main.restart();
    expect(turnoverOf(bench, 0)).toBe("2000");
  });

  test("takes none of a window's orders with it", async () => {
    const { bench } = await split([RATE]);
    const main = bench.part(0);
    await bench.move([MSFT], 1);
    let accepted = 0;
    const send = async (part: number) => {
      for (let each = 0; each < 25; each++)
        accepted += Number(
          (await bench.part(part).send({ clientOrderId: `r${part}-${each}`, symbol: MSFT, qty: "1" }))
            .decision === "accept",
        );
    };
    await send(1);
    expect(accepted).toBeGreaterThan(10);
    await bench.move([MSFT], 0);
    for (const part of [1, 0]) await leave(bench, part);
    await send(0);
    expect(accepted).toBe(20);
    main.clock.pass(61_000);
    await main.price(MSFT, { last: "100" });
    expect(await main.send({ symbol: MSFT, qty: "1" })).toMatchObject({ decision: "accept" });
  });

  test("frees nothing of what it has used for those that stay", async () => {
    const { bench, node } = await split([TURNOVER], 3);
    await bench.move([AAPL], 1);
    await tradedIn(bench, 2, "20");
    await leave(bench, 2);
    // Before part 0 has asked for anything.
    expect(await bench.part(1).send({ qty: "11" })).toMatchObject({ code: "max-daily-turnover" });
    expect(await bench.part(0).send({ symbol: MSFT, qty: "11" })).toMatchObject({ decision: "reject" });
    expect(await bench.part(1).send({ qty: "10" })).toMatchObject({ decision: "accept" });
    expect([...node.grants.children.keys()]).toEqual(["part:0", "part:1"]);
    const sum = [...node.grants.granted.values()].reduce((all, one) => all + one, 0n);
    expect(sum <= 3_000n * 10n ** 12n).toBe(true);
  });

  test("is counted once, whatever is repeated and crashes, and anew when it has come back", async () => {
    const { bench, node } = await split([TURNOVER]);
    const [main, other] = [bench.part(0), bench.part(1)];
    await tradedIn(bench, 1, "5");
    const { leave: left } = node.api;
    node.api.leave = () => Promise.reject(new Error("away"));
    expect(await bench.code(1, { type: "join", n: 2, isIn: false })).toBe("parent-away");
    expect([turnoverOf(bench, 0), turnoverOf(bench, 1)]).toEqual(["500", "500"]);
    node.api.leave = left;
    for (const part of bench.parts) part.restart();
    await leave(bench, 1);
    await leave(bench, 1);
    expect([turnoverOf(bench, 0), turnoverOf(bench, 1)]).toEqual(["500", "0"]);
    expect(loadState(other.sql, other.outbox.lastSeq).dayCounts.size).toBe(0);
    await bench.tell(1, { type: "join", n: bench.n + 2, isIn: true });
    await tradedIn(bench, 1, "7");
    await bench.tell(1, { type: "join", n: bench.n + 3, isIn: false });
    expect([turnoverOf(bench, 0), turnoverOf(bench, 1)]).toEqual(["1200", "0"]);
    expect(loadState(main.sql, main.outbox.lastSeq).dayCounts).toEqual(main.state.dayCounts);
    const told = main.facts().filter(({ kind }) => kind === "part-counted");
    expect(told.map(({ payload }) => payload)).toMatchObject([
      { part: 1, days: [{ orders: 1, trades: 1, turnover: { USD: "500" } }] },
      { part: 1, days: [{ orders: 1, trades: 1, turnover: { USD: "700" } }] },
    ]);
  });

  test("stays while part 0 is away, or cannot tell the split's node", async () => {
    const { bench, node } = await split([TURNOVER]);
    await tradedIn(bench, 1, "5");
    const { shards } = bench.part(1).platform;
    const parts = shards.get("main")!;
    shards.delete("main");
    expect(await bench.code(1, { type: "join", n: 2, isIn: false })).toBe("dependency-unavailable");
    shards.set("main", parts);
    node.isAway = true;
    expect(await bench.code(1, { type: "join", n: 2, isIn: false })).toBe("overloaded");
    expect([...node.grants.children.keys()]).toEqual(["part:0", "part:1"]);
    expect(bench.part(1).state.parts).toMatchObject({ isJoined: true });
  });

  test("brings nothing of a day that is over", async () => {
    const { bench } = await split([TURNOVER]);
    await tradedIn(bench, 1, "20");
    for (const part of bench.parts) part.clock.pass(DAY_MS);
    for (const part of [1, 0]) await leave(bench, part);
    expect(turnoverOf(bench, 0)).toBe("0");
    await bench.part(0).price(AAPL, { last: "100" });
    expect(await bench.part(0).send({ qty: "20" })).toMatchObject({ decision: "accept" });
  });

  test("bound risk-shard/table:day_count: waits where part 0 counts as many members as there can be", async () => {
    const { bench } = await split([TURNOVER]);
    const main = bench.part(0);
    await tradedIn(bench, 1, "20");
    const counts = countsText(wideCounts(bench.part(1).state));
    main.state.dayCounts.clear();
    const count = { at: main.now, orders: 1, trades: 0, turnover: {} };
    for (let each = 0; each < DAY_COUNTS_MAX; each++) main.state.dayCounts.set(`symbol:${each}`, count);
    expect(await bench.code(0, { type: "count", part: 1, move: 9, counts })).toBe("overloaded");
    main.state.dayCounts.delete("symbol:0");
    expect(await bench.code(0, { type: "count", part: 1, move: 9, counts })).toBeUndefined();
  });
});
