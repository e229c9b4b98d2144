/** A bench whose symbols have told how easily they trade. */
import type { Liquidity } from "../../../../src/domain/liquidity.ts";
import { DAY_MS } from "../../../../src/domain/time.ts";
import { liquidityOf } from "../../../support/liquidity.ts";
import { AAPL, checkIn, type Decision, MSFT, RiskBench, WIDE } from "../bench.ts";

export const traded = (bench: RiskBench, over: Partial<Liquidity> = {}): Liquidity =>
  liquidityOf(1, { ts: bench.now, adv20: "1000", volumeP50: "40", volatilityDaily: 0.02, ...over });

/** Both stocks trade 1,000 a day and 40 in an interval; a day's returns deviate by two percent. */
export async function liquidBench(
  limits: readonly object[],
  over: Partial<Liquidity> = {},
): Promise<RiskBench> {
  const bench = new RiskBench();
  for (const symbol of [AAPL, MSFT]) bench.platform.liquidity.set(symbol, traded(bench, over));
  return bench.ready([WIDE, ...limits] as never);
}

/** New statistics, as the hub tells them. */
export async function tells(bench: RiskBench, symbol: string, liquidity: Liquidity): Promise<void> {
  bench.platform.liquidity.set(symbol, liquidity);
  const mark = bench.platform.marks.get(symbol)!;
  const update = { symbol: symbol as never, mark, changes: [], sampled: false, liquidity };
  await bench.desk.takePrices(bench.envelope(), { hub: "hub-0", updates: [update] });
}

/** The clock passes, and the price is told again. */
export async function passDays(bench: RiskBench, days: number, ms = 0): Promise<void> {
  bench.clock.pass(days * DAY_MS + ms);
  for (const symbol of [AAPL, MSFT]) await bench.price(symbol, { last: "100" });
}

export const found = (decision: Decision, kind: string) => checkIn(decision, kind);
