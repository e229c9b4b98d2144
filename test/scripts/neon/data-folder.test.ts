/** Who may use a data folder, and how a database comes into being in it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { ensureDatabase, lockDataFolder, openDatabase } from "../../../scripts/neon/data-folder.ts";
import { failureOf, startServer, temporaryFolder } from "./neon-fixture.ts";

const MAIN = fileURLToPath(new URL("../../../scripts/neon/main.ts", import.meta.url).href);

let parent: string;
let data: string;

beforeEach(() => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  parent = folder.path;
  data = join(parent, "pg");
});

/** Stands for initdb: what matters is only where it works, and that PG_VERSION is among what it leaves. */
async function make(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "PG_VERSION"), "18");
}

test("a second server on the same data is refused, in this process and in another, until the first is closed", async () => {
  const first = await startServer({ dataFolder: data });
  const message = `the Postgres data in ${data} is in use by another running server`;
  expect(await failureOf(startServer({ dataFolder: data }))).toMatchObject({ message });

  const other = spawnSync(process.execPath, [MAIN, "--data", data], { encoding: "utf8" });
  expect([other.status, other.stdout]).toEqual([1, ""]);
  expect(other.stderr).toContain(message);

  await first.close();
  lockDataFolder(data)();
});

test("the lock is given back by hand or by the end of the process, and the folder need not exist yet", () => {
  const unlock = lockDataFolder(join(parent, "not", "yet", "pg"));
  expect(() => lockDataFolder(join(parent, "not", "yet", "pg"))).toThrow("in use by another running server");
  unlock();
  lockDataFolder(join(parent, "not", "yet", "pg"))();
  const lockAndDie = `import { lockDataFolder } from ${JSON.stringify(MAIN.replace("main.ts", "data-folder.ts"))};
    lockDataFolder(${JSON.stringify(data)}); process.kill(process.pid, "SIGKILL");`;
  const killed = spawnSync(process.execPath, ["--input-type=module", "-e", lockAndDie]);
  expect(killed.signal).toBe("SIGKILL");
  lockDataFolder(data)();
});

test("a database that was not finished is not there, and the next start makes it whole", async () => {
  const halfway = async (folder: string) => {
    await make(folder);
    throw new Error("killed halfway");
  };
  expect(await failureOf(ensureDatabase(data, halfway, null))).toMatchObject({ message: "killed halfway" });
  expect(existsSync(data)).toBe(false);
  expect(await ensureDatabase(data, make, null)).toBe("made");
  expect(readdirSync(parent)).toEqual(["pg"]);
  expect(await ensureDatabase(data, halfway, null)).toBe("found");
});

test("a folder that holds something else is left alone, and an empty one is used", async () => {
  mkdirSync(data);
  expect(await ensureDatabase(data, make, null)).toBe("made");
  const photos = join(parent, "photos");
  mkdirSync(photos);
  writeFileSync(join(photos, "cat.jpg"), "cat");
  expect(await failureOf(ensureDatabase(photos, make, null))).toMatchObject({
    message: `${photos} holds something other than a Postgres database`,
  });
  expect(readdirSync(photos)).toEqual(["cat.jpg"]);
});

test("a template is made once, copied after that, and never opened", async () => {
  const template = join(parent, "cache", "template");
  const made: string[] = [];
  const counting = async (folder: string) => {
    made.push(folder);
    await make(folder);
  };
  expect(await ensureDatabase(data, counting, template)).toBe("copied");
  expect(await ensureDatabase(join(parent, "second"), counting, template)).toBe("copied");
  expect(made).toHaveLength(1);
  expect(made[0]).not.toBe(template);
  expect(readdirSync(join(parent, "cache"))).toEqual(["template"]);
  writeFileSync(join(data, "PG_VERSION"), "changed");
  expect(readFileSync(join(template, "PG_VERSION"), "utf8")).toBe("18");
});

test("two that make the same template at once both get a database", async () => {
  const template = join(parent, "cache", "template");
  const [one, two] = [join(parent, "one"), join(parent, "two")];
  expect(await Promise.all([one, two].map((folder) => ensureDatabase(folder, make, template)))).toEqual([
    "copied",
    "copied",
  ]);
  expect(readdirSync(join(parent, "cache"))).toEqual(["template"]);
});

test("where a template cannot be kept, the database is made without one", async () => {
  writeFileSync(join(parent, "cache"), "a file where a folder should be");
  expect(await ensureDatabase(data, make, join(parent, "cache", "template"))).toBe("made");
});

test("a damaged template is thrown away, and the database is made without it", async () => {
  const template = join(parent, "template");
  await make(template);
  writeFileSync(join(template, "damaged"), "");
  const open = async (folder: string) => {
    if (existsSync(join(folder, "damaged"))) throw new Error("PANIC");
    return folder;
  };
  expect(await openDatabase(data, template, { make, open })).toBe(data);
  expect(readdirSync(parent)).toEqual(["pg"]);
});

test("a database that does not open is left as it is, whatever the template", async () => {
  const template = join(parent, "template");
  await make(template);
  await make(data);
  writeFileSync(join(data, "rows"), "precious");
  const open = () => Promise.reject(new Error("PANIC"));
  expect(await failureOf(openDatabase(data, template, { make, open }))).toMatchObject({ message: "PANIC" });
  expect(readdirSync(data)).toEqual(["PG_VERSION", "rows"]);
});
