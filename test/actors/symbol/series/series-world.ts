/** One series over a market of short days, with a disk that it is read from again, and a brute-force account of what it should say. */
import type { KeptBar } from "../../../../actors/symbol/series/kept-bar.ts";
import { KeptSeries, type SeriesMarket } from "../../../../actors/symbol/series/kept-series.ts";
import { SERIES_TABLES, SeriesRows } from "../../../../actors/symbol/series/series-rows.ts";
import type { SeriesTrade } from "../../../../src/quant/series/gathered.ts";
import type { SeriesRule } from "../../../../src/quant/series/rule.ts";
import { built, inOrder } from "../../../quant/series/trades.ts";
import { memorySql } from "../../../support/node-sql.ts";

export const DAY = 100;
const NAME = "x";

/** What a reader sees of a bar, without its number of revisions. */
export type Seen = {
  day: number;
  i: number;
  o: number | undefined;
  h: number | undefined;
  l: number | undefined;
  c: number | undefined;
  v: bigint;
  pv: bigint;
  n: number;
  from: number;
  to: number;
  direction: string | undefined;
  whole: boolean;
};

export class SeriesWorld {
  readonly sql = memorySql();
  readonly rows: SeriesRows;
  readonly rule: SeriesRule;
  /** Those that stand. */
  trades: SeriesTrade[] = [];
  closedUntil = 0;
  endedAt = 0;
  reach = 0;
  listeningSince: number | undefined = 0;
  arrivals = 0;
  #kept: KeptSeries | undefined;
  #closed = { closedUntil: 0, endedAt: 0 };

  constructor(rule: SeriesRule, since = 1) {
    this.rule = rule;
    for (const statement of SERIES_TABLES) this.sql.exec(statement);
    this.rows = new SeriesRows(this.sql);
    this.#since = since;
  }
  readonly #since: number;

  readonly market: SeriesMarket = {
    dayAt: (ts) => {
      const day = Math.floor(ts / DAY);
      return { day, start: day * DAY, end: (day + 1) * DAY };
    },
    trades: (from, to) =>
      inOrder(this.trades.filter(({ key: [ts] }) => ts >= Math.max(from, this.reach) && ts < to)),
    reach: () => this.reach,
    hasGap: () => false,
    listeningSince: () => this.listeningSince,
    isClosed: (began, end) => end <= this.closedUntil || began <= this.endedAt,
    wasClosed: (began, end) => end <= this.#closed.closedUntil || began <= this.#closed.endedAt,
  };

  /** Read from the disk when it is first needed, which may be within a turn. */
  get kept(): KeptSeries {
    this.#kept ??= new KeptSeries(this.rule, this.#since, this.market, new SeriesRows(this.sql).bars(NAME));
    return this.#kept;
  }

  /** One turn: what is new, and times of what was changed (in `trades` already). */
  turn(news: readonly SeriesTrade[], amended: readonly number[] = []): readonly KeptBar[] {
    this.trades.push(...news);
    this.kept.follow(inOrder(news), amended);
    return this.#end();
  }

  build(): readonly KeptBar[] {
    this.kept.build(this.market.trades(0, Number.MAX_SAFE_INTEGER));
    return this.#end();
  }

  /** The object is evicted and woken again. */
  restart(): void {
    this.#kept = undefined;
  }

  #end(): readonly KeptBar[] {
    const turn = this.kept.bars.endTurn();
    this.rows.keep(NAME, turn);
    this.rows.write();
    this.#closed = { closedUntil: this.closedUntil, endedAt: this.endedAt };
    return turn.told;
  }

  listed(): KeptBar[] {
    return this.kept.bars.all.filter(({ gone }) => !gone);
  }

  /** Each day built at once from the trades that stand. */
  expected(): Seen[] {
    const days = Map.groupBy(
      inOrder(this.trades).filter(({ counts }) => counts !== 0),
      ({ key: [ts] }) => Math.floor(ts / DAY),
    );
    return [...days].flatMap(([day, trades]) => {
      const { bars, rest, line } = builtWithRest(this.rule, trades);
      const whole = bars.map((bar) => ({ ...bar, day, from: bar.first[0], to: bar.last[0], whole: true }));
      if (rest === undefined) return whole.map(seenOf);
      const { prices, extremes, v, pv, n, first, last } = rest;
      const forming = {
        day,
        i: bars.length,
        o: line ?? prices?.o,
        h: highest(extremes?.h, line),
        l: lowest(extremes?.l, line),
        c: prices?.c,
        v,
        pv,
        n,
        from: first[0],
        to: last[0],
        whole: false,
      };
      return [...whole, forming].map(seenOf);
    });
  }
}

/** A brick that forms begins on its line. */
const highest = (h: number | undefined, line: number | undefined) =>
  h === undefined ? undefined : Math.max(h, line ?? h);
const lowest = (l: number | undefined, line: number | undefined) =>
  l === undefined ? undefined : Math.min(l, line ?? l);

type Loose = Omit<Seen, "direction"> & { direction?: string | undefined };
const seenOf = ({ day, i, o, h, l, c, v, pv, n, from, to, direction, whole }: Loose): Seen => ({
  day,
  i,
  o,
  h,
  l,
  c,
  v,
  pv,
  n,
  from,
  to,
  direction,
  whole,
});

export const seen = ({ day, i, held, line, direction, whole }: KeptBar): Seen =>
  seenOf({
    day,
    i,
    o: line ?? held.prices?.o,
    h: highest(held.extremes?.h, line),
    l: lowest(held.extremes?.l, line),
    c: held.prices?.c,
    v: held.v,
    pv: held.pv,
    n: held.n,
    from: held.first[0],
    to: held.last[0],
    direction,
    whole,
  });

function builtWithRest(rule: SeriesRule, trades: readonly SeriesTrade[]) {
  const { bars, progress } = built(rule, trades);
  return { bars, rest: progress.gathered, line: progress.line?.at };
}
