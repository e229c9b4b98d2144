/**
 * What the account's book would have made in each of the last bars, scaled, of which its covariances are: kept by differences while a limit asks
 * for them. A weight is what a symbol's line is worth at its larger extreme, signed, in the account's currency.
 */
import {
  RETOLD,
  RETURN_SCALE,
  type ReturnNews,
  type ReturnResolution,
  type SymbolReturns,
} from "../../src/domain/bar-return.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { MONEY_SCALE } from "../../src/domain/money.ts";
import type { BarReturn } from "../../src/quant/covariance/return-window.ts";
import { addWeight, copyOf, scaledProfitsOf, tellBar } from "../../src/quant/covariance/scaled-profits.ts";
import { put, set, type Trail } from "./changes.ts";
import { type Extremes, netOf } from "./extremes.ts";
import { moveClusters } from "./return-clusters.ts";
import { emptyReturnBook, type ReturnBook, SHORTEST_DAY, type Teller } from "./return-records.ts";
import { demandsClusters, demandsReturns, modelOf } from "./risk-model.ts";
import type { Account, RiskState } from "./state.ts";

/** What floats lose with each difference adds up: after so many all is summed anew, which then costs some nanoseconds a change. */
export const MOVES_MAX = 4_096;
/** As for prices that are not known. */
const ASK_AGAIN_MS = 1_000;
const MONEY_ONE = 10 ** MONEY_SCALE;
const RETURN_ONE = 10 ** RETURN_SCALE;

/** Of the account as it is put: another one where other bars are asked for, or where they weigh otherwise. */
export function returnBookFor({ returns }: RiskState, account: Account): ReturnBook {
  const model = modelOf(account);
  const isSame =
    model.resolution === returns.model.resolution &&
    model.lambda === returns.model.lambda &&
    model.minObservations === returns.model.minObservations;
  return isSame ? returns : { ...emptyReturnBook(model), isRead: returns.isRead };
}

/** The width of bars that symbols are to be asked for; undefined while nobody wants them. */
export const wantedReturns = ({ returns, limits }: RiskState): ReturnResolution | undefined =>
  returns.isRead || demandsReturns(limits.limits) ? returns.model.resolution : undefined;

/** Nothing was asked yet: it is at once. */
export const isUnasked = (state: RiskState, symbol: Symbol): boolean =>
  wantedReturns(state) !== undefined && !state.returns.tellers.has(symbol);

/** Whether the symbol is to be asked for its bars. */
export function lacksReturns(state: RiskState, symbol: Symbol): boolean {
  if (wantedReturns(state) === undefined) return false;
  return state.returns.tellers.get(symbol)?.isTorn !== false;
}

/**
 * Those of the book that are to be asked now: all of them now and then, in between those that are on their way, so that who comes later
 * waits for them too and nobody waits again and again for one that cannot be reached.
 */
export function lackingReturns(
  state: RiskState,
  now: number,
  isOnItsWay: (symbol: Symbol) => boolean,
): readonly Symbol[] {
  const { returns, limits } = state;
  if (!demandsReturns(limits.limits)) return [];
  // Between turns, where no trial is under way.
  if (returns.moves >= MOVES_MAX) returns.isStale = true;
  freshen(state);
  if (returns.uncovered.size === 0 && returns.torn.size === 0) return [];
  const lacking = [...returns.uncovered.keys(), ...returns.torn].filter((symbol) =>
    lacksReturns(state, symbol),
  );
  if (now - returns.askedAt < ASK_AGAIN_MS) return lacking.filter(isOnItsWay);
  if (lacking.length > 0) returns.askedAt = now;
  return lacking;
}

/** What a symbol says when it is asked; one of the version before does not know what it is asked for. */
export function learnReturns(state: RiskState, symbol: Symbol, told: SymbolReturns | undefined): void {
  const { returns: book } = state;
  const { resolution } = book.model;
  if (told === undefined && wantedReturns(state) === resolution && !book.tellers.has(symbol))
    book.tellers.set(symbol, { newest: 0, barsPerDay: 1, isTorn: true });
  if (told === undefined || told.resolution !== resolution) return;
  const bars = told.returns.map(([slot, value]): BarReturn => [slot, value / RETURN_ONE]);
  const { kind } = book.covariance.window.retell(symbol, bars);
  const newest = book.covariance.window.newestOf(symbol) ?? 0;
  putTeller(book, symbol, { newest, barsPerDay: told.barsPerDay, isTorn: false });
  book.torn.delete(symbol);
  book.clusters.clear();
  book.moves += 1;
  if (kind === "aligned" || book.weights.has(symbol)) book.isStale = true;
}

/** What its hub tells of bars that have closed or were revised. */
export function followReturns(
  { returns: book }: RiskState,
  symbol: Symbol,
  told: readonly ReturnNews[] | undefined,
): void {
  const teller = book.tellers.get(symbol);
  if (told === undefined || teller === undefined) return;
  for (const [resolution, slot, value, before] of told) {
    if (resolution !== book.model.resolution) continue;
    if (before === RETOLD || (teller.newest > 0 && before > teller.newest)) {
      teller.isTorn = true;
      book.torn.add(symbol);
    } else {
      teller.newest = Math.max(teller.newest, slot);
      takeBar(book, symbol, [slot, value / RETURN_ONE]);
    }
  }
}

function takeBar(book: ReturnBook, symbol: Symbol, bar: BarReturn): void {
  const { covariance, profits, weights, isStale } = book;
  const told = isStale
    ? covariance.window.tell(symbol, bar)
    : tellBar(covariance, profits, weights, symbol, bar);
  book.clusters.clear();
  book.moves += 1;
  if (told.kind === "aligned" || told.kind === "row") book.isStale = true;
  if (book.isStale || told.kind === "nothing" || told.kind === "aligned" || told.kind === "row") return;
  // A column that has left may have been one that a symbol needs.
  if (told.kind === "opened") for (const held of weights.keys()) noteCovered(book, held, undefined);
  else if (weights.has(symbol)) noteCovered(book, symbol, undefined);
}

export function forgetReturns({ returns: book }: RiskState, symbol: Symbol): void {
  book.covariance.window.forget(symbol);
  putTeller(book, symbol, undefined);
  book.torn.delete(symbol);
  book.isStale = true;
}

/** Before lines change along a trail: what would be made anew in the midst of it could not be taken back. */
export function prepareReturns(state: RiskState): void {
  if (state.returns.isStale && demandsReturns(state.limits.limits)) freshen(state);
}

/** A line is worth something else. */
export function moveReturns(
  { returns: book, limits }: Pick<RiskState, "returns" | "limits">,
  symbol: Symbol,
  before: Extremes,
  after: Extremes,
  trail: Trail | undefined,
): void {
  if (book.isStale) return;
  if (!demandsReturns(limits.limits)) {
    book.isStale = true;
    return;
  }
  if (demandsClusters(limits.limits)) moveClusters(book, symbol, before, after, trail);
  moveWeight(book, symbol, weightOf(after), trail);
}

function moveWeight(book: ReturnBook, symbol: Symbol, weight: number, trail: Trail | undefined): void {
  const stood = book.weights.get(symbol) ?? 0;
  if (stood === weight) return;
  const profits = trail === undefined ? book.profits : copyOf(book.profits);
  addWeight(book.covariance, profits, symbol, weight - stood);
  if (trail !== undefined) set(book, "profits", profits, trail);
  set(book, "squares", book.squares + weight * weight - stood * stood, trail);
  put(book.weights, symbol, weight === 0 ? undefined : weight, trail);
  noteCovered(book, symbol, trail);
  book.moves += 1;
  if (book.moves >= MOVES_MAX && trail === undefined) book.isStale = true;
}

function noteCovered(book: ReturnBook, symbol: Symbol, trail: Trail | undefined): void {
  const isUncovered = book.weights.has(symbol) && !isCovered(book, symbol);
  if (isUncovered === book.uncovered.has(symbol)) return;
  put(book.uncovered, symbol, isUncovered || undefined, trail);
  // That others were asked for just now is no reason for this one to wait.
  if (isUncovered) book.askedAt = Number.NEGATIVE_INFINITY;
}

/** Enough of its bars are known. */
export const isCovered = ({ covariance, model }: ReturnBook, symbol: Symbol): boolean =>
  (covariance.window.row(symbol)?.observations ?? 0) >= model.minObservations;

/** Weights of all lines, and what follows from them, where that does not stand. */
export function freshen({ returns: book, symbolLines }: RiskState): void {
  if (!book.isStale) return;
  const { askedAt } = book;
  const wasUncovered = new Set(book.uncovered.keys());
  book.isStale = false;
  book.moves = 0;
  book.weights.clear();
  book.uncovered.clear();
  book.clusters.clear();
  book.squares = 0;
  for (const [symbol, line] of symbolLines) {
    const weight = weightOf(line);
    if (weight === 0) continue;
    book.weights.set(symbol, weight);
    book.squares += weight * weight;
    noteCovered(book, symbol, undefined);
  }
  book.profits = scaledProfitsOf(book.covariance, book.weights);
  if ([...book.uncovered.keys()].every((symbol) => wasUncovered.has(symbol))) book.askedAt = askedAt;
}

export const weightOf = (line: Extremes): number => Number(netOf(line)) / MONEY_ONE;

/** All of them are looked at only where the longest day may have left. */
function putTeller(book: ReturnBook, symbol: Symbol, teller: Teller | undefined): void {
  const { tellers, barsPerDay: longest } = book;
  const before = tellers.get(symbol)?.barsPerDay ?? SHORTEST_DAY;
  const { barsPerDay = SHORTEST_DAY } = teller ?? {};
  if (teller === undefined) tellers.delete(symbol);
  else tellers.set(symbol, teller);
  if (barsPerDay >= longest) book.barsPerDay = barsPerDay;
  else if (before === longest) book.barsPerDay = longestIn(tellers);
}

function longestIn(tellers: ReturnBook["tellers"]): number {
  let longest = SHORTEST_DAY;
  for (const { barsPerDay } of tellers.values()) if (barsPerDay > longest) longest = barsPerDay;
  return longest;
}
