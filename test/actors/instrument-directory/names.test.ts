import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXCHANGES_LISTED_MAX } from "../../../actors/instrument-directory/names.ts";
import { DirectoryBench } from "../../support/directory-bench.ts";

async function directory(...listed: readonly (readonly [symbol: string, exchange: string])[]) {
  const bench = new DirectoryBench();
  if (listed.length > 0)
    await bench.put(...listed.map(([symbol, exchange]) => ({ symbol, exchange, description: "AAPL twin" })));
  return bench.store;
}
const meaning = async (store: Awaited<ReturnType<typeof directory>>, ...names: string[]) =>
  store.named(names).map((instrument) => instrument?.symbol);

describe("a name", () => {
  test("means its symbol, the ticker at its exchange, or the ticker alone", async () => {
    const store = await directory(["XNAS:AAPL", "NASDAQ"], ["XNYS:BRK.B", "NYSE"]);
    expect(await meaning(store, "XNAS:AAPL", "NASDAQ:AAPL", "AAPL", "BRK.B", "NYSE:BRK.B")).toEqual([
      "XNAS:AAPL",
      "XNAS:AAPL",
      "XNAS:AAPL",
      "XNYS:BRK.B",
      "XNYS:BRK.B",
    ]);
  });

  test("that several instruments have means none of them, unless it says where", async () => {
    const store = await directory(["XNAS:AAPL", "NASDAQ"], ["XETR:AAPL", "XETRA"]);
    expect(await meaning(store, "AAPL", "XETRA:AAPL", "XETR:AAPL")).toEqual([
      undefined,
      "XETR:AAPL",
      "XETR:AAPL",
    ]);
  });

  test("means nothing by a part of it, by a word, in other letters, or at another exchange", async () => {
    const store = await directory(["XNAS:AAPL", "NASDAQ"]);
    const names = [
      "AAP",
      "AAPLE",
      "twin",
      "aapl",
      "ＡＡＰＬ",
      "NYSE:AAPL",
      ":AAPL:",
      "XNAS:",
      ":",
      "",
      "%",
      "A_PL",
    ];
    for (const name of names) expect([name, store.named([name])]).toEqual([name, [undefined]]);
  });

  test("is looked up among all listed ones: whoever has it alone is found", async () => {
    const symbol = fc
      .tuple(fc.constantFrom("X", "Y", "Z"), fc.constantFrom("A", "AA", "B", "A.B"))
      .map(([venue, ticker]) => `${venue}:${ticker}`);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(symbol, fc.constantFrom("E", "F")), { selector: ([one]) => one }),
        fc.tuple(fc.constantFrom("", "E:", "F:", "X:"), fc.constantFrom("A", "AA", "B", "A.B")),
        async (listed, [where, ticker]) => {
          const store = await directory(...listed);
          const fits = listed.filter(
            ([one, exchange]) => one.endsWith(`:${ticker}`) && (where === "" || `${exchange}:` === where),
          );
          const exact = listed.find(([one]) => one === where + ticker);
          const expected = exact?.[0] ?? (fits.length === 1 ? fits[0]?.[0] : undefined);
          expect(await meaning(store, where + ticker)).toEqual([expected]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("the exchanges", () => {
  test("are each listed once, in order, and follow what instruments say", async () => {
    const store = await directory(["X:C", "NYSE"], ["X:A", "CME"], ["X:B", "NYSE"]);
    expect(store.exchanges()).toEqual(["CME", "NYSE"]);
    expect((await directory()).exchanges()).toEqual([]);
  });

  test("are as many as a menu can show", async () => {
    const many = Array.from({ length: EXCHANGES_LISTED_MAX + 5 }, (_, at) => [`X:T${at}`, `E${at}`] as const);
    expect((await directory(...many)).exchanges()).toHaveLength(EXCHANGES_LISTED_MAX);
  });
});
