/** What is kept of the book by differences, against the same made anew from lines and bars. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bookRisk } from "../../../actors/risk-shard/checks/book-risk.ts";
import { grossOf } from "../../../actors/risk-shard/extremes.ts";
import type { OrderTerms } from "../../../actors/risk-shard/messages.ts";
import { MOVES_MAX, weightOf } from "../../../actors/risk-shard/return-book.ts";
import { clusterGross } from "../../../actors/risk-shard/return-clusters.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { copyOf, scaledProfitsOf } from "../../../src/quant/covariance/scaled-profits.ts";
import { dot, matrixOf, times } from "../../quant/covariance/oracle.ts";
import type { Json, RiskBench } from "./bench.ts";
import { BARS, FIRST_SLOT, knowBars, LAMBDA, returnWorld, SYMBOLS, tellBars } from "./checks/return-world.ts";

const LIMITS: readonly Json[] = [
  { kind: "max-var", threshold: "100000" },
  { kind: "max-cluster-gross", threshold: "1000000", rho: "0.3" },
];
type Step =
  | {
      readonly kind: "order";
      readonly symbol: string;
      readonly side: string;
      readonly qty: number;
      readonly dry: boolean;
    }
  | { readonly kind: "fill"; readonly symbol: string; readonly side: string; readonly qty: number }
  | { readonly kind: "price"; readonly symbol: string; readonly last: number }
  | {
      readonly kind: "bar";
      readonly symbol: string;
      readonly back: number;
      readonly value: number;
      readonly torn: boolean;
    }
  | { readonly kind: "limits"; readonly asks: boolean };

const symbol = fc.constantFrom(...SYMBOLS);
const side = fc.constantFrom("buy", "sell");
const qty = fc.integer({ min: 1, max: 400 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("order"), symbol, side, qty, dry: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("fill"), symbol, side, qty }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("price"), symbol, last: fc.integer({ min: 50, max: 150 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ kind: fc.constant("bar"), symbol },
      back: fc.integer({ min: -1, max: 3 }),
      value: fc.integer({ min: -5e7, max: 5e7 }),
      torn: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("limits"), asks: fc.boolean() }) },
) as fc.Arbitrary<Step>;

class Walk {
  readonly bench: RiskBench;
  slot = FIRST_SLOT + BARS - 1;

  constructor(bench: RiskBench) {
    this.bench = bench;
  }

  async take(step: Step): Promise<void> {
    const { bench } = this;
    if (step.kind === "order") {
      const { symbol, side, qty } = step;
      const about = { symbol, side, qty: String(qty) };
      await bench.orders([bench.order(about), bench.order({ ...about, qty: "3" })], step.dry);
    } else if (step.kind === "fill")
      await bench.fill(bench.nextId(), String(step.qty), "100", { symbol: step.symbol, side: step.side });
    else if (step.kind === "price") await bench.price(step.symbol, { last: String(step.last) });
    else if (step.kind === "limits")
      await bench.limits(step.asks ? LIMITS : [{ kind: "max-order-qty", threshold: "1000" }]);
    else {
      if (step.back < 0) this.slot += 1;
      const slot = this.slot - Math.max(0, step.back);
      // The bar before it as the symbol has it is a gap among the columns; another one, and the symbol is asked again.
      const before = bench.state.returns.covariance.window.newestOf(step.symbol) ?? slot - 1;
      await tellBars(bench, step.symbol, ["1D", slot, step.value, step.torn ? slot - 1 : before]);
    }
  }
}

/** Of the bars that are known, by the definition. */
function definedBy({ state }: RiskBench) {
  const { window } = state.returns.covariance;
  const indices = Array.from({ length: window.columns }, (_, index) => index);
  const returns = new Map(
    SYMBOLS.map((one) => {
      const row = window.row(one);
      const told = indices.filter((index) => row?.known[window.placeOf(index)] === 1);
      return [one, new Map(told.map((index) => [window.slotAt(index), row!.values[window.placeOf(index)]!]))];
    }),
  );
  const columns = indices.map((index) => window.slotAt(index));
  return matrixOf(returns, SYMBOLS, LAMBDA, columns);
}

function expectAsDefined(bench: RiskBench): void {
  const { covariance, profits, weights } = bench.state.returns;
  const matrix = definedBy(bench);
  const held = SYMBOLS.map((one) => weights.get(one as Symbol) ?? 0);
  const sizes = held.map(Math.abs);
  const whole = dot(
    sizes,
    matrix.map((row) => dot(row.map(Math.abs), sizes)),
  );
  const near = (found: number, exact: number, size: number) =>
    expect(Math.abs(found - exact)).toBeLessThanOrEqual(1e-9 * size + 1e-12);
  near(covariance.variance(profits.all), dot(held, times(matrix, held)), whole);
  for (const [place, one] of SYMBOLS.entries()) {
    const others = held.map((weight, index) => (index === place ? 0 : weight));
    const row = matrix[place]!;
    const found = covariance.symbolAndRest(one, held[place]!, profits.all);
    near(found.variance, row[place]!, row[place]!);
    near(found.covariance, dot(row, others), dot(row.map(Math.abs), sizes));
    near(found.rest, dot(others, times(matrix, others)), whole);
  }
}

function expectAsMadeAnew({ state }: RiskBench): void {
  const { returns: book, symbolLines } = state;
  const terms = { symbol: SYMBOLS[0] } as OrderTerms;
  bookRisk({ state, terms });
  const weights = new Map(
    [...symbolLines].flatMap(([one, line]) => (weightOf(line) === 0 ? [] : [[one, weightOf(line)] as const])),
  );
  expect(new Map(book.weights)).toEqual(weights);
  const anew = scaledProfitsOf(book.covariance, weights);
  for (const part of ["all", "full"] as const) {
    const size = Math.max(1, ...anew[part].map(Math.abs));
    for (const [place, profit] of anew[part].entries())
      expect(Math.abs(book.profits[part][place]! - profit)).toBeLessThanOrEqual(1e-9 * size);
  }
  for (const center of SYMBOLS as Symbol[]) {
    let gross = 0n;
    for (const [one, line] of symbolLines)
      if (one === center || book.covariance.correlation(center, one) > 0.3) gross += grossOf(line);
    expect(clusterGross(state, center, 0.3)).toBe(gross);
  }
}

/** Two symbols have all bars, one the newest 25, one half of them. */
async function youngWorld(): Promise<RiskBench> {
  const held = Object.fromEntries(SYMBOLS.map((one, index) => [one, String(30 * (index - 1) - 10)]));
  const bench = await returnWorld([], held);
  knowBars(bench, SYMBOLS[2]!, 25);
  const { platform } = bench;
  const told = platform.returns.get(SYMBOLS[3]!)!;
  platform.returns.set(SYMBOLS[3]!, { ...told, returns: told.returns.filter(([slot]) => slot % 2 === 0) });
  await bench.limits(LIMITS);
  return bench;
}

describe("weights, profits and clusters of the book", () => {
  test("are what lines and bars make of them after any walk of orders, trials, fills, prices, bars and limits", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const walk = new Walk(await returnWorld(LIMITS, { [SYMBOLS[0]!]: "50" }));
        for (const one of steps) {
          await walk.take(one);
          if (one.kind !== "limits") expectAsMadeAnew(walk.bench);
        }
      }),
      { numRuns: 12, seed: 3 },
    );
  });

  test("are by the definition where symbols are young and have gaps: the full matrix, to 1e-9", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        const bench = await youngWorld();
        const walk = new Walk(bench);
        for (const one of steps) {
          await walk.take(one);
          if (one.kind === "limits") continue;
          expectAsMadeAnew(bench);
          expectAsDefined(bench);
        }
      }),
      { numRuns: 12, seed: 5 },
    );
  });

  test("are to the last bit where they were after a trial", async () => {
    const bench = await youngWorld();
    await bench.check();
    const { returns } = bench.state;
    const before = [copyOf(returns.profits), new Map(returns.weights), returns.squares];
    const orders = SYMBOLS.map((symbol) => bench.order({ symbol, qty: "33" }));
    await bench.orders(orders, true);
    expect([returns.profits, new Map(returns.weights), returns.squares]).toEqual(before);
  });

  test("are summed anew after so many changes, so that what floats lose does not add up", async () => {
    const bench = await returnWorld(LIMITS, { [SYMBOLS[0]!]: "50" });
    await bench.check();
    const { returns } = bench.state;
    for (let count = 0; count <= MOVES_MAX; count++)
      await bench.price(SYMBOLS[0]!, { last: String(100 + (count % 7)) });
    await bench.check();
    expect(returns.moves).toBeLessThan(10);
    expectAsMadeAnew(bench);
  });

  test("of a book with more symbols than bars have some variance in every direction", async () => {
    const bench = await returnWorld(
      [LIMITS[0]!],
      { [SYMBOLS[0]!]: "50" },
      { riskModel: { minObservations: 2 } },
    );
    const terms = { symbol: SYMBOLS[0] } as OrderTerms;
    await bench.check();
    const { returns } = bench.state;
    const [before] = bookRisk({ state: bench.state, terms })!;
    for (let index = 0; index < BARS; index++) returns.weights.set(`X:N${index}` as Symbol, 1);
    const [after] = bookRisk({ state: bench.state, terms: { ...terms } })!;
    expect(after! - before!).toBe(10n ** 12n);
  });
});
