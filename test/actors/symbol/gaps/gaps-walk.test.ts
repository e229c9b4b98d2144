/** Which bars are partial, against a list of all gaps; and what the facts told one by one amounts to the same. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { BarFlagsFact } from "../../../../actors/symbol/events.ts";
import type { BarObject } from "../../../../src/contracts/bars.ts";
import { RESOLUTIONS, type Resolution } from "../../../../src/domain/bar.ts";
import { fewOrAll } from "../../../support/few-or-all.ts";
import { MINUTE, NOON, quote, type Sent, SYMBOL, SymbolBench, trade } from "../bench.ts";
import { barsOf } from "../quote-pages.ts";

/** Away from midnight and from the edges of widths: the middle of an afternoon. */
const START = NOON + 7 * MINUTE;
type Step = {
  readonly kind: "trade" | "quote" | "gap" | "counted" | "fill";
  readonly ahead: number;
  readonly back: number;
  readonly length: number;
  readonly next: "go" | "same-group" | "reload";
};
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("trade", "trade", "quote", "quote", "gap", "counted", "fill"),
  ahead: fc.integer({ min: 0, max: 100_000 }),
  back: fc.integer({ min: 0, max: 20 * MINUTE }),
  length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 * MINUTE }), fc.constant(60 * MINUTE)),
  next: fc.constantFrom("go", "go", "same-group", "reload"),
});
type Stretch = { readonly from: number; readonly to: number; readonly counted: boolean };

class Walk {
  readonly bench = new SymbolBench({ quoteBars: true });
  /** Told and not filled. */
  open: Stretch[] = [];
  readonly #known = new Set<string>();
  #watermark = START - MINUTE;

  constructor(steps: readonly Step[]) {
    const { bench } = this;
    bench.take(trade(START - MINUTE, "10"), quote(START - MINUTE, "9", "11"));
    for (const one of steps) {
      expect(bench.turn("feed", [this.#tick(one)]).rejected).toEqual([]);
      if (one.next !== "same-group") bench.commit();
      if (one.next === "reload") bench.reload();
    }
    bench.commit();
  }

  #tick({ kind, ahead, back, length }: Step): Sent {
    if (kind === "trade" || kind === "quote") {
      this.#watermark += ahead;
      return kind === "trade" ? trade(this.#watermark, "10") : quote(this.#watermark, "9", "11");
    }
    const to = Math.max(this.#watermark - back, START);
    const from = to - length;
    const tick = { type: "gap", symbol: SYMBOL, ts: to, from, to, reason: "cut" };
    if (kind === "fill") {
      this.open = this.open.filter((gap) => gap.from < from || gap.to > to);
      return { ...tick, filled: true };
    }
    this.#announce({ from, to, counted: kind === "counted" });
    return kind === "counted" ? { ...tick, missing: 3 } : tick;
  }

  #announce(gap: Stretch): void {
    const name = JSON.stringify(gap);
    if (!this.#known.has(name)) this.open.push(gap);
    this.#known.add(name);
  }
}

const overlaps = (bench: SymbolBench, resolution: Resolution, t: number, { from, to }: Stretch): boolean =>
  t <= to && from < bench.state.calendar.spanOf(resolution, t).end;

test("a bar is partial exactly while an unfilled gap overlaps it, or where we began to listen", () => {
  void fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const { bench, open } = new Walk(steps);
      for (const resolution of RESOLUTIONS) {
        const expected = (t: number, gaps: readonly Stretch[]): boolean =>
          t <= START - MINUTE || gaps.some((gap) => overlaps(bench, resolution, t, gap));
        for (const { t, partial } of bench.bars(resolution))
          expect([resolution, t, partial === true]).toEqual([resolution, t, expected(t, open)]);
        // Quotes are not missing where trades were counted.
        const ofFeed = open.filter(({ counted }) => !counted);
        for (const { t, partial } of barsOf(bench, "mid", resolution))
          expect([resolution, t, partial === true]).toEqual([resolution, t, expected(t, ofFeed)]);
      }
    }),
    { numRuns: fewOrAll(25, 60), seed: 9 },
  );
});

type Flags = Map<string, boolean>;
/** What Postgres comes to, fact by fact. */
function toldFlags(bench: SymbolBench): { readonly trades: Flags; readonly quotes: Flags } {
  const told = { trades: new Map<string, boolean>(), quotes: new Map<string, boolean>() };
  for (const { kind, payload } of bench.facts) {
    const fact = JSON.parse(payload);
    if (kind === "bar") told.trades.set(`${fact.resolution} ${fact.t}`, fact.partial);
    if (kind === "quote-bar") told.quotes.set(`${fact.resolution} ${fact.t}`, fact.partial);
    if (kind === "bar-flags") flag(fact.series === "quotes" ? told.quotes : told.trades, fact);
  }
  return told;
}
/** Only bars that stand there already. */
function flag(flags: Flags, { bars, partial }: BarFlagsFact): void {
  for (const [resolution, t] of bars) {
    expect(flags.has(`${resolution} ${t}`)).toBe(true);
    flags.set(`${resolution} ${t}`, partial);
  }
}
const seen = (resolution: Resolution, bars: readonly BarObject[]): [string, boolean][] =>
  bars
    .filter(({ state }) => state !== "forming")
    .map(({ t, partial }) => [`${resolution} ${t}`, partial === true]);
const of = (resolution: Resolution, flags: Flags): [string, boolean][] =>
  [...flags]
    .filter(([key]) => key.startsWith(`${resolution} `))
    .sort(([one], [other]) => (one < other ? -1 : 1));

test("what bars and flags told, one after the other, is what a reader sees of each closed bar", () => {
  void fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const { bench } = new Walk(steps);
      const told = toldFlags(bench);
      for (const resolution of RESOLUTIONS) {
        expect(seen(resolution, bench.bars(resolution))).toEqual(of(resolution, told.trades));
        expect(seen(resolution, barsOf(bench, "bid", resolution))).toEqual(of(resolution, told.quotes));
      }
    }),
    { numRuns: fewOrAll(25, 60), seed: 10 },
  );
});
