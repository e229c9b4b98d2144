/** A strategy's turns over real SQLite, with a clock that stands still and a mirror that confirms when told. */

import type { PriceUpdate } from "../../../actors/price-hub/messages.ts";
import { asFacts } from "../../../actors/runtime/fact-text.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { Outbox } from "../../../actors/runtime/outbox.ts";
import { Timers } from "../../../actors/runtime/timers.ts";
import { Vitals } from "../../../actors/runtime/vitals.ts";
import { strategyAddress } from "../../../actors/strategy/address.ts";
import { decideNews } from "../../../actors/strategy/decide.ts";
import { decideBaseline, decidePrices } from "../../../actors/strategy/decide-prices.ts";
import { decodeCandleFact } from "../../../actors/strategy/events.ts";
import type { LegInstrument, StrategyNews } from "../../../actors/strategy/messages.ts";
import { StatisticsBook } from "../../../actors/strategy/statistics-book.ts";
import { StatisticsRows } from "../../../actors/strategy/statistics-rows.ts";
import { MIGRATIONS, StrategyStore } from "../../../actors/strategy/store.ts";
import { StrategyTurns } from "../../../actors/strategy/turns.ts";
import { type M2mReply, m2m } from "../../../actors/strategy/view.ts";
import type { M2mCandleObject } from "../../../src/contracts/strategies.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { memorySql, type NodeSql } from "../../support/node-sql.ts";
import { FakeAlarm, FakeClock, waitingFacts } from "../../support/runtime-fakes.ts";

/** Start of a minute. */
export const T0 = 1_700_000_040_000;
export const MINUTE = 60_000;
const ADDRESS = strategyAddress("acme/carry");

/** Two decimals of price, none of size, multiplier 1: what price 1 × size 1 is worth is a hundredth. */
export const leg = (symbol: string, multiplier = 1n): LegInstrument => ({
  symbol,
  priceScale: 2,
  sizeScale: 0,
  notionalUnit: String(multiplier * 10n ** 10n),
});

export const opened = (
  symbols: readonly string[],
  over: Partial<Extract<StrategyNews, { type: "strategy-opened" }>> = {},
): StrategyNews => ({
  type: "strategy-opened",
  strategy: "carry",
  account: "main",
  name: "Carry",
  tags: [],
  currency: "USD",
  legs: symbols.map((symbol) => leg(symbol)),
  at: T0,
  ...over,
});

export type FillNews = Extract<StrategyNews, { type: "fill-booked" }>;

/** `qty` signed: negative is a sell. */
export const filled = (
  symbol: string,
  qty: number,
  price: number,
  ts: number,
  over: Partial<FillNews> = {},
): FillNews => ({
  type: "fill-booked",
  strategy: "carry",
  execId: `${symbol}-${ts}-${qty}`,
  leg: leg(symbol),
  side: qty > 0 ? "buy" : "sell",
  qty: Math.abs(qty),
  price,
  fee: "0",
  ts,
  opening: false,
  ...over,
});

export const markAt = (n: number, ts: number, last: number): PriceMark => ({
  last,
  lastTs: ts as EpochMs,
  lastChanges: n,
});

/** All of these changes, in order, and the mark that they end with. */
export function update(
  symbol: string,
  changes: readonly (readonly [n: number, ts: number, last: number])[],
  over: Partial<PriceUpdate> = {},
): PriceUpdate {
  const [n, ts, last] = changes.at(-1) ?? [0, 0, 0];
  return { symbol: symbol as Symbol, mark: markAt(n, ts, last), changes, sampled: false, ...over };
}

export class Bench {
  readonly sql: NodeSql = memorySql();
  readonly clock = new FakeClock();
  readonly alarm = new FakeAlarm();
  timers!: Timers;
  outbox!: Outbox;
  store!: StrategyStore;
  turns!: StrategyTurns;
  rows!: StatisticsRows;
  book!: StatisticsBook;

  constructor() {
    migrateLocally(this.sql, MIGRATIONS);
    this.reload();
  }

  /** A new load over the same disk. */
  reload(): void {
    this.timers = new Timers(this.sql, this.alarm, ADDRESS.actor);
    this.outbox = new Outbox({
      sql: this.sql,
      clock: this.clock,
      timers: this.timers,
      actor: ADDRESS.actor,
      deliver: (_destination, batch) => Promise.resolve({ watermark: asFacts(batch).facts.at(-1)?.[0] ?? 0 }),
      randomFraction: () => 0.5,
      newIncarnation: () => "here",
    });
    this.store = new StrategyStore(this.sql, () => this.outbox.archivedSeq);
    const vitals = new Vitals({ actor: ADDRESS.actor, clock: this.clock });
    const { outbox, timers, clock } = this;
    this.turns = new StrategyTurns(ADDRESS, this.store, { outbox, timers, clock, vitals });
    this.rows = new StatisticsRows(this.sql);
    this.book = new StatisticsBook(this.store, this.rows);
    this.turns.statistics = this.book;
  }

  get state() {
    return this.turns.state;
  }

  hear(...news: StrategyNews[]): this {
    return this.take(...news).commit();
  }

  /** Heard, and not written yet. */
  take(...news: StrategyNews[]): this {
    const told = news.map((item, seq) => ({ seq, kind: item.type, news: item }));
    const decision = decideNews(this.state, told);
    this.turns.take(decision.events);
    return this;
  }

  prices(...updates: PriceUpdate[]): this {
    return this.hearPrices(...updates).commit();
  }

  /** Heard, and not written yet. */
  hearPrices(...updates: PriceUpdate[]): this {
    this.turns.take(decidePrices(this.state, { hub: "hub-0", updates }));
    return this;
  }

  /** One change. */
  tick(symbol: string, n: number, ts: number, last: number): this {
    return this.prices(update(symbol, [[n, ts, last]]));
  }

  baseline(symbol: string, mark: PriceMark): this {
    this.turns.take(decideBaseline(this.state, symbol, mark));
    return this.commit();
  }

  closeByClock(now: number): this {
    this.clock.time = now as EpochMs;
    this.turns.closeByClock();
    return this.commit();
  }

  m2m(query: { from?: number; to?: number; limit?: number } = {}): M2mReply {
    const reply = m2m(this.store, { resolution: "1", limit: 10_000, ...query }, this.clock.now());
    if (!reply.ok) throw new Error(reply.code);
    return reply.value;
  }

  candles(query: { from?: number; to?: number; limit?: number } = {}): M2mCandleObject[] {
    return this.m2m(query).candles.map((text) => JSON.parse(text) as M2mCandleObject);
  }

  /** Every `m2m-candle` fact that waits for the mirror. */
  facts() {
    return waitingFacts(this.sql).map(([, , , payload]) => decodeCandleFact(payload));
  }

  async archive(): Promise<void> {
    await this.outbox.push("archive");
  }

  commit(): this {
    this.sql.transaction(() => {
      this.store.write();
      this.rows.write();
      this.outbox.write();
      this.timers.write();
    });
    return this;
  }
}
