/** Asks one actor, once it is known to exist; who is unknown is never addressed. */
import type { AccountSplitApi } from "../../actors/account-split/messages.ts";
import type { FirmApi } from "../../actors/firm/messages.ts";
import type { GatewayApi } from "../../actors/gateway/messages.ts";
import type { GatewayDirectoryApi } from "../../actors/gateway-directory/messages.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { KeyringApi } from "../../actors/keyring/messages.ts";
import type { LabelBookApi } from "../../actors/label-book/messages.ts";
import type { RiskShardApi } from "../../actors/risk-shard/messages.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { StrategyApi } from "../../actors/strategy/messages.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import type { TenantDirectoryApi } from "../../actors/tenant-directory/messages.ts";
import type { NodeKind } from "../domain/firm.ts";
import { ask, askWith } from "./ask.ts";
import type { Call } from "./context.ts";

type Asking<Actor, Value> = (actor: Actor, envelope: Envelope) => Promise<ActorReply<Value>>;
type Asked<Value> = Promise<ActorReply<Value>>;

export async function onSymbol<Value>(c: Call, symbol: string, call: Asking<SymbolApi, Value>): Asked<Value> {
  const refused = await c.env.edge.known.symbolRefusal(c.env.envelope, symbol);
  return refused ?? asking(c, c.env.edge.ports.actors.symbol(symbol), call);
}

export async function onAccount<Value>(
  c: Call,
  account: string,
  call: Asking<RiskShardApi, Value>,
): Asked<Value> {
  const refused = await c.env.edge.known.accountRefusal(c.env.envelope, account);
  return refused ?? asking(c, shardOf(c, account), call);
}

/** Who splits and merges the account. */
export async function onAccountSplit<Value>(
  c: Call,
  account: string,
  call: Asking<AccountSplitApi, Value>,
): Asked<Value> {
  const refused = await c.env.edge.known.accountRefusal(c.env.envelope, account);
  return refused ?? asking(c, c.env.edge.ports.actors.accountSplit(tenantOf(c), account), call);
}

export async function onStrategy<Value>(
  c: Call,
  strategy: string,
  call: Asking<StrategyApi, Value>,
): Asked<Value> {
  const account = await c.env.edge.known.accountOf(c.env.envelope, strategy);
  if (!account.ok) return account;
  return asking(c, c.env.edge.ports.actors.strategy(tenantOf(c), strategy), call);
}

/** The risk shard that a strategy's account lives in. */
export async function onShardOfStrategy<Value>(
  c: Call,
  strategy: string,
  call: Asking<RiskShardApi, Value>,
): Asked<Value> {
  const account = await c.env.edge.known.accountOf(c.env.envelope, strategy);
  return account.ok ? asking(c, shardOf(c, account.value), call) : account;
}

export const onInstruments = <Value>(c: Call, call: Asking<InstrumentDirectoryApi, Value>): Asked<Value> =>
  asking(c, c.env.edge.ports.actors.instrumentDirectory(), call);

export const onTenant = <Value>(c: Call, call: Asking<TenantDirectoryApi, Value>): Asked<Value> =>
  asking(c, c.env.edge.ports.actors.tenantDirectory(tenantOf(c)), call);

export const onLabels = <Value>(c: Call, call: Asking<LabelBookApi, Value>): Asked<Value> =>
  asking(c, c.env.edge.ports.actors.labelBook(tenantOf(c)), call);

export async function onNode<Value>(
  c: Call,
  kind: NodeKind,
  id: string,
  call: Asking<FirmApi, Value>,
): Asked<Value> {
  const refused = await c.env.edge.known.nodeRefusal(c.env.envelope, kind, id);
  return refused ?? onNewNode(c, id, call);
}

/** A firm or desk whose existence has just been noted. */
export const onNewNode = <Value>(c: Call, id: string, call: Asking<FirmApi, Value>): Asked<Value> =>
  asking(c, c.env.edge.ports.actors.firm(`${tenantOf(c)}/${id}`), call);

export const onKeyring = <Value>(c: Call, call: Asking<KeyringApi, Value>): Asked<Value> =>
  asking(c, c.env.edge.ports.actors.keyring(), call);

export const onGateways = <Value>(c: Call, call: Asking<GatewayDirectoryApi, Value>): Asked<Value> =>
  asking(c, c.env.edge.ports.actors.gatewayDirectory(), call);

/** One that the directory has just named. */
export const onGateway = <Value>(c: Call, gateway: string, call: Asking<GatewayApi, Value>): Asked<Value> =>
  asking(c, c.env.edge.ports.actors.gateway(gateway), call);

/** An account whose existence has just been noted. */
export const onNewAccount = <Value>(
  c: Call,
  account: string,
  call: Asking<RiskShardApi, Value>,
): Asked<Value> => asking(c, shardOf(c, account), call);

const tenantOf = (c: Call): string => c.env.envelope.principal.tenant;
const shardOf = (c: Call, account: string): RiskShardApi =>
  c.env.edge.ports.actors.riskShard(tenantOf(c), account);

function asking<Actor, Value>(c: Call, actor: Actor, call: Asking<Actor, Value>): Asked<Value> {
  const { edge, envelope, patience } = c.env;
  const asked = () => call(actor, envelope);
  return patience === undefined
    ? ask(edge.clock, envelope, asked, edge.log)
    : askWith(patience, envelope, asked, edge.log);
}
