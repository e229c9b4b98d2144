import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addTo, Covariance } from "../../../src/quant/covariance/covariance.ts";
import { ReturnWindow } from "../../../src/quant/covariance/return-window.ts";
import { columnsOf, dot, matrixOf, times } from "./oracle.ts";

const LENGTH = 12;
const LAMBDA = 0.94;
const SYMBOLS = ["A", "B", "C", "D", "E"];

type Step =
  | { readonly kind: "bar"; readonly symbol: string; readonly slot: number; readonly value: number }
  | {
      readonly kind: "history";
      readonly symbol: string;
      readonly slots: readonly number[];
      readonly value: number;
    }
  | { readonly kind: "weight"; readonly symbol: string; readonly change: number };

const symbol = fc.constantFrom(...SYMBOLS);
const value = fc.double({ min: -0.2, max: 0.2, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("bar"), symbol, slot: fc.integer({ min: 1, max: 40 }), value }),
  fc.record({
    ...{ kind: fc.constant("history"), symbol, value },
    slots: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }),
  }),
  fc.record({ kind: fc.constant("weight"), symbol, change: fc.double({ min: -1e9, max: 1e9, noNaN: true }) }),
);

/** A book that is kept by differences, and everything it was told. */
class Walk {
  readonly window = new ReturnWindow(LENGTH);
  readonly covariance = new Covariance(this.window, LAMBDA);
  readonly weights = new Map<string, number>();
  /** What the ring holds: what left it does not come back with a wider window. */
  readonly kept = new Map<string, Map<number, number>>();
  profits = new Float64Array(LENGTH);

  take(step: Step): void {
    if (step.kind === "weight") {
      this.weights.set(step.symbol, (this.weights.get(step.symbol) ?? 0) + step.change);
      addTo(this.profits, this.window.row(step.symbol), step.change);
      return;
    }
    const bars = step.kind === "bar" ? [step.slot] : step.slots;
    const values = bars.map((slot) => [slot, step.value * Math.cos(slot)] as const);
    const isBar = step.kind === "bar" && values[0] !== undefined;
    const told = isBar ? this.window.tell(step.symbol, values[0]!) : this.window.tellAll(step.symbol, values);
    const own = this.kept.get(step.symbol) ?? new Map<number, number>();
    for (const [slot, value] of values) own.set(slot, value);
    this.kept.set(step.symbol, own);
    this.#forgetOld();
    if (told.kind === "aligned") this.profits = this.covariance.profitsOf(this.weights);
    if (told.kind === "opened") this.profits[told.place] = 0;
    if (told.kind === "opened" || told.kind === "column")
      this.profits[told.place]! += (this.weights.get(step.symbol) ?? 0) * told.change;
  }

  #forgetOld(): void {
    const [oldest = 0] = columnsOf(this.kept, LENGTH);
    for (const bars of this.kept.values())
      for (const slot of bars.keys()) if (slot < oldest) bars.delete(slot);
  }

  full() {
    const columns = columnsOf(this.kept, LENGTH);
    const matrix = matrixOf(this.kept, SYMBOLS, LAMBDA, columns);
    return { columns, matrix, weights: SYMBOLS.map((one) => this.weights.get(one) ?? 0) };
  }
}

describe("a factored covariance", () => {
  test("gives what the full matrix gives, to 1e-9 of its size, after any walk of bars, late bars, histories and weights", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const walk = new Walk();
        for (const one of steps) walk.take(one);
        const { columns, matrix, weights } = walk.full();
        const { window, covariance, profits } = walk;
        expect(Array.from({ length: window.columns }, (_, index) => window.slotAt(index))).toEqual(columns);
        const product = times(matrix, weights);
        // What floats lose is measured against the largest that was added, not against what is left of it.
        const size =
          1e-9 *
            dot(
              weights.map(Math.abs),
              matrix.map((row) => dot(row.map(Math.abs), weights.map(Math.abs))),
            ) +
          1e-9;
        expect(Math.abs(covariance.variance(profits) - dot(weights, product))).toBeLessThanOrEqual(size);
        for (const [index, one] of SYMBOLS.entries()) {
          const scale = 1e-9 * (dot(matrix[index]!.map(Math.abs), weights.map(Math.abs)) + 1);
          expect(Math.abs(covariance.covariance(one, profits) - product[index]!)).toBeLessThanOrEqual(scale);
          for (const [place, other] of SYMBOLS.entries())
            expect(covariance.between(one, other)).toBeCloseTo(matrix[index]![place]!, 12);
        }
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  test("takes one symbol out of the book: what is left is the book without it", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), symbol, (steps, one) => {
        const walk = new Walk();
        for (const each of steps) walk.take(each);
        const { matrix, weights } = walk.full();
        const place = SYMBOLS.indexOf(one);
        const others = weights.map((weight, index) => (index === place ? 0 : weight));
        const found = walk.covariance.symbolAndRest(one, weights[place]!, walk.profits);
        const size = (exact: number) => 1e-9 * Math.abs(exact) + 1e-6;
        expect(found.variance).toBeCloseTo(matrix[place]![place]!, 12);
        const g = dot(matrix[place]!, others);
        expect(Math.abs(found.covariance - g)).toBeLessThanOrEqual(
          size(g) + 1e-9 * dot(matrix[place]!.map(Math.abs), others.map(Math.abs)),
        );
        const rest = dot(others, times(matrix, others));
        const whole = dot(
          weights.map(Math.abs),
          matrix.map((row) => dot(row.map(Math.abs), weights.map(Math.abs))),
        );
        expect(Math.abs(found.rest - rest)).toBeLessThanOrEqual(1e-9 * whole + 1e-6);
      }),
      { numRuns: 100, seed: 11 },
    );
  });

  test("of fewer bars than symbols is singular and never below zero", () => {
    const window = new ReturnWindow(LENGTH);
    const covariance = new Covariance(window, LAMBDA);
    for (const [index, one] of SYMBOLS.entries())
      window.tellAll(one, [
        [1, 0.01 * (index + 1)],
        [2, -0.02 * (index - 2)],
      ]);
    for (let seed = 1; seed < 200; seed++) {
      const weights = SYMBOLS.map((one, index) => [one, Math.sin(seed * (index + 1)) * 1e6] as const);
      expect(covariance.variance(covariance.profitsOf(weights))).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("a window of returns", () => {
  const rows = (window: ReturnWindow, symbol: string) =>
    Array.from({ length: window.columns }, (_, index) => window.row(symbol)!.values[window.placeOf(index)]!);

  test("has one column for each bar, the newest so many, and 0 where a symbol has none", () => {
    const window = new ReturnWindow(3);
    window.tell("A", [1, 0.1]);
    window.tell("A", [2, 0.2]);
    window.tell("B", [3, 0.3]);
    expect([rows(window, "A"), rows(window, "B")]).toEqual([
      [0.1, 0.2, 0],
      [0, 0, 0.3],
    ]);
    window.tell("A", [4, 0.4]);
    expect([rows(window, "A"), window.row("A")?.observations]).toEqual([[0.2, 0, 0.4], 2]);
    expect([window.oldest, window.newest, window.columns]).toEqual([2, 4, 3]);
  });

  test("takes a revised bar in its place, and a late one between those that are there", () => {
    const window = new ReturnWindow(4);
    window.tellAll("A", [
      [10, 0.1],
      [30, 0.3],
    ]);
    window.tell("A", [10, 0.15]);
    window.tell("A", [20, 0.2]);
    expect([rows(window, "A"), window.row("A")?.observations]).toEqual([[0.15, 0.2, 0.3], 3]);
  });

  test("takes no notice of what is older than its oldest, once it is full", () => {
    const window = new ReturnWindow(2);
    for (const slot of [5, 6]) window.tell("A", [slot, slot / 10]);
    expect(window.tell("A", [4, 9]).kind).toBe("nothing");
    expect([rows(window, "A"), window.row("A")?.observations]).toEqual([[0.5, 0.6], 2]);
    expect(window.tell("B", [4, 9]).kind).toBe("nothing");
  });

  test("says what one bar has changed", () => {
    const window = new ReturnWindow(2);
    expect(window.tell("A", [1, 0.5])).toEqual({ kind: "opened", place: 0, change: 0.5 });
    expect(window.tell("B", [1, 0.25])).toEqual({ kind: "column", place: 0, change: 0.25 });
    expect(window.tell("B", [1, 0.5])).toEqual({ kind: "column", place: 0, change: 0.25 });
    window.forget("B");
    expect([window.size, window.row("B")]).toEqual([1, undefined]);
  });
});
