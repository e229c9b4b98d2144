/**
 * What an instrument is found by, and what a query asks for. A query is split at spaces; each part must begin the symbol, the ticker
 * or a word of the description or of an alias. Within a word, each run of letters and digits begins anew: `cola` finds `Coca-Cola`.
 */
import type { Instrument } from "../../src/domain/instrument.ts";
import { aliasesOf } from "./aliases.ts";
import { ALIAS_TERMS_MAX, WORDS_MAX } from "./bounds.ts";

/** The term that every instrument has: to list is to search for it. */
export const EVERY = "";

export function termsOf(
  instrument: Pick<Instrument, "symbol" | "description" | "aliases">,
): readonly string[] {
  const symbol = folded(instrument.symbol);
  const ticker = symbol.slice(symbol.indexOf(":") + 1);
  const words = new Set(folded(instrument.description).split(/\s+/).flatMap(beginnings));
  return [...new Set([EVERY, symbol, ticker, ...[...words].slice(0, WORDS_MAX), ...aliasTerms(instrument)])];
}

/** A broker's token is found as it is, as `broker:token`, and by its words. */
function aliasTerms(instrument: Pick<Instrument, "aliases">): readonly string[] {
  const whole = aliasesOf(instrument).map(folded);
  const words = Object.values(instrument.aliases ?? {}).flatMap((token) => folded(token).split(/\s+/));
  return [...new Set([...whole, ...words.flatMap(beginnings)])].slice(0, ALIAS_TERMS_MAX);
}

/** The parts of a query, each once. Punctuation ahead of a part is passed over; undefined where nothing is left of one: it finds nothing. */
export function partsOf(query: string): readonly string[] | undefined {
  const words = folded(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  const parts = words.map((word) => beginnings(word)[0]);
  return parts.includes(undefined) ? undefined : [...new Set(parts.filter((part) => part !== undefined))];
}

/** Compatibility forms and case make no difference to who searches. Symbols themselves are matched on raw text elsewhere. */
const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

/** The rest of the word from each beginning of a run of letters and digits. */
const beginnings = (word: string): string[] =>
  [...word.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].map((match) => word.slice(match.index));
