/** The project's own text files, as the gates read them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type SourceFile = { readonly path: string; readonly text: string; readonly lines: readonly string[] };

const FOLDERS = ["src", "actors", "migrations", "test", "scripts", "docs", ".ci"];
const EXTENSIONS = /(?:\.(?:tsx?|mjs|cjs|js|json|jsonc|toml|sql|md|html|css|sh)|^\.ci\/run)$/;
const DOTFILES = new Set([".npmrc", ".gitignore"]);

/** Every text file below the given folders of `root`, with its path relative to `root`, in path order. */
export function sourceFiles(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => filesBelow(root, folder))
    .filter((path) => EXTENSIONS.test(path))
    .sort()
    .map((path) => sourceFile(root, path));
}

/** Every text file that is the project's own: its folders, and what lies at its top level. */
export function ownFiles(root: string): SourceFile[] {
  const topLevel = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && (EXTENSIONS.test(entry.name) || DOTFILES.has(entry.name)))
    .map((entry) => sourceFile(root, entry.name));
  return [...topLevel, ...sourceFiles(root, FOLDERS)];
}

/** One file; its last line's newline does not count as another line. */
export function sourceFile(root: string, path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  return { path, text, lines: text.replace(/\n$/, "").split("\n") };
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.includes("node_modules"));
}
