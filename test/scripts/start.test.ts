/** `npm start` as a process of its own, as far as it goes without a platform, and the parts that run beside one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { buildAssets } from "../../scripts/assets.ts";
import { ApiClient } from "../../scripts/client.ts";
import { cronsOf, EVERY_DAY, EVERY_MINUTE, startCron } from "../../scripts/start/cron.ts";
import { DataFolder } from "../../scripts/start/data-folder.ts";
import { runSim } from "../../scripts/start/sim-feed.ts";
import { SIM_PROFILES } from "../../src/feeds/sim-profiles.ts";
import { FakePlatform } from "../support/fake-platform.ts";

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "outcry-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function start(
  args: readonly string[],
  limit = "unlimited",
): Promise<{ code: number | null; said: string }> {
  // The limit is lowered for the child alone, and the shell gives its place to it.
  const script = `[ ${limit} = unlimited ] || ulimit -n ${limit}; exec "$@"`;
  const command = [process.execPath, join(ROOT, "scripts/start.ts"), ...args];
  const child = spawn("/bin/sh", ["-c", script, "sh", ...command], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (said += text));
  const [code] = await once(child, "close");
  return { code, said };
}

describe("a start that cannot be", () => {
  test("for its flags says so with the usage", async () => {
    const { code, said } = await start(["--prot", "1"]);
    expect(code).toBe(2);
    expect(said).toContain("'--prot'");
    expect(said).toContain("Usage: npm start -- [flags]");
  });

  test("for its tape says so before anything is started", async () => {
    const { code, said } = await start(["--feed", "tape:none.gz", "--data", join(folder, "untouched")]);
    expect(code).toBe(2);
    expect(said).toContain(`no tape at ${join(folder, "none.gz")}`);
    expect(() => statSync(join(folder, "untouched"))).toThrow("ENOENT");
  });

  test("for a data folder that another one uses says so", async () => {
    const data = join(folder, "taken");
    const taken = DataFolder.take(data);
    const { code, said } = await start(["--data", data]);
    taken.release();
    expect(code).toBe(1);
    expect(said).toContain(`${data} is in use by another running Outcry`);
  });

  test("for a port that another program has says so", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, said } = await start(["--port", String(port), "--data", join(folder, "port")]);
    other.close();
    expect(code).toBe(1);
    expect(said).toContain(`port ${port} is in use by another program`);
  });

  test("for too few open files says how many objects they are enough for", async () => {
    const { code, said } = await start(["--objects", "200", "--data", join(folder, "files")], "300");
    expect(code).toBe(1);
    expect(said).toContain("300 open files, enough for 100 objects at once, and 200 are asked for");
  });
});

test("help is an answer, not an error", async () => {
  const { code, said } = await start(["--help"]);
  expect(code).toBe(0);
  expect(said).toContain("Usage: npm start -- [flags]");
});

describe("cron", () => {
  test("knows the triggers of wrangler.toml and no others", () => {
    const toml = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
    const crons = /^crons = (\[.*\])$/m.exec(toml)?.[1] ?? "";
    expect(JSON.parse(crons)).toEqual([EVERY_MINUTE, EVERY_DAY]);
  });

  test("has each minute's trigger in every minute and the day's at five past midnight UTC", () => {
    const day = Date.UTC(2026, 2, 29);
    const daily = Array.from({ length: 1_440 }, (_, minute) => minute).filter(
      (minute) => cronsOf(day + minute * 60_000 + 250).length === 2,
    );
    expect(daily).toEqual([5]);
    expect(cronsOf(day)).toEqual([EVERY_MINUTE]);
  });

  test("does the day's work once at the start, and says when the handler fails", async () => {
    const called = Promise.withResolvers<string>();
    const server = createServer((request, response) => {
      called.resolve(request.url ?? "");
      response.writeHead(500).end("no");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const noted = Promise.withResolvers<string>();
    const cron = startCron(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, noted.resolve);
    expect(await called.promise).toBe("/cdn-cgi/handler/scheduled?cron=5%200%20*%20*%20*");
    expect(await noted.promise).toBe('Cron "5 0 * * *" failed: 500 no');
    cron.stop();
    server.close();
  });
});

describe("the generated market", () => {
  const symbols = SIM_PROFILES.map(({ instrument }) => instrument.symbol);

  async function runUntil(platform: FakePlatform, ticks: number): Promise<string[]> {
    const stop = new AbortController();
    const notes: string[] = [];
    const client = new ApiClient(
      { url: platform.url, apiKey: "ok_test_key" },
      { patienceMs: 5_000, signal: stop.signal },
    );
    const registered = Promise.withResolvers<void>();
    const run = runSim({
      ...{ client, signal: stop.signal, onRegistered: registered.resolve },
      note: (text) => notes.push(text),
    });
    await registered.promise;
    expect([...platform.instruments.keys()]).toEqual(symbols);
    const from = platform.taken.length;
    while (platform.taken.length < from + ticks) await sleep(20);
    stop.abort(new Error("enough"));
    await expect(run).rejects.toThrow("enough");
    return notes;
  }

  test("goes on after a restart at the time it is by then, with no tick doubled or of the future", async () => {
    await using platform = await FakePlatform.start();
    await runUntil(platform, 15);
    await runUntil(platform, 15);
    const names = platform.taken.map(
      ({ tick }) => `${tick["symbol"]} ${tick["type"]} ${tick["id"] ?? tick["seq"] ?? tick["lastSeq"]}`,
    );
    expect(new Set(names).size).toBe(names.length);
    expect(platform.taken.filter(({ takenAt, tick }) => Number(tick["ts"]) > takenAt)).toEqual([]);
    expect(platform.puts).toEqual(symbols);
  });

  test("gets past a platform that fails for a moment", async () => {
    await using platform = await FakePlatform.start();
    platform.faults.push({ kind: "request-lost" }, { kind: "reply-lost" }, { kind: "overloaded", every: 2 });
    expect(await runUntil(platform, 10)).toEqual([]);
  });
});

test("the assets of the API pages are copied once and then left alone", () => {
  const root = join(folder, "project");
  for (const path of ["src", "tsconfig.json"]) cpSync(path, join(root, path), { recursive: true });
  symlinkSync(resolve("node_modules"), join(root, "node_modules"));
  const bytes = buildAssets(root);
  const written = (): Record<string, number> =>
    Object.fromEntries(
      ["docs", "console"].flatMap((page) =>
        readdirSync(join(root, "dist/assets", page)).map((name) => [
          `${page}/${name}`,
          statSync(join(root, "dist/assets", page, name)).mtimeMs,
        ]),
      ),
    );
  const before = written();
  expect(Object.keys(before).toSorted()).toEqual(
    [
      ...["docs/favicon-32x32.png", "docs/start.js", "docs/swagger-ui-bundle.js", "docs/swagger-ui.css"],
      ...["console/console.css", "console/licences.txt", "console/main.js", "console/mark.svg"],
      ...["console/client.js", "console/theme.js", "console/chunk.js", "console/seldom.js"],
    ].toSorted(),
  );
  buildAssets(root);
  expect(written()).toEqual(before);

  // A page that takes seconds to come is no page to look at all day.
  expect(bytes).toBeLessThan(300_000);
  const script = (name: string): string => readFileSync(join(root, "dist/assets/console", name), "utf8");
  const main = ["main.js", "chunk.js", "seldom.js"].map(script).join("\n");
  // What is seldom opened comes when it is: the page itself does not hold it.
  expect(script("main.js")).toContain('import("./seldom.js")');
  expect(script("main.js") + script("chunk.js")).not.toContain("There are no firms yet");
  expect(main).toContain("TradingView Lightweight Charts");
  expect(readFileSync(join(root, "dist/assets/console/licences.txt"), "utf8")).toContain("Apache License");
  // The links of the charts' attribution and of the shapes' names are all that names another host.
  const hosts = new Set([...main.matchAll(/https?:\/\/([a-z0-9.-]+)/g)].map(([, host]) => host));
  expect([...hosts].toSorted()).toEqual(["www.apache.org", "www.tradingview.com", "www.w3.org"]);
});
