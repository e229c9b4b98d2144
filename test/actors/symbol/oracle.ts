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
  /** One of our own words for what it counts for. */
  readonly flag?: string;
};
export type OracleQuote = { readonly ts: number };
export type OracleNotice = {
  readonly kind: "cancel" | "correct";
  readonly ts: number;
  readonly id: string;
  readonly price?: number;
  readonly size?: number;
};

type Standing = { readonly closedUntil: number; readonly endedAt: number };
type Kept = OracleTrade & {
  readonly arrival: number;
  /** How bars stood when it was taken, cancelled and corrected. */
  readonly standings: Standing[];
  price: number;
  size: number;
  cancelled: boolean;
  noticed: number;
};
type Pending = {
  readonly watermark: number;
  readonly trade?: OracleTrade;
  readonly notice?: OracleNotice;
};

const GRACE = 2_000;
const HORIZON = 900_000;

/** By our own words: open and close, high and low, volume. */
const FLAGS: Readonly<Record<string, string>> = {
  "odd-lot": "v",
  "out-of-sequence": "hv",
  "corrected-close": "oh",
  "official-close": "",
};
const counts = ({ flag }: OracleTrade, part: "o" | "h" | "v"): boolean =>
  (FLAGS[flag ?? ""] ?? "ohv").includes(part);
const countsAtAll = (trade: OracleTrade): boolean => counts(trade, "h") || counts(trade, "v");

export class BarOracle {
  readonly #spans: SpanOracle;
  readonly #folds: "late" | "nothing";
  readonly #kept: Kept[] = [];
  readonly #names = new Set<string>();
  #pending: Pending[] = [];
  watermark = Number.NEGATIVE_INFINITY;
  closedUntil = Number.NEGATIVE_INFINITY;
  endedAt = Number.NEGATIVE_INFINITY;
  #first: number | undefined;
  #arrivals = 0;
  late = 0;
  folded = 0;

  /** A late quote is never folded in. */
  constructor(
    terms: { readonly timezone: string; readonly session: string },
    folds: "late" | "nothing" = "late",
  ) {
    this.#spans = new SpanOracle(terms);
    this.#folds = folds;
  }

  trade(trade: OracleTrade): "accepted" | "duplicates" | "late" {
    const name = trade.id ?? (trade.seq === undefined ? undefined : `${trade.source} ${trade.seq}`);
    const key = trade.id === undefined ? `s ${name}` : `i ${name}`;
    if (name !== undefined && this.#names.has(key)) return "duplicates";
    this.#names.add(key);
    if (this.watermark - trade.ts > HORIZON) return this.#wait({ trade });
    this.#hear(trade.ts);
    this.#keep(trade);
    return "accepted";
  }

  quote({ ts }: OracleQuote): "accepted" | "late" {
    if (this.watermark - ts > HORIZON) {
      this.late += 1;
      return "late";
    }
    this.#hear(ts);
    return "accepted";
  }

  notice(notice: OracleNotice): "accepted" | "duplicates" | "late" | "rejected" {
    if (this.#pending.some((one) => isSame(one.notice, notice))) return "duplicates";
    const kept = this.#named(notice.id);
    if (kept === undefined) return this.#names.has(`i ${notice.id}`) ? this.#wait({ notice }) : "rejected";
    if (isNoNews(kept, notice)) return "duplicates";
    if (kept.cancelled) return "rejected";
    if (this.watermark - kept.ts > HORIZON) return this.#wait({ notice });
    this.#amend(kept, notice);
    return "accepted";
  }

  /** The alarm, at a moment of the clock. */
  closeByClock(until: number): void {
    this.closedUntil = Math.max(this.closedUntil, until);
  }

  /** The feed ends where it is. */
  end(): void {
    this.endedAt = this.watermark;
  }

  /** At the end of a turn, of trades alone: what waits for the close of a day that has closed. */
  fold(): void {
    const [first] = this.#pending;
    if (first === undefined || !this.#isClosed("1D", first.watermark)) return;
    const waiting = this.#pending;
    this.#pending = [];
    for (const { trade, notice } of waiting) {
      if (trade !== undefined) this.#foldTrade(trade);
      else if (notice !== undefined) this.#foldNotice(notice);
    }
  }

  bars(resolution: string): BarObject[] {
    const groups = Map.groupBy(this.#kept.filter(countsAtAll), ({ ts }) => this.#span(resolution, ts).start);
    return [...groups]
      .flatMap(([, trades]) => this.#bar(resolution, trades) ?? [])
      .sort((one, other) => one.t - other.t);
  }

  /** Σ price × size of the bar that starts then. */
  priceVolume(resolution: string, t: number): string {
    const trades = this.#standing("v").filter(({ ts }) => this.#span(resolution, ts).start === t);
    return text(
      trades.reduce((sum, { price, size }) => sum + BigInt(price) * BigInt(size), 0n),
      5,
    );
  }

  /** Newest trade in the order of trades. */
  last(): OracleTrade | undefined {
    return this.#standing("o").at(-1);
  }

  /** The day of the watermark, and the close before it. */
  day(): { bar: BarObject | undefined; volume: string; previousClose: string | null } {
    const { start, end } = this.#span("1D", this.watermark);
    const before = this.#standing("o")
      .filter(({ ts }) => ts < start)
      .at(-1);
    const today = this.#standing("v").filter(({ ts }) => start <= ts && ts < end);
    const volume = today.reduce((sum, { size }) => sum + BigInt(size), 0n);
    return {
      bar: this.bars("1D").find(({ t }) => t === start),
      volume: text(volume, 3),
      previousClose: before === undefined ? null : text(BigInt(before.price), 2),
    };
  }

  #standing(part: "o" | "h" | "v", trades: readonly Kept[] = this.#kept): Kept[] {
    return sorted(trades.filter((trade) => !trade.cancelled && counts(trade, part)));
  }

  #bar(resolution: string, trades: readonly Kept[]): BarObject | undefined {
    const { start, closesAt } = this.#span(resolution, trades[0]!.ts);
    const inOrder = this.#standing("o", trades);
    if (inOrder.length === 0) return undefined;
    const traded = this.#standing("v", trades);
    const v = traded.reduce((sum, { size }) => sum + BigInt(size), 0n);
    const pv = traded.reduce((sum, { price, size }) => sum + BigInt(price) * BigInt(size), 0n);
    const rev = trades
      .flatMap(({ standings }) => standings)
      .filter(({ closedUntil, endedAt }) => closesAt <= closedUntil || start <= endedAt).length;
    const prices = this.#standing("h", trades).map(({ price }) => price);
    return {
      t: start,
      o: text(BigInt(inOrder[0]!.price), 2),
      h: text(BigInt(Math.max(...prices)), 2),
      l: text(BigInt(Math.min(...prices)), 2),
      c: text(BigInt(inOrder.at(-1)!.price), 2),
      v: text(v, 3),
      n: trades.filter(({ cancelled }) => !cancelled).length,
      vw: v === 0n ? null : text(halfEven(pv * 10n ** 6n, v), 8),
      rev,
      state: closesAt > this.closedUntil && start > this.endedAt ? "forming" : rev > 0 ? "revised" : "final",
      ...(start <= (this.#first ?? 0) ? { partial: true as const } : {}),
    };
  }

  #wait(waiting: Omit<Pending, "watermark">): "late" {
    this.late += 1;
    if (this.#folds === "late") this.#pending.push({ ...waiting, watermark: this.watermark });
    return "late";
  }

  #keep(trade: OracleTrade): void {
    const { closedUntil, endedAt } = this;
    const standings = [{ closedUntil, endedAt }];
    this.#kept.push({ ...trade, arrival: this.#arrivals, standings, cancelled: false, noticed: 0 });
  }

  #foldTrade(trade: OracleTrade): void {
    this.#arrivals += 1;
    this.folded += 1;
    this.#keep(trade);
  }

  #foldNotice(notice: OracleNotice): void {
    const kept = this.#named(notice.id);
    if (kept === undefined || kept.cancelled || isNoNews(kept, notice)) return;
    this.folded += 1;
    this.#amend(kept, notice);
  }

  #amend(kept: Kept, { kind, ts, price, size }: OracleNotice): void {
    const { closedUntil, endedAt } = this;
    this.#arrivals += 1;
    kept.standings.push({ closedUntil, endedAt });
    kept.noticed = ts;
    if (kind === "cancel") kept.cancelled = true;
    kept.price = price ?? kept.price;
    kept.size = size ?? kept.size;
  }

  #named(id: string): Kept | undefined {
    return this.#kept.find((trade) => trade.id === id);
  }

  #isClosed(resolution: string, at: number): boolean {
    const { start, closesAt } = this.#span(resolution, at);
    return closesAt <= this.closedUntil || start <= this.endedAt;
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

const isSame = (one: OracleNotice | undefined, other: OracleNotice): boolean =>
  one !== undefined &&
  one.kind === other.kind &&
  one.id === other.id &&
  one.price === other.price &&
  one.size === other.size;

/** Older than what was said since, or it changes nothing. */
function isNoNews({ cancelled, noticed, ...kept }: Kept, { kind, ts, price, size }: OracleNotice): boolean {
  if (ts < noticed) return true;
  if (kind === "cancel") return cancelled;
  return !cancelled && (price ?? kept.price) === kept.price && (size ?? kept.size) === kept.size;
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
