/** Many positions, put into the state of a shard without the orders that would make them. */
import { putPosition } from "../../../actors/risk-shard/funds.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { money } from "../../../src/domain/money.ts";
import { FLAT } from "../../../src/domain/position.ts";
import { AAPL, type RiskBench } from "./bench.ts";

/** The fills of so many strategies, one each; flat again, so that nothing is followed. */
export function manyPositions(bench: RiskBench, count: number): void {
  const { state } = bench;
  bench.desk.ledger.state.instruments.set(AAPL as Symbol, bench.platform.instruments.get(AAPL)!);
  for (let n = 0; n < count; n++)
    putPosition(state, {
      symbol: AAPL as Symbol,
      strategy: `s${n}`,
      position: { ...FLAT, realised: money(BigInt(n)) },
    });
}
