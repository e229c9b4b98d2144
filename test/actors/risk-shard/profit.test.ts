/** What an account of two currencies has made: now at the rate of now, and when its day began at the rate of then. */
import { expect, test } from "vitest";
import { DAY_MS, type EpochMs } from "../../../src/domain/time.ts";
import { AAPL, type Json, json, RiskBench } from "./bench.ts";

const SAP = "XETR:SAP";
const EURUSD = "FX:EURUSD";
const MIDNIGHT = Date.UTC(2026, 10, 21) as EpochMs;

async function held(): Promise<RiskBench> {
  const bench = new RiskBench();
  bench.clock.pass(MIDNIGHT - 3_600_000 - bench.now);
  bench.instrument(SAP, { currency: "EUR", exchange: "XETR" });
  bench.instrument(EURUSD, { type: "fx", exchange: "FX", tickSize: "0.0001" });
  await bench.ready();
  await bench.account({ fx: { EUR: EURUSD } });
  await bench.price(EURUSD, { last: "1.1" });
  for (const symbol of [SAP, AAPL])
    await bench.fill(`o-${symbol.slice(-3)}`, "10", "100", { symbol, side: "buy", fee: "1" });
  await bench.price(SAP, { last: "120" });
  await bench.price(AAPL, { last: "101" });
  bench.clock.pass(MIDNIGHT - bench.now);
  await bench.wake();
  return bench;
}
const pnl = async (bench: RiskBench, by: string): Promise<Json> =>
  json(await bench.desk.pnl(bench.envelope(), { method: "average", by } as never));
const made = (unrealised: string, fees: string, total: string) => ({
  ...{ realised: "0", unrealised, fees, funding: "0", total },
});

test("a day's profit has what the rate made of the profit before it", async () => {
  const bench = await held();
  await bench.price(EURUSD, { last: "1.2" });
  // 199 EUR were 218.9 USD and are 238.8; the dollars are as they were.
  const day = made("20", "0.1", "19.9");
  const inception = made("250", "2.2", "247.8");
  for (const restarted of [false, true]) {
    if (restarted) bench.restart();
    expect(await pnl(bench, "account")).toMatchObject({ day, inception, unconverted: [], unpriced: [] });
    expect((await pnl(bench, "symbol"))["items"]).toEqual([
      { symbol: SAP, day, inception: made("240", "1.2", "238.8") },
      { symbol: AAPL, day: made("0", "0", "0"), inception: made("10", "1", "9") },
    ]);
  }
  const balances = await bench.desk.readPriced(bench.envelope(), (reads, now) => reads.balances(now));
  expect(json(balances)).toMatchObject({ dayPnl: "19.9", total: "247.8", day: "2026-11-21" });
});

test("a currency without a rate counts nothing, and is named", async () => {
  const bench = await held();
  bench.platform.marks.delete(EURUSD);
  bench.restart();
  expect(await pnl(bench, "symbol")).toMatchObject({
    ...{ unconverted: ["EUR"], inception: made("10", "1", "9") },
    items: [{ symbol: SAP, inception: made("0", "0", "0") }, { symbol: AAPL }],
  });
});

test("a day after a close that lacked a price is not known, rather than counted from nothing", async () => {
  const bench = await new RiskBench().ready();
  await bench.fill("a", "10", "100", { symbol: AAPL, side: "buy" });
  bench.platform.marks.delete(AAPL);
  bench.clock.pass(DAY_MS - (bench.now % DAY_MS) + 61_000);
  bench.restart();
  await bench.wake();
  await bench.price(AAPL, { last: "103" });
  for (const restarted of [false, true]) {
    if (restarted) bench.restart();
    expect(await pnl(bench, "account")).toMatchObject({ day: null, inception: made("30", "0", "30") });
  }
  bench.clock.pass(DAY_MS);
  await bench.wake();
  expect(bench.facts().at(-1)!.payload).toMatchObject({ kind: "close", head: { dayPnl: null } });
  await bench.price(AAPL, { last: "104" });
  expect(await pnl(bench, "account")).toMatchObject({ day: made("10", "0", "10") });
});

test("a close whose timer was taken is not lost where another group comes first and memory is gone then", async () => {
  const bench = await new RiskBench().ready();
  bench.clock.pass(DAY_MS - (bench.now % DAY_MS));
  bench.timers.takeDue(bench.now as never);
  await bench.send();
  bench.restart();
  bench.clock.pass(60_000);
  await bench.wake();
  expect(bench.state.closing?.date).toBe("2023-11-14");
});
