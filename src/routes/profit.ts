/** What a strategy holds and what it made: positions, profit and loss, mark-to-market candles. */
import { answer } from "../../actors/runtime/reply.ts";
import {
  getStrategyM2m,
  getStrategyPnl,
  getStrategyPositions,
  M2M_CANDLES_DEFAULT,
} from "../contracts/strategies.ts";
import { onStrategy } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import type { Mount } from "../http/mount.ts";
import type { RowSource } from "./joined-rows.ts";
import { timeWindow } from "./windows.ts";

export function profitRoutes(mount: Mount): void {
  mount.on(getStrategyPositions, (c, { params: { strategy } }) =>
    onStrategy(c, strategy, (actor, envelope) => actor.positions(envelope)),
  );
  mount.on(getStrategyPnl, (c, { params: { strategy }, query: { method = "average" } }) =>
    onStrategy(c, strategy, (actor, envelope) => actor.pnl(envelope, method)),
  );
  mount.on(getStrategyM2m, (c, { params: { strategy }, query: { resolution = "1", ...query } }) =>
    timeWindow(
      c,
      { ...query, limit: query.limit ?? M2M_CANDLES_DEFAULT },
      candlesOf(c, strategy, resolution),
      (candles, nextCursor) => `{"candles":[${candles}],"nextCursor":${nextCursor}}`,
    ),
  );
}

const candlesOf = (c: Call, strategy: string, resolution: string): RowSource => ({
  recent: (window) =>
    onStrategy(c, strategy, async (actor, envelope) => {
      const page = await actor.m2m(envelope, { resolution, ...window });
      return page.ok ? answer({ rows: page.value.candles, olderThan: page.value.olderThan }) : page;
    }),
  older: (range) => c.env.edge.ports.history.m2m(c.env.envelope, strategy, resolution, range),
});
