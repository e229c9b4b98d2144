/** Executions of an account, newest first: out of the account while it keeps them, then out of Postgres, without a seam. */
import type { ExecutionsPage } from "../../actors/risk-shard/messages.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { BookedExecution } from "../contracts/account-history.ts";
import type { Call } from "../http/context.ts";
import type { Page, PageRange } from "../http/list.ts";
import { type FactSource, factPage } from "../http/split/parted-facts.ts";
import type { ExecutionFilter } from "../ports.ts";
import { type Joined, keptThenOlder } from "./kept-then-older.ts";

export async function executionPage(
  c: Call,
  account: string,
  filter: ExecutionFilter,
  range: PageRange,
): Promise<ActorReply<Page>> {
  const { history } = c.env.edge.ports;
  const found = await factPage(c, account, range, executionsOf(c, account, filter));
  if (!found.ok) return found;
  const isSplit = !("whole" in found.value);
  const joined = isSplit
    ? answer(found.value)
    : await keptThenOlder(found.value.whole, range, (below) =>
        history.executions(c.env.envelope, account, filter, below),
      );
  if (!joined.ok) return joined;
  const { items, next }: Joined = joined.value;
  // All of them are here: Postgres may not have the newest yet.
  if (range.after === undefined && next === undefined) return answer({ items, total: items.length });
  const total = await history.executionCount(c.env.envelope, account, filter, isSplit);
  const shown = { items, total: total.ok ? total.value : null };
  return answer(next === undefined ? shown : { ...shown, next });
}

const executionsOf = (c: Call, account: string, filter: ExecutionFilter): FactSource<ExecutionsPage> => ({
  method: "bookedExecutions",
  at: "bookedAt",
  kept: async (shard, envelope, range) => {
    const kept = await shard.bookedExecutions(envelope, { ...filter, ...range });
    return kept.ok ? answer({ ...kept.value, items: kept.value.items.map(publicText) }) : kept;
  },
  older: (below, limit) =>
    c.env.edge.ports.history.partExecutions(c.env.envelope, account, filter, below, limit),
});

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
