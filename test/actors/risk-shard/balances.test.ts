/** What an account is worth, in all and by currency, and the margin it needs; and what an inverse contract is worth. */
import { describe, expect, test } from "vitest";
import { moneyText } from "../../../src/domain/money.ts";
import { DAY_MS } from "../../../src/domain/time.ts";
import { AAPL, checkIn } from "./bench.ts";
import { balances, EURUSD, FX, funded, inCurrency, SAP, XBTUSD } from "./currency-market.ts";

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

  test.each([
    ["a buy above the ask", "buy", "200000", "1000"],
    ["a buy below it", "buy", "50000", "2000"],
    ["a sale below the bid", "sell", "50000", "2000"],
    ["a sale above it", "sell", "200000", "500"],
  ])("of an order, a lower price is worth more: %s", async (_what, side, price, projected) => {
    const bench = await funded();
    await bench.limits([{ kind: "max-order-notional", threshold: "99999999" }]);
    await bench.price(XBTUSD, { last: "99000", bid: "99999.5", ask: "100000" });
    const decision = await bench.check({ symbol: XBTUSD, side, qty: "1000", price });
    expect(checkIn(decision, "max-order-notional").projected).toBe(projected);
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

  test("what a day makes is not known after a close that lacked a rate", async () => {
    const bench = await funded();
    await bench.fill("b", "1", "100", { symbol: SAP, side: "buy" });
    await bench.fill("b2", "1", "160", { symbol: SAP, side: "sell" });
    expect(await balances(bench)).toMatchObject({ total: "75", dayPnl: "75" });
    bench.clock.pass(DAY_MS - (bench.now % DAY_MS) + 61_000);
    bench.restart();
    bench.platform.away.add(EURUSD);
    await bench.wake();
    bench.platform.away.delete(EURUSD);
    bench.clock.pass(5_000);
    expect(await balances(bench)).toMatchObject({ total: "75", dayPnl: null });
  });
});
