/** What a symbol knows of imported bars: how far they reach, and where its pages go on in Postgres. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../../actors/runtime/local-migrations.ts";
import { answer } from "../../../../actors/runtime/reply.ts";
import { ImportedBars, pageBeyond } from "../../../../actors/symbol/bars/imported-bars.ts";
import { BOUNDS } from "../../../../actors/symbol/bounds.ts";
import type { BarQuery } from "../../../../actors/symbol/messages.ts";
import { SYMBOL_MIGRATIONS } from "../../../../actors/symbol/store.ts";
import { RESOLUTIONS } from "../../../../src/domain/bar.ts";
import { joinedRows, startOf } from "../../../../src/routes/joined-rows.ts";
import { memorySql } from "../../../support/node-sql.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import { DAY, HOUR, MINUTE, NOON, trade } from "../bench.ts";
import { World } from "../pit-world.ts";

const MIDNIGHT = NOON - 12 * HOUR;
const page = async (world: World, query: Partial<BarQuery> = {}) => {
  const reply = await world.pit.bars(envelope(), { resolution: "1", limit: 10, ...query });
  if (!reply.ok) throw new Error(reply.code);
  const { bars, ...beyond } = reply.value;
  return { times: bars.map(startOf), ...beyond };
};

describe("a symbol that hears of an import", () => {
  test("without a tick says that nothing is its own, and that its pages go on in Postgres, also after a restart", async () => {
    const world = new World();
    const until = { "1": NOON - 5 * MINUTE, "1D": MIDNIGHT - DAY };
    expect(await page(world)).toEqual({ times: [] });
    expect(await world.pit.importing(envelope(), until)).toEqual({ ok: true, value: {} });
    const olderThan = NOON - 5 * MINUTE + 1;
    expect(await page(world)).toEqual({ times: [], olderThan });
    world.restart();
    expect(await page(world)).toEqual({ times: [], olderThan });
    expect(await page(world, { to: NOON - HOUR })).toEqual({ times: [], olderThan: NOON - HOUR });
    expect(await page(world, { resolution: "1D" })).toEqual({ times: [], olderThan: MIDNIGHT - DAY + 1 });
    expect(await page(world, { resolution: "5" })).toEqual({ times: [] });
  });

  test("with ticks names its first bar of each width as its own, and where its pages go on before it", async () => {
    const world = new World();
    await world.take(trade(NOON, "10"), trade(NOON + 7 * MINUTE, "11"));
    const own = await world.pit.importing(envelope(), { "1": NOON - MINUTE, "60": NOON - HOUR });
    expect(own).toMatchObject({ ok: true, value: { "1": NOON, "5": NOON, "240": NOON, "1D": MIDNIGHT } });
    expect(await page(world)).toEqual({ times: [NOON, NOON + 7 * MINUTE], olderThan: NOON });
    expect(await page(world, { resolution: "60" })).toEqual({ times: [NOON], olderThan: NOON });
    expect(await page(world, { limit: 2 })).toEqual({ times: [NOON, NOON + 7 * MINUTE] });
    expect(await page(world, { from: NOON })).toEqual({ times: [NOON, NOON + 7 * MINUTE] });
  });

  test("takes a bar that a late trade made before its first tick for its own", async () => {
    const world = new World();
    await world.take(trade(NOON, "10"), trade(NOON - 3 * MINUTE, "9"));
    const own = await world.pit.importing(envelope(), { "1": NOON - HOUR });
    expect(own).toMatchObject({ value: { "1": NOON - 3 * MINUTE } });
    expect(await page(world)).toMatchObject({ olderThan: NOON - 3 * MINUTE });
  });

  test("never goes back in what it knows", async () => {
    const world = new World();
    await world.pit.importing(envelope(), { "1": NOON });
    await world.pit.importing(envelope(), { "1": NOON - HOUR });
    expect(await page(world)).toMatchObject({ olderThan: NOON + 1 });
  });

  test("whose ticks are older than what was imported asks for imported bars among its own", async () => {
    const world = new World();
    await world.pit.importing(envelope(), { "1": NOON + HOUR });
    await world.take(trade(NOON, "10"));
    expect(await page(world)).toEqual({ times: [NOON], olderThan: NOON, alsoUntil: NOON + HOUR + 1 });
    expect(await page(world, { limit: 1 })).toEqual({ times: [NOON], alsoUntil: NOON + HOUR + 1 });
    expect(await page(world, { to: NOON })).toEqual({ times: [], olderThan: NOON });
  });
});

test("an object of the version before comes with its bars and without a mark", () => {
  const sql = memorySql();
  migrateLocally(sql, SYMBOL_MIGRATIONS.slice(0, 8));
  sql.exec(
    "INSERT INTO bar VALUES ('1', ?1, 10, 10, 10, 10, '1', 1, '10', 0, '[1,0,1]', '[1,0,1]', 3)",
    NOON,
  );
  const before = sql.exec("SELECT * FROM bar");
  migrateLocally(sql, SYMBOL_MIGRATIONS);
  expect(sql.exec("SELECT * FROM bar")).toEqual(before);
  const imported = new ImportedBars(sql);
  expect([imported.until("1"), imported.oldestRow("1"), imported.oldestRow("5")]).toEqual([
    ...[undefined, NOON, undefined],
  ]);
});

test("bound symbol/table:imported_bars: one row for each width, however often history is imported", async () => {
  const world = new World();
  for (let times = 0; times < 3; times++)
    await world.pit.importing(
      envelope(),
      Object.fromEntries(RESOLUTIONS.map((width) => [width, NOON + times])),
    );
  const [row] = world.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM imported_bars");
  expect(row?.n).toBe(BOUNDS.find(({ collection }) => collection === "table:imported_bars")?.max);
});

describe("a page joined of both", () => {
  /** Own bars, the oldest of which may have left; imported ones; and how far the mirror is behind. */
  const worlds = fc.record({
    own: fc.uniqueArray(fc.nat(30)),
    trimmed: fc.option(fc.nat(30), { nil: undefined }),
    imported: fc.uniqueArray(fc.nat(30)),
    lag: fc.nat(30),
    from: fc.option(fc.nat(32), { nil: undefined }),
    to: fc.option(fc.nat(32), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 40 }),
  });

  test("has every bar once and in order, the symbol's own where both have one, by one query at most", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ own, trimmed, imported, lag, from, to, limit }) => {
        fc.pre(trimmed === undefined || own.includes(trimmed));
        const here = own.filter((t) => trimmed === undefined || t >= trimmed);
        const text = (t: number): string => JSON.stringify({ t, own: own.includes(t) });
        const mirrored = own.filter((t) => !here.includes(t) || t < lag);
        const there = [...new Set([...imported, ...mirrored])];
        const until = imported.length === 0 ? undefined : Math.max(...imported);
        const inside = (all: readonly number[], low = 0, high = 99, count = limit): number[] =>
          all
            .filter((t) => t >= low && t < high)
            .sort((one, other) => one - other)
            .slice(-count);
        let queries = 0;
        const rows = inside(here, from, to);
        const first = here.length === 0 ? undefined : Math.min(...here);
        const standing = { trimmed, own: first, full: rows.length >= limit };
        const source = {
          recent: async () =>
            answer({
              rows: rows.map(text),
              ...pageBeyond(until, { from: from ?? 0, to: to ?? 99 }, standing),
            }),
          older: async (range: { from?: number; before: number; limit: number }) => {
            queries++;
            return answer(inside(there, range.from, range.before, range.limit).map(text));
          },
        };
        const window = {
          limit,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        };
        const joined = await joinedRows(source, window);
        const all = [...new Set([...own, ...imported])];
        expect(joined).toEqual(answer(inside(all, from, to).map(text)));
        expect(queries).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });
});
