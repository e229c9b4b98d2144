/** A position as its row has it. */
import type { Symbol } from "../../src/domain/ids.ts";
import { decodeBrought } from "./brought-codec.ts";
import { decodeSplits } from "./journal-codec.ts";
import { moneyFrom } from "./rows.ts";
import type { PositionRecord } from "./state.ts";

/** But for how many entries its journal has: that is counted where the journal is. */
export const POSITION_COLUMNS = "symbol, strategy, qty, cost, realised, fees, funding, splits, brought";
export type PositionRow = readonly [
  symbol: string,
  strategy: string,
  qty: string,
  cost: string,
  realised: string,
  fees: string,
  funding: string,
  splits: string,
  brought: string,
];

export function positionFrom(row: PositionRow): PositionRecord {
  const [symbol, strategy, qty, cost, realised, fees, funding, splits, brought] = row;
  const position = {
    qty: BigInt(qty),
    cost: moneyFrom(cost),
    realised: moneyFrom(realised),
    fees: moneyFrom(fees),
    funding: moneyFrom(funding),
  };
  const came = decodeBrought(brought);
  return {
    symbol: symbol as Symbol,
    strategy,
    position,
    ...(splits === "[]" ? {} : { splits: decodeSplits(splits) }),
    ...(came === undefined ? {} : { brought: came }),
  };
}
