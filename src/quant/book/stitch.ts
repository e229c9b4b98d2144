/**
 * A snapshot and the changes around it as one book, by the venue's numbers: what came before the snapshot is dropped, what follows goes on where
 * the last ended, and where it does not the book is broken until the next snapshot. Changes that come meanwhile wait for it.
 */
import { BOOK_LEVELS_MAX, type BookState, type ChecksumState } from "../../domain/book.ts";
import { Book, type BookSideName, type BookView } from "./book.ts";
import { isSummed, type Scales } from "./checksum.ts";
import type { DepthChange } from "./depth-change.ts";
import { WaitingChanges } from "./waiting-changes.ts";

/** `waits`: for a snapshot. `too-old`: a snapshot before the first change that waits. Of `gap` and `checksum` the book is broken. */
export type Outcome = "applied" | "repeat" | "waits" | "too-old" | "gap" | "checksum";

/** Where a book stands: behind its newest change, or behind the newest that waits. */
export type Place = { readonly isLive: boolean; readonly seq: number | undefined; readonly ts: number };

/**
 * A lower number is a repeat, unless it is so much younger: then the venue counts from anew. Connections to one venue, of which the slower
 * repeats the faster, are apart by less.
 */
const COUNTED_ANEW_MS = 5_000;
/** Of a snapshot's levels so many have to be left: beyond them nothing is known but what has changed since. */
const KNOWN_PART = 0.25;

/** Everything but the levels and what waits: plain data. */
export type StitchMarks = {
  state: BookState;
  seq: number | undefined;
  /** Event time of the newest change in the book; 0 before the first. */
  ts: number;
  /** Breaks in the numbers so far, and sums that were not those of our copy. */
  gaps: number;
  checksumFailures: number;
  checksum: ChecksumState;
  levelsKept: number | undefined;
  /** Levels of the snapshot's shorter side. */
  snapshotLevels: number;
};

export class StitchedBook {
  readonly #book: Book;
  readonly #waiting: WaitingChanges;
  readonly #marks: StitchMarks;
  #isRehearsal = false;

  /** Anew, or as it was written down. */
  constructor(marks?: Readonly<StitchMarks>, book: Book = new Book(), waiting: readonly DepthChange[] = []) {
    this.#book = book;
    this.#waiting = new WaitingChanges(waiting);
    this.#marks = marks === undefined ? noMarks() : { ...marks };
  }

  get view(): BookView {
    return this.#book;
  }

  get marks(): Readonly<StitchMarks> {
    return this.#marks;
  }

  get waiting(): readonly DepthChange[] {
    return this.#waiting.all;
  }

  get place(): Place {
    const { state, seq, ts } = this.#marks;
    const newest = this.#waiting.newest;
    return state === "live"
      ? { isLive: true, seq, ts }
      : { isLive: false, seq: newest?.lastSeq, ts: newest?.ts ?? 0 };
  }

  /** Without one it does not go on, or it will soon know too little. */
  get wantsSnapshot(): boolean {
    const { state, seq, snapshotLevels, levelsKept } = this.#marks;
    if (state !== "live") return true;
    if (seq === undefined || levelsKept !== undefined) return false;
    const least = snapshotLevels * KNOWN_PART;
    const isThin = (side: BookSideName) => this.#book.countKnown(side) < least;
    return isThin("bids") || isThin("asks");
  }

  /** A copy without levels: it takes messages as this book would, and no sum of theirs fails. */
  rehearsal(): StitchedBook {
    const copy = new StitchedBook(this.#marks, new Book(), this.waiting);
    copy.#isRehearsal = true;
    return copy;
  }

  take(change: DepthChange, scales: Scales): Outcome {
    const { place } = this;
    if (isRepeat(place, change) || lacksSequence(place, change)) return "repeat";
    if (change.isSnapshot) return this.#takeSnapshot(change, scales);
    if (!place.isLive) return this.#wait(change, place);
    return goesOn(place, change) ? this.#apply(change, scales) : this.#break(change);
  }

  #apply(change: DepthChange, scales: Scales): Outcome {
    const marks = this.#marks;
    if (!this.#isRehearsal) {
      lay(this.#book, "bids", change.bids);
      lay(this.#book, "asks", change.asks);
      if (marks.levelsKept !== undefined) this.#book.trim(marks.levelsKept);
    }
    marks.seq = change.lastSeq ?? marks.seq;
    marks.ts = Math.max(marks.ts, change.ts);
    return this.#compare(change, scales);
  }

  #takeSnapshot(change: DepthChange, scales: Scales): Outcome {
    const marks = this.#marks;
    const { lastSeq, ts, bids, asks } = change;
    // Of a venue that tells of more than are kept here, those beyond are as unknown as of any other.
    const levelsKept = (change.levelsKept ?? Infinity) > BOOK_LEVELS_MAX ? undefined : change.levelsKept;
    if (lastSeq !== undefined && !this.#waiting.goesOnFrom(lastSeq)) return "too-old";
    if (!this.#isRehearsal) {
      this.#book.replace(pairs(bids), pairs(asks));
      if (levelsKept !== undefined) this.#book.trim(levelsKept);
    }
    Object.assign(marks, { state: "live", seq: lastSeq, ts, levelsKept });
    marks.snapshotLevels = Math.min(this.#book.count("bids"), this.#book.count("asks"));
    const compared = this.#compare(change, scales);
    // Of one without a number nobody can say what of those it holds.
    return compared === "applied" ? this.#takeWaiting(lastSeq ?? Infinity, scales) : compared;
  }

  /** Those behind the snapshot, whatever time it is said to be of; a break among them is one of the book. */
  #takeWaiting(held: number, scales: Scales): Outcome {
    const waiting = this.#waiting.takeAll();
    let outcome: Outcome = "applied";
    for (const change of waiting) {
      if ((change.lastSeq ?? 0) <= held) continue;
      const next = this.take(change, scales);
      if (next === "gap" || next === "checksum") outcome = next;
    }
    return outcome;
  }

  #break(change: DepthChange): Outcome {
    const marks = this.#marks;
    marks.state = "broken";
    marks.gaps += 1;
    this.#waiting.begin(change);
    return "gap";
  }

  #wait(change: DepthChange, { seq }: Place): Outcome {
    // Without a number nobody can say whether a snapshot holds it.
    if (change.lastSeq === undefined) return "waits";
    if (seq !== undefined && change.lastSeq <= seq) this.#waiting.begin(change);
    else this.#waiting.add(change);
    return "waits";
  }

  #compare({ checksum }: DepthChange, scales: Scales): Outcome {
    if (checksum === undefined || this.#isRehearsal) return "applied";
    const marks = this.#marks;
    const passed = isSummed(this.#book, checksum, scales);
    marks.checksum = passed ? "passed" : "failed";
    if (passed) return "applied";
    marks.checksumFailures += 1;
    marks.state = "broken";
    return "checksum";
  }
}

/** What a book that stands there has already. */
export function isRepeat({ isLive, seq, ts }: Place, change: DepthChange): boolean {
  const { isSnapshot, lastSeq, afterSeq } = change;
  if (change.ts > ts + COUNTED_ANEW_MS) return false;
  if (isSnapshot && !isLive) return false;
  if (lastSeq === undefined || seq === undefined) return isLive && change.ts < ts;
  return lastSeq <= seq && (isSnapshot || afterSeq !== seq);
}

/** A change without a number, for a book that is counted: nobody can say where it belongs. */
export const lacksSequence = ({ isLive, seq }: Place, { isSnapshot, lastSeq }: DepthChange): boolean =>
  isLive && seq !== undefined && !isSnapshot && lastSeq === undefined;

/** Whether a change may be laid over a book that stands there. */
function goesOn({ seq }: Place, { afterSeq, lastSeq }: DepthChange): boolean {
  if (seq === undefined || lastSeq === undefined || afterSeq === undefined) return true;
  return afterSeq === seq || (afterSeq < seq && lastSeq > seq);
}

const noMarks = (): StitchMarks => ({
  ...{ state: "awaiting-snapshot", seq: undefined, ts: 0, gaps: 0 },
  ...{ checksumFailures: 0, checksum: "none", levelsKept: undefined, snapshotLevels: 0 },
});

function lay(book: Book, side: BookSideName, flat: readonly number[]): void {
  for (let at = 0; at < flat.length; at += 2) book.set(side, flat[at] ?? 0, flat[at + 1] ?? 0);
}

function* pairs(flat: readonly number[]): Iterable<readonly [number, number]> {
  for (let at = 0; at < flat.length; at += 2) yield [flat[at] ?? 0, flat[at + 1] ?? 0];
}
