import { describe, expect, test } from "vitest";
import { GROUP_COMMANDS_MAX } from "../../../actors/runtime/mailbox.ts";
import { answer } from "../../../actors/runtime/reply.ts";
import { envelope, START } from "../runtime-fakes.ts";
import { fail, type NoteOptions, Notes } from "./notes.ts";
import type { World } from "./world.ts";

export function mailboxFailuresSuite(world: World): void {
  describe("when something fails inside a group", () => {
    test("a decide that throws fails its own command and no other", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const [before, failed, after] = [
          notes.note("normal", "before"),
          notes.note("normal", "failed", { decide: fail("mine") }),
          notes.note("normal", "after"),
        ];
        notes.turn();
        await expect(failed).rejects.toThrow("mine");
        expect(await Promise.all([before, after])).toEqual([answer("before"), answer("after")]);
        expect(notes.onDisk()).toEqual(["before", "after"]);
        expect(notes.aborted).toEqual([]);
      }));

    const failures: readonly (readonly [string, (notes: Notes) => NoteOptions])[] = [
      ["a fold that throws", () => ({ settle: fail("the disk") })],
      [
        "a write that throws",
        (notes) => {
          notes.failing = new Error("the disk");
          return {};
        },
      ],
    ];
    test.each(failures)(
      "%s throws the object away, writes nothing and fails every caller",
      (_name, breaking) =>
        world(async (sql) => {
          const notes = new Notes(sql);
          const refused = notes.note("urgent", "late", { by: envelope(START - 1) });
          const decided = notes.note("normal", "a");
          const breaker = notes.note("normal", "b", breaking(notes));
          const behind = notes.note("idle", "c");
          const settled = Promise.allSettled([decided, breaker, behind]);
          notes.turn();
          for (const each of await settled)
            expect(each).toMatchObject({ status: "rejected", reason: { message: "the disk" } });
          expect(await refused).toMatchObject({ code: "deadline-passed" });
          expect(notes.aborted).toEqual(["the disk"]);
          expect(notes.onDisk()).toEqual([]);
          expect(notes.committed).toBe(0);
        }),
    );

    test("a failing statement does the same", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const settled = Promise.allSettled([notes.note("normal", "twice"), notes.note("normal", "twice")]);
        notes.turn();
        expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
        expect(notes.aborted).toHaveLength(1);
        expect(notes.onDisk()).toEqual([]);
      }));

    test("nothing is decided on memory that ran ahead: what waits and what comes later fails", () =>
      world(async (sql) => {
        const notes = new Notes(sql);
        const names = Array.from({ length: GROUP_COMMANDS_MAX + 5 }, (_, index) => `n${index}`);
        notes.failing = new Error("the disk");
        const settled = Promise.allSettled(names.map((name) => notes.note("normal", name)));
        notes.turns();
        notes.failing = undefined;
        expect((await settled).every(({ status }) => status === "rejected")).toBe(true);
        await expect(notes.note("urgent", "later")).rejects.toThrow("the disk");
        notes.turns();
        expect([notes.groups, notes.onDisk(), notes.aborted]).toEqual([1, [], ["the disk"]]);
      }));
  });
}
