/**
 * Binance's order books: a snapshot by REST (`GET /api/v3/depth`), and which symbol one belongs to that stands on a tape. It names neither
 * symbol nor time, only the number of its newest change. https://developers.binance.com/docs/binance-spot-api-docs
 */
import { DECIMAL_PATTERN } from "../domain/decimal.ts";
import { asInteger, asText, type JsonObject } from "./json.ts";
import type { DepthLevel, DepthTick } from "./tick.ts";

export const decimalOf = (value: unknown): string | undefined => {
  const text = asText(value);
  return text !== undefined && DECIMAL_PATTERN.test(text) ? text : undefined;
};

export function levelsOf(value: unknown): readonly DepthLevel[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const levels: DepthLevel[] = [];
  for (const level of value) {
    const [price, size] = Array.isArray(level) ? [decimalOf(level[0]), decimalOf(level[1])] : [];
    if (price === undefined || size === undefined) return undefined;
    levels.push([price, size]);
  }
  return levels;
}

/** `ts` is the newest event time heard of the symbol: the answer has none of its own. Undefined where it lacks a part. */
export function snapshotTick(symbol: string, ts: number, body: JsonObject): DepthTick | undefined {
  const lastSeq = asInteger(body["lastUpdateId"]);
  const bids = levelsOf(body["bids"]);
  const asks = levelsOf(body["asks"]);
  if (lastSeq === undefined || bids === undefined || asks === undefined) return undefined;
  return { type: "depth", symbol, ts, snapshot: true, bids, asks, lastSeq };
}

type Heard = { readonly from: number; to: number; ts: number };

/** What a tape has said of each symbol's book so far. */
export class DepthHeard {
  readonly #bySymbol = new Map<string, Heard>();

  hear({ symbol, ts, firstSeq, lastSeq }: DepthTick): void {
    if (firstSeq === undefined || lastSeq === undefined) return;
    const heard = this.#bySymbol.get(symbol);
    if (heard === undefined) this.#bySymbol.set(symbol, { from: firstSeq, to: lastSeq, ts });
    else Object.assign(heard, { to: lastSeq, ts });
  }

  /** The one symbol whose changes reach over the snapshot's number; undefined where that is none, or more than one. */
  ownerOf(lastSeq: number): { readonly symbol: string; readonly ts: number } | undefined {
    const owners = [...this.#bySymbol].filter(([, { from, to }]) => from <= lastSeq && lastSeq <= to);
    const [[symbol, { ts }] = [undefined, { ts: 0 }], ...others] = owners;
    return symbol === undefined || others.length > 0 ? undefined : { symbol, ts };
  }
}
