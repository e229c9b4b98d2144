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

export async function placedExecutions(c: Call, account: string, text: string): Promise<ActorReply<string>> {
  // SAFETY: the body has passed its schema.
  const { executions } = JSON.parse(text) as { executions: readonly Report[] };
  const isSplit = knownMap(c, account) !== undefined;
  const found = isSplit ? await orderParts(c, account, executions) : answer(NOWHERE);
  if (!found.ok) return found;
  const reply = await sent(c, account, text, executions, found.value);
  if (!reply.ok || knownMap(c, account) === undefined || !reply.value.includes('"order-unknown"'))
    return reply;
  return foundAgain(c, account, executions, found.value, reply.value);
}

/** Orders that nobody had may have been on their way from one part to another, or the account was not known to be split. */
async function foundAgain(
  c: Call,
  account: string,
  executions: readonly Report[],
  before: ReadonlyMap<string, number>,
  reply: string,
): Promise<ActorReply<string>> {
  // SAFETY: parts' own text, in the public shape.
  const { results, seq } = JSON.parse(reply) as Reply;
  const lost = executions.filter((_, index) => results[index]?.code === "order-unknown");
  const found = await orderParts(c, account, lost);
  if (!found.ok) return answer(reply);
  const isElsewhere = ({ clientOrderId }: Report): boolean => {
    const part = found.value.get(clientOrderId);
    return part !== undefined && part !== (before.get(clientOrderId) ?? 0);
  };
  const again = lost.filter(isElsewhere);
  if (again.length === 0) return answer(reply);
  const second = await sent(c, account, JSON.stringify({ executions: again }), again, found.value);
  if (!second.ok) return second;
  const booked = JSON.parse(second.value) as Reply;
  const byReport = new Map(again.map((report, index) => [report, booked.results[index]]));
  const merged = results.map((result, index) => byReport.get(executions[index] as Report) ?? result);
  return answer(JSON.stringify({ results: merged, seq: Math.max(seq, booked.seq) }));
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
