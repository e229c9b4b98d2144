/** A migrated Postgres of a test's own behind the local Neon server: PGlite, as `npm start` has it, or the server of that URL. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../scripts/migrate.ts";
import { startNeonServer } from "../../scripts/neon/server.ts";
import { type Postgres, postgresAt, type ResultRow } from "../../src/db/neon.ts";

export type TestPostgres = {
  readonly postgres: Postgres;
  readonly databaseUrl: string;
  rows(text: string, ...params: unknown[]): Promise<ResultRow[]>;
  close(): Promise<void>;
};

const STATEMENT_TIMEOUT_MS = 30_000; // A busy machine of two cores; nothing here waits on purpose.

export async function startTestPostgres(migrated = true, postgresUrl?: string): Promise<TestPostgres> {
  const dataFolder = mkdtempSync(join(tmpdir(), "outcry-postgres-"));
  const server = await startNeonServer({
    ...(postgresUrl === undefined ? { dataFolder: join(dataFolder, "postgres") } : { postgresUrl }),
    port: 0,
    password: "test",
  });
  if (migrated) await migrate(server.databaseUrl);
  const postgres = postgresAt(server.databaseUrl);
  return {
    postgres,
    databaseUrl: server.databaseUrl,
    rows: (text, ...params) => postgres.query({ text, params }, STATEMENT_TIMEOUT_MS),
    close: async () => {
      await server.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
