/** Volumes of intervals in a session's open hours. */
import { describe, expect, test } from "vitest";
import { intervalVolumes } from "../../../../actors/symbol/liquidity/intervals.ts";
import { INTERVALS_MAX } from "../../../../actors/symbol/liquidity/liquidity-limits.ts";
import { barCalendarOf } from "../../../../src/quant/bar-calendar.ts";
import { MINUTE, quote, type Sent, trade } from "../bench.ts";
import { at, days, LiquidityBench, START } from "./liquidity-bench.ts";

describe("volumes of intervals", () => {
  test("are of five minutes of open hours, by what was traded in each", () => {
    const bench = new LiquidityBench();
    const sizes = days(12).map((slot) => 1 + slot);
    bench.take(...sizes.map((size, slot) => trade(at(0, 5 * slot + 3), "100", { size: String(size) })));
    bench.take(trade(at(0, 90), "100", { size: "1000" }), quote(at(1), "99", "101"));
    expect(bench.found).toMatchObject({
      ...{ intervals: 12, intervalMinutes: 5, volumeP25: "3", volumeP50: "6", volumeP75: "9" },
      // After hours counts for the session's day alone.
      adv20: String(1_000 + 78),
    });
  });

  test("are read again where the session is revised by a late trade", () => {
    const bench = new LiquidityBench();
    bench.take(trade(at(0, 58), "100", { size: "2" }), quote(at(0, 61), "99", "101"));
    expect(bench.found).toMatchObject({ adv20: "2", volumeP75: "0" });
    bench.take(...days(11).map((slot) => trade(at(0, 50) + slot, "100", { size: "1" })));
    const { version } = bench.found;
    expect(bench.found).toMatchObject({ adv20: "13" });
    expect(version).toBe(2);
    bench.reload();
    expect(bench.found).toMatchObject({ adv20: "13", version });
  });

  test("are read again where trades of a closed session are cancelled, also by a load that did not see it", () => {
    const bench = new LiquidityBench();
    const slots = days(12);
    bench.take(
      ...slots.map((slot) => trade(at(0, 5 * slot), "100", { size: String(1 + slot), id: `s${slot}` })),
    );
    bench.take(quote(at(0, 61), "99", "101"));
    expect(bench.found.volumeP75).toBe("9");
    const cancel = (slot: number): Sent => ({
      type: "cancel",
      symbol: "TEST:ABC",
      ts: at(0, 62),
      id: `s${slot}`,
    });
    bench.take(...slots.slice(6, 9).map(cancel));
    // 0 three times, 1 to 6, 10 to 12.
    expect(bench.found.volumeP75).toBe("6");
    bench.take(...slots.slice(9).map(cancel));
    bench.reload();
    expect(bench.found.volumeP75).toBe("3");
  });

  test("bound symbol/memory:sessionIntervals: the longest day, cut by breaks, has no more", () => {
    const calendar = barCalendarOf({ timezone: "UTC", session: "24x7" });
    const { start } = calendar.dayAt(START);
    expect(intervalVolumes(calendar.dayAt(START), []).length).toBe(288);
    const stretches = days(16).map((slot) => ({
      start: (start + slot * 97 * MINUTE) as typeof start,
      end: (start + (slot * 97 + 96) * MINUTE) as typeof start,
    }));
    const longest = { ...calendar.dayAt(START), stretches };
    expect(intervalVolumes(longest, []).length).toBeLessThanOrEqual(INTERVALS_MAX);
  });
});
