/** The shapes of checks. One check is one file and one line in the registry; none of them knows another. */

import type { BuiltInCode } from "../../../src/domain/check-codes.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { ClassKind } from "../../../src/domain/limit.ts";
import type { Found } from "../inputs.ts";
import type { OrderTerms } from "../messages.ts";
import type { Scene } from "../scene.ts";
import type { Limit, LimitKind, LimitScopeKind, Order, Quota, RiskState, StateScopeKind } from "../state.ts";
import type { LimitMeasure, Measured } from "./measure.ts";
import type { Unit } from "./units.ts";

export type Verdict = "pass" | "warn" | "fail" | "skip";

/** A check that stands without a limit. It refuses or it does not. */
export type BuiltInCheck = {
  readonly code: BuiltInCode;
  /** FIX OrdRejReason (tag 103). */
  readonly fixCode: number;
  /** Whom a failure is about. */
  readonly scope: LimitScopeKind | ((scene: Scene) => StateScopeKind);
  readonly judge: (scene: Scene, applied: AppliedLimits) => Verdict;
  /** The symbol that a failure is about, where it is not the order's own. */
  readonly culprit?: (scene: Scene) => string | undefined;
  /** Numbers to show, where the verdict is about some. */
  readonly shown?: (scene: Scene) => (Measured & { readonly limit: bigint }) | undefined;
};

/** Those limits of a set that hold for an order, in the order of the set. */
export type AppliedLimits = {
  readonly isEmptySet: boolean;
  readonly limits: readonly Applied[];
  /** Those on the rate of orders among them. */
  readonly rates: readonly Limit[];
  /** Those that gather, each for itself and for others that measure the same. */
  readonly gathering: readonly Gathering[];
  /** Inherited ones among them. */
  readonly quotas: readonly Quota[];
  /** Of those on the price's age the strictest, undefined where there is none: a price that all of them allow is preferred. */
  readonly priceAgeMax: number | undefined;
};

export type Applied = {
  readonly limit: Limit;
  readonly kind: LimitKind;
  readonly scope: LimitScopeKind;
  /** In its set. */
  readonly place: number;
  readonly check: LimitCheck;
  /** Of the check and of the limit, whose own shapes differ from one to the next: each order looks at all of them. */
  readonly measure: LimitCheck["measure"];
  readonly onlyWarns: boolean;
  readonly isInherited: boolean;
  readonly ofClass: ClassKind | undefined;
  readonly gathers: boolean;
  /** What it measures is what the one before it has measured: there is one of the same kind, and what the kind looks at is the same. */
  readonly isMeasured: boolean;
  /** Of a limit on the rate: which of them. */
  readonly rateIndex: number;
  /** Of a kind that gathers: which of those that hold and measure for themselves. */
  readonly foundIndex: number;
  /** Of an inherited one: which of them. */
  readonly quotaIndex: number;
};

export type Gathering = Pick<Applied, "limit" | "scope"> & {
  readonly gather: NonNullable<LimitCheck["gather"]>;
};

/** Who gathers, and for which order. `original`: the order that is to be replaced. */
export type Asked = {
  readonly state: RiskState;
  readonly terms: OrderTerms;
  readonly at: number;
  readonly instrument: Instrument | undefined;
  readonly original: Order | undefined;
  readonly limit: Limit;
  readonly scope: LimitScopeKind;
  /** Of the scope, whom the order is of: a symbol, a strategy, a class or a group; "" of an account. */
  readonly member: string;
};

/** The limit that a measure is for. */
export type Measuring = Pick<Applied, "limit" | "scope" | "rateIndex">;

/** A threshold and a warnAt in the numbers that are compared. */
export type Bound = {
  readonly value: bigint;
  readonly warnAt: bigint | undefined;
  /** Decimals of both. */
  readonly scale: number;
  /** Of the value. */
  readonly text: string;
};

export type Judged = {
  readonly applied: Applied;
  readonly bound: Bound;
  readonly verdict: Verdict;
  readonly measure: LimitMeasure | undefined;
};

/**
 * A kind of limit. For `reduce` to find the largest quantity by halving, a quantity that passes must pass when it is made smaller.
 */
export type LimitCheck = {
  readonly kind: LimitKind;
  readonly fixCode: number;
  /** FIX RiskLimitType (tag 1530), where there is one for it. */
  readonly riskLimitType?: number;
  readonly scopes: readonly LimitScopeKind[];
  readonly scopeDefault: LimitScopeKind;
  readonly unit: Unit;
  /** It looks at the order and its price alone, so it measures the same in each scope. */
  readonly scopeless?: true;
  /** It holds for the book as it stands, not only for an order. */
  readonly standing: boolean;
  /** Where it is reached it trips, and that is its violation. */
  readonly trips?: true;
  /** Limits of one kind and scope measure the same unless this text tells them apart. */
  readonly parameters?: (limit: Limit) => string;
  /** Undefined where the state does not know it. */
  readonly gather?: (asked: Asked) => Found | undefined;
  /** Where it gathers; absent: in each of its scopes. */
  readonly gathersIn?: readonly LimitScopeKind[];
  /** For which limits it gathers; absent: for each. */
  readonly gathersFor?: (limit: Limit) => boolean;
  /** Undefined where an order cannot be valued, or has no such member: another check fails then, or none has to. */
  readonly measure: (
    scene: Scene,
    measuring: Measuring,
    found: Found | undefined,
  ) => LimitMeasure | undefined;
};
