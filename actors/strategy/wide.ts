/** Candles wider than a minute: folded from minutes as they stand, when they are asked for. */

import { MINUTE_MS } from "../../src/domain/time.ts";
import { rollUp } from "../../src/quant/m2m/roll-up.ts";
import { type CandleSpans, candleSpans, type WideWidth, widthMs } from "../../src/quant/m2m/widths.ts";
import { type Candle, candleFromText, candleText } from "./candle.ts";
import type { M2mQuery } from "./messages.ts";
import type { StrategyState } from "./state.ts";

/** As much of the store as is read: committed minutes. */
export type MinuteRows = {
  readonly state: StrategyState;
  candleRows(range: { readonly from?: number; readonly to?: number; readonly limit: number }): {
    readonly texts: readonly string[];
    readonly oldest: number | undefined;
    readonly trimmed: boolean;
  };
};
export type WideReply = {
  readonly candles: readonly string[];
  /** Minutes before it may stand in Postgres, also of the first candle here. */
  readonly olderThan?: number;
  readonly calendar?: string;
};

/** The longest day: from the close before a long weekend to the next one. */
const DAY_MINUTES_MAX = 7 * 1_440;

export const spansOf = ({ profile }: StrategyState): CandleSpans => candleSpans(profile?.calendar);

/** Those that start in [from, to), the newest of them. The first may lack minutes that have left for Postgres. */
export function wideCandles(
  rows: MinuteRows,
  width: WideWidth,
  query: Pick<M2mQuery, "from" | "to" | "limit">,
  forming: readonly Candle[],
): WideReply {
  const { state } = rows;
  const spans = spansOf(state);
  const { from, to } = minutesOf(spans, width, query);
  const { limit } = query;
  const rowsMax = (limit + 1) * minutesIn(width);
  const { texts, oldest, trimmed } = rows.candleRows({ from, to, limit: rowsMax });
  const minutes = [
    ...texts.map(candleFromText),
    ...forming.filter(({ start }) => start >= from && start < to),
  ];
  const folded = folds(spans, width, minutes, state.finalThrough);
  const candles = folded.slice(-limit);
  const before = oldest === undefined ? undefined : Math.min(oldest, to);
  const calendar = state.profile?.calendar;
  const reply = { candles: candles.map(candleText), ...(calendar === undefined ? {} : { calendar }) };
  if (!trimmed || before === undefined || from >= before) return reply;
  const isCut = candles[0]?.start === spans.of(width, before).start;
  return candles.length < limit || isCut ? { ...reply, olderThan: before } : reply;
}

/** Minutes, ascending, as candles of that width. One whose span is not over by `finalThrough` forms. */
export function folds(
  spans: CandleSpans,
  width: WideWidth,
  minutes: readonly Candle[],
  finalThrough: number,
): Candle[] {
  const groups = Map.groupBy(minutes, ({ start }) => spans.of(width, start).start);
  return [...groups].flatMap(
    ([start, children]) => wideCandle(children, start, spans.of(width, start).end, finalThrough) ?? [],
  );
}

export function wideCandle(
  children: readonly Candle[],
  start: number,
  end: number,
  finalThrough: number,
): Candle | undefined {
  const folded = rollUp<bigint, Candle>(children, isAbove);
  if (folded === undefined) return undefined;
  return { ...folded, start, ...(end > finalThrough ? { state: "forming" as const } : {}) };
}

/** The minutes of all candles that start in [from, to). */
function minutesOf(
  spans: CandleSpans,
  width: WideWidth,
  { from = 0, to = Number.MAX_SAFE_INTEGER }: Pick<M2mQuery, "from" | "to">,
): { readonly from: number; readonly to: number } {
  const first = from === 0 ? undefined : spans.of(width, from);
  const last = to === Number.MAX_SAFE_INTEGER ? undefined : spans.of(width, to - 1);
  return {
    from: first === undefined || first.start === from ? from : first.end,
    to: last?.end ?? to,
  };
}

const minutesIn = (width: WideWidth): number => {
  const ms = widthMs(width);
  return ms === undefined ? DAY_MINUTES_MAX : ms / MINUTE_MS;
};
const isAbove = (one: bigint, other: bigint): boolean => one > other;
