/** The door for ticks: from the public shape to integers at the instrument's scales. What fails here is rejected by itself. */

import { faultsOf } from "../../src/contracts/issues.ts";
import { isPlainTick } from "../../src/contracts/plain-ticks.ts";
import { type Tick, tick as tickShape } from "../../src/contracts/ticks.ts";
import { scaledInteger } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { ParsedTick, ParsedTicks } from "./decide.ts";
import type { QuoteTaken, TradeTaken } from "./events.ts";
import type { Rejection } from "./messages.ts";
import type { TakenKey } from "./taken-keys.ts";

type Scales = Pick<Instrument, "symbol" | "priceScale" | "sizeScale">;
type Fault = Omit<Rejection, "index">;
type Read = TradeTaken | QuoteTaken | Fault;
type TradeShape = Extract<Tick, { type: "trade" }>;
type QuoteShape = Extract<Tick, { type: "quote" }>;

/** Undefined where the text is not a JSON array of `[index, tick]`: that is the caller's mistake and no tick's. */
export function parseTicks(body: string, source: string, scales: Scales): ParsedTicks | undefined {
  const entries = entriesOf(body);
  if (entries === undefined) return undefined;
  const ticks: ParsedTick[] = [];
  const rejected: Rejection[] = [];
  for (const [index, value] of entries) {
    const read = readTick(value, source, scales);
    if ("code" in read) rejected.push({ index, ...read });
    else ticks.push({ index, tick: read });
  }
  return { ticks, rejected };
}

function entriesOf(body: string): readonly [number, unknown][] | undefined {
  const entries = parsedJson(body);
  return Array.isArray(entries) && entries.every(isEntry) ? entries : undefined;
}

const isEntry = (entry: unknown): entry is [number, unknown] =>
  Array.isArray(entry) && entry.length === 2 && Number.isSafeInteger(entry[0]);

function readTick(value: unknown, source: string, scales: Scales): Read {
  // SAFETY: what is plainly right is what the schema would give back, as it is.
  if (isPlainTick(value)) return readShape(value as Tick, source, scales);
  const parsed = tickShape.safeParse(value);
  return parsed.success ? readShape(parsed.data, source, scales) : firstFault(parsed.error, value);
}

function readShape(tick: Tick, source: string, scales: Scales): Read {
  if (tick.symbol !== scales.symbol)
    return { code: "symbol-unknown", detail: "the tick is of another symbol" };
  switch (tick.type) {
    case "trade":
      return readTrade(tick, source, scales);
    case "quote":
      return readQuote(tick, source, scales);
    case "depth":
    case "cancel":
    case "correct":
      return { code: "type-unsupported", detail: "order books and corrections are not taken yet" };
  }
}

function firstFault(error: Parameters<typeof faultsOf>[0], value: unknown): Fault {
  const [fault] = faultsOf(error, value);
  if (fault === undefined) return { code: "invalid", detail: "not a tick" };
  return { code: fault.code, detail: fault.path === "" ? fault.detail : `${fault.path}: ${fault.detail}` };
}

function readTrade(trade: TradeShape, source: string, { priceScale, sizeScale }: Scales): Read {
  const price = scaledInteger(trade.price, priceScale);
  if (!price.ok) return numberFault(price.code, "price", priceScale);
  const size = scaledInteger(trade.size, sizeScale);
  if (!size.ok) return numberFault(size.code, "size", sizeScale);
  return {
    kind: "trade-taken",
    ts: trade.ts,
    price: price.value,
    size: size.value,
    ordinal: ordinalOf(trade),
    key: trade.id === undefined ? sequenceKey(source, trade.seq) : { space: "", name: nameOf(trade.id) },
  };
}

function readQuote(quote: QuoteShape, source: string, { priceScale, sizeScale }: Scales): Read {
  const bid = scaledInteger(quote.bid, priceScale);
  if (!bid.ok) return numberFault(bid.code, "bid", priceScale);
  const ask = scaledInteger(quote.ask, priceScale);
  if (!ask.ok) return numberFault(ask.code, "ask", priceScale);
  const bidSize = scaledInteger(quote.bidSize, sizeScale);
  if (!bidSize.ok) return numberFault(bidSize.code, "bidSize", sizeScale);
  const askSize = scaledInteger(quote.askSize, sizeScale);
  if (!askSize.ok) return numberFault(askSize.code, "askSize", sizeScale);
  return {
    kind: "quote-taken",
    ts: quote.ts,
    bid: bid.value,
    bidSize: bidSize.value,
    ask: ask.value,
    askSize: askSize.value,
    ordinal: quote.seq ?? 0,
    key: sequenceKey(source, quote.seq),
  };
}

const numberFault = (code: string, field: string, scale: number): Fault => ({
  code,
  detail: code === "scale-exceeded" ? `${field}: at most ${scale} decimals` : `${field}: out of range`,
});

const sequenceKey = (source: string, seq: number | undefined): TakenKey | undefined =>
  seq === undefined ? undefined : { space: source, name: seq };

/** The place among trades of one millisecond: the source's count, else an id that is a number, else 0. */
function ordinalOf({ seq, id }: TradeShape): number {
  if (seq !== undefined) return seq;
  const name = id === undefined ? 0 : nameOf(id);
  return typeof name === "number" ? name : 0;
}

/** Ids that are plain numbers are kept as such: a set of them takes a third of the memory. `007` is not `7`. */
const nameOf = (id: string): string | number => (PLAIN_NUMBER.test(id) ? Number(id) : id);
const PLAIN_NUMBER = /^(0|[1-9]\d{0,14})$/;
