import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/instrument-directory/apply.ts";
import { INSTRUMENTS_MAX } from "../../../actors/instrument-directory/bounds.ts";
import { decidePut, type PutAccepted, type PutRefused } from "../../../actors/instrument-directory/decide.ts";
import { publicInstrument } from "../../../actors/instrument-directory/public.ts";
import { initialState } from "../../../actors/instrument-directory/state.ts";
import { instrumentReply } from "../../../src/contracts/instruments.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { valueAtPrice } from "../../../src/domain/worth.ts";
import { instrumentOf, lineOf } from "../../support/instruments.ts";

type Changes = Readonly<Record<string, unknown>>;

/** given(stored…).when(puts…).stores(…) / .refuses(code, paths) */
function given(...stored: readonly Instrument[]) {
  const present = new Map(stored.map((instrument) => [instrument.symbol as string, instrument]));
  const state = { ...initialState(), instruments: stored.length };
  return {
    when(...puts: readonly Changes[]) {
      const decision = decidePut(state, puts.map(lineOf), present);
      return {
        stores: (...expected: readonly Partial<Instrument>[]) => {
          expect(accepted(decision).changed).toHaveLength(expected.length);
          expected.forEach(
            (part, index) => void expect(accepted(decision).changed[index]).toMatchObject(part),
          );
        },
        changesNothing: () => void expect(accepted(decision)).toMatchObject({ changed: [], stored }),
        refuses: (code: PutRefused["code"], ...paths: readonly string[]) => {
          expect(decision).toMatchObject({ ok: false, code });
          expect((decision as PutRefused).errors?.map(({ path }) => path) ?? []).toEqual(paths);
        },
      };
    },
  };
}

function accepted(decision: PutAccepted | PutRefused): PutAccepted {
  expect(decision).toMatchObject({ ok: true });
  return decision as PutAccepted;
}

const OPTION = {
  symbol: "OPRA:A1",
  type: "option",
  underlying: "XNAS:AAPL",
  expiry: 1_797_600_000_000,
  strike: "190.50",
  right: "put",
};

describe("a new instrument", () => {
  test("gets the default scales: at least four decimals for prices, those of the lot for sizes", () => {
    given().when({}).stores({ priceScale: 4, sizeScale: 0, tickSize: 100, lotSize: 1, version: 1 });
    given()
      .when({ tickSize: "0.000010", lotSize: "0.0010" })
      .stores({ priceScale: 5, sizeScale: 3, tickSize: 1, lotSize: 1 });
  });

  test("gets the scales that it asks for, where they hold its tick and its lot", () => {
    given()
      .when({ priceScale: 2, sizeScale: 6 })
      .stores({ priceScale: 2, sizeScale: 6, tickSize: 1, lotSize: 1_000_000 });
    given().when({ priceScale: 1 }).refuses("instrument-invalid", "tickSize");
    given().when({ lotSize: "0.001", sizeScale: 2 }).refuses("instrument-invalid", "lotSize");
  });

  test("has scales from 0 to 12", () => {
    given().when({ priceScale: 12, sizeScale: 0 }).stores({ priceScale: 12 });
    given().when({ priceScale: 13 }).refuses("instrument-invalid", "priceScale");
    given().when({ priceScale: -1, sizeScale: 99 }).refuses("instrument-invalid", "priceScale", "sizeScale");
  });

  test("is refused where price × size × multiplier could be finer than 10⁻¹²", () => {
    given().when({ tickSize: "0.00000001", lotSize: "0.0001" }).stores({ notionalUnit: 1n });
    given().when({ tickSize: "0.00000001", lotSize: "0.00001" }).refuses("instrument-invalid", "multiplier");
    given()
      .when({ tickSize: "0.00000001", lotSize: "0.0001", multiplier: "0.1" })
      .refuses("instrument-invalid", "multiplier");
  });

  test("keeps its amounts without the zeros that say nothing", () => {
    given()
      .when({ multiplier: "100.00", marginInitial: "-0.00" })
      .stores({ multiplier: "100", marginInitial: "0" });
  });

  test.each([
    ["tickSize", "0"],
    ["tickSize", "-0.01"],
    ["lotSize", 0],
    ["lotSize", "-1"],
    ["multiplier", "0"],
    ["multiplier", "-1"],
    ["minQty", "0"],
    ["minQty", "0.5"],
    ["maxQty", "-5"],
    ["minNotional", "-1"],
    ["minNotional", "0.0000000000001"],
    ["marginInitial", "-0.1"],
    ["marginMaintenance", "-1"],
    ["tickSize", "99999999999999999999"],
  ])("is refused with %s %s", (path, value) => {
    given()
      .when({ [path]: value })
      .refuses("instrument-invalid", path);
  });

  test.each([
    ["currency", "usd"],
    ["currency", "U"],
    ["currency", "US$"],
    ["timezone", "Mars/Olympus"],
    ["timezone", "+05:30"],
    ["timezone", "EST5EDT;"],
    ["session", "9:30-16:00"],
  ])("is refused with %s %s", (path, value) => {
    given()
      .when({ [path]: value })
      .refuses("instrument-invalid", path);
  });

  test("has no largest quantity below its smallest", () => {
    given().when({ minQty: "10", maxQty: "10" }).stores({ minQty: 10, maxQty: 10 });
    given().when({ minQty: "10", maxQty: "9" }).refuses("instrument-invalid", "maxQty");
  });

  test("says everything that is wrong with it at once", () => {
    given()
      .when({ tickSize: "0", currency: "usd", session: "x" })
      .refuses("instrument-invalid", "currency", "session", "tickSize");
  });
});

test("whether bars are built of its quotes is kept as it was said, shown, and may change", () => {
  for (const quoteBars of [true, false]) {
    given().when({ quoteBars }).stores({ quoteBars });
    expect(publicInstrument(instrumentOf({ quoteBars }))).toMatchObject({ quoteBars });
    given(instrumentOf({ quoteBars })).when({ quoteBars }).changesNothing();
    given(instrumentOf({ quoteBars: !quoteBars }))
      .when({ quoteBars })
      .stores({ quoteBars, version: 2 });
  }
  expect(publicInstrument(instrumentOf())).not.toHaveProperty("quoteBars");
});

describe("options and futures", () => {
  test("an option has underlying, expiry, strike and right", () => {
    given().when(OPTION).stores({ strike: "190.5", right: "put" });
    const { underlying, expiry, strike, right, ...bare } = OPTION;
    given().when(bare).refuses("instrument-invalid", "underlying", "expiry", "strike", "right");
    given()
      .when({ ...OPTION, strike: "0" })
      .refuses("instrument-invalid", "strike");
    given()
      .when({ ...OPTION, underlying: OPTION.symbol })
      .refuses("instrument-invalid", "underlying");
    expect([underlying, expiry, strike, right]).toHaveLength(4);
  });

  test("a future may expire, and has neither strike nor right", () => {
    const future = { symbol: "XCME:ESZ6", type: "future", underlying: "XCME:ES" };
    given().when(future).stores({ type: "future" });
    given()
      .when({ ...future, expiry: OPTION.expiry })
      .stores({ expiry: OPTION.expiry });
    given()
      .when({ ...future, strike: "1", right: "call" })
      .refuses("instrument-invalid", "strike", "right");
  });

  test("nothing else has any of these fields", () => {
    given()
      .when({ ...OPTION, type: "equity" })
      .refuses("instrument-invalid", "underlying", "expiry", "strike", "right");
  });
});

describe("an instrument that is there", () => {
  const apple = instrumentOf();

  test("is not changed by the same put", () => {
    given(apple).when({}).changesNothing();
    given(apple).when({ tickSize: 0.01, lotSize: "1.0", priceScale: 4, multiplier: "1.00" }).changesNothing();
  });

  test("is not changed by the same loadings in another order", () => {
    const loaded = instrumentOf({ factors: { b: 1, a: 2 } });
    given(loaded)
      .when({ factors: { a: "2.0", b: 1 } })
      .changesNothing();
  });

  test("rises by one version with each accepted change", () => {
    given(apple).when({ status: "halted" }).stores({ status: "halted", version: 2 });
    given({ ...apple, version: 7 })
      .when({ description: "Apple" })
      .stores({ description: "Apple", version: 8 });
  });

  test("forgets what the new put no longer says", () => {
    const [changed] = accepted(
      decidePut({ instruments: 1 }, [lineOf()], new Map([["XNAS:AAPL", instrumentOf({ sector: "Tech" })]])),
    ).changed;
    expect(changed).not.toHaveProperty("sector");
  });

  test("keeps the scales, multiplier, currency and time zone that it was made with", () => {
    given(apple).when({ priceScale: 5 }).refuses("scale-fixed", "priceScale");
    given(apple).when({ sizeScale: 1 }).refuses("scale-fixed", "sizeScale");
    given(apple).when({ tickSize: "0.00001" }).refuses("scale-fixed", "tickSize");
    given(apple).when({ lotSize: "0.5" }).refuses("scale-fixed", "lotSize");
    given(apple).when({ multiplier: "2" }).refuses("multiplier-fixed", "multiplier");
    given(apple).when({ currency: "EUR" }).refuses("currency-fixed", "currency");
    given(apple).when({ timezone: "Europe/London" }).refuses("timezone-fixed", "timezone");
    given(instrumentOf({ priceScale: 2 }))
      .when({ tickSize: "0.05" })
      .stores({ priceScale: 2, tickSize: 5 });
  });
});

describe("a put of many", () => {
  test("stores all of them, in the order of the lines", () => {
    given(instrumentOf())
      .when({}, { symbol: "XNAS:B" }, { symbol: "XNAS:A" })
      .stores({ symbol: "XNAS:B" as never }, { symbol: "XNAS:A" as never });
  });

  test("stores none where one is wrong, and names the line", () => {
    given()
      .when({ symbol: "XNAS:A" }, { symbol: "XNAS:B", tickSize: "0" })
      .refuses("instrument-invalid", "1.tickSize");
    given(instrumentOf())
      .when({ symbol: "XNAS:A" }, { priceScale: 2 })
      .refuses("scale-fixed", "1.priceScale");
  });

  test("is refused where a symbol stands on two lines", () => {
    given().when({}, { description: "Another Apple" }).refuses("instrument-invalid", "1.symbol");
  });
});

test("bound instrument-directory/table:instrument: a put that would make one more is refused whole, changes are still taken", () => {
  const full = { instruments: INSTRUMENTS_MAX - 1 };
  const apple = instrumentOf();
  const present = new Map([["XNAS:AAPL", apple]]);
  const last = decidePut(full, [lineOf({ symbol: "XNAS:A" })], present);
  for (const instrument of accepted(last).changed) apply(full, { kind: "instrument-put", instrument });
  expect(full.instruments).toBe(INSTRUMENTS_MAX);
  expect(
    decidePut(full, [lineOf({ status: "halted" }), lineOf({ symbol: "XNAS:B" })], present),
  ).toMatchObject({ ok: false, code: "too-many" });
  expect(decidePut(full, [lineOf({ status: "halted" })], present)).toMatchObject({ ok: true });
});

test("an instrument is answered in the public shape, and what is answered can be put again without a change", () => {
  for (const instrument of [
    instrumentOf(),
    instrumentOf(OPTION),
    instrumentOf({ minQty: "1", factors: { a: 1.5 }, minNotional: "5" }),
  ]) {
    const shown = instrumentReply.parse(publicInstrument(instrument));
    const { version, ...again } = shown;
    expect(version).toBe(1);
    given(instrument).when(again).changesNothing();
  }
});

test("what price × size is worth equals the product of the decimals, for any tick, lot and multiplier that fit", () => {
  const decimals = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(
      decimals,
      decimals,
      decimals,
      fc.nat(10 ** 9),
      fc.nat(10 ** 6),
      fc.integer({ min: 1, max: 999 }),
      (p, s, m, price, size, factor) => {
        const unit = (scale: number): string => (scale === 0 ? "1" : `0.${"0".repeat(scale - 1)}1`);
        const multiplier = m === 0 ? String(factor) : `0.${String(factor).padStart(m, "0")}`;
        const scale = multiplier.split(".")[1]?.length ?? 0;
        const instrument = instrumentOf({
          tickSize: unit(p),
          lotSize: unit(s),
          multiplier,
          priceScale: p,
          sizeScale: s,
        });
        const expected = BigInt(price) * BigInt(size) * BigInt(factor) * 10n ** BigInt(12 - p - s - scale);
        expect(valueAtPrice(instrument, BigInt(size), price)).toBe(expected);
      },
    ),
  );
});
