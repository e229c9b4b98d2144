/** A decision in words and numbers, and made again from its fact. */
import { beforeEach, describe, expect, test } from "vitest";
import { LIMIT_VERSIONS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { MISSING_REASONS } from "../../../actors/risk-shard/checks/measure.ts";
import { sentenceOf } from "../../../actors/risk-shard/words.ts";
import { explanation } from "../../../src/contracts/explanation.ts";
import { BUILT_IN_CODES } from "../../../src/domain/check-codes.ts";
import { LIMIT_KINDS } from "../../../src/domain/limit.ts";
import { AAPL, codeOf, type Json, json, MSFT, RiskBench, WIDE } from "./bench.ts";

const LIMITS = [
  WIDE,
  { id: "clip", kind: "max-order-qty", threshold: "12", action: "reduce" },
  { id: "gross", kind: "max-gross-exposure", threshold: "5000", scope: { kind: "strategy" } },
  { id: "loss", kind: "max-daily-loss", threshold: "100" },
];

let bench: RiskBench;
beforeEach(async () => {
  bench = await new RiskBench().ready(LIMITS);
  await bench.strategy("alpha");
});

/** As the edge asks: with the fact that Postgres has. */
const explained = async (seq: number, withFact = true) => {
  const fact = bench.facts().find((one) => one.seq === seq && one.kind === "order-decided");
  const payload = withFact && fact !== undefined ? { fact: JSON.stringify(fact.payload) } : {};
  const reply = await bench.desk.watch.answer(bench.envelope(), { type: "explain", seq, ...payload });
  return explanation.parse(json(reply));
};
const wordsOf = (found: Awaited<ReturnType<typeof explained>>, code: string): (string | undefined)[] =>
  found.checks.filter((check) => check.code === code).map(({ words }) => words);

test("of a part that was accepted it says how much, why, and of each check one sentence", async () => {
  const { seq } = await bench.send({ strategy: "alpha", qty: "20" });
  const found = await explained(seq);
  expect(found).toMatchObject({
    seq,
    decision: "reduce",
    allowedQty: "12",
    summary: "12 of 20 are accepted: with more, max-order-qty fails.",
    order: { type: "limit", price: "100", stopPrice: null, reduceOnly: false, replaces: null },
    sameAgain: true,
  });
  expect(wordsOf(found, "max-order-qty")).toContain(
    "The order's quantity of the account is 20 with the order, 0 before it: more than 12.",
  );
  expect(wordsOf(found, "max-gross-exposure")).toEqual([
    "Gross exposure of strategy alpha is 2000 with the order, 0 before it: at most 5000 is allowed.",
  ]);
  expect(wordsOf(found, "off-lot")).toEqual(["In order."]);
  expect(found.checks.every(({ words }) => words.endsWith("."))).toBe(true);
});

test("an order's own word to reduce only is explained apart from the limit of that name, and a flip says that it was cut", async () => {
  const own = await explained((await bench.send({ qty: "1", reduceOnly: true })).seq);
  expect(own.code).toBe("reduce-only");
  expect(wordsOf(own, "reduce-only")).toEqual(["It says that it only closes, and would open."]);
  const bought = await bench.send({ qty: "5" });
  await bench.fill(bought.clientOrderId, "5");
  expect(wordsOf(await explained(bought.seq), "reduce-only")).toEqual(["In order."]);
  await bench.state_({ kind: "account" }, "reducing");
  const cut = await explained((await bench.send({ side: "sell", qty: "9" })).seq);
  expect(cut).toMatchObject({ decision: "reduce", allowedQty: "5" });
  expect(wordsOf(cut, "state-reducing")).toEqual([
    "Only what closes is let through: the order is cut to that.",
  ]);
});

test("its inputs and limits are those that it was made from, whatever is in force by then", async () => {
  const { seq } = await bench.send({ qty: "1" });
  await bench.limits([{ ...WIDE, threshold: "3" }]);
  await bench.price(AAPL, { last: "77" });
  const found = await explained(seq);
  expect(found.sameAgain).toBe(true);
  expect((found.limits as Json[]).map(({ id }) => id)).toEqual(["wide", "clip", "gross", "loss"]);
  expect(found.inputs).toMatchObject({
    order: { qty: 1, price: expect.any(Number) },
    standing: { hasRoom: true },
  });
});

test("a fact that was altered does not come out the same", async () => {
  const { seq } = await bench.send({ qty: "1" });
  const payload = bench.facts().find((one) => one.seq === seq)!.payload;
  for (const changed of [{ decision: "reject" }, { allowedQty: "2" }, { verdicts: "f".repeat(22) }]) {
    const fact = JSON.stringify({ ...payload, ...changed });
    const reply = json(await bench.desk.watch.answer(bench.envelope(), { type: "explain", seq, fact }));
    expect(reply["sameAgain"], JSON.stringify(changed)).toBe(false);
  }
});

test("every decision of a day of all sorts comes out the same", async () => {
  await bench.send({ strategy: "alpha", qty: "10" });
  await bench.send({ symbol: "XNAS:NOPE", qty: "1" });
  await bench.send({ qty: "0.5" });
  await bench.state_({ kind: "symbol", id: MSFT }, "reducing");
  await bench.send({ symbol: MSFT, qty: "1" });
  const { clientOrderId } = await bench.send({ qty: "12" });
  await bench.fill(clientOrderId, "12", "100");
  await bench.price(AAPL, { last: "80" });
  await bench.send({ qty: "1" });
  await bench.send({ side: "sell", qty: "5", price: "80" });
  const seqs = (await bench.list("decisions")).map(({ seq }) => Number(seq));
  expect(seqs).toHaveLength(7);
  for (const seq of seqs) expect((await explained(seq)).sameAgain, String(seq)).toBe(true);
});

test("a tripped limit says that a person has to release it", async () => {
  const { clientOrderId } = await bench.send({ qty: "10" });
  await bench.fill(clientOrderId, "10", "100");
  await bench.price(AAPL, { last: "80" });
  const { seq } = await bench.send({ symbol: MSFT, qty: "1" });
  const found = await explained(seq);
  expect(found.summary).toBe("Rejected: max-daily-loss fails, and it is the first of those that do.");
  expect(wordsOf(found, "max-daily-loss")).toEqual([
    "The loss of this trading day of the account cannot be measured: it is tripped, until a person releases it; so it fails.",
  ]);
});

describe("what is missing", () => {
  test("while Postgres is away nothing is: the fact waits in the account, over a restart too", async () => {
    bench.destinations.before = () => {
      throw new Error("away");
    };
    const { seq } = await bench.send({ strategy: "alpha", qty: "20" });
    const atOnce = await explained(seq, false);
    expect(atOnce).toMatchObject({ seq, decision: "reduce", sameAgain: true, order: { type: "limit" } });
    expect(atOnce).toEqual(await explained(seq));
    await bench.outbox.drain();
    bench.restart();
    expect(await explained(seq, false)).toEqual(atOnce);
  });

  test("once the fact has left for Postgres, and that cannot be asked, there are words and numbers alone", async () => {
    const { seq } = await bench.send({ qty: "1" });
    await bench.outbox.drain();
    const found = await explained(seq, false);
    expect(found).toMatchObject({ seq, inputs: null, order: null, sameAgain: null });
    expect(found.checks.length).toBeGreaterThan(20);
    expect(await explained(seq)).toMatchObject({ sameAgain: true });
  });

  test("one that the account keeps no more is told from its fact alone", async () => {
    const { seq } = await bench.send({ strategy: "alpha", qty: "20" });
    const before = await explained(seq);
    bench.sql.exec("DELETE FROM decision");
    expect(await explained(seq)).toEqual(before);
  });

  test("an id that was used before was not checked, so there is nothing to make again", async () => {
    await bench.send({ clientOrderId: "one", qty: "1" });
    const { seq } = await bench.send({ clientOrderId: "one", qty: "2" });
    const found = await explained(seq);
    expect(found).toMatchObject({
      decision: "reject",
      code: "order-id-reused",
      inputs: null,
      sameAgain: null,
    });
    expect(wordsOf(found, "order-id-reused")).toEqual(["The id was used by another order."]);
  });

  test("under limits that are kept no more nothing is claimed", async () => {
    const { seq } = await bench.send({ qty: "1" });
    for (let version = 0; version < LIMIT_VERSIONS_MAX; version++) await bench.limits([WIDE]);
    expect(await explained(seq)).toMatchObject({ limits: null, sameAgain: null });
  });

  test("what was never decided is refused", async () => {
    const ask = (seq: number) => bench.desk.watch.answer(bench.envelope(), { type: "explain", seq });
    expect(codeOf(await ask(1))).toBe("decision-unknown");
    expect(codeOf(await ask(99_999))).toBe("decision-unknown");
    expect(
      codeOf(await new RiskBench().desk.watch.answer(bench.envelope(), { type: "explain", seq: 1 })),
    ).toBe("account-unknown");
  });
});

test("every check has a sentence for every verdict, and every reason its words", () => {
  const said = new Set<string>();
  for (const code of [...BUILT_IN_CODES, ...LIMIT_KINDS])
    for (const verdict of ["p", "w", "f", "s"] as const)
      said.add(sentenceOf([code, "symbol", AAPL, verdict, "1", "2", "3"]));
  for (const reason of MISSING_REASONS)
    said.add(sentenceOf(["max-var", "account", null, "f", "1", null, null, reason]));
  for (const sentence of said) expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect([...said].filter((sentence) => sentence.includes("undefined"))).toEqual([]);
});

describe("decisions about something", () => {
  const seqs = async (decided: Json): Promise<unknown[]> => {
    const reply = await bench.desk.watch.list({ limit: 2, list: "decisions", decided });
    if (!reply.ok) throw new Error(reply.code);
    return [reply.value.total, ...reply.value.items.map((item) => (JSON.parse(item) as Json)["seq"])];
  };

  test("are found by decision, code, symbol and strategy, page by page", async () => {
    const accepted = await bench.send({ strategy: "alpha", qty: "1" });
    const reduced = await bench.send({ symbol: MSFT, qty: "20" });
    const rejected = await bench.send({ symbol: MSFT, qty: "0.5" });
    expect(await seqs({ decision: "accept" })).toEqual([1, accepted.seq]);
    expect(await seqs({ code: "max-order-qty" })).toEqual([1, reduced.seq]);
    expect(await seqs({ symbol: MSFT })).toEqual([2, rejected.seq, reduced.seq]);
    expect(await seqs({ strategy: "alpha" })).toEqual([1, accepted.seq]);
    expect(await seqs({ symbol: MSFT, decision: "accept" })).toEqual([0]);
    expect(await seqs({})).toEqual([3, rejected.seq, reduced.seq]);
    const next = await bench.desk.watch.list({ limit: 1, list: "decisions", decided: { symbol: MSFT } });
    if (!next.ok || next.value.next === undefined) throw new Error("no second page");
    const second = {
      limit: 1,
      after: next.value.next,
      list: "decisions",
      decided: { symbol: MSFT },
    } as const;
    expect(await bench.desk.watch.list(second)).toMatchObject({ value: { total: 2 } });
  });

  test("are looked for in all that the account keeps", async () => {
    const first = await bench.send({ symbol: MSFT, qty: "1" });
    for (let batch = 0; batch < 3; batch++)
      await bench.orders(
        Array.from({ length: 250 }, () => bench.order({ qty: "1" })),
        false,
      );
    expect(await seqs({ symbol: MSFT })).toEqual([1, first.seq]);
  });
});
