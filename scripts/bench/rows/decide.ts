/**
 * [decide], [risk-decide] One order before all checks, to integers, beside JSON.parse of its body: 10, 1,000 and 10,000 positions, with
 * 20 limits, and with 40 of all kinds.
 */
import { judge } from "../../../actors/risk-shard/evaluate.ts";
import { gather } from "../../../actors/risk-shard/gather.ts";
import { readOrders } from "../../../actors/risk-shard/read-requests.ts";
import type { RiskState } from "../../../actors/risk-shard/state.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { bookOf, symbolAt } from "../book.ts";
import type { Bench } from "../context.ts";
import { CLASSES, fortyLimits } from "../risk-limits.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";
import { orderObject } from "./order-http.ts";

const ROUNDS = 9;
/** Tens of milliseconds of each, far above what a clock cannot tell. */
const DECISIONS = 20_000;
const PARSES = 100_000;

export const decide = (bench: Bench): Promise<Row[]> =>
  decided(bench, { name: "decide", atMost: 6, book: (positions, at) => bookOf(positions, at) });

export const riskDecide = (bench: Bench): Promise<Row[]> => {
  const plan = { limits: fortyLimits(), reference: CLASSES };
  return decided(bench, {
    ...{ name: "risk-decide", atMost: 12 },
    book: (positions, at) => bookOf(positions, at, plan),
  });
};

type Decided = {
  readonly name: string;
  /** As long as JSON.parse. */
  readonly atMost: number;
  readonly book: (positions: number, at: EpochMs) => RiskState;
};

async function decided(bench: Bench, { name, atMost, book }: Decided): Promise<Row[]> {
  const rows: Row[] = [];
  for (const positions of [10, 1_000, 10_000]) {
    const at = Date.now() as EpochMs;
    const state = book(positions, at);
    const { limits } = state.limits;
    const { ours, limit } = await measured(state, at);
    bench.note(name, `${positions} positions: ${ours.toFixed(2)} µs, JSON.parse ${limit.toFixed(2)} µs`);
    const id = positions === 1_000 ? name : `${name}.${positions}`;
    const kinds = new Set(limits.map(({ kind }) => kind)).size;
    const note = `${positions.toLocaleString("en-US")} positions, ${limits.length} limits of ${kinds} kinds`;
    rows.push({ id, value: ours, limit, unit: "µs", target: { atMost }, note });
  }
  return rows;
}

function measured(state: RiskState, at: EpochMs): Promise<{ ours: number; limit: number }> {
  // Other ids of the same length: a parser that sees the same text again could be lucky.
  const bodies = Array.from({ length: 64 }, (_, index) =>
    JSON.stringify(orderObject(`order-${100_000 + index}`, symbolAt(0))),
  );
  const orders = bodies.flatMap((body) => readOrders(body) ?? []);
  let accepted = 0;
  const decideOne = (index: number): void => {
    const terms = orders[index % orders.length];
    if (terms === undefined) throw new Error("the order is one that the contract allows");
    const { decision, code } = judge(gather(state, terms, at), terms, state.limits);
    if (decision === "accept") accepted += 1;
    else throw new Error(`an order is not accepted: ${code}`);
  };
  let parsed = 0;
  const parseOne = (index: number): void => {
    parsed += (JSON.parse(bodies[index % bodies.length] ?? "") as { qty: string }).qty.length;
  };
  return alternate(ROUNDS, {
    ours: async () => timed(DECISIONS, decideOne),
    limit: async () => timed(PARSES, parseOne),
  }).then(({ ours, limit }) => {
    if (accepted !== DECISIONS * (ROUNDS + 1) || parsed === 0)
      throw new Error(`decide: ${accepted} orders were accepted`);
    return { ours: median(ours), limit: median(limit) };
  });
}

/** Microseconds of one. */
function timed(times: number, work: (index: number) => void): number {
  const startedAt = performance.now();
  for (let index = 0; index < times; index++) work(index);
  return ((performance.now() - startedAt) * 1_000) / times;
}
