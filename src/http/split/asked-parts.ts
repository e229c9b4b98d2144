/** Asks the parts of a split account, each by the map that is known here; an account that is not split is asked as ever, by one call. */
import type { RiskShardApi } from "../../../actors/risk-shard/messages.ts";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { type ActorReply, answer, type Refusal } from "../../../actors/runtime/reply.ts";
import { type PartsMap, partAccount, partCount } from "../../domain/parts-map.ts";
import { onAccount } from "../actors.ts";
import type { Call } from "../context.ts";

type Asking<Value> = (shard: RiskShardApi, envelope: Envelope) => Promise<ActorReply<Value>>;

/** A map can change with each round; a split makes some fifteen moves, and none of them twice within a call's patience. */
const ROUNDS_MAX = 5;
/** While one part shows symbols already and the other still holds them: two calls between objects. */
const CUT_PAUSE_MS = 50;

export const keyOf = (c: Call, account: string): string => `${c.env.envelope.principal.tenant}/${account}`;

export const knownMap = (c: Call, account: string): PartsMap | undefined =>
  c.env.edge.splits.get(keyOf(c, account), c.env.edge.clock.now());

export const learnMap = (c: Call, account: string, map: PartsMap): void =>
  c.env.edge.splits.learn(keyOf(c, account), map, c.env.edge.clock.now());

export const onPart = <Value>(
  c: Call,
  account: string,
  part: number,
  version: number,
  call: Asking<Value>,
): Promise<ActorReply<Value>> =>
  onAccount(c, account, (_own, envelope) => {
    const shard = c.env.edge.ports.actors.riskShard(envelope.principal.tenant, partAccount(account, part));
    return call(shard, { ...envelope, parts: version });
  });

/** As one call where it is not split; else every part by the same map, so that each symbol is counted once. */
export async function onAllParts<Value>(
  c: Call,
  account: string,
  call: Asking<Value>,
): Promise<ActorReply<readonly Value[]>> {
  return byOneMap(c, account, async (map) => {
    if (map === undefined) {
      const whole = await onAccount(c, account, call);
      return whole.ok ? answer([whole.value]) : whole;
    }
    const parts = Array.from({ length: partCount(map) }, (_, part) => part);
    const replies = await Promise.all(parts.map((part) => onPart(c, account, part, map.version, call)));
    const refused = worst(replies);
    return refused ?? answer(replies.flatMap((reply) => (reply.ok ? [reply.value] : [])));
  });
}

/** Until nobody knows a newer map than the one that was gone by. */
export async function byOneMap<Value>(
  c: Call,
  account: string,
  ask: (map: PartsMap | undefined) => Promise<ActorReply<Value>>,
): Promise<ActorReply<Value>> {
  for (let round = 1; ; round++) {
    const map = knownMap(c, account);
    const reply = await ask(map);
    if (reply.ok || round === ROUNDS_MAX || !isWorthAsking(c, account, reply, map)) return reply;
    if (reply.code === "overloaded") await pause(CUT_PAUSE_MS);
  }
}

function isWorthAsking(c: Call, account: string, { code, parts }: Refusal, asked?: PartsMap): boolean {
  if (code === "overloaded") return asked !== undefined;
  return code === "account-split" && parts !== undefined && isNews(c, account, parts, asked);
}

/** Another call may have learned it a moment before. */
export function isNews(c: Call, account: string, map: PartsMap, asked?: PartsMap): boolean {
  learnMap(c, account, map);
  return map.version > (asked?.version ?? -1);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** The newest map first: with it the others may be asked again. Then what nobody knows the outcome of. */
export function worst(replies: readonly ActorReply<unknown>[]): Refusal | undefined {
  const refused = replies.filter((reply): reply is Refusal => !reply.ok);
  const moved = refused
    .filter(({ parts }) => parts !== undefined)
    .sort((one, other) => (other.parts?.version ?? 0) - (one.parts?.version ?? 0));
  return moved[0] ?? refused.find(({ code }) => code === "outcome-unknown") ?? refused[0];
}
