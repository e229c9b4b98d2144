/** An account that holds other currencies than its own: which symbols lead to it, and what is refused without them. */
import { describe, expect, test } from "vitest";
import { SYMBOLS_MAX } from "../../../actors/risk-shard/capacity.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { AAPL, checkIn, codeOf } from "./bench.ts";
import { compare, resolve } from "./broker.ts";
import {
  BTCUSD,
  balances,
  EURUSD,
  FX,
  funded,
  inCurrency,
  market,
  SAP,
  TOYOTA,
  USDJPY,
  XBTUSD,
} from "./currency-market.ts";

const MINUTE_MS = 60_000;

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
    ["of two currencies", { EUR: EURUSD, CHF: EURUSD }, "fx-symbol-invalid"],
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

  test("one that went quiet is asked for again with the next order that needs it, and all of them after a load", async () => {
    const bench = await funded();
    await bench.orders([bench.order(), bench.order({ symbol: SAP })], true);
    const known = bench.platform.marks.get(EURUSD)!;
    bench.clock.pass(31_000);
    const at = bench.now as never;
    bench.platform.marks.set(EURUSD, { last: 20_000, lastTs: at, lastChanges: known.lastChanges + 1 });
    bench.platform.calls.length = 0;
    await bench.check({ symbol: AAPL });
    expect(bench.platform.calls).not.toContain(`snapshot ${EURUSD}`);
    expect(checkIn(await bench.check({ symbol: SAP }), "fx-missing").observed).toBe("0");
    await bench.limits([{ kind: "max-order-notional", threshold: "1" }]);
    bench.restart();
    const [first] = await bench.orders([bench.order({ symbol: SAP, qty: "3" })]);
    expect(checkIn(first!, "max-order-notional").projected).toBe("600");
  });

  test("leave for no further symbol", async () => {
    const bench = await funded();
    const { instruments } = bench.state;
    for (let index = instruments.size; index < SYMBOLS_MAX; index++)
      instruments.set(`XNAS:S${index}` as Symbol, {
        ...instruments.get(AAPL as Symbol)!,
        symbol: `XNAS:S${index}` as Symbol,
      });
    for (let index = 0; index < 30; index++) {
      bench.instrument(`XNYS:N${index}`);
      await bench.check({ symbol: `XNYS:N${index}` });
    }
    for (const symbol of Object.values(FX)) expect(instruments.has(symbol as Symbol)).toBe(true);
  });

  test("no cash is adjusted in a currency that was left out since the books were compared", async () => {
    const bench = await funded();
    const found = await compare(bench, { positions: [], cash: [{ currency: "EUR", amount: "5" }] });
    await bench.account();
    expect(codeOf(await resolve(bench, found.id, [1]))).toBe("currency-unsupported");
    expect(bench.state.purses.size).toBe(0);
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
