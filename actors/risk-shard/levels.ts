/** Levels of use of a limit, in percent of its threshold: the first is told, the second lets one order a second through, the last trips it. */
import { LIMIT_LEVELS, type LimitLevel, type LimitLevels } from "../../src/domain/limit.ts";
import { SECOND_MS } from "../../src/domain/time.ts";
import { limitsFor, memberOf, type Subject } from "./applied-limits.ts";
import { put, type Trail } from "./changes.ts";
import { type LevelStand, type Limit, type RiskState, tripKey } from "./state.ts";

/** Points below a level that its member falls before it has left it: a price that swings around a level is told once. */
const LEAVING_POINTS = 5;
/** At `slow`: who trades by hand goes on, a program that runs away does not. */
export const SLOWED_MS = SECOND_MS;

/** `stood`: where it was before. */
export function levelOf(
  levels: LimitLevels,
  { observed, bound }: { readonly observed: bigint; readonly bound: bigint },
  stood: LimitLevel | undefined,
): LimitLevel | undefined {
  if (observed <= 0n) return undefined;
  const before = stood === undefined ? -1 : LIMIT_LEVELS.indexOf(stood);
  let found: LimitLevel | undefined;
  for (const [place, level] of LIMIT_LEVELS.entries()) {
    const percent = levels[level];
    if (percent === undefined) continue;
    const needed = place <= before ? Math.max(percent - LEAVING_POINTS, 0) : percent;
    if (observed * 100n >= BigInt(needed) * bound) found = level;
  }
  return found;
}

/** New risk of this member waits: an order was accepted less than a second ago. */
export const isSlowed = (stand: LevelStand | undefined, at: number): boolean =>
  stand?.level === "slow" && stand.acceptedAt !== undefined && at - stand.acceptedAt < SLOWED_MS;

/** Each member at `slow` that the order is of has had its order of this second. */
export function noteAccepted(state: RiskState, subject: Subject, at: number, trail: Trail | undefined): void {
  for (const { limit } of limitsFor(state.limits.limits, subject).limits) {
    if (limit.levels === undefined) continue;
    const key = tripKey(limit.id, memberOf(limit, subject));
    const stand = state.levels.get(key);
    if (stand?.level === "slow") put(state.levels, key, { ...stand, acceptedAt: at }, trail);
  }
}

/** Under another set of limits: of those that have none any more. */
export function dropLevels(state: RiskState, limits: readonly Limit[], trail: Trail | undefined): void {
  if (state.levels.size === 0) return;
  const leveled = new Set(limits.flatMap(({ id, levels }) => (levels === undefined ? [] : [id])));
  for (const [key, { limitId }] of [...state.levels])
    if (!leveled.has(limitId)) put(state.levels, key, undefined, trail);
}
