/** [fan-in] 500 accounts that follow one symbol: how old a change is when it arrives at them. */
import type { Bench } from "../context.ts";
import type { Row } from "../table.ts";
import { listened, oldest } from "./price-hub.ts";

const ACCOUNTS = 500;
/** A busy symbol's changes of the last price. */
const RATE = 20;
const SECONDS = 10;
/** The contract's: every change arrives within it. */
const ARRIVED_MS_MAX = 500;

export async function fanIn(bench: Bench): Promise<Row[]> {
  const market = { symbols: 1, followers: ACCOUNTS, rate: RATE, seconds: SECONDS };
  const { heard, rpcs, sampled } = await listened(bench, "fan-in", market);
  const note = `1 symbol, ${ACCOUNTS} accounts, ${RATE} changes a second, ${sampled} sampled`;
  return [
    {
      ...{ id: "fan-in", value: oldest(heard, 0.99), unit: "ms", note: `p99; ${note}` },
      ...{ target: { atMost: ARRIVED_MS_MAX }, absolute: true },
    },
    { id: "fan-in.p50", value: oldest(heard, 0.5), unit: "ms" },
    { id: "fan-in.rpcs", value: rpcs / SECONDS, unit: "RPC/s" },
  ];
}
