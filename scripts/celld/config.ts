/** The wrangler.jsonc that celld reads, from wrangler.toml, and what celld would refuse in it. */
import { join } from "node:path";
import { experimental_readRawConfig as readRawConfig } from "wrangler";
import type { Finding } from "../findings.ts";

/** What celld understands. It refuses a file with anything else in it. */
const KEYS = ["name", "compatibility_date", "durable_objects", "migrations", "triggers", "vars"] as const;
/** Settings of wrangler's own build and of Cloudflare's operation, which change nothing in what the code may use. */
export const UNPORTED_KEYS: readonly string[] = [
  ...["keep_names", "minify", "observability", "placement"],
  ...["account_id", "routes", "workers_dev", "preview_urls"],
];

const ASSETS_KEYS: readonly string[] = ["binding", "html_handling", "not_found_handling", "run_worker_first"];
const MIGRATION_KEYS: readonly string[] = ["tag", "new_sqlite_classes"];

/** Beside the configuration in the derived folder. */
export const BUNDLE_FILE = "worker.js";
export const ASSETS_FOLDER = "assets";

/** As far as this reads it. */
type Raw = {
  readonly main?: string;
  readonly assets?: { readonly directory?: string; readonly [key: string]: unknown };
  readonly migrations?: readonly Readonly<Record<string, unknown>>[];
  readonly triggers?: { readonly crons?: readonly string[] };
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly durable_objects?: { readonly bindings?: readonly { name: string; script_name?: string }[] };
  readonly [key: string]: unknown;
};

export const rawConfigOf = (root: string): Raw =>
  readRawConfig({ config: join(root, "wrangler.toml") }).rawConfig as Raw; // SAFETY: wrangler has read it in this shape.

/** The text of wrangler.jsonc for the wrangler.toml in `root`. */
export function celldConfig(root: string): string {
  const raw = rawConfigOf(root);
  const config = {
    ...picked(raw, KEYS),
    // The very file that was checked: celld is not to bundle it once more.
    ...{ main: BUNDLE_FILE, no_bundle: true },
    ...(raw.assets === undefined
      ? {}
      : { assets: { directory: ASSETS_FOLDER, ...picked(raw.assets, ASSETS_KEYS) } }),
  };
  return `// Derived from wrangler.toml by npm run celld; change it there.\n${JSON.stringify(config, null, 2)}\n`;
}

const picked = (from: Readonly<Record<string, unknown>>, keys: readonly string[]) =>
  Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));

/** Keys at the top are `npm run subset`'s matter. */
export function configFindings(root: string): Finding[] {
  const { migrations = [], assets = {}, triggers = {}, vars = {}, durable_objects } = rawConfigOf(root);
  const strange = [
    ...migrations.flatMap((step) => Object.keys(step).filter((key) => !MIGRATION_KEYS.includes(key))),
    ...Object.keys(assets).filter((key) => key !== "directory" && !ASSETS_KEYS.includes(key)),
  ].map((key) => `${key} is not understood by celld`);
  const crons = (triggers.crons ?? [])
    .filter((cron) => !isPlainCron(cron))
    .map((cron) => `cron "${cron}" is refused by celld`);
  const texts = Object.entries(vars)
    .filter(([, value]) => typeof value !== "string")
    .map(([name]) => `the variable ${name} is no text`);
  const foreign = (durable_objects?.bindings ?? [])
    .filter(({ script_name }) => script_name !== undefined)
    .map(({ name }) => `${name} is a class of another script`);
  return [...strange, ...crons, ...texts, ...foreign].map((message) => ({
    ...{ rule: "celld-config", file: "wrangler.toml", message },
  }));
}

/** Five fields of numbers, ranges, lists and steps mean the same on both hosts; days of the week count from 1 there. */
const isPlainCron = (cron: string): boolean => {
  const fields = cron.trim().split(/\s+/);
  const plain = fields.every((field) =>
    /^(?:\*|[\dA-Z]+(?:-[\dA-Z]+)?(?:,[\dA-Z]+(?:-[\dA-Z]+)?)*)(?:\/\d+)?$/.test(field),
  );
  return fields.length === 5 && plain && !/\b0\b/.test(fields[4] ?? "");
};
