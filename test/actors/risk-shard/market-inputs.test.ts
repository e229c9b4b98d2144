/** What an account says of what it was told: versions and ages. */
import { describe, expect, test } from "vitest";
import { inputObject } from "../../../src/contracts/account-inputs.ts";
import { AAPL, MSFT, RiskBench, WIDE } from "./bench.ts";
import { CHIP } from "./checks/book-world.ts";
import { liquidBench, tells, traded } from "./checks/liquid.ts";
import { BARS, returnWorld } from "./checks/return-world.ts";

const DAY = 86_400_000;

async function inputs(bench: RiskBench, query: { symbol?: string; after?: string; limit?: number } = {}) {
  const reply = await bench.desk.watch.list({ limit: 100, ...query, list: "inputs" });
  if (!reply.ok) throw new Error(reply.code);
  return { ...reply.value, items: reply.value.items.map((item) => inputObject.parse(JSON.parse(item))) };
}
const first = async (bench: RiskBench) => (await inputs(bench, { symbol: AAPL })).items[0]!;

describe("of each symbol", () => {
  test("the versions and ages of price, reference data and liquidity are told", async () => {
    const bench = await liquidBench([]);
    await bench.check();
    bench.clock.pass(1_500);
    expect(await first(bench)).toEqual({
      ...{ symbol: AAPL, status: "fresh", instrumentVersion: 1, priceAgeMs: 1_500 },
      ...{ liquidityVersion: 1, liquidityAgeMs: 1_500, liquidityStatus: "fresh" },
      ...{ previousClose: null, windows: [], returns: null },
    });
    await tells(bench, AAPL, { ...traded(bench), version: 7, ts: bench.now - 9 * DAY });
    expect(await first(bench)).toMatchObject({
      liquidityVersion: 7,
      liquidityAgeMs: 9 * DAY,
      liquidityStatus: "stale",
    });
    bench.clock.pass(60_000);
    expect(await first(bench)).toMatchObject({ status: "stale", priceAgeMs: 61_500 });
  });

  test("what it has not told is null, never zero", async () => {
    const bench = await new RiskBench().ready();
    await bench.check();
    expect(await first(bench)).toMatchObject({
      ...{ liquidityVersion: null, liquidityAgeMs: null, liquidityStatus: "missing" },
    });
  });

  test("windows that limits ask for say their extremes once they are known, and the close before the day", async () => {
    const bench = new RiskBench();
    const { now } = bench;
    bench.platform.closes.set(AAPL, { version: 1, price: 990_000, from: now - 1, until: now + DAY });
    const collar = { kind: "price-collar-period", threshold: "100", windowMs: 60_000 };
    await bench.ready([WIDE, collar]);
    await bench.check();
    const unknown = await first(bench);
    expect(unknown.windows).toEqual([{ windowMs: 60_000, low: null, high: null }]);
    expect(unknown.previousClose).toEqual({ price: "99", from: now - 1, until: now + DAY });
    bench.platform.recents.set(AAPL, { since: 0, stretches: [] });
    bench.clock.pass(1_000);
    await bench.check();
    await bench.price(AAPL, { last: "101.5" });
    expect((await first(bench)).windows).toEqual([{ windowMs: 60_000, low: "100", high: "101.5" }]);
  });

  test("after a restart nothing is fetched for it: what is missing is said, until an order has met the symbol", async () => {
    const bench = await liquidBench([]);
    await bench.fill("in", "10", "100", { symbol: AAPL, side: "buy" });
    await bench.check();
    bench.restart();
    bench.platform.calls.length = 0;
    expect(await first(bench)).toMatchObject({
      ...{ status: "missing", instrumentVersion: 1, priceAgeMs: null, liquidityStatus: "missing" },
    });
    expect(bench.platform.calls).toEqual([]);
    await bench.check();
    expect(await first(bench)).toMatchObject({ status: "fresh", liquidityStatus: "fresh" });
  });
});

test("bars are told of where a limit asks for them: how many, whether they are enough", async () => {
  const bench = await returnWorld([{ kind: "max-var", threshold: "1000000000" }], { [CHIP]: "100" });
  await bench.check({ symbol: CHIP, qty: "1" });
  const { items } = await inputs(bench, { symbol: CHIP });
  expect(items[0]?.returns).toEqual({ observations: BARS, isEnough: true, hasGap: false });
});

describe("the list", () => {
  test("is by symbol, in pages, and of one symbol where one is asked for", async () => {
    const bench = await new RiskBench().ready();
    await bench.orders([bench.order(), bench.order({ symbol: MSFT })]);
    const page = await inputs(bench, { limit: 1 });
    expect([page.items.map(({ symbol }) => symbol), page.total, page.next]).toEqual([[AAPL], 2, AAPL]);
    const rest = await inputs(bench, { limit: 1, after: AAPL });
    expect([rest.items.map(({ symbol }) => symbol), rest.next]).toEqual([[MSFT], undefined]);
    expect((await inputs(bench, { symbol: MSFT })).items.map(({ symbol }) => symbol)).toEqual([MSFT]);
    expect((await inputs(bench, { symbol: "XNAS:NOPE" })).total).toBe(0);
  });

  test("of an account that was not put is refused", async () => {
    expect(await new RiskBench().desk.watch.list({ limit: 1, list: "inputs" })).toMatchObject({
      code: "account-unknown",
    });
  });
});
