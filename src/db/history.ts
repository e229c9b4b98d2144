/**
 * Reads of what is older than an actor's bound: one keyset query a page, a deadline of 3 s, and a refusal rather than a wait. While
 * Postgres is away they are refused at once, by a breaker in the memory of the isolate: a new isolate learns it from its first readers.
 */
import { type Clock, systemClock } from "../../actors/runtime/clock.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { HistoryPage, HistoryReads, Log } from "../ports.ts";
import { accountReads } from "./account-history.ts";
import { barsStatement, barText } from "./bar-history.ts";
import { dayFoldsOf, dayFoldsStatement } from "./day-folds.ts";
import { guarded } from "./guarded.ts";
import { labelVersionsQuery } from "./label-history.ts";
import { m2mFoldStatement, m2mStatement, m2mText } from "./m2m-history.ts";
import { type Postgres, postgresAt, READ_TIMEOUT_MS, type ResultRow, type Statement } from "./neon.ts";
import { quoteBarsStatement, quoteBarText } from "./quote-bar-history.ts";

type Query = { toSQL(): { sql: string; params: unknown[] } };

const REFUSED = "what is older than the actor's own window cannot be read now";

export const historyFor = (databaseUrl: string, log: Log): HistoryReads =>
  historyOver(postgresAt(databaseUrl), log, systemClock);

export function historyOver(postgres: Postgres, log: Log, clock: Clock): HistoryReads {
  const run = guarded({ breaker: "postgres-history", refused: REFUSED, log, clock });
  const read: Read = (envelope, statement) => run(envelope, () => postgres.query(statement, READ_TIMEOUT_MS));
  const page = pagesOf(read);
  return {
    ...accountReads(read),
    bars: (envelope, symbol, resolution, range) =>
      page(envelope, barsStatement(symbol, resolution, range), barText),
    quoteBars: (envelope, symbol, side, resolution, range) =>
      page(envelope, quoteBarsStatement(symbol, side, resolution, range), quoteBarText),
    dayFolds: async (envelope, symbol, ranges, asOf) => {
      const rows = await read(envelope, dayFoldsStatement(symbol, ranges, asOf));
      return rows.ok ? answer(dayFoldsOf(rows.value, ranges)) : rows;
    },
    m2m: (envelope, strategy, resolution, range) =>
      page(
        envelope,
        m2mStatement({ tenant: envelope.principal.tenant, strategy }, resolution, range),
        m2mText,
      ),
    m2mFolds: (envelope, strategy, fold) =>
      page(envelope, m2mFoldStatement({ tenant: envelope.principal.tenant, strategy }, fold), m2mText),
    labelVersions: (envelope, label, range) =>
      page(envelope, statementOf(labelVersionsQuery(envelope.principal.tenant, label, range)), ({ body }) =>
        String(body),
      ),
  };
}

type Read = (envelope: Envelope, statement: Statement) => Promise<ActorReply<readonly ResultRow[]>>;

/** Newest first in the query, so that LIMIT takes the newest; ascending in the answer. */
const pagesOf =
  (read: Read) =>
  async (
    envelope: Envelope,
    statement: Statement,
    textOf: (row: ResultRow) => string,
  ): Promise<ActorReply<HistoryPage>> => {
    const rows = await read(envelope, statement);
    return rows.ok ? answer(rows.value.map(textOf).reverse()) : rows;
  };

function statementOf(query: Query): Statement {
  const { sql: text, params } = query.toSQL();
  return { text, params };
}
