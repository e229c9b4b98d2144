import { afterEach, describe, expect, test, vi } from "vitest";
import type { Confirmation, Deliver } from "../../../actors/runtime/fact.ts";
import { asFacts } from "../../../actors/runtime/fact-text.ts";
import { ARCHIVE, OUTBOX_TIMER } from "../../../actors/runtime/outbox.ts";
import { PARALLEL_PUSHES_MAX, PUSH_WATCHDOG_MS, RETRY_MS_MAX } from "../../../actors/runtime/pushes.ts";
import { at, outboxBench, rowsIn as rows } from "../runtime-fakes.ts";
import type { World } from "./world.ts";

/** A delivery that ends when the test says so. */
function held(): { deliver: Deliver; asked: string[]; end: (confirmation?: Confirmation) => void } {
  const asked: string[] = [];
  const ends: ((confirmation: Confirmation | undefined) => void)[] = [];
  const deliver: Deliver = (destination, batch) => {
    const { facts } = asFacts(batch);
    asked.push(destination);
    return new Promise((resolve) => {
      ends.push((confirmation) => resolve(confirmation ?? { watermark: facts.at(-1)?.[0] ?? 0 }));
    });
  };
  return {
    deliver,
    asked,
    end: (confirmation) => {
      for (const end of ends.splice(0)) end(confirmation);
    },
  };
}

/** Lets every promise that can go on go on. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

export function outboxFailuresSuite(world: World): void {
  afterEach(() => vi.useRealTimers());

  describe("an outbox whose destination is away", () => {
    const refuse: Deliver = () => Promise.reject(new Error("away"));

    test("keeps everything and comes again after a wait that doubles, up to a bound, with full jitter", () =>
      world(async (sql) => {
        const bench = outboxBench(sql, { deliver: refuse, randomFraction: () => 0.999_999 });
        bench.commit(1);
        const waits: number[] = [];
        for (let attempt = 0; attempt < 12; attempt++) {
          expect(await bench.outbox.push(ARCHIVE)).toBe(false);
          const due = bench.timers.dueOf(OUTBOX_TIMER)!;
          waits.push(due - bench.clock.now());
          bench.clock.pass(due - bench.clock.now());
          bench.timers.takeDue(bench.clock.now());
        }
        expect(waits.slice(0, 4)).toEqual([400, 800, 1_600, 3_200]);
        expect(Math.max(...waits)).toBe(RETRY_MS_MAX);
        expect(bench.outbox.depth).toBe(1);
      }));

    test("asks nobody before its time, and the others meanwhile", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.destinations.before = (destination) => {
          if (destination === ARCHIVE) throw new Error("away");
        };
        bench.commit(1, ["strategy/a"]);
        await bench.outbox.drain();
        await bench.outbox.drain();
        expect(bench.destinations.calls.map(({ destination }) => destination)).toEqual([
          ARCHIVE,
          "strategy/a",
        ]);
        bench.clock.pass(RETRY_MS_MAX);
        await bench.outbox.drain();
        expect(bench.destinations.calls).toHaveLength(3);
      }));

    test.each([
      ["before", [0.1, 0.9]],
      ["after", [0.9, 0.1]],
    ])("one's backoff is kept where the other's ends %s it", (_when, fractions) =>
      world(async (sql) => {
        const jitter = fractions.values();
        const bench = outboxBench(sql, { randomFraction: () => jitter.next().value ?? 0.5 });
        const failing = new Set([ARCHIVE, "strategy/a"]);
        const asked: [string, number][] = [];
        bench.destinations.before = (destination) => {
          asked.push([destination, bench.clock.now()]);
          if (failing.delete(destination)) throw new Error("away");
        };
        bench.commit(1, ["strategy/a"]);
        await bench.outbox.drain();
        while (bench.outbox.depth > 0) {
          bench.clock.time = bench.alarm.slot!;
          bench.fire();
          await settle();
        }
        const again = asked.slice(2).toSorted(([one], [other]) => one.localeCompare(other));
        const [archive, strategy] = fractions.map((fraction) => at(1 + Math.floor(400 * fraction)));
        expect(again).toEqual([
          [ARCHIVE, archive],
          ["strategy/a", strategy],
        ]);
      }),
    );

    test("I7: its retry is on disk, so that it survives eviction", () =>
      world(async (sql) => {
        const bench = outboxBench(sql, { deliver: refuse });
        bench.commit(1);
        await bench.outbox.push(ARCHIVE);
        const due = bench.timers.dueOf(OUTBOX_TIMER)!;
        expect(due).toBeLessThan(at(PUSH_WATCHDOG_MS));
        expect(bench.alarm.slot).toBe(due);
        bench.restart();
        expect(bench.timers.dueOf(OUTBOX_TIMER)).toBe(due);
      }));

    test("I7: a crash before the first push only delays it: the watchdog is written with the fact", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.commit(1);
        bench.restart();
        expect(bench.alarm.slot).toBe(at(PUSH_WATCHDOG_MS));
        bench.clock.pass(PUSH_WATCHDOG_MS);
        bench.fire();
        await settle();
        expect(bench.outbox.depth).toBe(0);
      }));

    test("takes a delivery that hangs for a failed one", () =>
      world(async (sql) => {
        vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
        const bench = outboxBench(sql, { deliver: () => new Promise(() => {}) });
        bench.commit(1);
        const pushed = bench.outbox.push(ARCHIVE);
        await settle();
        vi.advanceTimersByTime(PUSH_WATCHDOG_MS);
        expect(await pushed).toBe(false);
        expect(bench.outbox.depth).toBe(1);
      }));

    test.each<[string, Confirmation]>([
      ["below the batch", { watermark: 0 }],
      ["that is no number", { watermark: Number.NaN }],
      ["that is missing", {} as Confirmation],
    ])("takes a watermark %s for a failure instead of asking for ever", (_name, confirmation) =>
      world(async (sql) => {
        let calls = 0;
        const bench = outboxBench(sql, {
          deliver: async () => {
            calls += 1;
            return confirmation;
          },
        });
        bench.commit(3, ["strategy/a"]);
        expect(await bench.outbox.push(ARCHIVE)).toBe(false);
        expect(await bench.outbox.push("strategy/a")).toBe(false);
        expect([calls, bench.outbox.depth, bench.outbox.archivedSeq]).toEqual([2, 3, 0]);
      }),
    );

    test("goes on from a watermark within the batch", () =>
      world(async (sql) => {
        const bench = outboxBench(sql, {
          deliver: async (_to, batch) => ({ watermark: asFacts(batch).facts[0]![0] }),
        });
        bench.commit(3, ["strategy/a"]);
        await bench.outbox.drain();
        expect([bench.outbox.depth, bench.outbox.archivedSeq]).toEqual([0, 3]);
      }));

    test("its archived seq never goes back", () =>
      world(async (sql) => {
        const marks: number[] = [];
        const bench = outboxBench(sql);
        for (let round = 0; round < 20; round++) {
          bench.destinations.after = () => {
            if (round % 3 === 0) throw new Error("lost");
          };
          bench.commit(1);
          bench.clock.pass(RETRY_MS_MAX * 2);
          await bench.outbox.drain();
          if (round % 5 === 0) bench.restart();
          marks.push(bench.outbox.archivedSeq);
        }
        expect(marks).toEqual(marks.toSorted((one, other) => one - other));
      }));

    test("a confirmation that cannot be written leaves memory as it was, and is asked for again", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.commit(2);
        sql.exec("CREATE TRIGGER full BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        expect(await bench.outbox.push(ARCHIVE)).toBe(false);
        expect([bench.outbox.archivedSeq, bench.outbox.depth]).toEqual([0, 2]);
        sql.exec("DROP TRIGGER full");
        bench.clock.pass(RETRY_MS_MAX);
        expect(await bench.outbox.push(ARCHIVE)).toBe(true);
        expect([bench.outbox.archivedSeq, bench.outbox.depth]).toEqual([2, 0]);
      }));
  });

  describe("pushes of an outbox", () => {
    test("are one per destination at a time, and whoever asks meanwhile waits for its own facts", () =>
      world(async (sql) => {
        const { deliver, asked, end } = held();
        const bench = outboxBench(sql, { deliver });
        bench.commit(1, ["strategy/a"]);
        bench.outbox.drainDetached();
        bench.commit(1, ["strategy/a"]);
        let heard = false;
        const push = bench.outbox.push("strategy/a").then((delivered) => {
          heard = delivered;
        });
        await settle();
        expect(asked).toEqual([ARCHIVE, "strategy/a"]);
        end();
        await settle();
        expect(heard).toBe(false);
        expect(asked.filter((destination) => destination === "strategy/a")).toHaveLength(2);
        end();
        await push;
        expect(heard).toBe(true);
      }));

    test(`bound runtime/memory:pushes: of more than ${PARALLEL_PUSHES_MAX} destinations the others wait for a slot, the archiver does not`, () =>
      world(async (sql) => {
        const { deliver, asked, end } = held();
        const bench = outboxBench(sql, { deliver });
        const count = PARALLEL_PUSHES_MAX + 1;
        const everybody = Array.from({ length: count }, (_, index) => `strategy/${index}`);
        for (const destination of everybody) bench.commit(1, [destination]);
        for (let commit = 0; commit < 10; commit++) bench.outbox.drainDetached();
        await settle();
        expect(asked).toHaveLength(PARALLEL_PUSHES_MAX + 1);
        expect(asked).toContain(ARCHIVE);
        end();
        await settle();
        expect(asked).toHaveLength(count + 1);
        end();
        await bench.outbox.drain();
        expect(bench.outbox.depth).toBe(0);
      }));

    test("one destination that hangs holds up no other", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.destinations.before = (destination) =>
          destination === "strategy/hung" ? new Promise<void>(() => {}) : undefined;
        bench.commit(1, ["strategy/hung"]);
        for (let each = 0; each < PARALLEL_PUSHES_MAX * 2; each++) bench.commit(1, [`strategy/${each}`]);
        bench.outbox.drainDetached();
        await settle();
        await settle();
        await settle();
        expect([rows(sql, "outbox"), rows(sql, "outbox_owed"), rows(sql, "outbox_extra")]).toEqual([0, 1, 1]);
      }));

    test("a destination that is never done leaves its slot to the others", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        const served = new Set<string>();
        let rounds = 0;
        bench.destinations.before = (destination) => {
          served.add(destination);
          if (destination !== ARCHIVE && rounds++ < 500) bench.commit(1, [destination]);
        };
        for (let each = 0; each < PARALLEL_PUSHES_MAX * 3; each++) bench.commit(1, [`strategy/${each}`]);
        await bench.outbox.drain();
        expect(served.size).toBe(PARALLEL_PUSHES_MAX * 3 + 1);
        expect(bench.outbox.depth).toBe(0);
      }));

    test("what was committed while a push was under way follows without another commit", () =>
      world(async (sql) => {
        const { deliver, end } = held();
        const bench = outboxBench(sql, { deliver });
        bench.commit(1);
        bench.outbox.drainDetached();
        bench.commit(1);
        end();
        await settle();
        end();
        await settle();
        expect(bench.outbox.depth).toBe(0);
      }));
  });
}
