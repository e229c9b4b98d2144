/** Bindings and variables of the Worker: the only reader of their names. There is no default for a secret. */
import { z } from "zod";

export interface Env {
  readonly SYMBOL: DurableObjectNamespace;
  readonly RISK_SHARD: DurableObjectNamespace;
  readonly STRATEGY: DurableObjectNamespace;
  readonly PRICE_HUB: DurableObjectNamespace;
  readonly ARCHIVER: DurableObjectNamespace;
  readonly INSTRUMENT_DIRECTORY: DurableObjectNamespace;
  readonly TENANT_DIRECTORY: DurableObjectNamespace;
  readonly KEYRING: DurableObjectNamespace;
  readonly METRICS_SHARD: DurableObjectNamespace;
  /** Our own static files: what `/docs` loads. */
  readonly ASSETS: Fetcher;
  /** Secret. Postgres, as a connection string; Neon's HTTP protocol is spoken to it. */
  readonly DATABASE_URL?: string;
  /** Secret. Signs the cursors of lists. */
  readonly CURSOR_KEY?: string;
  /** SHA-256 of the first admin key, hex. Without it no root key exists. */
  readonly ROOT_KEY_SHA256?: string;
  /** Origins that browsers may call from, separated by commas. Empty: none. */
  readonly CORS_ORIGINS?: string;
  readonly LOG_LEVEL?: string;
}

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Shorter keys could be tried out. */
const CURSOR_KEY_LENGTH_MIN = 32;

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//);

// `https://host[:port]`, no path, no wildcard; plain http only on this machine.
const ORIGIN = /^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/;
const origins = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ""),
  )
  .pipe(z.array(z.string().regex(ORIGIN)));

const variables = z.object({
  DATABASE_URL: databaseUrl,
  CURSOR_KEY: z.string().min(CURSOR_KEY_LENGTH_MIN),
  ROOT_KEY_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  CORS_ORIGINS: origins.default([]),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

export type Variables = {
  readonly databaseUrl: string;
  readonly cursorKey: string;
  readonly rootKeySha256: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
};

/** Names the variables that are missing or malformed and never what they hold. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** All variables, or a ConfigurationError: an edge that lacks one serves nothing. */
export function variablesFrom(env: Env): Variables {
  const parsed = variables.safeParse(env);
  if (!parsed.success) {
    const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
    throw new ConfigurationError(`missing or malformed: ${[...names].join(", ")}`);
  }
  const { DATABASE_URL, CURSOR_KEY, ROOT_KEY_SHA256, CORS_ORIGINS, LOG_LEVEL } = parsed.data;
  return {
    databaseUrl: DATABASE_URL,
    cursorKey: CURSOR_KEY,
    rootKeySha256: ROOT_KEY_SHA256,
    corsOrigins: CORS_ORIGINS,
    logLevel: LOG_LEVEL,
  };
}

/** For actors, which need nothing else; undefined where it is missing or malformed. */
export function databaseUrlFrom(env: Env): string | undefined {
  const parsed = databaseUrl.safeParse(env.DATABASE_URL);
  return parsed.success ? parsed.data : undefined;
}

/** For actors. A malformed one is the edge's to refuse; here it must silence nothing. */
export function logLevelFrom(env: Env): LogLevel {
  const parsed = variables.shape.LOG_LEVEL.safeParse(env.LOG_LEVEL);
  return parsed.success ? parsed.data : "info";
}

/** For the keyring: whether a root key exists. A malformed digest is nobody's. */
export const hasRootKey = (env: Env): boolean =>
  env.ROOT_KEY_SHA256 !== undefined && variables.shape.ROOT_KEY_SHA256.safeParse(env.ROOT_KEY_SHA256).success;
