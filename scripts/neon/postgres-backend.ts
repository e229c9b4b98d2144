/** Forwards to a plain Postgres by its URL: a few connections, a deadline for each request, a clean session for each. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import type { Backend, BackendRequest } from "./backend.ts";
import { execute } from "./execute.ts";
import { PostgresSession } from "./postgres-session.ts";
import type { Reply } from "./reply.ts";
import { RequestRefused } from "./sql-error.ts";
import { Turnstile } from "./turnstile.ts";

/** As many as keep a local Postgres busy; the archivers send few large requests. */
const CONNECTIONS_MAX = 4;

/** A local server accepts in milliseconds or is not there; a cut network must not hold a request up for long. */
const CONNECT_MS = 3_000;

/** As Neon resets a pooled connection, but for plans: they are kept. */
const RESET_SQL =
  "ROLLBACK; CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *;" +
  " SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";

export interface PostgresOptions {
  readonly postgresUrl: string;
  readonly deadlineMs: number;
  readonly responseBytesMax: number;
}

export class PostgresBackend implements Backend {
  readonly kind = "postgres";
  readonly #options: PostgresOptions;
  readonly #turnstile = new Turnstile(CONNECTIONS_MAX);
  readonly #idle: PostgresSession[] = [];
  readonly #open = new Set<PostgresSession>();
  readonly #clientConfig: pg.ClientConfig;
  #connected = 0;
  #terminated = 0;
  #closing = false;

  constructor(options: PostgresOptions) {
    this.#options = options;
    this.#clientConfig = {
      connectionString: options.postgresUrl,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      // Names our sessions exactly, so that a stuck one can be ended from outside and no other is.
      application_name: `outcry-neon-${randomBytes(6).toString("hex")}`,
      // Neon's sessions are in GMT whatever the server's machine is in.
      options: "-c timezone=GMT",
      // The server's own limits, for when it cannot be reached to be told: it then ends what we gave up.
      statement_timeout: options.deadlineMs,
      idle_in_transaction_session_timeout: options.deadlineMs,
    };
  }

  async run(request: BackendRequest): Promise<Reply> {
    const leave = await this.#turnstile.enter(request.signal);
    let session: PostgresSession;
    try {
      session = await this.#idleOrNew();
    } catch (error) {
      leave();
      throw error;
    }
    const expire = setTimeout(() => this.#expire(session), this.#options.deadlineMs);
    try {
      return await execute(session, request.body, request.options, this.#options.responseBytesMax);
    } catch (error) {
      throw outcomeUnknown(session, error);
    } finally {
      clearTimeout(expire);
      void this.#afterwards(session).finally(leave);
    }
  }

  gauges() {
    return {
      ready: !this.#closing,
      waiting: this.#turnstile.waiting,
      connections: this.#open.size,
      connected: this.#connected,
      terminated: this.#terminated,
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#open].map((session) => session.end(CONNECT_MS)));
  }

  async #idleOrNew(): Promise<PostgresSession> {
    if (this.#closing) throw new RequestRefused(503, "the server is stopping", "57P01");
    for (let session = this.#idle.pop(); session !== undefined; session = this.#idle.pop()) {
      if (!session.lost) return session;
    }
    try {
      const session = await PostgresSession.connect(this.#clientConfig, (lost) => this.#open.delete(lost));
      this.#connected += 1;
      this.#open.add(session);
      return session;
    } catch (error) {
      throw connectRefusal(error);
    }
  }

  /** What one request left in the session must not reach the next; a session that cannot be cleaned is dropped. */
  async #afterwards(session: PostgresSession): Promise<void> {
    const expire = setTimeout(() => session.destroy("deadline"), this.#options.deadlineMs);
    try {
      await session.command(RESET_SQL);
      if (this.#closing) await session.end(CONNECT_MS);
      else this.#idle.push(session);
    } catch {
      session.destroy("broken");
    } finally {
      clearTimeout(expire);
    }
  }

  /** Cuts our end at once, and asks the server to end the other: a busy one would notice only when it next writes. */
  #expire(session: PostgresSession): void {
    session.destroy("deadline");
    this.#terminated += 1;
    void terminateBackend(this.#clientConfig, session.processId);
  }
}

/** Best effort: the limits that the session was started with end it too, only later. */
async function terminateBackend(config: pg.ClientConfig, processId: number): Promise<void> {
  const client = new pg.Client({ ...config, statement_timeout: CONNECT_MS });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2",
      [processId, config.application_name],
    );
  } catch {
    // Unreachable: nothing more can be done from here.
  } finally {
    await client.end().catch(() => {});
  }
}

/** As Neon: a wrong database is the client's fault, anything else that keeps us from connecting is not. */
function connectRefusal(error: unknown): RequestRefused {
  const code = error instanceof pg.DatabaseError ? (error.code ?? null) : "08001";
  const message = error instanceof Error ? error.message : String(error);
  return new RequestRefused(code === "3D000" ? 400 : 500, `cannot connect to Postgres: ${message}`, code);
}

/** The commit may have happened before the connection was lost, so this must not look like an SQL error. */
function outcomeUnknown(session: PostgresSession, error: unknown): RequestRefused {
  const message = error instanceof Error ? error.message : String(error);
  const status = session.lost === "deadline" ? 504 : 500;
  return new RequestRefused(status, `${message}; whether the request took effect is unknown`, "08007");
}
