/** What each topic says, by its name: a listener of `quote.SIM:A` gets quotes. */
import type { z } from "zod";
import type { BarObject } from "../../contracts/bars.ts";
import type { DepthReply } from "../../contracts/depth.ts";
import type { DepthMetrics } from "../../contracts/depth-metrics.ts";
import type { gap } from "../../contracts/gaps.ts";
import type { IndicatorBarObject } from "../../contracts/indicators.ts";
import type { LabelGone, LabelObject } from "../../contracts/labels.ts";
import type { QuoteReply } from "../../contracts/quote.ts";
import type { SeriesBarObject } from "../../contracts/series.ts";
import type { M2mCandleObject, strategyPnl } from "../../contracts/strategies.ts";
import type { StreamTrade, StreamTradeRevision } from "../../contracts/streams.ts";

type GapObject = z.output<typeof gap>;
type StrategyPnlObject = z.output<typeof strategyPnl>;

type Said<Type extends string, Data> = { readonly type: Type; readonly data: Data };
type Bars<Bar> = Said<"snap", Bar | null> | Said<"bar" | "rev", Bar> | Said<"gap", GapObject>;
type Trades =
  | Said<"snap" | "delta", readonly StreamTrade[]>
  | Said<"rev", readonly StreamTradeRevision[]>
  | Said<"gap", GapObject>;
type Labels = Said<"snap", readonly LabelObject[]> | Said<"delta", LabelObject | LabelGone>;
type Candles = Said<"snap", M2mCandleObject | null> | Said<"bar" | "rev", M2mCandleObject>;

export type SaidOn<Topic extends string> = Topic extends `quote.${string}`
  ? Said<"snap" | "delta", QuoteReply>
  : Topic extends `depth.${string}`
    ? Said<"snap" | "delta", DepthReply>
    : Topic extends `depth-metrics.${string}`
      ? Said<"snap" | "delta", DepthMetrics | null>
      : Topic extends `indicator.${string}`
        ? Said<"snap", IndicatorBarObject | null> | Said<"bar" | "rev", IndicatorBarObject>
        : Topic extends `trades.${string}`
          ? Trades
          : Topic extends `${"bars" | "mid" | "bid" | "ask"}.${string}`
            ? Bars<BarObject>
            : Topic extends `series.${string}`
              ? Bars<SeriesBarObject>
              : Topic extends `labels.${string}`
                ? Labels
                : Topic extends `m2m.${string}`
                  ? Candles
                  : Topic extends `pnl.${string}`
                    ? Said<"snap" | "delta", StrategyPnlObject>
                    : Said<string, unknown>;

/** Topics whose every message is the whole of what they say. */
export const isWhole = (topic: string): boolean => /^(?:quote|depth|depth-metrics)\./.test(topic);
