/** Sets of minutes, as few spans as say the same. */
import { MINUTE_MS } from "../../src/domain/time.ts";
import { SPANS_MAX } from "./limits.ts";
import type { Span } from "./state.ts";

/** All of `spans` and `added`. Above the bound the two that are nearest to each other merge. */
export function withSpan(spans: readonly Span[], added: Span): Span[] {
  const sorted = [...spans, added].sort((one, other) => one.from - other.from);
  const apart: Span[] = [];
  for (const span of sorted) {
    const last = apart.at(-1);
    if (last !== undefined && span.from <= last.to + MINUTE_MS) apart[apart.length - 1] = joined(last, span);
    else apart.push(span);
  }
  while (apart.length > SPANS_MAX) joinNearest(apart);
  return apart;
}

export const covers = (spans: readonly Span[], start: number): boolean =>
  spans.some(({ from, to }) => from <= start && start <= to);

function joinNearest(apart: Span[]): void {
  let nearest = 1;
  for (let index = 2; index < apart.length; index++) {
    if (distance(apart, index) < distance(apart, nearest)) nearest = index;
  }
  const [one, other] = apart.slice(nearest - 1, nearest + 1);
  if (one !== undefined && other !== undefined) apart.splice(nearest - 1, 2, joined(one, other));
}

const distance = (apart: readonly Span[], index: number): number =>
  (apart[index]?.from ?? 0) - (apart[index - 1]?.to ?? 0);
const joined = (one: Span, other: Span): Span => ({
  from: Math.min(one.from, other.from),
  to: Math.max(one.to, other.to),
});
