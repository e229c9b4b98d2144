/**
 * The data folder: one platform at a time, its secrets, and what others may read once it runs. `secrets.json` is made
 * once and is what makes a restart the same platform; `dev.json` stands there only from ready on.
 */
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export type Secrets = {
  /** The first admin key: it has every scope. The platform itself gets only its digest. */
  readonly apiKey: string;
  readonly cursorKey: string;
  readonly databasePassword: string;
};
export type DevFile = {
  readonly url: string;
  readonly apiKey: string;
  readonly databaseUrl: string;
  readonly pid: number;
};

export class DataFolderInUse extends Error {
  override readonly name = "DataFolderInUse";
}

/** A lock that nobody refers to any more would be collected, and with it let go. */
const held = new Set<DatabaseSync>();

export class DataFolder {
  readonly path: string;
  readonly secrets: Secrets;
  readonly #lock: DatabaseSync;

  private constructor(path: string, lock: DatabaseSync) {
    this.path = path;
    this.#lock = lock;
    this.secrets = this.#secretsMadeOnce();
    rmSync(this.file("dev.json"), { force: true });
  }

  /** Takes the folder for this process until it ends, however it ends. */
  static take(path: string): DataFolder {
    mkdirSync(path, { recursive: true });
    const lock = new DatabaseSync(join(path, "start.lock"), { timeout: 0 });
    try {
      lock.exec("BEGIN EXCLUSIVE");
    } catch {
      lock.close();
      throw new DataFolderInUse(`${path} is in use by another running Outcry${whoRuns(path)}.`);
    }
    held.add(lock);
    return new DataFolder(path, lock);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  get rootKeySha256(): string {
    return createHash("sha256").update(this.secrets.apiKey).digest("hex");
  }

  /** Whole or not at all, and for the owner alone. */
  writePrivate(name: string, text: string): string {
    const path = this.file(name);
    const draft = `${path}.new`;
    writeFileSync(draft, text, { mode: 0o600 });
    chmodSync(draft, 0o600);
    renameSync(draft, path);
    return path;
  }

  announce(dev: DevFile): void {
    this.writePrivate("dev.json", `${JSON.stringify(dev, null, 2)}\n`);
  }

  /** A port that is kept from one start to the next, so that what points to it stays true. */
  keptPort(name: string): number {
    const port = Number(textOf(this.file(`${name}.port`)));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
  }

  keepPort(name: string, port: number): void {
    writeFileSync(this.file(`${name}.port`), `${port}\n`);
  }

  release(): void {
    held.delete(this.#lock);
    this.#lock.close();
  }

  #secretsMadeOnce(): Secrets {
    const text = textOf(this.file("secrets.json"));
    // SAFETY: the file is written below alone, by a rename, so it is whole or absent.
    if (text !== undefined) return JSON.parse(text) as Secrets;
    const made: Secrets = {
      apiKey: `ok_root_${randomBytes(32).toString("base64url")}`,
      cursorKey: randomBytes(32).toString("base64url"),
      databasePassword: randomBytes(24).toString("base64url"),
    };
    this.writePrivate("secrets.json", JSON.stringify(made));
    return made;
  }
}

function whoRuns(path: string): string {
  const text = textOf(join(path, "dev.json"));
  if (text === undefined) return "";
  // SAFETY: written by `announce` alone.
  const { url, pid } = JSON.parse(text) as DevFile;
  return ` (${url}, process ${pid})`;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
