import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTicks } from "../../../../actors/symbol/ticks/parse-ticks.ts";
import { plainTick } from "../../../../src/contracts/plain-ticks.ts";
import { EVERYTHING, VOLUME } from "../../../../src/quant/trade-conditions.ts";
import { INSTRUMENT, NOON, quote, type Sent, trade } from "../bench.ts";

const depth = (over: Sent): Sent => ({
  ...{ type: "depth", symbol: "TEST:ABC", ts: NOON, bids: [], asks: [] },
  ...over,
});
const parse = (...ticks: readonly unknown[]) =>
  parseTicks(JSON.stringify(ticks.map((tick, index) => [index, tick])), "feed", INSTRUMENT);
/** Also what JSON.stringify cannot write. */
const parseText = (tick: string) => parseTicks(`[[0,${tick}]]`, "feed", INSTRUMENT);
const codeOf = (parsed: ReturnType<typeof parseTicks>): string | undefined => parsed?.rejected[0]?.code;

describe("a tick becomes integers at the instrument's scales", () => {
  test("levels of the book by turns, with the number that they go on from", () => {
    const changeOf = (over: Sent) => {
      const tick = parse(depth(over))?.ticks[0]?.tick;
      return tick?.kind === "depth-told" ? tick.change : undefined;
    };
    const levels = {
      bids: [
        ["10.25", "0.125"],
        ["10", "0"],
      ],
      asks: [["10.5", "1"]],
    };
    expect(changeOf({ ...levels, firstSeq: 5, lastSeq: 9 })).toMatchObject({
      ...{ ts: NOON, isSnapshot: false, lastSeq: 9, afterSeq: 4 },
      ...{ bids: [1_025, 125, 1_000, 0], asks: [1_050, 1_000] },
    });
    expect(changeOf({ lastSeq: 9 })).toMatchObject({ lastSeq: 9, afterSeq: 8 });
    expect(changeOf({ firstSeq: 5, lastSeq: 9, prevSeq: 2 })).toMatchObject({ lastSeq: 9, afterSeq: 2 });
    expect(changeOf({ prevSeq: 9, lastSeq: 3 })).toMatchObject({ lastSeq: 3, afterSeq: 9 });
    expect(changeOf({})).toMatchObject({ lastSeq: undefined, afterSeq: undefined });
    expect(changeOf({ snapshot: true, lastSeq: 9, levelsKept: 10 })).toMatchObject({
      ...{ isSnapshot: true, lastSeq: 9, afterSeq: undefined, levelsKept: 10 },
    });
  });

  test("a trade, with its id as a number where it is one", () => {
    expect(parse(trade(NOON, "10.25", { size: "0.125", id: "42", seq: 7, conditions: ["@"] }))).toEqual({
      rejected: [],
      unknownConditions: 1,
      ticks: [
        {
          index: 0,
          tick: {
            kind: "trade-taken",
            ts: NOON,
            price: 1_025,
            size: 125,
            ordinal: 7,
            counts: EVERYTHING,
            key: { space: "", name: 42 },
          },
        },
      ],
    });
  });

  test("a quote, whose sizes may be zero", () => {
    expect(
      parse(quote(NOON, "10", "10.5", { bidSize: "0", askSize: "-0.0", seq: 3 }))?.ticks[0]?.tick,
    ).toEqual({
      kind: "quote-taken",
      ts: NOON,
      bid: 1_000,
      bidSize: 0,
      ask: 1_050,
      askSize: 0,
      ordinal: 3,
      key: { space: "feed", name: 3 },
    });
  });

  test.each([
    ["9", 9],
    ["900719925474099", 900_719_925_474_099],
    ["007", "007"],
    ["9007199254740993", "9007199254740993"],
    ["a-1", "a-1"],
  ])("the id %s is remembered as %j", (id, name) => {
    expect(parse(trade(NOON, "1", { id }))?.ticks[0]?.tick).toMatchObject({ key: { space: "", name } });
  });

  test("trailing zeros are no decimals, and numbers are taken as they are written", () => {
    expect(parse(trade(NOON, "10.2500000", { size: 0.5 }))?.ticks[0]?.tick).toMatchObject({
      price: 1_025,
      size: 500,
    });
  });
});

test("conditions that no table knows are counted, and the trades count as regular", () => {
  const parsed = parse(trade(NOON, "10", { conditions: ["unheard-of", "odd-lot", "@"] }));
  expect(parsed).toMatchObject({ unknownConditions: 2, ticks: [{ tick: { counts: VOLUME } }] });
  expect(parse(trade(NOON, "10", { conditions: ["unheard-of"] }))?.ticks[0]?.tick).toMatchObject({
    counts: EVERYTHING,
  });
});

describe("a cancel and a correction name a trade by the venue's id", () => {
  test.each([
    [
      { type: "cancel", id: "a7" },
      { how: "cancel", key: { space: "", name: "a7" } },
    ],
    [
      { type: "correct", id: "7", size: "2" },
      { how: "correct", key: { space: "", name: 7 }, size: 2_000 },
    ],
    [
      { type: "correct", id: "7", price: "2.5" },
      { how: "correct", price: 250, size: undefined },
    ],
  ])("%j", (sent, told) => {
    expect(parse({ symbol: "TEST:ABC", ts: NOON, ...sent })?.ticks[0]?.tick).toMatchObject(told);
  });
});

describe("what is not a tick is rejected with its reason", () => {
  test.each([
    ["price-not-positive", trade(NOON, "0")],
    ["price-not-positive", trade(NOON, "-0.00")],
    ["price-not-positive", trade(NOON, "-1")],
    ["size-not-positive", trade(NOON, "1", { size: "0" })],
    ["size-not-positive", trade(NOON, "1", { size: "-2" })],
    ["price-not-positive", quote(NOON, "0", "1")],
    ["size-negative", quote(NOON, "1", "2", { bidSize: "-1" })],
    ["scale-exceeded", trade(NOON, "10.251")],
    ["scale-exceeded", trade(NOON, "10", { size: "0.0001" })],
    ["scale-exceeded", quote(NOON, "1", "2.001")],
    ["scale-exceeded", quote(NOON, "1", "2", { askSize: "0.0001" })],
    ["number-range", trade(NOON, "99999999999999999999")],
    ["number-range", quote(NOON, "1", "2", { bidSize: "99999999999999999999" })],
    ["number-format", trade(NOON, "1e5")],
    ["number-format", trade(NOON, " 1")],
    ["number-format", trade(NOON, "+1")],
    ["number-format", trade(NOON, "0x10")],
    ["number-format", trade(NOON, "01")],
    ["number-format", trade(NOON, "١٢")],
    ["number-not-finite", trade(NOON, "NaN")],
    ["number-not-finite", trade(NOON, "Infinity")],
    ["ts-range", trade(1_700_000_000, "1")],
    ["ts-range", trade(NOON * 1_000, "1")],
    ["ts-range", trade(NOON + 0.5, "1")],
    ["ts-range", trade(-1, "1")],
    ["type", trade(NOON, "1", { ts: String(NOON) })],
    ["type", trade(NOON, "1", { id: 5 })],
    ["type", trade(NOON, "1", { seq: "5" })],
    ["type", trade(NOON, "1", { conditions: "@" })],
    ["id-format", trade(NOON, "1", { id: "" })],
    ["id-format", trade(NOON, "1", { id: "a b" })],
    ["id-format", trade(NOON, "1", { id: "x".repeat(65) })],
    ["unknown-field", trade(NOON, "1", { prise: "1" })],
    ["required", { type: "trade", symbol: "TEST:ABC", ts: NOON, price: "1" }],
    ["symbol-unknown", trade(NOON, "1", { symbol: "TEST:OTHER" })],
    ["symbol-format", trade(NOON, "1", { symbol: "test:abc" })],
    ["field-combination", trade(NOON, "1", { type: "TRADE" })],
    ["scale-exceeded", depth({ bids: [["1.123", "2"]] })],
    ["scale-exceeded", depth({ asks: [["1", "2.1234"]] })],
    ["price-not-positive", depth({ bids: [["0", "2"]] })],
    ["size-negative", depth({ bids: [["1", "-2"]] })],
    ["required", depth({ firstSeq: 1 })],
    ["required", depth({ prevSeq: 1 })],
    ["range", depth({ firstSeq: 3, lastSeq: 2 })],
    ["field-combination", depth({ levelsKept: 10 })],
    ["required", depth({ checksum: { kind: "kraken", value: 1 } })],
    ["range", depth({ checksum: { kind: "okx", value: 2 ** 32 } })],
    ["required", { type: "cancel", symbol: "TEST:ABC", ts: NOON }],
    ["scale-exceeded", { type: "correct", symbol: "TEST:ABC", ts: NOON, id: "a", price: "2.123" }],
    ["price-not-positive", { type: "correct", symbol: "TEST:ABC", ts: NOON, id: "a", price: "0" }],
    ["scale-exceeded", { type: "correct", symbol: "TEST:ABC", ts: NOON, id: "a", size: "2.1234" }],
  ])("%s: %j", (code, tick) => {
    const parsed = parse(tick);
    expect(parsed?.ticks).toEqual([]);
    expect(codeOf(parsed)).toBe(code);
  });

  test.each([["null"], ["7"], ['"trade"'], ["[]"]])("%s is no tick at all", (text) => {
    expect(parseText(text)).toMatchObject({ ticks: [], rejected: [{ index: 0 }] });
  });

  test("a number that JSON reads as infinite", () => {
    expect(codeOf(parseText(JSON.stringify(trade(NOON, "1")).replace('"price":"1"', '"price":1e999')))).toBe(
      "number-not-finite",
    );
  });

  test("a number of more digits than a JSON number can be trusted for", () => {
    expect(
      codeOf(
        parseText(JSON.stringify(trade(NOON, "1")).replace('"price":"1"', '"price":0.12345678901234567')),
      ),
    ).toBe("number-format");
  });

  test("`__proto__` is an unknown field and leaves prototypes alone", () => {
    const text = `{"__proto__":{"admin":true},${JSON.stringify(trade(NOON, "1")).slice(1)}`;
    const parsed = parseText(text);
    expect(parsed?.ticks.length === 0 ? codeOf(parsed) : "taken").toBe("unknown-field");
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
  });

  test("no reason repeats what was sent", () => {
    const parsed = parse(trade(NOON, "secret-price"), trade(NOON, "1", { "<script>": 1 }));
    expect(JSON.stringify(parsed)).not.toMatch(/secret|script/);
  });
});

describe("a plain tick travels as its values", () => {
  const numbers = fc.constantFrom("1", "10.25", "0.125", "0.0004", "1".repeat(20), "10.2500000");
  const common = {
    symbol: fc.constant(INSTRUMENT.symbol),
    ts: fc.integer({ min: NOON, max: NOON + 1_000 }),
    seq: fc.nat(),
  };
  const trades = fc.record(
    {
      type: fc.constant("trade"),
      ...common,
      price: numbers,
      size: numbers,
      id: fc.constantFrom("7", "007", "a-1", "9007199254740993"),
    },
    { requiredKeys: ["type", "symbol", "ts", "price", "size"] },
  );
  const quotes = fc.record(
    {
      type: fc.constant("quote"),
      ...common,
      bid: numbers,
      bidSize: fc.oneof(numbers, fc.constant("0")),
      ask: numbers,
      askSize: numbers,
    },
    { requiredKeys: ["type", "symbol", "ts", "bid", "bidSize", "ask", "askSize"] },
  );

  test("and means what it means as it came: the same ticks, the same reasons", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(trades, quotes), { maxLength: 8 }), (ticks) => {
        const asValues = ticks.map((tick, index) => plainTick(index, tick));
        expect(parseTicks(JSON.stringify(asValues), "feed", INSTRUMENT)).toEqual(parse(...ticks));
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });
});

describe("what is not a list of ticks is refused whole", () => {
  test.each([
    "",
    "{}",
    "null",
    "[1]",
    "[[0]]",
    '[["0",{}]]',
    "[[0,{},1]]",
    "[[0,1,2,3,4,5,6,7]]",
    "[[0.5,{}]]",
    "[[0,{}]",
  ])("%s", (body) => {
    expect(parseTicks(body, "feed", INSTRUMENT)).toBeUndefined();
  });

  test("an empty list is one", () => {
    expect(parseTicks("[]", "feed", INSTRUMENT)).toEqual({ ticks: [], rejected: [], unknownConditions: 0 });
  });
});
