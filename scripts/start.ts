/** `npm start`: the whole platform on this machine, until Ctrl-C. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildAssets } from "./assets.ts";
import { venueHosts } from "./binance/hosts.ts";
import { migrate } from "./migrate.ts";
import { feedDisplay, silentDisplay } from "./replay/display.ts";
import { Children } from "./start/children.ts";
import { startCron } from "./start/cron.ts";
import { DataFolder } from "./start/data-folder.ts";
import { startFeed } from "./start/feed.ts";
import { type StartFlags, startFlags, USAGE, UsageError } from "./start/flags.ts";
import { noticeRestart } from "./start/notice.ts";
import { refuseTooFewFiles } from "./start/open-files.ts";
import { whenParentGone } from "./start/parent.ts";
import { claimable } from "./start/ports.ts";
import { startPostgres } from "./start/postgres.ts";
import { startWorker, urlAt } from "./start/worker.ts";

const projectRoot = join(import.meta.dirname, "..");

// Whoever read our output may leave, as `| head` does; a platform does not end of that.
for (const output of [process.stdout, process.stderr]) output.on("error", () => {});

try {
  const flags = startFlags(process.argv.slice(2));
  if (flags.help) process.stdout.write(`${USAGE}\n`);
  else await start(flags);
  process.exit(0);
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(
    `start: ${error instanceof Error ? error.message : String(error)}\n${usage ? `${USAGE}\n` : ""}`,
  );
  process.exit(usage ? 2 : 1);
}

async function start(flags: StartFlags): Promise<void> {
  if (flags.feed.kind === "tape" && !existsSync(flags.feed.file))
    throw new UsageError(`no tape at ${flags.feed.file}.`);
  if (flags.feed.kind === "binance") venueHosts(process.env);
  refuseTooFewFiles(flags.objects);
  const folder = DataFolder.take(flags.data);
  await claimable(flags.port);
  mkdirSync(folder.file("logs"), { recursive: true });
  const children = new Children();
  const stop = new AbortController();
  const told = untilToldToStop(children).then(() => noticeRestart(urlAt(flags.port), folder.secrets.apiKey));
  try {
    await Promise.race([told, children.failed, run(flags, folder, children, stop.signal)]);
  } finally {
    stop.abort(new Error("Outcry stops"));
    await children.stopAll();
    folder.release();
  }
}

/** Returns only by an error: what is up stays up until somebody stops it. */
async function run(
  { port, feed, quiet }: StartFlags,
  folder: DataFolder,
  children: Children,
  signal: AbortSignal,
): Promise<never> {
  const startedAt = Date.now();
  const display = quiet ? silentDisplay : feedDisplay(process.stdout);
  const say = (text: string): void => display.note(text);

  say(`Outcry starts; it keeps everything in ${folder.path}.`);
  const wanted = process.env["DATABASE_URL"];
  const databaseUrl = await startPostgres({ folder, children, projectRoot, databaseUrl: wanted });
  const applied = await migrate(databaseUrl);
  say(`Postgres is up${applied.length === 0 ? "" : `, ${applied.length} migrations applied`}.`);
  buildAssets(projectRoot);
  const url = await startWorker({ folder, children, projectRoot, port, databaseUrl });
  say("The Worker is up.");

  const cron = startCron(url, (text) => display.note(text));
  signal.addEventListener("abort", () => cron.stop());
  const running = startFeed({ choice: feed, folder, url, display, signal });
  await running.registered;

  const { apiKey } = folder.secrets;
  folder.announce({ url, apiKey, databaseUrl, pid: process.pid });
  say(
    `\n  URL       ${url}\n  API key   ${apiKey}\n  Console   ${url}/#key=${apiKey}\n\n  export URL=${url} KEY=${apiKey}\n`,
  );
  process.stdout.write(
    `Outcry ready in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s. Ctrl-C stops it.\n`,
  );
  await running.ended;
  return new Promise<never>(() => {});
}

/** A signal, or the end of whoever started us. A second signal kills at once. */
function untilToldToStop(children: Children): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (told) children.killAll();
        told = true;
        resolve();
      });
    }
    whenParentGone(resolve);
  });
}
