/** A page of a list: `?limit=&cursor=` in, `{items, nextCursor, total}` out. */
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import { PAGE_ITEMS_DEFAULT } from "../contracts/common.ts";
import type { Call } from "./context.ts";

/** The items are JSON texts; `next` is where the page after this one begins. */
export type Page = {
  readonly items: readonly string[];
  /** Null where it cannot be counted now. */
  readonly total: number | null;
  readonly next?: string;
};
export type PageRange = { readonly limit: number; readonly after?: string };

export async function listPage(
  c: Call,
  query: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  read: (range: PageRange) => Promise<ActorReply<Page>>,
): Promise<ActorReply<string>> {
  const after = await openCursor(c, query.cursor);
  if (!after.ok) return after;
  const limit = query.limit ?? PAGE_ITEMS_DEFAULT;
  const reply = await read(after.value === undefined ? { limit } : { limit, after: after.value });
  if (!reply.ok) return reply;
  const { items, total, next } = reply.value;
  const nextCursor = next === undefined ? null : await sealCursor(c, next);
  return answer(`{"items":[${items.join(",")}],"nextCursor":${JSON.stringify(nextCursor)},"total":${total}}`);
}

/** Of a list that is all at hand: the items behind the one that the cursor names. */
export function pageOf<Item>(
  items: readonly Item[],
  { after, limit }: PageRange,
  keyOf: (item: Item) => string,
  objectOf: (item: Item) => object,
): Page {
  const start = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1;
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < items.length;
  return {
    items: page.map((item) => JSON.stringify(objectOf(item))),
    total: items.length,
    ...(more ? { next: keyOf(last) } : {}),
  };
}

export const sealCursor = (c: Call, after: string): Promise<string> =>
  c.env.edge.cursors.seal(bindingOf(c), after);

export async function openCursor(
  c: Call,
  cursor: string | undefined,
): Promise<ActorReply<string | undefined>> {
  if (cursor === undefined) return answer(undefined);
  const after = await c.env.edge.cursors.open(bindingOf(c), cursor);
  return after === undefined ? refusal("cursor-invalid") : answer(after);
}

/** Whose list, and which: all that a cursor may not be carried across. The size of the pages may change on the way. */
function bindingOf(c: Call): string {
  const { pathname, searchParams } = new URL(c.req.url);
  const query = [...searchParams].filter(([name]) => name !== "cursor" && name !== "limit").sort();
  return JSON.stringify([c.env.envelope.principal.tenant, pathname, query]);
}
