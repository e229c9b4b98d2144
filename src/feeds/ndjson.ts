/**
 * Outcry's own tape: NDJSON, one tick of the public contract per line, and lines `{"instrument": {"symbol", …}}` wherever
 * one is first needed. A line may carry `receivedAt` (epoch ms), the pace of a replay; else its `ts` is the pace.
 * The values pass through as they are written: the platform judges them, not the adapter.
 */
import { isEpochMs } from "../domain/time.ts";
import { type FeedAdapter, opened } from "./adapter.ts";
import { asObject, asText, type JsonObject, jsonObject } from "./json.ts";
import type { FeedInstrument, FeedTick, TapeEntry, TapeParser } from "./tick.ts";

const TICK_TYPES: readonly unknown[] = ["trade", "quote", "depth", "cancel", "correct", "gap"];

export const outcry: FeedAdapter = {
  format: "outcry",
  begins: (line) => {
    const object = jsonObject(line);
    if (object === undefined) return false;
    const isTick = object["type"] !== undefined && object["symbol"] !== undefined;
    return object["instrument"] !== undefined || isTick;
  },
  open: () => opened(ndjsonTape()),
};

export function ndjsonTape(): TapeParser {
  return (line) => {
    const object = jsonObject(line);
    if (object === undefined) return { kind: "malformed", why: "not a JSON object" };
    return object["instrument"] === undefined ? tickEntry(object) : instrumentEntry(object["instrument"]);
  };
}

function tickEntry({ receivedAt, ...tick }: JsonObject): TapeEntry {
  const at = tick["ts"];
  if (!TICK_TYPES.includes(tick["type"])) return { kind: "malformed", why: "no tick has this type" };
  if (asText(tick["symbol"]) === undefined) return { kind: "malformed", why: "a tick lacks its symbol" };
  if (typeof at !== "number" || !isEpochMs(at)) return { kind: "malformed", why: "a tick lacks its time" };
  // SAFETY: type, symbol and ts are checked; the other members are passed on for the platform to judge.
  const parsed = tick as unknown as FeedTick;
  if (receivedAt === undefined) return { kind: "tick", tick: parsed, receivedAt: at };
  if (typeof receivedAt !== "number" || !(receivedAt > 0))
    return { kind: "malformed", why: "receivedAt is not a time" };
  return { kind: "tick", tick: parsed, receivedAt };
}

function instrumentEntry(value: unknown): TapeEntry {
  const instrument = asObject(value);
  const symbol = asText(instrument?.["symbol"]);
  if (instrument === undefined || symbol === undefined)
    return { kind: "malformed", why: "an instrument lacks its symbol" };
  const named: FeedInstrument = { ...instrument, symbol };
  return { kind: "instrument", instrument: named };
}
