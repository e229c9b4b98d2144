/**
 * A seeded random walk over an account and its strategies, each the real one over a disk of its own: what the account books reaches the
 * strategies through its outbox, prices reach both. All that happens is told to brute-force programs as well.
 */
import { expect } from "vitest";
import type { PriceUpdate } from "../../../actors/price-hub/messages.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import { text } from "../../support/exact.ts";
import type { OracleFill } from "../../support/line-oracle.ts";
import type { OracleBooking, OracleChange } from "../../support/m2m-oracle.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import { AAPL, BY, json, RiskBench } from "../risk-shard/bench.ts";
import { DeskWorld } from "../strategy/desk-world.ts";
import { type Random, randomFrom } from "../strategy/story.ts";
import {
  aroundOf,
  EQUITY,
  FX,
  INSTRUMENTS,
  LEGS,
  orderOf,
  SCALE,
  SPLIT,
  SPLIT_AT,
  STRATEGIES,
  type Strategy,
} from "./market.ts";

const BEFORE_MS = 150_000;
const STEP_MS_MAX = 3_000;
/** Reports come late at times, and never by more than candles are mended by. */
const LATE_MS_MAX = 40_000;

export class WholeWalk {
  readonly bench = new RiskBench();
  readonly desks = new Map<Strategy, DeskWorld>(STRATEGIES.map((name) => [name, new DeskWorld()]));
  readonly tally = new Map<string, number>();
  readonly #random: Random;
  readonly #prices = new Map<string, number>();
  readonly starts = new Map<string, { price: string; ts: number }>();
  readonly changes: OracleChange[] = [];
  /** By strategy, in the account's order. */
  readonly #bookings = new Map<Strategy, OracleBooking[]>(STRATEGIES.map((name) => [name, []]));
  readonly #fills: { id: string; order: string; strategy: Strategy }[] = [];
  #ids = 0;
  isSplit = false;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  async begin(): Promise<void> {
    const { bench } = this;
    this.#pass(SPLIT_AT - BEFORE_MS - bench.now);
    for (const [symbol, changes] of INSTRUMENTS) bench.instrument(symbol, changes);
    await bench.account({ equity: text(EQUITY), fx: FX });
    await bench.limits([{ kind: "max-order-qty", threshold: "1000000000" }]);
    bench.platform.recorded.set(AAPL, [
      {
        ...{ ...SPLIT, type: "split", exDate: "2023-11-15", startsAt: SPLIT_AT, recordedAt: 1 },
        recordedBy: { tenant: "t", subject: BY },
      } as never,
    ]);
    for (const [symbol] of INSTRUMENTS) await this.#price(symbol);
    bench.destinations.before = async (destination, batch) => {
      const desk = this.desks.get(destination.split("/")[2] as Strategy);
      if (destination.startsWith("strategy/") && desk !== undefined)
        expect(await desk.desk.receive(envelope(bench.now + 10_000), batch)).toMatchObject({ ok: true });
    };
    for (const name of STRATEGIES)
      json(
        await bench.strategy(
          name,
          LEGS.map(({ symbol }) => ({ symbol })),
        ),
      );
    await bench.outbox.drain();
    for (const [symbol, price] of this.#prices)
      this.starts.set(symbol, { price: decimalText(price, SCALE), ts: bench.now });
    this.changes.length = 0;
    for (const name of STRATEGIES) for (const { symbol } of LEGS) await this.#order(name, symbol);
  }

  async step(): Promise<void> {
    this.#pass(1 + this.#random(STEP_MS_MAX));
    if (!this.isSplit && this.bench.now > SPLIT_AT + LATE_MS_MAX) await this.#split();
    const fate = this.#random(20);
    if (fate < 8) await this.#price(this.#pick(INSTRUMENTS)[0]);
    else if (fate < 14) await this.#fill();
    else if (fate < 16) await this.#revise();
    else if (fate < 18) await this.#cash();
    else this.#evict();
    await this.bench.outbox.drain();
  }

  async #price(symbol: string): Promise<void> {
    const { bench } = this;
    const around = aroundOf(symbol);
    const last = around + Math.floor((around * (this.#random(2_001) - 1_000)) / 20_000);
    const price = decimalText(last, SCALE);
    this.#prices.set(symbol, last);
    await bench.price(symbol, { last: price });
    const mark = bench.platform.marks.get(symbol);
    if (mark === undefined) throw new Error("it has just been told");
    this.changes.push({ symbol, ts: bench.now, price });
    const changes = [[mark.lastChanges, bench.now, last]] as const;
    const update = { symbol, mark, changes, sampled: false } as unknown as PriceUpdate;
    for (const desk of this.desks.values()) {
      desk.marks.set(symbol, mark);
      if (desk.subscribed.has(symbol)) expect(await desk.prices(update)).toMatchObject({ ok: true });
    }
    this.#count("price");
  }

  /** One at work for each side, far larger than what is filled of it. */
  async #order(strategy: Strategy, symbol: string): Promise<void> {
    for (const side of ["buy", "sell"] as const) {
      const price = decimalText(aroundOf(symbol), SCALE);
      const clientOrderId = orderOf(strategy, symbol, side);
      const order = { clientOrderId, symbol, side, strategy, type: "stop", qty: "100000", stopPrice: price };
      expect(await this.bench.send(order)).toMatchObject({ decision: "accept" });
    }
  }

  async #fill(): Promise<void> {
    const { bench } = this;
    const strategy = this.#pick(STRATEGIES);
    const { symbol } = this.#pick(LEGS);
    const side = this.#pick(["buy", "sell"] as const);
    const id = `f${++this.#ids}`;
    const ts = bench.now - (this.#random(4) === 0 ? this.#random(LATE_MS_MAX) : 0);
    const terms = { ...this.#terms(symbol), fee: decimalText(this.#random(401) - 100, 2) };
    const order = orderOf(strategy, symbol, side);
    const report = { type: "fill", execId: id, clientOrderId: order, ts, ...terms };
    expect(await bench.report(report)).toMatchObject({ status: "applied" });
    const fill: OracleFill = { id, symbol, side, ts, ...terms };
    this.bookingsOf(strategy).push(fill);
    this.#fills.push({ id, order, strategy });
    this.#count("fill");
  }

  #terms(symbol: string): { qty: string; price: string } {
    const price = (this.#prices.get(symbol) ?? 0) + this.#random(2_001) - 1_000;
    return { qty: String(1 + this.#random(40)), price: decimalText(price, SCALE) };
  }

  async #revise(): Promise<void> {
    if (this.#fills.length === 0) return;
    const at = this.#random(this.#fills.length);
    const [fill] = this.#fills.slice(at, at + 1);
    if (fill === undefined) return;
    const booking = this.bookingsOf(fill.strategy).find((one) => "id" in one && one.id === fill.id);
    const symbol = booking !== undefined && "symbol" in booking ? booking.symbol : AAPL;
    const isBust = this.#random(2) === 0;
    const change = isBust ? {} : this.#terms(symbol);
    const report = {
      ...{ type: isBust ? "bust" : "correct", execId: `r${++this.#ids}`, refExecId: fill.id },
      ...{ clientOrderId: fill.order, ...change },
    };
    expect(await this.bench.report(report)).toMatchObject({ status: "applied" });
    const bookings = this.bookingsOf(fill.strategy);
    bookings.push(isBust ? { type: "bust", ref: fill.id } : { type: "correct", ref: fill.id, ...change });
    if (isBust) this.#fills.splice(at, 1);
    this.#count(isBust ? "bust" : "correct");
  }

  async #cash(): Promise<void> {
    const strategy = this.#pick(STRATEGIES);
    const { symbol, currency = "USD" } = this.#pick(LEGS);
    const [id, ts] = [`m${++this.#ids}`, this.bench.now];
    const funding = decimalText(this.#random(2_001) - 1_000 || 1, 2);
    const movement = { id, type: "funding", currency, amount: funding, symbol, strategy, ts };
    expect(await this.bench.cash([movement])).toEqual([{ id, status: "applied" }]);
    this.bookingsOf(strategy).push({ type: "cash", id, symbol, funding, ts });
    this.#count("cash");
  }

  async #split(): Promise<void> {
    this.isSplit = true;
    const body = JSON.stringify({ symbol: AAPL, id: SPLIT.id, by: BY });
    const { outcome } = json(await this.bench.desk.actions.run(this.bench.envelope(), body));
    expect(outcome).toBe("applied");
    for (const name of STRATEGIES)
      this.bookingsOf(name).push({ type: "split", symbol: AAPL, ts: SPLIT_AT, price: "1", ...SPLIT });
    this.#count("split");
  }

  /** Memory of one of them is gone. */
  #evict(): void {
    const at = this.#random(STRATEGIES.length + 1);
    const name = STRATEGIES[at];
    if (name === undefined) this.bench.restart();
    else this.deskOf(name).restart();
    this.#count("evict");
  }

  #pass(ms: number): void {
    this.bench.clock.pass(ms);
    for (const desk of this.desks.values()) desk.clock.time = this.bench.clock.time;
  }

  startOf(symbol: string) {
    const start = this.starts.get(symbol);
    if (start === undefined) throw new Error("every symbol has a price from the beginning");
    return start;
  }

  deskOf(name: Strategy): DeskWorld {
    const desk = this.desks.get(name);
    if (desk === undefined) throw new Error("each strategy has a desk");
    return desk;
  }

  bookingsOf(name: Strategy): OracleBooking[] {
    return this.#bookings.get(name) ?? [];
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[this.#random(values.length)] as Value;
  }

  #count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }
}
