/** What checks found, as text: for the fact of a decision, its record, and whoever asks. */
import { decimalText } from "../../src/domain/decimal.ts";
import type { NodeKind } from "../../src/domain/firm.ts";
import type { Subject } from "./applied-limits.ts";
import type { BuiltInCheck, Judged, Verdict } from "./checks/check.ts";
import { type Measured, type MissingReason, textsOf } from "./checks/measure.ts";
import { BUILT_IN_CHECKS } from "./checks/registry.ts";
import { scopeOfNode } from "./parent-records.ts";
import type { Scene } from "./scene.ts";
import { type LimitScopeKind, NO_STRATEGY, type StateScopeKind } from "./state.ts";

export type VerdictLetter = "p" | "w" | "f" | "s";

export type CheckScope = StateScopeKind | LimitScopeKind | NodeKind;

/** A check with its numbers or its scope, as decimal text in the unit of the check. */
export type CheckRow = readonly [
  code: string,
  scope: CheckScope,
  scopeId: string | null,
  verdict: VerdictLetter,
  limit: string | null,
  observed: string | null,
  projected: string | null,
  /** Why a limit could not be measured, or what its numbers lack. */
  reason?: MissingReason,
];

/** One letter for each. Nearly all of them pass, so the text is put together from what lies between the others. */
export function lettersOf(verdicts: readonly Verdict[]): string {
  let text = "";
  for (let index = 0; index < verdicts.length; index++) {
    const verdict = verdicts[index] ?? "skip";
    if (verdict !== "pass") text += PASSING.slice(text.length, index) + LETTERS[verdict];
  }
  return text + PASSING.slice(text.length, verdicts.length);
}

const LETTERS = { pass: "p", warn: "w", fail: "f", skip: "s" } as const;
const PASSING = LETTERS.pass.repeat(BUILT_IN_CHECKS.length);

/** Built-in checks that have something to show, then every limit that holds for the order. */
export function rowsOf(subject: Subject, { scene, checks, builtIns, judged }: Looked): CheckRow[] {
  const rows: CheckRow[] = [];
  const speaking = builtIns.includes("fail") ? checks : SHOWING;
  for (const check of speaking) {
    const row = builtInRow(scene, subject, check, builtIns[checks.indexOf(check)] ?? "skip");
    if (row !== undefined) rows.push(row);
  }
  for (const one of judged) rows.push(limitRow(subject, one));
  return rows;
}

type Looked = {
  readonly scene: Scene;
  readonly checks: readonly BuiltInCheck[];
  readonly builtIns: readonly Verdict[];
  readonly judged: readonly Judged[];
};

/** Most checks have no numbers: as long as they do not fail they have nothing to show. */
const SHOWING = BUILT_IN_CHECKS.filter(({ shown }) => shown !== undefined);

function builtInRow(
  scene: Scene,
  subject: Subject,
  check: BuiltInCheck,
  verdict: Verdict,
): CheckRow | undefined {
  const letter = LETTERS[verdict];
  const shown = verdict === "skip" ? undefined : check.shown?.(scene);
  const culprit = verdict === "fail" ? check.culprit?.(scene) : undefined;
  if (culprit !== undefined) return [check.code, "symbol", culprit, letter, null, null, null];
  const isAboutSomebody = typeof check.scope === "function" && verdict === "fail";
  if (shown === undefined && !isAboutSomebody) return undefined;
  const scope = typeof check.scope === "function" ? check.scope(scene) : check.scope;
  const id = idIn(scope, subject);
  return shown === undefined
    ? [check.code, scope, id, letter, null, null, null]
    : [check.code, scope, id, letter, ...wholeNumbers(shown)];
}

const wholeNumbers = ({ limit, observed, projected }: Measured & { readonly limit: bigint }) =>
  [decimalText(limit, 0), decimalText(observed, 0), decimalText(projected, 0)] as const;

function limitRow(subject: Subject, { applied, bound, verdict, measure }: Judged): CheckRow {
  const { kind } = applied;
  const [scope, id] = whoseLimit(subject, applied);
  const letter = LETTERS[verdict];
  if (measure === undefined) return [kind, scope, id, letter, null, null, null];
  const { cap } = measure;
  const limit = cap === undefined || cap >= bound.value ? bound.text : decimalText(cap, bound.scale);
  if (measure.missing !== undefined) return [kind, scope, id, letter, limit, null, null, measure.missing];
  const [observed, projected] = textsOf(measure, bound.scale);
  if (measure.told !== undefined) return [kind, scope, id, letter, limit, observed, projected, measure.told];
  return [kind, scope, id, letter, limit, observed, projected];
}

function whoseLimit(subject: Subject, { scope, limit, isInherited }: Judged["applied"]): Whose {
  if (isInherited && limit.quota !== undefined) return scopeOfNode(limit.quota.node);
  return [scope, idIn(scope, subject, scope === "group" ? limit.scope.id : undefined)];
}
type Whose = readonly [scope: CheckScope, id: string | null];

function idIn(
  scope: Exclude<CheckScope, NodeKind>,
  subject: Subject,
  group: string | null = null,
): string | null {
  switch (scope) {
    case "account":
      return null;
    case "symbol":
      return subject.symbol;
    case "strategy":
      return subject.strategy === NO_STRATEGY ? null : subject.strategy;
    case "group":
      return group;
    default:
      return subject.classes?.[scope] ?? null;
  }
}
