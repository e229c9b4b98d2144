/** The Worker under `wrangler dev`, with everything that it keeps inside the data folder. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Children } from "./children.ts";
import type { DataFolder } from "./data-folder.ts";
import { withRaisedLimit } from "./open-files.ts";

export type WorkerPlan = {
  readonly folder: DataFolder;
  readonly children: Children;
  readonly projectRoot: string;
  readonly port: number;
  readonly databaseUrl: string;
};

/** A cold start on a busy machine of two cores takes ten seconds. */
const READY_MS_MAX = 90_000;
const POLL_MS = 100;
/** One hung answer must not eat the time of all others. */
const PROBE_MS_MAX = 5_000;

/** Wrangler neither phones home nor asks, and finds no other instance's Workers. */
const quietEnvironment = (folder: DataFolder): Record<string, string> => ({
  CI: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CLOUDFLARE_DEV_REGISTRY_PATH: folder.file("registry"),
  CLOUDFLARE_INCLUDE_PROCESS_ENV: "false",
  NO_COLOR: "1",
  WRANGLER_CI_DISABLE_CONFIG_WATCHING: "true",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG_PATH: folder.file("logs/wrangler"),
  WRANGLER_REGISTRY_PATH: folder.file("registry"),
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_WRITE_LOGS: "false",
  X_LOCAL_EXPLORER: "false",
  X_LOCAL_OBSERVABILITY: "false",
});

export const urlAt = (port: number): string => `http://127.0.0.1:${port}`;

/** Returns the platform's address once it says that it is ready. */
export async function startWorker({
  folder,
  children,
  projectRoot,
  port,
  databaseUrl,
}: WorkerPlan): Promise<string> {
  const variables = folder.writePrivate("vars.env", environmentFile(folder, databaseUrl));
  const wrangler = join(projectRoot, "node_modules/wrangler/bin/wrangler.js");
  const [command, args] = withRaisedLimit(process.execPath, [
    ...[wrangler, "dev", "--config", join(projectRoot, "wrangler.toml")],
    ...["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
    ...["--persist-to", folder.file("objects"), "--env-file", variables],
    ...["--show-interactive-dev-session=false", "--log-level", "log"],
  ]);
  children.start({
    ...{ name: "The Worker", command, args, cwd: projectRoot },
    env: quietEnvironment(folder),
    logFile: folder.file("logs/worker.log"),
  });
  const url = urlAt(port);
  await Promise.race([untilReady(url), children.failed]);
  return url;
}

/** Secrets go by a file for the owner alone: arguments can be read by everybody on the machine. */
function environmentFile(folder: DataFolder, databaseUrl: string): string {
  // The reader of the file would expand a dollar sign; in a URL it may as well be written as its code.
  const url = databaseUrl.replaceAll("$", "%24").replaceAll("'", "%27");
  const { cursorKey } = folder.secrets;
  const lines = [
    `DATABASE_URL='${url}'`,
    `CURSOR_KEY='${cursorKey}'`,
    `ROOT_KEY_SHA256='${folder.rootKeySha256}'`,
  ];
  // wrangler notes each request by itself; a line of our own for each would only be wanted when looking for something.
  return `${[...lines, `LOG_LEVEL='${process.env["LOG_LEVEL"] ?? "warn"}'`].join("\n")}\n`;
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_MS_MAX;
  for (let said = "nothing"; ; await sleep(POLL_MS)) {
    try {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(PROBE_MS_MAX) });
      if (response.ok) return;
      said = `${response.status} ${await response.text()}`;
    } catch {
      // Nobody listens yet.
    }
    if (Date.now() > deadline)
      throw new Error(`the Worker was not ready in time; ${url}/health/ready said ${said}`);
  }
}
