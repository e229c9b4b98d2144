/** Bars as one text, in which a page of them leaves SQLite: fetched value by value, a bar took four times as long. */
import type { EpochMs } from "../../../src/domain/time.ts";
import type { Sides } from "../quotes/sides.ts";
import type { Bar } from "./bars.ts";

/** Sums can be larger than a number of JSON, and are text on disk already. */
type Packed = readonly [
  ...prices: readonly [start: EpochMs, o: number, h: number, l: number, c: number],
  ...sums: readonly [v: string, n: number, pv: string, rev: number],
  sides?: Sides,
];

const COLUMNS = "start, o, h, l, c, v, n, pv, rev";
/** One bar, packed; a page is what `group_concat` makes of them. */
export const PACKED_TRADE_BAR = `json_array(${COLUMNS})`;
export const PACKED_QUOTE_BAR = `json_array(${COLUMNS}, json(sides))`;

/** Ascending: in which order an aggregate takes its rows is SQLite's own affair. Of no bars it makes null. */
export const unpackedBars = (page: string | null): Bar[] =>
  // SAFETY: made of one of the expressions above.
  (JSON.parse(`[${page ?? ""}]`) as Packed[]).map(barOf).sort((one, other) => one.start - other.start);

function barOf([start, o, h, l, c, v, n, pv, rev, sides]: Packed): Bar {
  const bar = { start, o, h, l, c, v: BigInt(v), n, pv: BigInt(pv), rev };
  return sides === undefined ? bar : { ...bar, sides };
}
