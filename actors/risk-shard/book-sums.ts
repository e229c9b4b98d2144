/**
 * Sums over the account's lines by sector, country, currency, issuer, group and factor, of their margin and of their squares. Only those
 * are kept that a limit of the set in force asks for; an order, a fill or a price changes them by its difference.
 */
import type { Instrument } from "../../src/domain/instrument.ts";
import { CLASS_KINDS, PART_SCALE } from "../../src/domain/limit.ts";
import { put, type Trail } from "./changes.ts";
import { rankDays } from "./days-book.ts";
import { emptyDays } from "./days-records.ts";
import { type Extremes, grossOf, longOf, shortOf } from "./extremes.ts";
import { marginShare } from "./margin.ts";
import { Ranking } from "./ranking.ts";
import type { Limit, LimitKind, RiskState } from "./state.ts";
import {
  type BookSums,
  MARGIN_KEY,
  NO_DEMAND,
  NO_SUM,
  SQUARES_KEY,
  type Sum,
  type SumDemand,
  type SumGroup,
  sumKey,
} from "./sum-records.ts";

/** The factor that `max-beta-exposure` looks at. */
export const BETA = "beta";

/** What a symbol's line comes to before and after a change of it, as its reference data places it. */
type Placed = { readonly symbol: string; readonly instrument: Instrument | undefined };

/** Sums of the set in force: those that stand where they are enough, else all of them anew. */
export function sumsFor(state: RiskState, limits: readonly Limit[]): BookSums {
  const demand = demandOf(limits);
  if (demand === state.sums.demand) return state.sums;
  const sums = emptySums(demand);
  if (demand === NO_DEMAND) return sums;
  for (const [symbol, line] of state.symbolLines) {
    moveSums(sums, { symbol, instrument: state.instruments.get(symbol) }, NOTHING, line, undefined);
    rankDays(state, sums.days, symbol, line);
  }
  return sums;
}

/** For a part of the set in force those that stand are enough. */
export function sumsCovering(state: RiskState, limits: readonly Limit[]): BookSums {
  return covers(state.sums.demand, demandOf(limits)) ? state.sums : sumsFor(state, limits);
}

function covers(kept: SumDemand, asked: SumDemand): boolean {
  if (kept === asked) return true;
  const flags = ["margin", "squares", "ranked", "days"] as const;
  return (
    asked.classes.every((kind) => kept.classes.includes(kind)) &&
    asked.factors.every((factor) => kept.factors.includes(factor)) &&
    asked.groups.every(({ symbols }) => kept.groups.some((group) => group.symbols === symbols)) &&
    flags.every((flag) => kept[flag] || !asked[flag])
  );
}

export const emptySums = (demand: SumDemand): BookSums => ({
  demand,
  byKey: new Map(),
  ranking: demand.ranked ? new Ranking() : undefined,
  days: demand.days ? emptyDays() : undefined,
});

/** New reference data: its line leaves the sums as it stood in them, and joins those that it is of now. */
export function learnInstrument(state: RiskState, instrument: Instrument): void {
  const { symbol } = instrument;
  const line = state.symbolLines.get(symbol);
  const known = state.instruments.get(symbol);
  if (line !== undefined) moveSums(state.sums, { symbol, instrument: known }, line, NOTHING, undefined);
  state.instruments.set(symbol, instrument);
  if (line === undefined) return;
  moveSums(state.sums, { symbol, instrument }, NOTHING, line, undefined);
  rankDays(state, state.sums.days, symbol, line);
}

export function moveSums(
  { demand, byKey, ranking }: BookSums,
  placed: Placed,
  before: Extremes,
  after: Extremes,
  trail: Trail | undefined,
): void {
  if (demand === NO_DEMAND || (before.high === after.high && before.low === after.low)) return;
  const { symbol, instrument } = placed;
  const sides = sidesOf(before, after);
  const add = (key: string, change: Sum) => put(byKey, key, summed(byKey.get(key), change), trail);
  for (const kind of demand.classes) {
    const member = instrument?.[kind];
    if (member !== undefined) add(sumKey(kind, member), sides);
  }
  for (const { id, symbols } of demand.groups) if (symbols.has(symbol)) add(sumKey("group", id), sides);
  for (const factor of demand.factors)
    add(sumKey("factor", factor), loaded(loadingOf(instrument, factor), before, after));
  if (demand.margin)
    add(
      MARGIN_KEY,
      grossChange(marginShare(grossOf(after), instrument) - marginShare(grossOf(before), instrument)),
    );
  if (demand.squares) add(SQUARES_KEY, grossChange(grossOf(after) ** 2n - grossOf(before) ** 2n));
  ranking?.rank(symbol, grossOf(after), trail);
}

const NOTHING: Extremes = { high: 0n, low: 0n };

const sidesOf = (before: Extremes, after: Extremes): Sum => ({
  long: longOf(after) - longOf(before),
  short: shortOf(after) - shortOf(before),
  gross: grossOf(after) - grossOf(before),
  high: after.high - before.high,
  low: after.low - before.low,
  missing: 0,
});

const grossChange = (gross: bigint): Sum => ({ ...NO_SUM, gross });

function loaded(loading: bigint | undefined, before: Extremes, after: Extremes): Sum {
  if (loading === undefined)
    return { ...NO_SUM, missing: Number(isSomething(after)) - Number(isSomething(before)) };
  const [was, is] = [exposureOf(loading, before), exposureOf(loading, after)];
  return { ...NO_SUM, high: is.high - was.high, low: is.low - was.low };
}

const isSomething = ({ high, low }: Extremes): boolean => high !== 0n || low !== 0n;

/** What a line's extremes come to under a loading; one below zero turns them around. At `PART_SCALE` decimals more than money. */
export const exposureOf = (loading: bigint, { high, low }: Extremes): Extremes =>
  loading < 0n ? { high: loading * low, low: loading * high } : { high: loading * high, low: loading * low };

function summed(sum: Sum | undefined, change: Sum): Sum | undefined {
  if (sum === undefined) return isNone(change) ? undefined : change;
  const after = {
    long: sum.long + change.long,
    short: sum.short + change.short,
    gross: sum.gross + change.gross,
    high: sum.high + change.high,
    low: sum.low + change.low,
    missing: sum.missing + change.missing,
  };
  return isNone(after) ? undefined : after;
}

const isNone = ({ long, short, gross, high, low, missing }: Sum): boolean =>
  missing === 0 && gross === 0n && high === 0n && low === 0n && long === 0n && short === 0n;

const LOADING_ONE = 10 ** PART_SCALE;

/** A loading as reference data states it, to the nearest 10⁻⁶; undefined where it states none. */
export function loadingOf(instrument: Instrument | undefined, factor: string): bigint | undefined {
  const loading = instrument?.factors?.[factor];
  return loading === undefined ? undefined : BigInt(Math.round(loading * LOADING_ONE));
}

const DEMANDS = new WeakMap<readonly Limit[], SumDemand>();

/** The same object for the same set. */
export function demandOf(limits: readonly Limit[]): SumDemand {
  const known = DEMANDS.get(limits);
  if (known !== undefined) return known;
  const demand = demandIn(limits);
  DEMANDS.set(limits, demand);
  return demand;
}

const SUMMED_KINDS: readonly LimitKind[] = [
  "max-long-notional",
  "max-short-notional",
  "max-gross-exposure",
  "max-net-exposure",
  "max-leverage",
  "max-weight",
];

function demandIn(limits: readonly Limit[]): SumDemand {
  const summed = limits.filter(({ kind }) => SUMMED_KINDS.includes(kind));
  const has = (kind: LimitKind): boolean => limits.some((limit) => limit.kind === kind);
  const factors = factorsIn(limits);
  const demand: SumDemand = {
    classes: CLASS_KINDS.filter((kind) => summed.some(({ scope }) => scope.kind === kind)),
    groups: groupsIn(summed),
    factors,
    factorKeys: new Map(factors.map((factor) => [factor, sumKey("factor", factor)])),
    margin: has("max-margin-use"),
    squares: has("max-concentration"),
    ranked: has("max-top-weight"),
    days: limits.some(({ kind, scope }) => kind === "max-days-to-liquidate" && scope.kind === "account"),
  };
  return isNothing(demand) ? NO_DEMAND : demand;
}

/** One id has the same symbols in all limits of a set. */
function groupsIn(limits: readonly Limit[]): SumGroup[] {
  const groups = new Map<string, SumGroup>();
  for (const { scope, symbols } of limits) {
    const { kind, id } = scope;
    if (kind === "group" && id !== undefined && symbols !== undefined) groups.set(id, { id, symbols });
  }
  return [...groups.values()];
}

function factorsIn(limits: readonly Limit[]): string[] {
  const named = limits.flatMap(({ kind, factor }) => {
    if (kind === "max-beta-exposure") return BETA;
    return kind === "max-factor-exposure" && factor !== undefined ? factor : [];
  });
  return [...new Set(named)];
}

const isNothing = ({ classes, groups, factors, margin, squares, ranked, days }: SumDemand): boolean =>
  classes.length + groups.length + factors.length === 0 && !(margin || squares || ranked || days);
