/** `npm run feed` as a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FakePlatform } from "../support/fake-platform.ts";
import { FakeVenue, tradeFrame } from "../support/fake-venue.ts";
import { until } from "../support/live-bench.ts";
import { KEY } from "../support/tapes.ts";

const ROOT = join(import.meta.dirname, "../..");
const data = mkdtempSync(join(tmpdir(), "outcry-feed-"));
afterAll(() => rmSync(data, { recursive: true }));

function feed(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(ROOT, "scripts/feed.ts"), ...args], {
    cwd: data,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (said.text += text));
  return { child, said, ended: once(child, "close").then(([code]) => code as number | null) };
}

describe("npm run feed", () => {
  test("follows the exchange for the platform of --url until it is told to stop, and keeps a log", async () => {
    await using platform = await FakePlatform.start();
    await using venue = await FakeVenue.start();
    const { rest, stream } = venue.hosts;
    const env = { BINANCE_REST_URL: rest, BINANCE_WS_URL: stream, OUTCRY_API_KEY: KEY };
    const { child, said, ended } = feed(["binance:BTCUSDT", "--url", platform.url, "--data", data], env);
    await until(() => venue.links.length === 1);
    for (const id of [1, 2, 5]) venue.send("btcusdt@trade", tradeFrame("BTCUSDT", id, Date.now()));
    // Three trades, and the gap as a tick of its own.
    await until(() => platform.taken.length === 4 && said.text.includes("GAP"));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(said.text).toContain("BINANCE:BTCUSDT: registered.");
    expect(said.text).toContain("2 trades not received, ids 3 to 4");
    const lines = readFileSync(join(data, "feeds/live.log"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "gap")).toHaveLength(1);
  });

  test.each([
    ["no feed", [], "name one feed"],
    ["another venue", ["kraken:XBT"], "name one feed"],
    ["a symbol in small letters", ["binance:btcusdt"], '"btcusdt" is no symbol of Binance'],
    ["no platform", ["binance:BTCUSDT", "--data", "nowhere"], "names no running platform"],
  ])("with %s says so with its usage", async (_, args, text) => {
    const { said, ended } = feed(args);
    expect(await ended).toBe(2);
    expect(said.text).toContain(text);
    expect(said.text).toContain("Usage: npm run feed");
  });
});
