/** One list of rows of time out of two places: the actor's own window, and Postgres for what is older. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { HistoryPage } from "../ports.ts";

/** [from, to), the newest `limit` rows of it. */
export type Window = { readonly from?: number; readonly to?: number; readonly limit: number };
/** JSON texts, ascending; with `olderThan` there may be more in Postgres, strictly before it, and with `alsoUntil` among these, before that. */
export type RecentRows = {
  readonly rows: readonly string[];
  readonly olderThan?: number | undefined;
  readonly alsoUntil?: number | undefined;
};
type OlderRange = { from?: number; before: number; limit: number };
export type RowSource = {
  readonly recent: (window: Window) => Promise<ActorReply<RecentRows>>;
  readonly older: (range: OlderRange) => Promise<ActorReply<HistoryPage>>;
};

/** The newest rows of the window, ascending: one call of the actor, and at most one query where it does not reach back so far. */
export async function joinedRows(source: RowSource, window: Window): Promise<ActorReply<readonly string[]>> {
  const recent = await source.recent(window);
  if (!recent.ok) return recent;
  const { rows, alsoUntil } = recent.value;
  const asked = olderRange(window, recent.value);
  if (asked === undefined) return answer(rows);
  const older = await source.older(asked);
  if (!older.ok) return older;
  return answer(alsoUntil === undefined ? [...older.value, ...rows] : merged(older.value, rows, window));
}

/** What Postgres is asked for, up to the later of both; among rows that are here too, as many as the window holds. */
function olderRange(window: Window, { rows, olderThan = 0, alsoUntil }: RecentRows): OlderRange | undefined {
  const missing = alsoUntil === undefined ? window.limit - rows.length : window.limit;
  const end = Math.max(olderThan, alsoUntil ?? 0);
  if (missing <= 0 || end === 0) return undefined;
  const before = Math.min(end, window.to ?? end);
  if (window.from !== undefined && before <= window.from) return undefined;
  return { ...(window.from === undefined ? {} : { from: window.from }), before, limit: missing };
}

/** Of two rows with one start the actor's counts. */
function merged(older: readonly string[], rows: readonly string[], { limit }: Window): string[] {
  const byStart = new Map([...older, ...rows].map((row) => [startOf(row), row]));
  return [...byStart]
    .sort(([one], [other]) => one - other)
    .slice(-limit)
    .map(([, row]) => row);
}

// SAFETY: a row of our own actors or of Postgres, in the public shape.
export const startOf = (row: string): number => (JSON.parse(row) as { t: number }).t;
