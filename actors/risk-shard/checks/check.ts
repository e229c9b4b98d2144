/** The shapes of checks. One check is one file and one line in the registry; none of them knows another. */

import type { BuiltInCode } from "../../../src/domain/check-codes.ts";
import type { Scene } from "../scene.ts";
import type { Limit, LimitKind, LimitScopeKind, LimitSet, StateScopeKind } from "../state.ts";
import type { Unit } from "./units.ts";

export type Verdict = "pass" | "warn" | "fail" | "skip";

/** In the unit of the check. */
export type Measured = {
  /** Before the order; working orders count. */
  readonly observed: bigint;
  /** With the order. */
  readonly projected: bigint;
};

/** A check that stands without a limit. It refuses or it does not. */
export type BuiltInCheck = {
  readonly code: BuiltInCode;
  /** FIX OrdRejReason (tag 103). */
  readonly fixCode: number;
  /** Whom a failure is about. */
  readonly scope: LimitScopeKind | ((scene: Scene) => StateScopeKind);
  /** `applied` are those limits of the set that hold for this order. */
  readonly judge: (scene: Scene, applied: readonly Applied[], set: LimitSet) => Verdict;
  /** The symbol that a failure is about, where it is not the order's own. */
  readonly culprit?: (scene: Scene) => string | undefined;
  /** Numbers to show, where the verdict is about some. */
  readonly shown?: (scene: Scene) => (Measured & { readonly limit: bigint }) | undefined;
};

/** A limit with the count of its window, for those that have one. */
export type Applied = { readonly limit: Limit; readonly rate: number };

export type LimitMeasure = Measured & {
  /** The order only closes what this limit is about: it is admitted even where the book stands above the limit. */
  readonly reduction: boolean;
};

/**
 * A kind of limit. For `reduce` to find the largest quantity by halving, a quantity that passes must pass when it is made smaller.
 */
export type LimitCheck = {
  readonly kind: LimitKind;
  readonly fixCode: number;
  readonly scopes: readonly LimitScopeKind[];
  readonly scopeDefault: LimitScopeKind;
  readonly unit: Unit;
  /** It holds for the book as it stands, not only for an order. */
  readonly standing: boolean;
  /** Undefined where what it needs is not known: another check fails then. */
  readonly measure: (scene: Scene, applied: Applied) => LimitMeasure | undefined;
};
