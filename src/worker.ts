/** The Worker: calls go to the edge, cron to the upkeep, and the actors are the classes that wrangler.toml binds. */
import { systemClock } from "../actors/runtime/clock.ts";
import { systemEnvelope } from "../actors/runtime/envelope.ts";
import { type App, createApp } from "./app.ts";
import { ConfigurationError, type Env, variablesFrom } from "./env.ts";
import { edgeFrom } from "./http/edge.ts";
import { misconfigured } from "./http/misconfigured.ts";
import { runScheduled } from "./routes/scheduled.ts";
import { logScheduled } from "./routes/scheduled-log.ts";
import { portsFrom } from "./wiring.ts";

export { AccountSplit } from "../actors/account-split/account-split.ts";
export { Archiver } from "../actors/archiver/archiver.ts";
export { Firm } from "../actors/firm/firm.ts";
export { Gateway } from "../actors/gateway/gateway.ts";
export { GatewayDirectory } from "../actors/gateway-directory/gateway-directory.ts";
export { InstrumentDirectory } from "../actors/instrument-directory/instrument-directory.ts";
export { Keyring } from "../actors/keyring/keyring.ts";
export { LabelBook } from "../actors/label-book/label-book.ts";
export { MetricsShard } from "../actors/metrics-shard/metrics-shard.ts";
export { PriceHub } from "../actors/price-hub/price-hub.ts";
export { RiskShard } from "../actors/risk-shard/risk-shard.ts";
export { Strategy } from "../actors/strategy/strategy.ts";
export { SymbolActor } from "../actors/symbol/symbol.ts";
export { TenantDirectory } from "../actors/tenant-directory/tenant-directory.ts";

// One per isolate: what the edge remembers lives in it.
const apps = new WeakMap<Env, App>();

export default {
  async fetch(request, env, context) {
    try {
      return await appFor(env).fetch(request, context);
    } catch (error) {
      if (error instanceof ConfigurationError) return misconfigured(error, request, systemClock.now());
      throw error;
    }
  },

  async scheduled({ cron, scheduledTime }, env) {
    const ports = portsFrom(env);
    const envelope = systemEnvelope(systemClock.now());
    const report = await runScheduled(ports, cron, scheduledTime, envelope);
    logScheduled(ports.log, { cron, requestId: envelope.requestId }, report);
  },
} satisfies ExportedHandler<Env>;

function appFor(env: Env): App {
  const present = apps.get(env);
  if (present !== undefined) return present;
  const variables = variablesFrom(env);
  const app = createApp(
    edgeFrom({
      ports: portsFrom(env),
      variables,
      clock: systemClock,
      asset: (path) => env.ASSETS.fetch(new URL(path, "https://assets")),
    }),
  );
  apps.set(env, app);
  return app;
}
