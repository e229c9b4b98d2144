/** Asks what a group is made of: its own actor, which is a strategy's under a name of its own, and its account. */
import type { RiskShardApi } from "../../../actors/risk-shard/messages.ts";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../../../actors/runtime/reply.ts";
import type { StrategyApi } from "../../../actors/strategy/messages.ts";
import { GROUP_PREFIX } from "../../domain/ids.ts";
import { onShardOfStrategy, onStrategy } from "../actors.ts";
import type { Call } from "../context.ts";

type Asking<Actor, Value> = (actor: Actor, envelope: Envelope) => Promise<ActorReply<Value>>;

export const groupName = (group: string): string => GROUP_PREFIX + group;

export const onGroup = async <Value>(
  c: Call,
  group: string,
  call: Asking<StrategyApi, Value>,
): Promise<ActorReply<Value>> => asGroup(await onStrategy(c, groupName(group), call));

export const onShardOfGroup = async <Value>(
  c: Call,
  group: string,
  call: Asking<RiskShardApi, Value>,
): Promise<ActorReply<Value>> => asGroup(await onShardOfStrategy(c, groupName(group), call));

/** The one account that all of them are in, closed ones too. */
export async function accountOfAll(c: Call, strategies: readonly string[]): Promise<ActorReply<string>> {
  const { known } = c.env.edge;
  const found = await Promise.all(strategies.map((strategy) => known.accountOf(c.env.envelope, strategy)));
  const accounts = new Set<string>();
  for (const account of found) {
    if (!account.ok) return account;
    accounts.add(account.value);
  }
  const [first, other] = accounts;
  if (first === undefined || other !== undefined)
    return refusal("group-accounts-differ", "these strategies are of several accounts");
  return answer(first);
}

/** Where a group is unknown its actor says so of a strategy. */
const asGroup = <Value>(reply: ActorReply<Value>): ActorReply<Value> =>
  reply.ok ? reply : groupRefusal(reply);

export const groupRefusal = (refused: Refusal): Refusal =>
  refused.code === "strategy-unknown"
    ? refusal("group-unknown", "there is no such group of strategies")
    : refused;
