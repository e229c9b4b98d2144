/** `npm start -- --feed binance:…` against a stand-in for the exchange that cuts: bars are those of the trades that it sent. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import { freePort, Stack } from "../../scripts/faults/stack.ts";
import { FakeVenue, quoteFrame } from "../support/fake-venue.ts";
import { barsByBruteForce, type TapeTrade, tapeTrades, tradeData } from "./tape.ts";

const MINUTE = 60_000;
const SYMBOLS = ["BTCUSDT", "ETHUSDT"] as const;
/** Some minutes of a market that ended just now. */
const TRADES = tapeTrades(11, Date.now() - (Date.now() % MINUTE) - 12 * MINUTE, 12, 40);
/** The exchange goes on while nobody listens, and repeats a little when somebody does again. */
const CUT_AT = 400;
const MISSED = TRADES.slice(CUT_AT, CUT_AT + 90);
const SENT = TRADES.filter((trade) => !MISSED.includes(trade));

let folder: string;
let venue: FakeVenue;
let stack: Stack;

function send(trades: readonly TapeTrade[]): void {
  for (const [index, trade] of trades.entries()) {
    const stream = trade.symbol.toLowerCase();
    venue.send(`${stream}@trade`, tradeData(trade));
    if (index % 7 === 0) venue.send(`${stream}@bookTicker`, quoteFrame(trade.symbol, trade.id));
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "outcry-live-"));
  venue = await FakeVenue.start();
  const env = { BINANCE_REST_URL: venue.hosts.rest, BINANCE_WS_URL: venue.hosts.stream };
  const feed = `binance:${SYMBOLS.join()}`;
  stack = await Stack.start({ data: join(folder, "data"), port: await freePort(), feed, env });
  const linked = () => Promise.resolve(venue.links.length);
  await eventually(linked, (links) => links === 1);
  send(TRADES.slice(0, CUT_AT));
  venue.links[0]?.socket.close(1001);
  await eventually(
    () => Promise.resolve(venue.connects.length),
    (connects) => connects === 2,
  );
  await eventually(linked, (links) => links === 1);
  send(TRADES.slice(CUT_AT - 20, CUT_AT));
  send(TRADES.slice(CUT_AT + MISSED.length));
});
afterAll(async () => {
  await stack?.stop();
  await venue?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

type Gap = { kind: string; missing?: number; source?: string; from: number; to: number };
type Bar = { t: number; o: string; h: string; l: string; c: string; v: string; n: number };

describe("a live feed", () => {
  test.each(SYMBOLS)(
    "of %s becomes the bars of exactly the trades that the exchange sent",
    async (symbol) => {
      for (const [resolution, width] of [
        ["1", MINUTE],
        ["5", 5 * MINUTE],
      ] as const) {
        const wanted = barsByBruteForce(SENT, symbol, width);
        const path = `/v1/symbols/BINANCE:${symbol}/bars?resolution=${resolution}&limit=1000`;
        const found = await eventually(
          async () => (await stack.api.get<{ bars: Bar[] }>(path)).bars,
          (bars) => bars.reduce((sum, { n }) => sum + n, 0) >= wanted.reduce((sum, { n }) => sum + n, 0),
        );
        expect(found.map(({ t, o, h, l, c, v, n }) => ({ t, o, h, l, c, v, n }))).toEqual(wanted);
      }
    },
  );

  test("has the exchange's instruments and its best quote", async () => {
    expect(await stack.api.get("/v1/instruments/BINANCE:BTCUSDT")).toMatchObject({
      ...{ tickSize: "0.01", lotSize: "0.00001", minNotional: "5", currency: "USDT", status: "active" },
    });
    expect(await stack.api.get("/v1/symbols/BINANCE:BTCUSDT/quote")).toMatchObject({
      bid: "100",
      ask: "100.02",
    });
  });

  test("names in its log the trades that it could not have, and no others", () => {
    const lines = readFileSync(join(folder, "data/logs/feed.log"), "utf8").trim().split("\n");
    const gaps = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "gap");
    const wanted = SYMBOLS.map((symbol) => {
      const ids = MISSED.filter((trade) => trade.symbol === symbol).map(({ id }) => id);
      return { symbol: `BINANCE:${symbol}`, firstId: Math.min(...ids), lastId: Math.max(...ids) };
    });
    expect(
      gaps.map(({ symbol, firstId, lastId }) => ({ symbol, firstId, lastId })).toSorted(bySymbol),
    ).toEqual(wanted);
  });

  test.each(SYMBOLS)("has told the platform what of %s it could not have", async (symbol) => {
    const missed = MISSED.filter((trade) => trade.symbol === symbol);
    const { items } = await eventually(
      () => stack.api.get<{ items: Gap[]; total: number }>(`/v1/symbols/BINANCE:${symbol}/gaps`),
      ({ total }) => total > 0,
    );
    expect(items).toEqual([
      expect.objectContaining({ kind: "sequence", missing: missed.length, source: "binance" }),
    ]);
    // The exchange dates trades up to two milliseconds out of order.
    expect(items[0]?.from).toBeLessThanOrEqual(Math.min(...missed.map(({ ts }) => ts)) + 2);
    expect(items[0]?.to).toBeGreaterThanOrEqual(Math.max(...missed.map(({ ts }) => ts)) - 2);
  });
});

const bySymbol = (one: { symbol: string }, other: { symbol: string }): number =>
  one.symbol < other.symbol ? -1 : 1;
