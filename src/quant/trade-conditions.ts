/**
 * What a trade counts for in bars: for open and close, for high and low, for volume. A regular trade counts for all three; a venue's flags take
 * some of it away, and of several flags each takes what it takes.
 *
 * Sources: our own words are what their name says; letters are the sale conditions of the two consolidated tapes of the United States, with
 * the tapes' rules for consolidated statistics (CTA's CTS and UTP's UTDF specifications, the tables "sale condition / consolidated open, last,
 * high-low, volume"). Where those rules say "unless it is the first", as for an opening print or a trade that is sold last, it counts.
 */

/** A set of the three, as a small number: it stands in every line of a trade log. */
export type Counts = number;

export const OPEN_CLOSE = 1;
export const HIGH_LOW = 2;
export const VOLUME = 4;
export const EVERYTHING: Counts = OPEN_CLOSE | HIGH_LOW | VOLUME;
const NOTHING: Counts = 0;
const VOLUME_ONLY: Counts = VOLUME;
const NOT_OPEN_CLOSE: Counts = HIGH_LOW | VOLUME;
const NOT_VOLUME: Counts = OPEN_CLOSE | HIGH_LOW;

export const countsForOpenClose = (counts: Counts): boolean => (counts & OPEN_CLOSE) !== 0;
export const countsForHighLow = (counts: Counts): boolean => (counts & HIGH_LOW) !== 0;
export const countsForVolume = (counts: Counts): boolean => (counts & VOLUME) !== 0;

type Table = ReadonlyMap<string, Counts>;

const tableOf = (groups: readonly (readonly [Counts, readonly string[]])[]): Table =>
  new Map(groups.flatMap(([counts, names]) => names.map((name) => [name, counts] as const)));

/** Whatever the venue. A price that was agreed elsewhere, earlier or for other terms of delivery is no price of this moment. */
const WORDS: Table = tableOf([
  [
    EVERYTHING,
    [
      "regular",
      "opening-auction",
      "closing-auction",
      "reopening-auction",
      "cross",
      "intermarket-sweep",
      "block",
    ],
  ],
  [NOT_OPEN_CLOSE, ["out-of-sequence", "derivatively-priced", "prior-reference-price"]],
  [
    VOLUME_ONLY,
    [
      "odd-lot",
      "average-price",
      "extended-hours",
      "contingent",
      "cash-sale",
      "next-day",
      "seller",
      "price-variation",
    ],
  ],
  [NOT_VOLUME, ["corrected-close"]],
  [NOTHING, ["official-open", "official-close"]],
]);

/** Letters that mean the same on both tapes. */
const BOTH_TAPES = [
  [EVERYTHING, ["", " ", "@", "F", "K", "L", "O", "X", "5", "6"]],
  [NOT_OPEN_CLOSE, ["P", "Z", "4"]],
  [VOLUME_ONLY, ["C", "H", "I", "N", "R", "T", "U", "V", "7"]],
  [NOT_VOLUME, ["9"]],
  [NOTHING, ["M", "Q"]],
] as const;
/** Tapes A and B: B is an average price, E an automatic execution. */
const CTA: Table = tableOf([...BOTH_TAPES, [EVERYTHING, ["E"]], [VOLUME_ONLY, ["B"]]]);
/** Tape C: B is bunched, W an average price, G bunched and sold late. */
const UTP: Table = tableOf([
  ...BOTH_TAPES,
  [EVERYTHING, ["A", "B", "D", "S", "Y", "1"]],
  [NOT_OPEN_CLOSE, ["G"]],
  [VOLUME_ONLY, ["W"]],
]);

/** Venues whose symbols begin so are listed on those tapes. */
const TAPES: ReadonlyMap<string, Table> = new Map([
  ...["XNYS", "NYSE", "XASE", "AMEX", "ARCX", "ARCA", "BATS", "XCBO", "IEXG", "IEX"].map(
    (venue) => [venue, CTA] as const,
  ),
  ...["XNAS", "NASDAQ"].map((venue) => [venue, UTP] as const),
]);

export type Counted = {
  readonly counts: Counts;
  /** Of the flags, those that no table knows: they count as regular. */
  readonly unknown: number;
};

/** `venue` is the part of the symbol before the colon. */
export function countsOf(conditions: readonly string[], venue: string): Counted {
  const letters = TAPES.get(venue);
  let counts = EVERYTHING;
  let unknown = 0;
  for (const condition of conditions) {
    const known = WORDS.get(condition) ?? letters?.get(condition);
    if (known === undefined) unknown += 1;
    else counts &= known;
  }
  return { counts, unknown };
}

/** For laws: each table with its flags. */
export const CONDITION_TABLES: readonly Table[] = [WORDS, CTA, UTP];
