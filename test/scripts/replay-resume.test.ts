import { describe, expect, test } from "vitest";
import { ApiClient } from "../../scripts/client.ts";
import { replayTape, type TapeReplay } from "../../scripts/replay/replay-tape.ts";
import { BATCH_TICKS_MAX } from "../../scripts/replay/tick-poster.ts";
import { FakePlatform } from "../support/fake-platform.ts";
import { KEY, market, replayOf, T0, takenTimes, tapeOf, timesOf } from "../support/tapes.ts";

describe("a replay that was stopped", () => {
  /** Stops the replay for good after so many requests, as a kill would: the reply of the last one is never seen. */
  async function stoppedAfter(requests: number, platform: FakePlatform, replay: TapeReplay): Promise<void> {
    const stop = new AbortController();
    platform.onTicks = () => {
      if (platform.requests === requests) stop.abort(new Error("stopped"));
    };
    const client = new ApiClient(
      { url: platform.url, apiKey: KEY },
      { patienceMs: 20_000, signal: stop.signal },
    );
    await expect(replayTape({ ...replay, client, signal: stop.signal })).rejects.toThrow();
    platform.onTicks = () => {};
  }

  test("goes on behind the last acknowledged tick and doubles none", async () => {
    await using platform = await FakePlatform.start();
    const lines = market(BATCH_TICKS_MAX * 5);
    const replay = replayOf(platform, tapeOf(lines));
    await stoppedAfter(3, platform, replay);
    const { totals, resumedAt } = await replayTape(replay);
    expect(resumedAt).toBe(BATCH_TICKS_MAX * 2 + 1);
    expect(takenTimes(platform)).toEqual(timesOf(lines));
    expect(totals).toMatchObject({ duplicates: BATCH_TICKS_MAX, sent: BATCH_TICKS_MAX * 3 });
  });

  test("goes on with the times moved as before", async () => {
    await using platform = await FakePlatform.start();
    const lines = market(BATCH_TICKS_MAX * 3);
    const replay = replayOf(platform, tapeOf(lines), { shift: true });
    await stoppedAfter(2, platform, replay);
    await replayTape(replay);
    const moved = new Set(takenTimes(platform).map((ts, index) => ts - timesOf(lines)[index]!));
    expect(platform.taken).toHaveLength(lines.length);
    expect(moved.size).toBe(1);
  });

  test("is not gone on with where --shift is given on one side only", async () => {
    await using platform = await FakePlatform.start();
    const replay = replayOf(platform, tapeOf(market(BATCH_TICKS_MAX * 2)));
    await stoppedAfter(1, platform, replay);
    await expect(replayTape({ ...replay, shift: true })).rejects.toThrow("without --shift");
  });
});

describe("pace and shift", () => {
  test("at recorded speed ticks come no earlier than they were received, and a shift makes none of the future", async () => {
    await using platform = await FakePlatform.start();
    const lines = market(40, 20).map((line, index) => ({
      ...line,
      receivedAt: Number(line["ts"]) - 1_300 + (index % 5),
    }));
    const startedAt = Date.now();
    await replayTape(replayOf(platform, tapeOf(lines), { speed: 1, shift: true }));
    const offset = (index: number): number => lines[index]!.receivedAt - lines[0]!.receivedAt;
    const early = platform.taken.filter(
      ({ takenAt }, index) => takenAt < startedAt + Math.floor(offset(index)),
    );
    expect(early).toEqual([]);
    expect(platform.taken.filter(({ takenAt, tick }) => Number(tick["ts"]) > takenAt)).toEqual([]);
    expect(platform.taken).toHaveLength(40);
  });

  test.each(["max", 200, 0.5] as const)(
    "at speed %s a moved tape holds no tick of the future",
    async (speed) => {
      await using platform = await FakePlatform.start();
      const lines = market(60, 10).map((line, index) => ({ ...line, receivedAt: T0 + index * 7 }));
      await replayTape(replayOf(platform, tapeOf(lines), { speed, shift: true }));
      const moved = new Set(takenTimes(platform).map((ts, index) => ts - timesOf(lines)[index]!));
      expect(platform.taken.filter(({ takenAt, tick }) => Number(tick["ts"]) > takenAt)).toEqual([]);
      expect(platform.taken).toHaveLength(60);
      expect(moved.size).toBe(1);
    },
  );

  test("a gap is moved with all its times", async () => {
    await using platform = await FakePlatform.start();
    const gap = { type: "gap", symbol: "XNAS:AAPL", ts: T0 + 90, from: T0 + 10, to: T0 + 80, reason: "cut" };
    const lines = [...market(9, 10), gap];
    await replayTape(replayOf(platform, tapeOf(lines), { speed: "max", shift: true }));
    const [first, last] = [platform.taken[0]!.tick, platform.taken.at(-1)!.tick];
    const moved = Number(first["ts"]) - Number(lines[0]!["ts"]);
    expect(moved).toBeGreaterThan(0);
    const times = { ts: gap.ts + moved, from: gap.from + moved, to: gap.to + moved };
    expect(last).toEqual({ ...gap, ...times });
  });

  test("without a shift times are the tape's own", async () => {
    await using platform = await FakePlatform.start();
    const lines = market(30, 100);
    await replayTape(replayOf(platform, tapeOf(lines), { speed: 100 }));
    expect(takenTimes(platform)).toEqual(timesOf(lines));
  });
});
