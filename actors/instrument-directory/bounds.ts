import { ALIASES_MAX } from "../../src/domain/instrument.ts";
import type { Bound } from "../runtime/bounds.ts";

/** Twice the universe that the platform is planned for; about 200 MB on the object's disk. */
export const INSTRUMENTS_MAX = 200_000;
/** Words of a description that search knows; a longer description is found by its first ones. */
export const WORDS_MAX = 16;
/** Terms of aliases: `broker:token` of each, and a word of each token. */
export const ALIAS_TERMS_MAX = 2 * ALIASES_MAX;
/** Beside the words: the symbol, the ticker, and the empty term that lists everything. */
export const TERMS_MAX = WORDS_MAX + ALIAS_TERMS_MAX + 3;
export const BOUNDS: readonly Bound[] = [
  {
    collection: "table:instrument",
    max: INSTRUMENTS_MAX,
    unit: "rows",
    atBound:
      "A put that would make a further instrument is refused `too-many`, whole; the present ones can still be changed.",
  },
  {
    collection: "table:search",
    max: INSTRUMENTS_MAX * TERMS_MAX,
    unit: "rows",
    atBound:
      "An instrument has at most so many terms: words of the description beyond the 16th are not searchable.",
  },
  {
    collection: "table:alias",
    max: INSTRUMENTS_MAX * ALIASES_MAX,
    unit: "rows",
    atBound: "A put of an instrument with more than 16 aliases is refused `too-many-items`.",
  },
];
