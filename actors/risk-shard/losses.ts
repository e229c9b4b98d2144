/**
 * What the trading day has lost, and how far equity has come down from its peak, with what is open: of the account, or of one of its
 * strategies. Each look takes as many steps as there are currencies.
 */
import type { LimitKind } from "../../src/domain/limit.ts";
import { NO_PURSE } from "./book-records.ts";
import { broughtSums } from "./brought-sums.ts";
import { put, type Trail } from "./changes.ts";
import { unrealisedNow } from "./funds.ts";
import type { Found } from "./inputs.ts";
import type { Made } from "./loss-records.ts";
import { moveMade, nothingMade } from "./made.ts";
import { totalIn } from "./purses.ts";
import { type Limit, lineKey, NO_STRATEGY, type Purse, type RiskState } from "./state.ts";
import { figuresAtOpen, figuresNow, inOwn } from "./trading-day.ts";

/** Kinds that a price can reach without any order. They trip. */
export const LOSS_KINDS = ["max-daily-loss", "max-drawdown"] as const satisfies readonly LimitKind[];
export type LossKind = (typeof LOSS_KINDS)[number];

/** Of the account's own: an inherited one refuses what grows while its quota is used up, and trips nothing. */
export const isOfLoss = (limit: Limit): limit is Limit & { readonly kind: LossKind } =>
  limit.quota === undefined && LOSS_KINDS.some((kind) => kind === limit.kind);

/** In a fact: of a day what it made, of a drawdown equity and peak. Undefined where it cannot be known. */
export function lossFound(state: RiskState, limit: Limit, member: string): Found | undefined {
  if (limit.kind === "max-daily-loss") {
    const made = dayResult(state, member);
    return made === undefined ? undefined : [made];
  }
  const peak = state.losses.peaks.get(limit.id);
  const { equity } = state.funds;
  // Until a watch has noted it, the peak is what is there.
  return peak === undefined || !isWhole(state) ? undefined : [equity, peak > equity ? peak : equity];
}

/** What is compared: a loss in money, a drawdown in percent of the peak at six decimals, rounded up. A gain is no loss. */
export function observedLoss(kind: LimitKind, [first = 0n, peak = 0n]: Found): bigint {
  if (kind === "max-daily-loss") return first < 0n ? -first : 0n;
  const down = peak - first;
  if (down <= 0n) return 0n;
  // Of nothing, all is gone.
  return peak <= 0n ? WHOLE : (down * WHOLE + peak - 1n) / peak;
}

/** A hundred percent. */
const WHOLE = 100_000_000n;

/** Since the last close; of an account's first day since it was put. `strategy` is "" for the account. */
function dayResult(state: RiskState, strategy: string): bigint | undefined {
  if (!isWhole(state)) return undefined;
  if (strategy === NO_STRATEGY) {
    const atOpen = figuresAtOpen(state);
    return atOpen === undefined ? undefined : totalIn(figuresNow(state)) - totalIn(atOpen);
  }
  const atClose = madeAtClose(state, strategy);
  if (atClose === undefined || state.losses.made === undefined) return undefined;
  const brought = inOwn(state, broughtSums(state).get(strategy) ?? NOTHING);
  return (
    totalIn(inOwn(state, state.losses.made.purses.get(strategy) ?? NOTHING)) - totalIn(brought) - atClose
  );
}

const NOTHING: ReadonlyMap<string, Purse> = new Map();

function madeAtClose({ closing, account }: RiskState, strategy: string): bigint | undefined {
  if (closing !== undefined) return closing.ofStrategies && (closing.ofStrategies.get(strategy) ?? 0n);
  return account?.since === undefined ? undefined : 0n;
}

/** Everything that is held has a price, and every currency a rate: else a gain or a loss is missing from the sums. */
export const isWhole = ({ totals, funds }: RiskState): boolean =>
  totals.unpriced === 0 && funds.unconverted === 0;

/** Whom of its scope a limit on losses is about now. */
export function lossMembers({ losses: { made } }: RiskState, { scope, except }: Limit): readonly string[] {
  if (scope.kind !== "strategy") return [""];
  if (scope.id !== undefined) return [scope.id];
  return [...(made?.purses.keys() ?? [])].filter((strategy) => except?.has(strategy) !== true);
}

/** What strategies have made, where a limit asks for it. */
export function madeFor(state: RiskState, limits: readonly Limit[]): Made | undefined {
  if (!limits.some(({ kind, scope }) => kind === "max-daily-loss" && scope.kind === "strategy"))
    return undefined;
  const made = nothingMade();
  for (const { symbol, strategy, position } of state.positions.values()) {
    const instrument = state.instruments.get(symbol);
    if (instrument === undefined) continue;
    const { realised, fees, funding } = position;
    const unrealised = unrealisedNow(state, instrument, position);
    const line = { key: lineKey(symbol, strategy), strategy, currency: instrument.currency };
    moveMade(made, line, { ...NO_PURSE, realised, unrealised, fees, funding });
  }
  return made;
}

/** After limits were put: a drawdown is measured from what the account is worth when its limit first stands. */
export function startPeaks(state: RiskState, limits: readonly Limit[], trail?: Trail): void {
  const drawdowns = new Set(limits.flatMap(({ id, kind }) => (kind === "max-drawdown" ? [id] : [])));
  for (const id of [...state.losses.peaks.keys()])
    if (!drawdowns.has(id)) put(state.losses.peaks, id, undefined, trail);
  if (!isWhole(state)) return;
  for (const id of drawdowns)
    if (!state.losses.peaks.has(id)) put(state.losses.peaks, id, state.funds.equity, trail);
}

/** Who releases a drawdown has it measured from what the account is worth then. */
export function restartPeak(state: RiskState, limitId: string, trail?: Trail): void {
  const { peaks } = state.losses;
  if (peaks.has(limitId)) put(peaks, limitId, isWhole(state) ? state.funds.equity : undefined, trail);
}

/** After prices and fills: true where a peak is another. */
export function raisePeaks(state: RiskState): boolean {
  const {
    losses: { peaks },
    limits,
    funds,
  } = state;
  if (!isWhole(state)) return false;
  let isRaised = false;
  for (const { id, kind } of limits.limits) {
    if (kind !== "max-drawdown" || (peaks.get(id) ?? funds.equity - 1n) >= funds.equity) continue;
    peaks.set(id, funds.equity);
    isRaised = true;
  }
  return isRaised;
}

/** What came in or went out was neither made nor lost: the peaks go with it. */
export function movePeaks(state: RiskState, by: bigint, trail: Trail | undefined): void {
  if (by === 0n) return;
  for (const [id, peak] of [...state.losses.peaks]) put(state.losses.peaks, id, peak + by, trail);
}
