import { expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import { handToSymbol, type SentTick } from "../../src/routes/tick-hand-over.ts";
import { envelope } from "../support/runtime-fakes.ts";

const AAPL = "XNAS:AAPL";
const TS = 1_700_000_000_000;
const JUDGED_THERE = { type: "trade", symbol: AAPL, ts: TS, price: "-1", size: "1" };
const ROWS: readonly SentTick[] = [
  [0, TS, "10.5", "2", 7, null],
  [3, TS, "10.6", "1", "007", 4],
  [4, TS, "10.7", "1", null, null],
  [5, JUDGED_THERE],
  [9, TS, "10.4", "1", "10.8", "0", 12],
];
const base = { symbol: AAPL, ts: TS };
const IN_PUBLIC_SHAPE = [
  [0, { type: "trade", ...base, price: "10.5", size: "2", id: "7" }],
  [3, { type: "trade", ...base, price: "10.6", size: "1", id: "007", seq: 4 }],
  [4, { type: "trade", ...base, price: "10.7", size: "1" }],
  [5, JUDGED_THERE],
  [9, { type: "quote", ...base, bid: "10.4", bidSize: "1", ask: "10.8", askSize: "0", seq: 12 }],
];

/** A symbol that throws this where it is handed rows, and takes ticks in their public shape. */
function symbol(thrown?: Error) {
  const asked: [string, unknown][] = [];
  const api: Pick<SymbolApi, "ticks" | "tickRows"> = {
    tickRows: async (_envelope, _source, rows) => {
      asked.push(["rows", JSON.parse(rows)]);
      if (thrown !== undefined) throw thrown;
      return refusal("overloaded");
    },
    ticks: async (_envelope, _source, body) => {
      asked.push(["ticks", JSON.parse(body)]);
      return answer("taken");
    },
  };
  const hand = () => handToSymbol(() => api, AAPL, envelope(), "feed", JSON.stringify(ROWS));
  return { asked, hand };
}

test("a symbol is handed rows, and what it says is the answer", async () => {
  const { asked, hand } = symbol();
  expect(await hand()).toMatchObject({ code: "overloaded" });
  expect(asked).toEqual([["rows", ROWS]]);
});

test.each(['The RPC receiver does not implement the method "tickRows".', 'does not implement "tickRows"'])(
  "one that a deploy has not reached yet is handed the same ticks in their public shape: %s",
  async (message) => {
    const { asked, hand } = symbol(new TypeError(message));
    expect(await hand()).toEqual(answer("taken"));
    expect(asked.at(-1)).toEqual(["ticks", IN_PUBLIC_SHAPE]);
  },
);

test.each([
  new Error("Network connection lost."),
  new TypeError("x is not a function"),
  new Error('The RPC receiver does not implement the method "tickRows".'),
])("of one that fails otherwise nobody knows what it took: it is not asked again (%s)", async (error) => {
  const { asked, hand } = symbol(error);
  await expect(hand()).rejects.toBe(error);
  expect(asked).toHaveLength(1);
});
