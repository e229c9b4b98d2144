/** Derives the wrangler.jsonc that celld reads from wrangler.toml, the one source: `npm run celld`. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { experimental_readRawConfig as readRawConfig } from "wrangler";

// What celld understands. It refuses a file with anything else in it.
const KEYS = [
  "name",
  "main",
  "compatibility_date",
  "durable_objects",
  "migrations",
  "assets",
  "triggers",
  "vars",
] as const;

/** The text of wrangler.jsonc for the wrangler.toml in `root`. */
export function celldConfig(root: string): string {
  const { rawConfig } = readRawConfig({ config: join(root, "wrangler.toml") });
  const kept = KEYS.filter((key) => rawConfig[key] !== undefined).map((key) => [key, rawConfig[key]]);
  return `// Derived from wrangler.toml by scripts/celld.ts; change it there.\n${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`;
}

if (import.meta.main) {
  const root = resolve(process.argv[2] ?? ".");
  writeFileSync(join(root, "wrangler.jsonc"), celldConfig(root));
  console.log("celld: wrote wrangler.jsonc");
}
