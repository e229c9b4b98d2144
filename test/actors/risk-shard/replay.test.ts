import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate, type Outcome } from "../../../actors/risk-shard/evaluate.ts";
import type { OrderDecidedFact } from "../../../actors/risk-shard/facts.ts";
import { decodeInputs, type EncodedInputs, encodeInputs } from "../../../actors/risk-shard/inputs-codec.ts";
import { limitsFrom } from "../../../actors/risk-shard/limit-set.ts";
import type { LimitSet } from "../../../actors/risk-shard/state.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { inputs, mixedSet, SUBJECT } from "./arbitrary.ts";
import { AAPL, BTC, type Fact, type Json, MSFT, RiskBench } from "./bench.ts";

const LIMITS: readonly Json[] = [
  { kind: "max-order-qty", threshold: "40", action: "reduce" },
  { kind: "max-order-notional", threshold: "3000", warnAt: "2000" },
  { kind: "max-position-qty", threshold: "60", action: "reduce" },
  { kind: "max-position-notional", threshold: "7000", scope: { kind: "strategy" }, action: "reduce" },
  { kind: "max-gross-exposure", threshold: "1", unit: "equity-percent", action: "reduce" },
  { kind: "max-net-exposure", threshold: "9000" },
  { kind: "max-net-exposure", threshold: "2000", scope: { kind: "symbol", id: MSFT }, action: "warn" },
  { kind: "max-working-orders", threshold: "12" },
  { kind: "max-order-rate", threshold: "6", windowMs: 1_000, scope: { kind: "symbol" } },
  { kind: "max-order-rate", threshold: "9", windowMs: 2_000 },
  { kind: "max-price-age", threshold: "30000" },
];

const orders = fc.array(
  fc.record({
    symbol: fc.constantFrom(AAPL, MSFT, BTC, "XNAS:NOPE"),
    side: fc.constantFrom("buy", "sell"),
    type: fc.constantFrom("limit", "market"),
    qty: fc.constantFrom("1", "7", "25", "41", "0.5", "1000000"),
    strategy: fc.constantFrom(undefined, "alpha", "ghost"),
    reduceOnly: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

async function market(): Promise<RiskBench> {
  const bench = await new RiskBench().ready(LIMITS);
  await bench.price(BTC, { bid: "90", ask: "91.01" });
  await bench.strategy("alpha", [{ symbol: AAPL, qty: "-20", avgPrice: "100" }]);
  return bench;
}

/** Only what differs by nature: a dry run has no fact and no order. */
const comparable = (decisions: readonly object[]): object[] =>
  decisions.map((decision) => ({ ...decision, seq: 0, orderId: undefined }));

describe("a dry run", () => {
  test("equals what the same orders then get, check by check, and leaves no trace", async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (sent) => {
        const bench = await market();
        const ordered = sent.map((order, index) => bench.order({ ...order, clientOrderId: `c${index}` }));
        await bench.orders(ordered, true);
        const facts = bench.facts().length;
        const before = structuredClone(bench.state);
        const dry = await bench.orders(ordered, true);
        expect(bench.state).toEqual(before);
        expect(bench.facts().length).toBe(facts);
        expect(comparable(await bench.orders(ordered))).toEqual(comparable(dry));
      }),
      { numRuns: fewOrAll(25, 60) },
    );
  });

  test("has the seq of the newest fact that it saw, and no order", async () => {
    const bench = await market();
    const seq = bench.facts().at(-1)?.seq;
    const [one, other] = await bench.orders([bench.order({ qty: "1" }), bench.order({ qty: "1" })], true);
    expect([one?.seq, other?.seq]).toEqual([seq, seq]);
    expect(one).not.toHaveProperty("orderId");
  });
});

/** The decision as its fact tells it, once more from the fact's inputs and the limits of its version. */
function again(fact: OrderDecidedFact, set: LimitSet): Partial<OrderDecidedFact> {
  const decoded = decodeInputs(fact.inputs!);
  const outcome: Outcome = evaluate(decoded, { symbol: fact.symbol, strategy: fact.strategy ?? "" }, set);
  return {
    decision: outcome.decision,
    allowedQty: decimalText(outcome.allowedQty, decoded.instrument?.sizeScale ?? 0),
    code: outcome.code ?? null,
    verdicts: outcome.verdicts,
    checks: outcome.rows,
  };
}

function setOf(facts: readonly Fact[], version: number): LimitSet {
  const put = facts.find((fact) => fact.kind === "limits-put" && fact.payload["version"] === version);
  const limits = limitsFrom(put!.payload["limits"] as never, "main");
  if ("refuse" in limits) throw new Error(limits.detail);
  return { version, limits, text: "" };
}

describe("the fact of a decision", () => {
  test("holds all that is needed to make it again byte by byte, in at most 1 KB of inputs", async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (sent) => {
        const bench = await market();
        await bench.orders(sent.map((order) => bench.order(order)));
        const facts = bench.facts();
        const decided = facts.filter(({ kind }) => kind === "order-decided");
        expect(decided.length).toBe(sent.length);
        for (const { payload } of decided) {
          const fact = payload as unknown as OrderDecidedFact;
          const made = again(fact, setOf(facts, fact.limitsVersion));
          const told = Object.fromEntries(Object.keys(made).map((key) => [key, payload[key]]));
          expect(JSON.stringify(made)).toBe(JSON.stringify(told));
          expect(JSON.stringify(fact.inputs).length).toBeLessThanOrEqual(1_024);
        }
      }),
      { numRuns: fewOrAll(25, 60) },
    );
  });

  test("keeps any inputs through its text", () => {
    fc.assert(
      fc.property(inputs, mixedSet, (given, set) => {
        const text = encodeInputs(given);
        const encoded = JSON.parse(text) as EncodedInputs;
        expect(JSON.stringify(encoded)).toBe(text);
        const read = decodeInputs(encoded);
        expect(read).toEqual(given);
        expect(evaluate(read, SUBJECT, set)).toEqual(evaluate(given, SUBJECT, set));
      }),
      { numRuns: 1_000 },
    );
  });

  test("stays below 1 KB of inputs with every number at its largest", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const sum = -(2n ** 53n * 10n ** 4n * 10n ** 12n * 10n ** 3n);
    const view = {
      pos: sum,
      buys: -sum,
      sells: -sum,
      restGross: -sum,
      restHigh: sum,
      restLow: sum,
      working: 10_000,
    };
    const small = 2n ** 53n * 10_000n;
    const quantities = { pos: -small, buys: small, sells: small };
    const encoded = encodeInputs({
      at: 9_999_999_999_999,
      order: {
        side: -1,
        type: "stop-limit",
        qty: most,
        qtyFit: 0,
        price: most,
        stopPrice: most,
        priceFit: 0,
        reduceOnly: true,
      },
      standing: {
        hasRoom: true,
        strategyState: 1,
        replacing: 1,
        severities: [3, 3, 3, 3],
        equity: -sum,
        unpriced: 5_000,
        unpricedSymbol: `${"V".repeat(12)}:${"T".repeat(32)}`,
        symbolWorking: 10_000,
        rates: Array.from({ length: 16 }, () => 99_999),
      },
      instrument: {
        tickSize: most,
        lotSize: most,
        sizeScale: 12,
        notionalUnit: 10n ** 18n,
        minQty: most,
        maxQty: most,
        minNotional: -sum,
        status: "delisted",
        sameCurrency: false,
        contract: "inverse",
      },
      fx: { times: BigInt(most), over: 2n * 10n ** 12n, at: 9_999_999_999_999 },
      mark: { last: most, lastTs: most as never, bid: most, ask: most, quoteTs: most as never },
      account: { ...view, ...quantities },
      strategy: { ...view, ...quantities },
    });
    expect(JSON.stringify(JSON.parse(encoded))).toBe(encoded);
    expect(encoded.length).toBeLessThanOrEqual(1_024);
  });
});
