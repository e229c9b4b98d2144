/**
 * Renko bricks of a fixed box. The trading day's first price, rounded down to a multiple of the box, is the first line; so the lines are
 * the same on each day. From there a price that reaches the next line, above or below, completes a brick; after that the line beyond the
 * last brick completes one more in its direction, and a price two boxes back from its close a first one in the other: it begins where the
 * last one began, whose own height is passed over. To touch a line is enough. Bricks came west with S. Nison, "Beyond Candlesticks" (1994),
 * for closing prices; here, as on charts of today, every price counts. A whole brick has no wick.
 *
 * A brick holds the trades since the one before, up to and with the one that completes it. Where a trade completes several, the first has
 * them all; the others are bare: no trades, no volume.
 */
import type { Gathered } from "./gathered.ts";
import type { Direction, SeriesBar } from "./series-bar.ts";

/** Where the last brick closed, and which way it went; 0 before the day's first. */
export type Line = { readonly at: number; readonly direction: -1 | 0 | 1 };
export type Bricks = { readonly bricks: readonly SeriesBar[]; readonly next: number; readonly line: Line };

/** The bricks kept of a series: of a leap over more of them the oldest would leave at once, so they are counted and not made. */
export const BRICKS_PER_TRADE_MAX = 3_000;

/** The multiple of the box at or below a price. */
export const lineBelow = (price: number, box: number): number => {
  const over = price % box;
  return price - (over < 0 ? over + box : over);
};

export const completes = (price: number, { at, direction }: Line, box: number): boolean =>
  price >= at + upwards(direction) * box || price <= at - downwards(direction) * box;

/** Bricks that a price completes; none where it reaches no line. `i` is the place of the first. */
export function bricksAt(price: number, line: Line, box: number, i: number, gathered: Gathered): Bricks {
  if (!completes(price, line, box)) return { bricks: [], next: i, line };
  const direction = price > line.at ? 1 : -1;
  const isReversal = line.direction === -direction;
  const open = isReversal ? line.at + direction * box : line.at;
  const rise = Math.abs(price - open);
  const count = (rise - (rise % box)) / box;
  const bricks: SeriesBar[] = [];
  for (let index = Math.max(0, count - BRICKS_PER_TRADE_MAX); index < count; index++) {
    bricks.push(
      brick(
        i + index,
        open + index * direction * box,
        direction,
        box,
        index === 0 ? gathered : bare(gathered),
      ),
    );
  }
  return { bricks, next: i + count, line: { at: open + count * direction * box, direction } };
}

const upwards = (direction: Line["direction"]): number => (direction < 0 ? 2 : 1);
const downwards = (direction: Line["direction"]): number => (direction > 0 ? 2 : 1);

type Held = Pick<Gathered, "first" | "last" | "v" | "pv" | "n">;

/** Made by the last of the trades and holding none. */
const bare = ({ last }: Gathered): Held => ({ first: last, last, v: 0n, pv: 0n, n: 0 });

function brick(i: number, o: number, way: -1 | 1, box: number, { first, last, v, pv, n }: Held): SeriesBar {
  const c = o + way * box;
  const direction: Direction = way > 0 ? "up" : "down";
  return { i, first, last, o, h: Math.max(o, c), l: Math.min(o, c), c, v, pv, n, direction };
}
