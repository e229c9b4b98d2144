/** Long, short, gross and net of symbols, strategies and the account: sums that an order, a fill or a price changes by its difference. */
import type { Symbol } from "../../src/domain/ids.ts";
import { valueOf, type Worth } from "../../src/domain/worth.ts";
import { NO_LINE, NO_TOTALS } from "./book-records.ts";
import { moveSums } from "./book-sums.ts";
import { put, set, type Trail } from "./changes.ts";
import { rankDays } from "./days-book.ts";
import { extremesOf, grossOf, longOf, shortOf } from "./extremes.ts";
import { accountWorth, fxOf } from "./fx.ts";
import { moveReturns, prepareReturns } from "./return-book.ts";
import { type Line, lineKey, type RiskState, type SymbolLine, type Totals } from "./state.ts";
import { usableMark } from "./valuation.ts";

export type LineChange = {
  readonly pos: bigint;
  readonly buys: bigint;
  readonly sells: bigint;
  readonly working: number;
};
const EMPTY: SymbolLine = { ...NO_LINE, strategies: [] };

/** Adds to what is held and worked in a symbol by a strategy, and with it by the account. */
export function changeLine(
  state: RiskState,
  symbol: Symbol,
  strategy: string,
  change: LineChange,
  trail?: Trail,
): void {
  if (trail !== undefined) prepareReturns(state);
  const worth = worthIn(state, symbol);
  const key = lineKey(symbol, strategy);
  const own = state.strategyLines.get(key) ?? EMPTY;
  const ownAfter = valued(summed(own, change), worth);
  putStrategyLine(state, key, strategy, own, ownAfter, trail);

  const before = state.symbolLines.get(symbol) ?? EMPTY;
  const strategies = withStrategy(before.strategies, strategy, !isEmpty(ownAfter));
  const after: SymbolLine = { ...valued(summed(before, change), worth), strategies };
  set(state, "totals", moved(state.totals, before, after), trail);
  moveReturns(state, symbol, before, after, trail);
  moveSums(state.sums, { symbol, instrument: state.instruments.get(symbol) }, before, after, trail);
  rankDays(state, state.sums.days, symbol, after, trail);
  const isGone = isEmpty(after) && strategies.length === 0;
  put(state.symbolLines, symbol, isGone ? undefined : after, trail);
  if (isGone || before === EMPTY) noteForeign(state, symbol, !isGone, trail);
}

/** After a new price or new reference data: the same quantities are worth something else. */
export function revalue(state: RiskState, symbol: Symbol): void {
  const before = state.symbolLines.get(symbol);
  if (before === undefined) return;
  const worth = worthIn(state, symbol);
  const { strategies } = before;
  let line: Line | undefined;
  for (const strategy of strategies) {
    const key = lineKey(symbol, strategy);
    const own = state.strategyLines.get(key) ?? EMPTY;
    line = valued(own, worth);
    putStrategyLine(state, key, strategy, own, line, undefined);
  }
  // The line of the only one that has any of it is the account's.
  if (line === undefined || strategies.length > 1) line = valued(before, worth);
  const after = { ...line, strategies };
  state.totals = moved(state.totals, before, after);
  moveReturns(state, symbol, before, after, undefined);
  moveSums(state.sums, { symbol, instrument: state.instruments.get(symbol) }, before, after, undefined);
  state.symbolLines.set(symbol, after);
}

/** What else a rate of a currency changes is found by this, without looking at all lines. */
function noteForeign(state: RiskState, symbol: Symbol, isThere: boolean, trail: Trail | undefined): void {
  const currency = state.instruments.get(symbol)?.currency;
  if (currency === undefined || currency === state.account?.currency) return;
  let symbols = state.foreignLines.get(currency);
  if (symbols === undefined) {
    symbols = new Map();
    put(state.foreignLines, currency, symbols, trail);
  }
  put(symbols, symbol, isThere || undefined, trail);
}

/** What one of it is worth in the account's currency, at its mark. */
export function worthIn(state: RiskState, symbol: Symbol): Worth | undefined {
  const instrument = state.instruments.get(symbol);
  if (instrument === undefined) return undefined;
  const { doubled } = usableMark(state.marks.get(symbol));
  return accountWorth(instrument, doubled, fxOf(state, instrument.currency));
}

function putStrategyLine(
  state: RiskState,
  key: string,
  strategy: string,
  before: Line,
  after: Line,
  trail: Trail | undefined,
): void {
  const totals = moved(state.strategyTotals.get(strategy) ?? NO_TOTALS, before, after);
  put(state.strategyLines, key, isEmpty(after) ? undefined : after, trail);
  put(state.strategyTotals, strategy, isZero(totals) ? undefined : totals, trail);
}

const summed = (line: Line, change: LineChange): Line => ({
  pos: line.pos + change.pos,
  buys: line.buys + change.buys,
  sells: line.sells + change.sells,
  working: line.working + change.working,
  high: line.high,
  low: line.low,
  priced: line.priced,
});

function valued({ pos, buys, sells, working }: Line, worth: Worth | undefined): Line {
  const extremes = extremesOf({ pos, buys, sells });
  if (extremes.high === 0n && extremes.low === 0n && pos === 0n) return { ...NO_LINE, working };
  if (worth === undefined) return { pos, buys, sells, working, high: 0n, low: 0n, priced: false };
  const high = valueOf(extremes.high, worth);
  const low = extremes.low === extremes.high ? high : valueOf(extremes.low, worth);
  return { pos, buys, sells, working, high, low, priced: true };
}

const moved = (totals: Totals, before: Line, after: Line): Totals => ({
  long: totals.long + longOf(after) - longOf(before),
  short: totals.short + shortOf(after) - shortOf(before),
  gross: totals.gross + grossOf(after) - grossOf(before),
  high: totals.high + after.high - before.high,
  low: totals.low + after.low - before.low,
  working: totals.working + after.working - before.working,
  unpriced: totals.unpriced + Number(!after.priced) - Number(!before.priced),
});

const isEmpty = ({ pos, buys, sells, working }: Line): boolean =>
  pos === 0n && buys === 0n && sells === 0n && working === 0;
const isZero = (totals: Totals): boolean =>
  totals.working === 0 &&
  totals.unpriced === 0 &&
  totals.high === 0n &&
  totals.low === 0n &&
  totals.gross === 0n;

function withStrategy(strategies: readonly string[], strategy: string, present: boolean): readonly string[] {
  if (strategies.includes(strategy) === present) return strategies;
  return present ? [...strategies, strategy] : strategies.filter((one) => one !== strategy);
}
