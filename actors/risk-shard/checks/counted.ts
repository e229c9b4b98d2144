/** One more than what was counted of a window or a day: what closes is counted, and let through. */
import { closesIn, type Scene } from "../scene.ts";
import type { LimitScopeKind } from "../state.ts";
import { type LimitMeasure, measured, missing } from "./measure.ts";

/** `count` is undefined where a bound leaves it unknown. */
export function oneMore(scene: Scene, scope: LimitScopeKind, count: bigint | undefined): LimitMeasure {
  const closes = closesIn(scene, scope);
  return count === undefined ? missing("history-full", closes) : measured(count, count + 1n, closes);
}
