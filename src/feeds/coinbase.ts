/**
 * Coinbase Exchange frames, live or recorded, to trades: `match`, and `last_match`, the newest trade before a subscription,
 * which is a duplicate where its match was heard. `side` is the maker's. https://docs.cdp.coinbase.com/exchange/websocket-feed
 */
import { DECIMAL_PATTERN } from "../domain/decimal.ts";
import { type FeedAdapter, opened } from "./adapter.ts";
import { asInteger, asText, type JsonObject, jsonObject } from "./json.ts";
import { momentOf } from "./moments.ts";
import { recordedFrame } from "./recorded.ts";
import type { TapeEntry, TapeParser, TradeTick } from "./tick.ts";

export const COINBASE_VENUE = "COINBASE";

const PRODUCT = /^[A-Z0-9]{1,15}-[A-Z0-9]{1,15}$/;

export const coinbase: FeedAdapter = {
  format: "coinbase",
  begins: (line) => {
    const frame = jsonObject(recordedFrame(line).frame);
    if (frame === undefined || frame["symbol"] !== undefined) return false;
    return isMatch(frame) || (frame["type"] === "subscriptions" && Array.isArray(frame["channels"]));
  },
  open: () => opened(coinbaseTape()),
};

export function coinbaseTape(): TapeParser {
  return (line) => {
    const { frame, receivedAt } = recordedFrame(line);
    const entry = entryOf(jsonObject(frame));
    return receivedAt === undefined || (entry.kind !== "tick" && entry.kind !== "ignored")
      ? entry
      : { ...entry, receivedAt };
  };
}

function entryOf(frame: JsonObject | undefined): TapeEntry {
  if (frame === undefined) return { kind: "malformed", why: "not a JSON object" };
  if (!isMatch(frame)) return { kind: "ignored", why: (asText(frame["type"]) ?? "other frame").slice(0, 32) };
  const tick = tradeOf(frame);
  return tick === undefined
    ? { kind: "malformed", why: "a match frame lacks a part or holds a wrong one" }
    : { kind: "tick", tick };
}

const isMatch = ({ type, product_id }: JsonObject): boolean =>
  (type === "match" || type === "last_match") && product_id !== undefined;

function tradeOf(frame: JsonObject): TradeTick | undefined {
  const product = asText(frame["product_id"]);
  const ts = momentOf(asText(frame["time"]) ?? "", "iso");
  const price = decimalOf(frame["price"]);
  const size = decimalOf(frame["size"]);
  const id = asInteger(frame["trade_id"]);
  // One product's numbers rise with each of its frames: they order the trades of one millisecond.
  const seq = asInteger(frame["sequence"]);
  if (product === undefined || !PRODUCT.test(product) || ts === undefined) return undefined;
  if (price === undefined || size === undefined || id === undefined || seq === undefined) return undefined;
  return { type: "trade", symbol: `${COINBASE_VENUE}:${product}`, ts, price, size, id: String(id), seq };
}

const decimalOf = (value: unknown): string | undefined => {
  const text = asText(value);
  return text !== undefined && DECIMAL_PATTERN.test(text) ? text : undefined;
};
