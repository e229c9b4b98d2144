/** Revisions that change very much: more than one fact says, and more than one request may fold. */
import { expect, test } from "vitest";
import { EMPTY_BOOK } from "../../../actors/risk-shard/line-book.ts";
import type { ExecutionTerms } from "../../../actors/risk-shard/messages.ts";
import { References } from "../../../actors/risk-shard/references.ts";
import { ZERO } from "../../../src/domain/money.ts";
import type { Trade } from "../../../src/quant/money/entry.ts";
import { AAPL, type Json, RiskBench } from "./bench.ts";

const SALES = 1_100;

test("a bust that changes more than one fact says goes on in further ones, and its strategy hears all of it", async () => {
  const bench = await new RiskBench().ready();
  await bench.strategy("alpha");
  await bench.send({ clientOrderId: "a", strategy: "alpha", qty: "5000" });
  await bench.fill("a", "1000", "90", { execId: "x1" });
  await bench.fill("a", "4000", "110", { execId: "x2" });
  await bench.send({ clientOrderId: "s", strategy: "alpha", side: "sell", qty: "2000" });
  const sale = { type: "fill", clientOrderId: "s", qty: "1", price: "105" };
  await bench.executions(Array.from({ length: SALES / 2 }, () => sale));
  await bench.executions(Array.from({ length: SALES / 2 }, () => sale));
  const before = bench.outbox.lastSeq;
  await bench.report({ type: "bust", clientOrderId: "a", refExecId: "x1", execId: "b1" });
  const facts = bench.facts(before);
  const revised = facts.flatMap(({ payload }) => (payload["revised"] as Json[] | undefined) ?? []);
  expect(facts.filter(({ kind }) => kind === "execution-revised")).toHaveLength(2);
  expect(revised).toHaveLength(SALES + 1);
  const position = bench.state.positions.get(`${AAPL}/alpha`)!.position;
  expect(position).toMatchObject({ qty: 2_900n, realised: -5_500_000_000_000_000n });
  const news = facts.filter(({ kind }) => kind === "holding-revised");
  expect(news.map(({ payload }) => (payload["changes"] as Json[]).length)).toEqual([500, 500, 101]);
  expect(news.at(-1)!.payload["after"]).toMatchObject({ qty: "2900", cost: "319000", realised: "-5500" });
});

test("a request folds as many entries as it may; further busts are `overloaded` and can come again", () => {
  const { state } = new RiskBench();
  const line = `${AAPL}/`;
  const position = { qty: 0n, cost: ZERO, realised: ZERO, fees: ZERO, funding: ZERO };
  state.positions.set(line, { symbol: AAPL as never, strategy: "", position });
  const one: Trade = { kind: "fill", id: "x1", ts: 1, qty: 1n, price: 1, fee: ZERO };
  const book = { ...EMPTY_BOOK, entries: new Array<Trade>(300_000).fill(one) };
  const reports = new Map([["x1", { body: '["fill","a"]', line }]]);
  const references = new References(state, reports, () => book);
  const asked = { refExecId: "x1", clientOrderId: "a" } as ExecutionTerms;
  const answers = [1, 2, 3].map(() => references.of(asked, undefined));
  expect(answers.map((answer) => (typeof answer === "string" ? answer : "found"))).toEqual([
    ...["found", "found", "overloaded"],
  ]);
});
