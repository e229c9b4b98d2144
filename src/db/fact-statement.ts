/**
 * The statement that all facts of a transaction go through: into `actor_fact`, and typed rows of the frequent kinds beside it, from the
 * same parameter. `$1` the lines of facts as their actors wrote them, each with its actor's name, in base64; `$2` an object of actor →
 * incarnation.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import { SELECTED, type Selected } from "./projections/selected.ts";
import { actorFact } from "./schema.ts";
import { CLAIMED, keyColumns, recordColumn, selectedColumn } from "./statements.ts";

/**
 * `json` and `text` of a nested value are its own characters: the payload arrives as it was written. Payloads that are not as many values as
 * their line says are not what they seem: bad data, as what is no JSON.
 */
const FACTS = `WITH fact AS (
SELECT r.actor, r.seq, r.committed_at, r.kind, r.payload, r.request_id, r.traceparent
FROM (
SELECT line.actor, line.seq + each.place AS seq, line.committed_at, line.kind, each.payload, line.request_id, line.traceparent
FROM json_to_recordset(convert_from(decode($1, 'base64'), 'UTF8')::json) AS line(actor text, seq bigint, committed_at bigint, kind text,
request_id text, traceparent text, payload text, quoted text, size bigint, payloads json)
CROSS JOIN LATERAL (
SELECT coalesce(line.payload, line.quoted) AS payload, 0 AS place WHERE line.payloads IS NULL
UNION ALL
SELECT value::text, CASE WHEN count(*) OVER () = line.size THEN place - 1 ELSE (line.kind || ': not as many payloads as said')::bigint END
FROM json_array_elements(line.payloads) WITH ORDINALITY AS of_line(value, place)
) AS each
) AS r
${CLAIMED}
)`;

/** The payload is taken apart once for all columns, and of no other kind. */
function insertSelected(kind: string, { table, fields }: Selected): string {
  const columns = Object.values(getTableColumns(table));
  const record = columns.flatMap((column) => {
    const field = fields[column.name];
    return field === undefined ? [] : [recordColumn(column, `"${field}"`)];
  });
  const values = columns.map((column) => {
    const field = fields[column.name];
    return field === undefined ? OF_THE_FACT[column.name] : selectedColumn(column, `p."${field}"`);
  });
  return `INSERT INTO ${getTableName(table)} (${columns.map(({ name }) => name).join(", ")})
SELECT ${values.join(", ")}
FROM fact AS f CROSS JOIN LATERAL json_to_record(f.payload::json) AS p(${record.join(", ")})
WHERE f.kind = '${kind}'
ON CONFLICT (${keyColumns(table).join(", ")}) DO NOTHING`;
}

/** `risk-shard:acme/main` → acme, main; null where the name has no slash, which no row takes. */
const NAME = "substr(f.actor, strpos(f.actor, ':') + 1)";
const SLASH = `nullif(strpos(${NAME}, '/'), 0)`;
/** What a row has that its payload does not tell. */
const OF_THE_FACT: Readonly<Record<string, string>> = {
  actor: "f.actor",
  seq: "f.seq",
  tenant: `substr(${NAME}, 1, ${SLASH} - 1)`,
  account: `substr(${NAME}, ${SLASH} + 1)`,
};

const KEPT = `INSERT INTO actor_fact (actor, seq, committed_at, kind, payload, request_id, traceparent)
SELECT actor, seq, to_timestamp(committed_at / 1000.0), kind, payload, request_id, traceparent FROM fact
ON CONFLICT (${keyColumns(actorFact).join(", ")}) DO NOTHING`;

/** Where the facts are of these kinds. */
export function factStatement(kinds: ReadonlySet<string>): string {
  const inserts = Object.entries(SELECTED)
    .filter(([kind]) => kinds.has(kind))
    .map(([kind, selected], index) => `, selected_${index} AS (\n${insertSelected(kind, selected)}\n)`);
  return `${FACTS}${inserts.join("")}\n${KEPT}`;
}
