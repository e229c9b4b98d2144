/**
 * Facts of many actors into Postgres, in one transaction: claims, facts, typed rows, watermarks.
 * A repeat is harmless and a stale copy of an actor writes nothing: each row is gated by its actor's watermark row, in the same transaction.
 */

import { getTableName } from "drizzle-orm";
import type { TextBatch } from "../../actors/runtime/fact.ts";
import { BETWEEN_LINES, factCount, factsIn, opened } from "../../actors/runtime/fact-text.ts";
import { assert } from "../domain/assert.ts";
import type { EpochMs } from "../domain/time.ts";
import { type Mirror, MirrorDataError, type MirrorOutcome, MirrorRefusedError } from "../ports.ts";
import { keepingVersions } from "./bar-versions.ts";
import { base64Of } from "./base64.ts";
import { factStatement } from "./fact-statement.ts";
import {
  isAnswer,
  type Postgres,
  postgresAt,
  READ_TIMEOUT_MS,
  type ResultRow,
  type Statement,
  sqlStateOf,
  WRITE_TIMEOUT_MS,
} from "./neon.ts";
import { PARTITIONED, type PartitionedTable, Partitions } from "./partitions.ts";
import { rowsOf } from "./projections/all.ts";
import type { TableRows } from "./projections/projection.ts";
import { SELECTED } from "./projections/selected.ts";
import { applyRetention } from "./retention.ts";
import { type Change, lastByKey, type Row, statementFor } from "./statements.ts";

export function mirrorFor(databaseUrl: string, now: () => EpochMs): Mirror {
  return mirrorOver(postgresAt(databaseUrl), now);
}

export function mirrorOver(postgres: Postgres, now: () => EpochMs): Mirror {
  const partitions = new Partitions(postgres);
  return {
    commit: async (batches) => commit(postgres, partitions, batches, now()),
    park: async (batch, reason) => park(postgres, batch, reason, now()),
    watermarks: async (turn, limit) => watermarks(postgres, turn, limit),
    maintain: async (at) => applyRetention(postgres, partitions, at),
    ping: async () => {
      await postgres.query({ text: "SELECT 1", params: [] }, READ_TIMEOUT_MS);
    },
  };
}

async function commit(
  postgres: Postgres,
  partitions: Partitions,
  batches: readonly TextBatch[],
  now: EpochMs,
): Promise<MirrorOutcome[]> {
  assert(
    new Set(batches.map((batch) => batch.actor)).size === batches.length,
    "an actor stands once in a transaction",
  );
  const tables = projected(batches);
  try {
    await partitions.ensure([...momentsOfFacts(batches), ...momentsOf(tables)], now);
    const incarnations = JSON.stringify(incarnationsOf(batches));
    const inserts = tables.map(({ table, change, rows }) => ({
      text: statementFor(table, change),
      params: [JSON.stringify(rows), incarnations],
    }));
    const results = await postgres.transaction(
      [
        ...claimStatements(batches),
        {
          text: factStatement(kindsOf(batches)),
          params: [incarnations],
          base64: base64Of(factsText(batches)),
        },
        ...inserts,
        ...watermarkStatements(batches),
      ],
      WRITE_TIMEOUT_MS,
    );
    return outcomesOf(batches, results.at(-1) ?? []);
  } catch (error) {
    throw told(error);
  }
}

/** All rows that facts of the rarer kinds make, by table and change; changes of rows last. */
function projected(batches: readonly TextBatch[]): TableRows[] {
  const merged = new Map<string, { table: TableRows["table"]; change: Change; rows: Row[] }>();
  for (const batch of batches) {
    for (const { table, change, rows } of readable(() => rowsOf(batch))) {
      const key = `${getTableName(table)} ${JSON.stringify(change)}`;
      const present = merged.get(key);
      if (present === undefined) merged.set(key, { table, change, rows: [...rows] });
      else present.rows.push(...rows);
    }
  }
  const changes = [...merged.values()].sort(
    (one, other) => Number("set" in one.change) - Number("set" in other.change),
  );
  return changes
    .flatMap(keepingVersions)
    .map((entry) => ({ ...entry, rows: lastByKey(entry.table, entry.rows) }));
}

function readable<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new MirrorDataError(messageOf(error), { cause: error });
  }
}

/** Rows new to the mirror, then the claim. The claim is a WHERE and never an error: an error would roll back everybody in the batch. */
function claimStatements(batches: readonly TextBatch[]): Statement[] {
  const rows = JSON.stringify(
    [...batches]
      .sort((one, other) => (one.actor < other.actor ? -1 : 1))
      .map(({ actor, incarnation, knownIncarnations, firstSeq, lastSeq }) => ({
        actor,
        incarnation,
        known: knownIncarnations,
        first_seq: firstSeq,
        last_seq: lastSeq,
      })),
  );
  return [
    { text: NEW_WATERMARKS, params: [rows] },
    { text: CLAIM, params: [rows] },
    { text: PARK_GAPS, params: [rows] },
  ];
}

function watermarkStatements(batches: readonly TextBatch[]): Statement[] {
  const rows = batches.map(({ actor, incarnation, lastSeq }) => ({ actor, incarnation, last_seq: lastSeq }));
  return [
    { text: ADVANCE, params: [JSON.stringify(rows)] },
    { text: READ_BACK, params: [JSON.stringify(batches.map((batch) => batch.actor))] },
  ];
}

function outcomesOf(batches: readonly TextBatch[], readBack: readonly ResultRow[]): MirrorOutcome[] {
  const stored = new Map(readBack.map((row) => [String(row.actor), row]));
  return batches.map((batch) => {
    const row = stored.get(batch.actor);
    assert(row !== undefined, "the claim makes a watermark row for every actor");
    return row.incarnation === batch.incarnation ? { watermark: Number(row.seq) } : { fenced: true };
  });
}

async function park(
  postgres: Postgres,
  batch: TextBatch,
  reason: string,
  now: EpochMs,
): Promise<MirrorOutcome> {
  const [fact] = factsIn(batch);
  assert(fact !== undefined && factCount(batch) === 1, "one fact is parked at a time");
  const [seq, , kind, payload] = fact;
  const letter = {
    ...{ actor: batch.actor, seq, kind: storable(kind), payload: storable(payload) },
    ...{ reason: storable(reason), parked_at: now, incarnation: batch.incarnation },
  };
  const statements = [
    ...claimStatements([batch]),
    { text: PARK_FACT, params: [JSON.stringify(letter)] },
    ...watermarkStatements([batch]),
  ];
  const results = await postgres.transaction(statements, WRITE_TIMEOUT_MS).catch((error: unknown) => {
    throw told(error);
  });
  const outcome = outcomesOf([batch], results.at(-1) ?? [])[0];
  assert(outcome !== undefined, "one batch has one outcome");
  return outcome;
}

/** NUL is the one character that no text of Postgres holds. */
const storable = (text: string): string => text.replaceAll("\u0000", "\ufffd");

async function watermarks(
  postgres: Postgres,
  turn: number,
  limit: number,
): Promise<{ actor: string; seq: number }[]> {
  const rows = await postgres.query({ text: SHARE_OF_WATERMARKS, params: [turn, limit] }, WRITE_TIMEOUT_MS);
  return rows.map((row) => ({ actor: String(row.actor), seq: Number(row.seq) }));
}

/** All facts in one JSON array, as their actors wrote them but for the name: that is the batch's, so none writes under another's. */
function factsText(batches: readonly TextBatch[]): string {
  const named = batches.map(({ actor, text }) => opened(text, `{"actor":${JSON.stringify(actor)},`));
  return `[${named.join(BETWEEN_LINES)}]`;
}

const kindsOf = (batches: readonly TextBatch[]): Set<string> =>
  new Set(batches.flatMap(({ kinds }) => kinds));

/** The first and the last of each batch: where a whole month lies between them, its rows stand in the DEFAULT partition. */
function momentsOfFacts(batches: readonly TextBatch[]): { table: PartitionedTable; at: number }[] {
  return batches.flatMap(({ earliest, latest, kinds }) => {
    const selected = kinds.flatMap((kind) => SELECTED[kind]?.partitioned ?? []);
    const tables: readonly PartitionedTable[] = ["actor_fact", ...selected];
    return tables.flatMap((table) => [
      { table, at: earliest },
      { table, at: latest },
    ]);
  });
}

function momentsOf(tables: readonly TableRows[]): { table: PartitionedTable; at: number }[] {
  return tables.flatMap(({ table, rows }) => {
    const name = getTableName(table);
    if (!(name in PARTITIONED)) return [];
    const partitioned = name as PartitionedTable; // SAFETY: checked by the line above.
    const moments = rows.map((row) => ({ table: partitioned, at: Number(row[PARTITIONED[partitioned]]) }));
    if (partitioned !== "bar") return moments;
    // What a bar replaces is kept in the month in which it was replaced.
    const replaced = rows.map((row) => ({ table: "bar_version" as const, at: Number(row["known_at"]) }));
    return [...moments, ...replaced];
  });
}

const incarnationsOf = (batches: readonly TextBatch[]): Record<string, string> =>
  Object.fromEntries(batches.map((batch) => [batch.actor, batch.incarnation]));

/** What the archiver makes of it: look for the row, try again, or, where nobody was there, wait. */
function told(error: unknown): unknown {
  if (isBadData(error)) return new MirrorDataError(messageOf(error), { cause: error });
  return isAnswer(error) ? new MirrorRefusedError(messageOf(error), { cause: error }) : error;
}

/** Only classes 22 (data) and 23 (constraint) mean that these rows will never fit. */
function isBadData(error: unknown): boolean {
  const state = sqlStateOf(error);
  return (
    error instanceof MirrorDataError ||
    (state !== undefined && (state.startsWith("22") || state.startsWith("23")))
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const NEW_WATERMARKS = `INSERT INTO actor_watermark (actor, incarnation, seq, updated_at)
SELECT r.actor, r.incarnation, 0, now() FROM json_to_recordset($1::json) AS r(actor text, incarnation text) ORDER BY r.actor
ON CONFLICT (actor) DO NOTHING`;

const CLAIM = `UPDATE actor_watermark AS w SET incarnation = r.incarnation, updated_at = now()
FROM json_to_recordset($1::json) AS r(actor text, incarnation text, known jsonb)
WHERE w.actor = r.actor AND (w.incarnation = r.incarnation OR r.known ? w.incarnation)`;

/** What stands between the watermark and a batch never came: it is named rather than passed over in silence. */
const PARK_GAPS = `INSERT INTO dead_letter (actor, seq, last_seq, kind, payload, reason, parked_at)
SELECT r.actor, w.seq + 1, r.first_seq - 1, 'gap', '', 'facts before this batch never reached the mirror', now()
FROM json_to_recordset($1::json) AS r(actor text, incarnation text, first_seq bigint)
JOIN actor_watermark AS w ON w.actor = r.actor AND w.incarnation = r.incarnation
WHERE r.first_seq > w.seq + 1 ON CONFLICT (actor, seq) DO NOTHING`;

const PARK_FACT = `INSERT INTO dead_letter (actor, seq, last_seq, kind, payload, reason, parked_at)
SELECT r.actor, r.seq, r.seq, r.kind, r.payload, r.reason, to_timestamp(r.parked_at / 1000.0)
FROM json_to_record($1::json) AS r(actor text, seq bigint, kind text, payload text, reason text, parked_at bigint, incarnation text)
JOIN actor_watermark AS w ON w.actor = r.actor AND w.incarnation = r.incarnation AND r.seq > w.seq
ON CONFLICT (actor, seq) DO NOTHING`;

const ADVANCE = `UPDATE actor_watermark AS w SET seq = r.last_seq, updated_at = now()
FROM json_to_recordset($1::json) AS r(actor text, incarnation text, last_seq bigint)
WHERE w.actor = r.actor AND w.incarnation = r.incarnation AND w.seq < r.last_seq`;

/** Actors fall into as many shares as the limit demands, by a hash of their names; turns go round the shares. A share over the limit loses others each time. */
const SHARE_OF_WATERMARKS = `WITH shares AS (SELECT ceil(count(*) / $2::numeric)::bigint AS n FROM actor_watermark)
SELECT actor, seq FROM actor_watermark, shares
WHERE n <= 1 OR mod(hashtext(actor)::bigint + 2147483648, n) = mod($1::bigint, n) ORDER BY hashtext(actor || $1::text) LIMIT $2::bigint`;

const READ_BACK = `SELECT actor, incarnation, seq FROM actor_watermark WHERE actor IN (SELECT json_array_elements_text($1::json))`;
