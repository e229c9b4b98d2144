/**
 * `npm run deploy [-- --secrets] [--dry-run]`: looks whether everything is there, then sends the Worker to Cloudflare. Where
 * something is missing it says what and how to mend it, and sends nothing.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildAssets } from "./assets.ts";
import { rawConfigOf } from "./celld/config.ts";
import { loadDotenv } from "./deploy/dotenv.ts";
import { preflight, type Ran, SECRETS } from "./deploy/preflight.ts";
import { pendingMigrations } from "./migrate.ts";

const ROOT = join(import.meta.dirname, "..");
const USAGE = `Usage: npm run deploy [-- flags]
  --secrets        send the secrets of the environment (or of .env) with the code: ${SECRETS.join(", ")}
  --dotenv FILE    read this file in place of .env
  --dry-run        look whether everything is there, and build, but send nothing`;

const OPTIONS = {
  secrets: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  dotenv: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

try {
  process.exitCode = await deploy(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`deploy: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function deploy(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const dotenv = loadDotenv(ROOT, values.dotenv);
  const wrangler: Wrangler = (words, output) =>
    run([...words, ...(dotenv === undefined ? [] : ["--env-file", dotenv])], output);
  const { refusals, warnings } = await preflight({
    wrangler: (words) => wrangler(words, "pipe"),
    vars: rawConfigOf(ROOT).vars ?? {},
    variables: process.env,
    sendsSecrets: values.secrets,
    pending: pendingMigrations,
  });
  for (const warning of warnings) process.stderr.write(`deploy: note: ${warning}.\n`);
  for (const refusal of refusals) process.stderr.write(`deploy: ${refusal}.\n`);
  if (refusals.length > 0) {
    process.stderr.write("deploy: nothing was sent.\n");
    return 1;
  }
  buildAssets(ROOT);
  return send(wrangler, values.secrets, values["dry-run"]);
}

/** Secrets go by a file for the owner alone: arguments can be read by everybody on the machine. */
async function send(wrangler: Wrangler, withSecrets: boolean, dryRun: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "outcry-deploy-"));
  // Ctrl-C reaches wrangler as well and ends it; we stay until the file is gone.
  process.on("SIGINT", () => {});
  try {
    const file = join(folder, "secrets.json");
    // JSON, since wrangler would expand a dollar sign in the other form.
    const present = SECRETS.flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    );
    if (withSecrets) writeFileSync(file, JSON.stringify(Object.fromEntries(present)), { mode: 0o600 });
    const flags = [...(withSecrets ? ["--secrets-file", file] : []), ...(dryRun ? ["--dry-run"] : [])];
    return (await wrangler(["deploy", ...flags], "inherit")).code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Output = "inherit" | "pipe";
type Wrangler = (args: readonly string[], output: Output) => Promise<Ran>;

function run(args: readonly string[], output: Output): Promise<Ran> {
  const script = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    // What is only asked must not open a browser.
    stdio: [output === "inherit" ? "inherit" : "ignore", output, output],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => (said += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output: said }));
  });
}
