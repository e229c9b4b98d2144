/** What the account's book may lose, for who reads it. Made anew each time: a sum over lines and bars, which no decision waits for. */
import type { RiskReply } from "../../src/contracts/risk.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { moneyText } from "../../src/domain/money.ts";
import { normalQuantile } from "../../src/quant/covariance/normal.ts";
import { scaledProfitsOf } from "../../src/quant/covariance/scaled-profits.ts";
import { historicalTail, parametricTail } from "../../src/quant/covariance/tail.ts";
import { ownVariance } from "./checks/book-risk.ts";
import { netOf } from "./extremes.ts";
import type { RiskQuery } from "./messages.ts";
import { isCovered, weightOf } from "./return-book.ts";
import type { ReturnBook } from "./return-records.ts";
import type { Account, RiskState } from "./state.ts";

const CONFIDENCE = 0.99;
const HORIZON_DAYS = 1;

type Book = {
  readonly returns: ReturnBook;
  readonly weights: ReadonlyMap<Symbol, number>;
  /** Scaled. */
  readonly profits: Float64Array;
  /** What each symbol's variance has on top of its own. */
  readonly shrinkage: number;
  /** Of one bar; undefined where no bar is known of. */
  readonly sigma: number | undefined;
};

export function riskText(state: RiskState, account: Account, query: RiskQuery): string {
  const { confidence = CONFIDENCE, horizonDays = HORIZON_DAYS } = query;
  const book = bookOf(state);
  const { returns, sigma } = book;
  const { barsPerDay } = returns;
  const bars = Math.sqrt(barsPerDay * horizonDays);
  const tail = sigma === undefined ? undefined : parametricTail(sigma * bars, confidence);
  const columns = columnsOf(book);
  const past = historicalTail(columns, confidence);
  const reply: RiskReply = {
    ...{ account: account.account, currency: account.currency, confidence, horizonDays },
    sigma: sigma === undefined ? null : sigma * Math.sqrt(barsPerDay),
    parametric: { var: tail?.var ?? null, es: tail?.es ?? null },
    historical: {
      var: past === undefined ? null : past.var * bars,
      es: past === undefined ? null : past.es * bars,
      observations: columns.length,
    },
    components: componentsOf(state, book, normalQuantile(confidence) * bars),
    coverage: coverageOf(book, barsPerDay),
    seq: state.seq,
  };
  return JSON.stringify(reply);
}

function bookOf({ returns, symbolLines }: RiskState): Book {
  const weights = new Map<Symbol, number>();
  let squares = 0;
  for (const [symbol, line] of symbolLines) {
    const weight = weightOf(line);
    if (weight !== 0) weights.set(symbol, weight);
    squares += weight * weight;
  }
  const { covariance } = returns;
  const profits = scaledProfitsOf(covariance, weights).all;
  const shrinkage = ownVariance({ ...returns, weights });
  const variance = covariance.variance(profits) + shrinkage * squares;
  const sigma = covariance.window.columns === 0 ? undefined : Math.sqrt(variance);
  return { returns, weights, profits, shrinkage, sigma };
}

/** What the book would have made in each bar of returns as they were, the oldest first. */
function columnsOf({ returns, weights }: Book): readonly number[] {
  const { window } = returns.covariance;
  const profits = returns.covariance.profitsOf(weights);
  return Array.from({ length: window.columns }, (_, index) => profits[window.placeOf(index)] ?? 0);
}

/** `times`: standard deviations of a bar that value at risk is. */
function componentsOf(state: RiskState, book: Book, times: number): RiskReply["components"] {
  const { returns, weights, profits, shrinkage, sigma } = book;
  const isMoving = sigma !== undefined && sigma > 0;
  const components = [...weights].map(([symbol, weight]) => {
    const covariance = returns.covariance.covariance(symbol, profits) + shrinkage * weight;
    const marginal = isMoving ? (times * covariance) / sigma : null;
    const line = state.symbolLines.get(symbol);
    return {
      symbol,
      value: moneyText(line === undefined ? 0n : netOf(line)),
      observations: observationsOf(returns, symbol),
      marginal,
      component: marginal === null ? null : weight * marginal,
      share: isMoving ? (weight * covariance) / (sigma * sigma) : null,
    };
  });
  return components.sort((one, other) => size(other.component) - size(one.component));
}

const size = (component: number | null): number => Math.abs(component ?? 0);
const observationsOf = ({ covariance }: ReturnBook, symbol: Symbol): number =>
  covariance.window.row(symbol)?.observations ?? 0;

function coverageOf({ returns, weights, shrinkage }: Book, barsPerDay: number): RiskReply["coverage"] {
  const { window } = returns.covariance;
  const missing = [...weights.keys()].filter((symbol) => !isCovered(returns, symbol));
  return {
    symbols: weights.size,
    missing: missing.map((symbol) => ({ symbol, observations: observationsOf(returns, symbol) })),
    columns: window.columns,
    ...{ from: window.oldest ?? null, to: window.newest ?? null },
    ...{ barsPerDay, ...returns.model, shrinkage },
  };
}
