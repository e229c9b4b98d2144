/** Pages of rows of time, newest first by cursor: read, led through what is to become of them, shown. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { Call } from "../http/context.ts";
import { openCursor, sealCursor } from "../http/list.ts";
import { joinedRows, type RowSource, startOf, type Window } from "./joined-rows.ts";

/** [from, to), the newest `limit` rows of it; a cursor says where the page before began. */
export type WindowQuery = {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};
/** What was read for a page: its rows, ascending, and the one before them where there is one; `window` is what was asked for. */
export type PageRead = {
  readonly rows: readonly string[];
  readonly before: string | undefined;
  readonly window: Window;
};
/** What becomes of rows between reading and showing. Of more than a page holds the newest are shown; the cursor leads to the others. */
export type PageStep = (page: PageRead) => Promise<ActorReply<readonly string[]>>;

/** `render` gets the rows as the inside of a JSON array, and the cursor as JSON. */
export async function timeWindow(
  c: Call,
  query: WindowQuery,
  source: RowSource,
  render: (rows: string, nextCursor: string) => string,
  steps: readonly PageStep[] = [],
): Promise<ActorReply<string>> {
  const cursor = await openCursor(c, query.cursor);
  if (!cursor.ok) return cursor;
  const to = cursor.value === undefined ? query.to : Number(cursor.value);
  // One row more than asked for is read: it tells whether there are older ones.
  const window = windowFrom(query.from, to, query.limit + 1);
  const read = await joinedRows(source, window);
  if (!read.ok) return read;
  const before = read.value.length > query.limit ? read.value[0] : undefined;
  const rows = await throughSteps(steps, { rows: read.value.slice(-query.limit), before, window });
  if (!rows.ok) return rows;
  const shown = rows.value.slice(-query.limit);
  const [first] = shown;
  const isMore = before !== undefined || rows.value.length > shown.length;
  const nextCursor = isMore && first !== undefined ? await sealCursor(c, String(startOf(first))) : null;
  return answer(render(shown.join(","), JSON.stringify(nextCursor)));
}

async function throughSteps(steps: readonly PageStep[], page: PageRead): ReturnType<PageStep> {
  let { rows } = page;
  for (const step of steps) {
    const next = await step({ ...page, rows });
    if (!next.ok) return next;
    rows = next.value;
  }
  return answer(rows);
}

const windowFrom = (from: number | undefined, to: number | undefined, limit: number): Window => ({
  limit,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});
