/** The files in which the local platform keeps one actor: found by the actor's name, copied, and put back. */
import { createHash, createHmac } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** SQLite's own file and the two that stand beside it while it is written to. */
const ENDINGS = ["", "-wal", "-shm"];

export class ObjectFiles {
  readonly #path: string;

  /** `className` as wrangler.toml names it. */
  constructor(dataFolder: string, className: string, objectName: string) {
    this.#path = pathOf(dataFolder, className, objectName);
    if (!existsSync(this.#path)) throw new Error(`the platform keeps no ${className} ${objectName}`);
  }

  static has(dataFolder: string, className: string, objectName: string): boolean {
    return existsSync(pathOf(dataFolder, className, objectName));
  }

  /** For when nobody writes. */
  copyTo(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const ending of ENDINGS)
      if (existsSync(this.#path + ending)) copyFileSync(this.#path + ending, join(folder, `copy${ending}`));
  }

  /** While the platform runs: what a backup of that moment would hold. */
  backUpTo(folder: string): void {
    mkdirSync(folder, { recursive: true });
    const running = new DatabaseSync(this.#path, { readOnly: true, timeout: 5_000 });
    running.prepare("VACUUM INTO ?").run(join(folder, "copy"));
    running.close();
  }

  /** In place of what stands there; for when nobody writes. */
  putBack(folder: string): void {
    for (const ending of ENDINGS) {
      rmSync(this.#path + ending, { force: true });
      const copy = join(folder, `copy${ending}`);
      if (existsSync(copy)) copyFileSync(copy, this.#path + ending);
    }
  }
}

function pathOf(dataFolder: string, className: string, objectName: string): string {
  const key = `outcry-${className}`;
  return join(dataFolder, "objects/v3/do", key, `${objectId(key, objectName)}.sqlite`);
}

/** As workerd derives it: half of a keyed hash of the name, then half of a keyed hash of that. */
function objectId(uniqueKey: string, name: string): string {
  const key = createHash("sha256").update(uniqueKey).digest();
  const half = (text: string | Buffer): Buffer =>
    createHmac("sha256", key).update(text).digest().subarray(0, 16);
  const first = half(name);
  return Buffer.concat([first, half(first)]).toString("hex");
}
