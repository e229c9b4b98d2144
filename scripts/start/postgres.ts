/** Postgres for a local platform: embedded, or the one that DATABASE_URL names. */
import type { Children } from "./children.ts";
import type { DataFolder } from "./data-folder.ts";
import { isFree } from "./ports.ts";

export type PostgresPlan = {
  readonly folder: DataFolder;
  readonly children: Children;
  readonly projectRoot: string;
  /** The caller's DATABASE_URL: Neon is used as it is, a plain Postgres on this machine through the local server. */
  readonly databaseUrl: string | undefined;
};

const LOCAL_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Returns the connection string for the Worker, once something answers behind it. */
export async function startPostgres({
  folder,
  children,
  projectRoot,
  databaseUrl,
}: PostgresPlan): Promise<string> {
  const plain = databaseUrl !== undefined && LOCAL_HOSTS.includes(hostOf(databaseUrl));
  if (databaseUrl !== undefined && !plain) return databaseUrl;
  const source =
    databaseUrl === undefined ? ["--data", folder.file("postgres")] : ["--postgres", databaseUrl];
  const kept = folder.keptPort("postgres");
  const port = kept !== 0 && (await isFree(kept)) ? kept : 0;
  const ready = Promise.withResolvers<string>();
  children.start({
    name: "Postgres",
    command: process.execPath,
    args: [
      "--disable-warning=ExperimentalWarning",
      "scripts/neon/main.ts",
      ...source,
      "--port",
      String(port),
    ],
    env: { NEON_PASSWORD: folder.secrets.databasePassword },
    cwd: projectRoot,
    logFile: folder.file("logs/postgres.log"),
    // The line holds the password: it goes into no log.
    take: (line) => {
      const url = databaseUrlIn(line);
      if (url !== undefined) ready.resolve(url);
      return url !== undefined;
    },
  });
  const url = await Promise.race([ready.promise, children.failed]);
  folder.keepPort("postgres", Number(new URL(url).port));
  return url;
}

/** The server's own word: `Neon ready {"url","databaseUrl"}`. */
function databaseUrlIn(line: string): string | undefined {
  const said = /^Neon ready (\{.*\})$/.exec(line)?.[1];
  // SAFETY: scripts/neon/main.ts prints this line in this shape.
  return said === undefined ? undefined : (JSON.parse(said) as { databaseUrl: string }).databaseUrl;
}

function hostOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) throw new Error("the variable DATABASE_URL is no URL");
  return new URL(databaseUrl).hostname;
}
