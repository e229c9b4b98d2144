import { expect } from "vitest";
import { CHANGES_PER_BATCH_MAX } from "../../../actors/price-hub/limits.ts";
import type { PriceUpdate } from "../../../actors/price-hub/messages.ts";
import type { Symbol } from "../../../src/domain/ids.ts";

/** A subscriber as it sees the stream: what it has heard, and whether anything was missing without a word. */
export class Listener {
  readonly heard = new Map<Symbol, { n: number; missing: boolean }>();

  take(updates: readonly PriceUpdate[]): void {
    expect(updates.reduce((sum, { changes }) => sum + changes.length, 0)).toBeLessThanOrEqual(
      CHANGES_PER_BATCH_MAX + updates.length,
    );
    expect(new Set(updates.map(({ symbol }) => symbol)).size).toBe(updates.length);
    for (const one of updates) this.#hear(one);
  }

  #hear({ symbol, mark, changes, sampled }: PriceUpdate): void {
    const ns = changes.map(([n]) => n);
    expect(ns).toEqual([...ns].sort((one, other) => one - other));
    expect(ns.at(-1) ?? mark.lastChanges).toBe(mark.lastChanges);
    const known = this.heard.get(symbol);
    const next = ns.find((n) => n > (known?.n ?? 0));
    const gap = known !== undefined && (next ?? known.n + 1) > known.n + 1;
    const silent = known !== undefined && next === undefined && mark.lastChanges > known.n;
    this.heard.set(symbol, {
      n: Math.max(known?.n ?? 0, mark.lastChanges),
      missing: (known?.missing ?? false) || ((gap || silent) && !sampled),
    });
  }
}
