import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Covariance } from "../../../src/quant/covariance/covariance.ts";
import { ReturnWindow } from "../../../src/quant/covariance/return-window.ts";
import {
  addWeight,
  noProfits,
  scaledProfitsOf,
  tellBar,
} from "../../../src/quant/covariance/scaled-profits.ts";
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

/** In the order in which they tell a bar of one slot; who is not among them leaves it out. `late`: what was told before is told again. */
const round = fc.record({
  tellers: fc.shuffledSubarray(SYMBOLS),
  joined: fc.shuffledSubarray(["A", "B", "C"]),
  late: fc.boolean(),
  bought: fc.constantFrom(...SYMBOLS),
  change: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  value,
});

/** A market in which A, B and C have nearly all bars, and D and E are young and leave some out. */
function roundSteps(slot: number, { tellers, joined, late, bought, change, value }: Round): Step[] {
  const regular = slot % 7 === 3 ? joined : ["A", "B", "C"];
  const others = slot < 8 ? [] : tellers.filter((one) => one > "C");
  const order = [...SYMBOLS].sort((one, other) => tellers.indexOf(one) - tellers.indexOf(other));
  const told = order.filter((one) => regular.includes(one) || others.includes(one));
  const bars = told.map((symbol, place): Step => ({ kind: "bar", symbol, slot, value: value / (place + 1) }));
  const weight: Step = { kind: "weight", symbol: bought, change };
  const again: Step[] = late && slot > 1 ? [{ kind: "bar", symbol: "E", slot: slot - 1, value }] : [];
  return [...bars.slice(0, 2), weight, ...bars.slice(2), ...again];
}
type Round = typeof round extends fc.Arbitrary<infer One> ? One : never;

/** A book that is kept by differences, and everything it was told. */
class Walk {
  readonly window = new ReturnWindow(LENGTH);
  readonly covariance = new Covariance(this.window, LAMBDA);
  readonly weights = new Map<string, number>();
  /** What the ring holds: what left it does not come back with a wider window. */
  readonly kept = new Map<string, Map<number, number>>();
  profits = noProfits(LENGTH);

  take(step: Step): void {
    if (step.kind === "weight") {
      this.weights.set(step.symbol, (this.weights.get(step.symbol) ?? 0) + step.change);
      addWeight(this.covariance, this.profits, step.symbol, step.change);
      return;
    }
    const bars = step.kind === "bar" ? [step.slot] : step.slots;
    const values = bars.map((slot) => [slot, step.value * Math.cos(slot)] as const);
    const told =
      step.kind === "bar"
        ? tellBar(this.covariance, this.profits, this.weights, step.symbol, values[0]!)
        : this.window.tellAll(step.symbol, values);
    const own = this.kept.get(step.symbol) ?? new Map<number, number>();
    for (const [slot, value] of values) own.set(slot, value);
    this.kept.set(step.symbol, own);
    this.#forgetOld();
    if (told.kind === "aligned" || told.kind === "row")
      this.profits = scaledProfitsOf(this.covariance, this.weights);
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

function expectAsFull(walk: Walk): void {
  const { columns, matrix, weights } = walk.full();
  const { window, covariance } = walk;
  const profits = walk.profits.all;
  expect(Array.from({ length: window.columns }, (_, index) => window.slotAt(index))).toEqual(columns);
  const product = times(matrix, weights);
  // What floats lose is measured against the largest that was added, not against what is left of it.
  const sizes = matrix.map((row) => dot(row.map(Math.abs), weights.map(Math.abs)));
  const whole = 1e-9 * dot(weights.map(Math.abs), sizes) + 1e-9;
  expect(Math.abs(covariance.variance(profits) - dot(weights, product))).toBeLessThanOrEqual(whole);
  for (const [index, one] of SYMBOLS.entries()) {
    const size = 1e-9 * (sizes[index]! + 1);
    expect(Math.abs(covariance.covariance(one, profits) - product[index]!)).toBeLessThanOrEqual(size);
    for (const [place, other] of SYMBOLS.entries())
      expect(covariance.between(one, other)).toBeCloseTo(matrix[index]![place]!, 12);
  }
  expectCorrelations(covariance, matrix);
}

function expectCorrelations(covariance: Covariance, matrix: readonly (readonly number[])[]): void {
  for (const [index, row] of matrix.entries())
    for (const [place, shared] of row.entries()) {
      const both = Math.sqrt(row[index]! * matrix[place]![place]!);
      // Of what does not move there is none to speak of.
      if (both < 1e-12) continue;
      expect(covariance.correlation(SYMBOLS[index]!, SYMBOLS[place]!)).toBeCloseTo(shared / both, 9);
    }
}

describe("a factored covariance", () => {
  test("gives what the full matrix gives, to 1e-9 of its size, after any walk of bars, late bars, gaps, histories and weights", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const walk = new Walk();
        for (const one of steps) walk.take(one);
        expectAsFull(walk);
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  test("does so after each step of a market in which some symbols are young and some leave bars out", () => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 10, maxLength: 30 }), (rounds) => {
        const walk = new Walk();
        for (const [slot, one] of rounds.entries())
          for (const step of roundSteps(slot, one)) {
            walk.take(step);
            expectAsFull(walk);
          }
      }),
      { numRuns: 15, seed: 13 },
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
        const found = walk.covariance.symbolAndRest(one, weights[place]!, walk.profits.all);
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
      expect(covariance.variance(scaledProfitsOf(covariance, weights).all)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("a symbol that lacks columns", () => {
  const MOVE = 0.02;
  const bars = (from: number, to: number, move: number) =>
    Array.from({ length: to - from }, (_, index) => [from + index, index % 2 === 0 ? move : -move] as const);
  const market = (lambda: number) => {
    const covariance = new Covariance(new ReturnWindow(250), lambda);
    covariance.window.tellAll("OLD", bars(0, 250, 0.01));
    return covariance;
  };

  test("has the variance of its own observations: 20 of 250 bars of variance v show v, and not 0.71 v", () => {
    const covariance = market(LAMBDA);
    covariance.window.tellAll("YOUNG", bars(230, 250, MOVE));
    const profits = scaledProfitsOf(covariance, [["YOUNG", 1]]).all;
    const raw = covariance.variance(covariance.profitsOf([["YOUNG", 1]]));
    expect(raw / MOVE ** 2).toBeCloseTo(0.71, 3);
    const shown = [covariance.variance(profits), covariance.between("YOUNG", "YOUNG")];
    const { variance, rest } = covariance.symbolAndRest("YOUNG", 1, profits);
    for (const one of [...shown, variance]) expect(one / MOVE ** 2).toBeCloseTo(1, 12);
    expect(rest).toBe(0);
    expect(covariance.between("OLD", "OLD")).toBeCloseTo(0.01 ** 2, 15);
    expect(covariance.scaleOf("OLD")).toBe(1);
  });

  test.each([
    ["a gap", [...bars(0, 100, MOVE), ...bars(200, 250, MOVE)]],
    ["no bar for a long time", bars(0, 60, MOVE)],
    ["one bar", [[249, MOVE] as const]],
  ])("keeps its variance over %s", (_, told) => {
    const covariance = market(LAMBDA);
    covariance.window.tellAll("GAPS", told);
    const weights = [["GAPS", 3] as const];
    const variance = covariance.variance(scaledProfitsOf(covariance, weights).all);
    expect(variance / (9 * MOVE ** 2)).toBeCloseTo(1, 12);
    expect(covariance.profitsOf(weights)[covariance.window.placeOf(150)]).toBe(0);
  });

  test("stays within numbers under any decay", () => {
    const covariance = market(1e-9);
    covariance.window.tellAll("GONE", bars(0, 30, MOVE));
    const profits = scaledProfitsOf(covariance, [
      ["GONE", 1e15],
      ["OLD", 1e15],
    ]).all;
    const found = Object.values(covariance.symbolAndRest("GONE", 1e15, profits));
    for (const one of [...found, covariance.variance(profits)]) expect(Number.isFinite(one)).toBe(true);
    expect(covariance.variance(scaledProfitsOf(covariance, [["NOBODY", 1]]).all)).toBe(0);
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
