/** All series of a symbol: put, taken away, followed with each turn. Where there is none, a turn asks once and does nothing. */
import type { SeriesObject } from "../../../src/contracts/series.ts";
import { assert } from "../../../src/domain/assert.ts";
import type { Gap } from "../../../src/domain/gap.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { seriesName } from "../../../src/domain/series.ts";
import { isEarlier, type SeriesTrade } from "../../../src/quant/series/gathered.ts";
import { seriesRule } from "../../../src/quant/series/rule.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../../runtime/reply.ts";
import type { Sockets, TopicSource } from "../../runtime/sockets.ts";
import { type LogEntry, type LoggedTrade, orderOf } from "../log/log-entries.ts";
import type { TradeLog } from "../log/trade-log.ts";
import type { SeriesList, SeriesRange } from "../messages.ts";
import type { SymbolState } from "../state.ts";
import { KeptSeries, type SeriesMarket } from "./kept-series.ts";
import { SERIES_MAX, SERIES_READ_MS } from "./series-limits.ts";
import type { SeriesRow, SeriesRows } from "./series-rows.ts";
import { newestText, tellBars } from "./series-telling.ts";

export type SeriesSurroundings = {
  readonly rows: SeriesRows;
  readonly log: Pick<TradeLog, "trades" | "reach" | "oldestTs">;
  readonly sockets: Pick<Sockets, "watches" | "publish" | "leaveOut">;
};
/** Its bars are read when they are first needed. */
type Named = { readonly row: SeriesRow; readonly topic: string; kept: KeptSeries | undefined };

export class SeriesDesk {
  readonly #state: SymbolState;
  readonly #around: SeriesSurroundings;
  readonly #market: SeriesMarket;
  readonly #series = new Map<string, Named>();
  /** When the last turn ended. */
  #closed: Pick<SymbolState, "closedUntil" | "endedAt">;

  constructor(state: SymbolState, around: SeriesSurroundings) {
    this.#state = state;
    this.#around = around;
    this.#market = this.#marketOf(state);
    this.#closed = { closedUntil: state.closedUntil, endedAt: state.endedAt };
    for (const row of around.rows.load()) this.#series.set(row.series, this.#named(row));
  }

  get size(): number {
    return this.#series.size;
  }

  /** Bars in memory. */
  get bars(): number {
    let bars = 0;
    for (const { kept } of this.#series.values()) bars += kept?.bars.all.length ?? 0;
    return bars;
  }

  /** Why a series cannot be put; undefined where it can, or is there. */
  refusalOf(series: string, instrument: Instrument): Refusal | undefined {
    const ruled = seriesRule(series, instrument);
    if (!ruled.ok) return refusal(ruled.code, ruled.detail);
    return this.#series.has(series) || this.#series.size < SERIES_MAX
      ? undefined
      : refusal("too-many", `a symbol has at most ${SERIES_MAX} series`);
  }

  /** Builds it from all trades that are known; again is no news. The JSON text of the public series. */
  put(series: string, instrument: Instrument, now: number): string {
    const present = this.#series.get(series);
    if (present !== undefined) return this.#text(present.row);
    const { log, rows } = this.#around;
    const row = { series, putAt: now, since: log.reach.ts };
    const kept = this.#keptSeries(row, instrument, []);
    this.#series.set(series, { ...this.#named(row), kept });
    kept.build(this.#trades(row.since, Number.MAX_SAFE_INTEGER));
    rows.put(row);
    rows.keep(series, kept.bars.endTurn());
    return this.#text(row);
  }

  remove(series: string): void {
    const present = this.#series.get(series);
    if (present === undefined) return;
    this.#series.delete(series);
    this.#around.rows.remove(series);
    // Who still listens is shown that there is nothing any more.
    if (this.#around.sockets.watches(present.topic)) this.#around.sockets.leaveOut(present.topic);
  }

  describe(series: string): ActorReply<string> {
    const present = this.#series.get(series);
    return present === undefined ? UNKNOWN : answer(this.#text(present.row));
  }

  list({ limit, after }: SeriesRange): SeriesList {
    const names = [...this.#series.keys()].sort().filter((series) => after === undefined || series > after);
    const page = names.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.flatMap((series) => this.#series.get(series) ?? []).map(({ row }) => this.#text(row)),
      total: this.#series.size,
      ...(names.length > page.length && last !== undefined ? { next: last } : {}),
    };
  }

  /** With its bars; undefined where it is not kept. */
  kept(series: string, instrument: Instrument): KeptSeries | undefined {
    const named = this.#series.get(series);
    return named === undefined ? undefined : this.#loaded(named, instrument);
  }

  /** At the end of a turn. `lines` are what it has written to the trade log, `gaps` what it has changed in the ledger. */
  follow(lines: readonly LogEntry[], gaps: readonly Gap[], instrument: Instrument): void {
    if (this.#series.size > 0) {
      const { trades, amended } = changesOf(lines);
      this.#tellGaps(gaps);
      for (const named of this.#series.values()) this.#followOne(named, trades, amended, instrument);
    }
    const { closedUntil, endedAt } = this.#state;
    this.#closed = { closedUntil, endedAt };
  }

  topicOf(topic: string, instrument: Instrument): TopicSource | undefined {
    const named = [...this.#series.values()].find((each) => each.topic === topic);
    if (named === undefined) return undefined;
    return { topic, snapshot: () => newestText(this.kept(named.row.series, instrument), instrument) };
  }

  /** A gap marks bars, and changes none of them. */
  #tellGaps(gaps: readonly Gap[]): void {
    const { sockets } = this.#around;
    for (const { topic } of this.#series.values()) {
      if (!sockets.watches(topic)) continue;
      for (const gap of gaps) sockets.publish(topic, "gap", JSON.stringify(gap));
    }
  }

  #followOne(
    named: Named,
    trades: readonly SeriesTrade[],
    amended: readonly number[],
    instrument: Instrument,
  ): void {
    const kept = this.#loaded(named, instrument);
    kept.follow(trades, amended);
    const turn = kept.bars.endTurn();
    this.#around.rows.keep(named.row.series, turn);
    if (turn.told.length > 0 && this.#around.sockets.watches(named.topic))
      tellBars(this.#around.sockets, named.topic, kept, turn.told, instrument);
  }

  #loaded(named: Named, instrument: Instrument): KeptSeries {
    const { row } = named;
    named.kept ??= this.#keptSeries(row, instrument, this.#around.rows.bars(row.series));
    return named.kept;
  }

  #keptSeries(
    row: SeriesRow,
    instrument: Instrument,
    bars: ConstructorParameters<typeof KeptSeries>[3],
  ): KeptSeries {
    // The tick may have grown since; scales and multiplier are fixed.
    const ruled = seriesRule(row.series, { ...instrument, tickSize: 0 });
    assert(ruled.ok, "a series was judged when it was put");
    return new KeptSeries(ruled.rule, row.since, this.#market, bars);
  }

  #named(row: SeriesRow): Named {
    return { row, topic: `series.${row.series}.${this.#state.symbol}`, kept: undefined };
  }

  #marketOf(state: SymbolState): SeriesMarket {
    const { log } = this.#around;
    return {
      dayAt: (ts) => state.calendar.dayAt(ts),
      trades: (from, to) => this.#trades(from, to),
      reach: () => log.reach.ts,
      hasGap: (from, to) => state.gaps.marks(from, () => to),
      listeningSince: () => state.listeningSince,
      isClosed: (began, dayEnd) => dayEnd <= state.closedUntil || began <= state.endedAt,
      wasClosed: (began, dayEnd) => dayEnd <= this.#closed.closedUntil || began <= this.#closed.endedAt,
    };
  }

  *#trades(from: number, to: number): Iterable<SeriesTrade> {
    const end = Math.min(to, this.#state.watermark + 1);
    for (let at = Math.max(from, this.#around.log.oldestTs); at < end; at += SERIES_READ_MS)
      yield* this.#around.log.trades(at, Math.min(at + SERIES_READ_MS, end)).map(tradeOf);
  }

  #text({ series, putAt, since }: SeriesRow): string {
    const name = seriesName(series);
    assert(name !== undefined, "a series was named when it was put");
    const { symbol, listeningSince } = this.#state;
    // The day in which we began to listen lacks trades, whatever the log has.
    const exactSince = Math.max(since, listeningSince === undefined ? putAt : listeningSince + 1);
    const shown: SeriesObject = { symbol, series, ...name, putAt, exactSince };
    return JSON.stringify(shown);
  }
}

export const UNKNOWN = refusal("series-unknown", "this symbol keeps no such series");

function changesOf(lines: readonly LogEntry[]) {
  const trades = lines.filter((line) => line.kind === "trade").map(tradeOf);
  const amended = lines.flatMap((line) =>
    line.kind === "trade" || line.kind === "closing" ? [] : [line.ts],
  );
  return { trades: trades.sort(({ key: one }, { key: other }) => (isEarlier(one, other) ? -1 : 1)), amended };
}

function tradeOf(trade: LoggedTrade): SeriesTrade {
  const { price, size, counts } = trade;
  return { key: orderOf(trade), price, size, counts };
}
