import fc from "fast-check";
import { expect, test } from "vitest";
import { TRADES_SHOWN } from "../../../../actors/symbol/limits.ts";
import { tapeText } from "../../../../actors/symbol/prices/trade-tape.ts";
import { INSTRUMENT, NOON, SymbolBench, trade } from "../bench.ts";

const SCALES = { priceScale: 2, sizeScale: 0 };
const idsOf = ({ store }: SymbolBench): number[] => {
  const text = tapeText(store.log.lastTaken(TRADES_SHOWN), SCALES);
  return (JSON.parse(text) as { id: string }[]).map(({ id }) => Number(id));
};

const step = fc.oneof(
  fc.nat(2 * TRADES_SHOWN).map((trades) => ({ trades })),
  fc.nat(9).map((cancels) => ({ cancels })),
  fc.constant({ load: true as const }),
);

/** A symbol, and beside it the ids of its trades that stand, as they came. */
class Walk {
  readonly bench = new SymbolBench();
  #taken = 0;
  standing: number[] = [];

  go(does: { trades: number } | { cancels: number } | { load: true }): void {
    if ("load" in does) this.bench.reload();
    else if ("trades" in does) this.#take(does.trades);
    else this.#cancel(this.standing.at(-1 - does.cancels));
  }

  /** Each before the last one in the venue's time: what counts is when they came. */
  #take(count: number): void {
    const ids = Array.from({ length: count }, (_, index) => this.#taken + index);
    this.bench.take(...ids.map((id) => trade(NOON - id, "10", { id: `${id}` })));
    this.#taken += count;
    this.standing.push(...ids);
  }

  #cancel(id: number | undefined): void {
    if (id === undefined) return;
    this.bench.take({ type: "cancel", symbol: INSTRUMENT.symbol, ts: NOON, id: `${id}` });
    this.standing = this.standing.filter((one) => one !== id);
  }
}

test("the newest trades that stand, in the order in which they came, over any load", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const walk = new Walk();
      for (const does of steps) {
        walk.go(does);
        expect(idsOf(walk.bench)).toEqual(walk.standing.slice(-TRADES_SHOWN));
      }
    }),
    { numRuns: 60, seed: 7 },
  );
});
