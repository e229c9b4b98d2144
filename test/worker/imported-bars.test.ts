/** A symbol inside workerd that has heard of imports: its marks are on disk when it has answered. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { envelopeNow } from "./envelope-now.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL } = env as unknown as Env;
const MINUTE = 60_000;
const NAME = "IMPORTS:A";
const object = () => SYMBOL.getByName(NAME);
// SAFETY: as in wiring.ts.
const api = () => object() as unknown as SymbolApi;
const page = async (from?: number) => {
  const query = { resolution: "1", limit: 10, ...(from === undefined ? {} : { from }) };
  const reply = await api().bars(envelopeNow(), query);
  if (!reply.ok) throw new Error(reply.code);
  const { bars, olderThan } = reply.value;
  return { bars: bars.length, olderThan };
};

beforeAll(async () => {
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  const listed = [{ ...APPLE, symbol: NAME, timezone: "UTC", session: "24x7" }];
  expect(await directory.put(envelopeNow(), JSON.stringify(listed))).toMatchObject({ ok: true });
});

test("what a symbol has heard of imports outlives any eviction, and its own bars begin after it", async () => {
  const now = Date.now();
  const minute = now - (now % MINUTE);
  const until = minute - 60 * MINUTE;
  expect(await api().importing(envelopeNow(), { "1": until })).toEqual({ ok: true, value: {} });
  await evictDurableObject(object());
  expect(await page()).toEqual({ bars: 0, olderThan: until + 1 });
  const tick = { type: "trade", symbol: NAME, ts: minute - 1, price: "10", size: "1" };
  await api().ticks(envelopeNow(), "test", JSON.stringify([[0, tick]]));
  await evictDurableObject(object());
  expect(await page()).toEqual({ bars: 1, olderThan: minute - MINUTE });
  expect(await api().importing(envelopeNow(), { "1": until - MINUTE })).toMatchObject({
    value: { "1": minute - MINUTE },
  });
  await evictDurableObject(object());
  expect(await page(minute - MINUTE)).toEqual({ bars: 1, olderThan: undefined });
});
