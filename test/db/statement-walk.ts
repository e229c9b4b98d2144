/** An account of two currencies over some trading days: fills, busts, corrections, cash, rates, and a close at the end of each day. */
import type { ActorReply } from "../../actors/runtime/reply.ts";
import { DAY_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { AAPL, BY, type Json, MSFT, RiskBench } from "../actors/risk-shard/bench.ts";

const SAP = "XETR:SAP";
const EURUSD = "FX:EURUSD";
const SYMBOLS = [AAPL, MSFT, SAP];
const CURRENCY: Readonly<Record<string, string>> = { [AAPL]: "USD", [MSFT]: "USD", [SAP]: "EUR" };
const START = Date.UTC(2026, 10, 16, 9);

/** Last prices at a close, by symbol, as decimal text. */
export type Marks = Readonly<Record<string, string>>;

export class StatementWalk {
  readonly bench = new RiskBench();
  /** By the date that was closed. */
  readonly marks = new Map<string, Marks>();
  /** Last prices when a book was imported. */
  entered: Marks = {};
  readonly #random: () => number;
  readonly #now = new Map<string, string>();
  #fills: { execId: string; clientOrderId: string }[] = [];
  #ids = 0;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  async run(days: number, steps: number): Promise<this> {
    const { bench } = this;
    bench.clock.pass(START - bench.now);
    bench.instrument(SAP, { currency: "EUR", exchange: "XETR", multiplier: "2.5" });
    bench.instrument(EURUSD, { type: "fx", exchange: "FX", tickSize: "0.0001" });
    await bench.ready();
    await bench.account({ fx: { EUR: EURUSD }, equity: "100000" });
    await bench.strategy("alpha");
    for (const symbol of SYMBOLS) await this.#price(symbol);
    await this.#price(EURUSD);
    for (let day = 0; day < days; day++) await this.#day(steps);
    return this;
  }

  async #day(steps: number): Promise<void> {
    const { bench } = this;
    const end = bench.now - (bench.now % DAY_MS) + DAY_MS;
    if (this.marks.size === 1) await this.#enter();
    if (this.marks.size > 1) await this.#reconcile(this.marks.size);
    if (this.marks.size === 2) await this.#action(AAPL, { type: "split", from: "2", to: "3" });
    if (this.marks.size === 3) await this.#action(MSFT, { type: "dividend", amount: "0.37" });
    for (let step = 0; step < steps; step++) {
      bench.clock.pass(MINUTE_MS);
      await this.#step();
    }
    bench.clock.pass(end - bench.now);
    this.marks.set(new Date(end - 1).toISOString().slice(0, 10), Object.fromEntries(this.#now));
    if (this.#below(3) === 0) bench.restart();
    await bench.wake();
    bench.clock.pass(9 * 60 * MINUTE_MS);
  }

  /** Of today, by which what was filled before midnight is another: also what is reported later. */
  async #action(symbol: string, terms: Json): Promise<void> {
    const { bench } = this;
    const startsAt = bench.now - (bench.now % DAY_MS);
    const exDate = new Date(startsAt).toISOString().slice(0, 10);
    const by = { tenant: "t", subject: BY };
    const recorded = {
      ...{ id: `act-${symbol.slice(-4)}`, exDate, startsAt, recordedAt: 1 },
      recordedBy: by,
    };
    bench.platform.recorded.set(symbol, [{ ...recorded, ...terms, referencePrice: "70" } as never]);
    const body = JSON.stringify({ symbol, id: recorded.id, by: BY });
    const reply = await bench.desk.actions.run(bench.envelope(), body);
    if (!reply.ok) throw new Error(reply.code);
  }

  /** A book that stood elsewhere: what it brings along was made there. */
  async #enter(): Promise<void> {
    const { bench } = this;
    await bench.strategy("taken");
    const positions = [
      { symbol: AAPL, strategy: "taken", qty: "7", avgPrice: "99.123456789", realised: "-3.5", fees: "1.25" },
      { symbol: SAP, strategy: "taken", qty: "-3", avgPrice: "101", realised: "12" },
    ];
    const body = { id: "book", positions, cash: [{ currency: "EUR", amount: "-40.5" }] };
    this.entered = Object.fromEntries(this.#now);
    done(await bench.desk.broker.importBook(bench.envelope(), JSON.stringify(body)));
  }

  /** The broker has something else each day, and all of it is made ours. */
  async #reconcile(day: number): Promise<void> {
    const { bench } = this;
    const { broker } = bench.desk;
    const book = {
      positions: [
        { symbol: AAPL, qty: String(10 * day), avgPrice: `10${day}.5` },
        { symbol: MSFT, qty: String(-day) },
        { symbol: SAP, qty: "0" },
      ],
      cash: [{ currency: "USD", amount: String(100 * day) }],
      asOf: bench.now,
    };
    const found = JSON.parse(done(await broker.reconcile(bench.envelope(), JSON.stringify(book)))) as {
      id: string;
      differences: { n: number }[];
    };
    const resolve = { accept: found.differences.map(({ n }) => n), reason: "statement", by: BY };
    done(await broker.resolve(bench.envelope(), found.id, JSON.stringify(resolve)));
  }

  #step(): Promise<unknown> {
    const kind = this.#below(20);
    if (kind < 8) return this.#fill();
    if (kind < 12) return this.#price(this.#one(SYMBOLS));
    if (kind < 13) return this.#price(EURUSD);
    if (kind < 15) return this.#revise();
    if (kind < 18) return this.#cash();
    if (kind < 19) return this.#elsewhere();
    return this.bench.account({ fx: { EUR: EURUSD }, equity: String(100_000 + this.#below(5) * 1_000) });
  }

  /** What is in no sum: a snapshot on demand, an order that is not filled. */
  async #elsewhere(): Promise<unknown> {
    if (this.#below(2) === 0) return this.bench.desk.closings.snapshot(this.bench.envelope(), "{}");
    return this.bench.send({ symbol: AAPL, qty: "1", price: "90" });
  }

  async #fill(): Promise<void> {
    const symbol = this.#one(SYMBOLS);
    const { bench } = this;
    const execId = this.#id("fill");
    const about = { symbol, side: this.#one(["buy", "sell"]), qty: String(1 + this.#below(9)) };
    const priced = { price: this.#amount(100), fee: this.#one(["0", "1.25", "-0.5"]) };
    const strategy = this.#below(2) === 0 ? {} : { strategy: "alpha" };
    const isOrdered = symbol !== SAP && this.#below(2) === 0;
    if (isOrdered) await this.#price(symbol);
    const sent = isOrdered ? await bench.send({ ...about, ...strategy, type: "market" }) : undefined;
    const clientOrderId = sent?.clientOrderId ?? this.#id("venue");
    // One of four is told a day late.
    const ts = bench.now - (this.#below(4) === 0 ? DAY_MS : 0);
    await bench.report({ type: "fill", execId, clientOrderId, ...about, ...priced, ts });
    this.#fills.push({ execId, clientOrderId });
  }

  /** Of a fill of today or of days before: what it changes is booked now. */
  async #revise(): Promise<void> {
    const fill = this.#fills[this.#below(Math.max(1, this.#fills.length))];
    if (fill === undefined) return;
    const isBust = this.#below(2) === 0;
    const { execId: refExecId, clientOrderId } = fill;
    const about = { execId: this.#id("rev"), clientOrderId, refExecId };
    const changed: Json = isBust ? {} : { price: this.#amount(100), fee: "2" };
    await this.bench.report({ type: isBust ? "bust" : "correct", ...about, ...changed });
    if (isBust) this.#fills = this.#fills.filter((one) => one !== fill);
  }

  async #cash(): Promise<void> {
    const symbol = this.#one(SYMBOLS);
    const ofLine = this.#below(2) === 0;
    const type = this.#one(
      ofLine ? ["funding", "dividend", "fee"] : ["deposit", "withdrawal", "interest", "fee"],
    );
    const size = this.#amount(20);
    const isOut = type === "withdrawal" || (type !== "deposit" && this.#below(2) === 0);
    const movement = { id: this.#id("cash"), type, amount: isOut ? `-${size}` : size, ts: this.bench.now };
    const where = ofLine
      ? { symbol, currency: CURRENCY[symbol] ?? "USD" }
      : { currency: this.#one(["USD", "EUR"]) };
    const body = JSON.stringify({ movements: [{ ...movement, ...where }] });
    const reply = await this.bench.desk.cash.run(this.bench.envelope(), body);
    if (!reply.ok) throw new Error(reply.code);
  }

  async #price(symbol: string): Promise<void> {
    const last = symbol === EURUSD ? `1.${1_000 + this.#below(900)}` : this.#amount(100);
    this.#now.set(symbol, last);
    await this.bench.price(symbol, { last });
  }

  #id(kind: string): string {
    this.#ids += 1;
    return `${kind}-${this.#ids}`;
  }
  #amount(around: number): string {
    return `${around + this.#below(20)}.${10 + this.#below(90)}`;
  }
  #one<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)] as Item;
  }
  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

function done(reply: ActorReply<string>): string {
  if (!reply.ok) throw new Error(`${reply.code} ${reply.detail}`);
  return reply.value;
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
