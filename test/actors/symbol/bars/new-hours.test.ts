/** Trading hours that change while bars form. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { RESOLUTIONS } from "../../../../src/domain/bar.ts";
import { fewOrAll } from "../../../support/few-or-all.ts";
import { HOUR, INSTRUMENT, MINUTE, SymbolBench, trade } from "../bench.ts";

const START = Date.parse("2024-08-29T13:00:00Z");
const HOURS = [
  { session: "24x7" },
  { session: "0930-1600:23456" },
  { session: "0930-1600:23456", calendar: "XNYS" },
  { session: "1700-1700:23456", calendar: "FX" },
  { session: "1700-1600:23456" },
  { session: "0915-1130,1145-1530" },
] as const;

const step = fc.record({
  ahead: fc.oneof(
    fc.integer({ min: 0, max: 3 * MINUTE }),
    fc.integer({ min: -14 * MINUTE, max: 0 }),
    fc.integer({ min: HOUR, max: 9 * HOUR }),
  ),
  next: fc.constantFrom("nothing", "nothing", "nothing", "hours", "reload", "end"),
  hours: fc.nat(HOURS.length - 1),
});
type Step = typeof step extends fc.Arbitrary<infer Kind> ? Kind : never;

class Walk {
  readonly bench = new SymbolBench({ timezone: "America/New_York", ...HOURS[0] });
  #trades = 0;
  #newest = START;

  constructor() {
    this.bench.clock.time = (START + 60 * 24 * HOUR) as typeof this.bench.clock.time;
  }

  step({ ahead, next, hours }: Step): void {
    const ts = this.#newest + ahead;
    this.#newest = Math.max(this.#newest, ts);
    this.#trades += this.bench.take(trade(ts, `${10 + (ts % 7)}`)).accepted;
    if (next === "hours") this.#put(hours);
    if (next === "end") this.bench.end();
    if (next === "reload") this.bench.reload();
  }

  /** A trade may stand in two bars of a width where old and new hours overlap, and never in none. */
  check(): void {
    for (const resolution of RESOLUTIONS) {
      const bars = this.bench.bars(resolution);
      const counted = bars.reduce((sum, { n }) => sum + n, 0);
      if (resolution === "1") expect(counted).toBe(this.#trades);
      else expect(counted, resolution).toBeGreaterThanOrEqual(this.#trades);
      const starts = bars.map(({ t }) => t);
      expect(starts).toEqual([...new Set(starts)].sort((one, other) => one - other));
    }
  }

  #put(hours: number): void {
    const version = (this.bench.state.instrument?.version ?? 0) + 1;
    this.bench.put({ ...INSTRUMENT, timezone: "America/New_York", ...HOURS[hours], version });
  }
}

test("new trading hours lose no trade at any width, and a restart shows the same bars", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 50 }), (steps) => {
      const walk = new Walk();
      for (const one of steps) walk.step(one);
      walk.check();
      const before = RESOLUTIONS.map((resolution) => walk.bench.bars(resolution));
      walk.bench.reload();
      expect(RESOLUTIONS.map((resolution) => walk.bench.bars(resolution))).toEqual(before);
    }),
    { numRuns: fewOrAll(50, 120), seed: 3 },
  );
});

test("a bar that was told is not told again under the same revision", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 50 }), (steps) => {
      const walk = new Walk();
      for (const one of steps) walk.step(one);
      const told = walk.bench.barFacts().map(({ resolution, t, rev }) => `${resolution} ${t} ${rev}`);
      expect(new Set(told).size).toBe(told.length);
    }),
    { numRuns: fewOrAll(50, 120), seed: 8 },
  );
});
