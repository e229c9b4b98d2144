/** What the naive account decides of an order: every rule of the contract, worked out from the whole book. */
import { ModelBook, type ModelOrder } from "./model.ts";

export type ModelLimit = {
  kind: string;
  scope?: string;
  member?: string;
  threshold: number;
  action: string;
  windowMs?: number;
};
export type ModelDecision = { decision: string; allowedQty: number; code?: string };

const RANK = ["active", "reducing", "halted", "killed"];
const KINDS = [
  "max-order-qty",
  "max-order-notional",
  "max-position-qty",
  "max-position-notional",
  "max-gross-exposure",
  "max-net-exposure",
  "max-working-orders",
  "max-order-rate",
  "max-price-age",
];

export class Model extends ModelBook {
  readonly states = new Map<string, string>();
  /** Strategies that trade only out of what they hold. */
  readonly paused = new Set<string>();
  limits: ModelLimit[] = [];

  decide(order: ModelOrder, now: number): ModelDecision {
    const close = this.closeOf(order);
    if (close <= 0 || close >= order.qty) return this.decideWhole(order, now);
    const decided = this.decideWhole({ ...order, qty: close }, now);
    return decided.decision === "accept"
      ? { decision: "reduce", allowedQty: close, code: "state-reducing" }
      : decided;
  }

  /** While somebody may only reduce: what closes for all of those, else everything. */
  closeOf(order: ModelOrder): number {
    const rank = (key: string) => RANK.indexOf(this.states.get(key) ?? "active");
    const wide = Math.max(rank("account"), rank(`symbol:${order.symbol}`));
    const narrow = rank(`strategy:${order.strategy}`);
    if (Math.max(wide, narrow) !== 1) return order.qty;
    const freed =
      order.replaces === undefined || this.mayReplace(order) ? order : { ...order, replaces: "nothing" };
    return Math.min(
      wide > 0 ? this.closable(freed, undefined) : Infinity,
      narrow > 0 ? this.closable(freed, order.strategy) : Infinity,
    );
  }

  decideWhole(order: ModelOrder, now: number): ModelDecision {
    const code = this.builtIn(order, now);
    const failing = this.failing(order, order.qty, now);
    if (code !== undefined) return { decision: "reject", allowedQty: 0, code };
    const [first] = failing;
    if (first === undefined) return { decision: "accept", allowedQty: order.qty };
    if (failing.every(({ action }) => action === "reduce"))
      for (let qty = order.qty - 1; qty > 0; qty--)
        if (this.failing(order, qty, now).length === 0)
          return { decision: "reduce", allowedQty: qty, code: first.kind };
    return { decision: "reject", allowedQty: 0, code: first.kind };
  }

  builtIn(order: ModelOrder, now: number): string | undefined {
    const mayReplace = order.replaces === undefined || this.mayReplace(order);
    const freed = mayReplace ? order : { ...order, replaces: "nothing" };
    const own = order.strategy === "" ? undefined : order.strategy;
    const closes = order.qty <= this.closable(freed, undefined);
    const closesOwn = own !== undefined && order.qty <= this.closable(freed, own);
    const faults: readonly (readonly [string, boolean])[] = [
      ["no-limits", this.limits.length === 0],
      ...this.stateFaults(order, closes, closesOwn),
      ["strategy-inactive", this.paused.has(order.strategy) && !closesOwn],
      ...this.priceFaults(order, now),
      ["replaces-invalid", !mayReplace],
      ["reduce-only", order.reduceOnly && !(own === undefined ? closes : closesOwn)],
    ];
    return faults.find(([, fails]) => fails)?.[0];
  }

  mayReplace(order: ModelOrder): boolean {
    const replaced = this.orders.get(order.replaces!);
    if (replaced?.status !== "working" || replaced.partner !== undefined) return false;
    const line = ({ symbol, side, strategy }: ModelOrder) => `${symbol} ${side} ${strategy}`;
    return line(replaced) === line(order);
  }

  stateFaults(order: ModelOrder, closes: boolean, closesOwn: boolean): [string, boolean][] {
    const rank = (key: string) => RANK.indexOf(this.states.get(key) ?? "active");
    const wide = Math.max(rank("account"), rank(`symbol:${order.symbol}`));
    const narrow = rank(`strategy:${order.strategy}`);
    const worst = Math.max(wide, narrow);
    return [
      ["state-killed", worst === 3],
      ["state-halted", worst === 2],
      ["state-reducing", worst === 1 && ((wide > 0 && !closes) || (narrow > 0 && !closesOwn))],
    ];
  }

  priceFaults(order: ModelOrder, now: number): [string, boolean][] {
    const age = this.age(order.symbol, now);
    const saysOtherwise = this.limits.some(
      (limit) => limit.kind === "max-price-age" && this.holds(limit, order),
    );
    const isValued = order.type !== "market" || this.orderPrice(order) !== undefined;
    return [
      ["price-missing", age !== undefined && (this.doubled(order.symbol) === undefined || !isValued)],
      ["price-invalid", age === undefined],
      ["price-stale", !saysOtherwise && (age ?? 0) > 60_000],
    ];
  }

  age(symbol: string, now: number): number | undefined {
    const { last, lastTs, bid, ask, quoteTs } = this.usable(symbol);
    const times = [
      ...(last === undefined ? [] : [lastTs!]),
      ...(bid === undefined && ask === undefined ? [] : [quoteTs!]),
    ];
    return times.length === 0 ? undefined : Math.max(0, now - Math.max(...times));
  }

  holds({ scope = "account", member }: ModelLimit, order: { symbol: string; strategy: string }): boolean {
    if (scope === "account") return true;
    const own = scope === "symbol" ? order.symbol : order.strategy;
    return own !== "" && (member === undefined || member === own);
  }

  failing(order: ModelOrder, qty: number, now: number): ModelLimit[] {
    return this.limits
      .filter((limit) => limit.action !== "warn" && this.holds(limit, order))
      .filter((limit) => !this.admits(limit, order, qty, now))
      .sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind));
  }

  admits(limit: ModelLimit, order: ModelOrder, qty: number, now: number): boolean {
    const { scope = limit.kind.startsWith("max-position") ? "symbol" : "account", threshold } = limit;
    const strategy = scope === "strategy" ? order.strategy : undefined;
    const isOfBook = ["position", "gross", "net"].some((word) => limit.kind.includes(`max-${word}`));
    if (isOfBook && qty <= this.closable(order, strategy)) return true;
    const projected = this.projected(limit, scope, order, qty, now);
    return projected === undefined || projected <= threshold;
  }

  projected(
    limit: ModelLimit,
    scope: string,
    order: ModelOrder,
    qty: number,
    now: number,
  ): number | undefined {
    const strategy = scope === "strategy" ? order.strategy : undefined;
    const after = (symbol: string) => {
      const { high, low } = this.extremes(symbol, strategy, order.replaces);
      if (symbol !== order.symbol) return { high, low };
      return order.side === "buy" ? { high: high + qty, low } : { high, low: low - qty };
    };
    const own = after(order.symbol);
    const largest = Math.max(Math.abs(own.high), Math.abs(own.low));
    const over = scope === "symbol" ? [order.symbol] : this.symbols();
    const values = over.map((symbol) => {
      const { high, low } = after(symbol);
      return { high: this.value(symbol, high), low: this.value(symbol, low) };
    });
    const sum = (pick: (value: { high: number; low: number }) => number) =>
      values.reduce((all, one) => all + pick(one), 0);
    const price = this.orderPrice(order);
    switch (limit.kind) {
      case "max-order-qty":
        return qty;
      case "max-order-notional":
        return price === undefined ? undefined : qty * price;
      case "max-position-qty":
        return largest;
      case "max-position-notional":
        return Math.abs(this.value(order.symbol, largest));
      case "max-gross-exposure":
        return sum(({ high, low }) => Math.max(Math.abs(high), Math.abs(low)));
      case "max-net-exposure":
        return Math.max(Math.abs(sum(({ high }) => high)), Math.abs(sum(({ low }) => low)));
      case "max-working-orders":
        return (
          1 + this.reservations(order.replaces).filter((one) => this.isIn(scope, one.order, order)).length
        );
      case "max-order-rate":
        return 1 + this.recent(limit.windowMs!, now).filter((one) => this.isIn(scope, one, order)).length;
      default:
        return this.age(order.symbol, now);
    }
  }

  /** A window is counted in hundredths; an order leaves with the end of the hundredth that it came in. */
  recent(windowMs: number, now: number): ModelOrder[] {
    const slot = Math.ceil(windowMs / 100);
    const recent: ModelOrder[] = [];
    for (const order of [...this.orders.values()].reverse()) {
      if (order.brought === true) continue;
      if ((Math.floor(order.at / slot) + 1) * slot <= now - windowMs) break;
      recent.push(order);
    }
    return recent;
  }

  isIn(scope: string, one: ModelOrder, other: ModelOrder): boolean {
    if (scope === "account") return true;
    return scope === "symbol" ? one.symbol === other.symbol : one.strategy === other.strategy;
  }
}
