/**
 * A program of its own: holds the file of what was acknowledged against the API and against Postgres. It knows nothing of how the
 * server works, only the public contract and the tables. Usage: `node scripts/faults/compare.ts ACKNOWLEDGED DEV_JSON [POSTGRES_URL]`.
 * It prints one line of JSON and ends with 1 where something is lost, doubled or wrong. What was parked is told, not judged.
 */
import { readFileSync } from "node:fs";
import { ApiClient } from "../client.ts";
import { readAcknowledged } from "./acknowledged.ts";
import { auditMirror, eventually } from "./audit.ts";
import { compareApi, comparePostgres, type Findings, isClean } from "./comparison.ts";
import { readApi, readPostgres } from "./reader.ts";
import { sqlReader } from "./sql.ts";

/** What was acknowledged is on its way to Postgres: longer than any backoff of an outbox, and than a busy machine takes. */
const MIRRORED_MS_MAX = 60_000;
const API_PATIENCE_MS = 60_000; // A call that is refused for load is sent again.

const [file, devFile, postgresUrl] = process.argv.slice(2);
if (file === undefined || devFile === undefined)
  throw new Error("usage: compare.ts ACKNOWLEDGED DEV_JSON [POSTGRES_URL]");
const { url, apiKey, databaseUrl } = JSON.parse(readFileSync(devFile, "utf8"));
const api = new ApiClient({ url, apiKey }, { patienceMs: API_PATIENCE_MS });
const postgres = sqlReader(databaseUrl, postgresUrl);
const acknowledged = readAcknowledged(file);

const inApi = await readApi(api, acknowledged);
const apiFindings = compareApi(acknowledged, inApi);
const closed = new Set(
  inApi.bars.filter(({ state }) => state !== "forming").map(({ symbol, t }) => `${symbol}/${t}`),
);
const { audit, findings: mirrorFindings } = await eventually(
  mirrored,
  ({ findings }) => isClean(findings),
  MIRRORED_MS_MAX,
);

const findings: Findings = {
  lost: apiFindings.lost + mirrorFindings.lost,
  doubled: apiFindings.doubled + mirrorFindings.doubled,
  parked: mirrorFindings.parked,
  wrong: [...apiFindings.wrong, ...mirrorFindings.wrong],
};
const counted = (kind: string): number => acknowledged.filter((entry) => entry.kind === kind).length;
const figures = { trades: counted("trade"), orders: counted("order"), executions: counted("execution") };
const letters = audit.parked.map(({ actor, first, last, reason }) => ({ actor, first, last, reason }));
process.stdout.write(`${JSON.stringify({ ...figures, facts: audit.facts, ...findings, letters })}\n`);
process.exit(isClean(findings) ? 0 : 1);

async function mirrored() {
  const audit = await auditMirror(postgres);
  const compared = comparePostgres(acknowledged, closed, await readPostgres(postgres, audit));
  return { audit, findings: { ...compared, wrong: [...compared.wrong, ...audit.faults] } };
}
