/** How far a tape has been acknowledged, on disk: a replay that is started again goes on from there. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Totals } from "./totals.ts";

export type Progress = {
  readonly tape: string;
  /** The last line whose tick, and every tick before it, has its final answer. */
  readonly line: number;
  /** Milliseconds added to every time; a replay that goes on must move its times as before. Null: not moved. */
  readonly shift: number | null;
  readonly finished: boolean;
  readonly totals: Totals;
};

export class ProgressFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** What was saved for this very tape. A file that cannot be read counts as none: repeats are duplicates, not losses. */
  load(tape: string): Progress | undefined {
    try {
      // SAFETY: the file is written by `save` alone, by a rename, so it is whole or absent.
      const saved = JSON.parse(readFileSync(this.#path, "utf8")) as Progress;
      return saved.tape === tape && Number.isSafeInteger(saved.line) ? saved : undefined;
    } catch {
      return undefined;
    }
  }

  save(progress: Progress): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(progress));
    renameSync(draft, this.#path);
  }

  forget(): void {
    rmSync(this.#path, { force: true });
  }
}
