/** Starts a local server of Neon's HTTP protocol over an embedded Postgres, or in front of a real one. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Backend } from "./backend.ts";
import { Faults } from "./faults.ts";
import { requestListener } from "./http.ts";
import { Intake } from "./intake.ts";
import { PgliteBackend } from "./pglite-backend.ts";
import { PostgresBackend } from "./postgres-backend.ts";

/** Neon's own bound, each way. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Requests that are read, wait or run. One runs at a time: beyond these a new one would wait for seconds. */
const REQUESTS_MAX = 64;

/** Four of the largest bodies: what may wait in memory. */
const HELD_BYTES_MAX = 4 * BODY_BYTES_MAX;

/** Longer than a migration or a batch of the largest body takes here; shorter than anybody would wait for a hung one. */
const DEADLINE_MS = 30_000;

/** The archivers give up after 10 s at most: what has waited longer is waited for by nobody. */
const QUEUE_MS = 10_000;

/** Recovery after a kill replays what came after the last checkpoint: 48 MB take well under a second. */
const CHECKPOINT_BYTES = 48 * 1024 * 1024;

/** Long enough for a burst to be over, short enough to come before the next one. */
const IDLE_MS = 10_000;

/** The start takes 160 MB and normal work 400 to 600 MB; beyond this something once was very large. */
const MEMORY_BYTES_MAX = 700 * 1024 * 1024;

/** Clients keep connections open; closing one first would fail the request that is just being sent on it. */
const KEEP_ALIVE_MS = 120_000;

export interface NeonServerOptions {
  /** Where PGlite keeps its database; or else… */
  readonly dataFolder?: string;
  /** …the plain Postgres that requests are forwarded to. */
  readonly postgresUrl?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** What the password part of every request's connection string must be. */
  readonly password: string;
  /** Opens /faults, by which a client makes this server fail on purpose. */
  readonly faults?: boolean;
  /** Survive a power loss too, and not only the end of the process. PGlite only: a real Postgres has its own setting. */
  readonly fsync?: boolean;
  /** Where an empty database is kept for copying; null makes each one anew. */
  readonly templateFolder?: string | null;
  readonly requestsMax?: number;
  readonly heldBytesMax?: number;
  readonly bodyBytesMax?: number;
  readonly responseBytesMax?: number;
  readonly deadlineMs?: number;
  readonly queueMs?: number;
  readonly checkpointBytes?: number;
  readonly idleMs?: number;
  readonly memoryBytesMax?: number;
}

export interface NeonServer {
  /** For `neonConfig.fetchEndpoint`, with /sql after it. */
  readonly url: string;
  /** For the driver: host and port are this server's, so an endpoint can be derived from it. */
  readonly databaseUrl: string;
  /** Present only when the server was started with faults. */
  readonly faults: Faults | undefined;
  /** Lets requests under way finish, then closes the database. */
  close(): Promise<void>;
}

export async function startNeonServer(options: NeonServerOptions): Promise<NeonServer> {
  if (options.password === "") throw new Error("the password must not be empty");
  const database = databaseName(options);
  const backend = await openBackend(options);
  const faults = options.faults ? new Faults() : undefined;
  const { queueMs = QUEUE_MS } = options;
  const intake = new Intake({
    requestsMax: options.requestsMax ?? REQUESTS_MAX,
    bytesMax: options.heldBytesMax ?? HELD_BYTES_MAX,
    bodyBytesMax: options.bodyBytesMax ?? BODY_BYTES_MAX,
  });
  const credentials = { password: options.password, database };
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    requestListener({ backend, intake, credentials, queueMs, faults }),
  );
  try {
    await listen(server, options.port);
  } catch (error) {
    await backend.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    databaseUrl: `postgresql://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`,
    faults,
    close: () => close(server, backend),
  };
}

function databaseName({ dataFolder, postgresUrl }: NeonServerOptions): string {
  if ((dataFolder === undefined) === (postgresUrl === undefined)) {
    throw new Error("give either dataFolder or postgresUrl");
  }
  // An embedded Postgres has this one database.
  if (postgresUrl === undefined) return "postgres";
  const name = decodeURIComponent(new URL(postgresUrl).pathname.slice(1));
  if (name === "") throw new Error("postgresUrl names no database");
  return name;
}

async function openBackend(options: NeonServerOptions): Promise<Backend> {
  const { dataFolder, postgresUrl, deadlineMs = DEADLINE_MS, responseBytesMax = BODY_BYTES_MAX } = options;
  if (postgresUrl !== undefined) return new PostgresBackend({ postgresUrl, deadlineMs, responseBytesMax });
  return PgliteBackend.open({
    dataFolder: resolve(dataFolder ?? ""),
    templateFolder: options.templateFolder === undefined ? cachedTemplate() : options.templateFolder,
    fsync: options.fsync ?? false,
    checkpointBytes: options.checkpointBytes ?? CHECKPOINT_BYTES,
    idleMs: options.idleMs ?? IDLE_MS,
    memoryBytesMax: options.memoryBytesMax ?? MEMORY_BYTES_MAX,
    deadlineMs,
    responseBytesMax,
  });
}

/** With the other caches of this checkout, under the pinned version: another version makes its own. */
function cachedTemplate(): string {
  const root = new URL("../../", import.meta.url).href;
  const manifest = JSON.parse(readFileSync(fileURLToPath(`${root}package.json`), "utf8"));
  const version: string = manifest.devDependencies["@electric-sql/pglite"];
  return fileURLToPath(`${root}node_modules/.cache/outcry/postgres-${version}`);
}

/** The loopback address only: the password protects against other users of this machine, not against a network. */
function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function close(server: Server, backend: Backend): Promise<void> {
  const stopped = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await backend.close();
  server.closeIdleConnections();
  await stopped;
}
