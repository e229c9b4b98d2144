/**
 * What the simulator puts in place of modules when they are loaded: the platform's own, the way to Postgres, and, where a bug is planted, the
 * text of one file. Imported before anything of the product.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type { PlantedBug } from "./planted/bug.ts";

const ROOT = new URL("../../", import.meta.url);
const PLATFORM = new URL("world/platform.ts", import.meta.url).href;
const MIRROR = new URL("world/mirror-port.ts", import.meta.url).href;
const MIRROR_PLACE = new URL("src/db/mirror.ts", ROOT).href;

export function installHooks(bug: PlantedBug | undefined): void {
  const place = bug === undefined ? undefined : new URL(bug.file, ROOT).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "cloudflare:workers") return { url: PLATFORM, shortCircuit: true };
      const found = next(specifier, context);
      return found.url === MIRROR_PLACE ? { ...found, url: MIRROR } : found;
    },
    load(url, context, next) {
      if (bug === undefined || url !== place) return next(url, context);
      return { format: "module-typescript", source: planted(bug, url), shortCircuit: true };
    },
  });
}

function planted({ find, replace }: PlantedBug, url: string): string {
  const text = readFileSync(fileURLToPath(url), "utf8");
  if (text.split(find).length !== 2) throw new Error(`"${find}" stands not once in ${url}`);
  return text.replace(find, () => replace);
}
