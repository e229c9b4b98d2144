/** Why a part of a split account refuses what is not its own, or not its own alone. */
import type { Symbol } from "../../src/domain/ids.ts";
import { partOf } from "../../src/domain/parts-map.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { overloaded, type Refusal, refusal } from "../runtime/reply.ts";
import { isFenced, isParted, type Parted, type PartsStanding } from "./parts-records.ts";

/** How long a fence stands at the most, twice over: who is refused comes again when it is likely to have gone. */
export const FENCED_RETRY_MS = 500;

/** Another part's, or on its way there: nothing is decided of it here. Looked at in the turn that would decide. */
export function strayRefusal({ parts }: Parted, symbols: Iterable<Symbol>): Refusal | undefined {
  if (parts === undefined) return undefined;
  let fenced: Refusal | undefined;
  for (const symbol of symbols) {
    if (partOf(parts.map, symbol) !== parts.part) return splitRefusal(parts);
    if (isFenced({ parts }, symbol)) fenced = overloaded(FENCED_RETRY_MS, `${symbol} is being moved`);
  }
  return fenced;
}

/** What is about all of the account, and is not asked part by part. */
export const wholeRefusal = ({ parts }: Parted): Refusal | undefined =>
  parts === undefined || !isParted(parts) ? undefined : splitRefusal(parts);

/** A part is shown, and put, by who knows which parts there are: so each symbol is shown by exactly one. */
export function mergedRefusal({ parts }: Parted, asked: Envelope["parts"]): Refusal | undefined {
  if (parts === undefined || !isParted(parts)) return undefined;
  if (asked === undefined || asked < parts.map.version) return splitRefusal(parts);
  const { leaving } = parts;
  if (leaving !== undefined && leaving.map.version <= asked)
    return overloaded(FENCED_RETRY_MS, "symbols are being moved");
  return undefined;
}

export const splitRefusal = ({ map }: PartsStanding): Refusal => ({
  ...refusal("account-split", "the account is split"),
  parts: map,
});
