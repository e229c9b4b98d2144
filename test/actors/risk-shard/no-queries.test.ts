/** What a decision asks of anybody: nothing. Facts leave for Postgres later, on their own way. */
import { expect, test } from "vitest";
import { asText } from "../../../actors/runtime/fact-text.ts";
import type { HistoryReads, Mirror, Ports } from "../../../src/ports.ts";
import { AAPL, type Json, MSFT, RiskBench } from "./bench.ts";

const ORDERS = 2_000;
const LIMITS: readonly Json[] = [
  { kind: "max-order-qty", threshold: "50", action: "reduce" },
  { kind: "max-position-notional", threshold: "500000" },
  { kind: "max-gross-exposure", threshold: "400000" },
  { kind: "max-net-exposure", threshold: "5", unit: "equity-percent", scope: { kind: "strategy" } },
  { kind: "max-working-orders", threshold: "1500" },
  { kind: "max-order-rate", threshold: "1900", windowMs: 60_000 },
  { kind: "max-price-age", threshold: "30000" },
];

/** Ports to Postgres, each call of which is noted: what an archiver commits, and what history would be read. */
function countedPorts(calls: string[]): Pick<Ports, "mirror" | "history"> {
  const counted = (port: string): unknown =>
    new Proxy(
      {},
      {
        get: (_target, method) => async () => {
          calls.push(`${port}.${String(method)}`);
          return [];
        },
      },
    );
  return { mirror: counted("mirror") as Mirror, history: counted("history") as HistoryReads };
}

/** Both sides and symbols, with and without a strategy, some above each limit. */
const nth = (bench: RiskBench, n: number): Json =>
  bench.order({
    symbol: n % 2 === 0 ? AAPL : MSFT,
    side: n % 3 === 0 ? "sell" : "buy",
    qty: String(1 + (n % 60)),
    ...(n % 4 === 0 ? { strategy: n % 8 === 0 ? "alpha" : "beta" } : {}),
    ...(n % 5 === 0 ? { type: "market" } : {}),
  });

/** Alone and in baskets, in earnest and as dry runs; how many got each code. */
async function sendMany(bench: RiskBench): Promise<Map<string, number>> {
  const codes = new Map<string, number>();
  for (let sent = 0; sent < ORDERS; ) {
    const count = sent % 3 === 0 ? 1 : 40;
    const orders = Array.from({ length: count }, (_, index) => nth(bench, sent + index));
    for (const { decision, code = decision } of await bench.orders(orders, sent % 7 === 0))
      codes.set(code, (codes.get(code) ?? 0) + 1);
    sent += count;
  }
  return codes;
}

test("0 database queries per decision: no mirror, no history and no other actor is asked, over thousands of orders", async () => {
  const calls: string[] = [];
  const ports = countedPorts(calls);
  const bench = new RiskBench();
  // The shard's one way to Postgres: what it hands to its archiver. History it is not even given.
  bench.destinations.before = async (_destination, batch) =>
    void (await ports.mirror.commit([asText(batch)]));
  await bench.ready(LIMITS);
  for (const strategy of ["alpha", "beta"]) await bench.strategy(strategy);
  await bench.orders([nth(bench, 1), nth(bench, 2)]);
  await bench.outbox.drain();
  calls.length = 0;
  bench.platform.calls.length = 0;

  const codes = await sendMany(bench);
  expect(codes.size, "orders were accepted, reduced and rejected").toBeGreaterThan(3);
  expect(calls).toEqual([]);
  expect(bench.platform.calls).toEqual([]);

  await bench.outbox.drain();
  expect(new Set(calls), "the ports do count").toEqual(new Set(["mirror.commit"]));
});
