/** A list of a split account, part by part: within a part in the part's own order. A cursor says the part, and the place in it. */

import type { ListPage, RiskShardApi } from "../../../actors/risk-shard/messages.ts";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import { type PartsMap, partCount } from "../../domain/parts-map.ts";
import { onAccount } from "../actors.ts";
import type { Call } from "../context.ts";
import type { PageRange } from "../list.ts";
import { byOneMap, onPart, worst } from "./asked-parts.ts";

type Read = (shard: RiskShardApi, envelope: Envelope, range: PageRange) => Promise<ActorReply<ListPage>>;

/** Before the place in a part; no key of a list begins with a digit and this. */
const MARK = "\u0000";

export const mergedPage = (
  c: Call,
  account: string,
  range: PageRange,
  read: Read,
): Promise<ActorReply<ListPage>> =>
  byOneMap(c, account, (map) =>
    map === undefined
      ? onAccount(c, account, (shard, envelope) => read(shard, envelope, plain(range)))
      : partByPart(map, range, (part, wanted) =>
          onPart(c, account, part, map.version, (shard, envelope) => read(shard, envelope, wanted)),
        ),
  );

/** All parts are read at once; of each the whole page is taken, or it is left for the next one: what lies inside a page only its part knows. */
async function partByPart(
  map: PartsMap,
  { limit, after }: PageRange,
  read: (part: number, range: PageRange) => Promise<ActorReply<ListPage>>,
): Promise<ActorReply<ListPage>> {
  const start = placeIn(after);
  const rangeOf = (part: number): PageRange => {
    // One is asked for: a page tells how many there are in all.
    if (part < start.part) return { limit: 1 };
    return part === start.part && start.after !== undefined ? { limit, after: start.after } : { limit };
  };
  const parts = Array.from({ length: partCount(map) }, (_, part) => part);
  const replies = await Promise.all(parts.map((part) => read(part, rangeOf(part))));
  const refused = worst(replies);
  if (refused !== undefined) return refused;
  const pages = replies.flatMap((reply) => (reply.ok ? [reply.value] : []));
  const total = pages.reduce((sum, page) => sum + page.total, 0);
  return answer({ total, ...joined(pages, start.part, limit) });
}

function joined(pages: readonly ListPage[], start: number, limit: number): Omit<ListPage, "total"> {
  const items: string[] = [];
  for (const [part, page] of pages.entries()) {
    if (part < start) continue;
    if (items.length + page.items.length > limit) return { items, next: `${part}${MARK}` };
    items.push(...page.items);
    if (page.next !== undefined) return { items, next: `${part}${MARK}${page.next}` };
  }
  return { items };
}

function placeIn(after: string | undefined): { part: number; after?: string } {
  const mark = after?.indexOf(MARK) ?? -1;
  if (after === undefined) return { part: 0 };
  // A page of when the account was not split: part 0 goes on behind it.
  if (mark < 0) return { part: 0, after };
  const place = after.slice(mark + 1);
  return { part: Number(after.slice(0, mark)), ...(place === "" ? {} : { after: place }) };
}

/** A cursor of a split account that was merged since goes on behind the same key. */
function plain({ limit, after }: PageRange): PageRange {
  const place = placeIn(after).after;
  return place === undefined ? { limit } : { limit, after: place };
}
