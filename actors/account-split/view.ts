/** A split as the public sees it. */
import { partCount } from "../../src/domain/parts-map.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { SplitStanding } from "./messages.ts";
import type { SplitState } from "./state.ts";

export function standingText(account: string, state: SplitState): string {
  const { map, plan } = state;
  const shown: SplitStanding = {
    account,
    shards: partCount(map),
    map,
    phase: plan?.phase ?? "none",
    id: plan?.id ?? null,
    from: plan?.from ?? null,
    to: plan?.to ?? null,
    moved: { slots: plan?.slots.moved ?? 0, of: plan?.slots.of ?? 0, symbols: plan?.symbols ?? 0 },
    undone: plan?.undone ?? 0,
    startedAt: (plan?.startedAt ?? null) as EpochMs | null,
    endedAt: (plan?.endedAt ?? null) as EpochMs | null,
    by: plan?.by ?? null,
    fencedMs: plan?.fencedMs ?? 0,
    reason: plan?.reason ?? null,
  };
  return JSON.stringify(shown);
}

export const planText = ({ plan }: SplitState): string =>
  JSON.stringify({ id: plan?.id, from: plan?.from, to: plan?.to, phase: plan?.phase });
