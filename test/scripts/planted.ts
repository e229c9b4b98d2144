/** Lays out a small project in a temporary folder, for the gates to find fault with. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export type Planted = { readonly root: string; readonly remove: () => void };

/** `files` maps a path below the new root to its text. */
export function plant(files: Readonly<Record<string, string>>): Planted {
  const root = mkdtempSync(join(tmpdir(), "planted-"));
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  symlinkSync(resolve("node_modules"), join(root, "node_modules"));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
