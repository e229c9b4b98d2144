/**
 * One account, reckoned from its facts by the plainest rules there are: orders, what is held, and whether anything was let through that its
 * limits or states forbid. It shares no code with the shard.
 */
import type { Fact } from "../../../actors/runtime/fact.ts";

export type Json = { readonly [name: string]: unknown };
export type LedgerOrder = {
  readonly id: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly strategy: string;
  readonly qty: number;
  filled: number;
  isWorking: boolean;
};
type Limit = { readonly kind: string; readonly threshold: number; readonly windowMs: number };

export class Ledger {
  readonly orders = new Map<string, LedgerOrder>();
  /** By symbol and strategy. */
  readonly held = new Map<string, number>();
  readonly decided = new Map<string, { readonly seq: number; readonly decision: string }>();
  readonly executed = new Set<string>();
  limits: readonly Limit[] = [];
  limitsVersion = 0;
  state = "active";
  /** Somebody has put the account. */
  isPut = false;
  readonly keysTaken = new Map<string, number>();
  readonly #wrong: (rule: string, detail: string) => void;
  readonly #accepted: { readonly at: number }[] = [];

  constructor(wrong: (rule: string, detail: string) => void) {
    this.#wrong = wrong;
  }

  readonly #working = new Set<LedgerOrder>();

  get working(): LedgerOrder[] {
    for (const order of this.#working) if (!order.isWorking) this.#working.delete(order);
    return [...this.#working];
  }

  position(symbol: string): number {
    let sum = 0;
    for (const [key, qty] of this.held) if (key.startsWith(`${symbol} `)) sum += qty;
    return sum;
  }

  worked(symbol: string, side: "buy" | "sell"): number {
    return this.working
      .filter((order) => order.symbol === symbol && order.side === side)
      .reduce((sum, { qty, filled }) => sum + qty - filled, 0);
  }

  take([seq, at, kind, payload]: Fact): void {
    if (kind === "order-decided") this.#decided(seq, at, JSON.parse(payload) as Json);
    else if (kind === "execution-booked") this.#executed(JSON.parse(payload) as Json);
    else if (kind === "limits-put") this.#limited(JSON.parse(payload) as Json);
    else if (kind === "account-put") this.isPut = true;
    else if (kind === "state-set") this.#stated(JSON.parse(payload) as Json);
  }

  #decided(seq: number, at: number, fact: Json): void {
    const id = String(fact["clientOrderId"]);
    if (this.decided.has(id)) this.#wrong("R2 one order, one decision", `${id} at ${seq}`);
    const decision = String(fact["decision"]);
    this.decided.set(id, { seq, decision });
    if (decision === "reject") return;
    const order: LedgerOrder = {
      ...{ id, symbol: String(fact["symbol"]), side: fact["side"] as "buy" | "sell" },
      ...{
        strategy: String(fact["strategy"] ?? ""),
        qty: Number(fact["allowedQty"]),
        filled: 0,
        isWorking: true,
      },
    };
    this.orders.set(id, order);
    this.#working.add(order);
    if (Number(fact["limitsVersion"]) !== this.limitsVersion)
      this.#wrong("R6 decided by the limits in force", `${id} at ${seq}`);
    this.#accepted.push({ at });
    this.#hold(order, at);
  }

  /** After it was let through: each limit holds, or it only closes. */
  #hold(order: LedgerOrder, at: number): void {
    const { symbol, side, id, qty } = order;
    const position = this.position(symbol);
    const reach =
      side === "buy" ? position + this.worked(symbol, side) : this.worked(symbol, side) - position;
    const closes = reach <= 0;
    if (this.state !== "active" && !closes)
      this.#wrong("R6 nothing grows after a halt", `${id} in ${this.state}`);
    for (const { kind, threshold, windowMs } of this.limits) {
      const used = {
        "max-position-qty": reach,
        "max-order-qty": qty,
        "max-order-rate": this.#within(at - windowMs, at),
      }[kind];
      const binds = kind === "max-position-qty" ? !closes : true;
      if (binds && used !== undefined && used > threshold && !closes)
        this.#wrong("R6 never above a limit", `${id}: ${kind} ${used} of ${threshold}`);
    }
  }

  /** By what was let through since the limits were put: what was before may not have been counted. */
  #within(from: number, to: number): number {
    return this.#accepted.filter(({ at }) => at > from && at <= to).length;
  }

  #executed(fact: Json): void {
    const execId = String(fact["execId"]);
    if (this.executed.has(execId)) this.#wrong("R2 one report, one booking", execId);
    this.executed.add(execId);
    const type = String(fact["type"]);
    const order = this.orders.get(String(fact["clientOrderId"]));
    if (type === "fill") this.#filled(fact, order);
    else if (order !== undefined && ["cancel", "reject", "expire"].includes(type)) order.isWorking = false;
  }

  #filled(fact: Json, order: LedgerOrder | undefined): void {
    const qty = Number(fact["qty"]);
    const key = `${fact["symbol"]} ${fact["strategy"] ?? ""}`;
    this.held.set(key, (this.held.get(key) ?? 0) + (fact["side"] === "buy" ? qty : -qty));
    if (order === undefined) return;
    order.filled += qty;
    if (order.filled >= order.qty) order.isWorking = false;
  }

  #limited(fact: Json): void {
    const version = Number(fact["version"]);
    if (version !== this.limitsVersion + 1) this.#wrong("R2 one version after the other", `${version}`);
    this.limitsVersion = version;
    this.#accepted.length = 0;
    this.limits = (fact["limits"] as readonly Json[]).map(({ kind, threshold, windowMs }) => ({
      kind: String(kind),
      threshold: Number(threshold),
      windowMs: Number(windowMs ?? 0),
    }));
  }

  #stated(fact: Json): void {
    const scope = fact["scope"] as Json;
    if (scope["kind"] === "account") this.state = String(fact["state"]);
  }
}
