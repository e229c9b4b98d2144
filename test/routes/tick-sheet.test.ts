import fc from "fast-check";
import { expect, test } from "vitest";
import { plainSheet } from "../../src/contracts/plain-sheet.ts";
import { SYMBOLS_PER_REQUEST_MAX, TICKS_PER_REQUEST_MAX } from "../../src/contracts/ticks.ts";
import { sheetOfDocument } from "../../src/routes/tick-sheet.ts";

const symbol = fc.constantFrom("XNAS:AAPL", "BINANCE:BTC-USDT", "X:0");
const ts = fc.constantFrom(1e11, 1_700_000_000_000, 1e13 - 1);
const size = fc.constantFrom("1", "0.25", "10.500", "99999999999999999999.123456789012345678");
const resting = fc.oneof(size, fc.constantFrom("0", "0.0"));
const id = fc.constantFrom("7", "007", "a-1.b_c", "x".repeat(64));
const seq = fc.constantFrom(0, 7, 999_999_999_999_999);
const trade = fc.record(
  { type: fc.constant("trade"), symbol, ts, price: size, size, id, seq },
  { requiredKeys: ["type", "symbol", "ts", "price", "size"] },
);
const quote = fc.record(
  { type: fc.constant("quote"), symbol, ts, bid: size, bidSize: resting, ask: size, askSize: resting, seq },
  { requiredKeys: ["type", "symbol", "ts", "bid", "bidSize", "ask", "askSize"] },
);
const documents = fc
  .record({
    source: fc.constantFrom("feed", "a.b-c_9"),
    ticks: fc.array(fc.oneof(trade, quote), { minLength: 1, maxLength: 6 }),
  })
  .chain((made) =>
    fc.constantFrom(
      JSON.stringify(made),
      JSON.stringify(made, null, 1),
      JSON.stringify(made).replaceAll(",", ", "),
    ),
  );

/** One place of a text is left out, doubled or another character. */
const damaged = fc
  .tuple(documents, fc.nat(), fc.constantFrom("", ...'0-9.e"\\,:[]{} \u0000\n\u00e9a'))
  .map(([text, place, put]) => {
    const at = place % text.length;
    return text.slice(0, at) + put + text.slice(put === "" || place % 2 === 0 ? at + 1 : at);
  });

test("a document of plain ticks in the order of the contract is sorted without being parsed, and as if it were", () => {
  fc.assert(
    fc.property(documents, (text) => {
      expect(plainSheet(text)).toBeDefined();
      expect(sheetOfDocument(text)).toEqual({
        ok: true,
        value: { ...plainSheet(text), rejected: [], end: [] },
      });
    }),
    { numRuns: 2_000, seed: 7 },
  );
});

test("whatever becomes of its text: what is sorted without being parsed means the same when it is", () => {
  let taken = 0;
  fc.assert(
    fc.property(damaged, (text) => {
      const plain = plainSheet(text);
      if (plain === undefined) return;
      taken += 1;
      expect(sheetOfDocument(text)).toEqual({ ok: true, value: { ...plain, rejected: [], end: [] } });
    }),
    { numRuns: 20_000, seed: 7 },
  );
  expect(taken).toBeGreaterThan(1_000);
});

const AAPL = { type: "trade", symbol: "XNAS:AAPL", ts: 1_700_000_000_000, price: "1", size: "1" };
const document = (over: object): string => JSON.stringify({ source: "feed", ticks: [AAPL], ...over });

test.each<[string, string]>([
  ["an empty list", document({ ticks: [] })],
  ["feeds that end", document({ end: ["XNAS:AAPL"] })],
  ["a price of zero", document({ ticks: [{ ...AAPL, price: "0.00" }] })],
  ["a number where text is plain", document({ ticks: [{ ...AAPL, price: 1 }] })],
  ["another order of fields", document({ ticks: [Object.fromEntries(Object.entries(AAPL).reverse())] })],
  ["a field more", document({ ticks: [{ ...AAPL, conditions: [] }] })],
  ["a field twice", document({}).replace('"ts"', '"ts":1700000000000,"ts"')],
  ["a second too few, of milliseconds", document({ ticks: [{ ...AAPL, ts: 1_700_000_000 }] })],
  ["an escape", document({}).replace("XNAS", "\\u0058NAS")],
  ["something behind it", `${document({})},`],
  ["a tick that is plain, and one that is not", document({ ticks: [AAPL, 7] })],
  [
    "a symbol too many",
    document({
      ticks: Array.from({ length: SYMBOLS_PER_REQUEST_MAX + 1 }, (_, index) => ({
        ...AAPL,
        symbol: `X:${index}`,
      })),
    }),
  ],
  ["a tick too many", document({ ticks: Array.from({ length: TICKS_PER_REQUEST_MAX + 1 }, () => AAPL) })],
])("goes the long way: %s", (_name, text) => {
  expect(plainSheet(text)).toBeUndefined();
});
