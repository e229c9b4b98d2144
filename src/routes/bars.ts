/** A symbol's bars of one width, wherever they are: the newest from its actor, older ones from Postgres. */
import { answer } from "../../actors/runtime/reply.ts";
import { onSymbol } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import type { RowSource } from "./joined-rows.ts";

export const barsOf = (c: Call, symbol: string, resolution: string): RowSource => ({
  recent: (window) =>
    onSymbol(c, symbol, async (actor, envelope) => {
      const page = await actor.bars(envelope, { resolution, ...window });
      if (!page.ok) return page;
      const { bars: rows, olderThan, alsoUntil } = page.value;
      return answer({ rows, olderThan, alsoUntil });
    }),
  older: (range) => c.env.edge.ports.history.bars(c.env.envelope, symbol, resolution, range),
});
