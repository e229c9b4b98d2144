/**
 * What a strategy's statistics stand on: a summary of each trading day. Candles go into it for good when they can no longer be folded again,
 * some at a time; a reader adds those that have not yet. Bookings go in as they are heard, each on the day of its own time.
 */
import { bucketStart, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { converted } from "../../src/domain/worth.ts";
import { type DaySummary, summaryOf, together } from "../../src/quant/performance/day-summary.ts";
import {
  type LineChange,
  NO_TRADES,
  sumOf,
  type Taken,
  type Trades,
  takeFill,
  takeRevision,
} from "../../src/quant/performance/trips.ts";
import { type Candle, endOf } from "./candle.ts";
import type { StrategyEvent } from "./events.ts";
import type { StrategyState } from "./state.ts";
import type { StatisticsRows } from "./statistics-rows.ts";
import { spansOf } from "./wide.ts";

/** A row a minute would be as many writes again as candles; a reader folds what an hour leaves. */
const SETTLING_MS = HOUR_MS;

type LineBooked = Extract<StrategyEvent, { type: "line-booked" }>;
type Minutes = {
  readonly state: StrategyState;
  candlesBetween(from: number, to: number): Candle[];
};

export class StatisticsBook {
  readonly #minutes: Minutes;
  readonly #rows: StatisticsRows;

  constructor(minutes: Minutes, rows: StatisticsRows) {
    this.#minutes = minutes;
    this.#rows = rows;
  }

  /** Before it is applied. */
  note(event: StrategyEvent): void {
    if (event.type === "line-booked") this.#take(event);
  }

  /** At the end of a turn. */
  settle(): void {
    const { state } = this.#minutes;
    const through = bucketStart(state.timeline.floor?.ts ?? 0, MINUTE_MS);
    if (through - this.#rows.settled < SETTLING_MS) return;
    for (const day of this.#summariesOf(this.#minutes.candlesBetween(this.#rows.settled, through - 1)))
      this.#rows.putDay(this.#joined(day));
    this.#rows.settled = through;
  }

  /** Days that begin in [from, to), ascending, with all candles that there are; `forming` those that are not final. */
  days(from: number, to: number, forming: readonly Candle[]): DaySummary[] {
    const { settled } = this.#rows;
    const said = this.#minutes.candlesBetween(settled, Number.MAX_SAFE_INTEGER);
    const newest = said.at(-1)?.start ?? settled - 1;
    const tail = [...said, ...forming.filter(({ start }) => start > newest)];
    const days = new Map(this.#rows.days(from, to).map((day) => [day.start, day]));
    for (const day of this.#summariesOf(tail)) {
      const before = days.get(day.start);
      if (from <= day.start && day.start < to)
        days.set(day.start, before === undefined ? day : together(before, day));
    }
    return [...days.values()].sort((one, other) => one.start - other.start);
  }

  #summariesOf(candles: readonly Candle[]): DaySummary[] {
    const spans = spansOf(this.#minutes.state);
    const groups = Map.groupBy(candles, ({ start }) => spans.of("1D", start).start);
    return [...groups].map(([start, own]) =>
      summaryOf({ start, end: spans.of("1D", start).end }, own.map(asSummarised)),
    );
  }

  #joined(day: DaySummary): DaySummary {
    const before = this.#rows.day(day.start);
    return before === undefined ? day : together(before, day);
  }

  #take({ line, symbol, how, change, held, ts }: LineBooked): void {
    const open = this.#rows.line(line);
    const qty = held ?? open?.qty ?? 0n;
    const moved = this.#inAccountCurrency(symbol, change);
    const { trip, trades } = takenBy(how, qty, open?.result, moved);
    this.#rows.putLine(line, trip === undefined ? undefined : { qty: qty + change.qty, result: trip });
    if (trades !== NO_TRADES) this.#addTrades(ts, trades);
  }

  #addTrades(ts: number, trades: Trades): void {
    const span = spansOf(this.#minutes.state).of("1D", ts);
    const day = this.#rows.day(span.start) ?? summaryOf(span, []);
    this.#rows.putDay({ ...day, trades: sumOf(day.trades, trades) });
  }

  /** At the rate of now; nothing where none is known, as in the total. */
  #inAccountCurrency(symbol: string, change: LineChange): LineChange {
    const sums = this.#minutes.state.timeline.tip.legs.get(symbol)?.sums;
    if (sums === undefined || sums.isHome) return change;
    const { rate } = sums;
    const worth = (amount: bigint): bigint => (rate === undefined ? 0n : converted(amount, rate));
    return {
      qty: change.qty,
      cost: worth(change.cost),
      realised: worth(change.realised),
      fees: worth(change.fees),
      funding: worth(change.funding),
    };
  }
}

const takenBy = (
  how: LineBooked["how"],
  held: bigint,
  result: bigint | undefined,
  change: LineChange,
): Taken => (how === "fill" ? takeFill(held, result, change) : takeRevision(held, result, change));

const asSummarised = (candle: Candle) => ({
  ...candle,
  end: endOf(candle),
  held: candle.gross !== 0n || candle.missingLegs.length > 0,
});
