/** Executions of an account, newest first: out of the account while it keeps them, then out of Postgres, without a seam. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { BookedExecution } from "../contracts/account-history.ts";
import { onAccount } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import type { Page, PageRange } from "../http/list.ts";
import { sinceDeploy } from "../http/new-method.ts";
import type { ExecutionFilter } from "../ports.ts";

export async function executionPage(
  c: Call,
  account: string,
  filter: ExecutionFilter,
  range: PageRange,
): Promise<ActorReply<Page>> {
  const kept = await keptAndOlder(c, account, filter, range);
  if (!kept.ok) return kept;
  const { items, next } = kept.value;
  // All of them are here: Postgres may not have the newest yet.
  if (range.after === undefined && next === undefined) return answer({ items, total: items.length });
  const total = await c.env.edge.ports.history.executionCount(c.env.envelope, account, filter);
  const shown = { items, total: total.ok ? total.value : null };
  return answer(next === undefined ? shown : { ...shown, next });
}

type Found = { readonly items: readonly string[]; readonly next?: string };

async function keptAndOlder(
  c: Call,
  account: string,
  filter: ExecutionFilter,
  { limit, after }: PageRange,
): Promise<ActorReply<Found>> {
  const asked = { ...filter, limit, ...(after === undefined ? {} : { after }) };
  const kept = await sinceDeploy("bookedExecutions", () =>
    onAccount(c, account, (shard, envelope) => shard.bookedExecutions(envelope, asked)),
  );
  if (!kept.ok) return kept;
  const items = kept.value.items.map(publicText);
  const { next, olderThan } = kept.value;
  if (next !== undefined) return answer({ items, next });
  const before = Math.min(olderThan, after === undefined ? olderThan : Number(after));
  const missing = limit - items.length;
  // Facts begin with 1.
  if (before <= 1) return answer({ items });
  // One more than fits tells whether there are others.
  const range = { before, limit: missing + 1 };
  const older = await c.env.edge.ports.history.executions(c.env.envelope, account, filter, range);
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
  return last === undefined ? String(before) : String((JSON.parse(last) as BookedExecution).seq);
}

/** As the account keeps it: what its fact says, with its seq. */
type Kept = Omit<BookedExecution, "refExecId" | "realised" | "bookedAt"> &
  Partial<Pick<BookedExecution, "refExecId" | "realised">> & { readonly at: number };

function publicText(text: string): string {
  // SAFETY: the account answers the facts that it keeps.
  const booked = JSON.parse(text) as Kept;
  const { seq, execId, type, clientOrderId, strategy, symbol, side, qty, price, fee, ts, at } = booked;
  return JSON.stringify({
    ...{ seq, execId, type, clientOrderId, strategy, symbol, side, qty, price, fee },
    refExecId: booked.refExecId ?? null,
    realised: booked.realised ?? null,
    ts,
    bookedAt: at,
  });
}
