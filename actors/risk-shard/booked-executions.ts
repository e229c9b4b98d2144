/** Reports as they were booked, newest first, out of the account's own journal. */
import type { ExecutionBookedFact } from "./facts.ts";
import type { Ledger } from "./ledger.ts";
import type { ExecutionsPage, ExecutionsQuery } from "./messages.ts";

/** Reports that one page looks through: of a filter that few of them pass the page is short, and says where to go on. */
const LOOKED_MAX = 5_000;
/** Read at a time. */
const BATCH = 500;

/** Facts begin with 1: below it there are none, here or in Postgres. */
const FIRST_SEQ = 1;

export function bookedExecutions({ executions, state }: Ledger, query: ExecutionsQuery): ExecutionsPage {
  const { limit, after } = query;
  const items: string[] = [];
  let below = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
  let looked = 0;
  let isDone = false;
  while (items.length < limit && looked < LOOKED_MAX && !isDone) {
    const rows = executions.page(below, BATCH);
    isDone = rows.length < BATCH;
    for (const { seq, payload } of rows) {
      if (items.length === limit) {
        isDone = false;
        break;
      }
      looked += 1;
      below = seq;
      if (isAsked(payload, query)) items.push(`{"seq":${seq},${payload.slice(1)}`);
    }
  }
  // An account from before this was kept has executions that never stood here.
  const isAll = executions.isWhole && state.account?.since !== undefined;
  const olderThan = isAll ? FIRST_SEQ : executions.oldestSeq;
  return isDone ? { items, olderThan } : { items, next: String(below), olderThan };
}

function isAsked(payload: string, { symbol, strategy, type }: ExecutionsQuery): boolean {
  if (symbol === undefined && strategy === undefined && type === undefined) return true;
  // SAFETY: the journal keeps the payloads of these facts.
  const booked = JSON.parse(payload) as ExecutionBookedFact;
  return (
    (symbol === undefined || booked.symbol === symbol) &&
    (strategy === undefined || (booked.strategy ?? "") === strategy) &&
    (type === undefined || booked.type === type)
  );
}
