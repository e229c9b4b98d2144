import { BULK_BODY_BYTES_MAX } from "../../src/contracts/endpoint.ts";
import type { Bound } from "../runtime/bounds.ts";
import type { LaneBounds } from "../runtime/mailbox.ts";

/** Twice the universe that the platform is planned for; about 200 MB on the object's disk. */
export const INSTRUMENTS_MAX = 200_000;
/** Words of a description that search knows; a longer description is found by its first ones. */
export const WORDS_MAX = 16;
/** Beside the words: the symbol, the ticker, and the empty term that lists everything. */
export const TERMS_MAX = WORDS_MAX + 3;
/** As many as an 8 MiB body can hold, and few enough that the facts of one call fit the outbox. */
export const INSTRUMENTS_PER_PUT_MAX = 40_000;

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
];

export const LANES = {
  /** An actor's first question after its start: 10,000 may come at once after a deploy. No fact comes of it, so it is no growth. */
  holds: { depthMax: 20_000, unitsMax: 1_000_000, growth: false },
  /** Two full bulk bodies, or many single ones. */
  puts: { depthMax: 1_000, unitsMax: 2 * BULK_BODY_BYTES_MAX, growth: true },
} as const satisfies Record<string, LaneBounds>;
