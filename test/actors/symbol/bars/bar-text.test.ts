import fc from "fast-check";
import { expect, test } from "vitest";
import { barText } from "../../../../actors/symbol/bars/bar-text.ts";
import type { Bar } from "../../../../actors/symbol/bars/bars.ts";
import { sideText } from "../../../../actors/symbol/quotes/quote-bar-text.ts";
import { bar as barShape } from "../../../../src/contracts/bars.ts";
import { BAR_STATES, QUOTE_SIDES } from "../../../../src/domain/bar.ts";
import { decimalText, divideHalfEven } from "../../../../src/domain/decimal.ts";
import type { EpochMs } from "../../../../src/domain/time.ts";

const price = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const prices = { o: price, h: price, l: price, c: price };
/** Those of one trade, of a busy minute, and of more than any number holds. */
const sum = fc.oneof(...[100n, 10n ** 6n, 10n ** 12n, 10n ** 40n].map((max) => fc.bigInt({ min: 0n, max })));
const start = fc.integer({ min: 0, max: Date.UTC(2100, 0) }).map((at) => at as EpochMs);
const bars: fc.Arbitrary<Bar> = fc.record({
  ...{ start, ...prices, v: sum, n: fc.nat(), pv: sum, rev: fc.nat() },
  sides: fc.record({ bid: fc.record(prices), ask: fc.record(prices) }),
});
const scale = fc.integer({ min: 0, max: 18 });
const state = fc.constantFrom(...BAR_STATES);

test("a bar is told as JSON.stringify tells its parts, byte by byte", () => {
  fc.assert(
    fc.property(
      bars,
      state,
      fc.boolean(),
      fc.boolean(),
      scale,
      scale,
      (kept, told, partial, gone, ...scales) => {
        const [priceScale, sizeScale] = scales;
        const { o, h, l, c, v, n, pv, rev } = kept;
        const [open, high, low, close] = [o, h, l, c].map((value) => decimalText(value, priceScale));
        const average = () => decimalText(divideHalfEven(pv, v * 10n ** BigInt(priceScale), 8), 8);
        const shown = {
          ...{ t: kept.start, o: open, h: high, l: low, c: close, v: decimalText(v, sizeScale), n },
          ...{ vw: v === 0n ? null : average(), rev, state: told },
          ...(partial ? { partial } : {}),
          ...(gone ? { withdrawn: true } : {}),
        };
        const bar: Bar = gone ? { ...kept, withdrawn: true } : kept;
        const text = barText(bar, told, partial, { priceScale, sizeScale });
        expect(text).toBe(JSON.stringify(shown));
        expect(barShape.parse(JSON.parse(text))).toEqual(shown);
      },
    ),
    { numRuns: 500 },
  );
});

test("so is a side of a bar of quotes", () => {
  fc.assert(
    fc.property(
      bars,
      fc.constantFrom(...QUOTE_SIDES),
      state,
      fc.boolean(),
      scale,
      (bar, side, told, partial, at) => {
        const { o, h, l, c } = (side === "mid" ? undefined : bar.sides?.[side]) ?? bar;
        const [open, high, low, close] = [o, h, l, c].map((value) =>
          side === "mid" ? decimalText(BigInt(value) * 5n, at + 1) : decimalText(value, at),
        );
        const shown = {
          ...{ t: bar.start, o: open, h: high, l: low, c: close, v: "0", n: bar.n, vw: null },
          ...{ rev: bar.rev, state: told, ...(partial ? { partial } : {}) },
        };
        expect(sideText(bar, side, told, partial, { priceScale: at })).toBe(JSON.stringify(shown));
      },
    ),
  );
});
