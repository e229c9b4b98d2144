/** `npm run migrate [-- --dotenv FILE]`: brings Postgres (DATABASE_URL) up to the last numbered file of `migrations/`. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { NeonDbError } from "@neondatabase/serverless";
import { type Postgres, postgresAt, sqlStateOf } from "../src/db/neon.ts";
import { faultText, variableFaults } from "../src/env.ts";
import { unreachableText } from "./deploy/database.ts";
import { loadDotenv } from "./deploy/dotenv.ts";

export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

export type MigrationFile = {
  readonly id: number;
  readonly name: string;
  readonly checksum: string;
  readonly statements: readonly string[];
};
type Applied = { id: number; name: string; checksum: string };

const FOLDER = fileURLToPath(new URL("../migrations/", import.meta.url).href);
/** A migration may rewrite a table; nothing of ours takes longer. */
const MIGRATION_TIMEOUT_MS = 120_000;
const READ_TIMEOUT_MS = 10_000;

const CREATE_JOURNAL = `CREATE TABLE IF NOT EXISTS schema_migration (
  id integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL)`;

const READ_JOURNAL = { text: "SELECT id, name, checksum FROM schema_migration ORDER BY id", params: [] };
/** What Postgres says where nothing was ever migrated. */
const UNDEFINED_TABLE = "42P01";

/** Runs what is missing, in order, each file in one transaction with its own record. Answers the names of those it ran. */
export async function migrate(
  databaseUrl: string,
  files: readonly MigrationFile[] = migrationFiles(),
): Promise<string[]> {
  const postgres = postgresAt(databaseUrl);
  refuseGapsAndDuplicates(files);
  await postgres.query({ text: CREATE_JOURNAL, params: [] }, READ_TIMEOUT_MS);
  const applied = await postgres.query(READ_JOURNAL, READ_TIMEOUT_MS);
  refuseEdits(applied as Applied[], files); // SAFETY: the columns of the journal, made above.
  const missing = files.slice(applied.length);
  for (const file of missing) await run(postgres, file);
  return missing.map((file) => file.name);
}

/** Names of the files that this database lacks; nothing is changed. Throws where it does not answer. */
export async function pendingMigrations(
  databaseUrl: string,
  files: readonly MigrationFile[] = migrationFiles(),
): Promise<string[]> {
  refuseGapsAndDuplicates(files);
  const applied = await appliedTo(databaseUrl);
  refuseEdits(applied, files);
  return files.slice(applied.length).map((file) => file.name);
}

async function appliedTo(databaseUrl: string): Promise<Applied[]> {
  try {
    const rows = await postgresAt(databaseUrl).query(READ_JOURNAL, READ_TIMEOUT_MS);
    return rows as Applied[]; // SAFETY: the columns of the journal.
  } catch (error) {
    if (sqlStateOf(error) === UNDEFINED_TABLE) return [];
    throw new MigrationError(unreachableText(databaseUrl, reasonOf(error)), { cause: error });
  }
}

/** The record comes first: a second migrator at the same moment fails on its key and changes nothing. */
async function run(postgres: Postgres, file: MigrationFile): Promise<void> {
  const record = {
    text: "INSERT INTO schema_migration (id, name, checksum, applied_at) VALUES ($1, $2, $3, now())",
    params: [file.id, file.name, file.checksum],
  };
  try {
    await postgres.transaction(
      [record, ...file.statements.map((text) => ({ text, params: [] }))],
      MIGRATION_TIMEOUT_MS,
    );
  } catch (error) {
    const state = sqlStateOf(error);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(
      `${file.name} failed and changed nothing: ${reason}${state === undefined ? "" : ` (${state})`}`,
      { cause: error },
    );
  }
}

export function migrationFiles(folder: string = FOLDER): MigrationFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => {
    const match = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name);
    if (match === null) throw new MigrationError(`${name} is not named NNNN_words.sql`);
    const text = readFileSync(`${folder}/${name}`, "utf8").replaceAll("\r\n", "\n");
    return {
      id: Number(match[1]),
      name,
      checksum: createHash("sha256").update(text).digest("hex"),
      statements: statementsOf(text),
    };
  });
}

/** Statements end with `;` at the end of a line; lines that begin with `--` are comments. */
export function statementsOf(text: string): string[] {
  const code = text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("--"))
    .join("\n");
  return code
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

function refuseGapsAndDuplicates(files: readonly MigrationFile[]): void {
  files.forEach((file, index) => {
    if (file.id !== index + 1)
      throw new MigrationError(`${file.name} stands where number ${index + 1} belongs: a gap or a duplicate`);
  });
}

function refuseEdits(applied: readonly Applied[], files: readonly MigrationFile[]): void {
  applied.forEach((row, index) => {
    const file = files[index];
    if (file === undefined || file.id !== row.id)
      throw new MigrationError(`${row.name} has run, but its file is gone`);
    if (file.checksum !== row.checksum) throw new MigrationError(`${file.name} was edited after it ran`);
  });
}

// fetch says only "fetch failed"; why is in the cause, and never the connection string.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error instanceof NeonDbError ? error.sourceError : error.cause;
  return cause instanceof Error ? reasonOf(cause) : error.message || error.name;
}

/** Refuses before it asks for anything. */
async function command(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { dotenv: { type: "string" } } });
  loadDotenv(fileURLToPath(new URL("..", import.meta.url).href), values.dotenv);
  const databaseUrl = process.env["DATABASE_URL"];
  const [fault] = variableFaults({ DATABASE_URL: databaseUrl }).filter(({ name }) => name === "DATABASE_URL");
  if (databaseUrl === undefined || fault !== undefined) {
    const text = faultText(fault ?? { name: "DATABASE_URL", fault: "missing" });
    throw new MigrationError(`${text}. Set it in the environment or in .env (see .env.example)`);
  }
  await pendingMigrations(databaseUrl);
  const names = await migrate(databaseUrl);
  process.stdout.write(names.length === 0 ? "Nothing to migrate\n" : `Migrated: ${names.join(", ")}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  command(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`migrate: ${error instanceof Error ? error.message : String(error)}.\n`);
    process.exitCode = 1;
  });
}
