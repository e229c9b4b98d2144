/** Facts of strategies: rows of `strategy_m2m_candle`. */
import { strategyM2mCandle } from "../schema.ts";
import { originOf, type Projection } from "./projection.ts";

type CandleFact = {
  readonly tenant: string;
  readonly strategy: string;
  readonly resolution: string;
  readonly candle: Readonly<Record<string, unknown>>;
};

/** A candle that closed, or a revision of one: a lower revision never replaces a higher one. */
export const candleRow: Projection = (fact) => {
  // SAFETY: a payload of another shape leaves a NOT NULL column empty, and the fact is parked.
  const { tenant, strategy, resolution, candle } = JSON.parse(fact.payload) as CandleFact;
  const { t, open, high, low, close, realised, unrealised, fees, sampled, rev, state } = candle;
  // A fact of before was of a strategy that had none.
  const { funding = "0" } = candle;
  const row = {
    tenant,
    strategy,
    resolution,
    start: t,
    open,
    high,
    low,
    close,
    realised,
    unrealised,
    fees,
    funding,
    gross_exposure: candle.grossExposure,
    tick_count: candle.tickCount,
    stale_legs: candle.staleLegs,
    missing_legs: candle.missingLegs,
    sampled,
    rev,
    state,
    ...originOf(fact),
  };
  return [{ table: strategyM2mCandle, change: { put: "higher-revision" }, rows: [row] }];
};
