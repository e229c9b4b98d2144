/** The door for ticks: from the public shape to integers at the instrument's scales. What fails here is rejected by itself. */

import { faultsOf } from "../../../src/contracts/issues.ts";
import { plainDepth } from "../../../src/contracts/plain-depth.ts";
import { idValue, type PlainQuote, type PlainTrade } from "../../../src/contracts/plain-ticks.ts";
import { type Tick, tick as tickShape } from "../../../src/contracts/ticks.ts";
import { scaledInteger } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { parsedJson } from "../../../src/domain/json.ts";
import { afterSeqOf } from "../../../src/quant/book/depth-change.ts";
import { type Counts, countsOf, EVERYTHING } from "../../../src/quant/trade-conditions.ts";
import type { ParsedTick, ParsedTicks } from "../decide.ts";
import type { GapTold } from "../events.ts";
import type { Rejection } from "../messages.ts";
import type { TakenKey } from "./taken-keys.ts";

type Scales = Pick<Instrument, "symbol" | "priceScale" | "sizeScale">;
type Fault = Omit<Rejection, "index">;
type Read = ParsedTick["tick"] | Fault;
/** As the edge sends them: plain ticks as their values, all others as they came. */
type Entry = readonly [index: number, tick: unknown] | PlainTrade | PlainQuote;
type TradeShape = Extract<Tick, { type: "trade" }>;
type QuoteShape = Extract<Tick, { type: "quote" }>;
type AmendmentShape = Extract<Tick, { type: "cancel" | "correct" }>;
type DepthShape = Extract<Tick, { type: "depth" }>;
type GapShape = Extract<Tick, { type: "gap" }>;

/** Undefined where the text is not a JSON array of such entries: that is the caller's mistake and no tick's. */
export function parseTicks(body: string, source: string, scales: Scales): ParsedTicks | undefined {
  const entries = entriesOf(body);
  if (entries === undefined) return undefined;
  const ticks: ParsedTick[] = [];
  const rejected: Rejection[] = [];
  let unknownConditions = 0;
  for (const entry of entries) {
    const read = readEntry(entry, source, scales);
    const [index] = entry;
    if ("code" in read) rejected.push({ index, ...read });
    else {
      ticks.push({ index, tick: read });
      if (entry.length === SHAPE_VALUES) unknownConditions += unknownIn(entry[1], scales.symbol);
    }
  }
  return { ticks, rejected, unknownConditions };
}

function entriesOf(body: string): readonly Entry[] | undefined {
  const entries = parsedJson(body);
  return Array.isArray(entries) && entries.every(isEntry) ? entries : undefined;
}

/** The number of its values tells what an entry is; those of plain ticks were judged where they were put in order. */
const isEntry = (entry: unknown): entry is Entry =>
  Array.isArray(entry) &&
  (entry.length === SHAPE_VALUES || entry.length === TRADE_VALUES || entry.length === QUOTE_VALUES) &&
  Number.isSafeInteger(entry[0]);
const SHAPE_VALUES = 2;
const TRADE_VALUES = 6;
const QUOTE_VALUES = 7;

function readEntry(entry: Entry, source: string, scales: Scales): Read {
  if (entry.length === TRADE_VALUES) return readTrade(entry, source, scales);
  return entry.length === QUOTE_VALUES ? readQuote(entry, source, scales) : readTick(entry, source, scales);
}

function readTick([index, value]: readonly [number, unknown], source: string, scales: Scales): Read {
  const depth = plainDepth(value);
  if (depth !== undefined) return readShape(index, depth, source, scales);
  const parsed = tickShape.safeParse(value);
  return parsed.success ? readShape(index, parsed.data, source, scales) : firstFault(parsed.error, value);
}

function readShape(index: number, tick: Tick, source: string, scales: Scales): Read {
  if (tick.symbol !== scales.symbol)
    return { code: "symbol-unknown", detail: "the tick is of another symbol" };
  switch (tick.type) {
    case "trade":
      return tick.size === undefined
        ? readVolume(tick, source, scales)
        : readTrade(tradeValues(index, tick, tick.size), source, scales, countsOfTrade(tick));
    case "quote":
      return readQuote(quoteValues(index, tick), source, scales);
    case "gap":
      return readGap(tick, source);
    case "cancel":
    case "correct":
      return readAmendment(tick, scales);
    case "depth":
      return readDepth(tick, scales);
  }
}

function firstFault(error: Parameters<typeof faultsOf>[0], value: unknown): Fault {
  const [fault] = faultsOf(error, value);
  if (fault === undefined) return { code: "invalid", detail: "not a tick" };
  return { code: fault.code, detail: fault.path === "" ? fault.detail : `${fault.path}: ${fault.detail}` };
}

const tradeValues = (index: number, trade: TradeShape, size: string): PlainTrade => {
  const { ts, price, id, seq } = trade;
  return [index, ts, price, size, id === undefined ? null : idValue(id), seq ?? null];
};
const quoteValues = (index: number, quote: QuoteShape): PlainQuote => {
  const { ts, bid, bidSize, ask, askSize, seq } = quote;
  return [index, ts, bid, bidSize, ask, askSize, seq ?? null];
};

/** What no table knows counts as regular. */
const countsOfTrade = ({ symbol, conditions }: TradeShape): Counts =>
  conditions === undefined ? EVERYTHING : countsOf(conditions, venueOf(symbol)).counts;

/** Of a tick whose shape is right. */
function unknownIn(tick: unknown, symbol: string): number {
  const { type, conditions } = tick as { readonly type?: string; readonly conditions?: readonly string[] };
  return type !== "trade" || conditions === undefined ? 0 : countsOf(conditions, venueOf(symbol)).unknown;
}

const venueOf = (symbol: string): string => symbol.slice(0, symbol.indexOf(":"));

function readTrade(values: PlainTrade, source: string, scales: Scales, counts = EVERYTHING): Read {
  const [, ts, price, size, name, seq] = values;
  const { priceScale, sizeScale } = scales;
  const scaledPrice = scaledInteger(price, priceScale);
  if (!scaledPrice.ok) return numberFault(scaledPrice.code, "price", priceScale);
  const scaledSize = scaledInteger(size, sizeScale);
  if (!scaledSize.ok) return numberFault(scaledSize.code, "size", sizeScale);
  return {
    kind: "trade-taken",
    ts,
    price: scaledPrice.value,
    size: scaledSize.value,
    ordinal: seq ?? ordinalOf(name),
    counts,
    key: name === null ? sequenceKey(source, seq) : { space: "", name },
  };
}

function readQuote(values: PlainQuote, source: string, { priceScale, sizeScale }: Scales): Read {
  const [, ts, bidText, bidSizeText, askText, askSizeText, seq] = values;
  const bid = scaledInteger(bidText, priceScale);
  if (!bid.ok) return numberFault(bid.code, "bid", priceScale);
  const ask = scaledInteger(askText, priceScale);
  if (!ask.ok) return numberFault(ask.code, "ask", priceScale);
  const bidSize = scaledInteger(bidSizeText, sizeScale);
  if (!bidSize.ok) return numberFault(bidSize.code, "bidSize", sizeScale);
  const askSize = scaledInteger(askSizeText, sizeScale);
  if (!askSize.ok) return numberFault(askSize.code, "askSize", sizeScale);
  return {
    kind: "quote-taken",
    ts,
    bid: bid.value,
    bidSize: bidSize.value,
    ask: ask.value,
    askSize: askSize.value,
    ordinal: seq ?? 0,
    key: sequenceKey(source, seq),
  };
}

function readVolume(tick: TradeShape, source: string, scales: Scales): Read {
  const trade = readTrade(tradeValues(0, tick, tick.dayVolume ?? "0"), source, scales, countsOfTrade(tick));
  if (!("kind" in trade) || trade.kind !== "trade-taken")
    return "code" in trade ? { ...trade, detail: trade.detail.replace(/^size/, "dayVolume") } : trade;
  const { ts, price, size: volume, ordinal, counts, key } = trade;
  return { kind: "volume-told", ts, price, volume, ordinal, counts, key, source };
}

function readAmendment(tick: AmendmentShape, { priceScale, sizeScale }: Scales): Read {
  const told = { kind: "amendment-told", ts: tick.ts, key: { space: "", name: idValue(tick.id) } } as const;
  if (tick.type === "cancel") return { ...told, how: "cancel", price: undefined, size: undefined };
  const price = tick.price === undefined ? undefined : scaledInteger(tick.price, priceScale);
  if (price?.ok === false) return numberFault(price.code, "price", priceScale);
  const size = tick.size === undefined ? undefined : scaledInteger(tick.size, sizeScale);
  if (size?.ok === false) return numberFault(size.code, "size", sizeScale);
  return { ...told, how: "correct", price: price?.value, size: size?.value };
}

const readGap = ({ ts, from, to, reason, missing, filled = false }: GapShape, source: string): GapTold => ({
  ...{ kind: "gap-told", ts, source, from, to, reason, missing, filled },
});

function readDepth(tick: DepthShape, scales: Scales): Read {
  const { ts, snapshot = false, bids, asks, firstSeq, lastSeq, prevSeq, checksum, levelsKept } = tick;
  const bidsRead = readLevels("bids", bids, scales);
  if (!Array.isArray(bidsRead)) return bidsRead;
  const asksRead = readLevels("asks", asks, scales);
  if (!Array.isArray(asksRead)) return asksRead;
  const afterSeq = snapshot ? undefined : afterSeqOf({ firstSeq, lastSeq, prevSeq });
  const told = { ts, isSnapshot: snapshot, bids: bidsRead, asks: asksRead };
  return { kind: "depth-told", ts, change: { ...told, lastSeq, afterSeq, checksum, levelsKept } };
}

/** Price and size by turns. */
function readLevels(
  field: "bids" | "asks",
  levels: DepthShape["bids"],
  { priceScale, sizeScale }: Scales,
): number[] | Fault {
  const flat: number[] = [];
  for (const [place, [price, size]] of levels.entries()) {
    const scaledPrice = scaledInteger(price, priceScale);
    if (!scaledPrice.ok) return numberFault(scaledPrice.code, `${field}.${place}.0`, priceScale);
    const scaledSize = scaledInteger(size, sizeScale);
    if (!scaledSize.ok) return numberFault(scaledSize.code, `${field}.${place}.1`, sizeScale);
    flat.push(scaledPrice.value, scaledSize.value);
  }
  return flat;
}

const numberFault = (code: string, field: string, scale: number): Fault => ({
  code,
  detail: code === "scale-exceeded" ? `${field}: at most ${scale} decimals` : `${field}: out of range`,
});

const sequenceKey = (source: string, seq: number | null): TakenKey | undefined =>
  seq === null ? undefined : { space: source, name: seq };

/** The place among trades of one millisecond, where the source does not count: an id that is a number, else 0. */
const ordinalOf = (name: string | number | null): number => (typeof name === "number" ? name : 0);
