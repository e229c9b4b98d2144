import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { SymbolState } from "../../../actors/symbol/state.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { HOUR, INSTRUMENT, MINUTE, NOON, quote, type Sent, SymbolBench, trade } from "./bench.ts";

/** Everything that a decision can see. */
const viewOf = (state: SymbolState) => ({
  ...state,
  calendar: undefined,
  revisions: [...state.revisions].sort(([one], [other]) => (one < other ? -1 : 1)),
  tradeKeys: state.tradeKeys.slots,
  quoteKeys: state.quoteKeys.slots,
});

const tick: fc.Arbitrary<(newest: number, serial: number) => Sent> = fc
  .record({
    ahead: fc.oneof(
      fc.integer({ min: -2_000, max: 40_000 }),
      fc.integer({ min: -16 * MINUTE, max: 0 }),
      fc.integer({ min: HOUR, max: 40 * HOUR }),
    ),
    cents: fc.integer({ min: 1, max: 999 }),
    name: fc.constantFrom("id", "seq", "none", "quote"),
  })
  .map(({ ahead, cents, name }) => (newest, serial) => {
    const ts = newest + ahead;
    if (name === "quote") return quote(ts, `${cents}`, `${(serial * 13) % 999 || 1}`, { seq: serial });
    const named = name === "none" ? {} : name === "id" ? { id: `${serial}` } : { seq: serial };
    return trade(ts, `0.${String(cents).padStart(2, "0").slice(0, 2)}1`.slice(0, 4), {
      ...named,
      size: `${cents}.5`,
    });
  });

test("what a load finds is what memory held, after every request", () => {
  void fc.assert(
    fc.property(fc.array(fc.array(tick, { minLength: 1, maxLength: 6 }), { maxLength: 25 }), (requests) => {
      const bench = new SymbolBench({ timezone: "America/New_York" });
      let newest = NOON - 2_000 * HOUR;
      let taken = 0;
      for (const request of requests) {
        const before = taken;
        const ticks = request.map((make, index) => make(newest, before + index + 1));
        taken += request.length;
        newest = Math.max(newest, ...ticks.map((sent) => Number(sent["ts"])));
        const { rejected } = bench.take(...ticks);
        expect(rejected.filter(({ code }) => code !== "price-not-positive")).toEqual([]);
        const held = viewOf(bench.state);
        bench.reload();
        expect(viewOf(bench.state)).toEqual(held);
      }
    }),
    { numRuns: fewOrAll(25, 60), seed: 11 },
  );
});

test("several requests of one group are written together, the newest state of each row", () => {
  const bench = new SymbolBench();
  bench.turn("feed", [trade(NOON, "10")]);
  bench.turn("feed", [trade(NOON + MINUTE + 2_000, "11")]);
  bench.turn("feed", [trade(NOON + 1, "12")]);
  bench.commit();
  const before = bench.bars();
  expect(before[0]).toMatchObject({ n: 2, rev: 1, c: "12" });
  bench.reload();
  expect(bench.bars()).toEqual(before);
});

test("a tick that was never written is not there after a load", () => {
  const bench = new SymbolBench();
  bench.take(trade(NOON, "10", { id: "a" }));
  bench.turn("feed", [trade(NOON + 1, "11", { id: "b" })]);
  bench.reload();
  expect(bench.bars()).toMatchObject([{ n: 1, c: "10" }]);
  expect(bench.take(trade(NOON + 1, "11", { id: "b" }))).toMatchObject({ accepted: 1 });
});

test("a load after a repeat only finds the names that were taken before", () => {
  const bench = new SymbolBench();
  bench.take(
    trade(NOON, "10", { id: "7" }),
    trade(NOON, "10", { id: "x" }),
    trade(NOON, "10", { seq: 3 }),
    quote(NOON, "9", "10", { seq: 3 }),
  );
  bench.reload();
  expect(
    bench.take(
      trade(NOON, "10", { id: "7" }),
      trade(NOON, "10", { id: "x" }),
      trade(NOON, "10", { seq: 3 }),
      quote(NOON, "9", "10", { seq: 3 }),
    ),
  ).toEqual({ accepted: 0, duplicates: 4, late: 0, rejected: [] });
});

test("the instrument is read back as it was put", () => {
  const bench = new SymbolBench();
  bench.put({ ...INSTRUMENT, version: 2, minNotional: 5n as typeof INSTRUMENT.minNotional & bigint });
  const before = bench.state.instrument;
  bench.reload();
  expect(bench.state.instrument).toEqual(before);
});

test("a disk of the version before keeps its names: a slot with room was a row of its own there", () => {
  const bench = new SymbolBench();
  bench.take(trade(NOON, "10", { id: "7" }), quote(NOON, "9", "10", { seq: 3 }));
  // As that version wrote it: rows in their tables, and nothing beside the marks.
  bench.sql.exec(
    `INSERT INTO taken_trade SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
     FROM (SELECT open_rows -> 'taken_trade' AS value FROM symbol_state)`,
  );
  bench.sql.exec(
    `INSERT INTO taken_quote SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
     FROM (SELECT open_rows -> 'taken_quote' AS value FROM symbol_state)`,
  );
  bench.sql.exec("UPDATE symbol_state SET open_rows = NULL");
  bench.reload();
  const again = [trade(NOON, "10", { id: "7" }), quote(NOON, "9", "10", { seq: 3 })];
  expect(bench.take(...again)).toMatchObject({ accepted: 0, duplicates: 2 });
  // The slot goes on among the marks; what its row says is older.
  expect(bench.take(trade(NOON + 1, "11", { id: "8" }))).toMatchObject({ accepted: 1 });
  bench.reload();
  const both = [trade(NOON, "10", { id: "7" }), trade(NOON + 1, "11", { id: "8" })];
  expect(bench.take(...both)).toMatchObject({ accepted: 0, duplicates: 2 });
  expect(bench.state.tradeKeys.size).toBe(2);
});
