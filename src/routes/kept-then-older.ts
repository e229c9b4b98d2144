/** A list of an account's facts, newest first: out of the account while it keeps them, then out of Postgres, without a seam. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { PageRange } from "../http/list.ts";
import type { HistoryPage } from "../ports.ts";

/** JSON texts of public objects with a `seq`; facts below `olderThan` are in Postgres only. */
export type Kept = {
  readonly items: readonly string[];
  readonly next?: string | undefined;
  readonly olderThan: number;
};
export type Joined = { readonly items: readonly string[]; readonly next?: string };
type ReadOlder = (range: {
  readonly before: number;
  readonly limit: number;
}) => Promise<ActorReply<HistoryPage>>;

export async function keptThenOlder(
  { items, next, olderThan }: Kept,
  { limit, after }: PageRange,
  readOlder: ReadOlder,
): Promise<ActorReply<Joined>> {
  if (next !== undefined) return answer({ items, next });
  const before = Math.min(olderThan, after === undefined ? olderThan : Number(after));
  const missing = limit - items.length;
  // Facts begin with 1.
  if (before <= 1) return answer({ items });
  // One more than fits tells whether there are others.
  const older = await readOlder({ before, limit: missing + 1 });
  // What is here is shown; who goes on from it is told that Postgres is away.
  if (!older.ok) return items.length === 0 ? older : answer({ items, next: String(before) });
  const shown = [...items, ...older.value.slice(0, missing)];
  return answer(
    older.value.length > missing ? { items: shown, next: nextBelow(shown, before) } : { items: shown },
  );
}

/** Of a page that the account has filled nothing older is shown yet. */
function nextBelow(items: readonly string[], before: number): string {
  const last = items.at(-1);
  // SAFETY: our own texts, in the public shape.
  return last === undefined ? String(before) : String((JSON.parse(last) as { seq: number }).seq);
}
