/** A kept series against one built at once from the trades that stand: under any order, with cancels, corrections and restarts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SeriesTrade } from "../../../../src/quant/series/gathered.ts";
import type { SeriesRule } from "../../../../src/quant/series/rule.ts";
import { EVERYTHING, HIGH_LOW, OPEN_CLOSE, VOLUME } from "../../../../src/quant/trade-conditions.ts";
import { DAY, type Seen, SeriesWorld, seen } from "./series-world.ts";

const RULES: readonly SeriesRule[] = [
  { kind: "trades", limit: 1 },
  { kind: "trades", limit: 3 },
  { kind: "volume", limit: 10n },
  { kind: "value", limit: 1_500n },
  { kind: "renko", box: 2 },
  { kind: "renko", box: 9 },
];

type Step =
  | {
      readonly kind: "turn";
      readonly trades: readonly {
        at: number;
        ordinal: number;
        price: number;
        size: number;
        counts: number;
      }[];
    }
  | { readonly kind: "cancel" | "correct"; readonly which: number; readonly price: number }
  | { readonly kind: "close"; readonly by: number }
  | { readonly kind: "end" }
  | { readonly kind: "restart" };

const anyTrade = fc.record({
  // Mostly near the newest, so that there are trades in order and some that are late, over the edge of a day too.
  at: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 12 }) }, fc.integer({ min: -40, max: 70 })),
  ordinal: fc.integer({ min: 0, max: 2 }),
  price: fc.integer({ min: 90, max: 110 }),
  size: fc.integer({ min: 1, max: 9 }),
  counts: fc.constantFrom(EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, VOLUME, OPEN_CLOSE | HIGH_LOW, 0),
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("turn" as const),
      trades: fc.array(anyTrade, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("cancel" as const, "correct" as const),
      which: fc.nat(),
      price: fc.integer({ min: 90, max: 110 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("close" as const), by: fc.integer({ min: 0, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "end" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
);

class Walk {
  readonly world: SeriesWorld;
  watermark = 3 * DAY;

  constructor(rule: SeriesRule) {
    this.world = new SeriesWorld(rule);
    this.world.listeningSince = 0;
  }

  /** What is told, or undefined where nothing was asked of the series. */
  take(step: Step) {
    const { world } = this;
    if (step.kind === "turn") {
      const news = step.trades.map(({ at, ordinal, ...trade }): SeriesTrade => {
        const ts = Math.max(DAY, this.watermark + at);
        this.watermark = Math.max(this.watermark, ts);
        return { ...trade, key: [ts, ordinal, ++world.arrivals] };
      });
      world.closedUntil = Math.max(world.closedUntil, this.watermark - 5);
      return world.turn(news);
    }
    if (step.kind === "restart") {
      world.restart();
      return [];
    }
    if (step.kind === "close") world.closedUntil = Math.max(world.closedUntil, this.watermark + step.by);
    if (step.kind === "end") world.endedAt = this.watermark;
    if (step.kind !== "cancel" && step.kind !== "correct") return world.turn([]);
    const trade = world.trades[step.which % Math.max(1, world.trades.length)];
    if (trade === undefined) return [];
    const without = world.trades.filter((each) => each !== trade);
    world.trades = step.kind === "cancel" ? without : [...without, { ...trade, price: step.price }];
    return world.turn([], [trade.key[0]]);
  }
}

const walks = fc.tuple(fc.constantFrom(...RULES), fc.array(anyStep, { maxLength: 25 }));

test("after each turn the bars are those built at once, day by day, from the trades that stand", () => {
  fc.assert(
    fc.property(walks, ([rule, steps]) => {
      const walk = new Walk(rule);
      for (const step of steps) {
        walk.take(step);
        expect(walk.world.listed().map(seen)).toEqual(walk.world.expected());
      }
    }),
    { numRuns: 600 },
  );
});

/** Numbers of revisions from nothing but what was to be seen after each turn. */
class Revisions {
  readonly #known = new Map<string, { seen: Seen | undefined; closed: boolean; rev: number }>();

  /** `wasClosed` of a bar that nobody has seen before. */
  after(
    bars: readonly { seen: Seen; closed: boolean }[],
    wasClosed: (bar: Seen) => boolean,
  ): Map<string, number> {
    const now = new Map(bars.map((bar) => [`${bar.seen.day}.${bar.seen.i}`, bar]));
    for (const [key, bar] of now) {
      const known = this.#known.get(key);
      const rev =
        known === undefined
          ? Number(wasClosed(bar.seen))
          : known.rev + Number(this.#isRevised(known, bar.seen));
      this.#known.set(key, { ...bar, rev });
    }
    for (const [key, known] of this.#known) {
      if (!now.has(key) && known.seen !== undefined)
        this.#known.set(key, { seen: undefined, closed: true, rev: known.rev + 1 });
    }
    return new Map([...now.keys()].map((key) => [key, this.#known.get(key)!.rev]));
  }

  #isRevised(known: { seen: Seen | undefined; closed: boolean }, bar: Seen): boolean {
    return (
      known.seen === undefined ||
      // Subscribers are told that it is no bar.
      (known.seen.c !== undefined && bar.c === undefined) ||
      (known.closed && JSON.stringify(known.seen, text) !== JSON.stringify(bar, text))
    );
  }
}
const text = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

test("a bar that was closed has one revision more for each turn that changed it, and what forms has none for growing", () => {
  let revised = 0;
  fc.assert(
    fc.property(walks, ([rule, steps]) => {
      const walk = new Walk(rule);
      const { world } = walk;
      const revisions = new Revisions();
      for (const step of steps) {
        const before = { closedUntil: world.closedUntil, endedAt: world.endedAt };
        walk.take(step);
        const bars = world.listed().map((bar) => ({ seen: seen(bar), closed: !world.kept.bars.isOpen(bar) }));
        const expected = revisions.after(
          bars,
          ({ day, from }) => (day + 1) * DAY <= before.closedUntil || from <= before.endedAt,
        );
        expect(new Map(world.listed().map(({ day, i, rev }) => [`${day}.${i}`, rev]))).toEqual(expected);
        revised += [...expected.values()].filter((rev) => rev > 0).length;
      }
    }),
    { numRuns: 600 },
  );
  expect(revised).toBeGreaterThan(1_000);
});

test("a bar forms while no trade has completed it, its day has not closed, and its feed has not ended after it began", () => {
  fc.assert(
    fc.property(walks, ([rule, steps]) => {
      const walk = new Walk(rule);
      const { world } = walk;
      for (const step of steps) {
        walk.take(step);
        for (const bar of world.listed()) {
          const isClosed = bar.dayEnd <= world.closedUntil || bar.held.first[0] <= world.endedAt;
          expect(world.kept.bars.isOpen(bar)).toBe(!bar.whole && !isClosed);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("who takes each told bar in place of the one before has what a reader reads", () => {
  fc.assert(
    fc.property(walks, ([rule, steps]) => {
      const walk = new Walk(rule);
      const { world } = walk;
      const heard = new Map<string, string>();
      const told = (bar: Parameters<typeof seen>[0]) =>
        JSON.stringify({ ...seen(bar), rev: bar.rev, open: world.kept.bars.isOpen(bar) }, text);
      for (const step of steps) {
        for (const bar of walk.take(step)) {
          if (bar.gone) heard.delete(`${bar.day}.${bar.i}`);
          else heard.set(`${bar.day}.${bar.i}`, told(bar));
        }
        expect(heard).toEqual(new Map(world.listed().map((bar) => [`${bar.day}.${bar.i}`, told(bar)])));
      }
    }),
    { numRuns: 300 },
  );
});

test("restarts change nothing: not a bar, not a revision, not what is told", () => {
  fc.assert(
    fc.property(walks, ([rule, steps]) => {
      const [steady, restarted] = [new Walk(rule), new Walk(rule)];
      for (const step of steps) {
        const told = (walk: Walk) =>
          JSON.stringify(
            walk.take(step).map((bar) => [seen(bar), bar.rev, bar.gone, bar.partial]),
            text,
          );
        restarted.world.restart();
        expect(told(restarted)).toBe(told(steady));
        // What a bar had before is for the turn's telling only.
        const kept = (walk: Walk) => walk.world.kept.bars.all.map((bar) => ({ ...bar, had: undefined }));
        expect(kept(restarted)).toEqual(kept(steady));
      }
    }),
    { numRuns: 300 },
  );
});

test("a series that is put later is the one that was there all the time, but nobody has been told of revisions", () => {
  fc.assert(
    fc.property(walks, ([rule, steps]) => {
      const walk = new Walk(rule);
      for (const step of steps) walk.take(step);
      const { trades, closedUntil, endedAt } = walk.world;
      const later = Object.assign(new SeriesWorld(rule), { trades, closedUntil, endedAt });
      later.build();
      expect(later.listed().map(seen)).toEqual(walk.world.listed().map(seen));
      expect(later.listed().filter(({ rev }) => rev > 0)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

describe("where trades are missing", () => {
  const trade = (ts: number, arrival: number): SeriesTrade => ({
    key: [ts, 0, arrival],
    price: 100,
    size: 1,
    counts: EVERYTHING,
  });

  test("the bars of a day that began before we listened are partial, those of the next day are not", () => {
    const world = new SeriesWorld({ kind: "trades", limit: 2 });
    world.listeningSince = 150;
    world.turn([150, 151, 152, 210].map(trade));
    expect(world.listed().map(({ day, partial }) => [day, partial])).toEqual([
      [1, true],
      [1, true],
      [2, false],
    ]);
  });

  test("so are those of a series that was put when the log did not reach its day's beginning", () => {
    const world = new SeriesWorld({ kind: "trades", limit: 2 }, 160);
    world.reach = 160;
    world.trades = [150, 170, 210].map(trade);
    world.build();
    expect(world.listed().map(({ day, held, partial }) => [day, held.n, partial])).toEqual([
      [1, 1, true],
      [2, 1, false],
    ]);
    world.turn([trade(171, 9)]);
    expect(world.listed().map(({ day, held, partial }) => [day, held.n, partial])).toEqual([
      [1, 2, true],
      [2, 1, false],
    ]);
  });

  test("a change that lies behind the log leaves the bars as they stand, from there on partial and revised", () => {
    const world = new SeriesWorld({ kind: "trades", limit: 2 });
    world.turn([110, 120, 130, 140, 150].map(trade));
    world.reach = 135;
    const told = world.turn([trade(115, 9)]);
    expect(told.map(({ i, partial, rev, held }) => [i, partial, rev, held.n])).toEqual([
      [0, true, 1, 2],
      [1, true, 1, 2],
      [2, true, 0, 1],
    ]);
    expect(world.turn([trade(116, 10)])).toEqual([]);
    // The one before is whole, so the log reaches far enough for what comes behind it.
    world.turn([trade(145, 11)]);
    expect(world.listed().map(({ held }) => held.n)).toEqual([2, 2, 2]);
  });
});
