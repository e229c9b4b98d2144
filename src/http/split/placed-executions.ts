/** Executions of a split account: most name no symbol, so their orders are looked for in every part. */
import type { KnownIds } from "../../../actors/risk-shard/parts-messages.ts";
import { type ActorReply, answer, refusal } from "../../../actors/runtime/reply.ts";
import { type PartsMap, partOf } from "../../domain/parts-map.ts";
import type { Call } from "../context.ts";
import { knownMap, onAllParts } from "./asked-parts.ts";
import { spread } from "./spread.ts";

type Report = { readonly clientOrderId: string; readonly symbol?: string };
type Result = { readonly status: string; readonly code?: string };
type Reply = { readonly results: readonly Result[]; readonly seq: number };

/** Its order is on its way from one part to the other: it is looked for again. */
const LOOKED_FOR_MAX = 3;

export async function placedExecutions(c: Call, account: string, text: string): Promise<ActorReply<string>> {
  // SAFETY: the body has passed its schema.
  const { executions } = JSON.parse(text) as { executions: readonly Report[] };
  for (let round = 1; ; round++) {
    const found =
      knownMap(c, account) === undefined ? answer(NOWHERE) : await orderParts(c, account, executions);
    if (!found.ok) return found;
    const reply = await sent(c, account, text, executions, found.value);
    const isAgain = reply.ok && round < LOOKED_FOR_MAX && hasLost(c, account, executions, reply.value);
    if (!isAgain) return reply;
  }
}

/** What was booked is a duplicate the second time; what was refused is not remembered. */
function hasLost(c: Call, account: string, executions: readonly Report[], reply: string): boolean {
  if (knownMap(c, account) === undefined || !reply.includes('"order-unknown"')) return false;
  // SAFETY: a part's own text.
  const { results } = JSON.parse(reply) as Reply;
  return results.some(
    ({ code }, index) => code === "order-unknown" && executions[index]?.symbol === undefined,
  );
}

const NOWHERE: ReadonlyMap<string, number> = new Map();

const sent = (
  c: Call,
  account: string,
  text: string,
  executions: readonly Report[],
  parts: ReadonlyMap<string, number>,
): Promise<ActorReply<string>> =>
  spread<Report, Result>(c, account, {
    text,
    items: executions,
    partOf: (map: PartsMap, { clientOrderId, symbol }) =>
      symbol === undefined ? (parts.get(clientOrderId) ?? 0) : partOf(map, symbol),
    textOf: (items) => JSON.stringify({ executions: items }),
    send: (shard, envelope, body) => shard.executions(envelope, body),
    resultsIn: (reply) => (JSON.parse(reply) as Reply).results,
    join: (results, replies) => {
      const seq = Math.max(...replies.map((reply) => (JSON.parse(reply) as Reply).seq));
      return JSON.stringify({ results, seq });
    },
  });

async function orderParts(
  c: Call,
  account: string,
  executions: readonly Report[],
): Promise<ActorReply<ReadonlyMap<string, number>>> {
  const asked = executions.filter(({ symbol }) => symbol === undefined);
  const clientOrderIds = [...new Set(asked.map(({ clientOrderId }) => clientOrderId))];
  if (clientOrderIds.length === 0) return answer(NOWHERE);
  const replies = await onAllParts(c, account, async (shard, envelope) =>
    shard.parts === undefined
      ? refusal("dependency-unavailable")
      : shard.parts(envelope, { type: "knows", clientOrderIds }),
  );
  if (!replies.ok) return replies;
  const known = replies.value.map((reply) => JSON.parse(reply) as KnownIds);
  return answer(new Map(known.flatMap((ids, part) => ids.clientOrderIds.map((id) => [id, part] as const))));
}
