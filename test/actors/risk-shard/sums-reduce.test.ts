/** Reduce under any limit of the book's sums, in any book: what is admitted lies together from the first lot on, and its last lot is found. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { apply } from "../../../actors/risk-shard/apply.ts";
import { evaluate, type Outcome } from "../../../actors/risk-shard/evaluate.ts";
import { changeLine } from "../../../actors/risk-shard/exposure.ts";
import { gather } from "../../../actors/risk-shard/gather.ts";
import { limitsFrom } from "../../../actors/risk-shard/limit-set.ts";
import type { OrderTerms } from "../../../actors/risk-shard/messages.ts";
import { initialState, type LimitSet, type RiskState } from "../../../actors/risk-shard/state.ts";
import { limitsBody } from "../../../src/contracts/limits.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { money } from "../../../src/domain/money.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { instrumentOf } from "../../support/instruments.ts";
import type { Json } from "./bench.ts";

const AT = 1_000 as EpochMs;
const LOTS = 24;
const FACTS: Readonly<Record<string, Json>> = {
  "X:A": {
    sector: "tech",
    country: "US",
    issuer: "one",
    factors: { beta: "1.5", value: "-0.25" },
    marginInitial: "0.5",
  },
  "X:B": { sector: "tech", country: "DE", issuer: "one", factors: { beta: "0.8", value: "0.5" } },
  "X:C": {
    sector: "energy",
    country: "US",
    issuer: "two",
    factors: { beta: "-0.5", value: "1" },
    marginInitial: "0.1",
  },
};
const SYMBOLS = Object.keys(FACTS) as Symbol[];
const INSTRUMENTS = SYMBOLS.map((symbol) => instrumentOf({ ...FACTS[symbol], symbol }));

const kind = fc.constantFrom<Json>(
  { kind: "max-long-notional" },
  { kind: "max-short-notional", scope: { kind: "sector" } },
  { kind: "max-gross-exposure", scope: { kind: "issuer" } },
  { kind: "max-net-exposure", scope: { kind: "country" } },
  { kind: "max-leverage" },
  { kind: "max-weight" },
  { kind: "max-weight", scope: { kind: "group", id: "g" }, symbols: ["X:A", "X:C"] },
  { kind: "max-top-weight", n: 1 },
  { kind: "max-top-weight", n: 2 },
  { kind: "max-concentration" },
  { kind: "max-factor-exposure", factor: "value" },
  { kind: "max-beta-exposure" },
  { kind: "max-margin-use" },
);
const working = fc.integer({ min: 0, max: 9 }).map(BigInt);
const line = fc.record({
  pos: fc.integer({ min: -30, max: 30 }).map(BigInt),
  buys: working,
  sells: working,
  price: fc.integer({ min: 1, max: 9 }),
});
type Held = { pos: bigint; buys: bigint; sells: bigint; price: number };

function bookOf(lines: readonly Held[]): RiskState {
  const state = initialState();
  state.account = { account: "main", currency: "USD", equity: money(10n ** 15n) };
  state.funds = { equity: 10n ** 15n, unconverted: 0 };
  for (const [index, instrument] of INSTRUMENTS.entries()) {
    const { price, ...held } = lines[index]!;
    const { symbol } = instrument;
    state.instruments.set(symbol, instrument);
    state.marks.set(symbol, { last: price * 10_000, lastTs: AT, lastChanges: 1 });
    changeLine(state, symbol, "", { ...held, working: 0 });
  }
  return state;
}

function put(state: RiskState, limit: Json): LimitSet {
  const limits = limitsFrom(limitsBody.parse({ limits: [{ id: "l", ...limit }] }).limits, "main");
  if ("refuse" in limits) throw new Error(limits.detail);
  const set = { version: 1, limits, text: "" };
  apply(state, { kind: "limits-put", at: AT, by: "s", set });
  return set;
}

function decided(
  state: RiskState,
  set: LimitSet,
  order: Pick<OrderTerms, "symbol" | "side">,
  qty: number,
): Outcome {
  const rest = { price: undefined, stopPrice: undefined, timeInForce: undefined, replaces: undefined };
  const about = { clientOrderId: "o", strategy: "", type: "market" as const, reduceOnly: false, body: "" };
  const terms: OrderTerms = { ...about, ...rest, ...order, qty: String(qty) };
  return evaluate(gather(state, terms, AT), { symbol: order.symbol, strategy: "" }, set);
}

/** The threshold is what some quantity within reach comes to, so that the edge is met as often as not. */
test("each limit cuts to the largest quantity that passes by itself", () => {
  const tally = new Set<string>();
  fc.assert(
    fc.property(
      fc.tuple(kind, fc.integer({ min: 0, max: 30 })),
      fc.tuple(line, line, line),
      fc.record({
        symbol: fc.constantFrom(...SYMBOLS),
        side: fc.constantFrom("buy" as const, "sell" as const),
      }),
      ([limit, reach], lines, order) => {
        const state = bookOf(lines);
        const wide = put(state, { ...limit, threshold: "1000000", action: "reject" });
        const [, , , , , observed, projected] = decided(state, wide, order, Math.max(1, reach)).rows.at(-1)!;
        const threshold = (reach === 0 ? observed : projected) ?? "0";
        const set = put(state, { ...limit, threshold, action: "reduce" });
        const admitted = Array.from({ length: LOTS }, (_, index) =>
          decided(state, set, order, index + 1),
        ).map(({ decision }) => decision === "accept");
        const edge = admitted.indexOf(false);
        const largest = edge < 0 ? LOTS : edge;
        expect(admitted.slice(largest).some(Boolean), "all beyond the edge fail").toBe(false);
        expect(decided(state, set, order, LOTS).allowedQty).toBe(largest);
        tally.add(`${limit["kind"]} ${largest === 0 ? "none" : largest === LOTS ? "all" : "a part"}`);
      },
    ),
    { numRuns: 300, seed: 7 },
  );
  expect(
    [...tally].filter((key) => key.endsWith("a part")),
    "each kind met its edge",
  ).toHaveLength(11);
});
