import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TERMS_MAX, WORDS_MAX } from "../../../actors/instrument-directory/bounds.ts";
import { partsOf, termsOf } from "../../../actors/instrument-directory/terms.ts";
import { DirectoryBench } from "../../support/directory-bench.ts";
import { lineOf } from "../../support/instruments.ts";

type Listed = { symbol: string; description: string; type: string; exchange: string };

/** What the contract says, read by hand: each word of the query begins the symbol, the ticker or some word of the description. */
function naive(listed: readonly Listed[], query: string, type?: string, exchange?: string): string[] {
  const words = query
    .toLowerCase()
    .split(" ")
    .filter((word) => word !== "");
  const matches = ({ symbol, description }: Listed): boolean => {
    const begins = [
      symbol,
      symbol.split(":")[1] ?? "",
      ...description.split(/[ -]/),
      ...description.split(" "),
    ].map((text) => text.toLowerCase());
    return words.every((word) => begins.some((text) => text.startsWith(word)));
  };
  return listed
    .filter(
      (one) =>
        (type === undefined || one.type === type) && (exchange === undefined || one.exchange === exchange),
    )
    .filter(matches)
    .map((one) => one.symbol)
    .sort();
}

const words = fc.constantFrom(
  "Apple",
  "apples",
  "App",
  "Bank",
  "of",
  "America",
  "Coca-Cola",
  "A",
  "über",
  "Ö",
  "S3",
  "XNAS",
);
const listing = fc.record({
  symbol: fc
    .tuple(
      fc.constantFrom("XNAS", "XNYS", "A"),
      fc.constantFrom("A", "AA", "AAPL", "B", "BAC", "BRK.B", "KO", "X-1", "0"),
    )
    .map(([venue, ticker]) => `${venue}:${ticker}`),
  description: fc.array(words, { minLength: 1, maxLength: 4 }).map((list) => list.join(" ")),
  type: fc.constantFrom("equity", "crypto", "fx"),
  exchange: fc.constantFrom("XNAS", "XNYS"),
});
const query = fc.record({
  text: fc.oneof(
    fc.constantFrom(
      "",
      " ",
      "a",
      "AP",
      "apple",
      "app ba",
      "XNAS:",
      "xnas:aa",
      "brk.",
      "cola",
      "coca-c",
      "of america",
      "ü",
      "ö",
      "zzz",
      "x-",
    ),
    fc.array(words, { maxLength: 3 }).map((list) => list.join(" ")),
  ),
  type: fc.option(fc.constantFrom("equity", "crypto", "fx", "index"), { nil: undefined }),
  exchange: fc.option(fc.constantFrom("XNAS", "XNYS", "OTHER"), { nil: undefined }),
});

describe("search", () => {
  test("finds exactly what the contract says, through changes and restarts, in pages without gaps or doubles and with one total", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(listing, { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
        fc.array(query, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        (puts, queries, limit) => {
          const bench = new DirectoryBench();
          const now = new Map<string, Listed>();
          for (const put of puts) {
            const once = new Map(put.map((one) => [one.symbol, one]));
            expect(bench.put(...once.values())).toMatchObject({ ok: true });
            for (const one of once.values()) now.set(one.symbol, one);
          }
          bench.restart();
          for (const { text, type, exchange } of queries) {
            const expected = naive([...now.values()], text, type, exchange);
            const { symbols, totals } = bench.pages({ query: text, type, exchange }, limit);
            expect(symbols).toEqual(expected);
            expect([...totals]).toEqual([expected.length]);
          }
          bench.sql.close();
        },
      ),
      { numRuns: 150 },
    );
  });

  test("begins strictly after the symbol it is given, whether or not that one exists", () => {
    const bench = new DirectoryBench();
    bench.put({ symbol: "X:A" }, { symbol: "X:C" }, { symbol: "X:E" });
    expect(bench.pages({ after: "X:B" }, 10).symbols).toEqual(["X:C", "X:E"]);
    expect(bench.pages({ after: "X:C", query: "apple" }, 10).symbols).toEqual(["X:E"]);
    expect(bench.pages({ after: "X:E" }, 10)).toEqual({ symbols: [], totals: new Set([3]) });
  });

  test("of two changes in one group only the last can be found", () => {
    const bench = new DirectoryBench();
    bench.put({ description: "Zero" });
    const { turns } = bench;
    const [first, second] = ["One", "Two"].map((description) => turns.put([lineOf({ description })]));
    if (first === undefined || second === undefined) throw new Error("two turns");
    bench.group(first, second);
    const found = (text: string): number => bench.pages({ query: text }, 10).symbols.length;
    expect([found("zero"), found("one"), found("two"), found("")]).toEqual([0, 0, 1, 1]);
  });

  test("a change of tick or status writes no row of the index", () => {
    const bench = new DirectoryBench();
    bench.put({});
    bench.sql.database.exec(
      "CREATE TRIGGER no_more BEFORE INSERT ON search BEGIN SELECT RAISE(ABORT, 'written'); END",
    );
    expect(bench.put({ status: "halted", tickSize: "0.05" })).toMatchObject({ ok: true });
    expect(() => bench.put({ description: "Apple Computer" })).toThrow("written");
  });
});

describe("terms", () => {
  test("are the symbol, the ticker and each beginning of letters or digits in a word", () => {
    const described = { symbol: "XNYS:BRK.B" as never, description: "  Berkshire (Class-B) S&P  BERKSHIRE " };
    expect(termsOf(described)).toEqual([
      "",
      "xnys:brk.b",
      "brk.b",
      "berkshire",
      "class-b)",
      "b)",
      "s&p",
      "p",
    ]);
  });

  test("compatibility forms and case make no difference", () => {
    expect(termsOf({ symbol: "X:A" as never, description: "ＡＢＣ Straße" }).slice(3)).toEqual([
      "abc",
      "straße",
    ]);
    expect(partsOf("ABC STRASSE")).toEqual(["abc", "strasse"]);
  });

  test("a query of punctuation alone finds nothing, and spaces alone everything", () => {
    expect(partsOf("&&")).toBeUndefined();
    expect(partsOf("apple %")).toBeUndefined();
    expect(partsOf("  ")).toEqual([]);
    expect(partsOf("(apple) apple)")).toEqual(["apple)"]);
  });

  test.each(["'; DROP TABLE instrument; --", "%", "_", "*", 'a" OR "1"="1', "a\u0000b"])(
    "%j in a query is text and nothing more",
    (text) => {
      const bench = new DirectoryBench();
      bench.put({});
      expect(bench.pages({ query: text }, 10).symbols).toEqual([]);
      expect(bench.count("instrument")).toBe(1);
    },
  );
});

test("bound instrument-directory/table:search: words of descriptions and aliases beyond the bound are not searchable", () => {
  const bench = new DirectoryBench();
  const description = Array.from(
    { length: WORDS_MAX + 1 },
    (_, index) => `word${String(index).padStart(2, "0")}`,
  ).join(" ");
  const token = Array.from({ length: 32 }, (_, index) => String.fromCharCode(0x4e00 + index)).join(" ");
  bench.put({ description, aliases: { a: token } });
  expect(bench.count("search")).toBe(TERMS_MAX);
  const aliased = [`a:${token.slice(0, 1)}`, token.slice(60, 61), token.slice(62)];
  expect(aliased.map((query) => bench.pages({ query }, 10).symbols.length)).toEqual([1, 1, 0]);
  expect(bench.pages({ query: `word${WORDS_MAX - 1}` }, 10).symbols).toHaveLength(1);
  expect(bench.pages({ query: `word${WORDS_MAX}` }, 10).symbols).toHaveLength(0);
});
