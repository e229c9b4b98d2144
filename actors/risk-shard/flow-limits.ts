/** What limits on the flow of orders and executions ask to be counted: found once for all orders that a set treats alike. */
import type { AppliedLimits } from "./checks/check.ts";
import { type DayScope, isDayScope } from "./day-counts.ts";
import type { Limit, LimitKind } from "./state.ts";

export type FlowLimits = {
  /** On orders that come in. */
  readonly messages: readonly Limit[];
  readonly executions: readonly Limit[];
  /** Whose days are counted. */
  readonly days: readonly DayScope[];
  /** Some are on duplicates. */
  readonly hasContents: boolean;
};

const DAILY: readonly LimitKind[] = ["max-daily-orders", "max-daily-trades", "max-daily-turnover"];
export const isDaily = ({ kind }: Pick<Limit, "kind">): boolean => DAILY.includes(kind);

const KNOWN = new WeakMap<AppliedLimits, FlowLimits>();

export function flowOf(applied: AppliedLimits): FlowLimits {
  const known = KNOWN.get(applied);
  if (known !== undefined) return known;
  const limits = applied.limits.map(({ limit }) => limit);
  const ofKind = (kind: LimitKind): Limit[] => limits.filter((limit) => limit.kind === kind);
  const scopes = limits.filter(isDaily).map(({ scope }) => scope.kind);
  const flow: FlowLimits = {
    messages: ofKind("max-message-rate"),
    executions: ofKind("repeated-execution"),
    days: [...new Set(scopes.filter(isDayScope))],
    hasContents: limits.some(({ kind }) => kind === "duplicate-order"),
  };
  KNOWN.set(applied, flow);
  return flow;
}
