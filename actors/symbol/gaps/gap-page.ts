/** A page of the gap ledger as readers see it: the last found first. */
import type { Gap } from "../../../src/domain/gap.ts";
import type { GapPage, GapQuery } from "../messages.ts";

export function gapPage(entries: readonly Gap[], { from, to, limit, after }: GapQuery): GapPage {
  const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
  const asked = entries.filter((gap) => reachesInto(gap, from, to)).toReversed();
  const following = asked.filter(({ number }) => number < before);
  const page = following.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((gap) => JSON.stringify(gap)),
    total: asked.length,
    ...(following.length > page.length && last !== undefined ? { next: String(last.number) } : {}),
  };
}

const reachesInto = (gap: Gap, from = 0, to = Number.MAX_SAFE_INTEGER): boolean =>
  gap.to >= from && gap.from < to;
