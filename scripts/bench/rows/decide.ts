/** [decide] One order before all checks, to integers, beside JSON.parse of its body: 10, 1,000 and 10,000 positions, 20 limits. */
import { judge } from "../../../actors/risk-shard/evaluate.ts";
import { gather } from "../../../actors/risk-shard/gather.ts";
import { readOrders } from "../../../actors/risk-shard/read-requests.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { bookOf, symbolAt } from "../book.ts";
import type { Bench } from "../context.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";
import { orderObject } from "./order-http.ts";

const ROUNDS = 9;
/** Tens of milliseconds of each, far above what a clock cannot tell. */
const DECISIONS = 20_000;
const PARSES = 100_000;

export async function decide(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const positions of [10, 1_000, 10_000]) {
    const { ours, limit } = await measured(positions);
    bench.note("decide", `${positions} positions: ${ours.toFixed(2)} µs, JSON.parse ${limit.toFixed(2)} µs`);
    const id = positions === 1_000 ? "decide" : `decide.${positions}`;
    const note = `${positions.toLocaleString("en-US")} positions, 20 limits`;
    rows.push({ id, value: ours, limit, unit: "µs", target: { atMost: 6 }, note });
  }
  return rows;
}

function measured(positions: number): Promise<{ ours: number; limit: number }> {
  const at = Date.now() as EpochMs;
  const state = bookOf(positions, at);
  // Other ids of the same length: a parser that sees the same text again could be lucky.
  const bodies = Array.from({ length: 64 }, (_, index) =>
    JSON.stringify(orderObject(`order-${100_000 + index}`, symbolAt(0))),
  );
  const orders = bodies.flatMap((body) => readOrders(body) ?? []);
  let accepted = 0;
  const decideOne = (index: number): void => {
    const terms = orders[index % orders.length];
    if (terms === undefined) throw new Error("the order is one that the contract allows");
    const { decision } = judge(gather(state, terms, at), terms, state.limits);
    if (decision === "accept") accepted += 1;
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
