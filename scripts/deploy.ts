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
  --dry-run        look whether everything is there, and build, but send nothing`;

try {
  process.exitCode = await deploy(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`deploy: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function deploy(args: readonly string[]): Promise<number> {
  const options = {
    secrets: { type: "boolean" },
    "dry-run": { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const {
    secrets = false,
    "dry-run": dryRun = false,
    help = false,
  } = parseArgs({ args: [...args], options }).values;
  if (help) return say(`${USAGE}\n`);
  loadDotenv(ROOT);
  const { refusals, warnings } = await preflight({
    wrangler: (words) => wrangler(words, "pipe"),
    vars: rawConfigOf(ROOT).vars ?? {},
    variables: process.env,
    sendsSecrets: secrets,
    pending: pendingMigrations,
  });
  for (const warning of warnings) process.stderr.write(`deploy: note: ${warning}.\n`);
  for (const refusal of refusals) process.stderr.write(`deploy: ${refusal}.\n`);
  if (refusals.length > 0) {
    process.stderr.write("deploy: nothing was sent.\n");
    return 1;
  }
  buildAssets(ROOT);
  return send(secrets, dryRun);
}

/** Secrets go by a file for the owner alone: arguments can be read by everybody on the machine. */
async function send(withSecrets: boolean, dryRun: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "outcry-deploy-"));
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

function wrangler(args: readonly string[], output: "inherit" | "pipe"): Promise<Ran> {
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

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
