/**
 * The naive account under every kind of limit that speaks of its book, its counts and its prices: each is worked out anew from all
 * positions, orders and messages, in exact fractions. Values are 10⁻⁴ of the currency, doubled, since a mark may be a half.
 */
import { LIMIT_KINDS, LIMIT_SCOPE_KINDS } from "../../../src/domain/limit.ts";
import type { ModelOrder } from "./model.ts";
import { Model, type ModelLimit } from "./model-rules.ts";

export type Attributes = {
  readonly sector: string;
  readonly country: string;
  readonly issuer: string;
  readonly factors: Readonly<Record<string, string>>;
  readonly marginInitial?: string;
};
export type KindLimit = ModelLimit & {
  readonly unit?: "equity-percent";
  readonly n?: number;
  readonly factor?: string;
  readonly reference?: "last" | "mid";
  readonly symbols?: readonly string[];
  readonly windowMs?: number;
  /** The threshold as it is put; what it is compared with is in its unit. */
  readonly text: string;
};
type Fraction = readonly [part: bigint, whole: bigint];
type Line = { readonly symbol: string; readonly high: bigint; readonly low: bigint };
type Message = { readonly at: number; readonly symbol: string; readonly strategy: string };

const DOUBLED = 20_000n;
const STARTING_EQUITY = 1_000_000n;

export class KindsModel extends Model {
  readonly attributes = new Map<string, Attributes>();
  /** All orders that came in, also those that were rejected; and fills. */
  readonly messages: Message[] = [];
  readonly fills: Message[] = [];
  override limits: KindLimit[] = [];

  override failing(order: ModelOrder, qty: number, now: number): ModelLimit[] {
    return this.limits
      .filter(
        (limit) =>
          limit.action !== "warn" && this.holds(limit, order) && !this.passes(limit, order, qty, now),
      )
      .sort((one, other) => rankOf(one) - rankOf(other));
  }

  override holds(limit: KindLimit, order: { symbol: string; strategy: string }): boolean {
    const { scope = scopeOf(limit), member } = limit;
    if (scope === "group") return limit.symbols!.includes(order.symbol);
    if (["account", "strategy", "symbol"].includes(scope)) return super.holds({ ...limit, scope }, order);
    return member === undefined || member === this.classOf(scope, order.symbol);
  }

  classOf(scope: string, symbol: string): string {
    const attributes = this.attributes.get(symbol)!;
    return scope === "currency" ? "USD" : String(attributes[scope as "sector"]);
  }

  passes(limit: KindLimit, order: ModelOrder, qty: number, now: number): boolean {
    const scope = limit.scope ?? scopeOf(limit);
    const strategy = scope === "strategy" ? order.strategy : undefined;
    const closes = qty <= this.closable(order, strategy);
    if (closes && !HOLDS_FOR_CLOSING.includes(limit.kind)) return true;
    const after = this.measure(limit, order, qty, now);
    if (after === undefined) return false;
    if (!isAbove(after, decimalFraction(limit.text))) return true;
    if (!OF_THE_BOOK.includes(limit.kind)) return false;
    return !isAbove(after, this.measure(limit, order, 0, now)!);
  }

  /** In the unit of the threshold; undefined where it cannot be known. */
  measure(limit: KindLimit, order: ModelOrder, qty: number, now: number): Fraction | undefined {
    const { kind } = limit;
    if (COUNTED.includes(kind)) return this.counted(limit, order, now);
    if (PRICED.includes(kind)) return this.priced(limit, order, qty, now);
    const scope = limit.scope ?? scopeOf(limit);
    const lines = this.lines(order, qty, scope === "strategy" ? order.strategy : undefined);
    const members = lines.filter(({ symbol }) => this.isMember(limit, scope, symbol, order.symbol));
    const own = lines.filter(({ symbol }) => symbol === order.symbol);
    switch (kind) {
      case "max-position-qty":
        return [BigInt(this.reach(order, qty, scope)), 1n];
      case "max-position-notional":
        return [sum(own, gross), DOUBLED];
      case "max-long-notional":
        return [sum(members, ({ high }) => larger(high, 0n)), DOUBLED];
      case "max-short-notional":
        return [sum(members, ({ low }) => larger(-low, 0n)), DOUBLED];
      case "max-gross-exposure":
        return this.inUnit(limit, sum(members, gross));
      case "max-net-exposure":
        return this.inUnit(limit, netOf(members));
      case "max-leverage":
        return [sum(members, gross), this.equity()];
      case "max-weight":
        return [
          100n * sum(["account", "strategy"].includes(scope) ? own : members, gross),
          sum(lines, gross),
        ];
      case "max-top-weight":
        return [100n * sum(largest(lines, limit.n!), gross), sum(lines, gross)];
      case "max-concentration":
        return [sum(lines, (line) => gross(line) ** 2n), sum(lines, gross) ** 2n];
      case "max-factor-exposure":
        return [this.loaded(lines, limit.factor!), this.equity() * 1_000n];
      case "max-beta-exposure":
        return [100n * this.loaded(lines, "beta"), this.equity() * 1_000n];
      case "max-margin-use":
        return [100n * sum(lines, (line) => gross(line) * this.margin(line.symbol)), this.equity() * 1_000n];
      default:
        throw new Error(`no rule for ${kind}`);
    }
  }

  /** Of each symbol what its position can become, with so much of the order. */
  lines(order: ModelOrder, qty: number, strategy: string | undefined): Line[] {
    return this.symbols().map((symbol) => {
      const extremes = this.extremes(symbol, strategy, order.replaces);
      const more = symbol === order.symbol ? qty : 0;
      const doubled = BigInt(this.doubled(symbol) ?? 0);
      const high = extremes.high + (order.side === "buy" ? more : 0);
      const low = extremes.low - (order.side === "sell" ? more : 0);
      return { symbol, high: BigInt(high) * doubled, low: BigInt(low) * doubled };
    });
  }

  reach(order: ModelOrder, qty: number, scope: string): number {
    const { high, low } = this.extremes(
      order.symbol,
      scope === "strategy" ? order.strategy : undefined,
      order.replaces,
    );
    return order.side === "buy"
      ? Math.max(Math.abs(high + qty), Math.abs(low))
      : Math.max(Math.abs(high), Math.abs(low - qty));
  }

  isMember(limit: KindLimit, scope: string, symbol: string, own: string): boolean {
    if (scope === "account" || scope === "strategy") return true;
    if (scope === "symbol") return symbol === own;
    if (scope === "group") return limit.symbols!.includes(symbol);
    return this.classOf(scope, symbol) === this.classOf(scope, own);
  }

  /** Capital, cash and what is held at its mark. */
  equity(): bigint {
    const held = this.symbols().reduce(
      (all, symbol) => all + BigInt(this.position(symbol)) * BigInt(this.doubled(symbol) ?? 0),
      0n,
    );
    return STARTING_EQUITY * DOUBLED + 2n * BigInt(this.cash) + held;
  }

  inUnit({ unit }: KindLimit, value: bigint): Fraction {
    return unit === undefined ? [value, DOUBLED] : [100n * value, this.equity()];
  }

  /** Thousandths, at the worse extreme. */
  loaded(lines: readonly Line[], factor: string): bigint {
    const loading = (symbol: string) => thousandths(this.attributes.get(symbol)!.factors[factor]!);
    const ends = lines.map(
      ({ symbol, high, low }) => [loading(symbol) * high, loading(symbol) * low] as const,
    );
    const top = ends.reduce((all, [one, other]) => all + larger(one, other), 0n);
    const bottom = ends.reduce((all, [one, other]) => all - larger(-one, -other), 0n);
    return larger(magnitude(top), magnitude(bottom));
  }

  margin(symbol: string): bigint {
    return thousandths(this.attributes.get(symbol)!.marginInitial ?? "1");
  }

  counted({ kind, scope = "account", windowMs, text }: KindLimit, order: ModelOrder, now: number): Fraction {
    const mine = <One extends { symbol: string; strategy: string }>(all: Iterable<One>): One[] =>
      [...all].filter((one) => this.isIn(scope, one as unknown as ModelOrder, order));
    switch (kind) {
      case "max-working-orders":
        return [BigInt(1 + mine(this.reservations(order.replaces).map((one) => one.order)).length), 1n];
      case "max-order-rate":
        return [BigInt(1 + mine(this.recent(windowMs!, now)).length), 1n];
      case "max-message-rate": {
        const slot = Math.ceil(windowMs! / 100);
        const recent = this.messages.filter(({ at }) => (Math.floor(at / slot) + 1) * slot > now - windowMs!);
        return [BigInt(1 + mine(recent).length), 1n];
      }
      case "max-daily-orders":
        return [BigInt(1 + mine(this.orders.values()).length), 1n];
      case "max-daily-trades": {
        const working = mine(this.reservations(order.replaces).map((one) => one.order)).length;
        return [BigInt(1 + mine(this.fills).length + working), 1n];
      }
      default: {
        // More than the threshold says is one that is the same: the threshold is a time.
        const same = [...this.orders.values()].some(
          (one) => now - one.at < Number(text) && contentOf(one) === contentOf(order),
        );
        return same ? [BigInt(text) + 1n, 1n] : [0n, 1n];
      }
    }
  }

  priced(limit: KindLimit, order: ModelOrder, qty: number, now: number): Fraction | undefined {
    const { bid, ask, quoteTs } = this.usable(order.symbol);
    const isQuoted = bid !== undefined && ask !== undefined && now - quoteTs! <= 60_000;
    switch (limit.kind) {
      case "max-order-qty":
        return [BigInt(qty), 1n];
      case "max-order-notional":
        return [2n * BigInt(qty) * BigInt(this.orderPrice(order) ?? 0), DOUBLED];
      case "max-spread":
        return isQuoted ? [BigInt(2 * 10_000 * (ask - bid)), BigInt(ask + bid)] : undefined;
      case "restricted-list":
        return [limit.symbols!.includes(order.symbol) ? 1n : 0n, 1n];
      case "max-price-age":
        return [BigInt(this.age(order.symbol, now) ?? 0), 1n];
      default:
        return this.away(limit, order, isQuoted ? bid + ask : undefined);
    }
  }

  /** Of the price that lies furthest from the reference, which is doubled. */
  away({ reference }: KindLimit, order: ModelOrder, middle: number | undefined): Fraction | undefined {
    const from = reference === "mid" ? middle : (this.usable(order.symbol).last ?? 0) * 2;
    if (from === undefined) return undefined;
    const prices = order.type === "market" ? [this.orderPrice(order)] : [order.price, order.stopPrice];
    const away = prices.map((price) => (price === undefined ? 0 : Math.abs(2 * price - from)));
    return [BigInt(10_000 * Math.max(...away)), BigInt(from)];
  }
}

/** A slip of the finger can close as well as open. */
const HOLDS_FOR_CLOSING = [
  ...["max-order-qty", "max-order-notional", "max-working-orders", "max-order-rate", "max-price-age"],
  ...["price-collar", "duplicate-order", "restricted-list"],
];
const COUNTED = [
  ...["max-working-orders", "max-order-rate", "max-message-rate", "max-daily-orders", "max-daily-trades"],
  "duplicate-order",
];
const PRICED = [
  ...[
    "max-order-qty",
    "max-order-notional",
    "max-spread",
    "restricted-list",
    "price-collar",
    "max-price-age",
  ],
];
/** An order may leave the book above its limit, as long as it makes it no worse. */
const OF_THE_BOOK = [
  ...["max-long-notional", "max-short-notional", "max-leverage", "max-weight", "max-top-weight"],
  ...["max-concentration", "max-factor-exposure", "max-beta-exposure", "max-margin-use"],
];

const rankOf = ({ kind }: ModelLimit): number => LIMIT_KINDS.indexOf(kind as (typeof LIMIT_KINDS)[number]);
const scopeOf = ({ kind }: ModelLimit): string =>
  kind.startsWith("max-position") || kind === "max-weight" ? "symbol" : LIMIT_SCOPE_KINDS[0];

const contentOf = ({ symbol, strategy, side, type, qty, price, stopPrice, replaces, asked }: ModelOrder) =>
  JSON.stringify([symbol, strategy, side, type, asked ?? qty, price, stopPrice, replaces]);

function decimalFraction(text: string): Fraction {
  const [whole = "0", fraction = ""] = text.split(".");
  return [BigInt(whole + fraction), 10n ** BigInt(fraction.length)];
}

function thousandths(text: string): bigint {
  const [part, whole] = decimalFraction(text.replace("-", ""));
  return ((text.startsWith("-") ? -1n : 1n) * part * 1_000n) / whole;
}

/** Nothing is no part of nothing. */
const isAbove = ([part, whole]: Fraction, [other, all]: Fraction): boolean =>
  whole > 0n && part * larger(all, 1n) > other * whole;

const sum = (lines: readonly Line[], of: (line: Line) => bigint): bigint =>
  lines.reduce((all, line) => all + of(line), 0n);
const gross = ({ high, low }: Line): bigint => larger(magnitude(high), magnitude(low));
const netOf = (lines: readonly Line[]): bigint =>
  larger(magnitude(sum(lines, ({ high }) => high)), magnitude(sum(lines, ({ low }) => low)));
const largest = (lines: readonly Line[], n: number): Line[] =>
  [...lines].sort((one, other) => (gross(one) > gross(other) ? -1 : 1)).slice(0, n);
const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
