/** One order before all checks. The same inputs and limits always give the same outcome, today and from a stored fact. */

import { assert } from "../../src/domain/assert.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { Applied, LimitCheck, LimitMeasure, Measured, Verdict } from "./checks/check.ts";
import { BUILT_IN_CHECKS, limitCheckOf } from "./checks/registry.ts";
import type { Inputs } from "./inputs.ts";
import { largestAdmissible } from "./reduce.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { type Limit, type LimitScopeKind, type LimitSet, NO_STRATEGY, type StateScopeKind } from "./state.ts";

export type Subject = { readonly symbol: string; readonly strategy: string };
export type VerdictLetter = "p" | "w" | "f" | "s";

/** A check with its numbers or its scope, as decimal text in the unit of the check. */
export type CheckRow = readonly [
  code: string,
  scope: StateScopeKind,
  scopeId: string | null,
  verdict: VerdictLetter,
  limit: string | null,
  observed: string | null,
  projected: string | null,
];

export type Outcome = {
  readonly decision: "accept" | "reduce" | "reject";
  /** At the instrument's sizeScale. */
  readonly allowedQty: number;
  /** The first failing check in the published order. */
  readonly code: string | undefined;
  /** Price that the order was valued at. */
  readonly valuedAt: number | undefined;
  /** One letter for each built-in check, in the published order. */
  readonly verdicts: string;
  /** Built-in checks that have something to show, then every limit that holds for the order. */
  readonly rows: readonly CheckRow[];
};

type Judged = {
  readonly applied: Applied;
  readonly check: LimitCheck;
  readonly verdict: Verdict;
  readonly bound: bigint;
  readonly measure: LimitMeasure | undefined;
};

export function evaluate(inputs: Inputs, subject: Subject, set: LimitSet): Outcome {
  const applied = limitsFor(subject, set.limits, inputs.standing.rates);
  const scene = sceneOf(inputs, priceAgeMax(applied));
  const builtIns = BUILT_IN_CHECKS.map((check) => check.judge(scene, applied, set));
  const judged = applied.map((one) => judgeLimit(scene, one));

  const failing = judged.filter(({ verdict }) => verdict === "fail");
  const builtInFailing = builtIns.indexOf("fail");
  const code = builtInFailing >= 0 ? BUILT_IN_CHECKS[builtInFailing]?.code : failing[0]?.applied.limit.kind;
  const allowed = allowedQty(scene, builtInFailing >= 0, failing);
  return {
    decision: code === undefined ? "accept" : allowed > 0n ? "reduce" : "reject",
    allowedQty: Number(allowed),
    code,
    valuedAt: scene.valuedAt,
    verdicts: builtIns.map(letterOf).join(""),
    rows: [...builtInRows(scene, subject, builtIns), ...judged.map((one) => limitRow(scene, subject, one))],
  };
}

/** Which limits of a set hold for this symbol and strategy, each rate limit with its count. */
export function limitsFor(subject: Subject, limits: readonly Limit[], rates: readonly number[]): Applied[] {
  let nextRate = 0;
  return limits
    .filter((limit) => holdsFor(limit, subject))
    .map((limit) => ({ limit, rate: limit.kind === "max-order-rate" ? (rates[nextRate++] ?? 0) : 0 }));
}

/** The strictest of them, undefined where none says: a price that all of them allow is preferred. */
function priceAgeMax(applied: readonly Applied[]): number | undefined {
  const ages = applied
    .filter(({ limit }) => limit.kind === "max-price-age")
    .map(({ limit }) => limit.threshold);
  return ages.length === 0 ? undefined : Number(ages.reduce((least, age) => (age < least ? age : least)));
}

export function holdsFor({ scope }: Limit, { symbol, strategy }: Subject): boolean {
  if (scope.kind === "account") return true;
  const member = scope.kind === "symbol" ? symbol : strategy;
  return member !== NO_STRATEGY && (scope.id === undefined || scope.id === member);
}

export function judgeLimit(scene: Scene, applied: Applied): Judged {
  const { limit } = applied;
  const check = limitCheckOf(limit.kind);
  assert(check !== undefined, "a limit of a kind without a check is refused when it is put");
  const measure = check.measure(scene, applied);
  const bound = check.unit.bound(scene, limit, limit.threshold);
  if (measure === undefined) return { applied, check, verdict: "skip", bound, measure };
  return { applied, check, verdict: verdictOf(scene, limit, check, bound, measure), bound, measure };
}

function verdictOf(
  scene: Scene,
  limit: Limit,
  { unit }: LimitCheck,
  bound: bigint,
  { projected, reduction }: LimitMeasure,
): Verdict {
  if (projected > bound) return reduction || limit.action === "warn" ? "warn" : "fail";
  if (limit.warnAt === undefined) return "pass";
  return projected >= unit.bound(scene, limit, limit.warnAt) ? "warn" : "pass";
}

/** All, a part, or 0: a part only where each failing check is a limit that asks for one. */
function allowedQty(scene: Scene, builtInFails: boolean, failing: readonly Judged[]): bigint {
  if (builtInFails) return 0n;
  if (failing.length === 0) return scene.qty;
  if (failing.some(({ applied }) => applied.limit.action !== "reduce")) return 0n;
  return largestAdmissible(scene, (smaller) =>
    failing.every(({ applied }) => judgeLimit(smaller, applied).verdict !== "fail"),
  );
}

function builtInRows(scene: Scene, subject: Subject, verdicts: readonly Verdict[]): CheckRow[] {
  return BUILT_IN_CHECKS.flatMap((check, index): CheckRow[] => {
    const verdict = verdicts[index] ?? "skip";
    const shown = verdict === "skip" ? undefined : check.shown?.(scene);
    const culprit = verdict === "fail" ? check.culprit?.(scene) : undefined;
    if (culprit !== undefined) return [[check.code, "symbol", culprit, letterOf(verdict), ...NO_NUMBERS]];
    const isAboutSomebody = typeof check.scope === "function" && verdict === "fail";
    if (shown === undefined && !isAboutSomebody) return [];
    const scope = typeof check.scope === "function" ? check.scope(scene) : check.scope;
    const numbers = shown === undefined ? NO_NUMBERS : numbersOf(shown.limit, shown, 0);
    return [[check.code, scope, idIn(scope, subject), letterOf(verdict), ...numbers]];
  });
}

function limitRow(
  scene: Scene,
  subject: Subject,
  { applied, check, verdict, bound, measure }: Judged,
): CheckRow {
  const { kind, scope } = applied.limit;
  const numbers = measure === undefined ? NO_NUMBERS : numbersOf(bound, measure, check.unit.scale(scene));
  return [kind, scope.kind, idIn(scope.kind, subject), letterOf(verdict), ...numbers];
}

type Numbers = readonly [limit: string | null, observed: string | null, projected: string | null];

const NO_NUMBERS: Numbers = [null, null, null];

const numbersOf = (limit: bigint, { observed, projected }: Measured, scale: number): Numbers => [
  decimalText(limit, scale),
  decimalText(observed, scale),
  decimalText(projected, scale),
];

const letterOf = (verdict: Verdict): VerdictLetter => LETTERS[verdict];
const LETTERS = { pass: "p", warn: "w", fail: "f", skip: "s" } as const;

function idIn(scope: StateScopeKind | LimitScopeKind, { symbol, strategy }: Subject): string | null {
  if (scope === "symbol") return symbol;
  return scope === "strategy" && strategy !== NO_STRATEGY ? strategy : null;
}
