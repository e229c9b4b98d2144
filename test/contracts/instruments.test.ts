import { describe, expect, test } from "vitest";
import { BULK_BODY_BYTES_MAX } from "../../src/contracts/endpoint.ts";
import {
  FACTORS_MAX,
  INSTRUMENTS_PER_PUT_MAX,
  instrumentBody,
  instrumentLine,
  putInstruments,
  QUERY_UNITS_MAX,
  searchInstruments,
} from "../../src/contracts/instruments.ts";
import { faultsOf } from "../../src/contracts/issues.ts";
import { APPLE } from "../support/instruments.ts";

const { symbol: _, ...BODY } = APPLE;
const codes = (
  value: unknown,
  shape: typeof instrumentBody | typeof searchInstruments.query = instrumentBody,
): string[] => {
  const parsed = shape.safeParse(value);
  return parsed.success ? [] : faultsOf(parsed.error, value).map(({ path, code }) => `${path} ${code}`);
};

describe("the shape of an instrument", () => {
  test("a body has no symbol, a line has", () => {
    expect(codes(BODY)).toEqual([]);
    expect(codes(APPLE)).toEqual(["symbol unknown-field"]);
    expect(instrumentLine.safeParse(APPLE).success).toBe(true);
    expect(instrumentLine.safeParse(BODY).success).toBe(false);
  });

  test.each(Object.keys(BODY))("without %s it is refused", (field) => {
    expect(codes({ ...BODY, [field]: undefined })).toEqual([`${field} required`]);
  });

  const words = ["type", "status"];
  test.each(Object.keys(BODY).filter((field) => !words.includes(field)))(
    "with %s of another type it is refused, never coerced",
    (field) => {
      for (const value of [null, true, [5], { value: 1 }])
        expect(codes({ ...BODY, [field]: value })).toEqual([`${field} type`]);
    },
  );

  test("decimals are text, or numbers of at most 15 digits", () => {
    expect(instrumentBody.parse({ ...BODY, tickSize: 0.05, lotSize: 1e-7 })).toMatchObject({
      tickSize: "0.05",
      lotSize: "0.0000001",
    });
    for (const tickSize of [
      "1e5",
      "0x10",
      "1_000",
      "+1",
      " 1",
      "١٢",
      "1.",
      ".5",
      "01",
      2 ** 53 + 2,
      "1".repeat(21),
    ])
      expect(codes({ ...BODY, tickSize })).toEqual(["tickSize number-format"]);
    for (const tickSize of ["NaN", "Infinity", "-Infinity", Number.POSITIVE_INFINITY])
      expect(codes({ ...BODY, tickSize })).toEqual(["tickSize number-not-finite"]);
  });

  test("a scale is an integer", () => {
    expect(codes({ ...BODY, priceScale: 2.5 })).toEqual(["priceScale type"]);
    expect(codes({ ...BODY, sizeScale: "2" })).toEqual(["sizeScale type"]);
  });

  test("an enum is one of its words, in their own case", () => {
    for (const field of words)
      for (const value of ["Equity", "ACTIVE", "", null, 1])
        expect(codes({ ...BODY, [field]: value })).toHaveLength(1);
    expect(codes({ ...BODY, right: "CALL" })).toHaveLength(1);
  });

  test("text is printable", () => {
    for (const description of ["", "a\nb", "\u0000", "\ud800", "x\uffff", "x".repeat(257)])
      expect(codes({ ...BODY, description })).toEqual(["description range"]);
    for (const description of ["Crédit Agricole", "日本製鉄", "👍🏽 Corp", "O'Neil & Sons <b>"])
      expect(codes({ ...BODY, description })).toEqual([]);
  });

  test("factors are named by ids and bounded", () => {
    const factors = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, index]));
    expect(codes({ ...BODY, factors: factors(FACTORS_MAX) })).toEqual([]);
    expect(codes({ ...BODY, factors: factors(FACTORS_MAX + 1) })).toEqual(["factors too-many-items"]);
    expect(codes({ ...BODY, factors: { "a b": 1 } })).toEqual([
      expect.stringMatching(/^factors.* id-format$/),
    ]);
    expect(codes({ ...BODY, factors: { a: "x" } })).toEqual(["factors.a number-format"]);
  });
});

test("a bulk body holds about as many of the smallest instruments as one put takes", () => {
  const smallest = {
    ...APPLE,
    symbol: "A:AAAA",
    description: "A",
    type: "fx",
    exchange: "A",
    currency: "US",
    tickSize: 1,
    lotSize: 1,
    multiplier: 1,
    timezone: "UTC",
    session: "24x7",
    status: "halted",
  };
  expect(instrumentLine.safeParse(smallest).success).toBe(true);
  expect(putInstruments.body.bytesMax).toBe(BULK_BODY_BYTES_MAX);
  expect(BULK_BODY_BYTES_MAX / (JSON.stringify(smallest).length + 1)).toBeLessThan(
    1.25 * INSTRUMENTS_PER_PUT_MAX,
  );
});

test("a search takes what a person types, and nothing that a list does not know", () => {
  expect(
    codes({ query: "", type: "fx", exchange: "XNAS", limit: "1000", cursor: "c" }, searchInstruments.query),
  ).toEqual([]);
  expect(codes({ query: "x".repeat(QUERY_UNITS_MAX + 1) }, searchInstruments.query)).toEqual(["query range"]);
  expect(codes({ limit: "1001" }, searchInstruments.query)).toEqual(["limit range"]);
  expect(codes({ limit: "-1" }, searchInstruments.query)).toHaveLength(1);
  expect(codes({ type: "EQUITY" }, searchInstruments.query)).toHaveLength(1);
  expect(codes({ sort: "symbol" }, searchInstruments.query)).toEqual(["sort unknown-field"]);
});
