/** kill -9 of the server at any moment: what was acknowledged is there, and nothing is there by half. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { neon } from "@neondatabase/serverless";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "./neon-fixture.ts";

const MAIN = fileURLToPath(new URL("../../../scripts/neon/main.ts", import.meta.url).href);

/** Enough to meet a commit, a checkpoint or a recovery in the middle now and then; more belong to the fault tests. */
const KILLS = 3;

interface Running {
  readonly process: ChildProcess;
  readonly databaseUrl: string;
}

function launch(dataFolder: string): ChildProcess {
  const child = spawn(process.execPath, [MAIN, "--data", dataFolder], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

async function start(dataFolder: string): Promise<Running> {
  const child = launch(dataFolder);
  if (child.stdout === null) throw new Error("its output is piped");
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith("Neon ready ")) {
      return { process: child, databaseUrl: JSON.parse(line.slice("Neon ready ".length)).databaseUrl };
    }
  }
  throw new Error("it ended before it was ready");
}

async function killAfter(child: ChildProcess, ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** Writes batches of three rows, one after another, until the server is gone; the ids of those acknowledged are kept. */
async function writeUntilGone(
  databaseUrl: string,
  ids: Iterator<number>,
  acknowledged: Set<number>,
): Promise<void> {
  const query = neon(databaseUrl);
  try {
    for (;;) {
      const id: number = ids.next().value;
      await query.transaction([
        query`INSERT INTO fill SELECT ${id}::int, 1, repeat('x', 2000)`,
        query`INSERT INTO fill SELECT ${id}::int, 2, repeat('y', 2000)`,
        query`INSERT INTO mark VALUES (${id}::int)`,
      ]);
      acknowledged.add(id);
    }
  } catch (error) {
    // Killed under this request: whether it took effect is unknown.
    if (!String(error).includes("Error connecting to database")) throw error;
  }
}

function* counted(): Generator<number> {
  for (let id = 1; ; id++) yield id;
}

test("a kill -9 loses nothing acknowledged and leaves nothing by half, also while the database is made or opened", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const dataFolder = join(folder.path, "pg");
  const acknowledged = new Set<number>();
  const ids = counted();

  for (const ms of [150, 300, 450]) await killAfter(launch(dataFolder), ms);
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await start(dataFolder);
    const query = neon(server.databaseUrl);
    await query`CREATE TABLE IF NOT EXISTS fill (id int, part int, text text, PRIMARY KEY (id, part))`;
    await query`CREATE TABLE IF NOT EXISTS mark (id int PRIMARY KEY)`;
    await Promise.all([
      killAfter(server.process, 150 + Math.random() * 600),
      ...[1, 2, 3].map(() => writeUntilGone(server.databaseUrl, ids, acknowledged)),
    ]);
  }

  const last = await start(dataFolder);
  const query = neon(last.databaseUrl);
  const rows = await query`
    SELECT id, count(*)::int AS parts, bool_and(length(text) = 2000) AS whole, count(mark.id)::int AS marks
    FROM fill FULL JOIN mark USING (id) GROUP BY id`;
  const present = new Set(rows.map((row) => row["id"]));
  expect(acknowledged.size).toBeGreaterThan(KILLS * 5);
  expect([...acknowledged].filter((id) => !present.has(id))).toEqual([]);
  expect(rows.filter((row) => row["parts"] !== 2 || !row["whole"] || row["marks"] !== 2)).toEqual([]);

  last.process.kill("SIGTERM");
  expect(await once(last.process, "exit")).toEqual([0, null]);
});

test("the server ends with the process that started it when it was asked to", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const child = spawn(process.execPath, [MAIN, "--data", join(folder.path, "pg"), "--until-stdin-ends"]);
  await once(child.stdout, "data");
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
});
