import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../../actors/runtime/local-migrations.ts";
import { bookText } from "../../../../actors/symbol/book/book-text.ts";
import { BOUNDS } from "../../../../actors/symbol/bounds.ts";
import { SYMBOL_MIGRATIONS } from "../../../../actors/symbol/store.ts";
import { BOOK_LEVELS_MAX } from "../../../../src/domain/book.ts";
import { seeded } from "../../../quant/book/venue.ts";
import { MINUTE, NOON, quote, type Sent, SymbolBench, trade } from "../bench.ts";

const depth = (ts: number, over: Sent): Sent => ({
  ...{ type: "depth", symbol: "TEST:ABC", ts, bids: [], asks: [] },
  ...over,
});
const snapshot = (ts: number, lastSeq: number, over: Sent = {}) =>
  depth(ts, { snapshot: true, lastSeq, bids: [["9.99", "1"]], asks: [["10.01", "2"]], ...over });
const diff = (ts: number, firstSeq: number, lastSeq: number, over: Sent = {}) =>
  depth(ts, { firstSeq, lastSeq, ...over });
const report = (over: Sent) => ({ accepted: 0, duplicates: 0, late: 0, rejected: [], ...over });
const maxOf = (collection: string) => BOUNDS.find((bound) => bound.collection === collection)?.max;

describe("depth ticks", () => {
  test("are accepted while they wait for a snapshot; a repeat is a duplicate, within a request and later", () => {
    const bench = new SymbolBench();
    const first = diff(NOON, 5, 6);
    expect(bench.take(first, first, diff(NOON + 1, 7, 9))).toEqual(report({ accepted: 2, duplicates: 1 }));
    expect(bench.take(first, snapshot(NOON + 1, 7), first, diff(NOON + 2, 10, 10))).toEqual(
      report({ accepted: 2, duplicates: 2 }),
    );
    expect(bench.state.book.marks).toMatchObject({ state: "live", seq: 10 });
    expect(bench.take(snapshot(NOON + 1, 7), diff(NOON + 2, 10, 10))).toEqual(report({ duplicates: 2 }));
  });

  test("raise the newest event time and close bars, and change no price", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), quote(NOON, "9", "11"));
    const before = bench.quote();
    bench.take(snapshot(NOON + MINUTE + 5_000, 1));
    expect(bench.state.watermark).toBe(NOON + MINUTE + 5_000);
    expect(bench.barFacts("1")).toHaveLength(1);
    expect(bench.quote()).toEqual({ ...before, seq: before.seq + 1 });
  });

  test("that are late are counted as such and are in no ledger", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + 16 * MINUTE, "10"));
    expect(bench.take(snapshot(NOON, 1))).toEqual(report({ late: 1 }));
    expect([bench.lateTicks(), bench.state.book.marks.state]).toEqual([[], "awaiting-snapshot"]);
  });

  test("without a number are rejected for a book that is counted, and change nothing", () => {
    const bench = new SymbolBench();
    bench.take(snapshot(NOON, 1));
    const { rejected } = bench.take(depth(NOON + 1, { bids: [["9.99", "7"]] }));
    expect(rejected).toMatchObject([{ index: 0, code: "sequence-required" }]);
    expect(bench.state.book.view.bestBid).toEqual([999, 1_000]);
  });

  test("find no room while the outbox is nearly full, as any tick that may close a bar", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"));
    bench.depth = 1_000_000;
    expect(bench.take(snapshot(NOON + MINUTE, 1)).rejected).toMatchObject([
      { code: "overloaded", retryable: true },
    ]);
  });
});

test("a book is the same however its messages were put into requests", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seeded(seed);
    const [single, grouped] = [new SymbolBench(), new SymbolBench()];
    let seq = 10;
    let group: Sent[] = [];
    for (let step = 0; step < 50; step++) {
      const lost = random() < 0.1 ? 3 : 0;
      const levels = { bids: [[`9.${10 + Math.floor(random() * 9)}`, String(Math.floor(random() * 3))]] };
      const isSnapshot = random() < 0.15;
      const behind = Math.max(0, seq + 2 - Math.floor(random() * 8));
      if (!isSnapshot) seq += 2 + lost;
      const at = NOON + step * 50;
      const told = isSnapshot ? snapshot(at, behind) : diff(at, seq - 1, seq, levels);
      single.take(told);
      group.push(told);
      if (random() > 0.2) continue;
      grouped.take(...group);
      group = [];
    }
    grouped.take(...group);
    expect(bookText(grouped.state.book)).toBe(bookText(single.state.book));
  }
});

/** One of each kind of message, by chance. */
function anyDepth(random: () => number, at: number, seq: number): Sent {
  const levels = (from: number) =>
    Array.from({ length: 1 + Math.floor(random() * 6) }, () => [
      ((from + Math.floor(random() * 90)) / 100).toFixed(2),
      String(Math.floor(random() * 4)),
    ]);
  const both = { bids: levels(900), asks: levels(1_001) };
  if (random() < 0.03) return depth(NOON + at, { snapshot: true, lastSeq: seq, levelsKept: 20, ...both });
  const lost = random() < 0.02 ? 1 : 0;
  return diff(NOON + at, seq + 1 + lost, seq + 2, both);
}

describe("the book on disk", () => {
  test("is the book in memory after every load, bit for bit, whatever was said", () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 6; seed++) {
      const random = seeded(seed);
      const bench = new SymbolBench();
      for (let turn = 0; turn < 50; turn++) {
        bench.take(anyDepth(random, turn * 10, turn * 2), trade(NOON + turn, "10", { id: `${turn}` }));
        seen.add(bench.state.book.marks.state);
        if (random() > 0.2) continue;
        const before = bookText(bench.state.book);
        bench.reload();
        expect(bookText(bench.state.book)).toBe(before);
      }
      expect(bench.count("book_checkpoint")).toBeLessThanOrEqual(1);
    }
    expect([...seen].sort()).toEqual(["awaiting-snapshot", "broken", "live"]);
  });

  test("bound symbol/table:book_checkpoint: what was said travels in the row of marks until that is full", () => {
    const bench = new SymbolBench();
    bench.take(snapshot(NOON, 1));
    expect(bench.count("book_checkpoint")).toBe(0);
    for (let seq = 2; seq < 300; seq++)
      bench.take(diff(NOON + seq, seq, seq, { bids: [["9.98", String(seq)]] }));
    expect(bench.count("book_checkpoint")).toBe(maxOf("table:book_checkpoint"));
    const before = bookText(bench.state.book);
    bench.reload();
    expect(bookText(bench.state.book)).toBe(before);
    expect(bench.state.book.view.sizeAt("bids", 998)).toBe(299_000);
  });

  test("a turn with depth writes the row of marks and no other", () => {
    const bench = new SymbolBench();
    bench.take(snapshot(NOON, 1));
    const changes = () => bench.sql.exec<{ n: number }>("SELECT total_changes() AS n")[0]?.n ?? 0;
    const before = changes();
    bench.take(diff(NOON + 5, 2, 2, { bids: [["9.98", "5"]] }));
    expect(changes() - before).toBe(1);
  });

  test("a turn without depth writes nothing of it", () => {
    const bench = new SymbolBench();
    bench.take(snapshot(NOON, 1, { bids: Array.from({ length: 900 }, (_, at) => [String(at + 1), "1"]) }));
    expect(bench.count("book_checkpoint")).toBe(1);
    bench.sql.exec("DELETE FROM book_checkpoint");
    bench.take(trade(NOON + 1, "10"), quote(NOON + 1, "9", "11"));
    expect(bench.count("book_checkpoint")).toBe(0);
  });

  test("bound symbol/memory:bookLevels: beyond it the farthest level of a side leaves, and the book knows less far", () => {
    const bench = new SymbolBench();
    const bids = Array.from({ length: BOOK_LEVELS_MAX + 5 }, (_, at) => [String(at + 1), "1"]);
    bench.take(
      snapshot(NOON, 1, { bids, asks: bids.map(([price]) => [String(Number(price) + 5_000), "1"]) }),
    );
    const { view } = bench.state.book;
    expect(view.count("bids") + view.count("asks")).toBe(maxOf("memory:bookLevels"));
    expect([view.knownTo("bids"), view.knownTo("asks")]).toEqual([600, 600_000]);
    bench.reload();
    expect(bench.state.book.view.knownTo("bids")).toBe(600);
  });
});

test("a disk of the version before has no book, and loses nothing of the rest", () => {
  const bench = new SymbolBench();
  bench.take(trade(NOON, "10", { id: "a" }));
  bench.sql.exec("DROP TABLE book_checkpoint");
  bench.sql.exec("DELETE FROM local_migration WHERE id >= 16");
  migrateLocally(bench.sql, SYMBOL_MIGRATIONS.slice(0, 16));
  bench.reload();
  expect(bench.state.book.marks.state).toBe("awaiting-snapshot");
  expect(bench.take(trade(NOON, "10", { id: "a" }))).toEqual(report({ duplicates: 1 }));
});
