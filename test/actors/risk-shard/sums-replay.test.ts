/** Decisions by sums of the book: dry as sent, together as one by one, made again from their facts; and what the book itself uses of each limit. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import type { OrderDecidedFact } from "../../../actors/risk-shard/facts.ts";
import { decodeInputs } from "../../../actors/risk-shard/inputs-codec.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Json, RiskBench } from "./bench.ts";
import { BARE, bookWorld, CHIP, CODE, OIL } from "./checks/book-world.ts";

const GROUP = { scope: { kind: "group", id: "g" }, symbols: [CHIP, OIL] };
const LIMITS: readonly Json[] = [
  { kind: "max-long-notional", threshold: "9000", scope: { kind: "sector" } },
  { kind: "max-short-notional", threshold: "4000" },
  { kind: "max-gross-exposure", threshold: "11", unit: "equity-percent", scope: { kind: "country" } },
  { kind: "max-net-exposure", threshold: "6000", ...GROUP },
  { kind: "max-leverage", threshold: "0.2" },
  { kind: "max-weight", threshold: "70" },
  { kind: "max-top-weight", threshold: "85", n: 2 },
  { kind: "max-concentration", threshold: "0.6" },
  { kind: "max-factor-exposure", threshold: "0.08", factor: "value" },
  { kind: "max-beta-exposure", threshold: "12" },
  { kind: "max-margin-use", threshold: "9" },
].map((limit) => ({ ...limit, action: "reduce" }));

const HELD = { [CHIP]: "20", [CODE]: "-15", [OIL]: "25" };

const orders = fc.array(
  fc.record({
    symbol: fc.constantFrom(CHIP, CODE, OIL, BARE),
    side: fc.constantFrom("buy", "sell"),
    qty: fc.integer({ min: 1, max: 90 }).map(String),
  }),
  { minLength: 1, maxLength: 8 },
);

/** Only what differs by nature: a dry run has no fact and no order. */
const comparable = (decisions: readonly object[]): object[] =>
  decisions.map((decision) => ({ ...decision, seq: 0, orderId: undefined }));

const sumsOf = ({ state }: RiskBench) => [
  [...state.sums.byKey].sort(([one], [other]) => (one < other ? -1 : 1)),
  state.sums.ranking?.top(9),
];

describe("orders under limits of the book's sums", () => {
  test("get dry what they get sent, together what they get one by one, and from their facts the same again", async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (sent) => {
        const [bench, apart] = [await bookWorld(LIMITS, HELD), await bookWorld(LIMITS, HELD)];
        const ordered = sent.map((order, index) => bench.order({ ...order, clientOrderId: `c${index}` }));
        await bench.orders(ordered, true);
        const before = sumsOf(bench);
        const dry = await bench.orders(ordered, true);
        expect(sumsOf(bench), "a dry run leaves no trace").toEqual(before);
        const decided = await bench.orders(ordered);
        expect(comparable(decided)).toEqual(comparable(dry));
        for (const [index, order] of ordered.entries())
          expect((await apart.orders([order])).map(({ checks }) => checks)).toEqual([decided[index]?.checks]);
        expect(sumsOf(apart)).toEqual(sumsOf(bench));
        for (const { payload } of bench.facts().filter(({ kind }) => kind === "order-decided"))
          holdAgain(bench, payload as unknown as OrderDecidedFact);
      }),
      { numRuns: 10 },
    );
  });

  test("leave sums that a restart finds again", async () => {
    const bench = await bookWorld(LIMITS, HELD);
    await bench.orders([
      bench.order({ symbol: CHIP, qty: "3" }),
      bench.order({ symbol: CODE, side: "sell", qty: "4" }),
    ]);
    const before = sumsOf(bench);
    bench.restart();
    await bench.shown();
    expect(sumsOf(bench)).toEqual(before);
  });
});

function holdAgain(bench: RiskBench, fact: OrderDecidedFact): void {
  const decoded = decodeInputs(fact.inputs!);
  const outcome = evaluate(
    decoded,
    { symbol: fact.symbol, strategy: fact.strategy ?? "" },
    bench.state.limits,
  );
  const { decision, code = null, verdicts, rows: checks } = outcome;
  const made = { decision, allowedQty: decimalText(outcome.allowedQty, 0), code, verdicts, checks };
  const told = Object.fromEntries(Object.keys(made).map((key) => [key, fact[key as keyof OrderDecidedFact]]));
  expect(JSON.stringify(made)).toBe(JSON.stringify(told));
}

test("the book's own use of each limit is the observed of an order, at the member that uses it most", async () => {
  const bench = await bookWorld(LIMITS, HELD);
  const used = (await bench.shown())["utilisation"] as Json[];
  expect(used.map(({ kind, scope, observed }) => [kind, (scope as Json)["id"] ?? null, observed])).toEqual([
    ["max-long-notional", "energy", "2500"],
    ["max-short-notional", null, "1500"],
    ["max-gross-exposure", "US", "4500"],
    ["max-net-exposure", "g", "4500"],
    ["max-leverage", null, "0.06"],
    ["max-weight", OIL, "41.666667"],
    ["max-top-weight", null, "75"],
    ["max-concentration", null, "0.347223"],
    ["max-factor-exposure", null, "0.0125"],
    ["max-beta-exposure", null, "0.55"],
    ["max-margin-use", null, "3.875"],
  ]);
});

test("a set that is put below what the book uses says so of each limit, refuses growth and lets pass what closes", async () => {
  const bench = await bookWorld(LIMITS, HELD);
  const low = LIMITS.map((limit) => ({ ...limit, threshold: "0.0001", action: "reject" }));
  await bench.limits(low);
  const raised = (await bench.list("violations")).filter(({ code }) => String(code).startsWith("max-"));
  expect(raised.map(({ code }) => code).reverse()).toEqual(LIMITS.map(({ kind }) => kind));
  for (const [symbol, side, qty] of [
    [CHIP, "sell", "20"],
    [CODE, "buy", "15"],
    [OIL, "sell", "1"],
  ])
    expect(await bench.check({ symbol, side, qty })).toMatchObject({ decision: "accept" });
  expect(await bench.check({ symbol: CHIP, side: "buy", qty: "1" })).toMatchObject({ decision: "reject" });
  expect(await bench.check({ symbol: CODE, side: "sell", qty: "1" })).toMatchObject({ decision: "reject" });
});
