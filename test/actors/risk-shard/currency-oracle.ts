/**
 * An account of several currencies, worked out anew from its fills, cash, orders and marks each time it is asked: fractions of whole
 * numbers, rounded where the contract says that they are. Money is in 10⁻¹², quantities and prices as integers at their scales.
 */
export type Contract = { currency: string; inverse: boolean; unit: bigint; priceScale: number };
export type Fill = { symbol: string; strategy: string; qty: bigint; price: bigint; fee: bigint };
export type Worked = { symbol: string; strategy: string; side: 1 | -1; qty: bigint };
export type Mark = { last?: bigint; bid?: bigint; ask?: bigint };
export type Figures = { cash: bigint; realised: bigint; unrealised: bigint; fees: bigint; funding: bigint };
type Fraction = { num: bigint; den: bigint };
type Book = { qty: bigint; cost: bigint; realised: bigint; fees: bigint };

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const min = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const max = (one: bigint, other: bigint): bigint => (one > other ? one : other);

export function halfEven({ num, den }: Fraction): bigint {
  const [whole, rest] = [abs(num) / den, abs(num) % den];
  const up = 2n * rest > den || (2n * rest === den && whole % 2n === 1n);
  return (num < 0n ? -1n : 1n) * (up ? whole + 1n : whole);
}

function floor(num: bigint, den: bigint): bigint {
  const quotient = num / den;
  return num % den !== 0n && num < 0n ? quotient - 1n : quotient;
}

/** Twice the mark: the last trade, else the middle of a quote that is not crossed. */
function doubled(mark: Mark | undefined): bigint | undefined {
  if (mark?.last !== undefined) return 2n * mark.last;
  const { bid, ask } = mark ?? {};
  return bid === undefined || ask === undefined || bid > ask ? undefined : bid + ask;
}

export class CurrencyOracle {
  readonly contracts = new Map<string, Contract>();
  readonly marks = new Map<string, Mark>();
  readonly fills: Fill[] = [];
  readonly cash: { currency: string; amount: bigint }[] = [];
  readonly own: string;
  readonly start: bigint;
  readonly fx: Readonly<Record<string, string>>;

  constructor(own: string, start: bigint, fx: Readonly<Record<string, string>>) {
    this.own = own;
    this.start = start;
    this.fx = fx;
  }

  contract(symbol: string): Contract {
    return this.contracts.get(symbol)!;
  }

  /** What one of the currency is in the account's. */
  rate(currency: string): Fraction | undefined {
    if (currency === this.own) return { num: 1n, den: 1n };
    const symbol = this.fx[currency];
    const mark = symbol === undefined ? undefined : doubled(this.marks.get(symbol));
    if (symbol === undefined || mark === undefined) return undefined;
    const { currency: quoted, priceScale } = this.contract(symbol);
    const one = 2n * 10n ** BigInt(priceScale);
    return quoted === this.own ? { num: mark, den: one } : { num: one, den: mark };
  }

  /** Of one unit in its own currency at the mark. */
  worth(symbol: string): Fraction | undefined {
    const mark = doubled(this.marks.get(symbol));
    if (mark === undefined) return undefined;
    const { inverse, unit } = this.contract(symbol);
    return inverse ? { num: 2n * unit, den: mark } : { num: unit * mark, den: 2n };
  }

  /** Of a quantity in the account's currency, rounded once; a linear one in it is cut. */
  value(symbol: string, qty: bigint): bigint | undefined {
    const { inverse, currency } = this.contract(symbol);
    const [worth, rate] = [this.worth(symbol), this.rate(currency)];
    if (worth === undefined || rate === undefined) return undefined;
    if (!inverse && currency === this.own) return (qty * worth.num) / worth.den;
    return halfEven({ num: qty * worth.num * rate.num, den: worth.den * rate.den });
  }

  held(symbol: string, strategy?: string): bigint {
    let sum = 0n;
    for (const fill of this.fills)
      if (fill.symbol === symbol && (strategy === undefined || fill.strategy === strategy)) sum += fill.qty;
    return sum;
  }

  /** Gross, long, short and both sums of one line. Without a price or a rate it counts nothing. */
  line(symbol: string, worked: readonly Worked[], strategy?: string) {
    const reserved = (side: 1 | -1): bigint =>
      worked
        .filter((one) => one.symbol === symbol && one.side === side)
        .filter((one) => strategy === undefined || one.strategy === strategy)
        .reduce((sum, { qty }) => sum + qty, 0n);
    const pos = this.held(symbol, strategy);
    const high = this.value(symbol, pos + reserved(1)) ?? 0n;
    const low = this.value(symbol, pos - reserved(-1)) ?? 0n;
    return { high, low, long: max(high, 0n), short: max(-low, 0n), gross: max(abs(high), abs(low)) };
  }

  totals(worked: readonly Worked[], strategy?: string) {
    const sum = { high: 0n, low: 0n, long: 0n, short: 0n, gross: 0n };
    for (const symbol of this.contracts.keys()) {
      const line = this.line(symbol, worked, strategy);
      for (const key of ["high", "low", "long", "short", "gross"] as const) sum[key] += line[key];
    }
    return sum;
  }

  /** Average cost of one line, fill by fill. */
  book(symbol: string, strategy: string): Book {
    let book: Book = { qty: 0n, cost: 0n, realised: 0n, fees: 0n };
    for (const fill of this.fills)
      if (fill.symbol === symbol && fill.strategy === strategy) book = this.#after(book, fill);
    return book;
  }

  #after(before: Book, fill: Fill): Book {
    const closes = before.qty !== 0n && before.qty > 0n !== fill.qty > 0n;
    const closed = closes ? min(abs(before.qty), abs(fill.qty)) : 0n;
    const out = closed === 0n ? 0n : floor(before.cost * closed, abs(before.qty));
    const { inverse } = this.contract(fill.symbol);
    const sign = (before.qty > 0n ? 1n : -1n) * (inverse ? -1n : 1n);
    const opened = abs(fill.qty) - closed;
    return {
      qty: before.qty + fill.qty,
      cost: before.cost - out + this.#traded(fill, opened),
      realised: before.realised + sign * (this.#traded(fill, closed) - out),
      fees: before.fees + fill.fee,
    };
  }

  #traded({ symbol, price }: Fill, qty: bigint): bigint {
    const { inverse, unit } = this.contract(symbol);
    return inverse ? halfEven({ num: qty * unit, den: price }) : qty * unit * price;
  }

  /** Of one currency, in it. */
  figures(currency: string): Figures {
    const sum = { cash: 0n, realised: 0n, unrealised: 0n, fees: 0n, funding: 0n };
    for (const moved of this.cash) if (moved.currency === currency) sum.cash += moved.amount;
    const lines = new Set(this.fills.map(({ symbol, strategy }) => `${symbol}/${strategy}`));
    for (const key of lines) {
      const [symbol = "", strategy = ""] = key.split("/");
      const contract = this.contract(symbol);
      if (contract.currency !== currency) continue;
      const { qty, cost, realised, fees } = this.book(symbol, strategy);
      sum.realised += realised;
      sum.fees += fees;
      const worth = this.worth(symbol);
      if (qty === 0n || worth === undefined) continue;
      const product = qty * worth.num;
      const value = contract.inverse ? halfEven({ num: product, den: worth.den }) : product / worth.den;
      const gain = value - (qty > 0n ? cost : -cost);
      sum.unrealised += contract.inverse ? -gain : gain;
    }
    return sum;
  }

  /** In the account's currency, each part rounded for itself; undefined without a rate. */
  converted(currency: string): Figures | undefined {
    const rate = this.rate(currency);
    if (rate === undefined) return undefined;
    const to = (amount: bigint): bigint => halfEven({ num: amount * rate.num, den: rate.den });
    const { cash, realised, unrealised, fees, funding } = this.figures(currency);
    return {
      cash: to(cash),
      realised: to(realised),
      unrealised: to(unrealised),
      fees: to(fees),
      funding: to(funding),
    };
  }

  currencies(): string[] {
    return [...new Set([this.own, ...Object.keys(this.fx)])];
  }

  /** Currencies with something in them that no rate leads from. */
  unconverted(): number {
    const isUsed = (currency: string) =>
      Object.values(this.figures(currency)).some((amount) => amount !== 0n);
    return this.currencies().filter((currency) => this.rate(currency) === undefined && isUsed(currency))
      .length;
  }

  equity(): bigint {
    let sum = this.start;
    for (const currency of this.currencies()) {
      const figures = this.converted(currency);
      if (figures === undefined) continue;
      const { cash, realised, unrealised, fees, funding } = figures;
      sum += cash + realised + unrealised - fees + funding;
    }
    return sum;
  }
}
