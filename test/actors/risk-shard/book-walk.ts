/**
 * The random walk with everything that a book of record bears: busts, corrections, late fills, cash, splits and dividends. The oracle keeps
 * each fill as it stands by now and sums them anew; it knows no average cost and no journal.
 */
import { expect } from "vitest";
import { AAPL, BY, type Json, json, MSFT } from "./bench.ts";
import type { ModelOrder, Side } from "./model.ts";
import { Walk } from "./walk.ts";
import { text } from "./walk-limits.ts";

const SYMBOLS = [AAPL, MSFT, "XNAS:NVDA"];
/** Of one symbol: quantities double, and limits do not. */
const SPLITS_MAX = 3;

type Fill = {
  readonly execId: string;
  readonly id: string;
  readonly key: string;
  readonly symbol: string;
  readonly sign: 1 | -1;
  readonly ts: number;
  qty: number;
  price: number;
  fee: number;
};

export class BookWalk extends Walk {
  readonly fills: Fill[] = [];
  /** Moments of splits, by symbol. */
  readonly splits = new Map<string, number[]>();
  /** And of those that changed an order while it worked. */
  readonly adjusted = new Map<ModelOrder, number[]>();
  /** In 10⁻⁴. */
  fees = 0;
  funding = 0;
  ownCash = 0;
  #calls = 0;

  override async step(): Promise<void> {
    const roll = this.random();
    if (roll < 0.5) await super.step();
    else if (roll < 0.72) await this.fillOne();
    else if (roll < 0.81) await this.bust();
    else if (roll < 0.9) await this.correct();
    else if (roll < 0.96) await this.cash();
    else if (roll < 0.985) await this.act(this.dividend());
    else await this.split();
  }

  #next(kind: string): string {
    this.#calls += 1;
    return `${kind}${this.#calls}`;
  }

  /** By how much a quantity of then is more by now. */
  factor(symbol: string, ts: number): number {
    return 2 ** (this.splits.get(symbol) ?? []).filter((at) => at > ts).length;
  }

  /** Of an order that was changed by splits, a fill of before them counts in the shares of now. */
  orderFactor(order: ModelOrder, ts: number): number {
    return 2 ** (this.adjusted.get(order) ?? []).filter((at) => at > ts).length;
  }

  async fillOne(): Promise<void> {
    const { model, bench } = this;
    const orders = this.random() < 0.85 ? [...model.working] : [...model.orders.values()];
    if (orders.length === 0) return;
    const order = this.pick(orders);
    // Of a line that there was not yet nobody knows that shares were split.
    const isThere = bench.state.positions.get(`${order.symbol}/${order.strategy}`)?.splits !== undefined;
    const late = isThere && this.random() < 0.4 ? this.splits.get(order.symbol)?.at(-1) : undefined;
    const ts = late === undefined ? bench.now : late - 1;
    const factor = this.factor(order.symbol, ts);
    const ofOrder = this.orderFactor(order, ts);
    const qty = Math.max(1, Math.floor(this.upTo(Math.max(1, model.remaining(order))) / ofOrder));
    const [price, fee] = [900_000 + this.upTo(200_000), this.upTo(300) - 100];
    const execId = this.#next("f");
    const sent = { qty: String(qty), price: text(price), fee: text(fee), ts, execId };
    const before = bench.outbox.lastSeq;
    expect(await bench.report({ type: "fill", clientOrderId: order.id, ...sent })).toMatchObject({
      status: "applied",
    });
    const isOver = qty * ofOrder > model.remaining(order);
    const fill = { symbol: order.symbol, side: order.side, qty: qty * ofOrder, price: 0 };
    expect(model.report("fill", order.id, fill).violation).toBe(isOver ? "overfill" : undefined);
    const key = `${order.symbol}/${order.strategy}`;
    const sign = order.side === "buy" ? 1 : -1;
    this.move(key, sign * qty * (factor - ofOrder), -sign * qty * price);
    this.fees += fee;
    this.fills.push({ execId, id: order.id, key, symbol: order.symbol, sign, ts, qty, price, fee });
    this.count(late === undefined ? "plain fill" : "late fill");
    expect(this.violations(before)).toEqual(isOver ? ["overfill"] : []);
  }

  move(key: string, qty: number, cash: number): void {
    this.model.held.set(key, (this.model.held.get(key) ?? 0) + qty);
    this.model.cash += cash;
  }

  violations(after: number): string[] {
    const raised = this.bench.facts(after).filter(({ kind }) => kind === "violation-raised");
    return raised.map(({ payload }) => String(payload["code"])).filter((code) => !code.startsWith("max-"));
  }

  async bust(): Promise<void> {
    if (this.fills.length === 0) return;
    const [fill] = this.fills.splice(Math.floor(this.random() * this.fills.length), 1) as [Fill];
    const about = { clientOrderId: fill.id, refExecId: fill.execId };
    expect(await this.bench.report({ type: "bust", ...about })).toMatchObject({ status: "applied" });
    this.change(fill, -fill.qty, 0);
    this.fees -= fill.fee;
    this.count("bust");
    expect(await this.bench.report({ type: "bust", ...about })).toMatchObject({ code: "already-busted" });
  }

  async correct(): Promise<void> {
    if (this.fills.length === 0) return;
    const fill = this.pick(this.fills);
    const [qty, price, fee] = [this.upTo(fill.qty * 2), 900_000 + this.upTo(200_000), this.upTo(300) - 100];
    const what = this.pick([{ qty }, { price }, { fee }, { qty, price }, { qty, price, fee }] as const);
    const after = { qty: fill.qty, price: fill.price, fee: fill.fee, ...what };
    const sent = Object.fromEntries(
      Object.entries(what).map(([name, value]) => [name, name === "qty" ? String(value) : text(value)]),
    );
    const about = { clientOrderId: fill.id, refExecId: fill.execId };
    const order = this.model.orders.get(fill.id)!;
    const more = (after.qty - fill.qty) * this.orderFactor(order, fill.ts);
    const isOver = more > 0 && more > this.model.remaining(order);
    const before = this.bench.outbox.lastSeq;
    expect(await this.bench.report({ type: "correct", ...about, ...sent })).toMatchObject({
      status: "applied",
    });
    this.change(fill, after.qty - fill.qty, after.price - fill.price);
    this.fees += after.fee - fill.fee;
    Object.assign(fill, after);
    this.count("correct");
    expect(this.violations(before)).toEqual(isOver ? ["overfill"] : []);
  }

  /** A fill is another by so much. */
  change(fill: Fill, qty: number, price: number): void {
    const { key, sign, symbol, ts, id } = fill;
    const cash = (fill.qty + qty) * (fill.price + price) - fill.qty * fill.price;
    this.move(key, sign * qty * this.factor(symbol, ts), -sign * cash);
    const order = this.model.orders.get(id)!;
    order.filled += qty * this.orderFactor(order, ts);
    if (order.status !== "working" || order.filled < order.qty) return;
    order.status = "filled";
    this.model.working.delete(order);
    const partner = order.partner === undefined ? undefined : this.model.orders.get(order.partner);
    this.model.part(order, partner);
  }

  async cash(): Promise<void> {
    const held = [...this.model.held.keys()];
    const amount = this.upTo(100_000) - 50_000 || 1;
    const type = this.pick(["deposit", "interest", "funding", "dividend", "fee"]);
    const isOfLine = held.length > 0 && !["deposit", "interest"].includes(type);
    const [symbol, strategy] = isOfLine ? this.pick(held).split("/") : [];
    const moved = type === "deposit" ? Math.abs(amount) : amount;
    const [result] = await this.bench.cash([
      {
        ...{ id: this.#next("c"), type, amount: text(moved) },
        ...(symbol === undefined ? {} : { symbol }),
        ...(strategy ? { strategy } : {}),
      },
    ]);
    expect(result).toMatchObject({ status: "applied" });
    if (symbol === undefined) this.ownCash += moved;
    else if (type === "fee") this.fees -= moved;
    else this.funding += moved;
    this.count(`cash of ${symbol === undefined ? "the account" : "a line"}`);
  }

  dividend(): Json {
    const symbol = this.pick(SYMBOLS);
    this.funding += 2_500 * this.model.position(symbol);
    return { symbol, type: "dividend", amount: "0.25" };
  }

  async split(): Promise<void> {
    const symbol = this.pick(SYMBOLS);
    const before = this.splits.get(symbol) ?? [];
    if (before.length >= SPLITS_MAX) return;
    const { model } = this;
    this.splits.set(symbol, [...before, this.bench.now + 1]);
    for (const [key, qty] of model.held) if (key.startsWith(`${symbol}/`)) model.held.set(key, qty * 2);
    for (const order of model.working) {
      if (order.symbol !== symbol) continue;
      doubled(order);
      this.adjusted.set(order, [...(this.adjusted.get(order) ?? []), this.bench.now + 1]);
    }
    await this.act({ symbol, type: "split", from: "1", to: "2" });
    await this.quote(symbol);
  }

  /** Recorded, effective, applied; and again, which changes nothing. */
  async act(action: Json): Promise<void> {
    const { bench } = this;
    const id = this.#next("action");
    const startsAt = bench.now + 1;
    const { symbol, ...terms } = action;
    const entry = {
      id,
      exDate: "2023-11-15",
      startsAt,
      recordedAt: 1,
      recordedBy: { tenant: "t", subject: BY },
    };
    const recorded = bench.platform.recorded.get(String(symbol)) ?? [];
    bench.platform.recorded.set(String(symbol), [...recorded, { ...entry, ...terms } as never]);
    bench.clock.pass(2);
    const body = JSON.stringify({ symbol, id, by: BY });
    const apply = async () => json(await bench.desk.actions.run(bench.envelope(), body))["outcome"];
    this.count(`${String(action["type"])} ${await apply()}`);
    expect(await apply()).toBe("unchanged");
  }

  override async hold(): Promise<void> {
    await super.hold();
    const { bench, model } = this;
    const sum = (field: "fees" | "funding") =>
      [...bench.state.positions.values()].reduce((all, { position }) => all + position[field], 0n);
    expect(sum("fees"), "fees are those of fills as they stand").toBe(scaled(this.fees));
    expect(sum("funding"), "funding is what came").toBe(scaled(this.funding));
    expect(bench.state.purses.get("USD")?.cash ?? 0n, "cash is what was moved").toBe(scaled(this.ownCash));
    for (const [key, qty] of model.held)
      expect(bench.state.positions.get(key)?.position.qty ?? 0n, `R5: ${key}`).toBe(BigInt(qty));
  }

  /** R7: memory is what the disk says. */
  holdReload(): void {
    const { bench } = this;
    const seen = () => ({
      positions: new Map([...bench.state.positions].sort()),
      orders: new Map([...bench.state.orders].sort()),
      cash: [...bench.state.purses].map(([, { cash }]) => cash).filter((cash) => cash !== 0n),
      lines: new Map(
        [...bench.state.symbolLines].map(([key, { pos, buys, sells }]) => [key, { pos, buys, sells }]),
      ),
    });
    const before = seen();
    bench.restart();
    expect(seen().positions, "R7").toEqual(before.positions);
    expect(seen().orders, "R7").toEqual(before.orders);
    expect(seen().cash, "R7").toEqual(before.cash);
    expect(new Map([...seen().lines].sort()), "R7").toEqual(new Map([...before.lines].sort()));
  }
}

function doubled(order: ModelOrder): void {
  order.qty *= 2;
  order.filled *= 2;
  const side: Side = order.side;
  if (order.price !== undefined) order.price = halved(order.price, side === "sell");
  if (order.stopPrice !== undefined) order.stopPrice = halved(order.stopPrice, side === "buy");
}

/** On a tick of 100. */
const halved = (price: number, isUp: boolean): number => 100 * (isUp ? Math.ceil : Math.floor)(price / 200);

const scaled = (tenThousandths: number): bigint => BigInt(tenThousandths) * 10n ** 8n;
