/** An account that holds other currencies than its own: which symbols lead to it, and what is refused without them. */
import { describe, expect, test } from "vitest";
import { moneyText } from "../../../src/domain/money.ts";
import { AAPL, checkIn, codeOf, type Json, json, RiskBench } from "./bench.ts";

const SAP = "XETR:SAP";
const EURUSD = "FX:EURUSD";
const USDJPY = "FX:USDJPY";
const TOYOTA = "XTKS:7203";
const XBTUSD = "BITMEX:XBTUSD";
const BTCUSD = "BINANCE:BTCUSD";
const MINUTE_MS = 60_000;

/** One EUR is 1.25 USD, one USD 160 JPY, one BTC 100,000 USD. */
async function market(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  bench.instrument(SAP, { currency: "EUR", exchange: "XETR" });
  bench.instrument(TOYOTA, { currency: "JPY", exchange: "XTKS", tickSize: "1" });
  bench.instrument(EURUSD, { type: "fx", exchange: "FX", tickSize: "0.0001" });
  bench.instrument(USDJPY, { type: "fx", exchange: "FX", tickSize: "0.001", currency: "JPY" });
  bench.instrument(BTCUSD, { type: "crypto", exchange: "BINANCE" });
  const inverse = {
    type: "future",
    exchange: "BITMEX",
    currency: "BTC",
    tickSize: "0.5",
    contract: "inverse",
  };
  bench.instrument(XBTUSD, inverse);
  await bench.price(SAP, { last: "100" });
  await bench.price(TOYOTA, { last: "3200" });
  await bench.price(EURUSD, { last: "1.25" });
  await bench.price(USDJPY, { last: "160" });
  await bench.price(BTCUSD, { last: "100000" });
  await bench.price(XBTUSD, { last: "100000" });
  return bench;
}

const FX = { EUR: EURUSD, JPY: USDJPY, BTC: BTCUSD };
async function funded(): Promise<RiskBench> {
  const bench = await market();
  json(await bench.account({ fx: FX }));
  return bench;
}

const balances = async (bench: RiskBench): Promise<Json> =>
  json(await bench.desk.readPriced(bench.envelope(), (reads, now) => reads.balances(now)));
const inCurrency = (shown: Json, currency: string): Json =>
  (shown["currencies"] as Json[]).find((one) => one["currency"] === currency)!;

describe("the symbols that lead to the account's currency", () => {
  test("are met and followed when the account is put, stand in its fact, and are shown", async () => {
    const bench = await funded();
    for (const symbol of Object.values(FX)) expect(bench.platform.subscribed.has(symbol)).toBe(true);
    expect(bench.facts().at(-1)).toMatchObject({ kind: "account-put", payload: { fx: FX } });
    expect((await bench.shown())["fx"]).toEqual(FX);
    bench.restart();
    expect((await bench.shown())["fx"]).toEqual(FX);
  });

  test.each([
    ["that nobody knows", { EUR: "FX:NOPE" }, "instrument-unknown"],
    ["that is in neither currency", { EUR: TOYOTA }, "fx-symbol-invalid"],
    ["of an inverse contract", { BTC: XBTUSD }, "fx-symbol-invalid"],
    ["of the account's own currency", { USD: EURUSD }, "fx-symbol-invalid"],
    ["of what is no currency", { eur: EURUSD }, "currency-unsupported"],
    ["that is no symbol", { EUR: "eurusd" }, "symbol-format"],
  ])("one %s is refused, and nothing changed", async (_what, fx, code) => {
    const bench = await market();
    const facts = bench.facts().length;
    const refused = await bench.account({ fx });
    expect([codeOf(refused), refused.ok ? [] : refused.errors?.map((fault) => fault.code)].flat()).toContain(
      code,
    );
    expect(bench.facts().length).toBe(facts);
  });

  test("cannot be left out while something is held, worked or was earned in the currency", async () => {
    const bench = await funded();
    await bench.send({ clientOrderId: "w", symbol: SAP, qty: "1" });
    expect(codeOf(await bench.account())).toBe("fx-in-use");
    await bench.report({ type: "cancel", clientOrderId: "w" });
    expect(codeOf(await bench.account())).toBeUndefined();
    await bench.account({ fx: FX });
    await bench.fill("a", "1", "100", { symbol: SAP, side: "buy" });
    await bench.fill("b", "1", "101", { symbol: SAP, side: "sell" });
    expect(codeOf(await bench.account({ fx: { JPY: USDJPY, BTC: BTCUSD } }))).toBe("fx-in-use");
    expect(codeOf(await bench.account({ fx: { EUR: EURUSD } }))).toBeUndefined();
  });

  test("an account that was put again, as it was, has what it had", async () => {
    const bench = await funded();
    await bench.fill("a", "1", "90", { symbol: SAP, side: "buy" });
    const before = await balances(bench);
    await bench.account({ fx: FX });
    expect(await balances(bench)).toEqual({ ...before, seq: Number(before["seq"]) + 1 });
  });
});

describe("an order in another currency", () => {
  test("is `fx-missing` without a symbol for it, and so is a fill; a leg is `currency-unsupported`", async () => {
    const bench = await market();
    expect(await bench.send({ symbol: SAP })).toMatchObject({ decision: "reject", code: "fx-missing" });
    const fill = { type: "fill", clientOrderId: "x", symbol: SAP, side: "buy", qty: "1", price: "100" };
    expect(await bench.report(fill)).toMatchObject({ status: "refused", code: "fx-missing" });
    expect(codeOf(await bench.strategy("s", [{ symbol: SAP }]))).toBe("currency-unsupported");
  });

  test("is valued in the account's currency by every limit in money", async () => {
    const bench = await funded();
    await bench.limits([
      { kind: "max-order-notional", threshold: "1249.99" },
      { kind: "max-position-notional", threshold: "99999999" },
      { kind: "max-gross-exposure", threshold: "99999999" },
      { kind: "max-net-exposure", threshold: "99999999" },
    ]);
    const decision = await bench.check({ symbol: SAP, qty: "10" });
    expect(decision).toMatchObject({ decision: "reject", code: "max-order-notional" });
    for (const { code, projected } of decision.checks.filter(({ code: one }) => one.startsWith("max-")))
      expect([code, projected]).toEqual([code, "1250"]);
    // 10 × 3,200 JPY ÷ 160.
    expect(
      checkIn(await bench.check({ symbol: TOYOTA, qty: "10", price: "3200" }), "max-gross-exposure")
        .projected,
    ).toBe("200");
  });

  test("the age of its rate is shown; of more than a minute it stops new risk, and not what closes", async () => {
    const bench = await funded();
    await bench.fill("a", "5", "100", { symbol: SAP, side: "buy" });
    bench.clock.pass(MINUTE_MS);
    await bench.price(SAP, { last: "100" });
    expect(checkIn(await bench.check({ symbol: SAP }), "fx-missing")).toMatchObject({
      verdict: "pass",
      limit: "60000",
      observed: "60000",
    });
    bench.clock.pass(1);
    expect(await bench.check({ symbol: SAP })).toMatchObject({ code: "fx-missing" });
    expect(await bench.check({ symbol: SAP, side: "sell", qty: "5" })).toMatchObject({ decision: "accept" });
    expect(await bench.check({ symbol: SAP, side: "sell", qty: "6" })).toMatchObject({ code: "fx-missing" });
    expect(await bench.check({ symbol: AAPL })).not.toMatchObject({ code: "fx-missing" });
  });

  test("is refused where its rate has no price; a fill is booked all the same, and new risk waits for the rate", async () => {
    const bench = await funded();
    await bench.price(EURUSD, { bid: "1.3", ask: "1.2" });
    expect(await bench.check({ symbol: SAP, side: "buy" })).toMatchObject({ code: "fx-missing" });
    expect(await bench.fill("a", "2", "90", { symbol: SAP, side: "buy", fee: "1" })).toMatchObject({
      status: "applied",
    });
    const waiting = await bench.check({ symbol: AAPL });
    expect(waiting).toMatchObject({ decision: "reject", code: "warming" });
    const shown = await balances(bench);
    expect(shown).toMatchObject({ equity: "1000000", unpriced: [EURUSD, SAP].sort() });
    expect(inCurrency(shown, "EUR")).toMatchObject({
      unrealised: "20",
      fees: "1",
      fxRate: null,
      fxAgeMs: null,
    });
    await bench.price(EURUSD, { last: "1.2" });
    expect(await balances(bench)).toMatchObject({ equity: "1000022.8", unpriced: [] });
    expect(await bench.check({ symbol: AAPL })).toMatchObject({ decision: "accept" });
  });

  test("what was earned in a currency without a rate is named, though nothing is held in it", async () => {
    const bench = await funded();
    await bench.fill("a", "2", "90", { symbol: SAP, side: "buy" });
    await bench.fill("b", "2", "95", { symbol: SAP, side: "sell" });
    await bench.price(EURUSD, { bid: "1.3", ask: "1.2" });
    expect(await balances(bench)).toMatchObject({ unpriced: [EURUSD] });
    const waiting = await bench.check({ symbol: AAPL });
    expect(checkIn(waiting, "warming").scope).toEqual({ kind: "symbol", id: EURUSD });
  });

  test("a dry run of several of them sees what the first would reserve, and leaves no trace", async () => {
    const bench = await funded();
    await bench.limits([{ kind: "max-gross-exposure", threshold: "2000" }]);
    await bench.check({ symbol: SAP });
    const before = structuredClone(bench.state);
    const sent = [bench.order({ symbol: SAP, qty: "10" }), bench.order({ symbol: SAP, qty: "10" })];
    expect(await bench.orders(sent, true)).toMatchObject([
      { decision: "accept" },
      { code: "max-gross-exposure" },
    ]);
    expect(bench.state).toEqual(before);
  });

  test("a new rate moves exposure and equity, of lines in that currency alone", async () => {
    const bench = await funded();
    await bench.fill("a", "10", "100", { symbol: SAP, side: "buy" });
    await bench.fill("b", "1", "100", { symbol: AAPL, side: "buy" });
    expect(await bench.shown()).toMatchObject({ gross: "1350", equity: "1000000" });
    await bench.price(SAP, { last: "110" });
    expect(await bench.shown()).toMatchObject({ gross: "1475", equity: "1000125" });
    const own = bench.state.symbolLines.get(AAPL as never);
    await bench.price(EURUSD, { last: "1" });
    expect(await bench.shown()).toMatchObject({ gross: "1200", equity: "1000100" });
    expect(bench.state.symbolLines.get(AAPL as never)).toBe(own);
  });
});

describe("an inverse contract", () => {
  test("is worth quantity ÷ price in its coin, and that in the account's currency", async () => {
    const bench = await funded();
    await bench.limits([
      { kind: "max-gross-exposure", threshold: "99999999" },
      { kind: "max-order-notional", threshold: "99999999" },
    ]);
    const sent = { clientOrderId: "p", symbol: XBTUSD, qty: "1000", price: "100000" };
    const decision = await bench.send(sent);
    // 1,000 ÷ 100,000 BTC at 100,000 USD.
    expect(checkIn(decision, "max-order-notional").projected).toBe("1000");
    expect(checkIn(decision, "max-gross-exposure").projected).toBe("1000");
    expect(await bench.list("orders")).toMatchObject([{ reservedNotional: "0.01" }]);
    await bench.fill("p", "1000", "100000");
    await bench.price(XBTUSD, { last: "125000" });
    // It cost 0.01 BTC and is worth 0.008: who holds it has gained 0.002 BTC.
    expect(await bench.list("positions")).toMatchObject([
      {
        symbol: XBTUSD,
        currency: "BTC",
        qty: "1000",
        avgPrice: "100000",
        notional: "0.008",
        unrealised: "0.002",
      },
    ]);
    expect(await balances(bench)).toMatchObject({ unrealised: "200", equity: "1000200" });
    expect(await bench.shown()).toMatchObject({ gross: "800", net: "800" });
  });

  test("a limit on exposure cuts it to the lot that it admits", async () => {
    const bench = await funded();
    await bench.limits([{ kind: "max-gross-exposure", threshold: "999.999999", action: "reduce" }]);
    expect(await bench.send({ symbol: XBTUSD, qty: "5000", price: "100000" })).toMatchObject({
      decision: "reduce",
      allowedQty: "999",
    });
  });
});

describe("balances", () => {
  test("equity is the starting capital and all that was made since, in each currency and in all", async () => {
    const bench = await funded();
    await bench.fill("a", "10", "100", { symbol: SAP, side: "buy", fee: "2" });
    await bench.fill("b", "4", "110", { symbol: SAP, side: "sell", fee: "-0.5" });
    await bench.price(SAP, { last: "90" });
    const shown = await balances(bench);
    const own = { cash: "0", realised: "40", unrealised: "-60", fees: "1.5", funding: "0", total: "-21.5" };
    expect(inCurrency(shown, "EUR")).toEqual({
      ...{ currency: "EUR", ...own },
      ...{ fxRate: "1.25", fxSymbol: EURUSD, fxAgeMs: 0 },
    });
    expect(inCurrency(shown, "USD")).toMatchObject({ fxRate: "1", fxSymbol: null, fxAgeMs: null });
    expect(shown).toMatchObject({
      ...{ realised: "50", unrealised: "-75", fees: "1.875", total: "-26.875", funding: "0", cash: "0" },
      ...{ startingEquity: "1000000", equity: "999973.125", dayPnl: "-26.875" },
    });
  });

  test("margin is of the worse extreme with what works, maintenance of what is held; absent rates are fully paid", async () => {
    const bench = await funded();
    bench.instrument("XCME:ES", {
      type: "future",
      multiplier: "50",
      marginInitial: "0.1",
      marginMaintenance: "0.08",
    });
    await bench.price("XCME:ES", { last: "100" });
    await bench.fill("a", "2", "100", { symbol: "XCME:ES", side: "buy" });
    await bench.send({ symbol: "XCME:ES", qty: "1" });
    await bench.send({ symbol: "XCME:ES", qty: "1", side: "sell" });
    await bench.fill("b", "3", "100", { symbol: AAPL, side: "sell" });
    expect(await balances(bench)).toMatchObject({
      marginInitial: "1800",
      marginMaintenance: "1100",
      buyingPower: "998200",
    });
    await bench.account({ equity: "-5", fx: FX });
    expect(await balances(bench)).toMatchObject({ equity: "-5", buyingPower: "0" });
  });

  test("a limit in percent of equity follows what the account has made", async () => {
    const bench = await funded();
    await bench.limits([{ kind: "max-gross-exposure", threshold: "10", unit: "equity-percent" }]);
    const limit = async () =>
      checkIn(await bench.check({ symbol: AAPL, qty: "1" }), "max-gross-exposure").limit;
    expect(await limit()).toBe("100000");
    await bench.fill("a", "100", "100", { symbol: AAPL, side: "buy", fee: "7" });
    await bench.price(AAPL, { last: "150" });
    expect(await limit()).toBe("100499.3");
    expect(moneyText(bench.state.funds.equity)).toBe("1004993");
  });

  test("a position without a price counts nothing and is named", async () => {
    const bench = await funded();
    await bench.fill("a", "2", "90", { symbol: SAP, side: "buy", fee: "1" });
    await bench.price(SAP, { bid: "3", ask: "2" });
    expect(await balances(bench)).toMatchObject({ unrealised: "0", equity: "999998.75", unpriced: [SAP] });
  });
});
