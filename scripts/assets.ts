/** Puts the files that `/docs` loads into dist/assets: no page of ours loads anything from another host. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const SWAGGER_FILES = ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"] as const;

export function buildAssets(projectRoot = ROOT): void {
  const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const target = join(projectRoot, "dist/assets/docs");
  mkdirSync(target, { recursive: true });
  for (const name of SWAGGER_FILES) copyIfOther(join(swagger, name), join(target, name));
  copyIfOther(join(projectRoot, "src/console/docs.mjs"), join(target, "start.js"));
}

// A running Worker watches this folder and starts anew when a file of it changes: another instance must not touch it.
function copyIfOther(source: string, target: string): void {
  if (existsSync(target) && readFileSync(source).equals(readFileSync(target))) return;
  copyFileSync(source, target);
}

if (import.meta.main) buildAssets();
