/** What flows through a price hub: a symbol's changes in, one batch per subscriber out, as text. */

import {
  isReturnNews,
  type ReturnNews,
  type ReturnResolution,
  type SymbolReturns,
} from "../../src/domain/bar-return.ts";
import { isSymbol, type Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { decodeInstrument, encodeInstrument } from "../../src/domain/instrument-codec.ts";
import type { Liquidity } from "../../src/domain/liquidity.ts";
import type { PreviousClose, RecentPrices } from "../../src/domain/past-price.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";

/** One change of the last price. `n` counts a symbol's changes without a gap, so a receiver knows when it missed one. */
export type PriceChange = readonly [n: number, ts: number, last: number];

export type PriceUpdate = {
  readonly symbol: Symbol;
  /** The newest state, after all changes. */
  readonly mark: PriceMark;
  /** Every change of the last price since the update before, in order, or the newest of them where `sampled`. */
  readonly changes: readonly PriceChange[];
  /** Some changes were left out at a bound. */
  readonly sampled: boolean;
  /** Of changes that were left out for want of room: lowest and highest of all those after a number. Absent where some are not known. */
  readonly leftOut?: readonly [after: number, low: number, high: number];
  /** Present when reference data changed. */
  readonly instrument?: Instrument;
  /** Present when statistics of liquidity changed, as of its own `ts`. */
  readonly liquidity?: Liquidity;
  /** Present when it changed. */
  readonly previousClose?: PreviousClose;
  /** Of bars that have closed or were revised: the newest of each width. */
  readonly returns?: readonly ReturnNews[];
};

export type PriceBatch = { readonly hub: string; readonly updates: readonly PriceUpdate[] };

/** `<kind>/<object name>`, for example `risk-shard/acme/main`. */
export type SubscriberName = `${"risk-shard" | "strategy"}/${string}`;

export type PriceSnapshot = {
  readonly instrument: Instrument;
  readonly mark: PriceMark;
  readonly liquidity?: Liquidity;
  readonly previousClose?: PreviousClose;
  /** Where it was wanted. */
  readonly recent?: RecentPrices;
  /** As `recent`. */
  readonly returns?: SymbolReturns;
};
/** What else a snapshot tells: a symbol of the version before does not know of it. */
export type SnapshotWants = { readonly recent?: true; readonly returns?: ReturnResolution };

/** What a hub says to a symbol's push. A hub of the version before says `null`, and means that somebody follows. */
export type PushTaken = {
  /** False: nobody needs to hear of the symbol, until its hub asks it for a snapshot. */
  readonly followed: boolean;
  /** In a rush: news that comes within this time after the push waits for further news, and for no longer than this. */
  readonly pauseMs?: number;
};

export interface PriceHubApi extends InspectedApi {
  /** From a symbol, after its commit: all changes of one turn. Accepted as soon as it is in memory. */
  push(envelope: Envelope, update: PriceUpdate): Promise<ActorReply<PushTaken | null>>;
  /** Durable; repeating it changes nothing. From now on the subscriber gets these symbols' updates. */
  subscribe(
    envelope: Envelope,
    subscriber: SubscriberName,
    symbols: readonly Symbol[],
  ): Promise<ActorReply<null>>;
  unsubscribe(
    envelope: Envelope,
    subscriber: SubscriberName,
    symbols: readonly Symbol[],
  ): Promise<ActorReply<null>>;
}

/** What a hub calls on a risk shard or a strategy. A throw or a refusal makes the hub come again, from a snapshot. */
export interface PriceSubscriberApi {
  /**
   * `batch` is what `encodePriceBatch` wrote: as text it costs a fraction of what copying its objects does. Hubs and subscribers of the
   * version before know objects only.
   */
  prices(envelope: Envelope, batch: string | PriceBatch): Promise<ActorReply<null>>;
}

type PlainUpdate = Omit<PriceUpdate, "instrument">;
type EncodedUpdate = PlainUpdate | (PlainUpdate & { readonly instrument: string });
type EncodedBatch = { readonly hub: string; readonly updates: readonly EncodedUpdate[] };

export function encodePriceUpdate(update: PriceUpdate): string {
  const { instrument } = update;
  if (instrument === undefined) return JSON.stringify(update);
  return JSON.stringify({ ...update, instrument: encodeInstrument(instrument) } satisfies EncodedUpdate);
}

/** Of updates that are text already: one that many are told is encoded once. */
export const encodePriceBatch = (hub: string, updates: readonly string[]): string =>
  `{"hub":${JSON.stringify(hub)},"updates":[${updates.join(",")}]}`;

/** A subscriber's door: what cannot be read is refused before anything looks at it. */
export async function readPriceBatch(
  sent: string | PriceBatch,
  take: (batch: PriceBatch) => Promise<ActorReply<null>>,
): Promise<ActorReply<null>> {
  const batch = decodePriceBatch(sent);
  if (batch !== undefined) return take(batch);
  return { ok: false, code: "json-invalid", detail: "this is no batch of prices" };
}

/** Undefined for everything that no hub sends. */
export function decodePriceBatch(sent: string | PriceBatch): PriceBatch | undefined {
  try {
    if (typeof sent !== "string") return isBatch(sent, isObject) ? sent : undefined;
    // SAFETY: everything that is used is looked at below, and a property of what is no object throws.
    const batch = JSON.parse(sent) as EncodedBatch;
    if (!isBatch(batch, isText)) return undefined;
    return { hub: batch.hub, updates: batch.updates.map(decodeUpdate) };
  } catch {
    return undefined;
  }
}

/** Most updates hold no reference data: they are their own encoding, and are not copied. */
function decodeUpdate(update: EncodedUpdate): PriceUpdate {
  if (!("instrument" in update)) return update;
  const { instrument, ...plain } = update;
  return { ...plain, instrument: decodeInstrument(instrument) };
}

type IsInstrument = (instrument: unknown) => boolean;
const isText: IsInstrument = (instrument) => typeof instrument === "string";
/** A copy of what a hub had; nothing between the two could make something else of it. */
const isObject: IsInstrument = (instrument) => typeof instrument === "object" && instrument !== null;

const isBatch = ({ hub, updates }: PriceBatch | EncodedBatch, isInstrument: IsInstrument): boolean =>
  typeof hub === "string" &&
  Array.isArray(updates) &&
  updates.every((update) => isUpdate(update, isInstrument));

const isUpdate = (update: PriceUpdate | EncodedUpdate, isInstrument: IsInstrument): boolean =>
  typeof update.symbol === "string" &&
  isSymbol(update.symbol) &&
  isMark(update.mark) &&
  Array.isArray(update.changes) &&
  update.changes.every(isChange) &&
  typeof update.sampled === "boolean" &&
  (update.leftOut === undefined || isChange(update.leftOut)) &&
  (!("instrument" in update) || isInstrument(update.instrument)) &&
  (update.liquidity === undefined || isLiquidity(update.liquidity)) &&
  (update.previousClose === undefined || isPreviousClose(update.previousClose)) &&
  (update.returns === undefined || update.returns.every(isReturnNews));

const isMark = ({ last, lastTs, bid, ask, quoteTs, lastChanges }: PriceMark): boolean =>
  Number.isSafeInteger(lastChanges) &&
  isAbsentOrInteger(last) &&
  isAbsentOrInteger(lastTs) &&
  isAbsentOrInteger(bid) &&
  isAbsentOrInteger(ask) &&
  isAbsentOrInteger(quoteTs);

/** What is reckoned with is looked at where it is used: its numbers may be null. */
const isLiquidity = ({ version, ts }: Liquidity): boolean =>
  Number.isSafeInteger(version) && Number.isSafeInteger(ts);

const isPreviousClose = ({ version, price, from, until }: PreviousClose): boolean =>
  [version, price, from, until].every(Number.isSafeInteger);

const isAbsentOrInteger = (value: number | undefined): boolean =>
  value === undefined || Number.isSafeInteger(value);

const isChange = (change: PriceChange): boolean =>
  Array.isArray(change) && change.length === 3 && change.every(Number.isSafeInteger);
