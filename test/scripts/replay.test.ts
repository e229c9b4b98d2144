import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApiClient } from "../../scripts/client.ts";
import type { FeedDisplay } from "../../scripts/replay/display.ts";
import { replayTape } from "../../scripts/replay/replay-tape.ts";
import { BATCH_TICKS_MAX } from "../../scripts/replay/tick-poster.ts";
import { Refused } from "../../src/client/refused.ts";
import { FakePlatform, type Fault } from "../support/fake-platform.ts";
import { folder, KEY, market, replayOf, T0, takenTimes, tapeOf, timesOf } from "../support/tapes.ts";

describe("a replay", () => {
  test("registers the tape's instruments and sends each tick once, in order", async () => {
    await using platform = await FakePlatform.start();
    const lines = market(1_234);
    const { totals } = await replayTape(replayOf(platform, tapeOf(lines)));
    expect(platform.instruments.get("XNAS:AAPL")).toEqual({ type: "equity", tickSize: "0.01" });
    expect(takenTimes(platform)).toEqual(timesOf(lines));
    expect(totals).toMatchObject({ sent: 1_234, accepted: 1_234, duplicates: 0, late: 0, rejected: 0 });
    expect(platform.largest).toBeLessThanOrEqual(BATCH_TICKS_MAX);
  });

  test("says when its instruments are known, before it sends the first tick", async () => {
    await using platform = await FakePlatform.start();
    const seen: [instruments: number, requests: number][] = [];
    const onRegistered = () => seen.push([platform.instruments.size, platform.requests]);
    await replayTape(replayOf(platform, tapeOf(market(3)), { onRegistered }));
    expect(seen).toEqual([[1, 0]]);
  });

  test("ends its symbols once, when all ticks are taken, and those alone that the platform knows", async () => {
    await using platform = await FakePlatform.start();
    const lines = [...market(700), { ...market(1)[0], symbol: "XNAS:NONE" }];
    const file = tapeOf(lines);
    await replayTape(replayOf(platform, file));
    await replayTape(replayOf(platform, file));
    expect(platform.ends).toEqual([{ symbols: ["XNAS:AAPL"], after: 700 }]);
  });

  test("leaves an instrument that the platform knows as it is", async () => {
    await using platform = await FakePlatform.start();
    platform.instruments.set("XNAS:AAPL", { tickSize: "0.05" });
    await replayTape(replayOf(platform, tapeOf(market(3))));
    expect(platform.puts).toEqual([]);
    expect(platform.taken).toHaveLength(3);
  });

  test("reads a gzip tape by its content, whatever its name", async () => {
    await using platform = await FakePlatform.start();
    const lines = market(50);
    const file = tapeOf(lines);
    writeFileSync(file, gzipSync(readFileSync(file)));
    await replayTape(replayOf(platform, file));
    expect(takenTimes(platform)).toEqual(timesOf(lines));
  });

  test("gives every tick a name of its own, so that a second replay of the tape doubles nothing", async () => {
    await using platform = await FakePlatform.start();
    const file = tapeOf(market(700));
    await replayTape(replayOf(platform, file));
    const { totals } = await replayTape(replayOf(platform, file, { again: true }));
    expect(platform.taken).toHaveLength(700);
    expect(totals).toMatchObject({ accepted: 0, duplicates: 700 });
  });

  test("of another tape is never taken for a repeat of this one", async () => {
    await using platform = await FakePlatform.start();
    const lines = market(20);
    await replayTape(replayOf(platform, tapeOf(lines)));
    const other = lines.map((line) => ({ ...line, size: "3", ask: "3", id: undefined }));
    await replayTape(replayOf(platform, tapeOf(other)));
    expect(platform.taken).toHaveLength(40);
  });

  test("that is finished is not done again by itself", async () => {
    await using platform = await FakePlatform.start();
    const file = tapeOf(market(10));
    await replayTape(replayOf(platform, file));
    const requests = platform.requests;
    const { totals } = await replayTape(replayOf(platform, file));
    expect(platform.requests).toBe(requests);
    expect(totals.accepted).toBe(10);
  });

  test("counts what it could not send by reason, and rejections by code", async () => {
    await using platform = await FakePlatform.start();
    const [first, second] = market(2);
    const depth = { type: "depth", symbol: "XNAS:AAPL", ts: T0, bids: [], asks: [] };
    const lines = [first, depth, { ...second, symbol: "XNAS:NONE" }, { type: "bar" }, depth];
    const { totals } = await replayTape(replayOf(platform, tapeOf(lines)));
    expect(totals.skipped).toEqual({ "no tick has this type": 1 });
    expect(totals).toMatchObject({ accepted: 3, rejected: 1, codes: { "symbol-unknown": 1 } });
  });

  test("counts late ticks as the platform does", async () => {
    await using platform = await FakePlatform.start();
    const [first, second] = market(2, 20 * 60_000);
    const { totals } = await replayTape(replayOf(platform, tapeOf([second, first])));
    expect(totals).toMatchObject({ accepted: 1, late: 1 });
  });

  test("says who it is and stops at a wrong key", async () => {
    await using platform = await FakePlatform.start();
    const client = new ApiClient({ url: platform.url, apiKey: "ok_wrong" }, { patienceMs: 20_000 });
    const refused = replayTape(replayOf(platform, tapeOf(market(1)), { client }));
    await expect(refused).rejects.toThrow(Refused);
    await expect(refused).rejects.toThrow("401 unauthenticated");
  });

  test("of a tape that is missing, or that no adapter knows, says so and sends nothing", async () => {
    await using platform = await FakePlatform.start();
    await expect(replayTape(replayOf(platform, join(folder(), "none.gz")))).rejects.toThrow("ENOENT");
    const file = tapeOf([]);
    writeFileSync(file, "ts,price,size\n1,2,3\n");
    await expect(replayTape(replayOf(platform, file))).rejects.toThrow("line 1: begins no tape");
    expect(platform.requests).toBe(0);
  });

  test("of a gzip tape that was cut off says so and keeps what came before", async () => {
    await using platform = await FakePlatform.start();
    const file = tapeOf(market(5_000));
    const whole = gzipSync(readFileSync(file));
    writeFileSync(file, whole.subarray(0, whole.length - 100));
    await expect(replayTape(replayOf(platform, file))).rejects.toThrow("unexpected end of file");
  });
});

describe("a platform that is busy or failing", () => {
  const fault: fc.Arbitrary<Fault> = fc.oneof(
    fc.constantFrom<Fault>(
      { kind: "refuse", status: 503, retryAfter: "0" },
      { kind: "refuse", status: 429, retryAfter: "0" },
      { kind: "reply-lost" },
      { kind: "request-lost" },
    ),
    fc.integer({ min: 1, max: 7 }).map((every): Fault => ({ kind: "overloaded", every })),
  );

  test("gets every tick exactly once, whatever fails", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { maxLength: 5 }),
        fc.integer({ min: 1, max: 1_400 }),
        async (faults, count) => {
          await using platform = await FakePlatform.start();
          platform.faults.push(...faults);
          const lines = market(count);
          const { totals } = await replayTape(replayOf(platform, tapeOf(lines)));
          expect(takenTimes(platform).sort((a, b) => a - b)).toEqual(timesOf(lines));
          expect(totals.accepted + totals.duplicates).toBe(count);
          expect(totals.rejected).toBe(0);
        },
      ),
      { numRuns: 12 },
    );
  });

  test("that refuses some ticks as overloaded is sent just these again, before any later one", async () => {
    await using platform = await FakePlatform.start();
    platform.faults.push({ kind: "overloaded", every: 4 });
    const lines = market(BATCH_TICKS_MAX + 8);
    await replayTape(replayOf(platform, tapeOf(lines)));
    const times = takenTimes(platform);
    const refused = timesOf(lines.slice(0, BATCH_TICKS_MAX)).filter((_, index) => index % 4 === 3);
    expect(times.slice(BATCH_TICKS_MAX - refused.length, BATCH_TICKS_MAX)).toEqual(refused);
    expect(times.slice(BATCH_TICKS_MAX)).toEqual(timesOf(lines.slice(BATCH_TICKS_MAX)));
  });

  test("is told of the end until it has taken it, also by the next run after a stop", async () => {
    await using platform = await FakePlatform.start();
    const file = tapeOf(market(3));
    platform.faults.push({ kind: "overloaded", every: 7 }, { kind: "overloaded", every: 1 });
    await replayTape(replayOf(platform, file));
    expect(platform.ends).toEqual([{ symbols: ["XNAS:AAPL"], after: 3 }]);
    // The first fault changes nothing for four ticks; the reply to the end is lost, and again in the next run.
    const lost = { kind: "reply-lost" } as const;
    platform.faults.push({ kind: "overloaded", every: 9 }, lost, lost);
    const other = tapeOf(market(4));
    const impatient = new ApiClient({ url: platform.url, apiKey: KEY }, { patienceMs: 0 });
    await expect(replayTape(replayOf(platform, other, { client: impatient }))).rejects.toThrow();
    await replayTape(replayOf(platform, other));
    expect(platform.ends.at(-1)).toMatchObject({ symbols: ["XNAS:AAPL"] });
  });

  test("that names a time to wait is not asked before it", async () => {
    await using platform = await FakePlatform.start();
    const waits: number[] = [];
    platform.faults.push({ kind: "refuse", status: 503, retryAfter: "1" });
    const onRetry = (_: string, waitMs: number): number => waits.push(waitMs);
    const client = new ApiClient({ url: platform.url, apiKey: KEY }, { patienceMs: 20_000, onRetry });
    await replayTape(replayOf(platform, tapeOf(market(5)), { client }));
    expect(waits).toEqual([1_000]);
    expect(platform.taken).toHaveLength(5);
  });
});

test("the summary tells what became of the ticks and how fast", async () => {
  await using platform = await FakePlatform.start();
  const notes: string[] = [];
  const display: FeedDisplay = { note: (text) => notes.push(text), progress: () => {}, end: () => {} };
  await replayTape(replayOf(platform, tapeOf(market(1_500)), { display }));
  expect(notes.at(-2)).toMatch(/^Replayed .*tape\.ndjson: 1,500 ticks · [\d.]+ s · [\d,]+ ticks\/s\.$/);
  expect(notes.at(-1)).toBe("accepted 1,500 · duplicates 0 · late 0 · rejected 0.");
});
