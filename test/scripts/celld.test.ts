/** What `npm run celld` derives, what it refuses, and that the derived bundle starts on a bare workerd. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { buildAssets } from "../../scripts/assets.ts";
import { Workerd } from "../../scripts/bench/workerd.ts";
import { celldConfig, configFindings } from "../../scripts/celld/config.ts";
import { type CelldFolder, deriveCelld } from "../../scripts/celld.ts";
import { ApiClient } from "../../scripts/client.ts";
import { freePort } from "../../scripts/faults/stack.ts";
import { type Planted, plant } from "./planted.ts";

const PROJECT = process.cwd();
const CONFIG = [
  'name = "planted"',
  'main = "src/worker.ts"',
  'compatibility_date = "2026-11-01"',
  "[observability]",
  "enabled = true",
  "[assets]",
  'directory = "dist/assets"',
  'binding = "ASSETS"',
  "run_worker_first = true",
  "[triggers]",
  'crons = ["* * * * *", "5 0 * * *"]',
  "[vars]",
  'LOG_LEVEL = "info"',
  "[[durable_objects.bindings]]",
  'name = "LANE"',
  'class_name = "Lane"',
  "[[migrations]]",
  'tag = "v1"',
  'new_sqlite_classes = ["Lane"]',
].join("\n");

const CLEAN = {
  "wrangler.toml": CONFIG,
  "dist/assets/page.html": "<p>planted</p>",
  "src/worker.ts": [
    'import { DurableObject } from "cloudflare:workers";',
    'import { said } from "./said.ts";',
    "// caches, node:fs and setInterval in a comment are only words.",
    'export class Lane extends DurableObject { say() { return "HTMLRewriter in a text is only a word"; } }',
    "export default { fetch: () => Response.json({ said, at: performance.now() }) };",
  ].join("\n"),
  "src/said.ts": [
    'import { own } from "../vendored/node_modules/own/index.js";',
    'export const said = typeof document === "undefined" ? own() : document.title;',
    "export const order = { facetsOf: 1, setInterval: 2 }.setInterval;",
    "console.log(said, order, navigator.userAgent, said instanceof Function);",
  ].join("\n"),
  "vendored/node_modules/own/index.js": [
    "const process = { env: 1 };",
    "const caches = (Buffer) => Buffer + process.env + { process }.process.env;",
    "export const own = () => caches(crypto.randomUUID());",
  ].join("\n"),
};

/** One rule and a line that breaks it. */
const VIOLATIONS: readonly (readonly [rule: string, line: string])[] = [
  ["module", 'import { readFileSync } from "node:fs"; console.log(readFileSync);'],
  ["module", 'import { connect } from "cloudflare:sockets"; console.log(connect);'],
  ["module", 'export const load = () => import("node:crypto");'],
  ["module", "export const load = (name: string) => import(name);"],
  ["global", "export const hit = (request: Request) => caches.default.match(request);"],
  ["global", "export const rewriter = new HTMLRewriter();"],
  ["global", "export const key = process.env.KEY;"],
  ["global", 'export const bytes = Buffer.from("x");'],
  ["global", "export const beat = () => setInterval(() => {}, 1_000);"],
  ["global", "export const channel = new MessageChannel();"],
  ["global", 'export const made = new Function("return 1");'],
  ["global", 'export const run = () => eval("1");'],
  ["global", "export const kept = { caches };"],
  ["global", 'export const title = typeof window === "undefined" ? "" : document.title;'],
  ["global-this", "export const hit = () => globalThis.caches;"],
  ["global-this", 'export const env = globalThis["process"];'],
  ["member", "export const start = performance.timeOrigin;"],
  ["member", 'export const mark = () => performance.mark("x");'],
  ["member", "export const show = (rows: object[]) => console.table(rows);"],
  ["member", 'export const home = () => Response.redirect("https://a.example");'],
  ["member", "export const stream = () => ReadableStream.from([1]);"],
  ["member", "export const of = (self: any) => self.ctx.facets.get;"],
  ["member", "export const of = (state: any, ws: WebSocket) => state.getTags(ws);"],
  ["member", "export const of = (ctx: any) => ctx.exports.Lane;"],
  ["member", "export const wrap = (keys: any[]) => crypto.subtle.wrapKey(...keys);"],
  ["socket-tags", 'export const of = (ctx: any, ws: WebSocket) => ctx.acceptWebSocket(ws, ["a"]);'],
  ["socket-tags", 'export const of = (ctx: any) => ctx.getWebSockets("a");'],
  ["algorithm", 'export const algorithm = { name: "PBKDF2" };'],
  ["algorithm", 'export const algorithm = "HKDF";'],
  ["fetch-option", 'export const get = () => fetch("https://a.example", { cf: { cacheTtl: 1 } });'],
  ["fetch-option", 'export const get = () => new Request("https://a.example", { cache: "no-store" });'],
];

const read = (text: string): Record<string, unknown> => JSON.parse(text.replace(/^\/\/.*$/m, ""));

const roots: Planted[] = [];
const folders: string[] = [];
afterAll(() => {
  for (const { remove } of roots) remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function planted(files: Readonly<Record<string, string>>): string {
  const made = plant(files);
  roots.push(made);
  return made.root;
}
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "outcry-celld-"));
  folders.push(made);
  return made;
}

const fileOf = (row: number): string => `src/loose-${row}.ts`;
let made: Promise<CelldFolder> | undefined;
/** One bundle with a module for each violation. */
function red(): Promise<CelldFolder> {
  made ??= deriveRed();
  return made;
}
async function deriveRed(): Promise<CelldFolder> {
  const rows = VIOLATIONS.map(([, line], row) => [fileOf(row), `// A comment.\n\n${line}\n`] as const);
  const imports = rows.map((_, row) => `export * as loose${row} from "./loose-${row}.ts";\n`).join("");
  const worker = `${imports}${CLEAN["src/worker.ts"]}`;
  const root = planted({ ...CLEAN, ...Object.fromEntries(rows), "src/worker.ts": worker });
  return deriveCelld(root, join(root, "dist/celld"));
}

describe("the configuration for celld", () => {
  test("names the bundle and the assets beside it, and holds every key that celld understands and no other", () => {
    expect(read(celldConfig(planted(CLEAN)))).toEqual({
      ...{ name: "planted", main: "worker.js", no_bundle: true, compatibility_date: "2026-11-01" },
      durable_objects: { bindings: [{ name: "LANE", class_name: "Lane" }] },
      migrations: [{ tag: "v1", new_sqlite_classes: ["Lane"] }],
      assets: { directory: "assets", binding: "ASSETS", run_worker_first: true },
      triggers: { crons: ["* * * * *", "5 0 * * *"] },
      vars: { LOG_LEVEL: "info" },
    });
  });

  test("of this project names each actor class once, in a binding and in a migration", () => {
    const config = read(celldConfig(PROJECT)) as {
      durable_objects: { bindings: { class_name: string }[] };
      migrations: { new_sqlite_classes: string[] }[];
    };
    const bound = config.durable_objects.bindings.map(({ class_name }) => class_name);
    const migrated = config.migrations.flatMap(({ new_sqlite_classes }) => new_sqlite_classes);
    expect(migrated.toSorted()).toEqual(bound.toSorted());
    expect(new Set(bound).size).toBe(bound.length);
  });

  test.each([
    [
      "a renamed class",
      '[[migrations]]\ntag = "v2"\nrenamed_classes = [{ from = "A", to = "B" }]',
      "renamed_classes",
    ],
    ["a cron with a question mark", "", "5 0 ? * *"],
    ["a cron on the day that celld does not count from", "", "5 0 * * 0"],
    ["a cron with four fields", "", "5 0 * *"],
  ])("with %s is refused", (_, more, what) => {
    const config = more === "" ? CONFIG.replace("5 0 * * *", what) : `${CONFIG}\n${more}`;
    const messages = configFindings(planted({ "wrangler.toml": config })).map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining(what)]);
  });
});

describe("the bundle for celld", () => {
  test("is one module that imports the host alone, beside its assets", async () => {
    const root = planted(CLEAN);
    const target = join(root, "dist/celld");
    const { findings } = await deriveCelld(root, target);
    expect(findings).toEqual([]);
    const bundle = readFileSync(join(target, "worker.js"), "utf8");
    expect([...bundle.matchAll(/\bimport\b.*from "(.*)"/g)].map((match) => match[1])).toEqual([
      "cloudflare:workers",
    ]);
    expect(readFileSync(join(target, "assets/page.html"), "utf8")).toContain("planted");
    expect(read(readFileSync(join(target, "wrangler.jsonc"), "utf8"))).toMatchObject({ main: "worker.js" });
  });

  test.each(VIOLATIONS.map(([rule, line], row) => [rule, line, row] as const))(
    "is refused on %s: %s",
    async (rule, _, row) => {
      const { findings } = await red();
      const here = findings.filter(({ file, rule: found }) => file === fileOf(row) && found === rule);
      expect(here.map(({ line }) => line)).toContain(3);
    },
  );

  test("is not there where something was found, nor is an older one", async () => {
    const root = planted({
      ...CLEAN,
      "wrangler.toml": `${CONFIG}\n[[kv_namespaces]]\nbinding = "KEYS"\nid = "1"`,
    });
    const target = join(root, "dist/celld");
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "worker.js"), "an older one");
    expect((await deriveCelld(root, target)).findings).toHaveLength(1);
    expect(existsSync(target)).toBe(false);
  });

  test("is refused for what a package does as well, with the package's own file and line", async () => {
    const root = planted({
      ...CLEAN,
      "src/worker.ts": `import { x } from "../vendored/node_modules/odd/index.js";\n${CLEAN["src/worker.ts"]}\nexport { x };`,
      "vendored/node_modules/odd/index.js": "\nexport const x = () => setInterval(() => {}, 1);\n",
    });
    expect((await deriveCelld(root, join(root, "dist/celld"))).findings).toEqual([
      expect.objectContaining({ rule: "global", file: "vendored/node_modules/odd/index.js", line: 2 }),
    ]);
  });

  test("is refused where it is said that a package does something, and it does not any more", async () => {
    const root = planted({
      ...CLEAN,
      "src/worker.ts": `import { fire } from "../vendored/node_modules/hono/index.js";\n${CLEAN["src/worker.ts"]}\nexport { fire };`,
      "vendored/node_modules/hono/index.js": "export const fire = () => 1;\n",
    });
    expect((await deriveCelld(root, join(root, "dist/celld"))).findings).toEqual([
      expect.objectContaining({
        rule: "tolerated-in-vain",
        message: expect.stringContaining("addEventListener"),
      }),
    ]);
  });
});

describe("this project's bundle", () => {
  test("has nothing outside the portable subset, and serves calls and actors on a bare workerd", async () => {
    const made = folder();
    buildAssets(PROJECT);
    const { findings } = await deriveCelld(PROJECT, join(made, "celld"));
    expect(findings).toEqual([]);
    const config = read(readFileSync(join(made, "celld/wrangler.jsonc"), "utf8")) as {
      compatibility_date: string;
      vars: Record<string, string>;
      durable_objects: { bindings: { name: string; class_name: string }[] };
    };
    const rootKey = randomBytes(24).toString("hex");
    const workerd = await Workerd.start({
      ...{ folder: made, file: join(made, "celld/worker.js"), port: await freePort() },
      compatibilityDate: config.compatibility_date,
      actors: Object.fromEntries(config.durable_objects.bindings.map((one) => [one.name, one.class_name])),
      variables: {
        ...config.vars,
        ...{ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none", LOG_LEVEL: "error" },
        CURSOR_KEY: randomBytes(24).toString("hex"),
        ROOT_KEY_SHA256: createHash("sha256").update(rootKey).digest("hex"),
      },
    });
    try {
      const api = new ApiClient({ url: workerd.url, apiKey: rootKey });
      expect(await api.get("/health/live")).toMatchObject({ status: "live" });
      const symbol = "TEST:CELLD";
      await api.put(`/v1/instruments/${symbol}`, {
        ...{ description: symbol, type: "equity", exchange: "TEST", currency: "USD", tickSize: "0.01" },
        ...{ lotSize: "1", multiplier: "1", timezone: "UTC", session: "24x7", status: "active" },
      });
      const tick = { type: "trade", symbol, ts: Date.now(), price: "12.5", size: "3", id: "1" };
      expect(await api.postTicks("celld", [tick])).toMatchObject({ accepted: 1 });
      expect(await api.get(`/v1/symbols/${symbol}/quote`)).toMatchObject({
        last: { price: "12.5", size: "3" },
      });
    } finally {
      await workerd.stop();
    }
  });
});
