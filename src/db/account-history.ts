/** Reads of what became of an account: its executions, snapshots and statements. */
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { type SnapshotPosition, STATEMENT_ITEMS_MAX } from "../contracts/statements.ts";
import { partAccount } from "../domain/parts-map.ts";
import type { EpochMs } from "../domain/time.ts";
import type { HistoryReads } from "../ports.ts";
import { decisionFactQuery } from "./decision-facts.ts";
import { executionCountQuery, executionOf, executionsQuery, shardActor } from "./execution-history.ts";
import { limitsQuery, limitsTextOf, limitVersionOf, limitVersionsQuery } from "./limit-history.ts";
import type { ResultRow, Statement } from "./neon.ts";
import { partActors, partReads } from "./part-history.ts";
import { type StoredHead, snapshotCountQuery, snapshotOf, snapshotsQuery } from "./snapshot-history.ts";
import { type Booked, type Lists, type Stood, statementOf } from "./statement.ts";
import {
  actionList,
  adjustmentList,
  type Between,
  bookedSums,
  cashList,
  closesStatement,
  executionList,
  positionsStatement,
} from "./statement-queries.ts";
import { violationOf, violationsQuery } from "./violation-history.ts";

type Rows = readonly ResultRow[];
type Read = (envelope: Envelope, statement: Statement) => Promise<ActorReply<Rows>>;
type Query = { toSQL(): { sql: string; params: unknown[] } };
type AccountReads = Pick<
  HistoryReads,
  | "executions"
  | "executionCount"
  | "accountParts"
  | "partExecutions"
  | "partViolations"
  | "violations"
  | "snapshots"
  | "snapshotCount"
  | "statement"
  | "decisionFact"
  | "limitsAt"
  | "limitVersions"
>;

export function accountReads(read: Read): AccountReads {
  const run = (envelope: Envelope, query: Query) => {
    const { sql: text, params } = query.toSQL();
    return read(envelope, { text, params });
  };
  const shard = ({ principal }: Envelope, account: string, part = 0) =>
    shardActor(principal.tenant, partAccount(account, part));
  return {
    executions: async (envelope, account, filter, range) =>
      mapped(await run(envelope, executionsQuery(shard(envelope, account), filter, range)), (rows) =>
        rows.map((row) => JSON.stringify(executionOf(row))),
      ),
    executionCount: async (envelope, account, filter, isSplit = false) => {
      const { tenant } = envelope.principal;
      const actors = isSplit ? partActors(tenant, account) : [shardActor(tenant, account)];
      return mapped(await run(envelope, executionCountQuery(actors, filter)), totalOf);
    },
    ...partReads(read),
    violations: async (envelope, account, filter, range) =>
      mapped(await run(envelope, violationsQuery(shard(envelope, account), filter, range)), (rows) =>
        rows.map((row) => JSON.stringify(violationOf(row))),
      ),
    snapshots: async (envelope, account, filter, range) =>
      mapped(
        await run(envelope, snapshotsQuery(shard(envelope, account, filter.part), filter, range)),
        (rows) => rows.map((row) => JSON.stringify({ ...snapshotOf(row), ...partIn(filter.part) })),
      ),
    snapshotCount: async (envelope, account, filter) =>
      mapped(await run(envelope, snapshotCountQuery(shard(envelope, account, filter.part), filter)), totalOf),
    statement: (envelope, account, date, part = 0) => statement(read, envelope, account, date, part),
    decisionFact: async (envelope, account, seq, part) =>
      mapped(await run(envelope, decisionFactQuery(shard(envelope, account, part), seq)), ([row]) =>
        row === undefined ? undefined : String(row.payload),
      ),
    limitsAt: async (envelope, account, wanted) =>
      mapped(await run(envelope, limitsQuery(owned(envelope, account), wanted)), ([row]) =>
        row === undefined ? undefined : limitsTextOf(row),
      ),
    limitVersions: async (envelope, account, range) =>
      mapped(await run(envelope, limitVersionsQuery(owned(envelope, account), range)), (rows) =>
        rows.map((row) => JSON.stringify(limitVersionOf(row))),
      ),
  };
}

async function statement(
  read: Read,
  envelope: Envelope,
  account: string,
  date: string,
  part: number,
): Promise<ActorReply<string | undefined>> {
  const actors = partActors(envelope.principal.tenant, account);
  const [actor = ""] = actors.splice(part, 1);
  const closes = await read(envelope, closesStatement(actor, date, part === 0 ? actors : []));
  if (!closes.ok) return closes;
  const [closed, before] = closes.value;
  if (closed === undefined || closed.day !== date) return answer(undefined);
  const [closing, opening] = [headOf(closed), before === undefined ? undefined : headOf(before)];
  // An account that is older than its closes: nobody knows how it opened. Other parts begin with nothing.
  if (opening === undefined && closing.head.dayPnl === null && part === 0) return answer(undefined);
  const range: Between = {
    actor,
    after: opening === undefined ? 0 : opening.seq + opening.head.parts - 1,
    before: closing.seq,
    from: opening?.at ?? 0,
    to: closing.at,
  };
  const found = await rowsOfAll(read, envelope, [
    positionsStatement(actor, closing.seq, closing.head.parts),
    // Of a close that there was not there are none.
    positionsStatement(actor, opening?.seq ?? 0, opening?.head.parts ?? 0),
    bookedSums(range, closing.head.currency),
    executionList(range, STATEMENT_ITEMS_MAX),
    cashList(range, STATEMENT_ITEMS_MAX),
    actionList(range, STATEMENT_ITEMS_MAX),
    adjustmentList(range, STATEMENT_ITEMS_MAX),
  ]);
  if (!found.ok) return found;
  const [held = [], heldBefore = [], sums = [], ...lists] = found.value;
  const reply = statementOf(
    account,
    opening === undefined ? undefined : { ...opening, positions: positionsOf(heldBefore) },
    { ...closing, positions: positionsOf(held) },
    new Map(sums.map((row) => [String(row.currency), bookedOf(row)])),
    listsOf(lists, sums),
  );
  const others = partsOf(closed, actors);
  const parts = others.length === 0 ? {} : { parts: others };
  return answer(JSON.stringify({ ...reply, ...partIn(part), ...parts }));
}

const partIn = (part = 0): { readonly part?: number } => (part === 0 ? {} : { part });

/** Of parts from 1. SAFETY: the names that the query was asked for. */
const partsOf = ({ others }: ResultRow, actors: readonly string[]): number[] =>
  ((others ?? []) as string[]).map((other) => 1 + actors.indexOf(other)).sort((one, other) => one - other);

async function rowsOfAll(
  read: Read,
  envelope: Envelope,
  statements: readonly Statement[],
): Promise<ActorReply<readonly Rows[]>> {
  const replies = await Promise.all(statements.map((each) => read(envelope, each)));
  const found: Rows[] = [];
  for (const reply of replies) {
    if (!reply.ok) return reply;
    found.push(reply.value);
  }
  return answer(found);
}

function mapped<Value>(reply: ActorReply<Rows>, valueOf: (rows: Rows) => Value): ActorReply<Value> {
  return reply.ok ? answer(valueOf(reply.value)) : reply;
}
const owned = ({ principal: { tenant } }: Envelope, account: string) => ({ tenant, account });
const totalOf = ([row]: Rows): number => Number(row?.total ?? 0);

const headOf = (row: ResultRow): Omit<Stood, "positions"> => ({
  seq: Number(row.seq),
  at: Number(row.taken_ms) as EpochMs,
  // SAFETY: the first part's row has the head that the fact told.
  head: row.head as StoredHead,
});

// SAFETY: each part's row has the positions that its fact told.
const positionsOf = (rows: Rows): SnapshotPosition[] =>
  rows.flatMap(({ positions }) => positions as SnapshotPosition[]);

const bookedOf = (row: ResultRow): Booked => ({
  cash: String(row.cash),
  realised: String(row.realised ?? "0"),
  fees: String(row.fees ?? "0"),
  funding: String(row.funding),
});

function listsOf(
  [executions = [], cash = [], actions = [], adjustments = []]: readonly Rows[],
  sums: Rows,
): Lists {
  const count = (name: string): number => sums.reduce((total, row) => total + Number(row[name]), 0);
  return {
    executions: executions.map(executionOf),
    cash: cash.map(cashOf),
    corporateActions: actions.map(revisionOf),
    adjustments: adjustments.map(revisionOf),
    counts: {
      executions: count("executions"),
      cash: count("movements"),
      corporateActions: count("actions"),
      adjustments: count("adjustments"),
    },
  };
}

// SAFETY: projections of facts whose fields are these; a row without one of them was parked.
const cashOf = (row: ResultRow): Lists["cash"][number] =>
  ({
    ...numbersOf(row),
    ...{ id: row.id, type: row.type, currency: row.currency, amount: row.amount },
    ...{ symbol: row.symbol, strategy: row.strategy, note: row.note },
  }) as Lists["cash"][number];

// SAFETY: as above.
const revisionOf = (row: ResultRow): Lists["adjustments"][number] =>
  ({
    ...numbersOf(row),
    ...{ reason: row.reason, id: row.id, symbol: row.symbol, strategy: row.strategy },
    ...{ currency: row.currency, qty: row.qty, cost: row.cost },
    ...{ realised: row.realised, fees: row.fees, funding: row.funding },
  }) as Lists["adjustments"][number];

const numbersOf = (row: ResultRow) => ({
  seq: Number(row.seq),
  ts: Number(row.ts_ms),
  bookedAt: Number(row.booked_ms),
});
