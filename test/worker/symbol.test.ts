/** Symbols inside workerd: what was acknowledged is there after any eviction, and the platform's alarm closes bars. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import { durableSql } from "../../actors/runtime/durable-sql.ts";
import type { SymbolApi, TickReport } from "../../actors/symbol/messages.ts";
import type { BarObject } from "../../src/contracts/bars.ts";
import { CONTRACT_RESOLUTIONS } from "../../src/domain/bar.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { waitingFacts } from "../support/runtime-fakes.ts";
import { envelopeNow } from "./envelope-now.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL } = env as unknown as Env;
const MINUTE = 60_000;
/** A little more than the grace in which no tick may come before the clock closes. */
const QUIET = 2_100;
const HOUR = 60 * MINUTE;
const ROUND_HOUR = Math.floor((Date.now() - 26 * HOUR) / HOUR) * HOUR;
/** Its walk neither ends its trading day nor begins the next one within the quarter of an hour in which late trades are waited for. */
const HOURS_TO_22: Readonly<Record<number, number>> = { 23: 1, 0: 2 };
/** A round hour, yesterday or the day before, with room for what the walks send after it. */
const HOUR_AGO = ROUND_HOUR - (HOURS_TO_22[new Date(ROUND_HOUR).getUTCHours()] ?? 0) * HOUR;

const object = (name: string) => SYMBOL.getByName(name);
// SAFETY: as in wiring.ts.
const api = (name: string) => object(name) as unknown as SymbolApi;

type Sent = Readonly<Record<string, unknown>>;
async function take(symbol: string, ...ticks: readonly Sent[]): Promise<TickReport> {
  const body = JSON.stringify(ticks.map((tick, index) => [index, { symbol, ...tick }]));
  const reply = await api(symbol).ticks(envelopeNow(), "test", body);
  expect(reply).toMatchObject({ ok: true });
  return JSON.parse(reply.ok ? reply.value : "null");
}
const trade = (ts: number, price: string, over: Sent = {}): Sent => ({
  type: "trade",
  ts,
  price,
  size: "2",
  ...over,
});
const quote = (ts: number, bid: string, ask: string, over: Sent = {}): Sent => ({
  type: "quote",
  ts,
  bid,
  bidSize: "1",
  ask,
  askSize: "1",
  ...over,
});

async function bars(symbol: string, resolution = "1"): Promise<BarObject[]> {
  const reply = await api(symbol).bars(envelopeNow(), { resolution, limit: 1_000 });
  expect(reply).toMatchObject({ ok: true });
  return reply.ok ? reply.value.bars.map((text) => JSON.parse(text)) : [];
}
async function quoteOf(symbol: string): Promise<Record<string, unknown>> {
  const reply = await api(symbol).quote(envelopeNow());
  expect(reply).toMatchObject({ ok: true });
  const { ageMs: _age, symbol: _symbol, ...shown } = reply.ok ? JSON.parse(reply.value) : {};
  return shown;
}

beforeAll(async () => {
  const lines = ["T:LASTING", "T:EVICTED", "T:CLOSING", "T:TAPE", "T:MANY"].map((symbol) => ({
    ...APPLE,
    // Whatever the hour of this run: no session begins or ends in an hour of the walk.
    ...{ timezone: "UTC", session: "24x7" },
    symbol,
  }));
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  expect(await directory.put(envelopeNow(), JSON.stringify(lines))).toMatchObject({ ok: true });
});

/** A gap is noted at the wall clock, which is not the same for both. */
const withoutClock = <Fact extends { payload: string }>(fact: Fact): Fact => ({
  ...fact,
  payload: fact.payload.replace(/"foundAt":\d+/, ""),
});

/** Trades in and out of order, late ones, repeats, quotes; over two hours. */
const NEXT_DAY = HOUR_AGO + 24 * 60 * MINUTE;
const STEPS: readonly (readonly Sent[])[] = [
  [trade(HOUR_AGO, "10", { id: "1" }), trade(HOUR_AGO + 5, "11", { id: "2" })],
  [trade(HOUR_AGO + 70_000, "12", { id: "3" })],
  [trade(HOUR_AGO + 30_000, "9", { id: "4" }), trade(HOUR_AGO, "10", { id: "1" })],
  [quote(HOUR_AGO + 6 * MINUTE, "11", "12", { seq: 1 })],
  [trade(HOUR_AGO + 5 * MINUTE, "13", { seq: 9 }), quote(HOUR_AGO + 6 * MINUTE, "11", "12", { seq: 1 })],
  [trade(HOUR_AGO + 61 * MINUTE, "14", { id: "x" })],
  [trade(HOUR_AGO + 59 * MINUTE, "8", { id: "y" }), trade(HOUR_AGO + 40 * MINUTE, "1", { id: "z" })],
  [trade(HOUR_AGO + 40 * MINUTE, "1", { id: "z" })],
  [trade(HOUR_AGO + 24 * 60 * MINUTE, "20", { id: "next-day" })],
  [trade(NEXT_DAY + 1, "99", { conditions: ["odd-lot"] }), { type: "cancel", ts: NEXT_DAY, id: "next-day" }],
  [trade(NEXT_DAY + 2, "22", { id: "amended" })],
  [{ type: "correct", ts: NEXT_DAY, id: "amended", price: "23" }],
  [{ type: "cancel", ts: NEXT_DAY, id: "next-day" }],
  [trade(NEXT_DAY + 3, "24", { size: undefined, dayVolume: "100" })],
  [trade(NEXT_DAY + 4, "25", { size: undefined, dayVolume: "107" })],
];

describe("eviction", () => {
  test("between any two steps changes nothing: reports, bars of every width, quote", async () => {
    for (const step of STEPS) {
      const lasting = await take("T:LASTING", ...step);
      const evicted = await take("T:EVICTED", ...step);
      expect(evicted).toEqual(lasting);
      await evictDurableObject(object("T:EVICTED"));
      for (const resolution of CONTRACT_RESOLUTIONS)
        expect(await bars("T:EVICTED", resolution)).toEqual(await bars("T:LASTING", resolution));
      await evictDurableObject(object("T:EVICTED"));
      expect(await quoteOf("T:EVICTED")).toEqual(await quoteOf("T:LASTING"));
      await evictDurableObject(object("T:EVICTED"));
    }
    expect(await bars("T:EVICTED", "60")).toMatchObject([
      // The one that came 21 minutes late is folded in when the day has closed.
      { o: "10", h: "13", l: "1", c: "8", n: 7, rev: 2, state: "revised", partial: true },
      { n: 1, rev: 0, state: "final" },
      { o: "23", h: "25", c: "25", n: 4, v: "11", state: "forming" },
    ]);
  });

  test("its facts are the same, each once, with gapless numbers", async () => {
    const facts = (name: string) =>
      runInDurableObject(object(name), (_instance, { storage }) =>
        waitingFacts(durableSql(storage)).map(([seq, , kind, payload]) => ({ seq, kind, payload })),
      );
    const [lasting, evicted] = [await facts("T:LASTING"), await facts("T:EVICTED")];
    const renamed = evicted.map((fact) => ({
      ...fact,
      payload: fact.payload.replaceAll("T:EVICTED", "T:LASTING"),
    }));
    expect(renamed.map(withoutClock)).toEqual(lasting.map(withoutClock));
    expect(evicted.map(({ seq }) => seq)).toEqual(evicted.map((_, index) => index + 1));
    expect(new Set(evicted.map(({ kind }) => kind))).toEqual(new Set(["bar", "gap", "late-ticks"]));
  });
});

test("requests that come together are one group: all are answered, none is lost, none doubled", async () => {
  const requests = Array.from({ length: 40 }, (_, index) =>
    take("T:MANY", trade(HOUR_AGO + index, "10", { id: `${index % 20}` })),
  );
  const reports = await Promise.all(requests);
  expect(reports.filter(({ accepted }) => accepted === 1)).toHaveLength(20);
  expect(reports.filter(({ duplicates }) => duplicates === 1)).toHaveLength(20);
  await evictDurableObject(object("T:MANY"));
  expect(await bars("T:MANY")).toMatchObject([{ n: 20, v: "40" }]);
});

describe("B13: the closing alarm", () => {
  test("closes a bar once its feed is quiet, in an object that was evicted meanwhile", async () => {
    const now = await secondsIntoMinute(3, 45);
    const ended = Math.floor(now / MINUTE) * MINUTE;
    await take("T:CLOSING", trade(ended - 1_000, "10"));
    await evictDurableObject(object("T:CLOSING"));
    await runDurableObjectAlarm(object("T:CLOSING"));
    await evictDurableObject(object("T:CLOSING"));
    await new Promise((resolve) => setTimeout(resolve, QUIET));
    await runDurableObjectAlarm(object("T:CLOSING"));
    expect(await bars("T:CLOSING")).toMatchObject([{ t: ended - MINUTE, state: "final", rev: 0 }]);
    await take("T:CLOSING", trade(ended - 500, "11"));
    expect(await bars("T:CLOSING")).toMatchObject([{ t: ended - MINUTE, state: "revised", rev: 1, c: "11" }]);
  });

  test("leaves the bars of a tape alone", async () => {
    await take("T:TAPE", trade(HOUR_AGO, "10"));
    await runDurableObjectAlarm(object("T:TAPE"));
    expect(await bars("T:TAPE")).toMatchObject([{ state: "forming" }]);
  });
});

/** The clock inside is the real one: waits where the minute has just begun or is nearly over. */
async function secondsIntoMinute(from: number, to: number): Promise<number> {
  for (;;) {
    const now = Date.now();
    const second = (now % MINUTE) / 1_000;
    if (second >= from && second <= to) return now;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
