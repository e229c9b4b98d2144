import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { momentOf, TIME_UNITS } from "../../src/feeds/moments.ts";

const AT = 1_723_161_255_342;

describe("a time", () => {
  test.each([
    ["1723161255", "s", 1_723_161_255_000],
    ["1723161255.3429", "s", AT],
    ["1723161255342", "ms", AT],
    ["1723161255342.9", "ms", AT],
    ["1723161255342999", "us", AT],
    ["1723161255342999999", "ns", AT],
    ["2024-08-08T23:54:15.342999Z", "iso", AT],
    ["2024-08-08 23:54:15.342z", "iso", AT],
    ["2024-08-09T05:24:15.342+05:30", "iso", AT],
    ["2024-08-08T19:54:15.342-04:00", "iso", AT],
    ["2024-02-29T00:00:00Z", "iso", Date.UTC(2024, 1, 29)],
  ] as const)("%s in %s is read to the millisecond, never past it", (text, unit, at) => {
    expect(momentOf(text, unit)).toBe(at);
  });

  test.each([
    ["", "ms"],
    ["-1723161255342", "ms"],
    ["1.7e12", "ms"],
    ["2024-08-08T23:54:15", "iso"],
    ["2024-08-08", "iso"],
    ["2023-02-29T00:00:00Z", "iso"],
    ["2024-08-08T24:00:00Z", "iso"],
    ["2024-08-08T23:60:00Z", "iso"],
    ["2024-08-08T23:59:60Z", "iso"],
    ["2024-08-08T23:59:59+24:00", "iso"],
  ] as const)("%j in %s is none", (text, unit) => {
    expect(momentOf(text, unit)).toBeUndefined();
  });

  test("in another unit than the one that is said is none, whatever the moment", () => {
    const units = TIME_UNITS.filter((unit) => unit !== "iso");
    const digits = { s: -3, ms: 0, us: 3, ns: 6 };
    const moment = fc.integer({ min: Date.UTC(2001, 8, 10), max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(moment, fc.constantFrom(...units), fc.constantFrom(...units), (at, written, said) => {
        const text = digits[written] < 0 ? String(at).slice(0, -3) : `${at}${"0".repeat(digits[written])}`;
        const read = momentOf(text, said);
        expect(read).toBe(written === said ? at - (said === "s" ? at % 1_000 : 0) : undefined);
      }),
    );
  });

  test("as every calendar of a machine writes it comes back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e11, max: 1e13 - 1 }), (at) => {
        expect(momentOf(new Date(at).toISOString(), "iso")).toBe(at);
      }),
    );
  });
});
