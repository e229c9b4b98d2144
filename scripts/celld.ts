/**
 * `npm run celld`: makes `dist/celld/`, the folder that `celld deploy` takes, from wrangler.toml and the Worker. It makes
 * nothing where source, bundle or configuration need what celld does not have, and says what and where.
 */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildAssets } from "./assets.ts";
import { bundleWorker } from "./celld/bundle.ts";
import { bundleFindings } from "./celld/bundle-findings.ts";
import { ASSETS_FOLDER, BUNDLE_FILE, celldConfig, configFindings, rawConfigOf } from "./celld/config.ts";
import { type Finding, printFindings } from "./findings.ts";
import { subsetFindings } from "./subset.ts";

export type CelldFolder = { readonly findings: readonly Finding[]; readonly bytes: number };

/** The folder is there only where nothing was found. */
export async function deriveCelld(root: string, folder: string): Promise<CelldFolder> {
  rmSync(folder, { recursive: true, force: true });
  const { main, assets } = rawConfigOf(root);
  if (main === undefined) throw new Error("wrangler.toml names no main");
  const bundle = await bundleWorker(root, main);
  const findings = [...(await subsetFindings(root)), ...configFindings(root), ...bundleFindings(bundle)];
  const bytes = Buffer.byteLength(bundle.text);
  if (findings.length > 0) return { findings, bytes };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, BUNDLE_FILE), bundle.text);
  writeFileSync(join(folder, "wrangler.jsonc"), celldConfig(root));
  if (assets?.directory !== undefined) copyAssets(join(root, assets.directory), join(folder, ASSETS_FOLDER));
  return { findings, bytes };
}

// celld takes no symbolic links.
function copyAssets(from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`${from}, which wrangler.toml names for assets, is not there`);
  cpSync(from, to, { recursive: true, dereference: true });
}

if (import.meta.main) {
  const root = resolve(process.argv[2] ?? ".");
  buildAssets(root);
  const folder = join(root, "dist/celld");
  const { findings, bytes } = await deriveCelld(root, folder);
  process.exitCode = printFindings("celld", findings);
  if (findings.length === 0)
    console.log(`celld: wrote ${folder} (${BUNDLE_FILE} has ${Math.ceil(bytes / 1024)} KiB). Deploy it with:
  celld deploy ${folder} --bucket s3://YOUR-BUCKET`);
}
