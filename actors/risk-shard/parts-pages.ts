/** A page as it comes in: what it has of what is bounded here, and which symbols. */
import type { Symbol } from "../../src/domain/ids.ts";
import { type MovedRow, rowsIn } from "./parts-content.ts";
import type { PageCounts } from "./parts-rows.ts";
import { parseOrder } from "./rows.ts";

export type ReadPage = {
  readonly counts: PageCounts;
  readonly symbols: readonly Symbol[];
  /** What the day of the part that it comes from is counted from. */
  readonly open: string | undefined;
};

/** Undefined where it is no page. */
export function readPage(page: string): ReadPage | undefined {
  let rows: readonly MovedRow[];
  try {
    rows = rowsIn(page);
  } catch {
    return undefined;
  }
  const count = (kind: MovedRow[0]): number => rows.filter((row) => row[0] === kind).length;
  const working = rows.filter((row) => row[0] === "order" && parseOrder(row[1]).status === "working");
  const symbols = new Set(rows.flatMap((row) => (row[0] === "position" ? [row[1] as Symbol] : [])));
  return {
    counts: {
      positions: count("position"),
      orders: working.length,
      instruments: count("instrument"),
      days: count("day"),
      rates: count("rate"),
      trips: count("trip"),
    },
    symbols: [...symbols],
    open: rows.flatMap((row) => (row[0] === "open" ? [row[1]] : []))[0],
  };
}

export const summed = (one: PageCounts, other: PageCounts): PageCounts => ({
  positions: one.positions + other.positions,
  orders: one.orders + other.orders,
  instruments: one.instruments + other.instruments,
  days: one.days + other.days,
  rates: one.rates + other.rates,
  trips: one.trips + other.trips,
});
