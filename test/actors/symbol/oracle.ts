/**
 * Bars recomputed from all trades by brute force, by another road than the code under test: every trade is kept, every bar is built
 * from scratch out of the trades in it, and whether a bar was closed is worked out from the history of the watermark.
 */
import type { BarObject } from "../../../src/contracts/bars.ts";
import { type OracleSpan, SpanOracle } from "../../quant/span-oracle.ts";

export type OracleTrade = {
  readonly ts: number;
  /** In hundredths, and thousandths. */
  readonly price: number;
  readonly size: number;
  readonly id?: string;
  readonly seq?: number;
  readonly source: string;
};
export type OracleQuote = { readonly ts: number };

type Kept = OracleTrade & {
  readonly arrival: number;
  readonly closedUntil: number;
  readonly endedAt: number;
};

const GRACE = 2_000;
const HORIZON = 900_000;

export class BarOracle {
  readonly #spans: SpanOracle;
  readonly #kept: Kept[] = [];
  readonly #pending: { readonly trade: OracleTrade; readonly watermark: number }[] = [];
  readonly #names = new Set<string>();
  watermark = Number.NEGATIVE_INFINITY;
  closedUntil = Number.NEGATIVE_INFINITY;
  endedAt = Number.NEGATIVE_INFINITY;
  #first: number | undefined;
  #arrivals = 0;
  late = 0;

  constructor(terms: { readonly timezone: string; readonly session: string }) {
    this.#spans = new SpanOracle(terms);
  }

  trade(trade: OracleTrade): "accepted" | "duplicates" | "late" {
    const name = trade.id ?? (trade.seq === undefined ? undefined : `${trade.source} ${trade.seq}`);
    const key = trade.id === undefined ? `s ${name}` : `i ${name}`;
    if (name !== undefined && this.#names.has(key)) return "duplicates";
    this.#names.add(key);
    if (this.watermark - trade.ts > HORIZON) {
      this.late += 1;
      this.#pending.push({ trade, watermark: this.watermark });
      return "late";
    }
    this.#hear(trade.ts);
    this.#keep(trade);
    return "accepted";
  }

  /** A turn is over: what came too late is folded in where the day in which the first of it came has closed. */
  settle(): void {
    const [first] = this.#pending;
    if (first === undefined) return;
    const { start, closesAt } = this.#span("1D", first.watermark);
    if (closesAt > this.closedUntil && start > this.endedAt) return;
    for (const { trade } of this.#pending.splice(0)) {
      this.#arrivals += 1;
      this.#keep(trade);
    }
  }

  #keep(trade: OracleTrade): void {
    const { closedUntil, endedAt } = this;
    this.#kept.push({ ...trade, arrival: this.#arrivals, closedUntil, endedAt });
  }

  quote({ ts }: OracleQuote): "accepted" | "late" {
    if (this.watermark - ts > HORIZON) {
      this.late += 1;
      return "late";
    }
    this.#hear(ts);
    return "accepted";
  }

  /** The alarm, at a moment of the clock. */
  closeByClock(until: number): void {
    if (until <= this.closedUntil) return;
    this.closedUntil = until;
    this.settle();
  }

  /** The feed ends where it is. */
  end(): void {
    if (this.watermark <= this.endedAt) return;
    this.endedAt = this.watermark;
    this.settle();
  }

  bars(resolution: string): BarObject[] {
    const groups = Map.groupBy(this.#kept, ({ ts }) => this.#span(resolution, ts).start);
    return [...groups]
      .map(([, trades]) => this.#bar(resolution, trades))
      .sort((one, other) => one.t - other.t);
  }

  /** Σ price × size of the bar that starts then. */
  priceVolume(resolution: string, t: number): string {
    const trades = this.#kept.filter(({ ts }) => this.#span(resolution, ts).start === t);
    return text(
      trades.reduce((sum, { price, size }) => sum + BigInt(price) * BigInt(size), 0n),
      5,
    );
  }

  /** Newest trade in the order of trades. */
  last(): OracleTrade | undefined {
    return sorted(this.#kept).at(-1);
  }

  /** The day of the watermark, and the close before it. */
  day(): { bar: BarObject | undefined; previousClose: string | null } {
    const { start } = this.#span("1D", this.watermark);
    const before = sorted(this.#kept.filter(({ ts }) => ts < start)).at(-1);
    return {
      bar: this.bars("1D").find(({ t }) => t === start),
      previousClose: before === undefined ? null : text(BigInt(before.price), 2),
    };
  }

  #bar(resolution: string, trades: readonly Kept[]): BarObject {
    const inOrder = sorted(trades);
    const { start, closesAt } = this.#span(resolution, inOrder[0]!.ts);
    const v = inOrder.reduce((sum, { size }) => sum + BigInt(size), 0n);
    const pv = inOrder.reduce((sum, { price, size }) => sum + BigInt(price) * BigInt(size), 0n);
    const rev = trades.filter(
      ({ closedUntil, endedAt }) => closesAt <= closedUntil || start <= endedAt,
    ).length;
    const prices = inOrder.map(({ price }) => price);
    return {
      t: start,
      o: text(BigInt(prices[0]!), 2),
      h: text(BigInt(Math.max(...prices)), 2),
      l: text(BigInt(Math.min(...prices)), 2),
      c: text(BigInt(prices.at(-1)!), 2),
      v: text(v, 3),
      n: inOrder.length,
      vw: text(halfEven(pv * 10n ** 6n, v), 8),
      rev,
      state: closesAt > this.closedUntil && start > this.endedAt ? "forming" : rev > 0 ? "revised" : "final",
      ...(start <= (this.#first ?? 0) ? { partial: true as const } : {}),
    };
  }

  #hear(ts: number): void {
    this.#arrivals += 1;
    this.#first ??= ts;
    this.watermark = Math.max(this.watermark, ts);
    this.closedUntil = Math.max(this.closedUntil, this.watermark - GRACE);
  }

  #span(resolution: string, ts: number): OracleSpan {
    return this.#spans.spanOf(resolution, ts);
  }
}

const sorted = (trades: readonly Kept[]): Kept[] =>
  [...trades].sort((a, b) => a.ts - b.ts || ordinal(a) - ordinal(b) || a.arrival - b.arrival);

function ordinal({ seq, id }: OracleTrade): number {
  if (seq !== undefined) return seq;
  return id !== undefined && /^(0|[1-9]\d*)$/.test(id) ? Number(id) : 0;
}

/** Ties to even, for positive numbers. */
function halfEven(numerator: bigint, denominator: bigint): bigint {
  const down = numerator / denominator;
  const rest = 2n * (numerator % denominator);
  if (rest === denominator) return down % 2n === 0n ? down : down + 1n;
  return rest > denominator ? down + 1n : down;
}

function text(value: bigint, scale: number): string {
  const digits = String(value).padStart(scale + 1, "0");
  const [whole, fraction] = [digits.slice(0, -scale), digits.slice(-scale).replace(/0+$/, "")];
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
