/** Random requests of a day's market: trades in and out of order, with and without ids and conditions, cancels, corrections, quotes, volumes of the day, ends, restarts. */
import * as fc from "fast-check";
import { MINUTE, quote, type Sent, SYMBOL, type SymbolBench, trade } from "./bench.ts";

export const FLAGS = [
  "odd-lot",
  "out-of-sequence",
  "official-close",
  "corrected-close",
  "regular",
  "unheard-of",
];

export type Step = {
  readonly does:
    | "trade"
    | "late"
    | "older"
    | "cancel"
    | "correct"
    | "quote"
    | "jump"
    | "end"
    | "restart"
    | "clock"
    | "again";
  readonly ms: number;
  readonly cents: number;
  readonly pick: number;
  readonly flag: number;
};

export const step: fc.Arbitrary<Step> = fc.record({
  does: fc.oneof(
    { weight: 10, arbitrary: fc.constant("trade" as const) },
    { weight: 4, arbitrary: fc.constantFrom("late" as const, "cancel" as const, "correct" as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "older" as const,
        "quote" as const,
        "jump" as const,
        "end" as const,
        "restart" as const,
        "clock" as const,
        "again" as const,
      ),
    },
  ),
  ms: fc.nat(90_000),
  cents: fc.integer({ min: 100, max: 140 }),
  pick: fc.nat(1_000),
  flag: fc.nat(24),
});

/** Sends steps to a bench, one request each, and remembers what was sent. */
export class Walk {
  readonly bench: SymbolBench;
  readonly sent: Sent[] = [];
  newest: number;
  #serial = 0;

  constructor(bench: SymbolBench, from: number) {
    this.bench = bench;
    this.newest = from;
  }

  take(move: Step): Sent[] {
    if (move.does === "restart") this.bench.reload();
    else if (move.does === "end") this.bench.end();
    else if (move.does === "clock") this.bench.wake();
    else return this.#send(this.#ticks(move));
    return [];
  }

  #send(ticks: readonly Sent[]): Sent[] {
    this.bench.take(...ticks);
    this.sent.push(...ticks);
    return [...ticks];
  }

  #ticks(move: Step): Sent[] {
    const { does, ms, cents, pick, flag } = move;
    const price = (cents / 100).toFixed(2);
    const { newest } = this;
    if (does === "quote") return [quote(this.#ahead(ms), price, price)];
    if (does === "late") return [this.#trade(newest - ms * 10, price, pick, flag)];
    if (does === "older") return [this.#trade(newest - 20 * MINUTE - ms * 100, price, pick, flag)];
    if (does === "cancel" || does === "correct" || does === "again") return this.#notices(move, price);
    return [this.#trade(this.#ahead(does === "jump" ? ms * 200 : ms), price, pick, flag)];
  }

  /** About a trade that was sent before. */
  #notices({ does, pick }: Step, price: string): Sent[] {
    const named = this.#named(pick);
    if (named === undefined) return [];
    if (does === "again") return [named];
    const notice = { type: does, symbol: SYMBOL, ts: this.newest, id: named["id"] };
    if (does === "cancel") return [notice];
    const prices = pick % 3 === 0 ? {} : { price };
    return [{ ...notice, ...prices, ...(pick % 2 === 0 ? { size: `${1 + (pick % 5)}` } : {}) }];
  }

  #ahead(ms: number): number {
    this.newest += ms;
    return this.newest;
  }

  /** A trade that was sent with an id: mostly a recent one. */
  #named(pick: number): Sent | undefined {
    const named = this.sent.filter((one) => one["type"] === "trade" && one["id"] !== undefined);
    return named.at(-1 - (pick % 8)) ?? named.at(-1);
  }

  #trade(ts: number, price: string, pick: number, flag: number): Sent {
    this.#serial += 1;
    const name =
      pick % 4 === 0
        ? {}
        : pick % 4 === 1
          ? { id: `x${this.#serial}` }
          : { id: `${(pick % 5) * 1_000 + this.#serial}` };
    const conditions = FLAGS[flag] === undefined ? {} : { conditions: [FLAGS[flag]] };
    return trade(ts, price, { size: `${1 + (pick % 7)}`, ...name, ...conditions });
  }
}
