/** The file of what the platform has acknowledged, outside of it: a line is on disk before the client goes on. */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";

export type Acknowledged =
  | {
      readonly kind: "trade";
      readonly symbol: string;
      readonly id: string;
      readonly ts: number;
      readonly price: string;
      readonly size: string;
    }
  | {
      readonly kind: "order";
      readonly account: string;
      readonly id: string;
      readonly decision: string;
      readonly allowedQty: string;
    }
  | {
      readonly kind: "execution";
      readonly account: string;
      readonly id: string;
      readonly symbol: string;
      readonly side: "buy" | "sell";
      readonly qty: string;
      readonly price: string;
    };

export class AcknowledgedFile {
  readonly #file: number;
  #lines = 0;

  constructor(path: string) {
    this.#file = openSync(path, "a");
  }

  get lines(): number {
    return this.#lines;
  }

  append(...entries: readonly Acknowledged[]): void {
    writeSync(this.#file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    fsyncSync(this.#file);
    this.#lines += entries.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}

// SAFETY: only `AcknowledgedFile` writes this file.
export const readAcknowledged = (path: string): Acknowledged[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Acknowledged);
