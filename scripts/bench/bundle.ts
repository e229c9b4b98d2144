/** The built Worker, as `wrangler deploy` would send it, and the small Workers that stand beside it. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { experimental_readRawConfig as readRawConfig } from "wrangler";
import { buildAssets } from "../assets.ts";

const PROJECT = join(import.meta.dirname, "../..");

export type Product = {
  readonly file: string;
  readonly compatibilityDate: string;
  readonly actors: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
};

export async function buildProduct(folder: string): Promise<Product> {
  // wrangler builds no Worker whose pages are missing, as they are in a fresh checkout.
  buildAssets(PROJECT);
  const wrangler = join(PROJECT, "node_modules/wrangler/bin/wrangler.js");
  const args = [wrangler, "deploy", "--dry-run", "--outdir", folder];
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" };
  await promisify(execFile)(process.execPath, args, { cwd: PROJECT, env });
  const file = readdirSync(folder).find((name) => name.endsWith(".js"));
  if (file === undefined) throw new Error("wrangler built no Worker");
  return { file: join(folder, file), ...configured() };
}

/** Bundled the same way, so that a limit that uses Hono has the Hono that we have. */
export async function buildLimit(entry: string, file: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile: file,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    keepNames: true,
    logLevel: "error",
  });
}

/** wrangler.toml is the one source of bindings; a new actor needs no change here. */
function configured(): Omit<Product, "file"> {
  const { rawConfig } = readRawConfig({ config: join(PROJECT, "wrangler.toml") });
  const bindings: { name: string; class_name: string }[] = rawConfig.durable_objects?.bindings ?? [];
  const { compatibility_date } = rawConfig;
  if (compatibility_date === undefined) throw new Error("wrangler.toml has no compatibility_date");
  return {
    compatibilityDate: compatibility_date,
    actors: Object.fromEntries(bindings.map(({ name, class_name }) => [name, class_name])),
    variables: Object.fromEntries(
      Object.entries(rawConfig.vars ?? {}).map(([name, value]) => [name, String(value)]),
    ),
  };
}
