/** Series of a symbol as its callers and subscribers meet them. */
import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../../actors/runtime/local-migrations.ts";
import {
  SERIES_BARS_KEPT,
  SERIES_BARS_MAX,
  SERIES_BARS_PER_TURN_MAX,
  SERIES_MAX,
  SERIES_TRIM_SLACK,
} from "../../../../actors/symbol/series/series-limits.ts";
import { SeriesRows } from "../../../../actors/symbol/series/series-rows.ts";
import { SYMBOL_MIGRATIONS } from "../../../../actors/symbol/store.ts";
import type { SeriesBarObject } from "../../../../src/contracts/series.ts";
import { memorySql } from "../../../support/node-sql.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import { HOUR, INSTRUMENT, NOON, quote, SYMBOL, trade } from "../bench.ts";
import { World } from "../pit-world.ts";
import { barsOf, connect, put, topicOf } from "./series-calls.ts";

const DAY = 24 * HOUR;

describe("a series is put, listed and taken away", () => {
  test("putting it again is no news, and so is taking away what is not there", async () => {
    const world = new World();
    const first = await put(world, "100T");
    expect(first).toEqual({
      symbol: SYMBOL,
      series: "100T",
      kind: "trades",
      size: "100",
      putAt: world.clock.now(),
      exactSince: world.clock.now(),
    });
    world.clock.pass(5);
    expect(await put(world, "100T")).toEqual(first);
    world.restart();
    expect(await put(world, "100T")).toEqual(first);
    expect(await world.pit.series.describe(envelope(), "100T")).toEqual({
      ok: true,
      value: JSON.stringify(first),
    });
    for (let time = 0; time < 2; time++)
      expect(await world.pit.series.remove(envelope(), "100T")).toEqual({ ok: true, value: null });
    expect(await world.pit.series.describe(envelope(), "100T")).toMatchObject({ code: "series-unknown" });
    expect(await world.pit.series.bars(envelope(), "100T", { limit: 1 })).toMatchObject({
      code: "series-unknown",
    });
    world.restart();
    expect(await world.pit.series.describe(envelope(), "100T")).toMatchObject({ code: "series-unknown" });
  });

  test("it is exact since the moment behind that in which the symbol began to listen", async () => {
    const world = new World();
    await world.take(trade(NOON, "100"));
    expect(await put(world, "100T")).toMatchObject({ exactSince: NOON + 1 });
  });

  test.each([
    ["0T", "range"],
    ["0.001R", "scale-exceeded"],
    ["0.0001V", "scale-exceeded"],
    ["1.5T", "scale-exceeded"],
    ["x", "series-format"],
  ])("%s is refused %s and nothing is kept", async (series, code) => {
    const world = new World();
    expect(await put(world, series)).toBe(code);
    expect(await world.pit.series.list(envelope(), { limit: 10 })).toEqual({
      ok: true,
      value: { items: [], total: 0 },
    });
  });

  test("the list is by name, page by page", async () => {
    const world = new World();
    for (const series of ["5T", "1V", "10T"]) await put(world, series);
    const names = async (range: { limit: number; after?: string }) => {
      const list = await world.pit.series.list(envelope(), range);
      return list.ok
        ? [list.value.items.map((item) => JSON.parse(item).series), list.value.total, list.value.next]
        : list;
    };
    expect(await names({ limit: 2 })).toEqual([["10T", "1V"], 3, "1V"]);
    expect(await names({ limit: 2, after: "1V" })).toEqual([["5T"], 3, undefined]);
  });

  test("pages of bars join without seam or double, also where several bricks have one time", async () => {
    const world = new World();
    await world.take(
      trade(NOON - 2, "100.00"),
      trade(NOON, "100.90"),
      trade(NOON + 1, "100.10"),
      trade(NOON + 9, "100.35"),
    );
    await put(world, "0.1R");
    const all = await barsOf(world, "0.1R");
    expect(all.length).toBeGreaterThan(15);
    for (const limit of [1, 4, 7]) {
      const pages: SeriesBarObject[] = [];
      for (let before: string | undefined = "99999.0"; before !== undefined; ) {
        const page = await world.pit.series.bars(envelope(), "0.1R", { limit, before });
        if (!page.ok) expect.unreachable();
        pages.unshift(...page.value.bars.map((text) => JSON.parse(text)));
        before = page.value.next;
      }
      expect(pages).toEqual(all);
    }
    expect(await barsOf(world, "0.1R", { from: NOON, to: NOON + 1 })).toEqual(
      all.filter(({ t }) => t === NOON),
    );
  });
});

describe("trading days", () => {
  test("each begins its bars anew, and cuts the last of the day before short when it closes", async () => {
    const world = new World();
    const midnight = NOON - 12 * HOUR;
    await world.take(quote(NOON - 3 * DAY, "1", "2"));
    await put(world, "3T");
    await world.take(...[1, 2, 3, 4].map((second) => trade(midnight - 10_000 + second * 1_000, "100")));
    await world.take(trade(midnight + 1_000, "101"));
    const states = async () => (await barsOf(world, "3T")).map(({ day, i, n, state }) => [day, i, n, state]);
    expect(await states()).toEqual([
      ["2023-11-13", 0, 3, "final"],
      ["2023-11-13", 1, 1, "forming"],
      ["2023-11-14", 0, 1, "forming"],
    ]);
    await world.take(quote(midnight + 2_000, "1", "2"));
    expect((await states())[1]).toEqual(["2023-11-13", 1, 1, "final"]);
    await world.take(trade(midnight - 500, "99"));
    expect((await states())[1]).toEqual(["2023-11-13", 1, 2, "revised"]);
  });
});

test("a bar that a cancel opens again forms, with a revision; one that loses its last trade is withdrawn", async () => {
  const world = new World();
  await put(world, "2T");
  const socket = await connect(world, [topicOf("2T")]);
  await world.take(...["1", "2", "3"].map((id, index) => trade(NOON + index, "100", { id })));
  await world.take({ type: "cancel", symbol: SYMBOL, ts: NOON + 1, id: "2" });
  expect((await barsOf(world, "2T")).map(({ n, rev, state }) => [n, rev, state])).toEqual([
    [2, 1, "revised"],
  ]);
  await world.take({ type: "cancel", symbol: SYMBOL, ts: NOON, id: "1" });
  expect((await barsOf(world, "2T")).map(({ n, rev, state }) => [n, rev, state])).toEqual([
    [1, 2, "forming"],
  ]);
  const told = socket.take().filter(({ op }) => op === undefined);
  expect(told.map(({ type, data }) => [type, data?.i, data?.n, data?.rev, data?.withdrawn])).toEqual([
    ["snap", undefined, undefined, undefined, undefined],
    ["bar", 0, 2, 0, undefined],
    ["bar", 1, 1, 0, undefined],
    ["rev", 0, 2, 1, undefined],
    ["rev", 1, 0, 1, true],
    ["rev", 0, 1, 2, undefined],
  ]);
});

test("bricks that were put go on when the tick has become larger than they are", async () => {
  const world = new World();
  await put(world, "0.02R");
  await world.take(trade(NOON, "100"));
  await world.hear(1, { ...INSTRUMENT, tickSize: 5, version: 2 });
  world.restart();
  await world.take(trade(NOON + 1, "100.02"));
  expect((await barsOf(world, "0.02R")).map(({ direction }) => direction)).toEqual(["up"]);
  expect(await put(world, "0.04R")).toBe("range");
});

test("an object of the version before comes with its trades and without a series, and can be given one", async () => {
  const sql = memorySql();
  migrateLocally(sql, SYMBOL_MIGRATIONS.slice(0, 10));
  sql.exec(
    "INSERT INTO bar VALUES ('1', ?1, 10, 10, 10, 10, '1', 1, '10', 0, '[1,0,1]', '[1,0,1]', 3)",
    NOON,
  );
  const before = sql.exec("SELECT * FROM bar");
  migrateLocally(sql, SYMBOL_MIGRATIONS);
  expect(sql.exec("SELECT * FROM bar")).toEqual(before);
  const rows = new SeriesRows(sql);
  expect(rows.load()).toEqual([]);
  rows.put({ series: "1T", putAt: NOON, since: 1 });
  rows.write();
  expect(new SeriesRows(sql).load()).toEqual([{ series: "1T", putAt: NOON, since: 1 }]);
});

test("where no series is kept, a turn neither reads the log for one nor writes a row of one", async () => {
  const world = new World();
  const statements: string[] = [];
  const exec = world.sql.exec.bind(world.sql);
  world.sql.exec = ((statement: string, ...values: never[]) => {
    statements.push(statement);
    return exec(statement, ...values);
  }) as typeof world.sql.exec;
  for (let second = 0; second < 20; second++)
    await world.take(trade(NOON + second * 1_000, "100", { id: String(second) }));
  await world.take({ type: "cancel", symbol: SYMBOL, ts: NOON, id: "0" });
  expect(statements.length).toBeGreaterThan(20);
  expect(statements.filter((statement) => statement.includes("series"))).toEqual([]);
});

test("a topic of a series that is not kept is refused, and one that is taken away shows nothing any more", async () => {
  const world = new World();
  await put(world, "1T");
  await world.take(trade(NOON, "100"));
  const socket = await connect(world, [topicOf("1T"), topicOf("2T")]);
  const [ack, snap] = socket.take();
  expect(ack.errors).toMatchObject([{ topic: topicOf("2T"), code: "topic-unknown" }]);
  expect(snap).toMatchObject({ type: "snap", data: { i: 0, c: "100" } });
  await world.pit.series.remove(envelope(), "1T");
  expect(socket.take().at(-1)).toMatchObject({ topic: topicOf("1T"), type: "snap", data: null });
});

test("who listens while a turn completes more bars than anybody wants one by one is shown the newest", async () => {
  const world = new World();
  await put(world, "1T");
  const socket = await connect(world, [topicOf("1T")]);
  await world.take(
    ...Array.from({ length: SERIES_BARS_PER_TURN_MAX + 1 }, (_, index) => trade(NOON + index, "100")),
  );
  const last = socket.take().at(-1);
  expect(last).toMatchObject({
    type: "snap",
    reset: { reason: "too-much" },
    data: { i: SERIES_BARS_PER_TURN_MAX },
  });
});

describe("bounds", () => {
  test("bound symbol/table:series: a ninth series is refused `too-many`, and the others stay", async () => {
    const world = new World();
    for (let count = 1; count <= SERIES_MAX; count++)
      expect(await put(world, `${count}T`)).toMatchObject({ series: `${count}T` });
    expect(await put(world, "100T")).toBe("too-many");
    expect(await put(world, "1T")).toMatchObject({ series: "1T" });
    expect(world.sql.exec("SELECT series FROM series").length).toBe(SERIES_MAX);
    await world.pit.series.remove(envelope(), "1T");
    expect(await put(world, "100T")).toMatchObject({ series: "100T" });
  });

  const crowded = async () => {
    const world = new World();
    await put(world, "1T");
    for (let turn = 0; turn < 4; turn++)
      await world.take(
        ...Array.from({ length: 900 }, (_, index) => trade(NOON + turn * 1_000 + index, "100")),
      );
    return world;
  };

  test("bound symbol/table:series_bar: the oldest bars of a series leave", async () => {
    const world = await crowded();
    const rows = world.sql.exec<{ i: number }>("SELECT i FROM series_bar ORDER BY i");
    expect(rows.length).toBeGreaterThanOrEqual(SERIES_BARS_KEPT);
    expect(rows.length).toBeLessThanOrEqual(SERIES_BARS_KEPT + SERIES_TRIM_SLACK);
    expect(rows.at(-1)?.i).toBe(3_599);
    expect(rows[0]?.i).toBe(3_600 - rows.length);
  });

  test("a trade late before all that is kept makes every bar one later, and none of those that left comes back", async () => {
    const world = await crowded();
    await put(world, "2T");
    const older = await barsOf(world, "1T", { limit: SERIES_BARS_MAX });
    await world.take(trade(NOON - 1, "101", { size: "7" }));
    const newer = await barsOf(world, "1T", { limit: SERIES_BARS_MAX });
    expect(newer.length).toBeGreaterThanOrEqual(SERIES_BARS_KEPT);
    expect(newer.at(-1)).toMatchObject({ i: 3_600, rev: 0, c: "100" });
    // In the place of the oldest is the one before it.
    const [{ t: oldest, i: first } = expect.unreachable()] = older;
    const shifted = older.map(({ t, end, i }) => [t, end, i + 1]);
    expect(newer.map(({ t, end, i }) => [t, end, i])).toEqual([[oldest - 1, oldest - 1, first], ...shifted]);
    expect((await barsOf(world, "2T"))[0]).toMatchObject({ i: 0, n: 2, v: "8", rev: 1, state: "revised" });
    world.restart();
    expect(await barsOf(world, "1T", { limit: SERIES_BARS_MAX })).toEqual(newer);
    const rows = world.sql.exec("SELECT i FROM series_bar WHERE series = '1T'");
    expect(rows.length).toBe(newer.length);
  });

  test("bound symbol/memory:seriesBars: memory has the bars that the disk has, before and after an eviction", async () => {
    const world = await crowded();
    const count = async () => {
      let bars = 0;
      for (let before: string | undefined = "99999.0"; before !== undefined; ) {
        const page = await world.pit.series.bars(envelope(), "1T", { limit: 1_000, before });
        if (!page.ok) expect.unreachable();
        bars += page.value.bars.length;
        before = page.value.next;
      }
      return bars;
    };
    const kept = world.sql.exec("SELECT i FROM series_bar").length;
    expect(await count()).toBe(kept);
    world.restart();
    expect(await count()).toBe(kept);
  });
});
