/** What an import brings along was made before: it is profit since inception, and of no day. */
import { beforeEach, expect, test } from "vitest";
import { snapshotObject } from "../../../src/contracts/statements.ts";
import { DAY_MS } from "../../../src/domain/time.ts";
import { AAPL, type Json, json, MSFT, type RiskBench } from "./bench.ts";
import { balances, EURUSD, funded, SAP } from "./currency-market.ts";

let bench: RiskBench;
beforeEach(async () => {
  bench = await funded();
  await bench.strategy("alpha");
});

const enter = async (id: string, ...positions: Json[]): Promise<Json> =>
  json(await bench.desk.broker.importBook(bench.envelope(), JSON.stringify({ id, positions })));
const pnl = async (by = "account", method = "average"): Promise<Json> =>
  json(await bench.desk.pnl(bench.envelope(), { method, by } as never));
const snapshot = async (): Promise<Json> => json(await bench.desk.closings.snapshot(bench.envelope(), "{}"));
const sold = async (symbol: string, qty: string, price: string, more: Json = {}): Promise<void> => {
  const { strategy, ...report } = more;
  const named = strategy === undefined ? {} : { strategy };
  const { clientOrderId } = await bench.send({ symbol, side: "sell", qty, price, ...named });
  expect(await bench.fill(clientOrderId, qty, price, report)).toMatchObject({ status: "applied" });
};
const close = async (): Promise<void> => {
  bench.clock.pass(DAY_MS);
  await bench.wake();
};
const figures = (realised: string, unrealised: string, fees: string, total: string): Json => ({
  ...{ realised, unrealised, fees, funding: "0", total },
});
const NOTHING = figures("0", "0", "0", "0");
/** At 100 it has made 100 + 7 − 2. */
const BROUGHT = { symbol: AAPL, strategy: "alpha", qty: "10", avgPrice: "90", realised: "7", fees: "2" };

test.each([
  ["the account's first day", 0],
  ["a later day", 1],
])("an import makes no profit of %s; what comes after it does", async (_title, days) => {
  for (let day = 0; day < days; day++) await close();
  await enter("book", BROUGHT);
  const inception = figures("7", "100", "2", "105");
  const item = { strategy: "alpha", day: NOTHING, inception };
  expect(await pnl("strategy")).toMatchObject({ day: NOTHING, inception, items: [item] });
  expect(await balances(bench)).toMatchObject({ dayPnl: "0", total: "105", equity: "1000105" });
  await bench.price(AAPL, { last: "103" });
  await sold(AAPL, "4", "103", { strategy: "alpha", fee: "1" });
  for (const restarted of [false, true]) {
    if (restarted) bench.restart();
    const made = { day: figures("52", "-22", "1", "29"), inception: figures("59", "78", "3", "134") };
    expect(await pnl("symbol")).toMatchObject({ ...made, items: [{ symbol: AAPL, ...made }] });
    expect(await pnl("symbol", "fifo")).toMatchObject({
      day: { total: "29" },
      items: [{ day: { total: "29" } }],
    });
    expect(await balances(bench)).toMatchObject({ dayPnl: "29", total: "134" });
  }
});

test("a snapshot says what was brought along; that of a day without an import does not", async () => {
  await enter("book", BROUGHT);
  const broughtIn = { realised: "7", unrealised: "100", fees: "2", total: "105" };
  const shown = await snapshot();
  expect(snapshotObject.parse(shown)).toMatchObject({ total: "105", dayPnl: "0", broughtIn });
  await close();
  const closed = bench
    .facts()
    .filter(({ kind }) => kind === "account-snapshot")
    .at(-1);
  expect(closed?.payload).toMatchObject({ kind: "close", head: { total: "105", dayPnl: "0", broughtIn } });
  const next = await snapshot();
  expect(next).toMatchObject({ total: "105", dayPnl: "0" });
  expect(next).not.toHaveProperty("broughtIn");
});

test("what was brought in another currency follows its rate, and is still no profit", async () => {
  await enter("book", { symbol: SAP, qty: "10", avgPrice: "80", realised: "8" });
  expect(await balances(bench)).toMatchObject({ dayPnl: "0", total: "260" });
  await bench.price(EURUSD, { last: "1.5" });
  expect(await balances(bench)).toMatchObject({ dayPnl: "0", total: "312" });
  expect(await pnl()).toMatchObject({ day: NOTHING });
});

test("a line that is imported twice in a day has brought both; one of a day before counts no more", async () => {
  await enter("before", { symbol: MSFT, qty: "1", avgPrice: "100", realised: "1000" });
  await sold(MSFT, "1", "100");
  await close();
  await bench.price(AAPL, { last: "100" });
  await enter("one", BROUGHT, { symbol: MSFT, qty: "1", avgPrice: "100", realised: "3" });
  await sold(AAPL, "10", "100", { strategy: "alpha" });
  await enter("two", { ...BROUGHT, qty: "5", avgPrice: "80", realised: "1", fees: "0" });
  expect(await snapshot()).toMatchObject({
    broughtIn: { realised: "11", unrealised: "200", fees: "2", total: "209" },
    dayPnl: "0",
  });
  expect(await pnl()).toMatchObject({ day: figures("100", "-100", "0", "0") });
});
