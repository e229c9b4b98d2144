import { describe, expect, test } from "vitest";
import { decodeInstrument, encodeInstrument } from "../../src/domain/instrument-codec.ts";
import { instrumentOf } from "../support/instruments.ts";

const FULL = instrumentOf({
  symbol: "OPRA:AAPL261218C00190000",
  type: "option",
  underlying: "XNAS:AAPL",
  expiry: 1_797_600_000_000,
  strike: "190",
  right: "call",
  multiplier: "100",
  minQty: "1",
  maxQty: "5000",
  minNotional: "12345678901234567.123456789012",
  factors: { value: "-0.25", momentum: 1.5 },
  aliases: { kite: "256265", upstox: "NSE_INDEX|Nifty 50" },
  sector: "Information Technology",
  country: "US",
  issuer: "Apple",
  calendar: "XNYS",
  quoteBars: true,
  marginInitial: "0.5",
  marginMaintenance: "0.25",
});

describe("an instrument as text", () => {
  test("comes back as it was, bigints beyond 2^53 too", () => {
    expect(decodeInstrument(encodeInstrument(FULL))).toEqual(FULL);
    expect(FULL.minNotional).toBe(12345678901234567123456789012n);
    expect(decodeInstrument(encodeInstrument(instrumentOf()))).toEqual(instrumentOf());
    const inverse = { ...instrumentOf({ type: "future" }), contract: "inverse" as const };
    expect(decodeInstrument(encodeInstrument(inverse))).toEqual(inverse);
  });

  test("is the same text for the same instrument, however often it went through", () => {
    const text = encodeInstrument(FULL);
    expect(encodeInstrument(decodeInstrument(text))).toBe(text);
  });

  test.each([
    ["no symbol", { ...JSON.parse(encodeInstrument(FULL)), symbol: "aapl" }],
    ["no version", { ...JSON.parse(encodeInstrument(FULL)), version: undefined }],
    ["a tick that is text", { ...JSON.parse(encodeInstrument(FULL)), tickSize: "1" }],
    ["a lot of zero", { ...JSON.parse(encodeInstrument(FULL)), lotSize: 0 }],
    ["a unit that is no integer", { ...JSON.parse(encodeInstrument(FULL)), notionalUnit: "1.5" }],
  ])("with %s it is refused, never mended", (_name, encoded) => {
    expect(() => decodeInstrument(JSON.stringify(encoded))).toThrow();
  });
});
