/** One message about a book: all of it, or what has changed. Prices and sizes are integers at the instrument's scales. */
import type { Checksum } from "./checksum.ts";

export type DepthChange = {
  /** Event time, epoch ms. */
  readonly ts: number;
  /** The book is this and nothing else; else levels that have changed, with size 0 where one has gone. */
  readonly isSnapshot: boolean;
  /** Price and size by turns. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  /** The venue's number of its newest change in here; undefined where it does not count. */
  readonly lastSeq: number | undefined;
  /** Of a change: it goes on from the book as of this number, and may be laid over any between that and its own. */
  readonly afterSeq: number | undefined;
  /** What the venue says of the book behind this message. */
  readonly checksum: Checksum | undefined;
  /** Of a snapshot: the venue tells of so many levels a side, and a level that falls out of them has gone without a word. */
  readonly levelsKept: number | undefined;
};

/** How a venue numbers a change: by its own first and last, or by the last of the one before. */
export type Numbering = {
  readonly firstSeq: number | undefined;
  readonly lastSeq: number | undefined;
  readonly prevSeq: number | undefined;
};

/** One number alone is that of a single step. */
export function afterSeqOf({ firstSeq, lastSeq, prevSeq }: Numbering): number | undefined {
  if (prevSeq !== undefined) return prevSeq;
  const first = firstSeq ?? lastSeq;
  return first === undefined ? undefined : first - 1;
}
