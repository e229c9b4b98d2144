/** What a strategy holds and what it made: positions, profit and loss, mark-to-market candles. */
import { getStrategyM2m, M2M_CANDLES_DEFAULT } from "../contracts/m2m.ts";
import { getStrategyStatistics } from "../contracts/statistics.ts";
import { getStrategyPnl, getStrategyPositions } from "../contracts/strategies.ts";
import { onStrategy } from "../http/actors.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { present } from "../http/present.ts";
import { candlesOf } from "./m2m-candles.ts";
import { timeWindow } from "./windows.ts";

export function profitRoutes(mount: Mount): void {
  mount.on(getStrategyPositions, (c, { params: { strategy } }) =>
    onStrategy(c, strategy, (actor, envelope) => actor.positions(envelope)),
  );
  mount.on(getStrategyPnl, (c, { params: { strategy }, query: { method = "average" } }) =>
    onStrategy(c, strategy, (actor, envelope) => actor.pnl(envelope, method)),
  );
  mount.on(getStrategyStatistics, (c, { params: { strategy }, query }) =>
    onStrategy(c, strategy, (actor, envelope) =>
      sinceDeploy("statistics", () => actor.statistics(envelope, present(query))),
    ),
  );
  mount.on(getStrategyM2m, (c, { params: { strategy }, query: { resolution = "1", ...query } }) =>
    timeWindow(
      c,
      { ...query, limit: query.limit ?? M2M_CANDLES_DEFAULT },
      candlesOf(c, strategy, resolution, (read) => onStrategy(c, strategy, read)),
      (candles, nextCursor) => `{"candles":[${candles}],"nextCursor":${nextCursor}}`,
    ),
  );
}
