/** A seeded random walk of a risk shard beside the naive model: each step is compared, and now and then everything. */
import { expect } from "vitest";
import { AAPL, type Decision, type Json, MSFT, RiskBench } from "./bench.ts";
import type { ModelOrder, Side } from "./model.ts";
import { Model } from "./model-rules.ts";
import { asPublic, LIMIT_SETS, text } from "./walk-limits.ts";

export const NVDA = "XNAS:NVDA";
const SYMBOLS = [AAPL, MSFT, NVDA];
const STRATEGIES = ["", "alpha", "beta"];

/** Mulberry32: the same seed, the same walk. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Walk {
  readonly bench = new RiskBench();
  readonly model: Model;
  readonly random: () => number;
  /** Every order ever sent with the decision it got, for repeats. */
  readonly sent: { order: Json; decision: Json }[] = [];
  readonly tally = new Map<string, number>();
  #ids = 0;

  constructor(seed: number, model = new Model()) {
    this.model = model;
    this.random = randomFrom(seed);
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)]!;
  }
  upTo(most: number): number {
    return 1 + Math.floor(this.random() * most);
  }
  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  async begin(): Promise<void> {
    this.list();
    await this.bench.account();
    await this.putLimits();
    for (const strategy of STRATEGIES.slice(1)) await this.bench.strategy(strategy);
    for (const symbol of SYMBOLS) await this.quote(symbol);
  }

  /** Reference data of what is traded. */
  protected list(): void {
    this.bench.instrument(NVDA);
  }

  async step(): Promise<void> {
    const roll = this.random();
    if (roll < 0.42) await this.order();
    else if (roll < 0.47) await this.repeat();
    else if (roll < 0.74) await this.report();
    else if (roll < 0.9) await this.quote(this.pick(SYMBOLS));
    else if (roll < 0.95) this.bench.clock.pass(this.upTo(this.random() < 0.1 ? 70_000 : 2_000));
    else if (roll < 0.965) await this.setState();
    else if (roll < 0.98) await this.putLimits();
    else this.bench.restart();
  }

  async order(): Promise<void> {
    const { bench, model } = this;
    const order = this.draw();
    const expected = model.decide(order, bench.now);
    const sent = publicOrder(order);
    const [decision] = await bench.orders([sent]);
    const { allowedQty, code } = decision!;
    expect(
      { decision: decision!.decision, allowedQty: Number(allowedQty), code },
      "R3: the decision",
    ).toEqual({
      code: undefined,
      ...expected,
    });
    this.sent.push({ order: sent, decision: decision as unknown as Json });
    this.count(expected.code === undefined ? "accept" : `${expected.decision} ${expected.code}`);
    if (expected.allowedQty > 0) model.accept(order, expected.allowedQty);
    this.decided(order, decision!);
  }

  protected nextId(): string {
    this.#ids += 1;
    return `w${this.#ids}`;
  }

  protected draw(): ModelOrder {
    const { bench, model } = this;
    const type = this.pick(["limit", "limit", "market", "stop", "stop-limit"]);
    const working = [...model.working];
    const original = this.random() < 0.15 && working.length > 0 ? this.pick(working) : undefined;
    const priced =
      type === "limit" || type === "stop-limit" ? { price: 900_000 + 100 * this.upTo(2_000) } : {};
    const stopped =
      type === "stop" || type === "stop-limit" ? { stopPrice: 900_000 + 100 * this.upTo(2_000) } : {};
    return {
      id: this.nextId(),
      symbol: original?.symbol ?? this.pick(SYMBOLS),
      side: original?.side ?? this.pick<Side>(["buy", "sell"]),
      strategy: original?.strategy ?? this.pick(STRATEGIES),
      type,
      qty: this.upTo(this.random() < 0.2 ? 90 : 20),
      ...priced,
      ...stopped,
      reduceOnly: this.random() < 0.08,
      ...(original === undefined ? {} : { replaces: original.id }),
      filled: 0,
      status: "working",
      at: bench.now,
    };
  }

  /** What else a walk notes of an order, and of a fill. */
  protected decided(_order: ModelOrder, _decision: Decision): void {}
  protected filled(_order: ModelOrder | undefined, _symbol: string): void {}

  async repeat(): Promise<void> {
    if (this.sent.length === 0) return;
    const { order, decision } = this.pick(this.sent);
    expect(await this.bench.orders([order])).toEqual([decision]);
    this.count("repeat");
  }

  async report(): Promise<void> {
    const { bench, model } = this;
    const known = [...model.orders.values()];
    const working = [...model.working];
    const isGhost = known.length === 0 || this.random() < 0.02;
    const order = isGhost
      ? undefined
      : this.random() < 0.85 && working.length > 0
        ? this.pick(working)
        : this.pick(known);
    const type = this.pick(["fill", "fill", "fill", "cancel", "expire", "reject", "replace"]);
    const id = order?.id ?? "ghost";
    const before = bench.outbox.lastSeq;
    const fill = {
      symbol: order?.symbol ?? this.pick(SYMBOLS),
      side: order?.side ?? this.pick<Side>(["buy", "sell"]),
      qty: this.upTo(
        this.random() < 0.9 ? Math.max(1, order === undefined ? 5 : model.remaining(order)) : 40,
      ),
      price: 900_000 + this.upTo(200_000),
    };
    const sent = type === "fill" ? { ...fill, qty: String(fill.qty), price: text(fill.price) } : {};
    const result = await bench.report({ type, clientOrderId: id, ...sent });
    const expected = model.report(type, id, fill);
    if (type === "fill") this.filled(order, fill.symbol);
    expect(result["code"]).toBe(expected.refused);
    this.count(expected.refused ?? expected.violation ?? type);
    const raised = bench.facts(before).filter(({ kind }) => kind === "violation-raised");
    const own = raised
      .map(({ payload }) => String(payload["code"]))
      .filter((code) => !code.startsWith("max-"));
    expect(own).toEqual(violationsIn(expected));
  }

  async quote(symbol: string): Promise<void> {
    const last = 900_000 + 100 * this.upTo(2_000);
    const bid = last - 100 * this.upTo(20);
    const ask = this.random() < 0.1 ? bid - 100 : last + 100 * this.upTo(20) + this.pick([0, 1]);
    const shape = this.pick(["trade", "both", "both"]);
    const at = this.bench.now;
    const market = {
      last,
      lastTs: at,
      ...(shape === "trade" ? {} : { bid, ask, quoteTs: at }),
    };
    this.model.markets.set(symbol, market);
    const quoted = shape === "trade" ? {} : { bid: text(bid), ask: text(ask) };
    await this.bench.price(symbol, { last: text(last), ...quoted });
  }

  async setState(): Promise<void> {
    const [scope, key] = this.pick([
      [{ kind: "account" }, "account"],
      [{ kind: "symbol", id: MSFT }, `symbol:${MSFT}`],
      [{ kind: "strategy", id: "alpha" }, "strategy:alpha"],
    ] as const);
    const state = this.pick([
      "active",
      "active",
      "active",
      "active",
      "reducing",
      "reducing",
      "halted",
      "killed",
    ]);
    this.model.states.set(key, state);
    await this.bench.state_(scope, state);
  }

  async putLimits(): Promise<void> {
    const set = this.pick(LIMIT_SETS);
    // A rate that was not watched before is counted from when it is put; the model counts from the beginning.
    if (this.model.limits.length > 0 && set.some(({ kind }) => kind === "max-order-rate"))
      this.bench.clock.pass(20_000);
    this.model.limits = [...set];
    await this.bench.limits(set.map(asPublic));
  }

  /** R1-R5, by recomputation. */
  async hold(): Promise<void> {
    const { bench, model } = this;
    const shown = await bench.shown();
    // In 10⁻⁴, with the halves of a middle between two prices.
    const tenThousandths = (key: string): number => Number(exact(String(shown[key])) / 10n ** 7n) / 10;
    const { net, ...totals } = model.totals();
    for (const [key, total] of Object.entries(totals)) expect(tenThousandths(key), `R4: ${key}`).toBe(total);
    expect(Math.abs(tenThousandths("net")), "R4: net").toBe(Math.abs(net));
    const positions = await bench.list("positions");
    for (const symbol of SYMBOLS) {
      const mine = positions.filter((one) => one["symbol"] === symbol);
      const sum = mine.reduce((all, one) => all + Number(one["qty"]), 0);
      expect(sum, "R5: Σ strategies = account").toBe(model.position(symbol));
    }
    const money = (field: string) => positions.reduce((all, one) => all + exact(String(one[field])), 0n);
    const value = positions.reduce((all, one) => all + exact(String(one["notional"])), 0n);
    const cash = BigInt(model.cash) * 10n ** 8n;
    expect(money("realised") + money("unrealised"), "R2: profit is cash and value").toBe(cash + value);
    this.holdOrders(await bench.list("orders"));
  }

  holdOrders(orders: readonly Json[]): void {
    const { model } = this;
    expect(orders.length).toBe(model.orders.size);
    for (const shown of orders) {
      const order = model.orders.get(String(shown["clientOrderId"]))!;
      expect(shown, "each order is as its reports left it").toMatchObject({
        status: order.status,
        qty: String(order.qty),
        filledQty: String(order.filled),
        remainingQty: String(model.remaining(order)),
      });
    }
  }

  /** R1, cheap enough for every step. */
  holdReservations(): void {
    const { model, bench } = this;
    const lines = [...bench.state.symbolLines.values()];
    const reserved = lines.reduce((sum, { buys, sells }) => sum + Number(buys + sells), 0);
    expect(reserved, "R1: Σ reservations = Σ working orders").toBe(
      model.reservations().reduce((sum, { qty }) => sum + qty, 0),
    );
    expect(bench.state.orders.size).toBe(model.working.size);
  }
}

function violationsIn({ violation, opens }: ReturnType<Model["report"]>): string[] {
  return [
    ...(violation === undefined ? [] : [violation]),
    ...(opens === true ? ["reduce-only-exceeded"] : []),
  ];
}

function publicOrder(order: ModelOrder): Json {
  const { id, symbol, side, type, qty, price, stopPrice, strategy, reduceOnly, replaces } = order;
  return {
    clientOrderId: id,
    symbol,
    side,
    type,
    qty: String(qty),
    ...(price === undefined ? {} : { price: text(price) }),
    ...(stopPrice === undefined ? {} : { stopPrice: text(stopPrice) }),
    ...(strategy === "" ? {} : { strategy }),
    ...(reduceOnly ? { reduceOnly } : {}),
    ...(replaces === undefined ? {} : { replaces }),
  };
}

function exact(shown: string): bigint {
  const [whole = "0", fraction = ""] = shown.replace("-", "").split(".");
  const value = BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, "0"));
  return shown.startsWith("-") ? -value : value;
}
