/** Statistics of liquidity as integers, and until when they are good. */
import { describe, expect, test } from "vitest";
import { FINER, liquidityNumbers, VOLATILITY_UNIT } from "../../../actors/risk-shard/liquidity-numbers.ts";
import type { Liquidity } from "../../../src/domain/liquidity.ts";
import { instrumentOf } from "../../support/instruments.ts";
import { liquidityOf } from "../../support/liquidity.ts";

const NEW_YORK = { timezone: "America/New_York", session: "0930-1600:23456" };
const numbersOf = (over: Partial<Liquidity>, instrument: object = {}) =>
  liquidityNumbers(liquidityOf(1, over), instrumentOf({ ...NEW_YORK, ...instrument }));

describe("numbers", () => {
  test("have six decimals more than a quantity and are rounded down; volatility is rounded up", () => {
    const { adv, interval, volatility } = numbersOf(
      { adv20: "1000.1234567891", volumeP50: "0.000001", volatilityDaily: 0.0123456789012 },
      { lotSize: "0.01" },
    );
    expect([adv, interval, volatility]).toEqual([100_012_345_678n, 100n, 12_345_679n]);
    expect(VOLATILITY_UNIT / 100n).toBe(10_000_000n);
    expect(numbersOf({ adv20: "7" }).adv).toBe(7n * FINER);
  });

  test("of the finest quantities lose nothing either", () => {
    const instrument = { ...instrumentOf(NEW_YORK), sizeScale: 15 };
    const built = liquidityNumbers(liquidityOf(1, { adv20: "2.000000000000000001" }), instrument);
    expect(built.adv).toBe(2_000_000_000_000_000_001_000n);
  });

  test.each<Partial<Liquidity>>([
    { adv20: null },
    { adv20: "0" },
    { adv20: "0.00000000" },
    { adv20: "-1" },
    { adv20: "NaN" },
  ])("are not known of %j", (over) => {
    expect(numbersOf(over).adv).toBeUndefined();
  });

  test.each([null, Number.NaN, Number.POSITIVE_INFINITY, -0.01, 1e300])(
    "are not known of a volatility of %s",
    (volatilityDaily) => {
      expect(numbersOf({ volatilityDaily }).volatility).toBeUndefined();
    },
  );
});

describe("they are good until the fifth close after their session", () => {
  const at = (text: string): number => Date.parse(text);

  test.each([
    ["a Friday", "2024-03-01T21:00:00Z", "2024-03-08T21:00:00Z"],
    ["a Monday", "2024-03-04T21:00:00Z", "2024-03-11T20:00:00Z"],
    ["one that a feed's end closed at noon", "2024-03-01T17:00:00Z", "2024-03-08T21:00:00Z"],
  ])("of %s, over weekends and the clocks' change", (_name, ts, until) => {
    expect(numbersOf({ ts: at(ts) }).until).toBe(at(until));
  });

  test("without sessions on holidays of a published calendar", () => {
    // Good Friday and Easter: 29 March 2024 has no session.
    const published = { calendar: "XNYS" };
    expect(numbersOf({ ts: at("2024-03-28T20:00:00Z") }, published).until).toBe(at("2024-04-05T20:00:00Z"));
    expect(numbersOf({ ts: at("2024-03-27T20:00:00Z") }, published).until).toBe(at("2024-04-04T20:00:00Z"));
  });

  test("around the clock they are days of UTC", () => {
    const always = { timezone: "UTC", session: "24x7", type: "crypto" };
    expect(numbersOf({ ts: at("2024-03-01T00:00:00Z") }, always).until).toBe(at("2024-03-06T00:00:00Z"));
  });

  test("they are worked out once for a version, and anew where the instrument is another", () => {
    const liquidity = liquidityOf(1, { ts: at("2024-03-01T21:00:00Z") });
    const instrument = instrumentOf(NEW_YORK);
    const numbers = liquidityNumbers(liquidity, instrument);
    expect(liquidityNumbers(liquidity, instrument)).toBe(numbers);
    const daily = instrumentOf({ ...NEW_YORK, session: "0930-1600" });
    expect(liquidityNumbers(liquidity, daily).until).toBe(at("2024-03-06T21:00:00Z"));
  });
});
