/** Bars as they were known at a moment: from the symbol's log of trades as far as it reaches, before that from the versions in Postgres. */
import { type ActorReply, answer, type Refusal, refusal } from "../../actors/runtime/reply.ts";
import { isSecondResolution, type Resolution, type SecondResolution } from "../domain/bar.ts";
import { BAR_VERSIONS_KEPT_MONTHS } from "../domain/bar-version.ts";
import { FUTURE_TOLERANCE_MS } from "../domain/time.ts";
import { onSymbol } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { monthBefore, monthOf, monthStart } from "../quant/month.ts";
import type { RecentRows, RowSource } from "./joined-rows.ts";

type Width = Resolution | SecondResolution;

/** Why nothing can be said of that moment, where nothing can. */
export function asOfRefusal(asOf: number, resolution: Width, now: number): Refusal | undefined {
  if (isSecondResolution(resolution))
    return refusal("as-of-unsupported", "versions of bars below a minute are not kept");
  if (asOf > now + FUTURE_TOLERANCE_MS) return refusal("ts-future", "asOf: nothing is known of the future");
  if (asOf >= monthStart(monthBefore(monthOf(now), BAR_VERSIONS_KEPT_MONTHS))) return undefined;
  return refusal("as-of-unsupported", `versions of bars are kept for ${BAR_VERSIONS_KEPT_MONTHS} months`);
}

export const barsAsOf = (c: Call, symbol: string, resolution: Width, asOf: number): RowSource => ({
  recent: (window) =>
    onSymbol(c, symbol, async (actor, envelope): Promise<ActorReply<RecentRows>> => {
      const page = await actor.bars(envelope, { resolution, asOf, ...window });
      if (!page.ok) return page;
      // An object of the version before tells bars as they are now. What began later was not known then.
      if (page.value.asOf !== asOf) return answer({ rows: [], olderThan: asOf + 1 });
      const { bars: rows, olderThan, alsoUntil } = page.value;
      return answer({ rows, olderThan, alsoUntil });
    }),
  older: (range) => c.env.edge.ports.history.bars(c.env.envelope, symbol, resolution, { ...range, asOf }),
});
