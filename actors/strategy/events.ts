/**
 * What happens to a strategy. Two kinds of event are facts for the archiver. `position-drift`: the account held something else after a
 * booking than we did, and we have taken what it holds; `{tenant, strategy, symbol, ours, account, at}`, both `{qty, cost, realised, fees,
 * funding}` as decimal text in the instrument's currency, cost signed as the quantity is. `m2m-candle`: a candle that became final, or a revision of
 * one. Its payload is `{tenant, strategy, resolution, candle}` where `candle` is the public candle: `t` the start of the minute in epoch ms;
 * `open high low close realised unrealised fees funding grossExposure` decimal text in the account's currency; `tickCount` and `rev` integers
 * (rev 0 is the first final one and only rises); `staleLegs` and `missingLegs` arrays of symbols; `sampled` boolean; `state` `final` or
 * `revised`. `resolution` is `"1"`: minutes. What a strategy is and what it holds are facts of its account's risk shard, not of this actor.
 */
import { decimalText } from "../../src/domain/decimal.ts";
import { moneyText } from "../../src/domain/money.ts";
import type { HoldingAmounts } from "../../src/quant/money/holding.ts";
import type { StrategyAddress } from "./address.ts";
import { type Candle, candleFromText, candleText } from "./candle.ts";
import type { LegInstrument } from "./messages.ts";
import type { HeardMoment, Mark } from "./moment.ts";
import type { Profile, Span } from "./state.ts";

export const M2M_CANDLE = "m2m-candle";
export const POSITION_DRIFT = "position-drift";
export const M2M_RESOLUTION = "1";

export type Drift = Extract<StrategyEvent, { type: "position-drifted" }>;
export type StrategyEvent =
  | { readonly type: "profile-set"; readonly profile: Profile; readonly legs: readonly LegInstrument[] }
  | { readonly type: "leg-met"; readonly leg: LegInstrument; readonly overBound: boolean }
  | { readonly type: "leg-left"; readonly symbol: string }
  /** What leads from a leg's currency to the account's, and is no leg. */
  | { readonly type: "rate-met"; readonly symbol: string; readonly priceScale: number }
  /** It is a leg from now on. */
  | { readonly type: "rate-traded"; readonly leg: LegInstrument }
  /** After a booking the account held what we did. */
  | { readonly type: "line-agreed"; readonly symbol: string; readonly at: number }
  /** It did not; the booking that this was seen with brings ours to the account's. */
  | {
      readonly type: "position-drifted";
      readonly leg: LegInstrument;
      readonly ours: HoldingAmounts;
      readonly account: HoldingAmounts;
      readonly at: number;
    }
  /**
   * What a booking did to one line, in the leg's currency: of a strategy its symbol, of a group a member's. `held`: what the line held
   * before; undefined of a group, which keeps that with its statistics.
   */
  | {
      readonly type: "line-booked";
      readonly line: string;
      readonly symbol: string;
      readonly how: "fill" | "opening" | "revision";
      readonly change: HoldingAmounts;
      readonly held: bigint | undefined;
      readonly ts: number;
    }
  /** Held before the first moment, so it counts from the start of time. */
  | { readonly type: "start-held"; readonly symbol: string; readonly change: HoldingAmounts }
  /** Priced before the first moment of this leg. */
  | {
      readonly type: "start-priced";
      readonly symbol: string;
      readonly n: number;
      readonly mark: Mark | undefined;
    }
  | {
      readonly type: "moments-heard";
      readonly moments: readonly HeardMoment[];
      /** Minutes of which some price change may be missing. */
      readonly spans: readonly Span[];
      /** Moments that came too late to be put where they belong. */
      readonly late: number;
    }
  /** News that could not be read, or could not be. */
  | { readonly type: "news-skipped"; readonly count: number }
  | { readonly type: "candle-closed"; readonly candle: Candle }
  | {
      readonly type: "minutes-closed";
      readonly through: number;
      /** The earliest final candle that has changed since it was said; infinite where there is none. */
      readonly owedFrom: number;
      readonly revisedAt: number | undefined;
    }
  | { readonly type: "moments-retired"; readonly count: number };

export const encodeCandleFact = ({ tenant, strategy }: StrategyAddress, candle: Candle): string =>
  `{"tenant":${JSON.stringify(tenant)},"strategy":${JSON.stringify(strategy)},"resolution":"${M2M_RESOLUTION}","candle":${candleText(candle)}}`;

export function decodeCandleFact(payload: string): {
  tenant: string;
  strategy: string;
  resolution: string;
  candle: Candle;
} {
  // SAFETY: only `encodeCandleFact` writes such a payload.
  const fact = JSON.parse(payload) as {
    tenant: string;
    strategy: string;
    resolution: string;
    candle: unknown;
  };
  return { ...fact, candle: candleFromText(JSON.stringify(fact.candle)) };
}

export const encodeDriftFact = ({ tenant, strategy }: StrategyAddress, drift: Drift): string =>
  JSON.stringify({ tenant, strategy, ...driftShown(drift) });

const driftShown = ({ leg, ours, account, at }: Drift) => ({
  symbol: leg.symbol,
  ours: holdingShown(ours, leg),
  account: holdingShown(account, leg),
  at,
});

const holdingShown = (held: HoldingAmounts, { sizeScale }: LegInstrument) => ({
  qty: decimalText(held.qty, sizeScale),
  cost: moneyText(held.cost),
  realised: moneyText(held.realised),
  fees: moneyText(held.fees),
  funding: moneyText(held.funding),
});
