/** A risk shard over a disk in memory, with real bricks, and with symbols, hubs and a directory that the test speaks for. */
import { expect } from "vitest";
import type { PriceChange } from "../../../actors/price-hub/messages.ts";
import { Desk } from "../../../actors/risk-shard/desk.ts";
import { LANES, type Lane } from "../../../actors/risk-shard/lanes.ts";
import type { RiskBricks } from "../../../actors/risk-shard/ledger.ts";
import { MIGRATIONS } from "../../../actors/risk-shard/store.ts";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { Mailbox } from "../../../actors/runtime/mailbox.ts";
import { Outbox } from "../../../actors/runtime/outbox.ts";
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import { Sockets } from "../../../actors/runtime/sockets.ts";
import { Timers } from "../../../actors/runtime/timers.ts";
import { Vitals } from "../../../actors/runtime/vitals.ts";
import { executionsBody } from "../../../src/contracts/executions.ts";
import { ordersBody } from "../../../src/contracts/orders.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { FakeSocketPort } from "../../support/fake-sockets.ts";
import { instrumentOf } from "../../support/instruments.ts";
import { memorySql, type NodeSql } from "../../support/node-sql.ts";
import { Destinations, envelope, FakeAlarm, FakeClock } from "../../support/runtime-fakes.ts";
import { type Check, type Decision, type Fact, factsIn, type Json, markOf } from "./bench-shapes.ts";
import { FakeFirm } from "./fake-firm.ts";
import { FakePlatform } from "./platform.ts";

export type { Check, Decision, Fact, Json } from "./bench-shapes.ts";

export const AAPL = "XNAS:AAPL";
export const MSFT = "XNAS:MSFT";
export const BTC = "BINANCE:BTCUSDT";
export const BY = "s";

export class RiskBench {
  readonly sql: NodeSql = memorySql();
  readonly clock = new FakeClock();
  readonly destinations = new Destinations();
  readonly platform = new FakePlatform();
  readonly port = new FakeSocketPort();
  /** How groups are armed: at once, where a test does not gather them itself. */
  arm: (run: () => void) => void = (run) => run();
  outbox!: Outbox;
  sockets!: Sockets;
  timers!: Timers;
  desk!: Desk;
  /** Has a group written, also where no command comes. */
  flush!: () => void;
  #ids = 0;

  readonly #part: { readonly part?: number };

  /** `part`: of a split account. */
  constructor(part = 0) {
    this.#part = part === 0 ? {} : { part };
    migrateLocally(this.sql, MIGRATIONS);
    this.instrument(AAPL);
    this.instrument(MSFT);
    this.instrument(BTC, { type: "crypto", exchange: "BINANCE", tickSize: "0.01", lotSize: "0.001" });
    this.restart();
  }

  /** Memory is gone, the disk is not. */
  restart(): void {
    const { sql, clock } = this;
    const timers = new Timers(sql, new FakeAlarm(), "risk-shard:t/main");
    const outbox = new Outbox({
      sql,
      clock,
      timers,
      actor: "risk-shard:t/main",
      deliver: this.destinations.deliver,
      randomFraction: () => 0.5,
      newIncarnation: () => "incarnation",
    });
    const sockets = new Sockets({ sql, clock, port: this.port });
    const writers: { write(): void }[] = [];
    const mailbox = new Mailbox<Lane>({
      lanes: LANES,
      clock,
      transaction: (work) => sql.transaction(work),
      write: () => {
        for (const writer of [...writers, sockets, outbox, timers]) writer.write();
      },
      abort: (reason) => expect.unreachable(`aborted: ${reason}`),
      growthRefusal: () => outbox.growthRefusal(),
      hardRefusal: () => outbox.hardRefusal(),
      committed: () => sockets.flush(),
      arm: (run) => this.arm(run),
    });
    const writes = (...more: { write(): void }[]): void => void writers.push(...more);
    const vitals = new Vitals({ actor: "risk-shard:t/main", clock });
    const bricks: RiskBricks = { sql, clock, timers, outbox, mailbox, sockets, vitals, writes };
    const desk = new Desk({ tenant: "t", account: "main", ...this.#part }, bricks, this.platform.actors);
    Object.assign(this, { outbox, sockets, timers, desk, flush: () => mailbox.flush() });
  }

  /** What the alarm does. */
  wake(): Promise<void> {
    return this.desk.closings.wake(this.timers.takeDue(this.clock.now()));
  }

  get state() {
    return this.desk.ledger.state;
  }

  get now(): number {
    return this.clock.now();
  }

  envelope(changes: Partial<Envelope> = {}): Envelope {
    return { ...envelope(this.clock.now() + 10_000), ...changes };
  }

  instrument(symbol: string, changes: Json = {}): Instrument {
    const version = (this.platform.instruments.get(symbol)?.version ?? 0) + 1;
    const instrument = { ...instrumentOf({ symbol, ...changes }), version };
    this.platform.instruments.set(symbol, instrument);
    return instrument;
  }

  /** The newest price as the symbol knows it, told to the shard as its hub would. Prices as decimal text. */
  async price(
    symbol: string,
    prices: { last?: string; bid?: string; ask?: string },
    ageMs = 0,
  ): Promise<void> {
    const { priceScale } = this.platform.instruments.get(symbol)!;
    const at = (this.now - ageMs) as EpochMs;
    const before = this.platform.marks.get(symbol)?.lastChanges ?? 0;
    const mark = markOf(prices, priceScale, at, before + 1);
    this.platform.marks.set(symbol, mark);
    const { last } = mark;
    const changes: PriceChange[] = last === undefined ? [] : [[before + 1, at, last]];
    if (this.state.instruments.has(symbol as Symbol)) await this.told(symbol, mark, undefined, changes);
  }

  /** A hub's batch about one symbol. */
  async told(
    symbol: string,
    mark: PriceMark,
    instrument?: Instrument,
    changes: readonly PriceChange[] = [],
  ): Promise<void> {
    const update = { symbol: symbol as Symbol, mark, changes, sampled: false };
    const told = instrument === undefined ? update : { ...update, instrument };
    await this.desk.takePrices(this.envelope(), { hub: "hub-0", updates: [told] });
  }

  async account(changes: Json = {}): Promise<ActorReply<string>> {
    const body = { currency: "USD", equity: "1000000", ...changes };
    return this.desk.account.putAccount(this.envelope(), JSON.stringify(body));
  }

  /** A firm of that id, to be named as the parent. */
  firm(id = "acme", currency = "USD"): FakeFirm {
    const firm = new FakeFirm(this.clock, `firm:${id}`, currency);
    this.platform.firms.set(id, firm);
    return firm;
  }

  async limits(limits: readonly Json[], ifMatch?: string): Promise<ActorReply<string>> {
    const whole = limits.map((limit, index) => ({ id: `l${index}`, action: "reject", ...limit }));
    return this.desk.limits.put(this.envelope(), JSON.stringify({ limits: whole }), ifMatch);
  }

  async state_(scope: Json, state: string, by = BY): Promise<ActorReply<string>> {
    const body = JSON.stringify({ scope, state, reason: "a test", by });
    return this.desk.account.setState(this.envelope(), body);
  }

  /** An account with a limit that never binds, and a price of 100 in both stocks. */
  async ready(limits: readonly Json[] = [WIDE]): Promise<this> {
    await this.account();
    await this.limits(limits);
    await this.price(AAPL, { last: "100" });
    await this.price(MSFT, { last: "100" });
    return this;
  }

  nextId(): string {
    this.#ids += 1;
    return `o${this.#ids}`;
  }

  order(changes: Json = {}): Json {
    const priced = changes["type"] === "market" || changes["type"] === "stop" ? {} : { price: "100" };
    return {
      clientOrderId: this.nextId(),
      symbol: AAPL,
      side: "buy",
      type: "limit",
      qty: "10",
      ...priced,
      ...changes,
    };
  }

  async orders(orders: readonly Json[], dryRun = false): Promise<Decision[]> {
    const body = { orders };
    ordersBody.parse(body);
    const reply = await this.desk.orders.run(this.envelope(), JSON.stringify(body), "all", dryRun);
    if (!reply.ok) throw new Error(`${reply.code} ${reply.detail}`);
    return (JSON.parse(reply.value) as { decisions: Decision[] }).decisions;
  }

  async send(changes: Json = {}): Promise<Decision> {
    return (await this.orders([this.order(changes)]))[0]!;
  }

  async check(changes: Json = {}): Promise<Decision> {
    return (await this.orders([this.order(changes)], true))[0]!;
  }

  async executions(reports: readonly Json[]): Promise<{ results: Json[]; seq: number }> {
    const executions = reports.map((report) => ({ execId: `x${this.nextId()}`, ts: this.now, ...report }));
    executionsBody.parse({ executions });
    const reply = await this.desk.executions.run(this.envelope(), JSON.stringify({ executions }));
    if (!reply.ok) throw new Error(`${reply.code} ${reply.detail}`);
    return JSON.parse(reply.value) as { results: Json[]; seq: number };
  }

  async report(changes: Json): Promise<Json> {
    return (await this.executions([changes])).results[0]!;
  }

  fill(clientOrderId: string, qty: string, price = "100", more: Json = {}): Promise<Json> {
    return this.report({ type: "fill", clientOrderId, qty, price, ...more });
  }

  /** Movements of cash: the results. */
  async cash(movements: readonly Json[]): Promise<Json[]> {
    const whole = movements.map((one) => ({
      id: `c${this.nextId()}`,
      currency: "USD",
      ts: this.now,
      ...one,
    }));
    const reply = await this.desk.cash.run(this.envelope(), JSON.stringify({ movements: whole }));
    return json(reply)["results"] as Json[];
  }

  async strategy(
    id: string,
    instruments: readonly Json[] = [],
    more: Json = {},
  ): Promise<ActorReply<string>> {
    const body = { name: id, account: "main", instruments, tags: [], ...more };
    return this.desk.account.openStrategy(this.envelope(), id, JSON.stringify(body));
  }

  async shown(): Promise<Json> {
    return json(await this.desk.readPriced(this.envelope(), (reads, now) => reads.account(now)));
  }

  async list(kind: "positions" | "orders" | "violations" | "decisions", query: Json = {}): Promise<Json[]> {
    const range = { limit: 1_000, ...query };
    const page = await this.desk.readPriced(this.envelope(), (reads, now) =>
      kind === "positions" ? reads.positions(range, now) : reads[kind](range),
    );
    if (!page.ok) throw new Error(page.code);
    return page.value.items.map((item) => JSON.parse(item) as Json);
  }

  /** Every fact so far: what the archiver has, and what still waits for it, with destinations beside the archiver. */
  facts(after = 0): Fact[] {
    return factsIn(this.sql, this.destinations, after);
  }

  /** What a destination has heard: kind and payload of each fact, in order, once everything was delivered. */
  async heard(destination: string): Promise<{ kind: string; payload: Json }[]> {
    await this.outbox.drain();
    const facts = this.destinations.got.get(destination) ?? [];
    return facts.map(([, , kind, payload]) => ({ kind, payload: JSON.parse(payload) as Json }));
  }
}

/** Any limit set at all is needed; this one is never reached. */
export const WIDE = { id: "wide", kind: "max-order-qty", threshold: "1000000000" };

export function json(reply: ActorReply<string>): Json {
  if (!reply.ok) throw new Error(`${reply.code} ${reply.detail}`);
  return JSON.parse(reply.value) as Json;
}

export const codeOf = (reply: ActorReply<unknown>): string | undefined => (reply.ok ? undefined : reply.code);
export const checkIn = (decision: Decision, code: string): Check =>
  decision.checks.find((check) => check.code === code)!;
