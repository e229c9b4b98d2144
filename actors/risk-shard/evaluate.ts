/** One order before all checks. The same inputs and limits always give the same outcome, today and from a stored fact. */

import { assert } from "../../src/domain/assert.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { Applied, BuiltInCheck, LimitCheck, LimitMeasure, Measured, Verdict } from "./checks/check.ts";
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

/** All that was found, in integers: nothing of it is text yet. */
export type Judgement = {
  readonly scene: Scene;
  readonly decision: "accept" | "reduce" | "reject";
  readonly allowed: bigint;
  readonly code: string | undefined;
  /** In the published order. */
  readonly builtIns: readonly Verdict[];
  readonly judged: readonly Judged[];
};

type Judged = {
  readonly applied: Applied;
  readonly check: LimitCheck;
  readonly verdict: Verdict;
  readonly bound: bigint;
  readonly measure: LimitMeasure | undefined;
};

export function evaluate(inputs: Inputs, subject: Subject, set: LimitSet): Outcome {
  const { scene, decision, allowed, code, builtIns, judged } = judge(inputs, subject, set);
  let verdicts = "";
  for (const verdict of builtIns) verdicts += letterOf(verdict);
  const rows = builtInRows(scene, subject, builtIns);
  for (const one of judged) rows.push(limitRow(scene, subject, one));
  return { decision, allowedQty: Number(allowed), code, valuedAt: scene.valuedAt, verdicts, rows };
}

/** The decision itself. It takes a few microseconds, so it makes nothing that nobody may want to see. */
export function judge(inputs: Inputs, subject: Subject, set: LimitSet): Judgement {
  const applied = limitsFor(subject, set.limits, inputs.standing.rates);
  const scene = sceneOf(inputs, priceAgeMax(applied));
  const builtIns: Verdict[] = [];
  for (const check of BUILT_IN_CHECKS) builtIns.push(check.judge(scene, applied, set));
  const judged: Judged[] = [];
  const failing: Judged[] = [];
  let before: Judged | undefined;
  for (const one of applied) {
    const found = judgeLimit(scene, one, before);
    before = found;
    judged.push(found);
    if (found.verdict === "fail") failing.push(found);
  }
  const builtInFailing = builtIns.indexOf("fail");
  const code = builtInFailing >= 0 ? BUILT_IN_CHECKS[builtInFailing]?.code : failing[0]?.applied.limit.kind;
  const allowed = allowedQty(scene, builtInFailing >= 0, failing);
  const decision = code === undefined ? "accept" : allowed > 0n ? "reduce" : "reject";
  return { scene, decision, allowed, code, builtIns, judged };
}

/** Which limits of a set hold for this symbol and strategy, each rate limit with its count. */
export function limitsFor(subject: Subject, limits: readonly Limit[], rates: readonly number[]): Applied[] {
  const applied: Applied[] = [];
  let nextRate = 0;
  for (const limit of limits) {
    if (!holdsFor(limit, subject)) continue;
    applied.push({ limit, rate: limit.kind === "max-order-rate" ? (rates[nextRate++] ?? 0) : 0 });
  }
  return applied;
}

/** The strictest of them, undefined where none says: a price that all of them allow is preferred. */
function priceAgeMax(applied: readonly Applied[]): number | undefined {
  let strictest: bigint | undefined;
  for (const { limit } of applied) {
    if (limit.kind !== "max-price-age") continue;
    if (strictest === undefined || limit.threshold < strictest) strictest = limit.threshold;
  }
  return strictest === undefined ? undefined : Number(strictest);
}

export function holdsFor({ scope }: Limit, { symbol, strategy }: Subject): boolean {
  if (scope.kind === "account") return true;
  const member = scope.kind === "symbol" ? symbol : strategy;
  return member !== NO_STRATEGY && (scope.id === undefined || scope.id === member);
}

/** `before` is another limit's, in the same scene: what it has measured is not measured again. */
export function judgeLimit(scene: Scene, applied: Applied, before?: Judged): Judged {
  const { limit } = applied;
  const check = limitCheckOf(limit.kind);
  assert(check !== undefined, "a limit of a kind without a check is refused when it is put");
  const measure =
    before?.check === check && measuresAlike(before.applied.limit, limit)
      ? before.measure
      : check.measure(scene, applied);
  const bound = check.unit.bound(scene, limit, limit.threshold);
  if (measure === undefined) return { applied, check, verdict: "skip", bound, measure };
  return { applied, check, verdict: verdictOf(scene, limit, check, bound, measure), bound, measure };
}

/** Of one kind; each rate limit has its own count. */
const measuresAlike = (one: Limit, other: Limit): boolean =>
  one.scope.kind === other.scope.kind && one.kind !== "max-order-rate";

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
  const rows: CheckRow[] = [];
  for (const [index, check] of BUILT_IN_CHECKS.entries()) {
    const verdict = verdicts[index] ?? "skip";
    // Most checks pass and have no numbers.
    if (verdict !== "fail" && check.shown === undefined) continue;
    const row = builtInRow(scene, subject, check, verdict);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

function builtInRow(
  scene: Scene,
  subject: Subject,
  check: BuiltInCheck,
  verdict: Verdict,
): CheckRow | undefined {
  const shown = verdict === "skip" ? undefined : check.shown?.(scene);
  const culprit = verdict === "fail" ? check.culprit?.(scene) : undefined;
  if (culprit !== undefined) return [check.code, "symbol", culprit, letterOf(verdict), ...NO_NUMBERS];
  const isAboutSomebody = typeof check.scope === "function" && verdict === "fail";
  if (shown === undefined && !isAboutSomebody) return undefined;
  const scope = typeof check.scope === "function" ? check.scope(scene) : check.scope;
  const numbers = shown === undefined ? NO_NUMBERS : numbersOf(shown.limit, shown, 0);
  return [check.code, scope, idIn(scope, subject), letterOf(verdict), ...numbers];
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
