/** What a child prints: on disk within a bound, and its last lines at hand for when it fails. */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

/** The file and the one before it: enough to look back over hours, little enough to forget about. */
const FILE_CHARS_MAX = 8 * 1024 * 1024;
const TAIL_LINES_MAX = 40;
/** wrangler notes the path of each request, and a chart has its key there. What tells whose key it is may stay. */
const API_KEY = /(ok_[a-z0-9]{1,32}_)[A-Za-z0-9_-]{43}/g;

export class ChildLog {
  readonly #path: string;
  readonly #tail: string[] = [];
  #file: number;
  #chars = 0;

  constructor(path: string) {
    this.#path = path;
    // What an earlier run said stays: it may tell how that run ended.
    this.#file = openSync(path, "a", 0o600);
    this.#chars = fstatSync(this.#file).size;
  }

  line(said: string): void {
    const text = said.replaceAll(API_KEY, "$1…");
    this.#tail.push(text);
    if (this.#tail.length > TAIL_LINES_MAX) this.#tail.shift();
    if (this.#chars > FILE_CHARS_MAX) this.#turnOver();
    writeSync(this.#file, `${text}\n`);
    this.#chars += text.length + 1;
  }

  tail(): string {
    return this.#tail.join("\n").trim();
  }

  close(): void {
    closeSync(this.#file);
  }

  #turnOver(): void {
    closeSync(this.#file);
    renameSync(this.#path, `${this.#path}.1`);
    this.#file = openSync(this.#path, "w", 0o600);
    this.#chars = 0;
  }
}
