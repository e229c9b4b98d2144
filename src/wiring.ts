/** The production ports: actors behind their bindings, Postgres behind Neon's HTTP protocol. */
import type { AccountSplitApi } from "../actors/account-split/messages.ts";
import { archiverOf } from "../actors/archiver/address.ts";
import { handToArchiver } from "../actors/archiver/hand-over.ts";
import type { ArchiverApi } from "../actors/archiver/messages.ts";
import { addressIn, SPLIT_SUFFIX } from "../actors/firm/address.ts";
import type { FirmApi } from "../actors/firm/messages.ts";
import type { GatewayApi } from "../actors/gateway/messages.ts";
import { GATEWAY_DIRECTORY } from "../actors/gateway-directory/address.ts";
import type { GatewayDirectoryApi } from "../actors/gateway-directory/messages.ts";
import type { InstrumentDirectoryApi } from "../actors/instrument-directory/messages.ts";
import type { Credential, KeyringApi } from "../actors/keyring/messages.ts";
import type { LabelBookApi } from "../actors/label-book/messages.ts";
import { METRICS_SHARD_NAMES, metricsShardOf } from "../actors/metrics-shard/address.ts";
import type { MetricsShardApi } from "../actors/metrics-shard/messages.ts";
import type { PriceHubApi, PriceSubscriberApi, SubscriberName } from "../actors/price-hub/messages.ts";
import type { RiskShardApi } from "../actors/risk-shard/messages.ts";
import { systemClock } from "../actors/runtime/clock.ts";
import type { StillValid } from "../actors/runtime/connection.ts";
import { type Envelope, systemEnvelope } from "../actors/runtime/envelope.ts";
import type { ChildApi, ChildName } from "../actors/runtime/escrow/messages.ts";
import type { Confirmation, Deliver, OutboxBatch, TextBatch } from "../actors/runtime/fact.ts";
import { asFacts, asText } from "../actors/runtime/fact-text.ts";
import { ARCHIVE } from "../actors/runtime/outbox.ts";
import { DeliveryRefused } from "../actors/runtime/pushes.ts";
import { type ActorReply, refusal } from "../actors/runtime/reply.ts";
import type { Report } from "../actors/runtime/report.ts";
import type { InspectedApi } from "../actors/runtime/standing.ts";
import type { LinkHostApi, TellGateway } from "../actors/runtime/streams/link.ts";
import { within } from "../actors/runtime/within.ts";
import type { StrategyApi } from "../actors/strategy/messages.ts";
import type { SymbolApi } from "../actors/symbol/messages.ts";
import type { TenantDirectoryApi } from "../actors/tenant-directory/messages.ts";
import type { ActorKind } from "./contracts/actors.ts";
import { importsFor } from "./db/bar-imports.ts";
import { historyFor } from "./db/history.ts";
import { mirrorFor } from "./db/mirror.ts";
import { assert } from "./domain/assert.ts";
import { ConfigurationError, databaseUrlFrom, type Env, logLevelFrom } from "./env.ts";
import { consoleLog } from "./http/log.ts";
import type { ActorPorts, HistoryReads, Log, Mirror, Ports } from "./ports.ts";

/** These two are one object each. */
const INSTRUMENT_DIRECTORY_NAME = "instruments";
const KEYRING_NAME = "keyring";

export function portsFrom(env: Env): Ports {
  const actors = actorPorts(env);
  const log = consoleLog(logLevelFrom(env));
  const [deliver, stillValid, report] = [deliverThrough(actors), stillValidAt(actors), reportThrough(actors)];
  const tellGateway = tellGatewayThrough(actors);
  return {
    actors,
    log,
    deliver,
    stillValid,
    report,
    tellGateway,
    ...postgresPorts(databaseUrlFrom(env), log),
  };
}

/** Without a DATABASE_URL actors still decide: their facts wait in the outbox, and old history is refused. */
function postgresPorts(
  databaseUrl: string | undefined,
  log: Log,
): Pick<Ports, "mirror" | "history" | "imports"> {
  if (databaseUrl === undefined)
    return { mirror: absentMirror, history: absentHistory, imports: { put: withoutHistory } };
  return {
    mirror: mirrorFor(databaseUrl, () => systemClock.now()),
    history: historyFor(databaseUrl, log),
    imports: importsFor(databaseUrl, log),
  };
}

function actorPorts(env: Env): ActorPorts {
  return {
    symbol: (symbol) => stub<SymbolApi>(env.SYMBOL, symbol),
    riskShard: (tenant, account) => stub<RiskShardApi>(env.RISK_SHARD, `${tenant}/${account}`),
    strategy: (tenant, strategy) => stub<StrategyApi>(env.STRATEGY, `${tenant}/${strategy}`),
    priceHub: (hub) => stub<PriceHubApi>(env.PRICE_HUB, hub),
    priceSubscriber: (name) => priceSubscriber(env, name),
    archiver: (archiver) => stub<ArchiverApi>(env.ARCHIVER, archiver),
    instrumentDirectory: () =>
      stub<InstrumentDirectoryApi>(env.INSTRUMENT_DIRECTORY, INSTRUMENT_DIRECTORY_NAME),
    tenantDirectory: (tenant) => stub<TenantDirectoryApi>(env.TENANT_DIRECTORY, tenant),
    accountSplit: (tenant, account) => stub<AccountSplitApi>(env.ACCOUNT_SPLIT, `${tenant}/${account}`),
    labelBook: (tenant) => stub<LabelBookApi>(env.LABEL_BOOK, tenant),
    firm: (name) => stub<FirmApi>(env.FIRM, name),
    quotaChild: (parent, child) => quotaChild(env, parent, child),
    keyring: () => stub<KeyringApi>(env.KEYRING, KEYRING_NAME),
    metricsShard: (reporter) => stub<MetricsShardApi>(env.METRICS_SHARD, metricsShardOf(reporter)),
    metricsShards: () => METRICS_SHARD_NAMES.map((shard) => stub<MetricsShardApi>(env.METRICS_SHARD, shard)),
    gateway: (gateway) => stub<GatewayApi>(env.GATEWAY, gateway),
    gatewayDirectory: () => stub<GatewayDirectoryApi>(env.GATEWAY_DIRECTORY, GATEWAY_DIRECTORY),
    linkHost: (actor) => stub<LinkHostApi>(...addressOf(env, actor)),
    inspected: (actor) => stub<InspectedApi>(...addressOf(env, actor)),
    socket: (actor, handshake) => {
      const [namespace, name] = addressOf(env, actor);
      return namespace.getByName(name).fetch(handshake);
    },
  };
}

/** The mirror knows an actor as `<kind>:<object name>`. */
function addressOf(env: Env, actor: string): [namespace: DurableObjectNamespace, name: string] {
  const colon = actor.indexOf(":");
  const namespace = namespacesOf(env)[actor.slice(0, colon)];
  assert(namespace !== undefined, "every kind of actor is bound");
  return [namespace, actor.slice(colon + 1)];
}

const namespacesOf = (
  env: Env,
): Readonly<
  Record<ActorKind, DurableObjectNamespace> & Record<string, DurableObjectNamespace | undefined>
> => ({
  symbol: env.SYMBOL,
  "risk-shard": env.RISK_SHARD,
  strategy: env.STRATEGY,
  "price-hub": env.PRICE_HUB,
  archiver: env.ARCHIVER,
  "instrument-directory": env.INSTRUMENT_DIRECTORY,
  "tenant-directory": env.TENANT_DIRECTORY,
  "label-book": env.LABEL_BOOK,
  "account-split": env.ACCOUNT_SPLIT,
  firm: env.FIRM,
  keyring: env.KEYRING,
  gateway: env.GATEWAY,
  "gateway-directory": env.GATEWAY_DIRECTORY,
});

function priceSubscriber(env: Env, subscriber: SubscriberName): PriceSubscriberApi {
  const [kind, name] = split(subscriber);
  return stub<PriceSubscriberApi>(kind === "risk-shard" ? env.RISK_SHARD : env.STRATEGY, name);
}

/** Parts of a split account are named by their numbers; the first is the account's own object. */
function quotaChild(env: Env, parent: string, child: ChildName): ChildApi {
  const { tenant, id } = addressIn(parent);
  const [kind, name] = splitAt(child, ":");
  if (kind === "desk") return stub<ChildApi>(env.FIRM, `${tenant}/${name}`);
  if (kind === "split") return stub<ChildApi>(env.FIRM, `${tenant}/${name}${SPLIT_SUFFIX}`);
  if (kind === "account") return stub<ChildApi>(env.RISK_SHARD, `${tenant}/${name}`);
  return stub<ChildApi>(env.RISK_SHARD, name === "0" ? `${tenant}/${id}` : `${tenant}/${id}/${name}`);
}

// SAFETY: wrangler.toml binds each namespace to the class that implements the interface asked for; the typed RPC stub would say the
// same with every reply wrapped once more.
const stub = <Api>(namespace: DurableObjectNamespace, name: string): Api =>
  namespace.getByName(name) as unknown as Api;

/** A report that is not answered comes again, so a shard that hangs holds up nothing. */
const REPORT_MS = 5_000;

const reportThrough =
  (actors: ActorPorts): Report =>
  async (report) => {
    const envelope = systemEnvelope(systemClock.now(), REPORT_MS);
    const told = actors.metricsShard(report.actor).report(envelope, report);
    const reply = await within(told, REPORT_MS);
    return reply.ok && reply.value;
  };

/** The link itself gives up a call that hangs. */
const tellGatewayThrough =
  (actors: ActorPorts): TellGateway =>
  (gateway, actor, messages) =>
    actors.gateway(gateway).told(systemEnvelope(systemClock.now()), actor, messages);

/** A refusal is thrown: the outbox keeps its facts and comes again. */
const deliverThrough =
  (actors: ActorPorts): Deliver =>
  async (destination, batch) => {
    const reply = await handOver(actors, destination, batch, systemEnvelope(systemClock.now()));
    if (!reply.ok)
      throw new DeliveryRefused(`${destination} refused a batch: ${reply.code}`, reply.retryAfterMs);
    return reply.value;
  };

/** A refusal is thrown: nobody knows, and the socket asks again. */
const stillValidAt =
  (actors: ActorPorts): StillValid =>
  async ({ scopes, ...credential }) => {
    // SAFETY: the scopes of a credential that the edge has admitted; the keyring parses them again.
    const asked: Credential = { ...credential, scopes: scopes as Credential["scopes"] };
    const reply = await actors.keyring().stillValid(systemEnvelope(systemClock.now()), asked);
    if (!reply.ok) throw new Error(`the keyring refused a credential's check: ${reply.code}`);
    return reply.value;
  };

function handOver(
  actors: ActorPorts,
  destination: string,
  sent: OutboxBatch | TextBatch,
  envelope: Envelope,
): Promise<ActorReply<Confirmation>> {
  if (destination === ARCHIVE)
    return handToArchiver(() => actors.archiver(archiverOf(sent.actor)), envelope, asText(sent));
  const batch = asFacts(sent);
  const [kind, name] = split(destination);
  switch (kind) {
    case "symbol":
      return actors.symbol(name).receive(envelope, batch);
    case "strategy":
      return actors.strategy(...split(name)).receive(envelope, batch);
    case "tenant-directory":
      return actors.tenantDirectory(name).receive(envelope, batch);
    default:
      return Promise.reject(new Error(`no such destination: ${destination}`));
  }
}

/** `kind/rest`: neither tenants nor accounts hold a slash. */
const split = (text: string): [string, string] => splitAt(text, "/");

function splitAt(text: string, mark: string): [string, string] {
  const end = text.indexOf(mark);
  assert(end > 0, "an actor's address is kind/name");
  return [text.slice(0, end), text.slice(end + 1)];
}

const absent = (): Promise<never> =>
  Promise.reject(new ConfigurationError("missing or malformed: DATABASE_URL"));
const absentMirror: Mirror = {
  commit: absent,
  park: absent,
  watermarks: absent,
  maintain: absent,
  ping: absent,
};
const withoutHistory = () =>
  Promise.resolve(refusal("history-unavailable", "this deployment has no DATABASE_URL"));
const absentHistory: HistoryReads = {
  bars: withoutHistory,
  quoteBars: withoutHistory,
  dayFolds: withoutHistory,
  m2m: withoutHistory,
  m2mFolds: withoutHistory,
  executions: withoutHistory,
  executionCount: withoutHistory,
  accountParts: withoutHistory,
  partExecutions: withoutHistory,
  partViolations: withoutHistory,
  violations: withoutHistory,
  snapshots: withoutHistory,
  snapshotCount: withoutHistory,
  limitsAt: withoutHistory,
  limitVersions: withoutHistory,
  statement: withoutHistory,
  decisionFact: withoutHistory,
  labelVersions: withoutHistory,
};
