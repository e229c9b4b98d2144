/** Bars of quotes against the brute force of bars of trades: each quote is a trade of each of its sides. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BarObject } from "../../../../src/contracts/bars.ts";
import { QUOTE_SIDES, type QuoteSide, RESOLUTIONS } from "../../../../src/domain/bar.ts";
import { fewOrAll } from "../../../support/few-or-all.ts";
import { HOUR, MINUTE, NOON, quote, type Sent, SymbolBench, trade } from "../bench.ts";
import { BarOracle } from "../oracle.ts";
import { barsOf, page, quoteFacts } from "../quote-pages.ts";

type Terms = { readonly timezone: string; readonly session: string };
const ALWAYS: Terms = { timezone: "UTC", session: "24x7" };
const CURRENCIES: Terms = { timezone: "America/New_York", session: "1700-1700:23456" };
const MUMBAI: Terms = { timezone: "Asia/Kolkata", session: "0915-1530:23456" };

const decimal = (value: number, scale: number): string => {
  const digits = String(value).padStart(scale + 1, "0");
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
};
type Step = {
  readonly ahead: number;
  readonly bid: number;
  /** Below zero: a crossed market. */
  readonly spread: number;
  readonly numbered: boolean;
  readonly kind: "quote" | "trade" | "repeat";
  readonly next: "same-request" | "next-request" | "reload" | "clock" | "end";
};
const step: fc.Arbitrary<Step> = fc.record({
  ahead: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -1_000, max: 9_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: -15 * MINUTE, max: 0 }) },
    { weight: 1, arbitrary: fc.integer({ min: -20 * MINUTE, max: -14 * MINUTE }) },
    { weight: 1, arbitrary: fc.integer({ min: MINUTE, max: 20 * HOUR }) },
  ),
  bid: fc.integer({ min: 500, max: 30_000 }),
  spread: fc.integer({ min: -20, max: 300 }),
  numbered: fc.boolean(),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant("quote" as const) },
    { weight: 2, arbitrary: fc.constant("trade" as const) },
    { weight: 1, arbitrary: fc.constant("repeat" as const) },
  ),
  next: fc.oneof(
    { weight: 8, arbitrary: fc.constant("same-request" as const) },
    { weight: 6, arbitrary: fc.constant("next-request" as const) },
    { weight: 1, arbitrary: fc.constant("reload" as const) },
    { weight: 1, arbitrary: fc.constant("clock" as const) },
    { weight: 1, arbitrary: fc.constant("end" as const) },
  ),
});

type Quoted = { readonly ts: number; readonly bid: number; readonly ask: number; readonly seq?: number };

class Walk {
  readonly bench: SymbolBench;
  readonly oracles: Readonly<Record<QuoteSide, BarOracle>>;
  readonly #first: number;
  #past: Quoted[] = [];
  #request: Sent[] = [];
  #serial = 0;

  constructor(terms: Terms, start: number) {
    this.bench = new SymbolBench({ ...terms, quoteBars: true });
    this.bench.clock.time = (start + 3_000 * HOUR) as typeof this.bench.clock.time;
    this.#first = start;
    const oracle = () => new BarOracle(terms, "nothing");
    this.oracles = { mid: oracle(), bid: oracle(), ask: oracle() };
    // The oracle counts from the first tick of any kind.
    this.#quote({ ts: start, bid: 100, ask: 100 });
  }

  step(one: Step): void {
    const ts = Math.max(this.oracles.mid.watermark, this.#first) + one.ahead;
    this.#serial += 1;
    if (one.kind === "trade") {
      for (const side of QUOTE_SIDES) this.oracles[side].quote({ ts });
      this.#request.push(trade(ts, decimal(one.bid, 2)));
    } else {
      const again = one.kind === "repeat" ? this.#past[one.bid % this.#past.length] : undefined;
      const seq = one.numbered ? { seq: (this.#serial * 7) % 100 } : {};
      this.#quote(again ?? { ts, bid: one.bid, ask: one.bid + one.spread, ...seq });
    }
    if (one.next !== "same-request") this.send();
    if (one.next === "reload") this.bench.reload();
    if (one.next === "clock") this.#closeByClock();
    if (one.next === "end") {
      this.bench.end();
      for (const side of QUOTE_SIDES) this.oracles[side].end();
    }
  }

  send(): void {
    if (this.#request.length > 0) expect(this.bench.take(...this.#request.splice(0)).rejected).toEqual([]);
  }

  check(): void {
    this.send();
    for (const side of QUOTE_SIDES)
      for (const resolution of RESOLUTIONS)
        expect(barsOf(this.bench, side, resolution), `${side} ${resolution}`).toEqual(
          this.oracles[side].bars(resolution).map((bar) => shownAs(side, bar)),
        );
  }

  #quote(made: Quoted): void {
    this.#past.push(made);
    const { ts, bid, ask, seq } = made;
    const numbered = seq === undefined ? {} : { seq };
    this.#request.push(quote(ts, decimal(bid, 2), decimal(ask, 2), numbered));
    const prices = { bid, ask, mid: bid + ask };
    for (const side of QUOTE_SIDES) {
      const one = { ts, price: prices[side], size: 1, source: "feed", ...numbered };
      if (bid > ask) this.oracles[side].quote({ ts });
      else this.oracles[side].trade(one);
    }
  }

  #closeByClock(): void {
    const { bench, oracles } = this;
    const away = bench.clock.time;
    bench.clock.time = (oracles.mid.watermark + 30_000) as typeof away;
    bench.state.takenAt = bench.clock.time - 2_000;
    bench.wake();
    for (const side of QUOTE_SIDES) oracles[side].closeByClock(bench.state.closedUntil);
    bench.clock.time = away;
  }
}

/** What a bar of trades of that side's prices is as a bar of quotes. */
function shownAs(side: QuoteSide, { o, h, l, c, ...bar }: BarObject): object {
  const price = side === "mid" ? halved : (text: string) => text;
  return { ...bar, o: price(o), h: price(h), l: price(l), c: price(c), v: "0", vw: null };
}
/** Of hundredths that were doubled. */
const halved = (text: string): string => {
  const [whole = "0", fraction = ""] = text.split(".");
  const hundredths = Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
  return decimal(hundredths * 5, 3).replace(/\.?0+$/, "");
};

describe("bars of quotes are equal to bars recomputed from all quotes", () => {
  test.each<[string, Terms, number]>([
    ["always open", ALWAYS, NOON],
    ["a currency's week", CURRENCIES, Date.parse("2023-11-16T20:00:00Z")],
    ["a stock exchange", MUMBAI, Date.parse("2023-11-14T03:40:00Z")],
  ])(
    "%s: any order, lateness, requests, reloads, closings by the clock, ends of the feed",
    (_, terms, start) => {
      // A number that a crossed quote has taken would be a repeat that the oracle of trades does not know: without numbers.
      void fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
          const walk = new Walk(terms, start);
          for (const one of steps) walk.step({ ...one, numbered: one.numbered && one.spread >= 0 });
          walk.check();
          walk.bench.reload();
          walk.check();
        }),
        { numRuns: fewOrAll(15, 40), seed: 20_200_101 },
      );
    },
  );

  test("a seeded walk of 2,000 ticks over days", () => {
    const walk = new Walk(CURRENCIES, Date.parse("2024-03-08T20:00:00Z"));
    fc.sample(step, { numRuns: 2_000, seed: 11 }).forEach((one, index) => {
      const ahead = one.ahead > HOUR && index % 40 !== 0 ? 2_000 : one.ahead;
      walk.step({ ...one, ahead, numbered: false });
    });
    walk.check();
  });
});

describe("trades and quotes are never mixed", () => {
  const start = Date.parse("2023-11-14T03:40:00Z");
  const ticksOf = (steps: readonly Step[], isQuoteCrossed: boolean, isTradeCrossed: boolean): Sent[] => {
    let watermark = start;
    return steps.map(({ ahead, bid, spread, kind }) => {
      const ts = watermark + ahead;
      if (watermark - ts <= 15 * MINUTE) watermark = Math.max(watermark, ts);
      const crossed = quote(ts, "9", "8");
      if (kind === "trade") return isTradeCrossed ? crossed : trade(ts, decimal(bid, 2));
      return isQuoteCrossed ? crossed : quote(ts, decimal(bid, 2), decimal(bid + Math.abs(spread), 2));
    });
  };
  function bench(steps: readonly Step[], ticks: readonly Sent[], quoteBars: boolean): SymbolBench {
    const made = new SymbolBench({ ...MUMBAI, quoteBars });
    made.clock.time = (start + 3_000 * HOUR) as typeof made.clock.time;
    ticks.forEach((tick, index) => {
      made.take(tick);
      if (steps[index]?.next === "reload") made.reload();
      if (steps[index]?.next === "end") made.end();
    });
    return made;
  }
  const ofTrades = (made: SymbolBench) => ({
    facts: made.barFacts(),
    pages: RESOLUTIONS.map((resolution) => made.page(resolution)),
    quote: made.quote(),
  });
  const ofQuotes = (made: SymbolBench) => ({
    facts: quoteFacts(made),
    pages: QUOTE_SIDES.map((side) => RESOLUTIONS.map((resolution) => page(made, side, resolution))),
  });

  test("bars of trades are the same to the byte whatever the quotes are, and whether bars are built of them", () => {
    void fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const ticks = ticksOf(steps, false, false);
        const both = bench(steps, ticks, true);
        expect(ofTrades(both)).toEqual(ofTrades(bench(steps, ticks, false)));
        const { quote: _, ...bars } = ofTrades(both);
        // As many ticks at the same moments, but no quote that has a price.
        expect(ofTrades(bench(steps, ticksOf(steps, true, false), true))).toMatchObject(bars);
      }),
      { numRuns: fewOrAll(12, 30), seed: 1 },
    );
  });

  test("bars of quotes are the same to the byte whatever the trades are", () => {
    void fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const both = bench(steps, ticksOf(steps, false, false), true);
        expect(ofQuotes(both)).toEqual(ofQuotes(bench(steps, ticksOf(steps, false, true), true)));
      }),
      { numRuns: fewOrAll(12, 30), seed: 2 },
    );
  });
});
