/** One order before all checks. The same inputs and limits always give the same outcome, today and from a stored fact. */

import { assert } from "../../src/domain/assert.ts";
import { CHILD_REGISTRY_VERSION, CODES_OF_VERSION, REGISTRY_VERSION } from "../../src/domain/check-codes.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import { boundsAt, groundOf, limitsFor, type Subject } from "./applied-limits.ts";
import { type CheckRow, lettersOf, rowsOf } from "./check-rows.ts";
import type { Applied, Bound, BuiltInCheck, Judged, Verdict } from "./checks/check.ts";
import { exceeds, type LimitMeasure, missing, projectedOf, reduces } from "./checks/measure.ts";
import { BUILT_IN_CHECKS, OWN_CHECKS } from "./checks/registry.ts";
import { stateReducing } from "./checks/state-reducing.ts";
import { cutToClose, isCut } from "./close-out.ts";
import type { Inputs } from "./inputs.ts";
import { largestAdmissible } from "./reduce.ts";
import { closesIn, isReduction, type Scene, sceneOf } from "./scene.ts";
import type { LimitSet } from "./state.ts";

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
  /** In the published order, and what each of them says. */
  readonly checks: readonly BuiltInCheck[];
  readonly builtIns: readonly Verdict[];
  readonly judged: readonly Judged[];
};

/** `registry`: of the fact that it is made again from. A check that it had not yet has nothing to say of inputs from then. */
export function evaluate(
  inputs: Inputs,
  subject: Subject,
  set: LimitSet,
  registry = registryOf(inputs),
): Outcome {
  const judgement = judge(inputs, subject, set);
  const { scene, decision, allowed, code, builtIns } = judgement;
  const isOfNow = registry === registryOf(inputs);
  const verdicts = lettersOf(isOfNow ? builtIns : knownTo(registry, judgement));
  const rows = rowsOf(withClasses(subject, inputs), judgement);
  return { decision, allowedQty: Number(allowed), code, valuedAt: scene.valuedAt, verdicts, rows };
}

/** Whoever has no parent is not asked about it. */
export const registryOf = ({ quotas }: Inputs): number =>
  quotas === undefined ? REGISTRY_VERSION : CHILD_REGISTRY_VERSION;

function knownTo(registry: number, { checks, builtIns }: Judgement): Verdict[] {
  const codes = CODES_OF_VERSION[registry] ?? [];
  return builtIns.filter((_, index) => codes.some((code) => code === checks[index]?.code));
}

/** The decision itself. It takes a few microseconds, so it makes nothing that nobody may want to see. */
export function judge(inputs: Inputs, subject: Subject, { limits }: LimitSet): Judgement {
  const applied = limitsFor(limits, withClasses(subject, inputs));
  const scene = cutToClose(sceneOf(inputs, applied.priceAgeMax));
  const checks = inputs.quotas === undefined ? OWN_CHECKS : BUILT_IN_CHECKS;
  const builtIns = checks.map((check) => check.judge(scene, applied));
  const judged = judgeLimits(scene, applied.limits, boundsAt(limits, groundOf(inputs)));
  const failing = judged.filter(fails);
  const builtInFailing = builtIns.indexOf("fail");
  const failed = builtInFailing >= 0 ? checks[builtInFailing]?.code : failing[0]?.applied.limit.kind;
  const code = failed ?? (isCut(scene) ? stateReducing.code : undefined);
  const allowed = allowedQty(scene, builtInFailing >= 0, failing);
  const decision = code === undefined ? "accept" : allowed > 0n ? "reduce" : "reject";
  return { scene, decision, allowed, code, checks, builtIns, judged };
}

const withClasses = (subject: Subject, { classes }: Inputs): Subject =>
  classes === undefined ? subject : { ...subject, classes };

function judgeLimits(scene: Scene, limits: readonly Applied[], bounds: readonly Bound[]): Judged[] {
  const judged: Judged[] = [];
  const { tripped, quotas } = scene.inputs;
  const mayBeStopped = tripped !== undefined || quotas === "away";
  let measure: LimitMeasure | undefined;
  for (const applied of limits) {
    const whole = bounds[applied.place];
    assert(whole !== undefined, "each limit of a set has its bounds");
    if (!applied.isMeasured) measure = measureOf(scene, applied);
    const own = mayBeStopped ? (stoppedIn(scene, applied) ?? measure) : measure;
    const bound = applied.isInherited ? heldBound(scene, applied, whole) : whole;
    judged.push({ applied, bound, verdict: verdictOf(scene, applied, bound, own), measure: own });
  }
  return judged;
}

/** Tripped, until somebody releases it, or slowed within this second: whatever it would measure by now. */
function stoppedIn(scene: Scene, { place, scope, isInherited }: Applied): LimitMeasure | undefined {
  const { tripped, quotas } = scene.inputs;
  if (isInherited && quotas === "away") return missing("parent-away", isReduction(scene));
  if (tripped === undefined) return undefined;
  if (tripped.includes(place)) return missing("tripped", closesIn(scene, scope));
  return tripped.includes(-1 - place) ? missing("slowed", closesIn(scene, scope)) : undefined;
}

function measureOf(scene: Scene, applied: Applied): LimitMeasure | undefined {
  const { ofClass, gathers, foundIndex } = applied;
  const { classes, found } = scene.inputs;
  if (ofClass !== undefined && classes?.[ofClass] === undefined)
    return missing("class-missing", isReduction(scene));
  return applied.measure(scene, applied, gathers ? (found?.[foundIndex] ?? undefined) : undefined);
}

function verdictOf(scene: Scene, applied: Applied, bound: Bound, measure: LimitMeasure | undefined): Verdict {
  if (measure === undefined) return "skip";
  const { cap, missing: lacking } = measure;
  const limitValue = cap === undefined || cap >= bound.value ? bound.value : cap;
  if (lacking !== undefined || exceeds(measure, limitValue) || isUsedUp(applied, measure, limitValue)) {
    if (applied.onlyWarns || reduces(measure)) return "warn";
    // What closes goes through above what is held, whatever it counts.
    return applied.isInherited && isReduction(scene) ? "warn" : "fail";
  }
  return bound.warnAt !== undefined && exceeds(measure, bound.warnAt - 1n) ? "warn" : "pass";
}

/** No order moves a loss: where all that is held of it is used, none that grows is let through. */
const isUsedUp = ({ kind, isInherited }: Applied, measure: LimitMeasure, held: bigint): boolean =>
  isInherited && kind === "max-daily-loss" && projectedOf(measure) === held;

/** What is held of it, and never more than all there is of it. While the parent is away it is not looked at. */
function heldBound({ inputs: { quotas } }: Scene, { quotaIndex }: Applied, whole: Bound): Bound {
  const held = quotas === undefined || quotas === "away" ? undefined : quotas[quotaIndex];
  if (held === undefined || held >= whole.value) return whole;
  return { value: held, warnAt: undefined, scale: whole.scale, text: decimalText(held, whole.scale) };
}

const fails = ({ verdict }: Judged): boolean => verdict === "fail";

/** All, a part, or 0: a part only where each failing check is a limit that asks for one. */
function allowedQty(scene: Scene, builtInFails: boolean, failing: readonly Judged[]): bigint {
  if (builtInFails) return 0n;
  if (failing.length === 0) return scene.qty;
  if (failing.some(({ applied }) => applied.limit.action !== "reduce")) return 0n;
  return largestAdmissible(scene, (smaller) =>
    failing.every(({ applied, bound }) => {
      const measure = stoppedIn(smaller, applied) ?? measureOf(smaller, applied);
      return verdictOf(smaller, applied, bound, measure) !== "fail";
    }),
  );
}
