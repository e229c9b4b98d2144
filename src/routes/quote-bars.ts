/** Bars of one side of a symbol's quotes, wherever they are: the newest from its actor, older ones from Postgres. */
import { answer, type Refusal, refusal } from "../../actors/runtime/reply.ts";
import type { BarsQuery } from "../contracts/bars.ts";
import type { QuoteSide } from "../domain/bar.ts";
import { onSymbol } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { sinceDeploy } from "../http/new-method.ts";
import type { RowSource } from "./joined-rows.ts";

export const quoteBarsOf = (c: Call, symbol: string, side: QuoteSide, resolution: string): RowSource => ({
  recent: (window) =>
    onSymbol(c, symbol, async (actor, envelope) => {
      const page = await sinceDeploy("quoteBars", () =>
        actor.quoteBars(envelope, { side, resolution, ...window }),
      );
      return page.ok ? answer({ rows: page.value.bars, olderThan: page.value.olderThan }) : page;
    }),
  older: (range) => c.env.edge.ports.history.quoteBars(c.env.envelope, symbol, side, resolution, range),
});

/** What can be asked of bars of trades alone. */
export function quoteBarsRefusal({ asOf, adjust = "raw" }: BarsQuery): Refusal | undefined {
  if (asOf !== undefined) return refusal("as-of-unsupported", "versions are kept of bars of trades alone");
  if (adjust !== "raw") return refusal("adjust-unsupported", "only bars of trades are adjusted");
  return undefined;
}
