/** Asks the exchange for snapshots of order books that the platform wants: one at a time, and of a symbol not again at once. */
import { BINANCE_VENUE } from "../../src/feeds/binance.ts";
import { snapshotTick } from "../../src/feeds/binance-depth.ts";
import { jsonObject } from "../../src/feeds/json.ts";
import type { DepthTick } from "../../src/feeds/tick.ts";

/** As many as a book keeps of a side. Of the 6,000 that the exchange grants a minute such a call costs 50. */
const LEVELS = 1_000;
/** So much between two calls: at most 3,000 of those 6,000. */
const BETWEEN_MS = 1_000;
/** Of one symbol: what was fetched has to reach the platform, and its next reply us, before it is known to be too old. */
const AGAIN_MS = 5_000;
/** Behind a failure: an address that asks on while it is refused is banned. */
const AFTER_FAILURE_MS = 30_000;
/** The venue itself gives up after 10 s. */
const ANSWER_MS_MAX = 15_000;

export type SnapshotsPlan = {
  readonly rest: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly take: (tick: DepthTick) => void;
  readonly note: (event: "snapshot" | "snapshot-failed", symbol: string, text: string) => void;
};

export class Snapshots {
  readonly #plan: SnapshotsPlan;
  /** Newest event time of each symbol's book: its snapshot has none of its own. */
  readonly #newest = new Map<string, number>();
  readonly #wanted = new Set<string>();
  readonly #notBefore = new Map<string, number>();
  #nextAt = 0;
  #isAsking = false;

  constructor(plan: SnapshotsPlan) {
    this.#plan = plan;
  }

  heard({ symbol, ts }: DepthTick): void {
    this.#newest.set(symbol, ts);
  }

  want(symbol: string): void {
    if (this.#newest.has(symbol)) this.#wanted.add(symbol);
  }

  /** To be called often. */
  poll(): void {
    const now = this.#plan.now();
    if (this.#isAsking || now < this.#nextAt) return;
    const symbol = [...this.#wanted].find((each) => (this.#notBefore.get(each) ?? 0) <= now);
    if (symbol === undefined) return;
    this.#isAsking = true;
    void this.#ask(symbol).finally(() => {
      this.#isAsking = false;
    });
  }

  async #ask(symbol: string): Promise<void> {
    const { note, now, signal, take } = this.#plan;
    const fetched = await this.#fetch(symbol).catch((error: unknown) => String(error));
    if (signal.aborted) return;
    this.#wanted.delete(symbol);
    this.#notBefore.set(symbol, now() + AGAIN_MS);
    this.#nextAt = now() + (typeof fetched === "string" ? AFTER_FAILURE_MS : BETWEEN_MS);
    if (typeof fetched === "string") return note("snapshot-failed", symbol, `no snapshot (${fetched})`);
    take(fetched);
    note("snapshot", symbol, `snapshot of its order book, as of ${fetched.lastSeq}`);
  }

  /** The tick, or why there is none. */
  async #fetch(symbol: string): Promise<DepthTick | string> {
    const { rest, signal } = this.#plan;
    const url = `${rest}/api/v3/depth?symbol=${symbol.slice(BINANCE_VENUE.length + 1)}&limit=${LEVELS}`;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
    const response = await fetch(url, { signal: limit });
    const body = jsonObject(await response.text());
    if (response.status !== 200) return `status ${response.status}`;
    const tick = body && snapshotTick(symbol, this.#newest.get(symbol) ?? 0, body);
    return tick ?? "an answer that lacks a part";
  }
}
