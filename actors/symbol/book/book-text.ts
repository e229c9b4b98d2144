/** An order book as it is written down: what a message said, and the whole of a book. Both are JSON of plain lists. */
import { Book, type BookSideName } from "../../../src/quant/book/book.ts";
import type { Checksum } from "../../../src/quant/book/checksum.ts";
import type { DepthChange } from "../../../src/quant/book/depth-change.ts";
import { StitchedBook, type StitchMarks } from "../../../src/quant/book/stitch.ts";

/** Without the last two where the message says nothing of them. */
type ChangeValues = readonly [
  ts: number,
  isSnapshot: 0 | 1,
  lastSeq: number | null,
  afterSeq: number | null,
  bids: readonly number[],
  asks: readonly number[],
  checksum?: Checksum | null,
  levelsKept?: number | null,
];

const changeValues = (change: DepthChange): ChangeValues => {
  const { ts, isSnapshot, lastSeq = null, afterSeq = null, bids, asks, checksum, levelsKept } = change;
  const plain = [ts, isSnapshot ? 1 : 0, lastSeq, afterSeq, bids, asks] as const;
  return checksum === undefined && levelsKept === undefined
    ? plain
    : [...plain, checksum ?? null, levelsKept ?? null];
};

function changeOf(values: ChangeValues): DepthChange {
  const [ts, isSnapshot, lastSeq, afterSeq, bids, asks, checksum, levelsKept] = values;
  return {
    ...{ ts, isSnapshot: isSnapshot === 1, bids, asks },
    ...{ lastSeq: lastSeq ?? undefined, afterSeq: afterSeq ?? undefined },
    ...{ checksum: checksum ?? undefined, levelsKept: levelsKept ?? undefined },
  };
}

export const changeText = (change: DepthChange): string => JSON.stringify(changeValues(change));

/** `texts` is a JSON list of them. */
export const changesOf = (texts: string): readonly DepthChange[] =>
  // SAFETY: only `changeText` makes them.
  (JSON.parse(texts) as readonly ChangeValues[]).map(changeOf);

type SideValues = { readonly knownTo: number | null; readonly levels: readonly number[] };
type BookValues = {
  readonly marks: StitchMarks;
  readonly bids: SideValues;
  readonly asks: SideValues;
  readonly waiting: readonly ChangeValues[];
};

export function bookText({ marks, view, waiting }: StitchedBook): string {
  const side = (name: BookSideName): SideValues => {
    const { prices, sizes } = view.levels(name);
    const levels = prices.flatMap((price, rank) => [price, sizes[rank] ?? 0]);
    return { knownTo: view.knownTo(name) ?? null, levels };
  };
  const values: BookValues = {
    ...{ marks, bids: side("bids"), asks: side("asks") },
    waiting: waiting.map(changeValues),
  };
  return JSON.stringify(values);
}

export function bookOf(text: string): StitchedBook {
  // SAFETY: only `bookText` makes it. JSON leaves out what is undefined, and reads as such again.
  const { marks, bids, asks, waiting } = JSON.parse(text) as BookValues;
  const book = new Book();
  fill(book, "bids", bids);
  fill(book, "asks", asks);
  return new StitchedBook(marks, book, waiting.map(changeOf));
}

function fill(book: Book, name: BookSideName, { knownTo, levels }: SideValues): void {
  for (let at = 0; at < levels.length; at += 2) book.set(name, levels[at] ?? 0, levels[at + 1] ?? 0);
  if (knownTo !== null) book.limitKnown(name, knownTo);
}
