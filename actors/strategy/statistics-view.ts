/** Statistics in their public shape, as JSON text. */
import type { StatisticsObject } from "../../src/contracts/statistics.ts";
import { moneyText, parseMoney } from "../../src/domain/money.ts";
import type { CandleSpans } from "../../src/quant/m2m/widths.ts";
import type { DaySummary } from "../../src/quant/performance/day-summary.ts";
import type { DaysOfYear } from "../../src/quant/performance/returns.ts";
import { type Decline, type Statistics, statisticsOf } from "../../src/quant/performance/statistics.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { Candle } from "./candle.ts";
import { DAYS_MAX } from "./limits.ts";
import type { StatisticsQuery } from "./messages.ts";
import type { StrategyState } from "./state.ts";
import type { StatisticsBook } from "./statistics-book.ts";
import { spansOf } from "./wide.ts";

export function statistics(
  state: StrategyState,
  strategy: string,
  book: StatisticsBook,
  { from = 0, to = Number.MAX_SAFE_INTEGER, capital }: StatisticsQuery,
  forming: readonly Candle[],
): ActorReply<string> {
  const { profile } = state;
  if (profile === undefined) return refusal("strategy-unknown", "no strategy has this id");
  const named = capital === undefined ? undefined : parseMoney(capital);
  if (named?.ok === false) return refusal(named.code, "capital has at most 12 decimals");
  const spans = spansOf(state);
  const days = book.days(from, to, forming);
  const now = state.finalThrough;
  const daysOfYear: DaysOfYear = spans.isPlain ? 365 : 252;
  const found = statisticsOf(days, {
    daysOfYear,
    capital: named?.value,
    now,
    emptyDays: (after, before) => daysBetween(spans, after, before),
  });
  const head = { strategy, currency: profile.currency, ...spanOf(days, state), daysOfYear };
  return answer(JSON.stringify({ ...head, ...shown(found) } satisfies StatisticsObject));
}

function spanOf(
  days: readonly DaySummary[],
  { priceTime }: StrategyState,
): Pick<StatisticsObject, "from" | "to"> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return { from: null, to: null };
  return { from: first.start, to: Math.min(last.end, Math.max(last.start, priceTime ?? last.end)) };
}

/** Days that begin in [from, to). Of a strategy that slept longer than its days are kept, so many. */
function daysBetween(spans: CandleSpans, from: number, to: number): number {
  let days = 0;
  for (let at = from; at < to && days < DAYS_MAX; days++) at = spans.of("1D", at).end;
  return days;
}

function shown(
  found: Statistics,
): Omit<StatisticsObject, "strategy" | "currency" | "from" | "to" | "daysOfYear"> {
  const { trades, days, change, maxDrawdown, maxRunUp, currentDrawdown, ...ratios } = found;
  const { fills, traded, wins, losses, evens, won, lost } = trades;
  return {
    days,
    change: moneyText(change),
    maxDrawdown: declineShown(maxDrawdown),
    maxRunUp: declineShown(maxRunUp),
    currentDrawdown: declineShown(currentDrawdown),
    fills,
    traded: moneyText(traded),
    trips: wins + losses + evens,
    wins,
    losses,
    won: moneyText(won),
    lost: moneyText(lost),
    ...ratios,
  };
}

const declineShown = ({ amount, ...rest }: Decline) => ({ amount: moneyText(amount), ...rest });
