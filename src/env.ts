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
  readonly LABEL_BOOK: DurableObjectNamespace;
  readonly ACCOUNT_SPLIT: DurableObjectNamespace;
  readonly FIRM: DurableObjectNamespace;
  readonly KEYRING: DurableObjectNamespace;
  readonly METRICS_SHARD: DurableObjectNamespace;
  readonly GATEWAY: DurableObjectNamespace;
  readonly GATEWAY_DIRECTORY: DurableObjectNamespace;
  /** Our own static files: what `/docs` loads. */
  readonly ASSETS: Fetcher;
  /** Secret. Postgres, as a connection string; Neon's HTTP protocol is spoken to it. */
  readonly DATABASE_URL?: string;
  /** Secret. Signs the cursors of lists. */
  readonly CURSOR_KEY?: string;
  /** SHA-256 of the first admin key, hex. Without it no root key exists. */
  readonly ROOT_KEY_SHA256?: string;
  /** SHA-256 of the key that a Prometheus server scrapes `/metrics` with, hex; it opens nothing else. Without it only admin keys do. */
  readonly SCRAPE_KEY_SHA256?: string;
  /** Origins that browsers may call from, separated by commas. Empty: none. */
  readonly CORS_ORIGINS?: string;
  readonly LOG_LEVEL?: string;
}

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Shorter keys could be tried out. */
const CURSOR_KEY_LENGTH_MIN = 32;

const databaseUrl = z.string().refine(isConnectionString);

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
  SCRAPE_KEY_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  CORS_ORIGINS: origins.default([]),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

type VariableName = keyof typeof variables.shape;

const KEY_DIGEST = "the SHA-256 of a key as 64 hexadecimal digits in small letters, or not set at all";

/** What each has to be, in the words of the refusal. A variable without a rule does not compile. */
export const VARIABLE_RULES: Readonly<Record<VariableName, string>> = {
  DATABASE_URL: "a Postgres connection string, postgresql://user:password@host/database",
  CURSOR_KEY: `${CURSOR_KEY_LENGTH_MIN} random characters or more`,
  ROOT_KEY_SHA256: KEY_DIGEST,
  SCRAPE_KEY_SHA256: KEY_DIGEST,
  CORS_ORIGINS:
    "origins separated by commas, each https://host or https://host:port without a path (http for localhost alone), or empty",
  LOG_LEVEL: `one of ${LOG_LEVELS.join(", ")}`,
};

export type Variables = {
  readonly databaseUrl: string;
  readonly cursorKey: string;
  readonly rootKeySha256: string | undefined;
  readonly scrapeKeySha256: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
};

export type VariableFault = {
  readonly name: VariableName;
  readonly fault: "missing" | "malformed";
};

/** Names the variables that are missing or malformed, with their rules, and never what they hold. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** All variables, or a ConfigurationError: an edge that lacks one serves nothing. */
export function variablesFrom(env: Env): Variables {
  const parsed = variables.safeParse(env);
  if (!parsed.success) throw new ConfigurationError(variableFaults(env).map(faultText).join("; "));
  const { DATABASE_URL, CURSOR_KEY, ROOT_KEY_SHA256, SCRAPE_KEY_SHA256, CORS_ORIGINS, LOG_LEVEL } =
    parsed.data;
  return {
    databaseUrl: DATABASE_URL,
    cursorKey: CURSOR_KEY,
    rootKeySha256: ROOT_KEY_SHA256,
    scrapeKeySha256: SCRAPE_KEY_SHA256,
    corsOrigins: CORS_ORIGINS,
    logLevel: LOG_LEVEL,
  };
}

/** What is wrong with these variables; whoever deploys asks this as well. */
export function variableFaults(values: Readonly<Record<string, unknown>> | Env): VariableFault[] {
  const parsed = variables.safeParse(values);
  const held = new Map(Object.entries(values));
  const names = new Set(parsed.error?.issues.map((issue) => issue.path[0] as VariableName)); // SAFETY: the shape's own keys.
  return [...names].map((name) => ({ name, fault: held.get(name) === undefined ? "missing" : "malformed" }));
}

export const faultText = ({ name, fault }: VariableFault): string =>
  `${name} is ${fault}: it has to be ${VARIABLE_RULES[name]}`;

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

/** With host, user and database: Neon's driver refuses less, and would say so with each statement. */
function isConnectionString(text: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, pathname } = new URL(text);
  return hostname !== "" && username !== "" && pathname.length > 1;
}
