/** One list of rows of time out of two places: the actor's own window, and Postgres for what is older. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { HistoryPage } from "../ports.ts";

/** [from, to), the newest `limit` rows of it. */
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

/** The newest rows of the window, ascending: one call of the actor, and at most one query where it does not reach back so far. */
export async function joinedRows(source: RowSource, window: Window): Promise<ActorReply<readonly string[]>> {
  const recent = await source.recent(window);
  if (!recent.ok) return recent;
  const { rows, olderThan } = recent.value;
  const missing = window.limit - rows.length;
  if (missing <= 0 || olderThan === undefined) return answer(rows);
  const before = Math.min(olderThan, window.to ?? olderThan);
  if (window.from !== undefined && before <= window.from) return answer(rows);
  const from = window.from === undefined ? {} : { from: window.from };
  const older = await source.older({ ...from, before, limit: missing });
  return older.ok ? answer([...older.value, ...rows]) : older;
}
