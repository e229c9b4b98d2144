/** Statistics of liquidity inside workerd: what sessions said is there after an eviction and a crash between any two steps. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import { type LiquidityReply, liquidityReply } from "../../src/contracts/liquidity.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { envelopeNow } from "./envelope-now.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL } = env as unknown as Env;
const object = (name: string) => SYMBOL.getByName(name);
// SAFETY: as in wiring.ts.
const api = (name: string) => object(name) as unknown as SymbolApi;
const evict = (name: string) => evictDurableObject(object(name));
/** As a failed statement ends it: nothing is drained. */
const crash = (name: string) =>
  runInDurableObject(object(name), (_instance, context) => context.abort("crashed")).catch(() => undefined);

type Sent = Readonly<Record<string, unknown>>;
const DAY = 86_400_000;
/** Noon in London of a Tuesday; open around the clock. */
const T0 = 1_699_963_200_000;
const trade = (day: number, minute: number, price: string, size: string): Sent => ({
  ...{ type: "trade", ts: T0 + day * DAY + minute * 60_000, price, size },
});
const quote = (day: number, minute: number, bid: string, ask: string): Sent => ({
  ...{ type: "quote", ts: T0 + day * DAY + minute * 60_000, bid, bidSize: "1", ask, askSize: "1" },
});
/** Four days, the third without a trade; each turn is a request. */
const LIFE: readonly (readonly Sent[])[] = [
  [quote(0, 0, "99", "101"), trade(0, 0, "100", "3"), trade(0, 1, "101", "2")],
  [trade(1, 0, "102", "7"), quote(1, 0, "101", "102")],
  [quote(2, 0, "101", "102"), quote(2, 1, "101", "101.5")],
  [trade(3, 0, "103", "1"), trade(3, 1, "104", "1")],
  [trade(4, 0, "103", "1")],
];

async function live(symbol: string, between: (symbol: string) => Promise<unknown>): Promise<LiquidityReply> {
  for (const ticks of LIFE) {
    const rows = JSON.stringify(ticks.map((tick, index) => [index, { symbol, ...tick }]));
    expect(await api(symbol).tickRows(envelopeNow(), "test", rows)).toMatchObject({ ok: true });
    await between(symbol);
  }
  const reply = await api(symbol).liquidity(envelopeNow());
  return liquidityReply.parse(JSON.parse(reply.ok ? reply.value : "null"));
}

beforeAll(async () => {
  const lines = ["STAYS", "LEAVES", "CRASHES"].map((name) => ({
    ...{ ...APPLE, calendar: undefined, session: "24x7", timezone: "UTC", symbol: `T:L-${name}` },
  }));
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  expect(await directory.put(envelopeNow(), JSON.stringify(lines))).toMatchObject({ ok: true });
});

test("what sessions said is the same after an eviction and after a crash between any two steps", async () => {
  const { ageMs: _age, ...stayed } = await live("T:L-STAYS", async () => {});
  expect(stayed).toMatchObject({
    ...{ sessions: 4, sessionsWithoutTrades: 1, partialSessions: 1, adv20: "3.5", intervals: 4 * 288 },
    ...{ ts: T0 - DAY / 2 + 4 * DAY, volumeP75: "0" },
  });
  for (const [name, between] of [
    ["T:L-LEAVES", evict],
    ["T:L-CRASHES", crash],
  ] as const) {
    const { ageMs: _since, ...again } = await live(name, between);
    expect(again).toEqual({ ...stayed, symbol: name });
  }
});
