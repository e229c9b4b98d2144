/**
 * One series of a symbol: its bars, and the builder of the one that forms. Trades in order go on where it stands; whatever else has changed
 * builds the day again from the log, from the first bar that it can have changed.
 */
import { isEarlier, type SeriesTrade, type TradeKey } from "../../../src/quant/series/gathered.ts";
import type { Line } from "../../../src/quant/series/renko.ts";
import type { SeriesRule } from "../../../src/quant/series/rule.ts";
import type { SeriesBar } from "../../../src/quant/series/series-bar.ts";
import { SeriesBuilder, type SeriesProgress } from "../../../src/quant/series/series-builder.ts";
import { type KeptBar, type MadeBar, type SeriesDay, wholeBar } from "./kept-bar.ts";
import { type Closings, KeptBars } from "./kept-bars.ts";
import { SERIES_BARS_MAX } from "./series-limits.ts";

/** What a series needs to know of its symbol. */
export type SeriesMarket = Closings & {
  readonly dayAt: (ts: number) => SeriesDay;
  /** Trades that stand, in order, with a time of [from, to). */
  readonly trades: (from: number, to: number) => Iterable<SeriesTrade>;
  /** All trades from then on are among them. */
  readonly reach: () => number;
  /** Whether trades between two moments are known to be missing. */
  readonly hasGap: (from: number, to: number) => boolean;
  /** Trades of days that begin then or earlier are missing; undefined before the first tick. */
  readonly listeningSince: () => number | undefined;
};

export type Standing = { readonly isOpen: boolean; readonly isPartial: boolean };

/** What stands before the first bar that is built again, and from where its trades are read. */
type Anchor = {
  readonly before: KeptBar | undefined;
  readonly old: readonly KeptBar[];
  readonly from: number;
};

export class KeptSeries {
  readonly bars: KeptBars;
  readonly #rule: SeriesRule;
  /** Days that begin earlier are partial. */
  readonly #since: number;
  readonly #market: SeriesMarket;
  #isFirst = false;
  #day: SeriesDay | undefined;
  #builder: SeriesBuilder;

  /** `bars` ascend. */
  constructor(rule: SeriesRule, since: number, market: SeriesMarket, bars: KeptBar[]) {
    this.bars = new KeptBars(bars, market);
    this.#rule = rule;
    this.#since = since;
    this.#market = market;
    const { newest } = this.bars;
    this.#day = newest === undefined ? undefined : market.dayAt(newest.held.first[0]);
    this.#builder = this.#builderAfter(newest);
  }

  /** How a reader is shown it. A gap marks all behind it in its day: where they begin depends on what is missing. */
  standingOf(bar: KeptBar): Standing {
    const { first, last } = bar.held;
    const { start } = this.#market.dayAt(first[0]);
    const isPartial = bar.partial || this.#market.hasGap(start, last[0] + 1);
    return { isOpen: this.bars.isOpen(bar), isPartial };
  }

  /** All trades that are known, in order, when the series is put: nobody has been told of any bar. */
  build(trades: Iterable<SeriesTrade>): void {
    this.#isFirst = true;
    for (const trade of trades) if (trade.counts !== 0) this.#take(trade);
    this.#isFirst = false;
  }

  /** A turn's trades in their order, and the times of trades that were cancelled or corrected. */
  follow(trades: readonly SeriesTrade[], amended: readonly number[]): void {
    const again = new Map<number, TradeKey>();
    for (const ts of amended) this.#noteAgain(again, [ts, Number.MIN_SAFE_INTEGER, 0]);
    for (const trade of trades) {
      if (trade.counts === 0) continue;
      const { day } = this.#market.dayAt(trade.key[0]);
      // The log has it, so it comes with the rest of the day.
      if (again.has(day) || !this.#take(trade)) this.#noteAgain(again, trade.key);
    }
    for (const key of again.values()) this.#rebuild(key);
  }

  /** False where the trade is not the newest and may change what stands. */
  #take(trade: SeriesTrade): boolean {
    const day = this.#market.dayAt(trade.key[0]);
    if (this.#day === undefined || day.day > this.#day.day) {
      this.#day = day;
      this.#builder = new SeriesBuilder(this.#rule);
    } else if (day.day < this.#day.day) return false;
    const { newest } = this.bars;
    if (newest?.day !== day.day || isEarlier(newest.held.last, trade.key)) {
      const whole = this.#builder.add(trade);
      for (const bar of whole) this.bars.keep(wholeBar(bar), day, this.#keeping(day));
    } else if (!this.#isBehindWhole(newest, trade.key) || !this.#builder.addBetween(trade)) return false;
    const forming = formingOf(this.#builder.progress);
    if (forming !== undefined) this.bars.keep(forming, day, { ...this.#keeping(day), isNews: true });
    this.bars.trim();
    return true;
  }

  #isBehindWhole(newest: KeptBar, key: TradeKey): boolean {
    if (newest.whole) return false;
    const before = this.bars.before(newest);
    return before === undefined || isEarlier(before.held.last, key);
  }

  #rebuild(key: TradeKey): void {
    const day = this.#market.dayAt(key[0]);
    const { before, old, from } = this.#anchorOf(day, key);
    const reach = this.#market.reach();
    if (reach > from && old.length > 0) {
      this.bars.losePlace(old);
      return;
    }
    const builder = before === undefined ? new SeriesBuilder(this.#rule) : this.#builderAfter(before);
    const made = builtBars(builder, this.#market.trades(Math.max(from, reach), day.end), before?.held.last);
    const forming = formingOf(builder.progress);
    const keeping = this.#keeping(day, reach > from);
    this.bars.replace(day, old, forming === undefined ? made : [...made, forming], keeping);
    if (this.#day !== undefined && day.day < this.#day.day) return;
    this.#day = day;
    this.#builder = builder;
  }

  /** The first bar of the day that forms, or ends at the key or behind it, can have changed; without the one before it, only the whole day tells. */
  #anchorOf(day: SeriesDay, key: TradeKey): Anchor {
    const bars = this.bars.ofDay(day.day);
    const index = bars.findIndex(({ gone, whole, held }) => gone || !whole || !isEarlier(held.last, key));
    const old = index < 0 ? [] : bars.slice(index);
    const before = index < 0 ? bars.at(-1) : bars[index - 1];
    if (before !== undefined) return { before, old, from: before.held.last[0] };
    const [oldest] = old;
    const isWhole = oldest?.i === 0;
    return { before, old, from: isWhole ? Math.min(oldest.held.first[0], key[0]) : day.start };
  }

  #keeping(day: SeriesDay, isPartial = false) {
    const listeningSince = this.#market.listeningSince() ?? Number.POSITIVE_INFINITY;
    const isCut = day.start < this.#since || day.start <= listeningSince;
    return { isPartial: isPartial || isCut, isFirst: this.#isFirst };
  }

  #noteAgain(again: Map<number, TradeKey>, key: TradeKey): void {
    const { day } = this.#market.dayAt(key[0]);
    const known = again.get(day);
    if (known === undefined || isEarlier(key, known)) again.set(day, key);
  }

  /** Goes on behind that bar, or in it where it forms. */
  #builderAfter(bar: KeptBar | undefined): SeriesBuilder {
    if (bar === undefined) return new SeriesBuilder(this.#rule);
    const { i, held, whole } = bar;
    const line = this.#rule.kind === "renko" ? this.#lineAfter(bar) : undefined;
    const progress = whole ? { next: i + 1, gathered: undefined, line } : { next: i, gathered: held, line };
    return new SeriesBuilder(this.#rule, progress);
  }

  #lineAfter(bar: KeptBar): Line | undefined {
    const brick = bar.whole ? bar : this.bars.before(bar);
    if (brick !== undefined) return lineOf(brick);
    return bar.line === undefined ? undefined : { at: bar.line, direction: 0 };
  }
}

/** Of more bars than are kept the newest. */
function builtBars(
  builder: SeriesBuilder,
  trades: Iterable<SeriesTrade>,
  behind: TradeKey | undefined,
): MadeBar[] {
  const made: SeriesBar[] = [];
  for (const trade of trades) {
    if (behind === undefined || isEarlier(behind, trade.key)) made.push(...builder.add(trade));
    if (made.length > 2 * SERIES_BARS_MAX) made.splice(0, made.length - SERIES_BARS_MAX);
  }
  return made.slice(-SERIES_BARS_MAX).map(wholeBar);
}

function lineOf({ held: { prices }, direction }: KeptBar): Line | undefined {
  if (prices === undefined || direction === undefined) return undefined;
  return { at: prices.c, direction: direction === "up" ? 1 : -1 };
}

/** Undefined where it has no trade yet. */
function formingOf({ next, gathered, line }: SeriesProgress): MadeBar | undefined {
  if (gathered === undefined) return undefined;
  return { i: next, held: gathered, line: line?.at, direction: undefined, whole: false };
}
