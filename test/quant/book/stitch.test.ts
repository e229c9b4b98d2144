import { describe, expect, test } from "vitest";
import { BOOK_LEVELS_MAX } from "../../../src/domain/book.ts";
import type { DepthChange } from "../../../src/quant/book/depth-change.ts";
import { isRepeat, StitchedBook } from "../../../src/quant/book/stitch.ts";
import { WAITING_CHANGES_MAX, WAITING_LEVELS_MAX } from "../../../src/quant/book/waiting-changes.ts";
import { change, diff, flatLevels, seeded, snapshot, T0, Venue } from "./venue.ts";

const SCALES = { priceScale: 2, sizeScale: 0 };
function taken(...changes: readonly DepthChange[]) {
  const book = new StitchedBook();
  return { book, outcomes: changes.map((each) => book.take(each, SCALES)) };
}

describe("stitching", () => {
  test("drops what the snapshot holds, and goes on from the first change that reaches beyond it", () => {
    const { book, outcomes } = taken(
      diff(5, 8, { bids: [99, 0] }),
      diff(8, 11, { bids: [98, 5] }),
      diff(11, 12, { asks: [101, 0] }),
      snapshot(9),
    );
    expect(outcomes).toEqual(["waits", "waits", "waits", "applied"]);
    expect(book.view.levels("bids")).toEqual({ prices: [99, 98], sizes: [1, 5] });
    expect(book.view.levels("asks").prices).toEqual([102]);
    expect(book.marks).toMatchObject({ state: "live", seq: 12, gaps: 0 });
  });

  test("drops what the snapshot holds also where that was said to be of earlier", () => {
    const { book, outcomes } = taken(
      diff(5, 8, { ts: T0 + 6_000 }),
      diff(8, 9, { ts: T0 + 6_100, bids: [98, 5] }),
      snapshot(8),
    );
    expect(outcomes).toEqual(["waits", "waits", "applied"]);
    expect(book.marks).toMatchObject({ state: "live", seq: 9, gaps: 0 });
  });

  test("waits on with a snapshot that is older than the first change it has", () => {
    const { book, outcomes } = taken(diff(10, 12), snapshot(9), diff(12, 13), snapshot(12));
    expect(outcomes).toEqual(["waits", "too-old", "waits", "applied"]);
    expect(book.marks).toMatchObject({ state: "live", seq: 13 });
  });

  test("is broken by a hole, keeps the book as it was, and is whole again with the next snapshot", () => {
    const { book, outcomes } = taken(snapshot(1), diff(2, 3, { bids: [97, 7] }));
    expect(outcomes).toEqual(["applied", "gap"]);
    expect(book.marks).toMatchObject({ state: "broken", seq: 1, gaps: 1 });
    expect([book.wantsSnapshot, book.view.sizeAt("bids", 97)]).toEqual([true, 0]);
    expect(book.take(snapshot(2), SCALES)).toBe("applied");
    expect(book.marks).toMatchObject({ state: "live", seq: 3, gaps: 1 });
    expect([book.wantsSnapshot, book.view.sizeAt("bids", 97)]).toEqual([false, 7]);
  });

  test("finds a hole among the changes that wait", () => {
    const { book, outcomes } = taken(diff(4, 5), diff(6, 7), snapshot(4));
    expect(outcomes).toEqual(["waits", "waits", "gap"]);
    expect(book.marks).toMatchObject({ state: "broken", seq: 5, gaps: 1 });
    expect(book.waiting.map(({ lastSeq }) => lastSeq)).toEqual([7]);
  });

  test("lays a change over the part of it that the book has: connections cut their messages differently", () => {
    const { book, outcomes } = taken(snapshot(5), diff(3, 6, { bids: [99, 4] }), diff(4, 6), diff(5, 8));
    expect(outcomes).toEqual(["applied", "applied", "repeat", "applied"]);
    expect(book.marks.seq).toBe(8);
    expect(book.view.bestBid).toEqual([99, 4]);
  });

  test("follows a venue that names the number before, without a rule between numbers, back too", () => {
    const { book, outcomes } = taken(
      snapshot(100),
      diff(90, 140),
      diff(140, 200),
      diff(200, 200),
      diff(200, 3),
    );
    expect(outcomes).toEqual(["applied", "applied", "applied", "applied", "applied"]);
    expect(book.marks).toMatchObject({ seq: 3, gaps: 0 });
    expect(book.take(diff(4, 6), SCALES)).toBe("gap");
  });

  test("takes no snapshot behind where the book stands, and a newer one in place of all", () => {
    const { book, outcomes } = taken(snapshot(5), snapshot(5), snapshot(4), snapshot(9, { bids: [90, 1] }));
    expect(outcomes).toEqual(["applied", "repeat", "repeat", "applied"]);
    expect(book.view.levels("bids").prices).toEqual([90]);
    expect(book.marks.seq).toBe(9);
  });

  test("hears that a venue counts from anew by lower numbers that are much younger", () => {
    const later = { ts: T0 + 6_000 };
    const { book, outcomes } = taken(snapshot(500), diff(2, 3), diff(2, 3, later), snapshot(2, later));
    expect(outcomes).toEqual(["applied", "repeat", "gap", "applied"]);
    expect(book.marks).toMatchObject({ state: "live", seq: 3 });
    expect(book.take(snapshot(1, { ts: T0 + 20_000 }), SCALES)).toBe("applied");
    expect(book.marks.seq).toBe(1);
  });

  test("of a feed of snapshots takes each that is not older", () => {
    const at = (ts: number, price: number) => snapshot(undefined, { ts: T0 + ts, bids: [price, 1] });
    const { book, outcomes } = taken(at(0, 90), at(10, 91), at(5, 92), at(10, 93));
    expect(outcomes).toEqual(["applied", "applied", "repeat", "applied"]);
    expect(book.view.bestBid).toEqual([93, 1]);
    expect(book.wantsSnapshot).toBe(false);
  });

  test("of changes without numbers takes each that is not older, behind a snapshot without one", () => {
    const { book, outcomes } = taken(
      change({ bids: [97, 1] }),
      snapshot(undefined),
      change({ ts: T0 + 5, bids: [97, 2] }),
      change({ ts: T0 + 4, bids: [97, 3] }),
    );
    expect(outcomes).toEqual(["waits", "applied", "applied", "repeat"]);
    expect(book.view.sizeAt("bids", 97)).toBe(2);
    expect(book.take(diff(7, 8, { ts: T0 + 6 }), SCALES)).toBe("applied");
    expect(book.take(diff(9, 10, { ts: T0 + 7 }), SCALES)).toBe("gap");
  });

  test("behind a snapshot without a number nothing waits: nobody can say what of it the snapshot holds", () => {
    const { book, outcomes } = taken(diff(5, 8), diff(8, 9), snapshot(undefined), diff(9, 11));
    expect(outcomes).toEqual(["waits", "waits", "applied", "applied"]);
    expect([book.marks.seq, book.waiting]).toEqual([11, []]);
  });

  test("is broken by a sum that is not that of the copy", () => {
    const sum = { kind: "okx", value: 1 } as const;
    const { book, outcomes } = taken(snapshot(1), diff(1, 2, { checksum: sum }), diff(2, 3));
    expect(outcomes).toEqual(["applied", "checksum", "waits"]);
    expect(book.marks).toMatchObject({ state: "broken", checksum: "failed", checksumFailures: 1, gaps: 0 });
    book.take(snapshot(3), SCALES);
    expect(book.marks).toMatchObject({ state: "live", seq: 3 });
  });

  test("of a venue that tells of more levels than are kept knows as far as they reach, and no farther", () => {
    const asks = Array.from({ length: BOOK_LEVELS_MAX + 100 }, (_, at) => [1_000 + at, 1]).flat();
    const { book } = taken(
      snapshot(1, { levelsKept: BOOK_LEVELS_MAX + 1, asks }),
      diff(1, 2, { asks: [1_000, 0] }),
      diff(2, 3, { asks: [5_000, 1] }),
    );
    expect(book.view.knownTo("asks")).toBe(1_000 + BOOK_LEVELS_MAX - 1);
  });

  test("drops what falls out of the levels that the venue tells of", () => {
    const { book } = taken(snapshot(1, { levelsKept: 2 }), diff(1, 2, { bids: [100, 1] }));
    expect(book.view.levels("bids").prices).toEqual([100, 99]);
    book.take(diff(2, 3, { bids: [100, 0, 97, 1, 99, 2] }), SCALES);
    expect(book.view.levels("bids")).toEqual({ prices: [99, 97], sizes: [2, 1] });
    expect([book.view.knownTo("bids"), book.wantsSnapshot]).toEqual([97, false]);
  });

  test("wants a snapshot anew when little is left of what the last one told", () => {
    const bids = [10, 1, 9, 1, 8, 1, 7, 1, 6, 1];
    const asks = [11, 1, 12, 1, 13, 1, 14, 1, 15, 1];
    const { book } = taken(
      snapshot(1, { bids, asks }),
      diff(1, 2, { bids: [10, 0, 9, 0, 8, 0, 4, 1, 3, 1] }),
    );
    expect(book.wantsSnapshot).toBe(false);
    book.take(diff(2, 3, { bids: [7, 0] }), SCALES);
    expect([book.wantsSnapshot, book.marks.state]).toEqual([true, "live"]);
  });

  test("bound symbol/memory:bookWaiting: of more changes than may wait the oldest leave", () => {
    const book = new StitchedBook();
    for (let seq = 0; seq < WAITING_CHANGES_MAX + 10; seq++) book.take(diff(seq, seq + 1), SCALES);
    expect(book.waiting.length).toBe(WAITING_CHANGES_MAX);
    expect(book.take(snapshot(9), SCALES)).toBe("too-old");
    expect(book.take(snapshot(10), SCALES)).toBe("applied");
    expect(book.marks.seq).toBe(WAITING_CHANGES_MAX + 10);

    const large = new StitchedBook();
    const half = Array.from({ length: WAITING_LEVELS_MAX }, (_, at) => at + 1);
    for (const seq of [1, 2, 3]) large.take(diff(seq, seq + 1, { bids: half }), SCALES);
    expect(large.waiting.length).toBe(2);
    large.take(diff(4, 5, { bids: [...half, ...half, ...half] }), SCALES);
    expect(large.waiting.length).toBe(1);
  });
});

/** One step: the venue moves, its diff is told, lost or told twice, and a snapshot that was asked for may come. */
class Walk {
  readonly #random: () => number;
  readonly #venue: Venue;
  readonly book = new StitchedBook();
  /** Snapshots by their number. */
  readonly #truth = new Map<number, DepthChange>();
  #asked: DepthChange | undefined;
  healed = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.#venue = new Venue(this.#random);
  }

  step(): void {
    const before = this.book.marks.state;
    this.#move();
    const told = this.#venue.diff();
    if (this.#random() > 0.05) this.#tell(told);
    if (this.#asked !== undefined && this.#random() < 0.3) {
      const rehearsal = this.book.rehearsal();
      const outcome = this.book.take(this.#asked, SCALES);
      expect([rehearsal.take(this.#asked, SCALES), rehearsal.place]).toEqual([outcome, this.book.place]);
      this.#asked = undefined;
    }
    if (this.book.wantsSnapshot) this.#asked ??= this.#venue.snapshot();
    if (before !== "live" && this.book.marks.state === "live") this.healed += 1;
  }

  /** The venue's own book as of the number where ours stands. */
  get truth(): DepthChange | undefined {
    return this.#truth.get(this.book.marks.seq ?? -1);
  }

  #move(): void {
    for (let moves = Math.floor(this.#random() * 3); moves >= 0; moves--) {
      this.#venue.move();
      this.#truth.set(this.#venue.seq, this.#venue.snapshot());
    }
  }

  #tell(told: DepthChange): void {
    const { place } = this.book;
    const rehearsal = this.book.rehearsal();
    const outcome = this.book.take(told, SCALES);
    expect(outcome === "repeat").toBe(isRepeat(place, told));
    expect([rehearsal.take(told, SCALES), rehearsal.place]).toEqual([outcome, this.book.place]);
    if (this.#random() < 0.1) expect(this.book.take(told, SCALES)).toBe("repeat");
  }
}

test("over a line that loses and repeats, a live book is the venue's as of its number, and it heals with each snapshot", () => {
  let healed = 0;
  let gaps = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const walk = new Walk(seed);
    for (let step = 0; step < 100; step++) {
      walk.step();
      const { marks, view } = walk.book;
      if (marks.state !== "live") continue;
      expect(flatLevels(view, "bids")).toEqual(walk.truth?.bids);
      expect(flatLevels(view, "asks")).toEqual(walk.truth?.asks);
    }
    healed += walk.healed;
    gaps += walk.book.marks.gaps;
  }
  expect([healed > 100, gaps > 60]).toEqual([true, true]);
});
