/** Statistics of a strategy over days that follow each other. What each number is stands in the README beside this file. */
import { type Curve, currentFall, joined, type Move } from "./curve.ts";
import type { DaySummary } from "./day-summary.ts";
import { joinedPresence, lasting, type Presence } from "./presence.ts";
import { type DaysOfYear, sharpeOf, sortinoOf } from "./returns.ts";
import { NO_TRADES, sumOf, type Trades } from "./trips.ts";

/** 10⁻¹² of a currency as a floating-point number: for ratios, never for money that is shown. */
const UNITS = 1e12;

export type StatisticsOptions = {
  readonly daysOfYear: DaysOfYear;
  /** What the strategy is run with, in 10⁻¹² of its currency; undefined where nobody said. */
  readonly capital: bigint | undefined;
  /** Days that ended by then count as results of days; what is held is held until then. */
  readonly now: number;
  /** How many days of the calendar begin in [from, to) without a summary: nothing was made on them. */
  readonly emptyDays: (from: number, to: number) => number;
};

export type Decline = {
  readonly amount: bigint;
  /** Of the capital and what stood on top of it where it began. */
  readonly percent: number | null;
  readonly from: number | null;
  readonly to: number | null;
};

export type Statistics = {
  readonly days: number;
  readonly change: bigint;
  readonly maxDrawdown: Decline;
  readonly maxRunUp: Decline;
  readonly currentDrawdown: Decline;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly trades: Trades;
  readonly hitRate: number | null;
  readonly profitFactor: number | null;
  readonly averageWin: number | null;
  readonly averageLoss: number | null;
  readonly averageGross: number | null;
  readonly turnover: number | null;
  readonly turnoverOfCapital: number | null;
  readonly exposureTime: number | null;
};

export function statisticsOf(days: readonly DaySummary[], options: StatisticsOptions): Statistics {
  const curve = days.reduce<Curve | undefined>(
    (before, day) => (day.curve === undefined ? before : joined(before, day.curve)),
    undefined,
  );
  const trades = days.reduce((sum, day) => sumOf(sum, day.trades), NO_TRADES);
  const results = dailyResults(days, options);
  return {
    days: results.length,
    change: curve === undefined ? 0n : curve.close.value - curve.open.value,
    ...movesOf(curve, options.capital),
    sharpe: sharpeOf(results, options.daysOfYear),
    sortino: sortinoOf(results, options.daysOfYear),
    trades,
    ...ratiosOf(trades),
    ...holdingOf(presenceOver(days, options.now), trades, options.capital),
  };
}

/** What each day that is over has made, in order; nothing on days without a candle. */
function dailyResults(
  days: readonly DaySummary[],
  { now, emptyDays }: Pick<StatisticsOptions, "now" | "emptyDays">,
): number[] {
  const results: number[] = [];
  let before: DaySummary | undefined;
  for (const day of days.filter(({ curve, end }) => curve !== undefined && end <= now)) {
    const skipped = before === undefined ? 0 : emptyDays(before.end, day.start);
    for (let index = 0; index < skipped; index++) results.push(0);
    results.push(Number((day.curve?.close.value ?? 0n) - (day.curve?.open.value ?? 0n)) / UNITS);
    before = day;
  }
  return results;
}

function movesOf(
  curve: Curve | undefined,
  capital: bigint | undefined,
): Pick<Statistics, "maxDrawdown" | "maxRunUp" | "currentDrawdown"> {
  return {
    maxDrawdown: declineOf(curve?.fall, capital),
    maxRunUp: declineOf(curve?.rise, capital),
    currentDrawdown: declineOf(curve === undefined ? undefined : currentFall(curve), capital),
  };
}

function declineOf(move: Move | undefined, capital: bigint | undefined): Decline {
  if (move === undefined || move.by === 0n)
    return { amount: 0n, percent: capital === undefined ? null : 0, from: null, to: null };
  const { by, from, to } = move;
  const stood = capital === undefined ? 0n : capital + from.value;
  const percent = stood > 0n ? (Number(by) / Number(stood)) * 100 : null;
  return { amount: by, percent, from: from.at, to: to.at };
}

function ratiosOf({
  wins,
  losses,
  evens,
  won,
  lost,
}: Trades): Pick<Statistics, "hitRate" | "profitFactor" | "averageWin" | "averageLoss"> {
  return {
    hitRate: quotient(wins, wins + losses + evens),
    profitFactor: quotient(Number(won), Number(lost)),
    averageWin: quotient(Number(won) / UNITS, wins),
    averageLoss: quotient(Number(lost) / UNITS, losses),
  };
}

function presenceOver(days: readonly DaySummary[], now: number): Presence | undefined {
  const presence = days.reduce<Presence | undefined>(
    (before, day) => (day.presence === undefined ? before : joinedPresence(before, day.presence)),
    undefined,
  );
  const last = days.at(-1);
  if (presence === undefined || last === undefined) return undefined;
  return lasting(presence, Math.min(now, last.end));
}

function holdingOf(
  presence: Presence | undefined,
  { traded }: Trades,
  capital: bigint | undefined,
): Pick<Statistics, "averageGross" | "turnover" | "turnoverOfCapital" | "exposureTime"> {
  const averageGross =
    presence === undefined ? null : quotient(Number(presence.grossMs) / UNITS, presence.heldMs);
  const value = Number(traded) / UNITS;
  return {
    averageGross,
    turnover: averageGross === null ? null : quotient(value, averageGross),
    turnoverOfCapital: capital === undefined ? null : quotient(value, Number(capital) / UNITS),
    exposureTime: presence === undefined ? null : quotient(presence.heldMs, presence.to - presence.from),
  };
}

/** Null where there is nothing to divide by. */
const quotient = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
