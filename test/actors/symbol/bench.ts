/** A symbol's turns over real SQLite, with a clock that stands still and an outbox that is confirmed when told. */
import type { PriceChange } from "../../../actors/price-hub/messages.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import type { Readings } from "../../../actors/runtime/series.ts";
import { Timers } from "../../../actors/runtime/timers.ts";
import { Vitals } from "../../../actors/runtime/vitals.ts";
import { barPage } from "../../../actors/symbol/bars/bar-page.ts";
import { type BarFact, decodeFact, type LateTick } from "../../../actors/symbol/events.ts";
import { LiquidityDesk } from "../../../actors/symbol/liquidity/liquidity-desk.ts";
import type { BarQuery, TickReport } from "../../../actors/symbol/messages.ts";
import { UntoldReturns } from "../../../actors/symbol/prices/past-returns.ts";
import { markOf, quoteText } from "../../../actors/symbol/prices/quote.ts";
import type { SymbolState } from "../../../actors/symbol/state.ts";
import { SYMBOL_MIGRATIONS, SymbolStore } from "../../../actors/symbol/store.ts";
import { parseTicks } from "../../../actors/symbol/ticks/parse-ticks.ts";
import { SymbolTurns } from "../../../actors/symbol/turns.ts";
import type { BarObject } from "../../../src/contracts/bars.ts";
import { type QuoteReply, quoteReply } from "../../../src/contracts/quote.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import type { Step } from "../../../src/quant/adjustment.ts";
import { memorySql, type NodeSql } from "../../support/node-sql.ts";
import { FakeAlarm, FakeClock } from "../../support/runtime-fakes.ts";

/** 2023-11-14 12:00 UTC, a Tuesday; the bench's clock stands at 22:13:20 of that day. */
export const NOON = 1_699_963_200_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
export const SYMBOL = "TEST:ABC" as Symbol;

/** Two decimals of price, three of size. */
export const INSTRUMENT: Instrument = {
  symbol: SYMBOL,
  description: "A test",
  type: "crypto",
  exchange: "TEST",
  currency: "USD",
  priceScale: 2,
  sizeScale: 3,
  tickSize: 1,
  lotSize: 1,
  multiplier: "1",
  notionalUnit: 10n ** 7n,
  timezone: "UTC",
  session: "24x7",
  status: "active",
  version: 1,
};

export type Sent = Readonly<Record<string, unknown>>;
export const trade = (ts: number, price: string, over: Sent = {}): Sent => ({
  type: "trade",
  symbol: SYMBOL,
  ts,
  price,
  size: "1",
  ...over,
});
export const quote = (ts: number, bid: string, ask: string, over: Sent = {}): Sent => ({
  type: "quote",
  symbol: SYMBOL,
  ts,
  bid,
  bidSize: "1",
  ask,
  askSize: "2",
  ...over,
});

export class SymbolBench {
  readonly sql: NodeSql = memorySql();
  readonly clock = new FakeClock();
  readonly alarm = new FakeAlarm();
  readonly facts: { seq: number; kind: string; payload: string }[] = [];
  readonly changes: PriceChange[] = [];
  /** Facts that the outbox still holds; a test may say that it is nearly full. */
  depth = 0;
  archivedSeq = 0;
  readonly vitals = new Vitals({ actor: `symbol:${SYMBOL}`, clock: this.clock });
  timers!: Timers;
  store!: SymbolStore;
  turns!: SymbolTurns;
  liquidity!: LiquidityDesk;
  readonly untoldReturns = new UntoldReturns();
  /** Splits and bonus issues. */
  steps: readonly Step[] = [];

  constructor(instrument: Partial<Instrument> = {}) {
    migrateLocally(this.sql, SYMBOL_MIGRATIONS);
    this.reload();
    this.put({ ...INSTRUMENT, ...instrument });
  }

  /** What was counted since the beginning, loads included. */
  counts(): Readings {
    return this.vitals.meter.counts();
  }

  /** Memory is gone, the disk is not. */
  reload(): void {
    this.timers = new Timers(this.sql, this.alarm, `symbol:${SYMBOL}`);
    this.store = new SymbolStore(this.sql, () => this.archivedSeq);
    const outbox = {
      depth: 0,
      add: (kind: string, payload: string) => {
        const seq = this.facts.length + 1;
        this.facts.push({ seq, kind, payload });
        return seq;
      },
    };
    Object.defineProperty(outbox, "depth", { get: () => this.depth });
    const note = (changes: readonly PriceChange[]): void => void this.changes.push(...changes);
    const state = this.store.load(SYMBOL);
    this.liquidity = new LiquidityDesk({
      ...{ state, bars: this.store.bars, rows: this.store.liquidity },
      steps: (until) => this.steps.filter(({ from }) => from <= until),
    });
    this.turns = new SymbolTurns(
      state,
      this.store,
      {
        clock: this.clock,
        outbox,
        timers: this.timers,
        vitals: this.vitals,
      },
      { note, noteLiquidity: () => {}, noteBars: (told) => void this.untoldReturns.note(told) },
      { tell: () => {} },
      { size: 0, follow: () => {} },
      this.liquidity,
    );
  }

  get state(): SymbolState {
    return this.turns.state;
  }

  put(instrument: Instrument): void {
    this.turns.settle(this.turns.decideInstrument([instrument]));
    this.commit();
  }

  /** One request. */
  takeFrom(source: string, ...ticks: readonly Sent[]): TickReport {
    const report = this.turn(source, ticks);
    this.commit();
    return report;
  }

  take(...ticks: readonly Sent[]): TickReport {
    return this.takeFrom("feed", ...ticks);
  }

  /** A request whose group is not written yet. */
  turn(source: string, ticks: readonly Sent[]): TickReport {
    const body = JSON.stringify(ticks.map((tick, index) => [index, tick]));
    const parsed = parseTicks(body, source, this.state.instrument ?? INSTRUMENT);
    if (parsed === undefined) throw new Error("the bench sent no list");
    const { events, report } = this.turns.decideTicks(parsed);
    this.turns.settle(events);
    return report;
  }

  commit(): void {
    this.sql.transaction(() => {
      this.store.write();
      this.timers.write();
    });
    this.timers.repair(this.clock.now());
  }

  /** The clock moves there, and the alarm fires if it was due. */
  clockTo(now: number): void {
    this.clock.time = now as EpochMs;
    if (this.alarm.slot !== undefined && this.alarm.slot <= now) this.wake();
  }

  wake(): void {
    this.alarm.slot = undefined;
    this.timers.takeDue(this.clock.now());
    this.turns.settleClose(this.turns.decideClose());
    this.commit();
  }

  /** The feed says that it has ended. */
  end(): void {
    this.turns.settle(this.turns.decideEnd());
    this.commit();
  }

  page(resolution: string, query: Partial<BarQuery> = {}) {
    const { state, store } = this;
    const reply = barPage(state, store.bars, state.instrument ?? INSTRUMENT, {
      resolution,
      limit: 10_000,
      ...query,
    });
    if (!reply.ok) throw new Error(reply.code);
    return reply.value;
  }

  bars(resolution = "1", query: Partial<BarQuery> = {}): BarObject[] {
    return this.page(resolution, query).bars.map((text) => JSON.parse(text));
  }

  quote(now: number = this.clock.now()): QuoteReply {
    return quoteReply.parse(JSON.parse(quoteText(this.state, this.state.instrument ?? INSTRUMENT, now)));
  }

  mark() {
    return markOf(this.state);
  }

  barFacts(resolution?: string): BarFact[] {
    return this.facts.flatMap(({ kind, payload }) => {
      const fact = kind === "bar" ? decodeFact("bar", payload) : undefined;
      const wanted =
        fact?.kind === "bar" && (resolution ?? fact.payload.resolution) === fact.payload.resolution;
      return wanted ? [fact.payload] : [];
    });
  }

  lateTicks(): LateTick[] {
    return this.facts.flatMap(({ kind, payload }) =>
      kind === "late-ticks" ? JSON.parse(payload).ticks : [],
    );
  }

  count(table: string): number {
    return this.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n ?? 0;
  }
}
