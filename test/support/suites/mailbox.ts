import { describe, expect, test } from "vitest";
import { GROUP_COMMANDS_MAX, OVERLOAD_RETRY_MS, UNHURRIED_ROUNDS } from "../../../actors/runtime/mailbox.ts";
import { answer, refusal } from "../../../actors/runtime/reply.ts";
import { envelope, START } from "../runtime-fakes.ts";
import { fail, LANES, Notes } from "./notes.ts";
import type { World } from "./world.ts";

export function mailboxSuite(world: World): void {
  describe("a mailbox", () => {
    test("writes all that arrived in one transaction and answers each command", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const replies = ["a", "b", "c"].map((name) => notes.note("normal", name));
        expect(notes.mailbox.depth).toBe(3);
        notes.turn();
        expect(await Promise.all(replies)).toEqual(["a", "b", "c"].map(answer));
        expect([notes.groups, notes.committed, notes.mailbox.depth]).toEqual([1, 1, 0]);
        expect(notes.onDisk()).toEqual(["a", "b", "c"]);
      }));

    test("answers nobody before the group is written", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const seen: unknown[] = [];
        void notes
          .note("normal", "a", { settle: () => seen.push(notes.onDisk()) })
          .then(() => seen.push(notes.onDisk()));
        notes.turn();
        await Promise.resolve();
        expect(seen).toEqual([[], ["a"]]);
      }));

    test("takes urgent lanes first and keeps the order of arrival within a lane", () =>
      world((sql) => {
        const notes = new Notes(sql);
        for (const [lane, name] of [
          ["idle", "i1"],
          ["normal", "n1"],
          ["urgent", "u1"],
          ["normal", "n2"],
          ["idle", "i2"],
          ["urgent", "u2"],
        ] as const)
          void notes.note(lane, name);
        notes.turn();
        expect(notes.noted).toEqual(["u1", "u2", "n1", "n2", "i1", "i2"]);
      }));

    test("decides a command that arrives during a group in the next one", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        let second: Promise<unknown> | undefined;
        const settle = () => {
          second = notes.note("urgent", "b");
        };
        const first = notes.note("normal", "a", { settle });
        notes.turn();
        await first;
        expect([notes.groups, notes.onDisk()]).toEqual([1, ["a"]]);
        notes.turns();
        await second;
        expect([notes.groups, notes.onDisk()]).toEqual([2, ["a", "b"]]);
      }));

    test("lets unhurried commands gather for some macrotasks, and answers them together", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const first = notes.note("bulk", "a");
        notes.turn();
        const second = notes.note("bulk", "b");
        for (let round = 1; round < UNHURRIED_ROUNDS; round++) notes.turn();
        expect([notes.groups, notes.mailbox.depth]).toEqual([0, 2]);
        notes.turn();
        expect(await Promise.all([first, second])).toEqual(["a", "b"].map(answer));
        expect([notes.groups, notes.onDisk()]).toEqual([1, ["a", "b"]]);
        // The next ones wait as long again.
        void notes.note("bulk", "c");
        notes.turn();
        expect(notes.groups).toBe(1);
        notes.turns();
        expect(notes.onDisk()).toEqual(["a", "b", "c"]);
      }));

    test("lets commands in company gather while others come, and one that is alone go at once", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        void notes.note("company", "alone");
        notes.turn();
        expect(notes.onDisk()).toEqual(["alone"]);
        const replies = [notes.note("company", "a"), notes.note("company", "b")];
        notes.turn();
        expect(notes.groups).toBe(1);
        replies.push(notes.note("company", "c"));
        notes.turn();
        expect(notes.groups).toBe(1);
        notes.turn();
        expect(await Promise.all(replies)).toEqual(["a", "b", "c"].map(answer));
        expect([notes.groups, notes.onDisk()]).toEqual([2, ["alone", "a", "b", "c"]]);
      }));

    test("keeps commands in company no longer than others, however many come, and not beside a hurried one", () =>
      world((sql) => {
        const notes = new Notes(sql);
        void notes.note("company", "a");
        for (let round = 1; round <= UNHURRIED_ROUNDS; round++) {
          void notes.note("company", `a${round}`);
          notes.turn();
          expect(notes.groups).toBe(0);
        }
        void notes.note("company", "last");
        notes.turn();
        expect(notes.groups).toBe(1);
        void notes.note("company", "b");
        void notes.note("urgent", "c");
        notes.turn();
        expect(notes.groups).toBe(2);
      }));

    test("waits for no macrotask more once a hurried command is there, or something beside commands must be written", () =>
      world((sql) => {
        const notes = new Notes(sql);
        void notes.note("bulk", "a");
        void notes.note("idle", "b");
        notes.turn();
        expect(notes.onDisk()).toEqual(["a", "b"]);
        void notes.note("bulk", "c");
        notes.turn();
        void notes.note("urgent", "d");
        notes.turn();
        expect(notes.onDisk()).toEqual(["a", "b", "d", "c"]);
        void notes.note("bulk", "e");
        notes.mailbox.flush();
        notes.turn();
        expect(notes.onDisk()).toEqual(["a", "b", "d", "c", "e"]);
      }));

    test("bound runtime/memory:group: one command more than a group may hold waits for the next", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const names = Array.from({ length: GROUP_COMMANDS_MAX + 1 }, (_, index) => `n${index}`);
        const replies = names.map((name) => notes.note("normal", name));
        notes.turn();
        expect(notes.noted).toHaveLength(GROUP_COMMANDS_MAX);
        expect(notes.mailbox.depth).toBe(1);
        notes.turn();
        await Promise.all(replies);
        expect(notes.groups).toBe(2);
        expect(notes.onDisk()).toEqual(names);
      }));

    test("bound runtime/memory:lane: a command too many is refused at once, with a time to come back, in its lane only", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const waiting = Array.from({ length: LANES.urgent.depthMax }, (_, index) =>
          notes.note("urgent", `u${index}`),
        );
        expect(await notes.note("urgent", "one more")).toMatchObject({
          code: "overloaded",
          retryAfterMs: OVERLOAD_RETRY_MS,
        });
        const other = notes.note("normal", "other");
        notes.turn();
        for (const reply of await Promise.all([...waiting, other])) expect(reply.ok).toBe(true);
        const again = notes.note("urgent", "one more");
        notes.turn();
        expect(await again).toEqual(answer("one more"));
      }));

    test("bound runtime/memory:lane-units: a body too many is refused, and counts no more once it was taken", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const first = notes.note("urgent", "a", { units: LANES.urgent.unitsMax });
        expect(await notes.note("urgent", "b", { units: 1 })).toMatchObject({ code: "overloaded" });
        expect(await notes.note("idle", "huge", { units: LANES.idle.unitsMax + 1 })).toMatchObject({
          code: "overloaded",
        });
        notes.turn();
        await first;
        const second = notes.note("urgent", "b", { units: LANES.urgent.unitsMax });
        notes.turn();
        expect(await second).toEqual(answer("b"));
      }));

    test("drops a command unstarted when its deadline has passed, also within a group", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const late = notes.note("normal", "late", { by: envelope(START + 5) });
        const timely = notes.note("normal", "timely", { by: envelope(START + 6) });
        notes.clock.pass(6);
        notes.turn();
        expect(await late).toMatchObject({ code: "deadline-passed" });
        expect(await timely).toEqual(answer("timely"));
        expect(notes.noted).toEqual(["timely"]);
      }));

    test("writes nothing for a group in which nothing was decided", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const late = notes.note("normal", "late", { by: envelope(START - 1) });
        const failed = notes.note("normal", "failed", { decide: fail("mine") });
        notes.turn();
        expect(await late).toMatchObject({ ok: false });
        await expect(failed).rejects.toThrow("mine");
        expect([notes.groups, notes.committed]).toEqual([0, 0]);
      }));

    test("writes what changed beside commands when it is asked to flush", () =>
      world((sql) => {
        const notes = new Notes(sql);
        notes.mailbox.flush();
        notes.mailbox.flush();
        notes.turns();
        expect([notes.groups, notes.committed]).toEqual([1, 1]);
      }));

    test("refuses growth while growth is refused, and still takes what reduces", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        notes.growth = refusal("overloaded");
        expect(await notes.note("normal", "order")).toMatchObject({ code: "overloaded" });
        const cancel = notes.note("urgent", "cancel");
        notes.turn();
        expect(await cancel).toEqual(answer("cancel"));
      }));

    test("refuses everything while everything is refused", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        notes.hard = refusal("actor-fenced");
        for (const lane of ["urgent", "normal", "idle"] as const)
          expect(await notes.note(lane, lane)).toMatchObject({ code: "actor-fenced" });
      }));

    test("refuses a command whose turn comes when those before it took the last room", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const settle = () => {
          notes.growth = refusal("overloaded");
        };
        const first = notes.note("normal", "first", { settle });
        const second = notes.note("normal", "second");
        notes.turn();
        expect(await first).toEqual(answer("first"));
        expect(await second).toMatchObject({ code: "overloaded" });
        expect(notes.onDisk()).toEqual(["first"]);
      }));

    test("refuses a command without a size", () =>
      world((sql) => {
        const notes = new Notes(sql);
        for (const units of [-1, 0.5, Number.NaN])
          expect(() => notes.note("normal", "n", { units })).toThrow();
      }));
  });
}
