/**
 * Lines that came from another part of the account in its trading day, or went to one: what each had made when that day began. The day's
 * result is counted from it here, and not from it there, so that all parts together have made what the account has.
 */
import { type Closing, NO_PURSE } from "./book-records.ts";
import { set, type Trail } from "./changes.ts";
import type { MovedBasis, MovedLine } from "./loss-records.ts";
import { less } from "./purses.ts";
import { lineKey, type Purse, type RiskState } from "./state.ts";

type Line = { readonly symbol: string; readonly strategy: string };
type MadeLine = Line & { readonly currency: string; readonly made: Purse };

/** Since the last close. */
export const movedLines = ({ losses, closing }: RiskState): readonly MovedLine[] =>
  [...losses.moved.values()].filter(({ seq }) => seq > (closing?.seq ?? 0));

/** What lines had made when the present day began: at the close, by imports of the day, and by moves of the day. */
export function basisOf(atOpen: readonly MadeLine[], since: readonly MadeLine[]): MovedBasis[] {
  const sums = new Map<string, MovedBasis>();
  for (const { symbol, strategy, currency, made } of [...atOpen, ...since]) {
    const key = lineKey(symbol, strategy);
    const sum = sums.get(key)?.made ?? NO_PURSE;
    sums.set(key, { symbol, strategy, currency, made: less(sum, less(NO_PURSE, made)) });
  }
  return [...sums.values()].filter(({ made }) => !isNothing(made));
}

/** By how much the close of this part says something else of these lines: theirs is counted on top of it, or taken off. */
export function besideClose(
  lines: readonly Line[],
  basis: readonly MovedBasis[],
  atOpen: readonly MadeLine[],
): MovedBasis[] {
  const wanted = new Set(lines.map(({ symbol, strategy }) => lineKey(symbol, strategy)));
  const own = atOpen.filter(({ symbol, strategy }) => wanted.has(lineKey(symbol, strategy)));
  const taken = own.map((line) => ({ ...line, made: less(NO_PURSE, line.made) }));
  return basisOf(basis, taken);
}

/** The next day is counted from the close alone. */
export function closeDay(state: RiskState, closing: Omit<Closing, "seq">, trail: Trail | undefined): void {
  set(state, "closing", { ...closing, seq: state.seq }, trail);
  // Never part of a trial.
  state.losses.moved.clear();
}

/** After a move of these lines: what is counted beside the close of any of them is another. */
export function placeMoved(
  { losses, seq }: RiskState,
  isMoved: (symbol: string) => boolean,
  basis: readonly MovedBasis[],
): void {
  for (const [key, { symbol }] of [...losses.moved]) if (isMoved(symbol)) losses.moved.delete(key);
  for (const line of basis) losses.moved.set(lineKey(line.symbol, line.strategy), { ...line, seq });
  losses.broughtAsOf = {};
}

const isNothing = ({ realised, unrealised, fees, funding }: Purse): boolean =>
  realised === 0n && unrealised === 0n && fees === 0n && funding === 0n;

type Text = readonly [realised: string, unrealised: string, fees: string, funding: string];

export const purseText = ({ realised, unrealised, fees, funding }: Purse): string =>
  JSON.stringify([realised, unrealised, fees, funding].map(String));

/** SAFETY: of a text that `purseText` made. */
export function purseOf(text: string): Purse {
  const [realised, unrealised, fees, funding] = JSON.parse(text) as Text;
  const amounts = { realised: BigInt(realised), unrealised: BigInt(unrealised) };
  return { ...NO_PURSE, ...amounts, fees: BigInt(fees), funding: BigInt(funding) };
}
