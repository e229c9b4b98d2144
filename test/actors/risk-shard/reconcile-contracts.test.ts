/** Import and reconciliation in other currencies, and of inverse contracts, whose averages are harmonic. */
import { expect, test } from "vitest";
import { codeOf, type Json, RiskBench } from "./bench.ts";
import { compare, read, resolve, told } from "./broker.ts";

const SAP = "XETR:SAP";
const COIN = "BINANCE:BTCUSD_PERP";
const EURUSD = "FX:EURUSD";

async function book(): Promise<RiskBench> {
  const bench = new RiskBench();
  bench.instrument(SAP, { currency: "EUR", exchange: "XETR", multiplier: "2.5" });
  bench.instrument(EURUSD, { type: "fx", exchange: "FX", tickSize: "0.0001" });
  bench.instrument(COIN, {
    ...{ type: "future", exchange: "BINANCE", currency: "BTC", contract: "inverse" },
    ...{ tickSize: "0.1", lotSize: "1", multiplier: "100" },
  });
  bench.instrument("FX:BTCUSD", { type: "crypto", exchange: "FX" });
  await bench.ready();
  await bench.price(SAP, { last: "200" });
  await bench.price(EURUSD, { last: "1.1" });
  await bench.price(COIN, { last: "50000" });
  await bench.price("FX:BTCUSD", { last: "50000" });
  await bench.account({ fx: { EUR: EURUSD, BTC: "FX:BTCUSD" } });
  const positions = [
    { symbol: SAP, qty: "4", avgPrice: "190", realised: "3" },
    { symbol: COIN, qty: "-20", avgPrice: "48000" },
  ];
  const body = { id: "book", positions, cash: [{ currency: "EUR", amount: "12" }] };
  const reply = await bench.desk.broker.importBook(bench.envelope(), JSON.stringify(body));
  expect(codeOf(reply)).toBeUndefined();
  return bench;
}

const positions = async (bench: RiskBench): Promise<Json[]> =>
  (await bench.list("positions")).map(({ symbol, qty, avgPrice, realised, unrealised }) => ({
    ...{ symbol, qty, avgPrice, realised, unrealised },
  }));

test("a book of several currencies and of inverse contracts enters at what it has cost in its own money", async () => {
  const bench = await book();
  // 20 of 100 dollars at 48,000 are 0.041666666667 coins, of which the average is told; at 50,000 they are 0.04, and who is short has lost.
  expect(await positions(bench)).toEqual([
    {
      symbol: COIN,
      qty: "-20",
      avgPrice: "47999.999999616",
      realised: "0",
      unrealised: "-0.001666666667",
    },
    { symbol: SAP, qty: "4", avgPrice: "190", realised: "3", unrealised: "100" },
  ]);
  expect(bench.state.purses.get("EUR")).toMatchObject({ cash: 12n * 10n ** 12n, realised: 3n * 10n ** 12n });
});

test("the same book at the broker is the same, though a harmonic average has no end", async () => {
  const bench = await book();
  const theirs = [
    { symbol: SAP, qty: "4", avgPrice: "190.00" },
    { symbol: COIN, qty: "-20", avgPrice: "48000" },
  ];
  expect(
    told(await compare(bench, { positions: theirs, cash: [{ currency: "EUR", amount: "12" }] })),
  ).toEqual([]);
});

test("another one is made ours, in each currency's own money", async () => {
  const bench = await book();
  const theirs = {
    positions: [
      { symbol: SAP, qty: "-3", avgPrice: "210.5" },
      { symbol: COIN, qty: "-30", avgPrice: "48123.4" },
    ],
    cash: [
      { currency: "EUR", amount: "-1" },
      { currency: "BTC", amount: "0.5" },
    ],
  };
  const found = await compare(bench, theirs);
  expect(found.differences.map(({ kind, symbol, currency }) => [kind, symbol ?? currency])).toEqual([
    ["position-quantity", COIN],
    ["position-price", COIN],
    ["position-quantity", SAP],
    ["cash", "BTC"],
    ["cash", "EUR"],
  ]);
  read(await resolve(bench, found.id, [1, 2, 3, 4, 5]));
  expect(told(await compare(bench, theirs))).toEqual([]);
  bench.restart();
  expect(told(await compare(bench, theirs))).toEqual([]);
  const [coin, sap] = await positions(bench);
  expect(coin).toMatchObject({ qty: "-30" });
  // Four at 190 were closed at 210.5, times 2.5.
  expect(sap).toMatchObject({ qty: "-3", avgPrice: "210.5", realised: "208" });
  expect(bench.state.purses.get("BTC")?.cash).toBe(5n * 10n ** 11n);
});

test("an order that appears is valued at the half of a tick at which more is reserved", async () => {
  const bench = await book();
  await bench.price(SAP, { bid: "200", ask: "200.0001" });
  await bench.price(COIN, { bid: "50000", ask: "50000.0001" });
  const positions = [
    { symbol: SAP, qty: "4" },
    { symbol: COIN, qty: "-20" },
  ];
  const orders = [SAP, COIN].map((symbol, index) => ({
    clientOrderId: `n${index}`,
    symbol,
    side: "sell",
    qty: "1",
  }));
  const found = await compare(bench, { positions, orders });
  read(await resolve(bench, found.id, [1, 2]));
  expect(["n0", "n1"].map((id) => bench.state.orders.get(id)?.valuedAt)).toEqual([2_000_001, 500_000_000]);
});

test("what an inverse contract is worth at a price of zero is nothing that could be booked", async () => {
  const bench = await book();
  const theirs = [
    { symbol: SAP, qty: "4" },
    { symbol: COIN, qty: "-20", avgPrice: "0" },
  ];
  const found = await compare(bench, { positions: theirs });
  expect(found.differences).toMatchObject([{ kind: "position-price", proposal: null, code: "number-range" }]);
  expect(codeOf(await resolve(bench, found.id, [1]))).toBe("reconcile-unresolvable");
});

test("in a currency that leads nowhere nothing is proposed", async () => {
  const bench = await book();
  bench.instrument("XLON:VOD", { currency: "GBP", exchange: "XLON" });
  await bench.price("XLON:VOD", { last: "70" });
  const theirs = [
    { symbol: SAP, qty: "4" },
    { symbol: COIN, qty: "-20" },
    { symbol: "XLON:VOD", qty: "1" },
  ];
  const found = await compare(bench, {
    positions: theirs,
    cash: [
      { currency: "EUR", amount: "12" },
      { currency: "GBP", amount: "1" },
    ],
  });
  expect(found.differences.map(({ kind, code }) => [kind, code])).toEqual([
    ["position-missing-here", "fx-missing"],
    ["cash", "fx-missing"],
  ]);
});
