/**
 * Builds one trading day of a series, trade by trade in their order. All that it knows is in `progress`, so that it goes on from there
 * after a restart, and from any bar of the day where trades behind it have changed.
 */
import { countsForOpenClose } from "../trade-conditions.ts";
import { type Gathered, gather, isEarlier, type SeriesTrade } from "./gathered.ts";
import { bricksAt, completes, type Line, lineBelow } from "./renko.ts";
import type { SeriesRule } from "./rule.ts";
import { barOf, type SeriesBar } from "./series-bar.ts";
import { isFull, mayBeFullWith } from "./thresholds.ts";

export type SeriesProgress = {
  /** Place of the bar that forms, or would. */
  next: number;
  /** Its trades so far. */
  gathered: Gathered | undefined;
  /** Of bricks only, from the day's first price on. */
  line: Line | undefined;
};

export const dayBegins = (): SeriesProgress => ({ next: 0, gathered: undefined, line: undefined });

export class SeriesBuilder {
  readonly progress: SeriesProgress;
  readonly #rule: SeriesRule;

  constructor(rule: SeriesRule, progress: SeriesProgress = dayBegins()) {
    this.#rule = rule;
    this.progress = progress;
  }

  /** The bars that the trade completes. It lies behind all that came before. */
  add(trade: SeriesTrade): readonly SeriesBar[] {
    if (trade.counts === 0) return [];
    const gathered = gather(this.progress.gathered, trade);
    this.progress.gathered = gathered;
    return this.#rule.kind === "renko" ? this.#brick(trade, gathered) : this.#cut(gathered);
  }

  /**
   * A trade that lies behind the last whole bar but before others of the forming one. False, and not taken, where it may end the bar or
   * begin the day: then the bar has to be built again, in order.
   */
  addBetween(trade: SeriesTrade): boolean {
    const { progress } = this;
    if (trade.counts === 0) return true;
    if (this.#wouldEnd(trade)) return false;
    progress.gathered = gather(progress.gathered, trade);
    return true;
  }

  /** As it stands; undefined before its first price. A brick that forms runs from its line to the last price. */
  forming(): SeriesBar | undefined {
    const { next, gathered, line } = this.progress;
    const bar = gathered === undefined ? undefined : barOf(next, gathered);
    if (bar === undefined || line === undefined) return bar;
    return { ...bar, o: line.at, h: Math.max(bar.h, line.at), l: Math.min(bar.l, line.at) };
  }

  #cut(gathered: Gathered): readonly SeriesBar[] {
    const { progress } = this;
    if (this.#rule.kind === "renko" || !isFull(gathered, this.#rule)) return [];
    const bar = barOf(progress.next, gathered);
    progress.next += 1;
    progress.gathered = undefined;
    return bar === undefined ? [] : [bar];
  }

  #brick({ price, counts }: SeriesTrade, gathered: Gathered): readonly SeriesBar[] {
    const { progress } = this;
    if (this.#rule.kind !== "renko" || !countsForOpenClose(counts)) return [];
    const { box } = this.#rule;
    progress.line ??= { at: lineBelow(price, box), direction: 0 };
    const { bricks, next, line } = bricksAt(price, progress.line, box, progress.next, gathered);
    if (next > progress.next) progress.gathered = undefined;
    progress.next = next;
    progress.line = line;
    return bricks;
  }

  #wouldEnd(trade: SeriesTrade): boolean {
    const { gathered, line } = this.progress;
    if (gathered === undefined) return true;
    if (this.#rule.kind !== "renko") return mayBeFullWith(gathered, trade, this.#rule);
    if (!countsForOpenClose(trade.counts)) return false;
    const isFirst = gathered.prices === undefined || isEarlier(trade.key, gathered.prices.openKey);
    return (
      line === undefined || completes(trade.price, line, this.#rule.box) || (line.direction === 0 && isFirst)
    );
  }
}
