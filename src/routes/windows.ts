/** Rows of time that begin in the actor's own window and go on in Postgres, so that a caller never sees the seam. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { Call } from "../http/context.ts";
import { openCursor, sealCursor } from "../http/list.ts";
import type { HistoryPage } from "../ports.ts";

/** [from, to), the newest `limit` rows of it; a cursor says where the page before began. */
export type WindowQuery = {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};
export type Window = { readonly from?: number; readonly to?: number; readonly limit: number };
/** JSON texts, ascending; with `olderThan` there may be more in Postgres, strictly before it. */
export type RecentRows = { readonly rows: readonly string[]; readonly olderThan?: number | undefined };
export type RowSource = {
  readonly recent: (window: Window) => Promise<ActorReply<RecentRows>>;
  readonly older: (range: {
    from?: number;
    before: number;
    limit: number;
  }) => Promise<ActorReply<HistoryPage>>;
};

/** `render` gets the rows as the inside of a JSON array, and the cursor as JSON. */
export async function timeWindow(
  c: Call,
  query: WindowQuery,
  source: RowSource,
  render: (rows: string, nextCursor: string) => string,
): Promise<ActorReply<string>> {
  const cursor = await openCursor(c, query.cursor);
  if (!cursor.ok) return cursor;
  const to = cursor.value === undefined ? query.to : Number(cursor.value);
  // One row more than asked for is read: it tells whether there are older ones.
  const rows = await joinedRows(source, windowFrom(query.from, to, query.limit + 1));
  if (!rows.ok) return rows;
  const page = rows.value.slice(-query.limit);
  const [first] = page;
  const more = rows.value.length > page.length && first !== undefined;
  const nextCursor = more ? await sealCursor(c, String(startOf(first))) : null;
  return answer(render(page.join(","), JSON.stringify(nextCursor)));
}

/** The newest rows of the window, ascending: one call of the actor, and at most one query where it does not reach back so far. */
export async function joinedRows(source: RowSource, window: Window): Promise<ActorReply<readonly string[]>> {
  const recent = await source.recent(window);
  if (!recent.ok) return recent;
  const { rows, olderThan } = recent.value;
  const missing = window.limit - rows.length;
  if (missing <= 0 || olderThan === undefined) return answer(rows);
  const before = Math.min(olderThan, window.to ?? olderThan);
  if (window.from !== undefined && before <= window.from) return answer(rows);
  const older = await source.older({
    ...(window.from === undefined ? {} : { from: window.from }),
    before,
    limit: missing,
  });
  return older.ok ? answer([...older.value, ...rows]) : older;
}

const windowFrom = (from: number | undefined, to: number | undefined, limit: number): Window => ({
  limit,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

// SAFETY: a row of our own actors, in the public shape.
const startOf = (row: string): number => (JSON.parse(row) as { t: number }).t;
