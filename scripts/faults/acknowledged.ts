/** The file of what the platform has acknowledged, outside of it: written before the client goes on. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

export type AcknowledgedTrade = {
  readonly kind: "trade";
  readonly symbol: string;
  readonly id: string;
  readonly ts: number;
  readonly price: string;
  readonly size: string;
};

/** The order as it was sent, and what the decision said. */
export type AcknowledgedOrder = {
  readonly kind: "order";
  readonly account: string;
  readonly body: { readonly clientOrderId: string; readonly [field: string]: string };
  readonly decision: string;
  readonly allowedQty: string;
  readonly seq: number;
};

/** The fill as it was sent; symbol and side are those of its order. */
export type AcknowledgedExecution = {
  readonly kind: "execution";
  readonly account: string;
  readonly body: { readonly execId: string; readonly qty: string; readonly [field: string]: string | number };
  readonly symbol: string;
  readonly side: "buy" | "sell";
};

export type Acknowledged = AcknowledgedTrade | AcknowledgedOrder | AcknowledgedExecution;

export class AcknowledgedFile {
  readonly path: string;
  readonly #file: number;
  readonly #lastSeqs = new Map<string, number>();
  #lines = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, "a");
  }

  get lines(): number {
    return this.#lines;
  }

  /** No fsync: the writer and its machine stay up, only the platform is killed. */
  append(...entries: readonly Acknowledged[]): void {
    writeSync(this.#file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    this.#lines += entries.length;
    for (const entry of entries)
      if (entry.kind === "order")
        this.#lastSeqs.set(entry.account, Math.max(entry.seq, this.#lastSeqs.get(entry.account) ?? 0));
  }

  /** The newest place in each account's history that anybody was told of. */
  lastSeqs(): ReadonlyMap<string, number> {
    return new Map(this.#lastSeqs);
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

/** Of each symbol the trades, in the order in which its object took them. */
export function tradedIds(path: string, symbols: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const traded = new Map<string, string[]>(symbols.map((symbol) => [symbol, []]));
  for (const one of readAcknowledged(path)) if (one.kind === "trade") traded.get(one.symbol)?.push(one.id);
  return traded;
}
