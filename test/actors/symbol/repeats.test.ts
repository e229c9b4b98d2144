import { describe, expect, test } from "vitest";
import { NOON, quote, SymbolBench, trade } from "./bench.ts";

describe("B6: a repeat is known by the venue's id, else by source and sequence, else never", () => {
  test("an id is taken once, whatever the other fields and the source", () => {
    const bench = new SymbolBench();
    bench.takeFrom("one", trade(NOON, "10", { id: "a" }));
    expect(bench.takeFrom("two", trade(NOON + 5_000, "99", { id: "a", seq: 3 }))).toMatchObject({
      duplicates: 1,
    });
    expect(bench.bars()).toMatchObject([{ n: 1, c: "10" }]);
  });

  test("an id and the same number are one only where they are written alike", () => {
    const bench = new SymbolBench();
    expect(
      bench.take(
        trade(NOON, "1", { id: "7" }),
        trade(NOON, "1", { id: "007" }),
        trade(NOON, "1", { id: "7.0" }),
      ),
    ).toMatchObject({
      accepted: 3,
    });
  });

  test("without an id, source and sequence tell", () => {
    const bench = new SymbolBench();
    bench.takeFrom("one", trade(NOON, "10", { seq: 1 }));
    expect(bench.takeFrom("one", trade(NOON, "10", { seq: 1 }))).toMatchObject({ duplicates: 1 });
    expect(bench.takeFrom("two", trade(NOON, "10", { seq: 1 }))).toMatchObject({ accepted: 1 });
  });

  test("with neither, equal prints are two prints", () => {
    const bench = new SymbolBench();
    expect(bench.take(trade(NOON, "10"), trade(NOON, "10"))).toMatchObject({ accepted: 2, duplicates: 0 });
  });

  test("a repeat within one request is known", () => {
    const bench = new SymbolBench();
    expect(bench.take(trade(NOON, "10", { id: "a" }), trade(NOON, "10", { id: "a" }))).toMatchObject({
      accepted: 1,
      duplicates: 1,
    });
  });

  test("quotes repeat by source and sequence, and a trade's sequence is another one", () => {
    const bench = new SymbolBench();
    const report = bench.take(
      quote(NOON, "9", "10", { seq: 1 }),
      quote(NOON, "8", "11", { seq: 1 }),
      trade(NOON, "10", { seq: 1 }),
      quote(NOON, "9", "10"),
      quote(NOON, "9", "10"),
    );
    expect(report).toMatchObject({ accepted: 4, duplicates: 1 });
  });

  test("a whole replay changes nothing", () => {
    const bench = new SymbolBench();
    const tape = Array.from({ length: 50 }, (_, index) =>
      trade(NOON + index * 7_000, `${10 + (index % 5)}`, { id: `${index}` }),
    );
    bench.take(...tape);
    const before = [bench.bars("1"), bench.bars("1D"), bench.facts.length];
    expect(bench.take(...tape)).toEqual({ accepted: 0, duplicates: 50, late: 0, rejected: [] });
    expect([bench.bars("1"), bench.bars("1D"), bench.facts.length]).toEqual(before);
  });

  test("a repeat is known after a load too, whichever group took it and whether its slot was full", () => {
    const bench = new SymbolBench();
    const tape = Array.from({ length: 700 }, (_, index) =>
      trade(NOON + index * 50, "10", { id: index % 7 === 0 ? `x${index}` : `${1_000 + index}` }),
    );
    for (let from = 0, group = 1; from < tape.length; from += group, group = (group % 60) + 7) {
      bench.take(...tape.slice(from, from + group));
      if (group % 3 === 0) bench.reload();
    }
    bench.reload();
    expect(bench.take(...tape)).toMatchObject({ accepted: 0, duplicates: 700 });
  });
});
