/** The one way to Postgres: Neon's HTTP protocol, to Neon itself or to the local server that speaks it. */
import { NeonDbError, type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";

export type Statement = {
  readonly text: string;
  readonly params: readonly unknown[];
  /** Long text in base64 is one more parameter, the first. The driver would look in each of its characters for what JSON escapes. */
  readonly base64?: string;
};
export type ResultRow = Record<string, unknown>;

/** Nothing else bounds a fetch that hangs. */
export const WRITE_TIMEOUT_MS = 10_000;
/** A reader gets `history-unavailable` after this rather than wait. */
export const READ_TIMEOUT_MS = 3_000;

export interface Postgres {
  /** One statement. */
  query(statement: Statement, timeoutMs: number): Promise<ResultRow[]>;
  /** All statements in one transaction, in order; the first error rolls all back. */
  transaction(statements: readonly Statement[], timeoutMs: number): Promise<ResultRow[][]>;
}

export function postgresAt(databaseUrl: string): Postgres {
  pointToLocalServer(databaseUrl);
  neonConfig.fetchFunction = fetchWhole;
  const sql = neon(databaseUrl);
  const built = ({ text, params, base64 }: Statement) =>
    sql.query(text, base64 === undefined ? [...params] : [BASE64_LATER, ...params]);
  return {
    query: async (statement, timeoutMs) => {
      const [rows] = await sql.transaction([built(statement)], within(timeoutMs));
      return rows as ResultRow[]; // SAFETY: without fullResults and arrayMode the driver answers rows as objects.
    },
    transaction: async (statements, timeoutMs) => {
      const base64 = statements.flatMap((statement) => statement.base64 ?? []);
      const results = await sql.transaction(statements.map(built), within(timeoutMs, base64));
      return results as ResultRow[][]; // SAFETY: as above.
    },
  };
}

/** SQLSTATE of a database error, however it was wrapped; undefined for transport errors. */
export function sqlStateOf(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof NeonDbError ? cause.code : undefined;
}

/** Connection, resources, intervention, system, internal: the server says that it cannot, whatever it is asked. */
const AWAY_CLASSES: ReadonlySet<string> = new Set(["08", "53", "57", "58", "XX"]);

/** Whether Postgres was there, and it was this request that it refused. */
export function isAnswer(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && !AWAY_CLASSES.has(state.slice(0, 2));
}

const within = (
  timeoutMs: number,
  base64: readonly string[] = [],
): Parameters<NeonQueryFunction<false, false>["transaction"]>[1] => ({
  fetchOptions: { signal: AbortSignal.timeout(timeoutMs), base64 } satisfies Asked,
});

/** What we have the driver hand to `fetchWhole` beside its own request. */
type Asked = { readonly signal: AbortSignal; readonly base64: readonly string[] };
type DriverRequest = Omit<RequestInit, "body"> & Asked & { readonly body: string };

/** Stands for a parameter. In no other one could it stand in bare quotation marks: there they are escaped. */
const BASE64_LATER = "base64 comes here";

function fetchWhole(url: string, { base64, body, ...request }: DriverRequest): Promise<Response> {
  const [first = "", ...parts] = body.split(`"${BASE64_LATER}"`);
  const whole = parts.reduce((text, part, index) => `${text}"${base64[index]}"${part}`, first);
  return fetch(url, { ...request, body: whole });
}

/** Neon's own hosts answer at https://api.<host>/sql; a server on this machine at its own port. */
function pointToLocalServer(databaseUrl: string): void {
  const { hostname } = new URL(databaseUrl);
  if (!["localhost", "127.0.0.1", "[::1]"].includes(hostname)) return;
  neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;
}
