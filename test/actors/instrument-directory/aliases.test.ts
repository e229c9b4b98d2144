import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InstrumentStore, MIGRATIONS } from "../../../actors/instrument-directory/store.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { instrumentBody } from "../../../src/contracts/instruments.ts";
import { faultsOf } from "../../../src/contracts/issues.ts";
import { ALIASES_MAX } from "../../../src/domain/instrument.ts";
import { encodeInstrument } from "../../../src/domain/instrument-codec.ts";
import { DirectoryBench } from "../../support/directory-bench.ts";
import { APPLE, instrumentOf, lineOf } from "../../support/instruments.ts";
import { memorySql } from "../../support/node-sql.ts";

const at = (ticker: string, aliases?: Record<string, string>) => ({ symbol: `X:${ticker}`, aliases });
const meant = (bench: DirectoryBench, alias: string) => bench.store.aliased(alias)?.symbol;

describe("an alias", () => {
  test("means the instrument that was put with it, from the moment that it was", () => {
    const bench = new DirectoryBench();
    expect(bench.put(at("A", { kite: "256265", upstox: "NSE_INDEX|Nifty 50" }))).toMatchObject({ ok: true });
    bench.restart();
    expect(meant(bench, "kite:256265")).toBe("X:A");
    expect(meant(bench, "upstox:NSE_INDEX|Nifty 50")).toBe("X:A");
    expect([meant(bench, "kite:25626"), meant(bench, "upstox:256265")]).toEqual([undefined, undefined]);
  });

  test("of a second instrument is refused, whole, and nothing is changed", () => {
    const bench = new DirectoryBench();
    bench.put(at("A", { kite: "1" }));
    const refused = { ok: false, code: "alias-taken" };
    expect(bench.put(at("B", { kite: "1" }))).toMatchObject({
      ...refused,
      errors: [{ path: "aliases.kite" }],
    });
    expect(bench.put(at("C", { kite: "2" }), at("D", { kite: "2" }))).toMatchObject({
      ...{ ...refused, errors: [{ path: "1.aliases.kite", detail: "kite:2 is an alias of X:C" }] },
    });
    expect(bench.store.known(["X:B", "X:C", "X:D"])).toEqual([]);
    expect(bench.put(at("B", { upstox: "1" }))).toMatchObject({ ok: true });
  });

  test("may pass from one instrument to another, in one put or after it was given up", () => {
    const bench = new DirectoryBench();
    bench.put(at("A", { kite: "1" }), at("B", { kite: "2" }));
    expect(bench.put(at("B", { kite: "1" }), at("A", { kite: "2" }))).toMatchObject({ ok: true });
    expect([meant(bench, "kite:1"), meant(bench, "kite:2")]).toEqual(["X:B", "X:A"]);
    bench.put(at("B"));
    expect(meant(bench, "kite:1")).toBeUndefined();
    expect(bench.put(at("C", { kite: "1" }))).toMatchObject({ ok: true });
    expect(meant(bench, "kite:1")).toBe("X:C");
  });

  test("is taken by the first of two puts of one group", () => {
    const bench = new DirectoryBench();
    const puts = ["A", "B"].map((ticker) => bench.turns.put([lineOf(at(ticker, { kite: "1" }))]));
    expect(bench.group(...puts)).toMatchObject([{ ok: true }, { ok: false, code: "alias-taken" }]);
    expect(meant(bench, "kite:1")).toBe("X:A");
  });

  test("is found by search as it is, with its broker, and by its words", () => {
    const bench = new DirectoryBench();
    bench.put(at("A", { upstox: "NSE_INDEX|Nifty 50" }), at("B", { kite: "50" }), at("C"));
    const found = (query: string) => bench.pages({ query }, 10).symbols;
    expect(found("upstox:nse_index")).toEqual(["X:A"]);
    expect(found("nifty 5")).toEqual(["X:A"]);
    expect(found("50")).toEqual(["X:A", "X:B"]);
    bench.put(at("A"));
    expect(found("50")).toEqual(["X:B"]);
  });

  test("in another order of brokers is no change, and none at all is none", () => {
    const bench = new DirectoryBench();
    bench.put(at("A", { b: "2", a: "1" }));
    expect(JSON.parse(valueOf(bench.put(at("A", { a: "1", b: "2" }))))).toMatchObject([
      { version: 1, aliases: { a: "1", b: "2" } },
    ]);
    const [without] = JSON.parse(valueOf(bench.put(at("A", {}))));
    expect(without).toMatchObject({ version: 2 });
    expect(without).not.toHaveProperty("aliases");
  });

  test("after any puts means the one instrument that says so, as a plain list of them has it", () => {
    const aliases = fc.dictionary(fc.constantFrom("kite", "ib"), fc.constantFrom("1", "2", "3"));
    const line = fc.tuple(fc.constantFrom("A", "B", "C"), aliases);
    const puts = fc.array(fc.uniqueArray(line, { selector: ([ticker]) => ticker, minLength: 1 }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(puts, (commands) => {
        const bench = new DirectoryBench();
        commands.reduce((held, lines) => afterPut(bench, held, lines), new Map() as Held);
      }),
      { numRuns: 60 },
    );
  });
});

test("bound instrument-directory/table:alias: one alias more than an instrument may have is refused", () => {
  const { symbol: _, ...body } = APPLE;
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`broker${index}`, String(index)]));
  const bench = new DirectoryBench();
  expect(bench.put(at("A", many(ALIASES_MAX)))).toMatchObject({ ok: true });
  expect(meant(bench, `broker${ALIASES_MAX - 1}:${ALIASES_MAX - 1}`)).toBe("X:A");
  const value = { ...body, aliases: many(ALIASES_MAX + 1) };
  const parsed = instrumentBody.safeParse(value);
  expect(parsed.success ? [] : faultsOf(parsed.error, value)).toMatchObject([
    { path: "aliases", code: "too-many-items" },
  ]);
});

test("a disk from before there were aliases keeps its instruments, and takes aliases from then on", () => {
  const sql = memorySql();
  migrateLocally(sql, MIGRATIONS.slice(0, 3));
  const instrument = instrumentOf({ symbol: "X:A" });
  sql.exec("INSERT INTO instrument (symbol, held, body) VALUES ('X:A', 1, ?1)", encodeInstrument(instrument));
  migrateLocally(sql, MIGRATIONS);
  const store = new InstrumentStore(sql);
  expect(store.find(["X:A"]).get("X:A")).toEqual({ instrument, held: true });
  store.put({ ...instrument, aliases: { kite: "1" }, version: 2 }, { instrument, held: true });
  store.write();
  expect(new InstrumentStore(sql).aliased("kite:1")).toMatchObject({ symbol: "X:A", version: 2 });
});

type Held = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** What a plain list holds after the put, if the directory agrees on each alias. */
function afterPut(
  bench: DirectoryBench,
  held: Held,
  lines: readonly [string, Record<string, string>][],
): Held {
  const next: Held = new Map([...held, ...lines.map(([ticker, given]) => [`X:${ticker}`, given] as const)]);
  const all = [...next.values()].flatMap((given) => Object.entries(given).map(String));
  const unique = new Set(all).size === all.length;
  expect(bench.put(...lines.map(([ticker, given]) => at(ticker, given))).ok).toBe(unique);
  const now = unique ? next : held;
  for (const [broker, token] of ["kite", "ib"].flatMap((one) =>
    ["1", "2", "3"].map((two) => [one, two] as const),
  )) {
    const owner = [...now].find(([, given]) => given[broker] === token)?.[0];
    expect(meant(bench, `${broker}:${token}`)).toBe(owner);
  }
  return now;
}

function valueOf(reply: { ok: boolean; value?: string }): string {
  if (reply.value === undefined) throw new Error(JSON.stringify(reply));
  return reply.value;
}
