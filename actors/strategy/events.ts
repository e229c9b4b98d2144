/**
 * What happens to a strategy. One kind of event is a fact for the archiver, `m2m-candle`: a candle that became final, or a revision of
 * one. Its payload is `{tenant, strategy, resolution, candle}` where `candle` is the public candle: `t` the start of the minute in epoch ms;
 * `open high low close realised unrealised fees grossExposure` decimal text in the account's currency; `tickCount` and `rev` integers
 * (rev 0 is the first final one and only rises); `staleLegs` and `missingLegs` arrays of symbols; `sampled` boolean; `state` `final` or
 * `revised`. `resolution` is `"1"`: minutes. What a strategy is and what it holds are facts of its account's risk shard, not of this actor.
 */
import type { StrategyAddress } from "./address.ts";
import { type Candle, candleFromText, candleText } from "./candle.ts";
import type { LegInstrument } from "./messages.ts";
import type { HoldingChange, Mark, Moment } from "./moment.ts";
import type { Profile, Span } from "./state.ts";

export const M2M_CANDLE = "m2m-candle";
export const M2M_RESOLUTION = "1";

export type StrategyEvent =
  | { readonly type: "profile-set"; readonly profile: Profile; readonly legs: readonly LegInstrument[] }
  | { readonly type: "leg-met"; readonly leg: LegInstrument; readonly overBound: boolean }
  | { readonly type: "leg-left"; readonly symbol: string }
  /** Held before the first moment, so it counts from the start of time. */
  | { readonly type: "start-held"; readonly symbol: string; readonly change: HoldingChange }
  /** Priced before the first moment of this leg. */
  | {
      readonly type: "start-priced";
      readonly symbol: string;
      readonly n: number;
      readonly mark: Mark | undefined;
    }
  | {
      readonly type: "moments-heard";
      readonly moments: readonly Moment[];
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
