/** Sums over the account's lines by class, group and factor: what is kept of them, and which of them a set of limits asks for. */
import type { ClassKind } from "../../src/domain/limit.ts";
import type { DaysBook } from "./days-records.ts";
import type { Ranking } from "./ranking.ts";

/** Members of one key. Of a factor `high` and `low` alone have a meaning, of margin and squares `gross` alone. */
export type Sum = {
  readonly long: bigint;
  readonly short: bigint;
  readonly gross: bigint;
  readonly high: bigint;
  readonly low: bigint;
  /** Lines of which reference data does not say the loading: they are not in the sum. */
  readonly missing: number;
};

/** What is summed, as the limits of a set ask for it. */
export type SumDemand = {
  readonly classes: readonly ClassKind[];
  readonly groups: readonly SumGroup[];
  readonly factors: readonly string[];
  /** Of each of them, where its sum is. */
  readonly factorKeys: ReadonlyMap<string, string>;
  readonly margin: boolean;
  readonly squares: boolean;
  readonly ranked: boolean;
  readonly days: boolean;
};
export type SumGroup = { readonly id: string; readonly symbols: ReadonlySet<string> };

export type BookSums = {
  readonly demand: SumDemand;
  /** By `sumKey`; what comes to nothing has no entry. */
  readonly byKey: Map<string, Sum>;
  /** Gross of each symbol. */
  readonly ranking: Ranking | undefined;
  /** How long each line takes to liquidate. */
  readonly days: DaysBook | undefined;
};

export const NO_SUM: Sum = { long: 0n, short: 0n, gross: 0n, high: 0n, low: 0n, missing: 0 };
export const NO_DEMAND: SumDemand = {
  classes: [],
  groups: [],
  factors: [],
  factorKeys: new Map(),
  margin: false,
  squares: false,
  ranked: false,
  days: false,
};

export type SumKind = ClassKind | "group" | "factor";
export const sumKey = (kind: SumKind, member: string): string => `${kind}:${member}`;
/** No kind of sum: their members are the whole book. */
export const MARGIN_KEY = "margin";
export const SQUARES_KEY = "squares";
