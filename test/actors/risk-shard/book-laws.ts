/** What holds of any book: its total is the same by every method, and what a strategy was told adds up to what it holds. */
import { expect } from "vitest";
import type { CostMethod } from "../../../actors/risk-shard/messages.ts";
import type { Json, RiskBench } from "./bench.ts";

/** By each method the same total, line by line: it is a view of the same fills. */
export async function holdMethods(bench: RiskBench): Promise<void> {
  const totals = async (method: CostMethod) => {
    const page = await bench.desk.readPriced(bench.envelope(), (reads) =>
      reads.holdings({ method, limit: 500 }),
    );
    if (!page.ok) throw new Error(page.code);
    return page.value.items.map((line) => [
      ...[line.symbol, line.strategy, line.qty, line.unavailable],
      exact(line.realised) + exact(line.unrealised ?? "0"),
    ]);
  };
  const average = await totals("average");
  expect(average.length).toBeGreaterThan(0);
  expect(await totals("fifo")).toEqual(average);
  expect(await totals("lifo")).toEqual(average);
}

/** What a strategy was told adds up to what it holds, in each symbol, news by news. */
export async function holdNews(bench: RiskBench, strategy: string): Promise<void> {
  const heard = await bench.heard(`strategy/t/${strategy}`);
  const sums = new Map<string, bigint[]>();
  for (const { kind, payload } of heard) {
    if (kind !== "fill-booked" && kind !== "holding-revised") continue;
    const { symbol } = payload["leg"] as { symbol: string };
    const changes = (kind === "fill-booked" ? [payload["change"]] : payload["changes"]) as Json[];
    const before = sums.get(symbol) ?? FIELDS.map(() => 0n);
    const after = changes.reduce(
      (all, one) => FIELDS.map((name, at) => all[at]! + amount(one, name)),
      before,
    );
    sums.set(symbol, after);
    const told = payload["after"] as Json;
    expect(after, `${kind} ${String(payload["execId"])}`).toEqual(FIELDS.map((name) => amount(told, name)));
  }
  for (const [symbol, [qty, , realised, fees, funding]] of sums)
    expect(bench.state.positions.get(`${symbol}/${strategy}`)!.position).toMatchObject({
      ...{ qty: qty! / 10n ** 12n, realised, fees, funding },
    });
}

const FIELDS = ["qty", "cost", "realised", "fees", "funding"];
const amount = (held: Json, name: string): bigint => exact(String(held[name]));

function exact(shown: string): bigint {
  const [whole = "0", fraction = ""] = shown.replace("-", "").split(".");
  const value = BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, "0"));
  return shown.startsWith("-") ? -value : value;
}
