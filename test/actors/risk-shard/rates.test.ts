/** What is counted; and at the bound of windows which leave, and what finding them costs. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { RATE_WINDOWS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { retrace, type Trail } from "../../../actors/risk-shard/changes.ts";
import { countAt, countEvent, hasRateRoom, RATE_SLOTS, rateKey } from "../../../actors/risk-shard/rates.ts";
import {
  initialState,
  type Limit,
  type RateWindow,
  type RiskState,
} from "../../../actors/risk-shard/state.ts";

const AT = 1_700_000_000_000;
const LIMIT: Limit = {
  id: "rate",
  kind: "max-order-rate",
  scope: { kind: "symbol" },
  threshold: 1n,
  action: "reject",
  windowMs: 1_000,
  unit: "money",
};
const of = (symbol: string) => ({ symbol, strategy: "" });

/** All windows there may be; `spent` of them count nothing any more. */
function full(spent: number): RiskState {
  const state = initialState();
  for (let n = 0; n < RATE_WINDOWS_MAX; n++)
    countEvent(state, [LIMIT], of(`XNAS:S${n}`), n < spent ? AT - 5_000 : AT);
  return state;
}
const room = (state: RiskState, symbol: string) => hasRateRoom(state, [LIMIT], of(symbol), AT);

test("a further window finds room as long as one is spent, each of which is given away once", () => {
  const state = full(2);
  for (const symbol of ["XNAS:A", "XNAS:B"]) {
    expect(room(state, symbol)).toBe(true);
    countEvent(state, [LIMIT], of(symbol), AT);
  }
  expect(room(state, "XNAS:C")).toBe(false);
  expect(room(state, "XNAS:A")).toBe(true);
});

test("a spent window that is counted again is not spent any more", () => {
  const state = full(1);
  expect(room(state, "XNAS:A")).toBe(true);
  countEvent(state, [LIMIT], of("XNAS:S0"), AT);
  expect(room(state, "XNAS:A")).toBe(false);
});

test("what was counted on trial and taken back leaves room again at the same moment", () => {
  const state = full(1);
  const trail: Trail = [];
  countEvent(state, [LIMIT], of("XNAS:S0"), AT, trail);
  expect(room(state, "XNAS:A")).toBe(false);
  retrace(trail);
  expect(room(state, "XNAS:A")).toBe(true);
});

test("a basket looks through the windows once, not once per order", () => {
  const state = full(RATE_WINDOWS_MAX);
  let looks = 0;
  for (const [key, window] of state.rates) {
    const slots = new Proxy(window.slots, {
      get(target, property) {
        looks++;
        return Reflect.get(target, property);
      },
    });
    state.rates.set(key, { ...window, slots } as RateWindow);
  }
  room(state, "XNAS:N0");
  const once = looks;
  for (let n = 1; n < 200; n++) room(state, `XNAS:N${n}`);
  expect(looks).toBe(once);
});

/** One look at every slot, and a list made anew for each order. */
class PlainWindow {
  #slots: [slot: number, count: number][] = [];
  readonly #slotMs: number;
  readonly #windowMs: number;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
    this.#slotMs = Math.ceil(windowMs / RATE_SLOTS);
  }

  count(at: number): void {
    this.#slots = this.#within(at);
    const slot = Math.max(Math.floor(at / this.#slotMs), ...this.#slots.map(([known]) => known));
    const same = this.#slots.find(([known]) => known === slot);
    if (same === undefined) this.#slots.push([slot, 1]);
    else same[1] += 1;
  }

  sumAt = (at: number): number => this.#within(at).reduce((sum, [, count]) => sum + count, 0);

  #within = (at: number): [number, number][] =>
    this.#slots.filter(([slot]) => (slot + 1) * this.#slotMs > at - this.#windowMs);
}

test("a window counts what a look at every slot counts, also where the clock goes back, and leaves older records as they are", () => {
  const windowMs = fc.constantFrom(1, 7, 100, 250, 1_000);
  const steps = fc.array(fc.integer({ min: -300, max: 900 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(windowMs, steps, (windowMs, steps) => {
      const state = initialState();
      const limits: Limit[] = [
        { ...LIMIT, windowMs },
        { ...LIMIT, id: "alike", windowMs, threshold: 9n },
      ];
      const plain = new PlainWindow(windowMs);
      const stood: (readonly [RateWindow, string])[] = [];
      let at = AT;
      for (const step of steps) {
        at += step;
        const window = state.rates.get(rateKey(limits[0]!, of("XNAS:A")));
        expect(countAt(window, windowMs, at)).toBe(plain.sumAt(at));
        if (window !== undefined) stood.push([window, JSON.stringify(window)]);
        countEvent(state, limits, of("XNAS:A"), at);
        plain.count(at);
      }
      for (const [window, text] of stood) expect(JSON.stringify(window)).toBe(text);
    }),
  );
});
