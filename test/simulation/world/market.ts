/** Symbols as far as others ask them: what they are, and what they are worth. Each change of a price is pushed to its hub until that has it. */
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import type { Shell, ShellClass } from "./copy.ts";
import type { Random } from "./random.ts";
import type { Schedule } from "./schedule.ts";

/** Of a world, what a market needs. */
export interface Surrounding {
  readonly schedule: Schedule;
  call(kind: string, name: string, method: string, ...given: unknown[]): Promise<unknown>;
}
type Change = readonly [n: number, ts: number, last: number];
type Listed = { instrument: Instrument; mark: PriceMark; untold: Change[]; hub: string };

const TICK_MS = 1_500;
const CHANGES_MAX = 50;

export class Market {
  /** Prices are told anew, and stay as they are. */
  isStill = false;
  readonly listed = new Map<string, Listed>();
  readonly #world: Surrounding;
  readonly #random: Random;

  constructor(world: Surrounding, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  list(instrument: Instrument, price: number, hub: string): void {
    const last = price * 10 ** instrument.priceScale;
    const mark: PriceMark = { lastChanges: 1, last, lastTs: this.#world.schedule.now as EpochMs };
    this.listed.set(instrument.symbol, { instrument, mark, untold: [], hub });
    this.#world.schedule.after(this.#random.between(1, TICK_MS), () => this.#tick(instrument.symbol));
  }

  /** In the currency. */
  priceOf(symbol: string): number {
    const listed = this.listed.get(symbol);
    return listed === undefined ? 0 : (listed.mark.last ?? 0) / 10 ** listed.instrument.priceScale;
  }

  #tick(symbol: string): void {
    const listed = this.listed.get(symbol);
    if (listed === undefined) return;
    const { schedule } = this.#world;
    const tick = listed.instrument.tickSize;
    const moved = this.isStill ? 0 : tick * this.#random.between(-20, 20);
    const last = Math.max(tick, (listed.mark.last ?? 0) + moved);
    const n = listed.mark.lastChanges + 1;
    const at = schedule.now as EpochMs;
    listed.mark = { lastChanges: n, last, lastTs: at };
    listed.untold = [...listed.untold, [n, at, last] as const].slice(-CHANGES_MAX);
    void this.#push(symbol, listed);
    schedule.after(this.#random.between(TICK_MS / 2, TICK_MS * 2), () => this.#tick(symbol));
  }

  async #push(symbol: string, listed: Listed): Promise<void> {
    const told = [...listed.untold];
    const update = { symbol, mark: listed.mark, changes: told, sampled: false };
    try {
      await this.#world.call("price-hub", listed.hub, "push", undefined, update);
      listed.untold = listed.untold.filter((change) => !told.includes(change));
    } catch {
      // It goes with the next.
    }
  }
}

/** Objects that have no state of their own here. */
export function modelShells(market: () => Market): Readonly<Record<string, ShellClass>> {
  const modelled = (members: (name: string) => Shell): ShellClass =>
    class {
      constructor(ctx: unknown) {
        // biome-ignore lint/correctness/noConstructorReturn: a shell is its methods, whatever holds them.
        return members((ctx as { id: { name: string } }).id.name);
      }
    } as unknown as ShellClass;
  return {
    symbol: modelled((symbol) => ({
      snapshot: async () => {
        const listed = market().listed.get(symbol);
        if (listed === undefined) return { ok: false, code: "symbol-unknown" };
        return { ok: true, value: { instrument: listed.instrument, mark: listed.mark } };
      },
      actions: async () => ({ ok: true, value: { items: [], total: 0 } }),
    })),
    "instrument-directory": modelled(() => ({
      known: async (_envelope: unknown, symbols: unknown) => ({
        ok: true,
        value: (symbols as readonly string[]).filter((symbol) => market().listed.has(symbol)),
      }),
    })),
    "metrics-shard": modelled(() => ({ report: async () => ({ ok: true, value: true }) })),
  };
}
