import { expect, test } from "vitest";
import { decodeFact, encodeFact, type SymbolFact } from "../../../actors/symbol/events.ts";
import { HOUR, MINUTE, NOON, quote, SymbolBench, trade } from "./bench.ts";

/** Facts as they have been written since the first version: Postgres holds them forever, so this text may only be added to. */
const JOURNAL: readonly (readonly [kind: SymbolFact["kind"], payload: string])[] = [
  [
    "bar",
    '{"symbol":"TEST:ABC","resolution":"1","t":1699963200000,"o":"10.5","h":"11","l":"10.5","c":"11","v":"2.5","n":2,"pv":"26.5","vw":"10.6","rev":0,"state":"final","partial":true}',
  ],
  [
    "bar",
    '{"symbol":"TEST:ABC","resolution":"1","t":1699963200000,"o":"10.5","h":"12","l":"10.5","c":"12","v":"3.5","n":3,"pv":"38.5","vw":"11","rev":1,"state":"revised","partial":true}',
  ],
  [
    "late-ticks",
    '{"symbol":"TEST:ABC","ticks":[{"type":"trade","ts":1699959600000,"watermark":1699963320000,"price":"9","size":"1","source":"feed","seq":4},{"type":"quote","ts":1699959600000,"watermark":1699963320000,"bid":"8","bidSize":"1","ask":"9","askSize":"2"}]}',
  ],
];

test("facts are written today as they always were", () => {
  const bench = new SymbolBench();
  bench.take(
    trade(NOON, "10.5", { size: "2" }),
    trade(NOON + 1, "11", { size: "0.5" }),
    quote(NOON + 2 * MINUTE, "9", "10"),
  );
  bench.take(trade(NOON + 2, "12"), trade(NOON - HOUR, "9", { seq: 4 }), quote(NOON - HOUR, "8", "9"));
  expect(bench.facts.map(({ kind, payload }) => [kind, payload])).toEqual(JOURNAL);
});

test.each(JOURNAL)("a stored %s is read back as it was written: %s", (kind, payload) => {
  expect(encodeFact(decodeFact(kind, payload))).toBe(payload);
});
