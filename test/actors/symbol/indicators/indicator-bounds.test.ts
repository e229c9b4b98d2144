/** What a symbol keeps of watched indicators, driven past its bounds; and runs that a load, or another version of a definition, finds. */
import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../../actors/runtime/local-migrations.ts";
import { IndicatorDesk } from "../../../../actors/symbol/indicators/indicator-desk.ts";
import {
  INDICATOR_ROWS_MAX,
  INDICATORS_WATCHED_MAX,
  RECENT_RUNS_MAX,
  REVISED_VALUES_MAX,
} from "../../../../actors/symbol/indicators/indicator-limits.ts";
import { INDICATOR_TABLE } from "../../../../actors/symbol/indicators/indicator-rows.ts";
import { SYMBOL_MIGRATIONS, SymbolStore } from "../../../../actors/symbol/store.ts";
import type { FakeSocket } from "../../../support/fake-sockets.ts";
import { memorySql } from "../../../support/node-sql.ts";
import { MINUTE, NOON, SYMBOL, trade } from "../bench.ts";
import { World } from "../pit-world.ts";
import { barsOf, batchOver, connect, say, topicOf, Watcher } from "./watching.ts";

const SECOND = 1_000;
const START = NOON - 600 * MINUTE;

const subscribe = (world: World, socket: FakeSocket, topics: readonly string[]): void =>
  say(world, socket, { op: "subscribe", topics });
const rows = (world: World): { topic: string; place: string }[] =>
  world.sql.exec("SELECT topic, place FROM indicator ORDER BY topic, place");
const means = (count: number): string[] =>
  Array.from({ length: count }, (_, place) => topicOf(`sma_${place + 1}`, "1"));

/** So many bars of a width, a trade in each. */
async function trades(world: World, count: number, widthMs = MINUTE, start = START): Promise<void> {
  const ticks = Array.from({ length: count }, (_, place) =>
    trade(start + place * widthMs, (100 + ((place * 7) % 13)).toFixed(2)),
  );
  for (let at = 0; at < ticks.length; at += 500) await world.take(...ticks.slice(at, at + 500));
}

/** What a load finds: a desk of its own over the same disk. */
function loaded(world: World): IndicatorDesk {
  const store = new SymbolStore(world.sql, () => 0);
  const state = store.load(SYMBOL);
  return new IndicatorDesk(state, {
    ...{ bars: store.bars, log: store.log, imported: store.imported },
    rows: store.indicators,
    sockets: world.sockets,
  });
}

describe("indicators that are watched", () => {
  test("bound symbol/memory:watchedIndicators: a further one is refused `too-many`, until one of the others is given up", async () => {
    const world = new World();
    await trades(world, 3);
    const socket = await connect(world);
    subscribe(world, socket, means(INDICATORS_WATCHED_MAX));
    const further = topicOf("ema_9", "1");
    const other = await connect(world);
    subscribe(world, other, [further]);
    expect(other.take().at(-1).errors).toEqual([
      expect.objectContaining({ topic: further, code: "too-many" }),
    ]);
    say(world, socket, { op: "unsubscribe", topics: [topicOf("sma_7", "1")] });
    world.clock.pass(2 * MINUTE);
    subscribe(world, other, [further]);
    expect(other.take().map(({ topic, type }) => [topic, type])).toContainEqual([further, "snap"]);
  });

  test("bound symbol/table:indicator: two rows for each that is watched; those of one that was given up leave", async () => {
    const world = new World();
    await trades(world, 3);
    const socket = await connect(world);
    subscribe(world, socket, means(INDICATORS_WATCHED_MAX));
    expect(rows(world)).toHaveLength(INDICATOR_ROWS_MAX);
    say(world, socket, { op: "unsubscribe", topics: means(INDICATORS_WATCHED_MAX).slice(1) });
    await trades(world, 3, MINUTE, START + 10 * MINUTE);
    expect(rows(world)).toEqual([
      { topic: topicOf("sma_1", "1"), place: "base" },
      { topic: topicOf("sma_1", "1"), place: "now" },
    ]);
  });

  test("bound symbol/memory:indicatorRuns: a run for each of the newest bars, and where it is checked from", async () => {
    const world = new World();
    await trades(world, 200);
    const socket = await connect(world);
    const topics = [20, 21, 22].map((period) => topicOf(`ema_${period}`, "1"));
    subscribe(world, socket, topics);
    const desk = loaded(world);
    for (const topic of topics) {
      const source = desk.topicOf(topic);
      if (source !== undefined && "snapshot" in source) source.snapshot();
    }
    // Restored ones have no run but their two; built anew they have the newest.
    expect(desk.runs).toBe(3 * 2);
    for (const topic of [30, 31, 32].map((period) => topicOf(`sma_${period}`, "1"))) {
      const source = desk.topicOf(topic);
      if (source !== undefined && "snapshot" in source) source.snapshot();
    }
    expect(desk.runs).toBeLessThanOrEqual(3 * 2 + 3 * (RECENT_RUNS_MAX + 2));
    expect(desk.runs).toBeGreaterThan(3 * RECENT_RUNS_MAX);
  });

  test("bound symbol/memory:toldSeconds: beyond it the oldest leave, and a revision of them is told all the same", async () => {
    const world = new World();
    await trades(world, 1, SECOND);
    const socket = await connect(world);
    subscribe(world, socket, [topicOf("sma_2", "1S")]);
    const watcher = new Watcher();
    await trades(world, REVISED_VALUES_MAX + 80, SECOND);
    watcher.hearAll([socket]);
    await world.take(trade(START + 60 * SECOND + 5, "170"));
    watcher.hearAll([socket]);
    const told = watcher.of(topicOf("sma_2", "1S"));
    expect(told).toEqual(batchOver(await barsOf(world, "1S"), "sma_2"));
  });
});

describe("a run on disk", () => {
  test("of another version of its definition is worth nothing: it is made anew from the bars", async () => {
    const world = new World();
    await trades(world, 30);
    const socket = await connect(world);
    const topic = topicOf("sma_5", "1");
    subscribe(world, socket, [topic]);
    world.sql.exec("UPDATE indicator SET version = 99, run = '[0]'");
    world.restart();
    const watcher = new Watcher();
    watcher.hearAll([socket]);
    await trades(world, 5, MINUTE, START + 30 * MINUTE);
    watcher.hearAll([socket]);
    const batch = batchOver(await barsOf(world, "1"), "sma_5");
    expect(watcher.of(topic)).toEqual(batch.slice(-watcher.of(topic).length));
    expect(watcher.of(topic).length).toBeGreaterThan(4);
  });

  test("that nobody asked for after a load leaves with the next group", async () => {
    const world = new World();
    await trades(world, 3);
    world.sql.exec(
      "INSERT INTO indicator VALUES ('indicator.sma_5@1.X', 'base', 1, '[0]'), ('indicator.sma_5@1.X', 'now', 1, '[0]')",
    );
    world.restart();
    await trades(world, 1, MINUTE, START + 5 * MINUTE);
    expect(rows(world)).toEqual([]);
  });

  test("has a table in an object of the version before, whose rows stay", () => {
    const sql = memorySql();
    const before = SYMBOL_MIGRATIONS.findIndex(({ statements }) => statements.includes(INDICATOR_TABLE));
    migrateLocally(sql, SYMBOL_MIGRATIONS.slice(0, before));
    sql.exec("INSERT INTO bar_window VALUES ('1', 60000)");
    migrateLocally(sql, SYMBOL_MIGRATIONS);
    expect(sql.exec("SELECT oldest FROM bar_window")).toEqual([{ oldest: 60_000 }]);
    expect(sql.exec("SELECT * FROM indicator")).toEqual([]);
  });
});
