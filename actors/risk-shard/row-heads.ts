/**
 * What stands before the numbers of a row, in one of the texts that rows are written as. Orders in sequence are mostly checked by the same
 * limits, so it is that of the row which stood in the same place before: as many are kept as a decision has rows.
 */
import type { CheckRow } from "./check-rows.ts";

export class RowHeads<Head> {
  readonly #headOf: (row: CheckRow) => Head;
  readonly #newest: { readonly row: CheckRow; readonly head: Head }[] = [];

  /** `headOf` reads a row up to its limit, and no further. */
  constructor(headOf: (row: CheckRow) => Head) {
    this.#headOf = headOf;
  }

  at(place: number, row: CheckRow): Head {
    const newest = this.#newest[place];
    if (newest !== undefined && isAlike(newest.row, row)) return newest.head;
    const head = this.#headOf(row);
    this.#newest[place] = { row, head };
    return head;
  }
}

/** Limits first: they tell most of those apart that are not alike. */
const isAlike = (one: CheckRow, other: CheckRow): boolean =>
  one[4] === other[4] &&
  one[0] === other[0] &&
  one[3] === other[3] &&
  one[1] === other[1] &&
  one[2] === other[2];
