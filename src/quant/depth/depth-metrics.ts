/** Everything that is told of a book's depth: prices and sizes as exact decimal text, ratios as numbers, and a reason where a feed cannot support one. */

import { decimalText } from "../../domain/decimal.ts";
import type { Instrument } from "../../domain/instrument.ts";
import { MONEY_SCALE, moneyText } from "../../domain/money.ts";
import { isInverse } from "../../domain/worth.ts";
import type { BookSide, BookSideName, BookView } from "../book/book.ts";
import { type DepthWindow, WINDOW_MS, type WindowSums } from "./depth-window.ts";
import { depthWithin } from "./depth-within.ts";
import { distanceWeightedImbalance, imbalance } from "./imbalance.ts";
import { liquidityScore, SCORE_WEIGHTS, type ScorePart, STANDARD_NOTIONAL } from "./score.ts";
import { type Sweep, sweepCost, sweepSize, sweepValue, type Taker } from "./sweep.ts";
import { doubleMid, microprice, midOf, spreadOf, type Touch } from "./touch.ts";

/** How near to the middle depth is counted. */
export const DEPTH_BPS = [5, 10, 25] as const;
const SCORED_BPS = 10;
/** As far as the widest depth is counted. */
export const WEIGHTED_REACH_BPS = 25;

export type Terms = Pick<Instrument, "priceScale" | "sizeScale" | "tickSize" | "notionalUnit" | "contract">;
/** A size at the instrument's scale, or a value in 10⁻¹² of its currency. */
export type SweepAsked = { readonly size: number } | { readonly notional: bigint };

export type MeasuredBook = {
  readonly ts: number;
  readonly book: BookView;
  readonly window: DepthWindow;
  /** Whether the symbol has heard a trade: without any, what was traded and what was cancelled look the same. */
  readonly hasTrades: boolean;
};

export type Unsupported = {
  readonly unsupported: "snapshots-only" | "no-trades" | "one-sided" | "crossed" | "inverse-contract";
};

/** `levels` is how many of each side the widest plain imbalance takes. */
export function depthMetrics(
  measured: MeasuredBook,
  terms: Terms,
  levels: number,
  asked: readonly SweepAsked[],
) {
  const { ts, window } = measured;
  const book = sidesOf(measured.book);
  const { touch } = book;
  const sums = window.sums();
  return {
    ts,
    mid: touch === undefined ? null : decimalText(doubleMid(touch) * 5n, terms.priceScale + 1),
    microprice: touch === undefined ? null : microprice(touch) / 10 ** terms.priceScale,
    spread: touch === undefined ? null : spreadText(touch, terms),
    spreadWindow: spreadWindow(sums, terms),
    imbalance: imbalances(book, levels),
    depth: touch === undefined ? [] : DEPTH_BPS.map((bps) => depthText(book, touch, bps, terms)),
    sweeps: sweeps(book, terms, asked),
    updatesPerSecond: updatesPerSecond(sums),
    resilience: window.hasDeltas ? resilience(sums, window) : SNAPSHOTS_ONLY,
    cancels: cancels(measured, sums, terms),
    score: score(book, terms, sums),
  };
}
export type DepthMetrics = ReturnType<typeof depthMetrics>;

const STANDARD_SWEEP: SweepAsked = { notional: BigInt(STANDARD_NOTIONAL) * 10n ** BigInt(MONEY_SCALE) };

/** What is swept where nobody asks for anything else: nothing in an inverse contract, whose price × size is no money. */
export const standardSweeps = (terms: Pick<Terms, "contract">): readonly SweepAsked[] =>
  isInverse(terms) ? [] : [STANDARD_SWEEP];

/** Σ price × size as money. */
const notionalText = (value: bigint, terms: Terms): string | null =>
  isInverse(terms) ? null : moneyText(value * terms.notionalUnit);

const SNAPSHOTS_ONLY: Unsupported = { unsupported: "snapshots-only" };

/** A book's levels, listed once for all that is measured. */
type Sides = {
  readonly touch: Touch | undefined;
  readonly bids: BookSide;
  readonly asks: BookSide;
  readonly knownTo: { readonly [Side in BookSideName]: number | undefined };
};

export function touchOf({ bestBid: bid, bestAsk: ask }: BookView): Touch | undefined {
  return bid === undefined || ask === undefined ? undefined : { bid, ask };
}

const sidesOf = (book: BookView): Sides => ({
  touch: touchOf(book),
  bids: book.levels("bids"),
  asks: book.levels("asks"),
  knownTo: { bids: book.knownTo("bids"), asks: book.knownTo("asks") },
});

function spreadText(touch: Touch, { priceScale, tickSize }: Terms) {
  const { absolute, bps, ticks } = spreadOf(touch, tickSize);
  return { absolute: decimalText(absolute, priceScale), bps, ticks };
}

/** Averages over the time in which both sides stood; null before there was any. */
function spreadWindow(sums: WindowSums | undefined, { priceScale, tickSize }: Terms) {
  if (sums === undefined || sums.twoSidedMs === 0) return null;
  const { observedMs, twoSidedMs } = sums;
  const absolute = sums.spread / twoSidedMs;
  return {
    windowMs: WINDOW_MS,
    observedMs,
    twoSidedMs,
    absolute: absolute / 10 ** priceScale,
    bps: sums.spreadBps / twoSidedMs,
    ticks: absolute / tickSize,
  };
}

function imbalances({ bids, asks, touch }: Sides, levels: number) {
  return {
    top1: imbalance(bids, asks, 1),
    top5: imbalance(bids, asks, 5),
    levels,
    topLevels: imbalance(bids, asks, levels),
    reachBps: WEIGHTED_REACH_BPS,
    distanceWeighted:
      touch === undefined ? null : distanceWeightedImbalance(bids, asks, midOf(touch), WEIGHTED_REACH_BPS),
  };
}

function depthText(book: Sides, touch: Touch, bps: number, terms: Terms) {
  const side = (name: BookSideName) => {
    const { size, value, complete } = within(book, name, touch, bps);
    return {
      size: decimalText(size, terms.sizeScale),
      notional: notionalText(value, terms),
      complete,
    };
  };
  return { bps, bids: side("bids"), asks: side("asks") };
}

const within = (book: Sides, name: BookSideName, touch: Touch, bps: number) =>
  depthWithin(name, book[name], doubleMid(touch), bps, book.knownTo[name]);

const TAKERS: readonly Taker[] = ["buy", "sell"];
const takenSide = (taker: Taker): BookSideName => (taker === "buy" ? "asks" : "bids");

function sweeps(book: Sides, terms: Terms, asked: readonly SweepAsked[]) {
  return asked.flatMap((ask) => TAKERS.map((side) => sweepText(book, terms, side, ask)));
}

function sweepText(book: Sides, terms: Terms, side: Taker, asked: SweepAsked) {
  const { sweep, cost } = swept(book, terms, side, asked);
  return {
    side,
    ...("size" in asked
      ? { size: decimalText(asked.size, terms.sizeScale) }
      : { notional: moneyText(asked.notional) }),
    filledSize: decimalText(sweep.filled, terms.sizeScale),
    filledNotional: notionalText(sweep.value, terms),
    exhausted: sweep.exhausted,
    complete: isKnown(book, takenSide(side), sweep.worst),
    worstPrice: sweep.worst === undefined ? null : decimalText(sweep.worst, terms.priceScale),
    averagePrice: cost === null ? null : cost.vwap / 10 ** terms.priceScale,
    slippageMidBps: cost?.slippageMidBps ?? null,
    slippageTouchBps: cost?.slippageTouchBps ?? null,
  };
}

/** Whether every level up to that price is known. */
function isKnown({ knownTo }: Sides, name: BookSideName, price: number | undefined): boolean {
  const farthest = knownTo[name];
  if (price === undefined || farthest === undefined) return true;
  return name === "asks" ? price <= farthest : price >= farthest;
}

function swept(book: Sides, terms: Terms, taker: Taker, asked: SweepAsked) {
  const side = book[takenSide(taker)];
  const sweep: Sweep =
    "size" in asked ? sweepSize(side, asked.size) : sweepValue(side, asked.notional / terms.notionalUnit);
  return { sweep, cost: sweepCost(taker, sweep, side.prices[0] ?? 0, book.touch) };
}

/** Null until a moment of the book was seen to its end. */
function updatesPerSecond(sums: WindowSums | undefined): number | null {
  return sums === undefined || sums.observedMs === 0 ? null : sums.updates / (sums.observedMs / 1_000);
}

function resilience(sums: WindowSums | undefined, { shocksUnderWay }: DepthWindow) {
  const { shocks = 0, recovered = 0, unrecovered = 0, recoveryMs = 0 } = sums ?? {};
  return {
    shocks,
    recovered,
    unrecovered,
    underWay: shocksUnderWay,
    meanRecoveryMs: recovered === 0 ? null : recoveryMs / recovered,
  };
}

/** What left the book and was not traded was cancelled: in sums over the window, since no feed says it of a level. */
function cancels({ window, hasTrades }: MeasuredBook, sums: WindowSums | undefined, { sizeScale }: Terms) {
  // A feed of whole books does not say what was added and taken away.
  if (!window.hasDeltas) return SNAPSHOTS_ONLY;
  if (!hasTrades) return { unsupported: "no-trades" } satisfies Unsupported;
  const { added = 0, removed = 0, traded = 0 } = sums ?? {};
  const unit = 10 ** sizeScale;
  return {
    addedSize: added / unit,
    removedSize: removed / unit,
    tradedSize: traded / unit,
    rate: removed === 0 ? null : Math.max(0, removed - traded) / removed,
  };
}

function score(book: Sides, terms: Terms, sums: WindowSums | undefined) {
  const { touch } = book;
  if (isInverse(terms)) return { unsupported: "inverse-contract" } satisfies Unsupported;
  if (touch === undefined) return { unsupported: "one-sided" } satisfies Unsupported;
  if (touch.bid[0] > touch.ask[0]) return { unsupported: "crossed" } satisfies Unsupported;
  const notionalOf = (name: BookSideName) =>
    Number(within(book, name, touch, SCORED_BPS).value * terms.notionalUnit) / 10 ** MONEY_SCALE;
  const costOf = (taker: Taker): number => {
    const { sweep, cost } = swept(book, terms, taker, STANDARD_SWEEP);
    return sweep.exhausted ? Number.POSITIVE_INFINITY : (cost?.slippageMidBps ?? Number.POSITIVE_INFINITY);
  };
  const scored = liquidityScore({
    spreadBps: spreadOf(touch, terms.tickSize).bps,
    depthNotional: Math.min(notionalOf("bids"), notionalOf("asks")),
    sweepBps: Math.max(costOf("buy"), costOf("sell")),
    updatesPerSecond: updatesPerSecond(sums) ?? undefined,
  });
  if (scored === undefined) return null;
  const part = (name: ScorePart) => ({ value: scored.parts[name], weight: SCORE_WEIGHTS[name] as number });
  const { version, value } = scored;
  const parts = {
    spread: part("spread"),
    depth: part("depth"),
    sweep: part("sweep"),
    updates: part("updates"),
  };
  return { version, value, parts };
}
