/** Decisions by covariances: dry as sent, together as one by one, and made again from their facts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import type { OrderDecidedFact } from "../../../actors/risk-shard/facts.ts";
import { decodeInputs } from "../../../actors/risk-shard/inputs-codec.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import { copyOf } from "../../../src/quant/covariance/scaled-profits.ts";
import type { Json, RiskBench } from "./bench.ts";
import { CHIP, CODE, OIL } from "./checks/book-world.ts";
import { returnWorld, SYMBOLS } from "./checks/return-world.ts";

const LIMITS: readonly Json[] = [
  { kind: "max-correlation", threshold: "0.9", action: "reject" },
  { kind: "max-cluster-gross", threshold: "9000", action: "reduce", rho: "0.5" },
  { kind: "max-var", threshold: "130", action: "reduce" },
];
const HELD = { [CHIP]: "20", [CODE]: "-15", [OIL]: "25" };

const orders = fc.array(
  fc.record({
    symbol: fc.constantFrom(...SYMBOLS),
    side: fc.constantFrom("buy", "sell"),
    qty: fc.integer({ min: 1, max: 90 }).map(String),
  }),
  { minLength: 1, maxLength: 8 },
);

/** Only what differs by nature: a dry run has no fact and no order. */
const comparable = (decisions: readonly object[]): object[] =>
  decisions.map((decision) => ({ ...decision, seq: 0, orderId: undefined }));

const keptOf = ({ state: { returns } }: RiskBench) => [
  ...[copyOf(returns.profits), new Map(returns.weights), returns.squares, new Map(returns.uncovered)],
];

describe("orders under limits on covariances", () => {
  test("get dry what they get sent, together what they get one by one, and from their facts the same again", async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (sent) => {
        const [bench, apart] = [await returnWorld(LIMITS, HELD), await returnWorld(LIMITS, HELD)];
        const ordered = sent.map((order, index) => bench.order({ ...order, clientOrderId: `c${index}` }));
        await bench.orders(ordered, true);
        const before = keptOf(bench);
        const dry = await bench.orders(ordered, true);
        expect(keptOf(bench), "a dry run leaves no trace").toEqual(before);
        const decided = await bench.orders(ordered);
        expect(comparable(decided)).toEqual(comparable(dry));
        for (const [index, order] of ordered.entries())
          expect((await apart.orders([order])).map(({ checks }) => checks)).toEqual([decided[index]?.checks]);
        expect(keptOf(apart)).toEqual(keptOf(bench));
        for (const { payload } of bench.facts().filter(({ kind }) => kind === "order-decided"))
          holdAgain(bench, payload as unknown as OrderDecidedFact);
      }),
      { numRuns: 10, seed: 2 },
    );
  });
});

function holdAgain(bench: RiskBench, fact: OrderDecidedFact): void {
  const subject = { symbol: fact.symbol, strategy: fact.strategy ?? "" };
  const outcome = evaluate(decodeInputs(fact.inputs!), subject, bench.state.limits);
  const { decision, code = null, verdicts, rows: checks } = outcome;
  const made = { decision, allowedQty: decimalText(outcome.allowedQty, 0), code, verdicts, checks };
  const told = Object.fromEntries(Object.keys(made).map((key) => [key, fact[key as keyof OrderDecidedFact]]));
  expect(JSON.stringify(made)).toBe(JSON.stringify(told));
}
