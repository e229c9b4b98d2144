import { describe, expect, test } from "vitest";
import type { Sql } from "../../../actors/runtime/sql.ts";
import { LATE_TICK_MS, MISSED_TICKS_MAX, type MissedTicks } from "../../../actors/runtime/ticks.ts";
import { TAKEN_RETRY_MS, TIMERS_MAX, TIMERS_TABLE, Timers } from "../../../actors/runtime/timers.ts";
import { HOUR_MS } from "../../../src/domain/time.ts";
import { at, FakeAlarm, START } from "../runtime-fakes.ts";
import type { World } from "./world.ts";

type Bench = { sql: Sql; alarm: FakeAlarm; timers: Timers };

const opened = (sql: Sql): Bench => {
  sql.exec(TIMERS_TABLE);
  const alarm = new FakeAlarm();
  return { sql, alarm, timers: new Timers(sql, alarm, "probe:a") };
};

const write = ({ sql, timers }: Bench): void => sql.transaction(() => timers.write());
const reload = (bench: Bench): Bench => ({ ...bench, timers: new Timers(bench.sql, bench.alarm, "probe:a") });

/** The slot is empty once the alarm fired. */
function fire(bench: Bench, now: number): string[] {
  bench.alarm.slot = undefined;
  const fired = bench.timers.takeDue(at(now - START));
  bench.timers.repair(at(now - START));
  return fired.map((timer) => timer.name);
}

export function timersSuite(world: World): void {
  describe("timers", () => {
    test("share one alarm, which stands for the earliest of them", () =>
      world((sql) => {
        const { alarm, timers } = opened(sql);
        timers.at("late", at(500));
        timers.at("early", at(100));
        timers.repair(START);
        expect(alarm.slot).toBe(at(100));
        timers.cancel("early");
        timers.cancel("late");
        timers.repair(START);
        expect(alarm.slot).toBeUndefined();
      }));

    test("fire in order of time, then of name, with what they carry", () =>
      world((sql) => {
        const { timers } = opened(sql);
        timers.at("b", at(1), "second");
        timers.at("a", at(1), "first");
        timers.at("c", at(0));
        timers.at("d", at(50));
        const fired = timers.takeDue(at(10));
        expect(fired).toEqual([
          { name: "c", due: at(0), payload: "" },
          { name: "a", due: at(1), payload: "first" },
          { name: "b", due: at(1), payload: "second" },
        ]);
        expect(timers.dueOf("d")).toBe(at(50));
      }));

    test("of the same name replace each other; atLatest only moves one forward", () =>
      world((sql) => {
        const { timers } = opened(sql);
        timers.at("t", at(50));
        timers.at("t", at(100));
        timers.atLatest("t", at(200));
        expect(timers.dueOf("t")).toBe(at(100));
        timers.atLatest("t", at(70));
        expect(timers.dueOf("t")).toBe(at(70));
        expect(timers.size).toBe(1);
      }));

    test("I7: are armed again by whoever loads the object next", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100));
        write(bench);
        bench.alarm.slot = undefined;
        const { timers } = reload(bench);
        timers.repair(at(900));
        expect(bench.alarm.slot).toBe(at(901));
        expect(timers.takeDue(at(901))).toHaveLength(1);
      }));

    test("I7: an alarm that comes too early is armed again", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100));
        bench.timers.repair(START);
        expect(fire(bench, at(99))).toEqual([]);
        expect(bench.alarm.slot).toBe(at(100));
      }));

    test("I7: an alarm that should have come and did not is set again by the next event", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100));
        bench.timers.repair(START);
        bench.alarm.slot = undefined;
        bench.timers.repair(at(100));
        expect(bench.alarm.slot).toBe(at(101));
      }));

    test("I7: what was taken fires again when the object is lost before the effect is written", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100), "carried");
        write(bench);
        expect(fire(bench, at(100))).toEqual(["t"]);
        expect(bench.alarm.slot).toBe(at(100 + TAKEN_RETRY_MS));
        const reloaded = reload(bench);
        expect(fire(reloaded, at(100 + TAKEN_RETRY_MS))).toEqual(["t"]);
        write(reloaded);
        reloaded.timers.repair(at(101 + TAKEN_RETRY_MS));
        expect(bench.alarm.slot).toBeUndefined();
        expect(fire(reload(bench), at(HOUR_MS))).toEqual([]);
      }));

    test("once the effect is written the alarm stands for the next timer again", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100));
        bench.timers.at("far", at(HOUR_MS));
        write(bench);
        fire(bench, at(100));
        write(bench);
        bench.timers.repair(at(101));
        expect(bench.alarm.slot).toBe(at(HOUR_MS));
      }));

    test("a timer that its own effect sets anew stands", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100));
        write(bench);
        fire(bench, at(100));
        bench.timers.at("t", at(300));
        write(bench);
        expect(reload(bench).timers.dueOf("t")).toBe(at(300));
      }));

    test("a cold object that its alarm woke does not leave a second alarm behind", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100));
        write(bench);
        const woken = reload(bench);
        woken.timers.repair(at(100));
        expect(woken.timers.takeDue(at(100))).toHaveLength(1);
        write(woken);
        woken.timers.repair(at(100));
        expect(bench.alarm.slot).toBeUndefined();
      }));

    test("one timer saved by itself leaves what was taken for its group", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100));
        write(bench);
        fire(bench, at(100));
        bench.timers.at("retry", at(200));
        bench.timers.save("retry");
        const { timers } = reload(bench);
        expect([timers.dueOf("t"), timers.dueOf("retry")]).toEqual([at(100), at(200)]);
      }));

    test("a timer that was taken and saved anew before its group leaves no second try behind", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100));
        write(bench);
        bench.timers.repair(START);
        fire(bench, at(100));
        bench.timers.at("t", at(HOUR_MS));
        bench.timers.save("t");
        bench.timers.repair(at(100));
        write(bench);
        bench.timers.repair(at(101));
        expect(bench.alarm.slot).toBe(at(HOUR_MS));
      }));

    test("what was taken and is not written yet asks for an alarm now and then, not for one after the other", () =>
      world((sql) => {
        const bench = opened(sql);
        bench.timers.at("t", at(100));
        write(bench);
        bench.timers.repair(START);
        fire(bench, at(100));
        for (const tries of [1, 2, 3]) {
          expect(bench.alarm.slot).toBe(at(100 + tries * TAKEN_RETRY_MS));
          expect(fire(bench, at(100 + tries * TAKEN_RETRY_MS))).toEqual([]);
        }
      }));

    test("every: ticks at a phase of its own, and setting it again changes nothing", () =>
      world((sql) => {
        const { timers } = opened(sql);
        timers.every("t", HOUR_MS, START);
        const first = timers.dueOf("t")!;
        expect(first).toBeGreaterThan(START);
        expect(first).toBeLessThanOrEqual(at(HOUR_MS));
        timers.every("t", HOUR_MS, at(HOUR_MS / 2));
        expect(timers.dueOf("t")).toBe(first);
        timers.takeDue(first);
        expect(timers.dueOf("t")).toBe(first + HOUR_MS);
        const phases = ["b", "c", "d"].map((name) => {
          const others = new Timers(sql, new FakeAlarm(), `probe:${name}`);
          others.every("t", HOUR_MS, START);
          return others.dueOf("t")! % HOUR_MS;
        });
        expect(new Set([...phases, first % HOUR_MS]).size).toBe(4);
      }));

    test("cron: setting another pattern, zone or policy moves it, the same one does not", () =>
      world((sql) => {
        const { timers } = opened(sql);
        timers.cron("t", "0 9 * * *", "UTC", START);
        const due = timers.dueOf("t");
        timers.cron("t", "0 9 * * *", "UTC", at(48 * HOUR_MS));
        expect(timers.dueOf("t")).toBe(due);
        timers.cron("t", "0 9 * * *", "Asia/Tokyo", START);
        expect(timers.dueOf("t")).not.toBe(due);
        timers.cron("t", "0 9 * * *", "Asia/Tokyo", at(48 * HOUR_MS), "skip");
        expect(timers.dueOf("t")).toBeGreaterThan(at(48 * HOUR_MS));
      }));

    const HOURS_AWAY = 5;
    test.each<[MissedTicks, string, number, readonly number[]]>([
      ["once", "fires the newest missed tick", HOURS_AWAY * HOUR_MS + 10 * LATE_TICK_MS, [5]],
      [
        "all",
        "fires each missed tick, oldest first",
        HOURS_AWAY * HOUR_MS + 10 * LATE_TICK_MS,
        [0, 1, 2, 3, 4, 5],
      ],
      ["skip", "passes over what is late", HOURS_AWAY * HOUR_MS + 10 * LATE_TICK_MS, []],
      [
        "skip",
        "fires a tick that the platform brings within its minute",
        HOURS_AWAY * HOUR_MS + LATE_TICK_MS,
        [5],
      ],
      ["skip", "passes over one tick that is late", 10 * LATE_TICK_MS, []],
    ])("missed ticks, policy %s: %s", (policy, _says, after, hours) =>
      world((sql) => {
        for (const set of ["every", "cron"] as const) {
          const bench =
            set === "every"
              ? opened(sql)
              : reload({ sql, alarm: new FakeAlarm(), timers: undefined as never });
          const name = set;
          if (set === "every") bench.timers.every(name, HOUR_MS, START, policy);
          else bench.timers.cron(name, "0 * * * *", "America/New_York", START, policy);
          const first = bench.timers.dueOf(name)!;
          const now = at(first - START + after);
          const fired = bench.timers.takeDue(now).filter((timer) => timer.name === name);
          expect(fired.map(({ due }) => (due - first) / HOUR_MS)).toEqual(hours);
          expect(bench.timers.dueOf(name)).toBe(first + (Math.floor(after / HOUR_MS) + 1) * HOUR_MS);
        }
      }),
    );

    test(`bound runtime/memory:missed-ticks: of more than ${MISSED_TICKS_MAX} missed ticks the newest fire`, () =>
      world((sql) => {
        const { timers } = opened(sql);
        timers.every("every", 1_000, START, "all");
        timers.cron("cron", "* * * * * *", "UTC", START, "all");
        for (const name of ["every", "cron"]) {
          const first = timers.dueOf(name)!;
          timers.at("other", first);
          const later = new Timers(sql, new FakeAlarm(), "probe:a");
          if (name === "every") later.every(name, 1_000, START, "all");
          else later.cron(name, "* * * * * *", "UTC", START, "all");
          const now = at(first - START + MISSED_TICKS_MAX * 1_000);
          const fired = later.takeDue(now);
          expect(fired).toHaveLength(MISSED_TICKS_MAX);
          expect(fired[0]?.due).toBe(first + 1_000);
          expect(fired.at(-1)?.due).toBe(now);
        }
      }));

    test("bound runtime/table:timer: a further timer is a failed assertion and leaves the others as they are", () =>
      world((sql) => {
        const bench = opened(sql);
        for (let each = 0; each < TIMERS_MAX; each++) bench.timers.at(`t${each}`, at(each));
        expect(() => bench.timers.at("one more", at(1))).toThrow();
        bench.timers.at("t0", at(5));
        write(bench);
        expect(reload(bench).timers.size).toBe(TIMERS_MAX);
      }));
  });
}
