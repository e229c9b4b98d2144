/** `npm run replay` as a process of its own: its flags, its exit codes, and what a kill -9 leaves. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FakePlatform } from "../support/fake-platform.ts";

const SCRIPT = join(import.meta.dirname, "../../scripts/replay.ts");
const KEY = "ok_test_key";
const SYMBOL = "BINANCE:BTCUSDT";
const folder = mkdtempSync(join(tmpdir(), "outcry-replay-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A small recording in Binance's own frames: a trade and two quotes in turn, 4 ms apart. */
function recording(frames: number): string {
  const path = join(folder, `frames-${frames}`);
  const lines = Array.from({ length: frames }, (_, index) => {
    const T = 1_723_161_255_000 + index * 4;
    const best = { u: 9_000_000 + index, s: "BTCUSDT", b: "100.50", B: "1.0", a: "100.51", A: "2.0" };
    const trade = { e: "trade", E: T, s: "BTCUSDT", t: 500 + index, p: "100.50", q: "0.125", T, X: "MARKET" };
    const data = index % 3 === 0 ? trade : best;
    return `${T - 1_300}000000 ${JSON.stringify({ stream: "btcusdt", data })}`;
  });
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

function replay(...args: string[]): {
  child: ChildProcess;
  ended: Promise<{ code: number | null; said: string }>;
} {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => (said += text));
  return { child, ended: once(child, "close").then(([code]) => ({ code, said })) };
}

describe("flags", () => {
  test.each([
    ["no tape", []],
    ["two tapes", ["a", "b"]],
    ["an unknown flag", ["a", "--fast"]],
    ["a speed of zero", ["a", "--speed", "0"]],
    ["a speed that is no number", ["a", "--speed", "quick"]],
    ["no platform to go to", ["a"]],
    ["a URL without a key", ["a", "--url", "http://127.0.0.1:9"]],
  ])("with %s are refused with the usage", async (_, args) => {
    const { code, said } = await replay(...args).ended;
    expect(code).toBe(2);
    expect(said).toContain("Usage: npm run replay -- FILE");
  });

  test("without an address mean the platform that runs on the data folder", async () => {
    await using platform = await FakePlatform.start();
    const data = join(folder, "running");
    mkdirSync(data);
    writeFileSync(join(data, "dev.json"), JSON.stringify({ url: platform.url, apiKey: KEY }));
    const { code, said } = await replay(recording(30), "--speed", "max", "--data", data).ended;
    expect(code, said).toBe(0);
    expect(said).toContain("accepted 30 · duplicates 0 · late 0 · rejected 0.");
    expect(said).not.toContain(KEY);
    expect(platform.instruments.get(SYMBOL)).toMatchObject({
      tickSize: "0.01",
      lotSize: "0.001",
      currency: "USDT",
    });
  });
});

test("a replay that is killed again and again delivers every tick of the tape once", async () => {
  await using platform = await FakePlatform.start();
  const frames = 6_000;
  const args = [
    recording(frames),
    "--speed",
    "max",
    "--url",
    platform.url,
    "--key",
    KEY,
    "--data",
    join(folder, "k"),
  ];
  for (const requests of [1, 2, 3, 2]) {
    const until = platform.requests + requests;
    const { child, ended } = replay(...args);
    platform.onTicks = () => {
      if (platform.requests >= until) child.kill("SIGKILL");
    };
    await ended;
  }
  platform.onTicks = () => {};
  const { code, said } = await replay(...args).ended;
  expect(code, said).toBe(0);
  const names = platform.taken.map(({ tick }) => `${tick["type"]} ${tick["id"] ?? tick["seq"]}`);
  expect(said).toContain("Going on after line");
  expect(names).toHaveLength(frames);
  expect(new Set(names).size).toBe(frames);
});
