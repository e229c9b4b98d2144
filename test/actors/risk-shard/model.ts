/**
 * The book of a naive account, written from the public contract alone: it sums fills, keeps every order for ever and works exposure
 * out anew each time it is asked. Quantities are whole, prices in 10⁻⁴, values in 10⁻⁴ of the currency; marks may be halves, so they are doubled.
 */
export type Side = "buy" | "sell";
export type Market = { last?: number; lastTs?: number; bid?: number; ask?: number; quoteTs?: number };
export type ModelOrder = {
  id: string;
  symbol: string;
  side: Side;
  type: string;
  qty: number;
  /** As it was sent, where what was allowed may be less. */
  asked?: number;
  price?: number;
  stopPrice?: number;
  strategy: string;
  reduceOnly: boolean;
  replaces?: string;
  filled: number;
  status: string;
  /** The other one, while a replacement is pending. */
  partner?: string;
  /** It came with a book or a broker: no order of ours that a rate counts. */
  brought?: boolean;
  /** In force by a fill, before any report said so. */
  proven?: boolean;
  at: number;
};
export type ModelFill = { symbol: string; side: Side; qty: number; price: number };
export class ModelBook {
  readonly markets = new Map<string, Market>();
  readonly orders = new Map<string, ModelOrder>();
  /** Those that work, to look through. */
  readonly working = new Set<ModelOrder>();
  /** Signed sums of all fills, by symbol and strategy; and what was paid and received for them. */
  readonly held = new Map<string, number>();
  cash = 0;

  /** Twice the mark of a position. */
  doubled(symbol: string): number | undefined {
    const { last, bid, ask } = this.usable(symbol);
    if (last !== undefined) return last * 2;
    return bid === undefined || ask === undefined ? undefined : bid + ask;
  }

  usable(symbol: string): Market {
    const market = this.markets.get(symbol) ?? {};
    const { last, lastTs, bid, ask, quoteTs } = market;
    const isCrossed = bid !== undefined && ask !== undefined && bid > ask;
    return {
      ...(last === undefined ? {} : { last, lastTs }),
      ...(isCrossed
        ? {}
        : { ...(bid === undefined ? {} : { bid }), ...(ask === undefined ? {} : { ask }), quoteTs }),
    } as Market;
  }

  position(symbol: string, strategy?: string): number {
    return [...this.held]
      .filter(([key]) =>
        strategy === undefined ? key.startsWith(`${symbol}/`) : key === `${symbol}/${strategy}`,
      )
      .reduce((sum, [, qty]) => sum + qty, 0);
  }

  remaining(order: ModelOrder): number {
    return order.status === "working" ? Math.max(0, order.qty - order.filled) : 0;
  }

  /** Each reservation once: an order and its pending replacement are one, of the larger. */
  reservations(without?: string): { order: ModelOrder; qty: number }[] {
    const found: { order: ModelOrder; qty: number }[] = [];
    for (const order of this.working) {
      if (order.id === without) continue;
      const partner = order.partner === undefined ? undefined : this.orders.get(order.partner);
      if (partner !== undefined && order.replaces === partner.id) continue;
      const other = partner === undefined ? 0 : this.remaining(partner);
      found.push({ order, qty: Math.max(this.remaining(order), other) });
    }
    return found;
  }

  /** What the position of one symbol can become: all buys and no sell, and the other way round. */
  extremes(symbol: string, strategy: string | undefined, without?: string): { high: number; low: number } {
    const mine = this.reservations(without).filter(
      ({ order }) => order.symbol === symbol && (strategy === undefined || order.strategy === strategy),
    );
    const sum = (side: Side) =>
      mine.filter(({ order }) => order.side === side).reduce((all, { qty }) => all + qty, 0);
    const pos = this.position(symbol, strategy);
    return { high: pos + sum("buy"), low: pos - sum("sell") };
  }

  symbols(): string[] {
    return [...this.markets.keys()];
  }

  value(symbol: string, qty: number): number {
    return (qty * (this.doubled(symbol) ?? 0)) / 2;
  }

  totals(strategy?: string): { long: number; short: number; gross: number; net: number } {
    let [long, short, gross, high, low] = [0, 0, 0, 0, 0];
    for (const symbol of this.symbols()) {
      const extremes = this.extremes(symbol, strategy);
      const top = this.value(symbol, extremes.high);
      const bottom = this.value(symbol, extremes.low);
      long += Math.max(0, top);
      short += Math.max(0, -bottom);
      gross += Math.max(Math.abs(top), Math.abs(bottom));
      high += top;
      low += bottom;
    }
    return { long, short, gross, net: Math.abs(low) > Math.abs(high) ? low : high };
  }

  orderPrice(order: ModelOrder): number | undefined {
    const { last, bid, ask } = this.usable(order.symbol);
    if (order.type === "stop") return order.stopPrice;
    if (order.type === "market") return (order.side === "buy" ? ask : bid) ?? last;
    return order.side === "buy" ? order.price : Math.max(order.price!, bid ?? 0);
  }

  closable(order: ModelOrder, strategy: string | undefined): number {
    const { high, low } = this.extremes(order.symbol, strategy, order.replaces);
    return Math.max(0, order.side === "buy" ? -high : low);
  }

  accept(order: ModelOrder, allowedQty: number): void {
    const original = order.replaces === undefined ? undefined : this.orders.get(order.replaces);
    if (original !== undefined) original.partner = order.id;
    const accepted = { ...order, qty: allowedQty };
    if (original !== undefined) accepted.partner = original.id;
    this.orders.set(order.id, accepted);
    this.working.add(accepted);
  }

  /** What a report does to orders and positions, or why it is refused; and the violation it raises of itself. */
  report(
    type: string,
    id: string,
    fill?: ModelFill,
  ): { refused?: string; violation?: string; opens?: boolean } {
    const order = this.orders.get(id);
    if (type === "fill") return this.fill(order, fill!);
    if (order === undefined) return { refused: "order-unknown" };
    if (type === "replace" && this.isLateReplace(order)) return {};
    if (order.status !== "working") return { refused: "order-final" };
    const partner = order.partner === undefined ? undefined : this.orders.get(order.partner);
    if (type === "replace" && partner === undefined) return { refused: "not-replacing" };
    const ending = type === "replace" && order.replaces === partner!.id ? partner! : order;
    ending.status = { cancel: "cancelled", reject: "rejected", expire: "expired", replace: "replaced" }[
      type
    ]!;
    this.working.delete(ending);
    this.part(order, partner);
    return {};
  }

  /** What the report says is known, or it comes after the end of the replacement that it confirms. */
  isLateReplace(order: ModelOrder): boolean {
    if (order.status === "replaced") return true;
    if (order.proven === true) {
      order.proven = false;
      return true;
    }
    return this.endLeftBehind(order);
  }

  /** A replacement that was cancelled or expired before it was confirmed, and is confirmed now. */
  endLeftBehind(order: ModelOrder): boolean {
    const original = this.orders.get(order.replaces ?? "");
    if (!["cancelled", "expired"].includes(order.status) || original?.status !== "working") return false;
    this.endReplaced(original);
    return true;
  }

  endReplaced(original: ModelOrder): void {
    original.status = "replaced";
    this.working.delete(original);
    this.part(original, original.partner === undefined ? undefined : this.orders.get(original.partner));
  }

  /** An order that may only reduce has done more than that: by what was held before. */
  opens(order: ModelOrder | undefined, { symbol, side, qty }: ModelFill): boolean {
    if (order?.reduceOnly !== true) return false;
    const held =
      order.strategy === "" ? this.position(symbol) : (this.held.get(`${symbol}/${order.strategy}`) ?? 0);
    return qty > Math.max(0, side === "buy" ? -held : held);
  }

  fill(
    order: ModelOrder | undefined,
    fill: ModelFill,
  ): { refused?: string; violation?: string; opens?: boolean } {
    const opens = this.opens(order, fill);
    const key = `${fill.symbol}/${order?.strategy ?? ""}`;
    const sign = fill.side === "buy" ? 1 : -1;
    this.held.set(key, (this.held.get(key) ?? 0) + sign * fill.qty);
    this.cash -= sign * fill.qty * fill.price;
    if (order === undefined) return { violation: "unsolicited-fill" };
    const isOver = fill.qty > this.remaining(order);
    order.filled += fill.qty;
    if (order.partner !== undefined && order.partner === order.replaces) {
      order.proven = true;
      this.endReplaced(this.orders.get(order.partner)!);
    } else if (this.endLeftBehind(order)) order.proven = true;
    if (order.status === "working" && order.filled >= order.qty) {
      order.status = "filled";
      this.working.delete(order);
      this.part(order, order.partner === undefined ? undefined : this.orders.get(order.partner));
    }
    return isOver ? { violation: "overfill", opens } : { opens };
  }

  part(one: ModelOrder, other: ModelOrder | undefined): void {
    delete one.partner;
    if (other !== undefined) delete other.partner;
  }
}
