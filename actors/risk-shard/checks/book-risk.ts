/**
 * What limits on covariances gather, as integers: of the order's symbol its variance (10⁻¹⁸) and its covariance with the rest of the book
 * (money), of that rest its variance (money², 10⁻¹²), how many bars a day has, and how many are lacking. Its own weight is not in them: each measure adds it,
 * as it stands and as it becomes.
 */
import { MONEY_SCALE } from "../../../src/domain/money.ts";
import type { Found } from "../inputs.ts";
import { freshen, isCovered } from "../return-book.ts";
import type { ReturnBook } from "../return-records.ts";
import type { Asked } from "./check.ts";
import type { MissingReason } from "./measure.ts";

export const VARIANCE_SCALE = 18;
const VARIANCE_ONE = 10 ** VARIANCE_SCALE;
const MONEY_ONE = 10 ** MONEY_SCALE;
/** A tenth of a percent a day. */
const OWN_VARIANCE_OF_DAY = 1e-6;

type Newest = Pick<ReturnBook, "moves" | "profits"> & {
  readonly symbol: string;
  readonly held: number;
  readonly torn: number;
  readonly found: Found | undefined;
};
const NEWEST = new WeakMap<ReturnBook, Newest>();

/**
 * Undefined where too few bars are known of the order's symbol, or of another one of the book. It is looked for once for all kinds and
 * orders that see the same book: a change of it is another count of moves, other profits along a trail, or one more symbol that is late.
 */
export function bookRisk({ state, terms: { symbol } }: Pick<Asked, "state" | "terms">): Found | undefined {
  freshen(state);
  const { returns: book } = state;
  const { moves, profits } = book;
  const [held, torn] = [book.weights.size, book.torn.size];
  const known = NEWEST.get(book);
  const isSame = known?.moves === moves && known.profits === profits;
  if (isSame && known.symbol === symbol && known.held === held && known.torn === torn) return known.found;
  const found = riskOf(book, symbol);
  NEWEST.set(book, { symbol, held, torn, moves, profits, found });
  return found;
}

function riskOf(book: ReturnBook, symbol: Asked["terms"]["symbol"]): Found | undefined {
  if (!isKnown(book, symbol)) return undefined;
  const weight = book.weights.get(symbol) ?? 0;
  const { variance, covariance, rest } = book.covariance.symbolAndRest(symbol, weight, book.profits.all);
  const own = ownVariance(book);
  const others = Math.max(0, book.squares - weight * weight);
  // What floats leave of a book that has nothing else is no risk.
  const isAlone = book.weights.size === Number(weight !== 0);
  return [
    BigInt(Math.round((variance + own) * VARIANCE_ONE)),
    isAlone ? 0n : BigInt(Math.round(covariance * MONEY_ONE)),
    isAlone ? 0n : BigInt(Math.round((rest + own * others) * MONEY_ONE)),
    BigInt(book.barsPerDay),
    lackIn(book, symbol),
  ];
}

/** How many bars of the order's symbol, and symbols of the book, are late or were missed. */
export function lackIn(book: ReturnBook, symbol: Asked["terms"]["symbol"]): bigint {
  const { window } = book.covariance;
  const own = symbol.length === 0 ? 0 : window.columns - (window.row(symbol)?.observations ?? 0);
  return BigInt(own + book.torn.size);
}

/** In facts from before it was told there is nothing of it. */
export const toldOf = (lack: bigint | undefined): MissingReason | undefined =>
  lack === undefined || lack === 0n ? undefined : "returns-partial";

/** A subject without a symbol asks for the book alone. */
export function isKnown(book: ReturnBook, symbol: Asked["terms"]["symbol"]): boolean {
  const others = book.uncovered.size - Number(book.uncovered.has(symbol));
  return others === 0 && (symbol.length === 0 || isCovered(book, symbol));
}

/**
 * Of each symbol, where there are fewer columns than symbols: some books would have no risk at all then. That is a shrinkage towards the
 * diagonal by a variance that is small and does not depend on the book.
 */
export const ownVariance = (book: ReturnBook): number =>
  book.covariance.window.columns < book.weights.size ? OWN_VARIANCE_OF_DAY / book.barsPerDay : 0;
