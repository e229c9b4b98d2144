/**
 * Orders and executions of a split account go to the parts of their symbols, side by side, and are answered in the order of the request. A part
 * that is asked for a symbol that has moved does nothing and says where it is by now; those alone are asked again.
 */
import type { RiskShardApi } from "../../../actors/risk-shard/messages.ts";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { type ActorReply, answer, type Refusal } from "../../../actors/runtime/reply.ts";
import { type PartsMap, partOf } from "../../domain/parts-map.ts";
import { onAccount } from "../actors.ts";
import type { Call } from "../context.ts";
import { isNews, knownMap, learnMap, onPart, worst } from "./asked-parts.ts";

/** An account of eight parts is split again in a second: no symbol moves more often within one call. */
const ROUNDS_MAX = 8;

export type Spread<Item, Result> = {
  /** All that came, as it came. */
  readonly text: string;
  readonly items: readonly Item[];
  /** By the item's place where the item does not say it. */
  readonly partOf: (map: PartsMap, item: Item, index: number) => number;
  readonly textOf: (items: readonly Item[]) => string;
  readonly send: (shard: RiskShardApi, envelope: Envelope, text: string) => Promise<ActorReply<string>>;
  readonly resultsIn: (reply: string) => readonly Result[];
  /** Filled also where the whole is refused in the end. */
  readonly into?: (Result | undefined)[];
  readonly join: (results: readonly (Result | undefined)[], replies: readonly string[]) => string;
};

export const bySymbol = <Item extends { readonly symbol: string }>(map: PartsMap, { symbol }: Item): number =>
  partOf(map, symbol);

/** One call as ever where the account is not split, as far as anybody has said; else to the parts. */
export async function spread<Item, Result>(
  c: Call,
  account: string,
  work: Spread<Item, Result>,
): Promise<ActorReply<string>> {
  if (knownMap(c, account) !== undefined) return toParts(c, account, work);
  const whole = await onAccount(c, account, (shard, envelope) => work.send(shard, envelope, work.text));
  if (whole.ok || whole.parts === undefined) return whole;
  learnMap(c, account, whole.parts);
  return toParts(c, account, work);
}

async function toParts<Item, Result>(
  c: Call,
  account: string,
  work: Spread<Item, Result>,
): Promise<ActorReply<string>> {
  const results: (Result | undefined)[] = work.into ?? new Array(work.items.length).fill(undefined);
  const texts: string[] = [];
  let open = work.items.map((_, index) => index);
  for (let round = 1; open.length > 0; round++) {
    const map = knownMap(c, account);
    // It was forgotten on the way: the next call finds out anew.
    if (map === undefined || round > ROUNDS_MAX) return CHANGING;
    const asked = await askParts(c, account, work, map, open);
    texts.push(...asked.flatMap(({ reply }) => (reply.ok ? [reply.value] : [])));
    for (const one of asked) put(work, one, results);
    open = asked.flatMap(({ reply, indexes }) => (reply.ok ? [] : indexes));
    const refused = worst(asked.map(({ reply }) => reply));
    if (refused !== undefined && !isMoved(c, account, refused, map)) return refused;
  }
  const [only] = texts;
  return answer(texts.length === 1 && only !== undefined ? only : work.join(results, texts));
}

const isMoved = (c: Call, account: string, { parts }: Refusal, asked: PartsMap): boolean =>
  parts !== undefined && isNews(c, account, parts, asked);

type Asked = { readonly indexes: readonly number[]; readonly reply: ActorReply<string> };

function put<Item, Result>(
  work: Spread<Item, Result>,
  { indexes, reply }: Asked,
  results: (Result | undefined)[],
): void {
  if (!reply.ok) return;
  for (const [place, result] of work.resultsIn(reply.value).entries()) {
    const index = indexes[place];
    if (index !== undefined) results[index] = result;
  }
}

/** Side by side; each part hears of its own items alone. */
function askParts<Item, Result>(
  c: Call,
  account: string,
  work: Spread<Item, Result>,
  map: PartsMap,
  open: readonly number[],
): Promise<Asked[]> {
  const byPart = Map.groupBy(open, (index) => work.partOf(map, work.items[index] as Item, index));
  const asked = [...byPart].map(async ([part, indexes]) => ({
    indexes,
    reply: await ask(c, account, work, map, part, indexes),
  }));
  return Promise.all(asked);
}

const ask = <Item, Result>(
  c: Call,
  account: string,
  work: Spread<Item, Result>,
  map: PartsMap,
  part: number,
  indexes: readonly number[],
): Promise<ActorReply<string>> => {
  const items = indexes.map((index) => work.items[index] as Item);
  const text = items.length === work.items.length ? work.text : work.textOf(items);
  return onPart(c, account, part, map.version, (shard, envelope) => work.send(shard, envelope, text));
};

export const CHANGING: Refusal = {
  ok: false,
  code: "overloaded",
  detail: "the account's shards have changed",
  retryAfterMs: 1_000,
};
