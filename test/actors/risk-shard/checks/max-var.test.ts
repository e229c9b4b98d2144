/** Value at risk of the book, against the full matrix. */
import { describe, expect, test } from "vitest";
import { RETOLD } from "../../../../src/domain/bar-return.ts";
import { dot, times } from "../../../quant/covariance/oracle.ts";
import { type Json, RiskBench } from "../bench.ts";
import { BARE, CHIP, CODE, cutByForce, hold, OIL, seen } from "./book-world.ts";
import {
  BARS,
  FIRST_SLOT,
  fullMatrix,
  knowBars,
  LAMBDA,
  returnOf,
  returnWorld,
  SYMBOLS,
  tellBars,
} from "./return-world.ts";

const KIND = "max-var";
const limit = (threshold: string, more: Json = {}): Json => ({ kind: KIND, threshold, ...more });
const HUGE = limit("1000000000");
/** Hull's table: the quantile at 99 %. */
const Z99 = 2.326347874;

function sigmaOf(held: Readonly<Record<string, number>>): number {
  const weights = SYMBOLS.map((symbol) => 100 * (held[symbol] ?? 0));
  return Math.sqrt(dot(weights, times(fullMatrix(), weights)));
}
const close = (text: string | null, exact: number) =>
  expect(Math.abs(Number(text) - exact)).toBeLessThanOrEqual(1e-8 * exact + 1e-6);

describe("value at risk", () => {
  test("is z σ of the book with the order, as the full matrix has it", async () => {
    const held = { [CHIP]: 400, [OIL]: -300, [CODE]: 150 };
    const bench = await returnWorld([HUGE], { [CHIP]: "400", [OIL]: "-300", [CODE]: "150" });
    for (const [symbol, side, qty] of [
      [CHIP, "buy", 100],
      [OIL, "buy", 50],
      [BARE, "sell", 250],
      [CODE, "sell", 400],
    ] as const) {
      const { observed, projected } = await seen(bench, KIND, { symbol, side, qty: String(qty) });
      const before = (held as Record<string, number>)[symbol] ?? 0;
      const after = before + (side === "buy" ? qty : -qty);
      close(observed, Z99 * sigmaOf(held));
      const worse = Math.abs(after) > Math.abs(before) ? after : before;
      close(projected, Z99 * sigmaOf({ ...held, [symbol]: worse }));
    }
  });

  test("grows with the root of the days, and with the confidence", async () => {
    const bench = await returnWorld(
      [limit("1000000", { confidence: "0.95", horizonDays: 10 }), { ...HUGE, id: "other" }],
      { [CHIP]: "100" },
    );
    const { checks } = await bench.check({ symbol: CHIP, qty: "1" });
    const [ten, one] = checks.filter(({ code }) => code === KIND);
    const [at95, at99] = [1.644853627 * Math.sqrt(10), Z99].map((times) => times * sigmaOf({ [CHIP]: 101 }));
    close(ten!.projected, at95!);
    close(one!.projected, at99!);
  });

  test.each(["buy", "sell"])(
    "passes at its threshold, and fails a unit or a lot above it: %s",
    async (side) => {
      const book = { [CODE]: "200", [BARE]: side === "buy" ? "100" : "-100" };
      const bench = await returnWorld([HUGE], book);
      const order = { symbol: BARE, side, qty: "70" };
      const { projected } = await seen(bench, KIND, order);
      await bench.limits([limit(projected!)]);
      expect(await seen(bench, KIND, order)).toMatchObject({
        verdict: "pass",
        fixCode: 25,
        riskLimitType: 3,
      });
      expect(await seen(bench, KIND, { ...order, qty: "71" })).toMatchObject({ verdict: "fail" });
      expect(await seen(bench, KIND, { ...order, qty: "69" })).toMatchObject({ verdict: "pass" });
      await bench.limits([limit((Number(projected) - 1e-6).toFixed(12))]);
      expect(await seen(bench, KIND, order)).toMatchObject({ verdict: "fail" });
    },
  );

  test("of a book above it lets pass what closes and what hedges, and nothing that adds to it", async () => {
    const bench = await returnWorld([limit("1")], { [CHIP]: "400", [OIL]: "10" });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "400" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: CODE, side: "sell", qty: "50" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: CODE, side: "buy", qty: "1" })).toMatchObject({
      verdict: "fail",
    });
  });

  test.each([
    [{ symbol: CHIP, side: "buy" }, { [CODE]: "30" }],
    [
      { symbol: CHIP, side: "sell" },
      { [CODE]: "30", [CHIP]: "12" },
    ],
    [
      { symbol: OIL, side: "buy" },
      { [CODE]: "30", [OIL]: "-9" },
    ],
    [{ symbol: CODE, side: "sell" }, { [CHIP]: "55" }],
  ])("reduce cuts %o in a book of %o to the last lot that all smaller ones lead to", async (order, held) => {
    const bench = await returnWorld([limit("95", { action: "reduce" })], held);
    const largest = await cutByForce(bench, order, 160);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(160);
  });

  test("counts what works as if it were filled", async () => {
    const bench = await returnWorld([HUGE], { [CHIP]: "10" });
    await bench.send({ symbol: CHIP, qty: "90" });
    close((await seen(bench, KIND, { symbol: BARE, qty: "1" })).observed, Z99 * sigmaOf({ [CHIP]: 100 }));
  });

  test("follows prices, fills and bars, and a load finds the same", async () => {
    const bench = await returnWorld([HUGE], { [CHIP]: "400", [OIL]: "-300" });
    await bench.send({ symbol: CODE, qty: "50", clientOrderId: "c" });
    await bench.fill("c", "20");
    await bench.price(OIL, { last: "110" });
    const slot = FIRST_SLOT + BARS;
    for (const symbol of SYMBOLS) {
      await tellBars(bench, symbol, ["1D", slot, returnOf(symbol, slot), slot - 1]);
      const known = bench.platform.returns.get(symbol)!;
      bench.platform.returns.set(symbol, {
        ...known,
        returns: [...known.returns, [slot, returnOf(symbol, slot)]],
      });
    }
    const order = { symbol: BARE, qty: "5" };
    const before = await seen(bench, KIND, order);
    bench.restart();
    const after = await seen(bench, KIND, order);
    close(after.observed, Number(before.observed));
    close(after.projected, Number(before.projected));
  });
});

describe("of a symbol that is younger than the window", () => {
  test("is that of its own 20 bars", async () => {
    const bench = await returnWorld([WIDE_LIMIT]);
    knowBars(bench, CHIP, 20);
    await bench.limits([HUGE]);
    await bench.check({ symbol: CODE, qty: "1" });
    const { projected } = await seen(bench, KIND, { symbol: CHIP, qty: "10" });
    expect(bench.state.returns.covariance.window.columns).toBe(BARS);
    let [squares, whole] = [0, 0];
    for (let age = 0; age < 20; age++) {
      squares += LAMBDA ** age * (returnOf(CHIP, FIRST_SLOT + BARS - 1 - age) / 1e9) ** 2;
      whole += LAMBDA ** age;
    }
    close(projected, Z99 * 1_000 * Math.sqrt(squares / whole));
  });
});

describe("late or missing bars", () => {
  test("are told beside the numbers, in the decision, its repeat and its explanation; a whole past tells nothing", async () => {
    const bench = await returnWorld([HUGE, { kind: "max-correlation", threshold: "1", id: "rho" }]);
    expect((await seen(bench, KIND, { symbol: CHIP, qty: "10" })).reason).toBeUndefined();
    knowBars(bench, CHIP, 30);
    bench.restart();
    await bench.check({ symbol: CODE, qty: "1" });
    const order = bench.order({ symbol: CHIP, qty: "10" });
    const [decision] = await bench.orders([order]);
    for (const kind of [KIND, "max-correlation"])
      expect(decision!.checks.find(({ code }) => code === kind)).toMatchObject({
        ...{ verdict: "pass", reason: "returns-partial", projected: expect.any(String) },
      });
    expect(await bench.orders([order]), "a repeat").toEqual([decision]);
    const said = await bench.desk.watch.answer(bench.envelope(), { type: "explain", seq: decision!.seq });
    const { checks, sameAgain } = JSON.parse(said.ok ? said.value : "{}") as {
      checks: { code: string; words: string }[];
      sameAgain: boolean;
    };
    expect(sameAgain).toBe(true);
    expect(checks.find(({ code }) => code === KIND)!.words).toContain("some of the bars are late or missing");
  });
});

describe("a limit on value at risk", () => {
  test("is used by the book as it stands, and a fill that leaves the book above it is a violation", async () => {
    const bench = await returnWorld([limit("500")], { [CHIP]: "100" });
    await bench.check();
    const { utilisation } = (await bench.shown()) as { utilisation: { kind: string; observed: string }[] };
    close(utilisation.find(({ kind }) => kind === KIND)!.observed, Z99 * sigmaOf({ [CHIP]: 100 }));
    const raised = async () => (await bench.list("violations")).filter(({ code }) => code === KIND);
    expect(await raised()).toEqual([]);
    await hold(bench, CHIP, "400");
    const [violation] = await raised();
    expect(violation).toMatchObject({ code: KIND, limit: "500", limitId: "l0" });
    close(violation!["observed"] as string, Z99 * sigmaOf({ [CHIP]: 500 }));
  });

  test("lowered below what is used refuses growth and lets pass what closes", async () => {
    const bench = await returnWorld([HUGE], { [CHIP]: "100" });
    expect(await bench.send({ symbol: CHIP, qty: "1" })).toMatchObject({ decision: "accept" });
    await bench.limits([limit("10")]);
    expect(await bench.send({ symbol: CHIP, qty: "1" })).toMatchObject({ decision: "reject", code: KIND });
    expect(await bench.send({ symbol: CHIP, side: "sell", qty: "50" })).toMatchObject({ decision: "accept" });
  });
});

describe("without bars", () => {
  test("of its own symbol, or of another one that is held, it fails and says so, and closing goes through", async () => {
    const bench = new RiskBench();
    const built = await returnWorld([WIDE_LIMIT], { [CHIP]: "10", [OIL]: "5" });
    expect(bench.state.returns.weights.size).toBe(0);
    built.platform.returns.delete(OIL);
    built.restart();
    await built.limits([HUGE]);
    expect(await seen(built, KIND, { symbol: OIL, qty: "1" })).toMatchObject({
      ...{ verdict: "fail", reason: "returns-missing", observed: null },
    });
    expect(await seen(built, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({ reason: "returns-missing" });
    expect(await seen(built, KIND, { symbol: OIL, side: "sell", qty: "5" })).toMatchObject({
      verdict: "warn",
    });
    expect(await built.send({ symbol: CHIP, side: "sell", qty: "10" })).toMatchObject({ decision: "accept" });
  });

  test.each([
    [19, "fail"],
    [20, "pass"],
    [21, "pass"],
  ])("%d of them are a %s", async (count, verdict) => {
    const bench = await returnWorld([WIDE_LIMIT]);
    knowBars(bench, CHIP, count);
    await bench.limits([HUGE]);
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({ verdict });
  });

  test("an account may ask for fewer of them, and for others", async () => {
    const bench = await returnWorld([HUGE], {}, { riskModel: { resolution: "60", minObservations: 5 } });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({ reason: "returns-missing" });
    knowBars(bench, CHIP, 6, "60");
    bench.clock.time = (bench.now + 2_000) as typeof bench.clock.time;
    await bench.price(CHIP, { last: "100" });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({ verdict: "pass" });
  });

  test("a symbol that cannot be reached is asked once a second, however many orders come", async () => {
    const bench = await returnWorld([WIDE_LIMIT], { [OIL]: "5" });
    bench.platform.returns.delete(OIL);
    bench.platform.away.add(OIL);
    await bench.limits([HUGE]);
    const asked = () => bench.platform.calls.filter((call) => call === `snapshot ${OIL}`).length;
    const before = asked();
    for (let count = 0; count < 5; count++) await bench.check({ symbol: CHIP, qty: "1" });
    expect(asked() - before).toBe(1);
    bench.clock.time = (bench.now + 1_000) as typeof bench.clock.time;
    await bench.price(CHIP, { last: "100" });
    await bench.check({ symbol: CHIP, qty: "1" });
    expect(asked() - before).toBe(2);
  });

  test("a bar that was missed is seen by the one after it, and the symbol is asked again", async () => {
    const bench = await returnWorld([HUGE], { [CHIP]: "100" });
    await seen(bench, KIND, { symbol: BARE, qty: "1" });
    const asked = () => bench.platform.calls.filter((call) => call === `snapshot ${CHIP}`).length;
    const before = asked();
    const slot = FIRST_SLOT + BARS + 1;
    await tellBars(bench, CHIP, ["1D", slot, 1_000, slot - 1]);
    expect(bench.state.returns.torn.size).toBe(1);
    bench.clock.time = (bench.now + 2_000) as typeof bench.clock.time;
    for (const symbol of SYMBOLS) await bench.price(symbol, { last: "100" });
    await seen(bench, KIND, { symbol: BARE, qty: "1" });
    expect([asked() - before, bench.state.returns.torn.size]).toEqual([1, 0]);
    await tellBars(bench, CHIP, ["1D", 0, 0, RETOLD], ["60", slot, 5, slot - 5]);
    expect(bench.state.returns.torn.size).toBe(1);
  });
});

test("where no limit asks nothing is kept", async () => {
  const bench = await returnWorld([WIDE_LIMIT], { [CHIP]: "10" });
  await hold(bench, OIL, "5");
  const { returns } = bench.state;
  expect([returns.covariance.window.size, returns.weights.size, returns.tellers.size]).toEqual([0, 0, 0]);
});

const WIDE_LIMIT = { id: "wide", kind: "max-order-qty", threshold: "1000000000" };
