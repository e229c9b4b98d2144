/** Days that a position takes to be sold at a part of the volume: 1,000 are traded a day, of which a tenth may be ours. */
import { describe, expect, test } from "vitest";
import { decimalText } from "../../../../src/domain/decimal.ts";
import { AAPL, checkIn, type Decision, MSFT, RiskBench, WIDE } from "../bench.ts";
import { randomFrom } from "../walk.ts";
import { liquidBench, passDays, tells, traded } from "./liquid.ts";

const KIND = "max-days-to-liquidate";
const limit = (changes: object = {}) => ({ kind: KIND, threshold: "2", participation: "0.1", ...changes });
const whole = (changes: object = {}) => limit({ scope: { kind: "account" }, ...changes });
const found = (decision: Decision) => checkIn(decision, KIND);
const hold = (bench: RiskBench, symbol: string, qty: string, side = "buy") =>
  bench.fill(`in-${bench.nextId()}`, qty, "1", { symbol, side });

describe("of a symbol", () => {
  test.each(["buy", "sell"])("a %s passes up to two days, and one lot more fails", async (side) => {
    const bench = await liquidBench([limit()]);
    await hold(bench, AAPL, "150", side);
    await bench.send({ side, qty: "20" });
    expect(found(await bench.check({ side, qty: "30" }))).toMatchObject({
      ...{ verdict: "pass", limit: "2", observed: "1.7", projected: "2", fixCode: 3 },
    });
    expect(await bench.check({ side, qty: "31" })).toMatchObject({ decision: "reject", code: KIND });
    expect(found(await bench.check({ side, qty: "31" })).projected).toBe("2.01");
  });

  test("the other side counts by the larger extreme; a flip is a position too", async () => {
    const bench = await liquidBench([limit()]);
    await hold(bench, AAPL, "150");
    const other = await bench.check({ side: "sell", qty: "300" });
    expect(found(other)).toMatchObject({ observed: "1.5", projected: "1.5", verdict: "pass" });
    expect(found(await bench.check({ side: "sell", qty: "350" }))).toMatchObject({
      projected: "2",
      verdict: "pass",
    });
    expect(await bench.check({ side: "sell", qty: "351" })).toMatchObject({ code: KIND });
  });

  test("what closes is admitted however much is held, and new risk is not", async () => {
    const bench = await liquidBench([limit()]);
    await hold(bench, AAPL, "5000");
    expect(await bench.check({ side: "sell", qty: "5000" })).toMatchObject({
      decision: "accept",
      warnings: [KIND],
    });
    expect(await bench.check({ qty: "1" })).toMatchObject({ code: KIND });
  });

  test.each([0, 150, -150])(
    "holding %i it is reduced to the largest quantity of which all smaller ones pass",
    async (held) => {
      const holding = async (action: string) => {
        const bench = await liquidBench([limit({ action })]);
        if (held !== 0) await hold(bench, AAPL, String(Math.abs(held)), held > 0 ? "buy" : "sell");
        return bench;
      };
      const largest = 200 - held;
      const soft = await holding("reduce");
      expect(await soft.check({ qty: "1000" })).toMatchObject({
        decision: "reduce",
        allowedQty: String(largest),
      });
      const hard = await holding("reject");
      for (let qty = 1; qty <= largest + 5; qty += 3)
        expect((await hard.check({ qty: String(qty) })).decision).toBe(qty <= largest ? "accept" : "reject");
    },
  );

  test("without statistics, or with old ones, it fails closed; reductions go through", async () => {
    const bench = await liquidBench([limit()], { adv20: null });
    await hold(bench, AAPL, "10");
    expect(found(await bench.check({ qty: "1" }))).toMatchObject({
      verdict: "fail",
      reason: "liquidity-missing",
    });
    expect(await bench.check({ side: "sell", qty: "10" })).toMatchObject({
      decision: "accept",
      warnings: [KIND],
    });
    await tells(bench, AAPL, { ...traded(bench), version: 2 });
    expect(found(await bench.check({ qty: "1" })).verdict).toBe("pass");
    await passDays(bench, 8);
    expect(found(await bench.check({ qty: "1" }))).toMatchObject({
      verdict: "fail",
      reason: "liquidity-stale",
    });
    expect(await bench.check({ side: "sell", qty: "10" })).toMatchObject({ decision: "accept" });
  });

  test("limits of other participations have their own days", async () => {
    const bench = await liquidBench([limit(), limit({ id: "quarter", participation: "0.25" })]);
    const shown = (await bench.check({ qty: "100" })).checks.filter(({ code }) => code === KIND);
    expect(shown.map(({ projected }) => projected)).toEqual(["1", "0.4"]);
  });
});

describe("of an account", () => {
  test("it is the longest of its symbols", async () => {
    const bench = await liquidBench([whole()]);
    await hold(bench, MSFT, "150");
    expect(found(await bench.check({ qty: "100" }))).toMatchObject({
      observed: "1.5",
      projected: "1.5",
      verdict: "pass",
    });
    expect(found(await bench.check({ qty: "200" }))).toMatchObject({
      observed: "1.5",
      projected: "2",
      verdict: "pass",
    });
    expect(await bench.check({ qty: "201" })).toMatchObject({ code: KIND });
    expect(found(await bench.check({ symbol: MSFT, qty: "50" }))).toMatchObject({
      observed: "1.5",
      projected: "2",
    });
  });

  test("a book above it takes no new risk that is long to sell, and every reduction", async () => {
    const bench = await liquidBench([whole()]);
    await hold(bench, MSFT, "900");
    expect(await bench.check({ symbol: MSFT, side: "sell", qty: "900" })).toMatchObject({
      decision: "accept",
    });
    expect(await bench.check({ symbol: MSFT, qty: "1" })).toMatchObject({ code: KIND });
    expect(await bench.check({ qty: "1" })).toMatchObject({ code: KIND });
  });

  test("one symbol without statistics makes it unknown for all others but what closes", async () => {
    const bench = await liquidBench([whole()]);
    await hold(bench, AAPL, "10");
    await hold(bench, MSFT, "10");
    await tells(bench, MSFT, { ...traded(bench), version: 2, adv20: null });
    expect(found(await bench.check({ qty: "1" }))).toMatchObject({
      verdict: "fail",
      reason: "liquidity-missing",
    });
    expect(await bench.check({ side: "sell", qty: "10" })).toMatchObject({
      decision: "accept",
      warnings: [KIND],
    });
    await tells(bench, MSFT, { ...traded(bench), version: 3 });
    expect(found(await bench.check({ qty: "1" })).verdict).toBe("pass");
  });

  test("one symbol with old statistics makes it stale", async () => {
    const bench = await liquidBench([whole()]);
    await hold(bench, MSFT, "10");
    await passDays(bench, 8);
    await tells(bench, AAPL, { ...traded(bench), version: 2 });
    expect(found(await bench.check({ qty: "1" }))).toMatchObject({
      verdict: "fail",
      reason: "liquidity-stale",
    });
    await tells(bench, MSFT, { ...traded(bench), version: 2 });
    expect(found(await bench.check({ qty: "1" })).verdict).toBe("pass");
  });

  test("it is known again after a load, once the symbols were met", async () => {
    const bench = await liquidBench([whole()]);
    await hold(bench, MSFT, "150");
    bench.restart();
    expect(found(await bench.check({ qty: "100" }))).toMatchObject({ observed: "1.5", verdict: "pass" });
  });

  test("the account shows how much of it is used", async () => {
    const bench = await liquidBench([whole(), limit({ id: "each" })]);
    await hold(bench, MSFT, "150");
    const { utilisation } = (await bench.shown()) as { utilisation: { id: string; observed: string }[] };
    const used = utilisation.filter(({ id }) => id !== "l0");
    expect(used.map(({ observed }) => observed)).toEqual(["1.5", "1.5"]);
  });

  const SYMBOLS = [AAPL, MSFT, "XNAS:A", "XNAS:B", "XNAS:C"];

  async function manySymbols(advs: ReadonlyMap<string, number>): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    for (const symbol of SYMBOLS) {
      bench.instrument(symbol);
      bench.platform.liquidity.set(symbol, traded(bench, { adv20: String(advs.get(symbol)) }));
      await bench.price(symbol, { last: "100" });
    }
    await bench.limits([WIDE, whole({ threshold: "1000000", participation: "1" })]);
    return bench;
  }

  const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
  function longestIn(bench: RiskBench, advs: ReadonlyMap<string, number>): string {
    let longest = 0n;
    for (const [symbol, { pos, buys, sells }] of bench.state.symbolLines)
      for (const reach of [pos + buys, pos - sells]) {
        const adv = BigInt(advs.get(symbol)!);
        const days = (magnitude(reach) * 1_000_000n + adv - 1n) / adv;
        if (days > longest) longest = days;
      }
    return decimalText(longest, 6);
  }

  /** New statistics, a reload, and limits that are put again. */
  async function disturb(
    bench: RiskBench,
    advs: Map<string, number>,
    symbol: string,
    random: () => number,
  ): Promise<void> {
    if (random() < 0.2) {
      advs.set(symbol, 100 + Math.floor(random() * 10_000));
      const version = 1 + bench.platform.liquidity.get(symbol)!.version;
      await tells(bench, symbol, { ...traded(bench), version, adv20: String(advs.get(symbol)) });
    }
    if (random() < 0.1) bench.restart();
    if (random() < 0.1) {
      await bench.limits([WIDE]);
      await bench.limits([WIDE, whole({ threshold: "1000000", participation: "1" })]);
    }
  }

  test.each([1, 2, 3])(
    "equals the longest of all symbols, worked out anew, over orders and fills (%i)",
    async (seed) => {
      const random = randomFrom(seed);
      const pick = (): string => SYMBOLS[Math.floor(random() * SYMBOLS.length)]!;
      const advs = new Map(SYMBOLS.map((symbol) => [symbol, 100 + Math.floor(random() * 10_000)]));
      const bench = await manySymbols(advs);
      for (let step = 0; step < 60; step++) {
        const terms = { qty: String(1 + Math.floor(random() * 500)), side: random() < 0.5 ? "buy" : "sell" };
        if (random() < 0.5)
          await bench.fill(`f${step}`, terms.qty, "1", { symbol: pick(), side: terms.side });
        else await bench.send({ symbol: pick(), ...terms });
        await disturb(bench, advs, pick(), random);
        // A trial leaves nothing behind.
        await bench.check({ symbol: pick(), qty: "100000" });
        expect(found(await bench.check({ symbol: pick(), qty: "1" })).observed).toBe(longestIn(bench, advs));
      }
    },
  );
});

test("it needs a participation, above nothing and not above all", async () => {
  const { limit: contract } = await import("../../../../src/contracts/limits.ts");
  const parsed = (changes: object) =>
    contract.safeParse({ id: "x", action: "reject", kind: KIND, threshold: "2", ...changes }).success;
  expect([parsed({}), parsed({ participation: "0" }), parsed({ participation: "1.01" })]).toEqual([
    false,
    false,
    false,
  ]);
  expect([parsed({ participation: "1" }), parsed({ participation: "0.000001" })]).toEqual([true, true]);
});

test("a dry run is what the order gets", async () => {
  const bench = await liquidBench([whole({ action: "reduce" })]);
  const order = bench.order({ qty: "500" });
  const [dry] = await bench.orders([order], true);
  const [sent] = await bench.orders([order]);
  expect(sent).toMatchObject({ decision: "reduce", allowedQty: "200", checks: dry!.checks });
});
