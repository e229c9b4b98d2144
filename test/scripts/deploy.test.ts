/** What stops a deployment before anything of it is sent. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { preflight, type Ran, type Surroundings } from "../../scripts/deploy/preflight.ts";
import { MigrationError } from "../../scripts/migrate.ts";
import { sourceFiles } from "../../scripts/source-files.ts";
import { VARIABLE_RULES, variableFaults } from "../../src/env.ts";

const PROJECT = process.cwd();
const SECRETS = {
  DATABASE_URL: "postgresql://user:canary@ep-quiet-1.eu-central-1.aws.neon.tech/neondb?sslmode=require",
  CURSOR_KEY: "canary-canary-canary-canary-canary",
  ROOT_KEY_SHA256: "c0ffee00".repeat(8),
};
const LISTED = (...names: string[]): Ran => ({
  code: 0,
  output: `\n${JSON.stringify(names.map((name) => ({ name, type: "secret_text" })))}\n`,
});
const NO_WORKER: Ran = {
  code: 1,
  output:
    '✘ [ERROR] Worker "outcry" not found.\n\nIf this is a new Worker, run `wrangler deploy` first to create it.',
};

type Told = { whoami?: number; list?: Ran };
const here = (
  changes: Partial<Surroundings> = {},
  { whoami = 0, list = LISTED() }: Told = {},
): Surroundings => ({
  wrangler: async ([command]) => (command === "whoami" ? { code: whoami, output: "{}" } : list),
  vars: { CORS_ORIGINS: "", LOG_LEVEL: "info" },
  variables: SECRETS,
  sendsSecrets: true,
  pending: async () => [],
  ...changes,
});

async function refusals(changes: Partial<Surroundings>, told?: Told): Promise<readonly string[]> {
  const found = await preflight(here(changes, told));
  expect(JSON.stringify(found)).not.toContain("canary");
  return found.refusals;
}

describe("a deployment", () => {
  test("with its secrets in the environment has what it needs, also as the first of its Worker", async () => {
    expect(await preflight(here())).toEqual({ refusals: [], warnings: [] });
    expect(await preflight(here({}, { list: NO_WORKER }))).toEqual({ refusals: [], warnings: [] });
  });

  test("with its secrets at Cloudflare has what it needs, and says what it could not look at", async () => {
    const list = LISTED("DATABASE_URL", "CURSOR_KEY");
    expect(await preflight(here({ variables: {}, sendsSecrets: false }, { list }))).toEqual({
      refusals: [],
      warnings: [expect.stringContaining("whether the migrations have run was not looked at")],
    });
  });

  test("without a login is refused with both ways to log in", async () => {
    expect(await refusals({}, { whoami: 1 })).toEqual([
      expect.stringMatching(/not logged in at Cloudflare: .*npx wrangler login.*CLOUDFLARE_API_TOKEN/),
    ]);
  });

  test.each([
    ["a Worker that is new", NO_WORKER],
    ["a Worker that has none", LISTED()],
  ])("without secrets, of %s, is refused with the commands that set them", async (_, list) => {
    const changes = { sendsSecrets: false };
    expect(await refusals(changes, { list })).toEqual([
      expect.stringMatching(
        /^secrets are missing: DATABASE_URL, CURSOR_KEY\. .*secret put DATABASE_URL.*npm run deploy -- --secrets/,
      ),
    ]);
  });

  test("that is to send a secret that the environment lacks is refused", async () => {
    const { CURSOR_KEY: _, ...variables } = SECRETS;
    expect(await refusals({ variables })).toEqual([
      expect.stringMatching(/^a secret is missing: CURSOR_KEY\. .*\.env/),
    ]);
    expect(await refusals({ variables }, { list: LISTED("CURSOR_KEY") })).toEqual([]);
  });

  test("whose secrets cannot be listed is refused with wrangler's own words", async () => {
    const list = { code: 1, output: "✘ [ERROR] More than one account available but unable to select one" };
    expect(await refusals({}, { list })).toEqual([
      expect.stringContaining("More than one account available"),
    ]);
  });

  test.each([
    [
      "a setting",
      { vars: { LOG_LEVEL: "verbose-canary" } },
      "LOG_LEVEL is malformed: it has to be one of debug",
    ],
    [
      "origins",
      { vars: { CORS_ORIGINS: "canary.example" } },
      "CORS_ORIGINS is malformed: it has to be origins",
    ],
    ["a short key", { variables: { ...SECRETS, CURSOR_KEY: "canary" } }, "CURSOR_KEY is malformed"],
    ["an empty digest", { variables: { ...SECRETS, ROOT_KEY_SHA256: "" } }, "ROOT_KEY_SHA256 is malformed"],
    ["no database", { variables: { ...SECRETS, DATABASE_URL: "canary" } }, "DATABASE_URL is malformed"],
  ])("with %s that breaks its rule is refused with the rule", async (_, changes, said) => {
    expect(await refusals(changes)).toEqual([expect.stringContaining(said)]);
  });

  test("to a database on this machine is refused: Cloudflare cannot reach it", async () => {
    const variables = { ...SECRETS, DATABASE_URL: "postgres://user:canary@localhost:5432/outcry" };
    expect(await refusals({ variables })).toEqual([
      expect.stringContaining("DATABASE_URL names localhost, this machine"),
    ]);
  });

  test("to a database that lacks migrations is refused with the command that runs them", async () => {
    expect(await refusals({ pending: async () => ["0002_second.sql"] })).toEqual([
      expect.stringMatching(/lacks 0002_second\.sql: run `npm run migrate` first/),
    ]);
  });

  test("to a database that does not answer is refused", async () => {
    const pending = () =>
      Promise.reject(new MigrationError("the database at ep-x.neon.tech does not answer"));
    expect(await refusals({ pending })).toEqual(["the database at ep-x.neon.tech does not answer"]);
  });

  test("without a root key is told that nobody can make the first API key, as long as there is none", async () => {
    const { ROOT_KEY_SHA256: _, ...variables } = SECRETS;
    const first = await preflight(here({ variables }, { list: NO_WORKER }));
    expect(first).toEqual({ refusals: [], warnings: [expect.stringContaining("no ROOT_KEY_SHA256")] });
    expect((await preflight(here({ variables }, { list: LISTED("DATABASE_URL") }))).warnings).toEqual([]);
  });
});

describe("the commands of a deployment", () => {
  const home = mkdtempSync(join(tmpdir(), "outcry-deploy-"));
  writeFileSync(join(home, "empty.env"), "");
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const run = (script: string, args: readonly string[], variables: Readonly<Record<string, string>>) => {
    const { PATH = "" } = process.env;
    // Whatever a .env of this folder holds, it is not to be met here.
    const nothing = ["--dotenv", join(home, "empty.env")];
    const env = { PATH, HOME: home, XDG_CONFIG_HOME: home, CI: "true", ...variables };
    return spawnSync(process.execPath, [script, ...args, ...nothing], {
      cwd: PROJECT,
      env,
      encoding: "utf8",
    });
  };

  test("deploy, on a machine that is not logged in, ends with 1 and sends nothing", () => {
    const { status, stderr, stdout } = run("scripts/deploy.ts", ["--secrets"], { CURSOR_KEY: "canary" });
    expect(status).toBe(1);
    expect(stderr).toContain("not logged in at Cloudflare");
    expect(stderr).toContain("CURSOR_KEY is malformed");
    expect(stderr.trim().split("\n").at(-1)).toBe("deploy: nothing was sent.");
    expect(stdout + stderr).not.toContain("canary");
  });

  test.each([
    ["no database", {}, "DATABASE_URL is missing: it has to be a Postgres connection string"],
    ["another database", { DATABASE_URL: "mysql://u:canary@h/d" }, "DATABASE_URL is malformed"],
    ["an absent one", { DATABASE_URL: "postgres://u:canary@127.0.0.1:1/d" }, "127.0.0.1 does not answer"],
    ["a strange host", { DATABASE_URL: "postgres://u:canary@db.invalid/d" }, "this host is not Neon's"],
  ])("migrate, with %s, ends early with clear words", (_, variables, said) => {
    const { status, stderr } = run("scripts/migrate.ts", [], variables);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain("canary");
    expect(status).toBe(1);
  });
});

test("a command with an environment file that is not there says so", () => {
  const args = ["scripts/migrate.ts", "--dotenv", "/nowhere/.env"];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: PROJECT, encoding: "utf8" });
  expect(stderr).toContain("--dotenv: there is no /nowhere/.env");
  expect(status).toBe(1);
});

describe(".env.example", () => {
  const text = readFileSync(join(PROJECT, ".env.example"), "utf8");
  const named = new Set([...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]));

  test("explains every variable of the Worker and of the commands, and no other", () => {
    // Read by programs that another of ours starts, or set by npm and the system.
    const inner = ["NEON_PASSWORD", "NEON_FAULTS", "PATH", "NODE_ENV"];
    const wranglers = ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"];
    const read = sourceFiles(PROJECT, ["scripts"]).flatMap(({ path, text: code }) =>
      path.startsWith("scripts/bench")
        ? []
        : [...code.matchAll(/(?:process\.env|variables|env)\["([A-Z][A-Z0-9_]+)"\]|\b(CHROMIUM_PATH)\b/g)],
    );
    const known = [
      ...Object.keys(VARIABLE_RULES),
      ...wranglers,
      ...read.map((match) => match[1] ?? match[2] ?? ""),
    ];
    expect([...named].toSorted()).toEqual(
      [...new Set(known)].filter((name) => !inner.includes(name)).toSorted(),
    );
  });

  test("holds no value that would pass for a secret", () => {
    const faults = variableFaults(parseEnv(text)).map(({ name }) => name);
    expect(faults).toEqual(["DATABASE_URL", "CURSOR_KEY"]);
  });

  test("is kept by git, and what is made of it is not", () => {
    const ignored = spawnSync("git", ["check-ignore", ".env", ".env.production", ".env.example"], {
      cwd: PROJECT,
      encoding: "utf8",
    });
    expect(ignored.stdout.trim().split("\n")).toEqual([".env", ".env.production"]);
  });
});
