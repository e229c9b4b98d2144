/** What the symbol was traded at before: the close before the present trading day, and highs and lows of the last day. */
import type { PastStretch, PreviousClose, RecentPrices } from "../../../src/domain/past-price.ts";
import { DAY_MS, HOUR_MS } from "../../../src/domain/time.ts";
import { type Factors, factorsAt, ladderOf, type Step, UNCHANGED } from "../../../src/quant/adjustment.ts";
import { barsShown } from "../bars/bar-page.ts";
import type { BarRows } from "../bars/bar-rows.ts";
import { type Bar, isPriced, minuteEnd } from "../bars/bars.ts";
import { previousCloseOf } from "../bars/day.ts";
import type { SymbolState } from "../state.ts";

/** The longest window that a price may be compared over is a day; an hour more for the stretch that it begins in. */
const REACH_MS = DAY_MS + HOUR_MS;
/** Above what a day and two hours can be cut into by a session's breaks. */
const HOURS_MAX = 64;

export type PastSources = {
  readonly state: SymbolState;
  readonly bars: Pick<BarRows, "minutes" | "page" | "oldest">;
  /** Splits and bonus issues that hold by then. */
  readonly steps: (until: number) => readonly Step[];
};

export class PastPrices {
  readonly #sources: PastSources;
  #close: PreviousClose | undefined;

  constructor(sources: PastSources) {
    this.#sources = sources;
  }

  /** Of the trading day of the newest tick. The same object until it is another one. */
  get previousClose(): PreviousClose | undefined {
    const { state, steps } = this.#sources;
    const raw = previousCloseOf(state);
    if (raw === undefined) return undefined;
    const day = state.calendar.dayAt(state.watermark);
    const { start: from, end: until } = day;
    const factors = sinceBefore(steps(from), from);
    const price = inFactors(raw, factors);
    const known = this.#close;
    if (known?.price === price && known.from === from && known.until === until) return known;
    // Ticks are counted on disk, so it rises over loads too.
    const version = Math.max(state.arrivals, (known?.version ?? 0) + 1);
    this.#close = {
      ...{ version, price, from, until },
      ...(factors === UNCHANGED ? {} : { rescaled: true }),
    };
    return this.#close;
  }

  recent(now: number): RecentPrices {
    const { state, bars, steps } = this.#sources;
    const { calendar, listeningSince = Number.MAX_SAFE_INTEGER } = state;
    const minutesFrom = calendar.spanOf("60", now - HOUR_MS).start;
    const from = now - REACH_MS;
    const range = { from, to: minutesFrom, limit: HOURS_MAX };
    const hours = barsShown(state, bars, "60", range).map(({ bar }) => stretchOf(bar, hourEnd(state, bar)));
    const minutes = bars
      .minutes(minutesFrom, Number.MAX_SAFE_INTEGER)
      .filter(isPriced)
      .map((bar) => stretchOf(bar, minuteEnd(bar)));
    const ladder = ladderOf(steps(now));
    const stretches = [...hours, ...minutes].map((stretch) =>
      rescaled(stretch, factorsAt(ladder, stretch[0])),
    );
    return { since: listeningSince >= from ? 0 : now - DAY_MS, stretches };
  }
}

const hourEnd = ({ calendar }: SymbolState, { start }: Bar): number => calendar.spanOf("60", start).end;

/** Some trades count for the close and not for the high. */
const stretchOf = ({ start, h, l, c }: Bar, end: number): PastStretch => [
  start,
  end,
  Math.max(h, c),
  Math.min(l, c),
  c,
];

/** What the splits of the day that begins then do to prices of before it. */
function sinceBefore(steps: readonly Step[], from: number): Factors {
  const today = steps.filter((step) => step.from === from);
  return factorsAt(ladderOf(today), from - 1);
}

const rescaled = ([start, end, high, low, last]: PastStretch, factors: Factors): PastStretch => [
  start,
  end,
  inFactors(high, factors),
  inFactors(low, factors),
  inFactors(last, factors),
];

/** To the nearest price. */
function inFactors(price: number, factors: Factors): number {
  if (factors === UNCHANGED) return price;
  const { numerator, denominator } = factors.price;
  return Number((2n * BigInt(price) * numerator + denominator) / (2n * denominator));
}
