import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import { BOUNDS } from "../../../actors/symbol/bounds.ts";
import { SYMBOL_MIGRATIONS } from "../../../actors/symbol/store.ts";
import { memorySql } from "../../support/node-sql.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import { World } from "./pit-world.ts";

const SPLIT = { type: "split", exDate: "2023-11-10", from: "1", to: "4" } as const;
const record = (world: World, id: string): Promise<ActorReply<string>> =>
  world.pit.actions.record(envelope(), JSON.stringify({ ...SPLIT, id }));

const maxOf = (collection: string): number =>
  BOUNDS.find((bound) => bound.collection === collection)?.max ?? 0;

describe("bounds", () => {
  const full = async (): Promise<World> => {
    const world = new World();
    const max = maxOf("table:corporate_action");
    for (let done = 0; done < max; done += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => record(world, `s${done + index}`)));
    return world;
  };

  test("bound symbol/table:corporate_action: a further one is refused, a repeat is answered, and revoking makes no room", async () => {
    const world = await full();
    const count = () => world.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM corporate_action")[0]?.n;
    expect(await record(world, "more")).toMatchObject({ code: "too-many" });
    expect(await record(world, "s7")).toMatchObject({ ok: true });
    await world.pit.actions.revoke(envelope(), "s7");
    expect(await record(world, "more")).toMatchObject({ code: "too-many" });
    expect(count()).toBe(maxOf("table:corporate_action"));
  });

  test("bound symbol/memory:corporateActions: what is remembered is what is on disk, and no more", async () => {
    const world = await full();
    await record(world, "more");
    expect(world.pit.actions.rows.all.size).toBe(maxOf("memory:corporateActions"));
    world.restart();
    expect(world.pit.actions.rows.all.size).toBe(maxOf("memory:corporateActions"));
  });
});

test("an object of the version before gets its table, and keeps what it has", async () => {
  const sql = memorySql();
  const own = SYMBOL_MIGRATIONS.findIndex(({ statements }) =>
    statements.some((each) => each.includes("corporate_action")),
  );
  migrateLocally(sql, SYMBOL_MIGRATIONS.slice(0, own));
  sql.exec("INSERT INTO bar_window (resolution, oldest) VALUES ('1D', 5)");
  migrateLocally(sql, SYMBOL_MIGRATIONS);
  expect(sql.exec("SELECT * FROM corporate_action")).toEqual([]);
  expect(sql.exec("SELECT oldest FROM bar_window")).toEqual([{ oldest: 5 }]);
});
