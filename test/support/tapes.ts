/** Small tapes of our own format, and replays of them to a stand-in platform. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { ApiClient } from "../../scripts/client.ts";
import { silentDisplay } from "../../scripts/replay/display.ts";
import type { TapeReplay } from "../../scripts/replay/replay-tape.ts";
import type { FakePlatform } from "./fake-platform.ts";

export const KEY = "ok_test_key";
export const T0 = 1_723_161_255_000;
export const instrument = { symbol: "XNAS:AAPL", type: "equity", tickSize: "0.01" };

export type Line = Record<string, unknown>;
/** Trades with ids, and trades and quotes that name themselves in no way: a repeat must be known by its line alone. */
export function market(count: number, everyMs = 10): Line[] {
  return Array.from({ length: count }, (_, index) => {
    const ts = T0 + index * everyMs;
    const quote = { type: "quote", bid: "1", bidSize: "1", ask: "2", askSize: "1" };
    const trade = { type: "trade", price: "1.5", size: "2" };
    const kind = index % 3 === 0 ? quote : index % 3 === 1 ? trade : { ...trade, id: `id-${index}` };
    return { ...kind, symbol: instrument.symbol, ts };
  });
}

const folders: string[] = [];
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true });
});

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "outcry-replay-"));
  folders.push(path);
  return path;
}

export function tapeOf(lines: readonly unknown[], at = folder()): string {
  const path = join(at, "tape.ndjson");
  writeFileSync(path, [{ instrument }, ...lines].map((line) => JSON.stringify(line)).join("\n"));
  return path;
}

export function replayOf(platform: FakePlatform, file: string, more: Partial<TapeReplay> = {}): TapeReplay {
  const client = new ApiClient({ url: platform.url, apiKey: KEY }, { patienceMs: 20_000 });
  const progressFolder = join(file, "..", "progress");
  return { file, client, progressFolder, speed: "max", shift: false, display: silentDisplay, ...more };
}

export const takenTimes = (platform: FakePlatform): number[] =>
  platform.taken.map(({ tick }) => Number(tick["ts"]));
export const timesOf = (lines: readonly Line[]): number[] => lines.map(({ ts }) => Number(ts));
