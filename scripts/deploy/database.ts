/** What a connection string says of the place of its database. */

const LOCAL_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** The host alone: nothing else of a connection string may be shown. */
export const databaseHost = (databaseUrl: string): string => new URL(databaseUrl).hostname;

export const isLocalDatabase = (databaseUrl: string): boolean =>
  LOCAL_HOSTS.includes(databaseHost(databaseUrl));

/** Neon's driver asks `https://api.<the host without its first part>/sql`; another Postgres does not answer there. */
export const isNeon = (databaseUrl: string): boolean => databaseHost(databaseUrl).endsWith(".neon.tech");

export function unreachableText(databaseUrl: string, reason: string): string {
  const hint = isNeon(databaseUrl) || isLocalDatabase(databaseUrl) ? "" : NOT_NEON;
  return `the database at ${databaseHost(databaseUrl)} does not answer (${reason})${hint}`;
}

const NOT_NEON =
  ": this host is not Neon's, and the Worker speaks Neon's HTTP protocol, which a plain Postgres does not";
