/** What became of an account: what was booked, what it made, how it closed its trading days. */
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import { getAccountPnl, getExecutions } from "../contracts/account-history.ts";
import { getSnapshots, getStatement, postSnapshot, type SnapshotObject } from "../contracts/statements.ts";
import { onAccount } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { listPage, type Page, type PageRange } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import type { SnapshotFilter } from "../ports.ts";
import { executionPage } from "./booked-executions.ts";

export function accountHistoryRoutes(mount: Mount): void {
  mount.on(getExecutions, (c, { params: { account }, query: { limit, cursor, symbol, strategy, type } }) => {
    const filter = {
      ...(symbol === undefined ? {} : { symbol }),
      ...(strategy === undefined ? {} : { strategy }),
      ...(type === undefined ? {} : { type }),
    };
    return listPage(c, { limit, cursor }, (range) => executionPage(c, account, filter, range));
  });
  mount.on(getAccountPnl, (c, { params: { account }, query: { method = "average", by = "account" } }) =>
    sinceDeploy("pnl", () => onAccount(c, account, (shard, envelope) => shard.pnl(envelope, { method, by }))),
  );
  mount.on(postSnapshot, (c, { params: { account }, text }) =>
    sinceDeploy("takeSnapshot", () =>
      onAccount(c, account, (shard, envelope) => shard.takeSnapshot(envelope, text)),
    ),
  );
  mount.on(getSnapshots, (c, { params: { account }, query: { limit, cursor, from, to, kind, part } }) => {
    const filter = {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(kind === undefined ? {} : { kind }),
      ...(part === undefined ? {} : { part }),
    };
    return listPage(c, { limit, cursor }, (range) => snapshotPage(c, account, filter, range));
  });
  mount.on(getStatement, (c, { params: { account }, query: { date, part } }) =>
    statementOn(c, account, date, part),
  );
}

async function snapshotPage(
  c: Call,
  account: string,
  filter: SnapshotFilter,
  { limit, after }: PageRange,
): Promise<ActorReply<Page>> {
  const { edge, envelope } = c.env;
  const refused = await edge.known.accountRefusal(envelope, account);
  if (refused !== undefined) return refused;
  const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
  // One more than is shown tells whether there are others.
  const range = { before, limit: limit + 1 };
  const rows = await edge.ports.history.snapshots(envelope, account, filter, range);
  if (!rows.ok) return rows;
  const total = await edge.ports.history.snapshotCount(envelope, account, filter);
  if (!total.ok) return total;
  const items = rows.value.slice(0, limit);
  const last = items.at(-1);
  const page = { items, total: total.value };
  if (rows.value.length <= limit || last === undefined) return answer(page);
  // SAFETY: our own texts, in the public shape.
  return answer({ ...page, next: String((JSON.parse(last) as SnapshotObject).seq) });
}

async function statementOn(c: Call, account: string, date: string, part = 0): Promise<ActorReply<string>> {
  const { edge, envelope } = c.env;
  const refused = await edge.known.accountRefusal(envelope, account);
  if (refused !== undefined) return refused;
  const found = await edge.ports.history.statement(envelope, account, date, part);
  if (!found.ok) return found;
  const unknown = "the account has closed no trading day of that date, or Postgres has not heard of it yet";
  return found.value === undefined ? refusal("statement-unknown", unknown) : answer(found.value);
}
