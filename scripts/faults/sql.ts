/** SQL of its own for whoever compares: straight to a real PostgreSQL, or by the plain driver to whatever speaks Neon's protocol. */
import { neon, neonConfig } from "@neondatabase/serverless";
import pg from "pg";

export type Row = Record<string, unknown>;
export interface SqlReader {
  query(
    statement: { readonly text: string; readonly params: readonly unknown[] },
    timeoutMs: number,
  ): Promise<Row[]>;
}

/** `postgresUrl` is a real PostgreSQL's; else the platform's own connection string is used. */
export function sqlReader(databaseUrl: string, postgresUrl?: string): SqlReader {
  return postgresUrl === undefined ? throughNeon(databaseUrl) : straightTo(postgresUrl);
}

function throughNeon(databaseUrl: string): SqlReader {
  neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;
  const sql = neon(databaseUrl);
  return {
    query: async ({ text, params }, timeoutMs) => {
      const fetchOptions = { signal: AbortSignal.timeout(timeoutMs) };
      return (await sql.query(text, [...params], { fetchOptions })) as Row[]; // SAFETY: rows are objects unless arrayMode is asked for.
    },
  };
}

/** A connection for each question: the server is stopped and started between them. */
const straightTo = (postgresUrl: string): SqlReader => ({
  query: async ({ text, params }, timeoutMs) => {
    const client = new pg.Client({ connectionString: postgresUrl, query_timeout: timeoutMs });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(text, [...params])).rows;
    } finally {
      await client.end().catch(() => {});
    }
  },
});
