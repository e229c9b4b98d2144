/** What is shown of decisions, violations and limits that wait, in which order and words. */
import { grouped, momentOf } from "./figures.ts";
import type {
  CheckResult,
  DecisionRecord,
  Explanation,
  Limit,
  PendingLimits,
  Utilisation,
} from "./shapes.ts";

export const VIOLATION_STATUSES = ["active", "resolved", "all"] as const;
export type ViolationStatus = (typeof VIOLATION_STATUSES)[number];

/** The list with what is open in it, which may be none of them. Both are the newest first. */
export function withOpened(
  shown: readonly DecisionRecord[],
  opened: DecisionRecord | undefined,
): readonly DecisionRecord[] {
  if (opened === undefined || shown.some(isSame(opened))) return shown;
  const place = shown.findIndex((one) => isBefore(opened, one));
  return place < 0 ? [...shown, opened] : shown.toSpliced(place, 0, opened);
}

const isSame =
  (one: DecisionRecord) =>
  ({ seq, part }: DecisionRecord): boolean =>
    seq === one.seq && part === one.part;

/** Seqs of two parts of an account have nothing to do with each other. */
const isBefore = (one: DecisionRecord, other: DecisionRecord): boolean =>
  one.part === other.part ? one.seq > other.seq : one.ts > other.ts;

/** Whether more can be known of it later. */
export const isSettled = ({ order }: Pick<Explanation, "order">): boolean => order !== null;

/** Whether it came out the same again, or why that is not known. */
export function againOf({
  sameAgain,
  order,
  inputs,
  limits,
}: Pick<Explanation, "sameAgain" | "order" | "inputs" | "limits">): string {
  if (sameAgain !== null)
    return `Made again just now from its fact in Postgres, it came out ${sameAgain ? "the same, byte by byte" : "otherwise: the fact is not what was decided"}.`;
  if (order === null)
    return "Whether it comes out the same again is not known yet: Postgres does not have its fact, or cannot be asked.";
  if (inputs === null) return "It cannot be made again: no check was made.";
  return limits === null
    ? "It cannot be made again: the account keeps the limits of its version no more."
    : "It cannot be made again.";
}

/** What did not pass, and what passed with figures. */
export const isTelling = ({ verdict, limit, projected }: CheckResult): boolean =>
  verdict === "fail" || verdict === "warn" || limit !== null || projected !== null;

const VERDICT_WEIGHT = { fail: 2_000_000, warn: 1_000_000, pass: 0, skip: -1 } as const;
const DECIDED_WEIGHT = 4_000_000;
const weightOf = ({ code, verdict, utilisation }: CheckResult, decided: string | undefined): number =>
  (code === decided ? DECIDED_WEIGHT : VERDICT_WEIGHT[verdict]) +
  Math.min(VERDICT_WEIGHT.warn - 1, Number(utilisation ?? 0));

/** First the check that decided, then what failed, what warned, and what stands nearest to its limit. */
export const byWeight = (checks: readonly CheckResult[], decided: string | undefined): CheckResult[] =>
  checks.toSorted((one, other) => weightOf(other, decided) - weightOf(one, decided));

/** What a check says besides its figures and its sentence. */
export const notesOf = ({ reason, fixCode, riskLimitType }: CheckResult): string =>
  [
    reason,
    fixCode === undefined ? undefined : `FIX OrdRejReason ${fixCode}`,
    riskLimitType === undefined ? undefined : `FIX RiskLimitType ${riskLimitType}`,
  ]
    .filter((note) => note !== undefined)
    .join(" · ");

/** How far a limit is used. A member with a limit of its own by an override stands beside the others, under the same id. */
export const usedOf = (
  { id, scope, except, override }: Pick<Limit, "id" | "scope" | "except" | "override">,
  used: readonly Utilisation[],
): Utilisation | undefined =>
  used.find(
    (one) =>
      one.id === id &&
      (override === undefined || scope?.id === undefined || scope.id === one.scope.id) &&
      except?.includes(one.scope.id ?? "") !== true,
  );

/** What will hold, or holds for a while. */
export function waitingOf({ what, override, limits, template, effectiveAt, loosens }: PendingLimits): string {
  const from = effectiveAt === null ? "" : `, from ${momentOf(effectiveAt)} UTC`;
  const loosened = loosens.length === 0 ? "" : `, loosens ${loosens.join(", ")}`;
  return `${subjectOf({ what, override, limits, template })}${from}${loosened}`;
}

type Subject = Pick<PendingLimits, "what" | "template" | "override" | "limits">;

function subjectOf({ what, override, limits, template }: Subject): string {
  if (override !== undefined) {
    const { limitId, member, threshold, until } = override;
    return `${limitId}${member === undefined ? "" : ` of ${member}`} at ${grouped(threshold)} until ${momentOf(until)} UTC`;
  }
  if (what === "four-eyes") return "no second person for looser limits any more";
  const named = template === null ? "" : `, of the template ${template.id}, version ${template.version}`;
  return `a set of limits, ${limits?.length ?? 0} in all${named}`;
}

/** Who said it, when and why. */
export const attributionOf = ({
  by,
  at,
  reason,
}: {
  by: string;
  at: number;
  reason: string | null;
}): string => `by ${by}, ${momentOf(at)} UTC${reason === null ? "" : `: ${reason}`}`;
