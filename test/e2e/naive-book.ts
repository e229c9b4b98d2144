/** A risk model as one would write it on paper: lists, walked from the start for every question. One symbol, price 1:1, whole lots. */
export type NaiveLimits = {
  readonly orderQty: number;
  readonly positionQty: number;
  readonly grossReduce: number;
};
type NaiveOrder = { readonly id: string; readonly side: "buy" | "sell"; left: number };
export type NaiveVerdict = { readonly decision: "accept" | "reduce" | "reject"; readonly allowedQty: string };

export class NaiveBook {
  readonly #limits: NaiveLimits;
  readonly #mark: number;
  readonly #orders: NaiveOrder[] = [];
  readonly #fills: { qty: number; price: number }[] = [];

  constructor(limits: NaiveLimits, mark: number) {
    this.#limits = limits;
    this.#mark = mark;
  }

  get working(): readonly NaiveOrder[] {
    return this.#orders.filter((order) => order.left > 0);
  }

  get position(): number {
    return this.#fills.reduce((sum, fill) => sum + fill.qty, 0);
  }

  /** Σ of what closed trades made, by lots: each closing lot meets the average of what is held. */
  get realised(): number {
    let held = 0;
    let cost = 0;
    let made = 0;
    for (const { qty, price } of this.#fills) {
      for (let lot = 0; lot < Math.abs(qty); lot++) {
        const direction = Math.sign(qty);
        if (held * direction < 0) {
          const average = cost / held;
          made += (price - average) * -direction;
          cost += average * direction;
        } else cost += price * direction;
        held += direction;
      }
    }
    return made;
  }

  decide(side: "buy" | "sell", qty: number): NaiveVerdict {
    if (qty > this.#limits.orderQty || !this.#fits(side, qty, this.#limits.positionQty))
      return { decision: "reject", allowedQty: "0" };
    let allowed = qty;
    while (allowed > 0 && !this.#fits(side, allowed, this.#limits.grossReduce / this.#mark)) allowed--;
    if (allowed === qty) return { decision: "accept", allowedQty: String(qty) };
    return allowed === 0
      ? { decision: "reject", allowedQty: "0" }
      : { decision: "reduce", allowedQty: String(allowed) };
  }

  place(id: string, side: "buy" | "sell", qty: number): void {
    this.#orders.push({ id, side, left: qty });
  }

  fill(id: string, qty: number, price: number): void {
    const order = this.#orders.find((one) => one.id === id);
    if (order === undefined) throw new Error(`no order ${id}`);
    order.left -= qty;
    this.#fills.push({ qty: order.side === "buy" ? qty : -qty, price });
  }

  cancel(id: string): void {
    const order = this.#orders.find((one) => one.id === id);
    if (order !== undefined) order.left = 0;
  }

  /** The worst that can stand if any of the working orders fill, with this one more. */
  #fits(side: "buy" | "sell", qty: number, most: number): boolean {
    const sum = (which: "buy" | "sell"): number =>
      this.working
        .filter((order) => order.side === which)
        .reduce((total, order) => total + order.left, side === which ? qty : 0);
    return Math.max(Math.abs(this.position + sum("buy")), Math.abs(this.position - sum("sell"))) <= most;
  }
}
