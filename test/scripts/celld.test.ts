import { afterAll, describe, expect, test } from "vitest";
import { celldConfig } from "../../scripts/celld.ts";
import { plant } from "./planted.ts";

const planted = plant({
  "wrangler.toml": [
    'name = "planted"',
    'main = "src/worker.ts"',
    'compatibility_date = "2026-11-01"',
    "workers_dev = true",
    "[observability]",
    "enabled = true",
    "[assets]",
    'directory = "dist/assets"',
    'binding = "ASSETS"',
    "[triggers]",
    'crons = ["* * * * *"]',
    "[vars]",
    'LOG_LEVEL = "info"',
    "[[durable_objects.bindings]]",
    'name = "LANE"',
    'class_name = "Lane"',
    "[[migrations]]",
    'tag = "v1"',
    'new_sqlite_classes = ["Lane"]',
  ].join("\n"),
});
afterAll(planted.remove);

const read = (text: string): Record<string, unknown> => JSON.parse(text.replace(/^\/\/.*$/m, ""));

describe("the configuration for celld", () => {
  test("holds every key that celld understands, and no other", () => {
    expect(read(celldConfig(planted.root))).toEqual({
      name: "planted",
      main: "src/worker.ts",
      compatibility_date: "2026-11-01",
      durable_objects: { bindings: [{ name: "LANE", class_name: "Lane" }] },
      migrations: [{ tag: "v1", new_sqlite_classes: ["Lane"] }],
      assets: { directory: "dist/assets", binding: "ASSETS" },
      triggers: { crons: ["* * * * *"] },
      vars: { LOG_LEVEL: "info" },
    });
  });

  test("of this project names each actor class once, in a binding and in a migration", () => {
    const config = read(celldConfig(process.cwd())) as {
      durable_objects: { bindings: { class_name: string }[] };
      migrations: { new_sqlite_classes: string[] }[];
    };
    const bound = config.durable_objects.bindings.map(({ class_name }) => class_name);
    const migrated = config.migrations.flatMap(({ new_sqlite_classes }) => new_sqlite_classes);
    expect(migrated.toSorted()).toEqual(bound.toSorted());
    expect(new Set(bound).size).toBe(bound.length);
  });
});
