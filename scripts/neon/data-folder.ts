/** The folder of a PGlite database: who may use it, and how it comes into being. */
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** An unfinished template this old belongs to nobody any more: making one takes seconds. */
const UNFINISHED_AGE_MS = 600_000;

/**
 * Takes the folder for this process until the returned function is called or the process ends, however it ends.
 * PGlite itself would let two processes write into one folder, and the rows of one of them would vanish.
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(dirname(folder), { recursive: true });
  const lock = new DatabaseSync(`${folder}.lock`, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    throw new Error(`the Postgres data in ${folder} is in use by another running server`, { cause: error });
  }
  return () => lock.close();
}

/** How a database is made in an empty folder, and how one is opened. */
export interface DatabaseMaker<T> {
  make(emptyFolder: string): Promise<void>;
  open(folder: string): Promise<T>;
}

/** Opens the database in the folder, where there is none a new one. The lock must be held. */
export async function openDatabase<T>(
  folder: string,
  template: string | null,
  { make, open }: DatabaseMaker<T>,
): Promise<T> {
  const origin = await ensureDatabase(folder, make, template);
  try {
    return await open(folder);
  } catch (error) {
    if (origin !== "copied" || template === null) throw error;
    // The copy holds nothing yet, so the template is at fault: a power loss can do that.
    rmSync(template, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
    await ensureDatabase(folder, make, null);
    return open(folder);
  }
}

/**
 * Makes the database where there is none. All work happens in a folder beside it that is renamed at the end: a kill
 * in the middle would otherwise leave a folder that never opens.
 */
export async function ensureDatabase(
  folder: string,
  make: (emptyFolder: string) => Promise<void>,
  templateFolder: string | null,
): Promise<"found" | "made" | "copied"> {
  removeUnfinished(folder, Number.NEGATIVE_INFINITY);
  if (existsSync(join(folder, "PG_VERSION"))) return "found";
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(`${folder} holds something other than a Postgres database`);
  }
  const template = templateFolder === null ? null : await ensureTemplate(templateFolder, make);
  const unfinished = unfinishedBeside(folder);
  if (template === null) await make(unfinished);
  else cpSync(template, unfinished, { recursive: true });
  if (existsSync(folder)) rmdirSync(folder);
  renameSync(unfinished, folder);
  return template === null ? "made" : "copied";
}

/** A database just as initdb leaves it, kept because copying takes a tenth of making. Never opened after it was made. */
async function ensureTemplate(
  template: string,
  make: (folder: string) => Promise<void>,
): Promise<string | null> {
  if (existsSync(join(template, "PG_VERSION"))) return template;
  try {
    mkdirSync(dirname(template), { recursive: true });
    removeUnfinished(template, UNFINISHED_AGE_MS);
  } catch {
    // A template that cannot be kept (a read-only checkout) only costs time.
    return null;
  }
  const unfinished = unfinishedBeside(template);
  try {
    await make(unfinished);
    renameSync(unfinished, template);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process was first: its template is as good.
    if (!existsSync(join(template, "PG_VERSION"))) throw error;
  }
  return template;
}

function unfinishedBeside(folder: string): string {
  return `${folder}.new-${randomBytes(6).toString("hex")}`;
}

function removeUnfinished(folder: string, olderThanMs: number): void {
  const prefix = `${basename(folder)}.new-`;
  for (const name of readdirSync(dirname(folder))) {
    const path = join(dirname(folder), name);
    if (name.startsWith(prefix) && Date.now() - statSync(path).mtimeMs >= olderThanMs) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
