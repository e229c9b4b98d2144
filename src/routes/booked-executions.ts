/** Executions of an account, newest first: out of the account while it keeps them, then out of Postgres, without a seam. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { BookedExecution } from "../contracts/account-history.ts";
import { onAccount } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import type { Page, PageRange } from "../http/list.ts";
import { sinceDeploy } from "../http/new-method.ts";
import type { ExecutionFilter } from "../ports.ts";
import { type Joined, keptThenOlder } from "./kept-then-older.ts";

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

async function keptAndOlder(
  c: Call,
  account: string,
  filter: ExecutionFilter,
  range: PageRange,
): Promise<ActorReply<Joined>> {
  const asked = { ...filter, ...range };
  const kept = await sinceDeploy("bookedExecutions", () =>
    onAccount(c, account, (shard, envelope) => shard.bookedExecutions(envelope, asked)),
  );
  if (!kept.ok) return kept;
  const items = kept.value.items.map(publicText);
  return keptThenOlder({ ...kept.value, items }, range, (below) =>
    c.env.edge.ports.history.executions(c.env.envelope, account, filter, below),
  );
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
