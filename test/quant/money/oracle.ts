/**
 * The money of one line by brute force, in fractions and decimal text, from the rules as the README says them. It shares no code with the
 * product: quantities are not scaled, nothing is prepared, lots are searched from the beginning.
 */
import {
  cutAt,
  dividedBy,
  type Fraction,
  floorAt,
  fraction,
  isSame,
  least,
  minus,
  NOTHING,
  nearestAt,
  plus,
  signed,
  signOf,
  sizeOf,
  textAt,
  times,
  whole,
} from "./fractions.ts";

const MONEY = 12;

export type OracleTerms = {
  readonly multiplier: string;
  readonly inverse: boolean;
  readonly sizeDecimals: number;
};
type Traded = {
  readonly kind: "trade";
  readonly id: string;
  readonly ts: number;
  readonly qty: string;
  readonly price: string;
  readonly value?: string;
  readonly fee: string;
  readonly realised?: string;
  readonly funding?: string;
};
type Splitting = {
  readonly kind: "split";
  readonly id: string;
  readonly ts: number;
  readonly from: number;
  readonly to: number;
  readonly price: string;
};
type Moved = {
  readonly kind: "cash";
  readonly id: string;
  readonly ts: number;
  readonly funding: string;
  readonly fees: string;
};
export type OracleEntry = Traded | Splitting | Moved;

type OracleLot = { size: Fraction; cost: Fraction };

/** Rounded as the rules have it: linear exactly, inverse to the nearest. */
export function worthOf(terms: OracleTerms, size: Fraction, price: Fraction): Fraction {
  const units = times(size, fraction(terms.multiplier));
  return terms.inverse ? nearestAt(dividedBy(units, price), MONEY) : times(units, price);
}

/** At the middle of two prices the last half is cut off. */
export function worthAtMark(terms: OracleTerms, size: Fraction, doubled: string): Fraction {
  const value = worthOf(terms, size, dividedBy(fraction(doubled), whole(2)));
  return terms.inverse ? value : cutAt(value, MONEY);
}

export const inCurrency = (amount: Fraction, rate: Fraction): Fraction =>
  nearestAt(times(amount, rate), MONEY);

export class OracleLine {
  readonly #terms: OracleTerms;
  held: Fraction = NOTHING;
  cost: Fraction = NOTHING;
  realised: Fraction = NOTHING;
  fees: Fraction = NOTHING;
  funding: Fraction = NOTHING;
  /** What was paid for all that was bought, less what was got for all that was sold; fees and funding apart. */
  paid: Fraction = NOTHING;
  /** Realised elsewhere, and brought along. */
  brought: Fraction = NOTHING;
  readonly lots = {
    fifo: { realised: NOTHING, open: [] as OracleLot[] },
    lifo: { realised: NOTHING, open: [] as OracleLot[] },
  };

  constructor(terms: OracleTerms, entries: readonly OracleEntry[] = []) {
    this.#terms = terms;
    const before: Splitting[] = [];
    for (const entry of inPlace(entries)) {
      this.take(entry, before);
      if (entry.kind === "split") before.push(entry);
    }
  }

  take(entry: OracleEntry, before: readonly Splitting[]): void {
    if (entry.kind === "cash") {
      this.funding = plus(this.funding, fraction(entry.funding));
      this.fees = plus(this.fees, fraction(entry.fees));
    } else if (entry.kind === "split") this.#split(entry);
    else this.#trade(entry, before);
  }

  /** Signed as a gain. */
  unrealised(doubled: string): Fraction {
    if (this.held[0] === 0n) return NOTHING;
    const value = worthAtMark(this.#terms, this.held, doubled);
    return signed(this.#direction(), minus(value, signed(signOf(this.held), this.cost)));
  }

  total(doubled: string): Fraction {
    return plus(minus(plus(this.realised, this.unrealised(doubled)), this.fees), this.funding);
  }

  average(): string | undefined {
    if (this.held[0] === 0n) return undefined;
    const units = times(sizeOf(this.held), fraction(this.#terms.multiplier));
    if (!this.#terms.inverse) return textAt(nearestAt(dividedBy(this.cost, units), MONEY), MONEY);
    return signOf(this.cost) <= 0n ? undefined : textAt(nearestAt(dividedBy(units, this.cost), MONEY), MONEY);
  }

  /** A linear line gains when its value rises, an inverse one when it falls. */
  #direction(): bigint {
    return this.#terms.inverse ? -1n : 1n;
  }

  #trade(entry: Traded, before: readonly Splitting[]): void {
    this.fees = plus(this.fees, fraction(entry.fee));
    this.funding = plus(this.funding, fraction(entry.funding ?? "0"));
    this.#gain(fraction(entry.realised ?? "0"));
    this.brought = plus(this.brought, fraction(entry.realised ?? "0"));
    const first = fraction(entry.qty);
    const now = before
      .filter(({ ts }) => ts > entry.ts)
      .sort((one, other) => one.ts - other.ts)
      .reduce((size, split) => this.#through(size, split), first);
    const isRestated = before.some(({ ts }) => ts > entry.ts);
    const all = () =>
      entry.value === undefined
        ? worthOf(this.#terms, sizeOf(first), fraction(entry.price))
        : fraction(entry.value);
    if (now[0] === 0n && first[0] === 0n) return;
    if (now[0] === 0n) {
      this.paid = plus(this.paid, signed(signOf(first), all()));
      this.#gain(signed(-signOf(first) * this.#direction(), all()));
    } else if (isRestated || entry.value !== undefined) this.#fillWorth(now, all());
    else this.#fillAt(now, fraction(entry.price));
  }

  #gain(amount: Fraction): void {
    this.realised = plus(this.realised, amount);
    for (const method of ["fifo", "lifo"] as const)
      this.lots[method].realised = plus(this.lots[method].realised, amount);
  }

  #fillAt(size: Fraction, price: Fraction): void {
    const closing = this.#closing(size);
    const opening = minus(sizeOf(size), closing);
    this.#fill(size, closing, {
      out: closing[0] === 0n ? NOTHING : worthOf(this.#terms, closing, price),
      into: opening[0] === 0n ? NOTHING : worthOf(this.#terms, opening, price),
    });
  }

  #fillWorth(size: Fraction, value: Fraction): void {
    const closing = this.#closing(size);
    const out = floorAt(dividedBy(times(value, closing), sizeOf(size)), MONEY);
    this.#fill(size, closing, { out, into: minus(value, out) });
  }

  #closing(size: Fraction): Fraction {
    return signOf(size) * signOf(this.held) < 0n ? least(sizeOf(size), sizeOf(this.held)) : NOTHING;
  }

  #fill(size: Fraction, closing: Fraction, { out, into }: { out: Fraction; into: Fraction }): void {
    this.paid = plus(this.paid, signed(signOf(size), plus(out, into)));
    const side = signOf(this.held) * this.#direction();
    if (closing[0] !== 0n) {
      const share = floorAt(dividedBy(times(this.cost, closing), sizeOf(this.held)), MONEY);
      this.realised = plus(this.realised, signed(side, minus(out, share)));
      this.cost = minus(this.cost, share);
      this.#closeLots(closing, out, side);
    }
    const opening = minus(sizeOf(size), closing);
    if (opening[0] !== 0n) {
      this.cost = plus(this.cost, into);
      this.lots.fifo.open.push({ size: opening, cost: into });
      this.lots.lifo.open.push({ size: opening, cost: into });
    }
    this.held = plus(this.held, size);
  }

  #closeLots(closing: Fraction, out: Fraction, side: bigint): void {
    for (const method of ["fifo", "lifo"] as const) {
      const book = this.lots[method];
      let left = closing;
      let cost = NOTHING;
      while (left[0] > 0n) {
        const lot = method === "fifo" ? book.open[0] : book.open.at(-1);
        if (lot === undefined) throw new Error("more is closed than is held");
        const taken = least(left, lot.size);
        const share = isSame(taken, lot.size)
          ? lot.cost
          : floorAt(dividedBy(times(lot.cost, taken), lot.size), MONEY);
        cost = plus(cost, share);
        left = minus(left, taken);
        lot.size = minus(lot.size, taken);
        lot.cost = minus(lot.cost, share);
        book.open = book.open.filter(({ size }) => size[0] !== 0n);
      }
      book.realised = plus(book.realised, signed(side, minus(out, cost)));
    }
  }

  /** A size in new shares; what is cut is paid for. */
  #through(size: Fraction, { from, to, price }: Splitting): Fraction {
    const full = dividedBy(times(size, whole(to)), whole(from));
    const cut = cutAt(full, this.#terms.sizeDecimals);
    const units = times(minus(full, cut), fraction(this.#terms.multiplier));
    const value = this.#terms.inverse ? dividedBy(units, fraction(price)) : times(units, fraction(price));
    this.funding = plus(this.funding, signed(this.#direction(), nearestAt(value, MONEY)));
    return cut;
  }

  #split(split: Splitting): void {
    const side = signOf(this.held);
    this.held = this.#through(this.held, split);
    const isGone = this.held[0] === 0n;
    if (isGone) this.realised = minus(this.realised, signed(side * this.#direction(), this.cost));
    if (isGone) this.cost = NOTHING;
    for (const method of ["fifo", "lifo"] as const) this.#splitLots(method, split, side * this.#direction());
  }

  /** Each boundary between two lots is cut as a position of that size would be. */
  #splitLots(method: "fifo" | "lifo", { from, to }: Splitting, side: bigint): void {
    const book = this.lots[method];
    const boundary = (through: Fraction) =>
      cutAt(dividedBy(times(through, whole(to)), whole(from)), this.#terms.sizeDecimals);
    let through = NOTHING;
    let carried = NOTHING;
    const open: OracleLot[] = [];
    for (const lot of book.open) {
      const before = boundary(through);
      through = plus(through, lot.size);
      const size = minus(boundary(through), before);
      const cost = plus(lot.cost, carried);
      carried = size[0] === 0n ? cost : NOTHING;
      if (size[0] !== 0n) open.push({ size, cost });
    }
    const last = open.at(-1);
    if (last !== undefined) last.cost = plus(last.cost, carried);
    else book.realised = plus(book.realised, signed(-side, carried));
    book.open = open;
  }
}

/** A split goes before the first of those ahead of it that is of its moment or later. */
export function inPlace(entries: readonly OracleEntry[]): OracleEntry[] {
  const order: OracleEntry[] = [];
  for (const entry of entries) {
    const at = order.findIndex((one) => entry.kind === "split" && isBehind(one, entry));
    order.splice(at < 0 ? order.length : at, 0, entry);
  }
  return order;
}

const isBehind = (one: OracleEntry, split: Splitting): boolean =>
  one.ts > split.ts || (one.ts === split.ts && one.kind !== "split");
