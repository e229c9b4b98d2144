/**
 * I5: nothing grows without a declared bound, and no bound is declared without a test that goes past it.
 * Discovers actors on disk, so a new actor, table, or field of state is held to the rule from its first day.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { Bound } from "../../actors/runtime/bounds.ts";
import { breakerWindowBound } from "../../actors/runtime/breaker.ts";
import { breakerBound } from "../../actors/runtime/breaker-rows.ts";
import { IDEMPOTENCY_KEYS_MAX, idempotencyBounds } from "../../actors/runtime/idempotency.ts";
import { inboxBound } from "../../actors/runtime/inbox.ts";
import {
  type LocalMigration,
  localMigrationsBound,
  migrateLocally,
} from "../../actors/runtime/local-migrations.ts";
import { outboxBounds } from "../../actors/runtime/outbox.ts";
import { socketBounds } from "../../actors/runtime/sockets.ts";
import { timersBound } from "../../actors/runtime/timers.ts";
import { memorySql } from "../support/node-sql.ts";
import { stateCollections } from "./state-collections.ts";

const ROOT = join(import.meta.dirname, "../..");
const ACTORS = readdirSync(join(ROOT, "actors")).filter(
  (name) => name !== "runtime" && existsSync(join(ROOT, "actors", name, `${name}.ts`)),
);

/** What the bricks keep, whichever actor they serve: proven once, under `runtime`. */
const BRICK_BOUNDS: readonly Bound[] = [
  ...outboxBounds,
  ...idempotencyBounds(IDEMPOTENCY_KEYS_MAX),
  inboxBound,
  timersBound,
  localMigrationsBound,
  ...socketBounds,
  breakerBound,
  breakerWindowBound,
];
const OF_BRICKS = new Set<string>(BRICK_BOUNDS.map((bound) => bound.collection));

const TESTS = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(join(ROOT, "test", path), "utf8"))
  .join("\n");

const hasTest = (owner: string, collection: string): boolean =>
  new RegExp(`["'\`]bound ${owner}/${collection}\\b(?![-:/])|["'\`]bound ${owner}/${collection}:`).test(
    TESTS,
  );

async function load<Module>(actor: string, file: string): Promise<Module | undefined> {
  const path = join(ROOT, "actors", actor, file);
  if (!existsSync(path)) return undefined;
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Module;
}

async function boundsOf(actor: string): Promise<readonly Bound[]> {
  const bounds = await load<{ BOUNDS?: readonly Bound[] }>(actor, "bounds.ts");
  return bounds?.BOUNDS ?? [];
}

/** The tables that the actor's exported local migrations make; none for an actor that stores nothing. */
async function tablesOf(actor: string): Promise<string[]> {
  const store = await load<Record<string, unknown>>(actor, "store.ts");
  if (store === undefined) return [];
  const migrations = Object.entries(store).find(([name]) => /MIGRATIONS$/.test(name))?.[1];
  expect(migrations, `actors/${actor}/store.ts exports its migrations`).toBeDefined();
  const sql = memorySql();
  migrateLocally(sql, migrations as readonly LocalMigration[]);
  const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  sql.close();
  return tables.map(({ name }) => `table:${name}`).filter((table) => !table.startsWith("table:sqlite_"));
}

function stateFields(actor: string): string[] {
  const path = join(ROOT, "actors", actor, "state.ts");
  return existsSync(path) ? stateCollections(readFileSync(path, "utf8")) : [];
}

describe.each(ACTORS)("I5: %s", (actor) => {
  test("declares a bound for each table that its migrations make, and for no other", async () => {
    const declared = (await boundsOf(actor)).map(({ collection }) => collection);
    const tables = await tablesOf(actor);
    const own = (collections: readonly string[]) =>
      collections.filter((each) => each.startsWith("table:") && !OF_BRICKS.has(each)).toSorted();
    expect(own(declared)).toEqual(own(tables));
  });

  test("declares a bound for each map, set and list of its state", async () => {
    const declared = new Set((await boundsOf(actor)).map(({ collection }) => collection as string));
    expect(stateFields(actor).filter((field) => !declared.has(`state:${field}`))).toEqual([]);
  });

  test("declares each collection once, with a size and what happens there", async () => {
    const bounds = await boundsOf(actor);
    expect(new Set(bounds.map(({ collection }) => collection)).size).toBe(bounds.length);
    for (const { collection, max, atBound } of bounds) {
      expect(collection).toMatch(/^(table|state|memory):\w[\w-]*$/);
      expect(Number.isSafeInteger(max) && max > 0, `${collection} has a size`).toBe(true);
      expect(atBound, `${collection} says what happens in a sentence`).toMatch(/^[A-Z].*\.$/s);
    }
  });

  test("has a test that drives each of its collections past the bound", async () => {
    const own = (await boundsOf(actor)).filter(({ collection }) => !OF_BRICKS.has(collection));
    expect(
      own.map(({ collection }) => collection).filter((collection) => !hasTest(actor, collection)),
    ).toEqual([]);
  });
});

test("I5: each bound of the bricks has a test that drives it there", () => {
  expect([...OF_BRICKS].filter((collection) => !hasTest("runtime", collection))).toEqual([]);
});

describe("the registry itself", () => {
  test("sees maps, sets and lists in the type that initialState returns, and nothing in the types of their entries", () => {
    const text = `
      export type Entry = { readonly tags: readonly string[] };
      export type LaneState = {
        readonly byId: Map<string, Entry>;
        seen: ReadonlySet<string>;
        rows: Entry[];
        readonly spans: readonly Span[];
        list: ReadonlyArray<Entry>;
        pair: readonly [number, number];
        maybe?: Map<string, Entry> | undefined;
        name: string;
      };
      export const initialState = (): LaneState => ({}) as LaneState;`;
    expect(stateCollections(text)).toEqual(["byId", "seen", "rows", "spans", "list", "maybe"]);
  });

  test("does not take the test of one collection for that of another", () => {
    expect(hasTest("runtime", "table:outbox")).toBe(true);
    expect(hasTest("runtime", "table:outb")).toBe(false);
    expect(hasTest("nobody", "table:outbox")).toBe(false);
  });
});
