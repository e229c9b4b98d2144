/** The edge: what happens to every call, in order, and which resources there are. */
import { Hono, type MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { Endpoint } from "./contracts/endpoint.ts";
import type { Edge, EdgeEnv } from "./http/context.ts";
import { failed } from "./http/failed.ts";
import { Mount } from "./http/mount.ts";
import { observed } from "./http/observed.ts";
import { routedPath } from "./http/udf/paths.ts";
import { statusBlind } from "./http/udf/status-blind.ts";
import { unmatched } from "./http/unmatched.ts";
import { isUpgrade } from "./http/upgrade.ts";
import { accountBookRoutes } from "./routes/account-book.ts";
import { accountHistoryRoutes } from "./routes/account-history.ts";
import { accountSplitRoutes } from "./routes/account-splits.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { actorRoutes } from "./routes/actors.ts";
import { barImportRoutes } from "./routes/bar-import.ts";
import { brokerRoutes } from "./routes/broker.ts";
import { calendarRoutes } from "./routes/calendars.ts";
import { consoleRoutes } from "./routes/console.ts";
import { corporateActionRoutes } from "./routes/corporate-actions.ts";
import { decisionRoutes } from "./routes/decisions.ts";
import { depthRoutes } from "./routes/depth.ts";
import { docsRoutes } from "./routes/docs.ts";
import { firmRoutes } from "./routes/firms.ts";
import { gapRoutes } from "./routes/gaps.ts";
import { gatewayRoutes } from "./routes/gateways.ts";
import { healthRoutes } from "./routes/health.ts";
import { indicatorRoutes } from "./routes/indicators.ts";
import { instrumentRoutes } from "./routes/instruments.ts";
import { keyRoutes } from "./routes/keys.ts";
import { labelRoutes } from "./routes/labels.ts";
import { limitTemplateRoutes } from "./routes/limit-templates.ts";
import { limitTripRoutes } from "./routes/limit-trips.ts";
import { limitRoutes } from "./routes/limits.ts";
import { liquidityRoutes } from "./routes/liquidity.ts";
import { massCancelRoutes } from "./routes/mass-cancels.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { orderRoutes } from "./routes/orders.ts";
import { priceRoutes } from "./routes/prices.ts";
import { profitRoutes } from "./routes/profit.ts";
import { riskRoutes } from "./routes/risk.ts";
import { seriesRoutes } from "./routes/series.ts";
import { strategyRoutes } from "./routes/strategies.ts";
import { strategyGroupRoutes } from "./routes/strategy-groups.ts";
import { streamRoutes } from "./routes/streams.ts";
import { tickRoutes } from "./routes/ticks.ts";
import { udfRoutes } from "./routes/udf.ts";
import { violationRoutes } from "./routes/violations.ts";

export type App = {
  readonly hono: Hono<EdgeEnv>;
  readonly endpoints: readonly Endpoint[];
  readonly fetch: (request: Request, context?: ExecutionContext) => Promise<Response>;
};

export function createApp(edge: Edge): App {
  const hono = new Hono<EdgeEnv>({ getPath: routedPath });
  if (edge.corsOrigins.length > 0) hono.use(crossOrigin(edge.corsOrigins));
  hono.use("/udf/*", statusBlind);
  hono.onError(failed);

  const mount = new Mount(hono);
  instrumentRoutes(mount);
  tickRoutes(mount);
  priceRoutes(mount);
  seriesRoutes(mount);
  depthRoutes(mount);
  indicatorRoutes(mount);
  barImportRoutes(mount);
  gapRoutes(mount);
  liquidityRoutes(mount);
  corporateActionRoutes(mount);
  calendarRoutes(mount);
  udfRoutes(mount);
  accountRoutes(mount);
  accountSplitRoutes(mount);
  firmRoutes(mount);
  limitRoutes(mount);
  limitTemplateRoutes(mount);
  brokerRoutes(mount);
  limitTripRoutes(mount);
  violationRoutes(mount);
  decisionRoutes(mount);
  orderRoutes(mount);
  massCancelRoutes(mount);
  accountBookRoutes(mount);
  riskRoutes(mount);
  accountHistoryRoutes(mount);
  strategyRoutes(mount);
  profitRoutes(mount);
  strategyGroupRoutes(mount);
  streamRoutes(mount);
  labelRoutes(mount);
  keyRoutes(mount);
  healthRoutes(mount);
  metricsRoutes(mount);
  actorRoutes(mount);
  gatewayRoutes(mount);
  consoleRoutes(mount);
  docsRoutes(mount);

  hono.notFound(unmatched(mount.endpoints));
  return {
    hono,
    endpoints: mount.endpoints,
    fetch: (request, context) =>
      observed(edge, request, (taken, call) => hono.fetch(taken, call, context), context),
  };
}

/**
 * Credentials travel in a header that scripts set, so no cookie is ever involved. Browsers read no such headers of a WebSocket, and its
 * reply takes none: an upgrade goes past this.
 */
const crossOrigin = (origins: readonly string[]): MiddlewareHandler<EdgeEnv> => {
  const withHeaders = corsFor(origins);
  return (c, next) => (isUpgrade(c.req.raw) ? next() : withHeaders(c, next));
};

const corsFor = (origins: readonly string[]) =>
  cors({
    origin: [...origins],
    allowMethods: ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"],
    allowHeaders: [
      "authorization",
      "content-type",
      "idempotency-key",
      "if-match",
      "traceparent",
      "x-request-id",
      "x-source",
    ],
    exposeHeaders: ["retry-after", "traceparent", "x-request-id"],
    maxAge: 600,
  });
