import { describe, expect, test } from "vitest";
import { answer } from "../../../actors/runtime/reply.ts";
import { PAUSE_MS_MAX, UNTOLD_WATCH_MS } from "../../../actors/runtime/telling.ts";
import { INSTRUMENT, SYMBOL } from "./bench.ts";
import { bench, numbers } from "./telling-bench.ts";

describe("a symbol that nobody follows", () => {
  const nobody = answer({ followed: false });
  async function silent() {
    const world = bench();
    world.commit(2);
    await world.reply(nobody);
    return world;
  }

  test("says nothing more and keeps nothing, not even for an alarm", async () => {
    const { commit, fire, pushed, telling, timer } = await silent();
    commit(3, true);
    expect([pushed.length, telling.waiting, telling.untold]).toEqual([1, 0, false]);
    fire();
    expect([pushed.length, timer.due]).toEqual([1, undefined]);
  });

  test("drops what came while the hub answered, and the watch over it", async () => {
    const { commit, fire, pushed, reply, telling, timer } = bench();
    commit(1);
    fire();
    commit(1, true);
    await reply(nobody);
    expect([pushed.length, telling.waiting, telling.untold, timer.due]).toEqual([1, 0, false, undefined]);
  });

  test("tells where it stands once a snapshot is asked for, with reference data, and every change from then on", async () => {
    const { commit, pushed, reply, telling } = await silent();
    commit(3, true);
    telling.snapshotAsked();
    telling.tell();
    expect(pushed[1]).toEqual({
      symbol: SYMBOL,
      mark: { lastChanges: 5 },
      changes: [],
      sampled: false,
      instrument: INSTRUMENT,
    });
    commit(1);
    await reply();
    expect(numbers(pushed[2])).toEqual([6]);
  });

  test("an answer that was on its way while a snapshot was asked for says nothing: the push is told again", async () => {
    const { commit, pushed, reply, telling } = bench();
    commit(1);
    telling.snapshotAsked();
    commit(1);
    await reply(nobody);
    expect(pushed).toHaveLength(2);
    expect(pushed[1]).toMatchObject({ mark: { lastChanges: 2 }, instrument: INSTRUMENT });
    expect(numbers(pushed[1])).toEqual([2]);
    await reply(nobody);
    commit(1);
    expect(pushed).toHaveLength(2);
  });

  test("a snapshot that somebody else asks for costs one push", async () => {
    const { commit, pushed, reply, telling } = await silent();
    telling.snapshotAsked();
    telling.tell();
    await reply(nobody);
    commit(1);
    expect(pushed).toHaveLength(2);
  });

  test("a hub of the version before says nothing of followers, and is told everything", async () => {
    const { commit, pushed, reply } = bench();
    commit(1);
    await reply(answer(null));
    commit(1);
    expect(pushed.map(numbers)).toEqual([[1], [2]]);
  });
});

describe("in a rush", () => {
  const PAUSE = 200;
  const rush = answer({ followed: true, pauseMs: PAUSE });
  async function rushed() {
    const world = bench();
    world.commit(1, true);
    await world.reply(rush);
    const passUntil = (time: number): void => {
      world.clock.time = time as typeof world.clock.time;
    };
    return { ...world, passUntil, start: world.clock.now() };
  }

  test("a change that comes soon waits for the next one, and none is lost", async () => {
    const { commit, gathering, passUntil, pushed, start } = await rushed();
    passUntil(start + 150);
    commit(1);
    expect(pushed).toHaveLength(1);
    passUntil(start + 199);
    commit(1);
    expect(pushed).toHaveLength(1);
    passUntil(start + PAUSE);
    commit(1);
    expect(pushed.map(numbers)).toEqual([[1], [2, 3, 4]]);
    expect(gathering.due).toBeUndefined();
  });

  test("a change that nothing follows waits for the pause and no longer", async () => {
    const { commit, gathering, passUntil, pushed, start } = await rushed();
    passUntil(start + 150);
    commit(1);
    passUntil(start + 190);
    commit(1);
    expect(gathering.due).toBe(start + 150 + PAUSE);
    passUntil(start + 150 + PAUSE);
    gathering.run();
    expect(pushed.map(numbers)).toEqual([[1], [2, 3]]);
  });

  test("an alarm while news gathers watches over it", async () => {
    const { clock, commit, fire, gathering, pushed, reply, timer } = await rushed();
    commit(1);
    timer.due = clock.now();
    fire();
    expect([pushed.length, timer.due]).toEqual([1, clock.now() + UNTOLD_WATCH_MS]);
    gathering.run();
    await reply(rush);
    expect([pushed.length, timer.due]).toEqual([2, undefined]);
  });

  test("a change that comes after the pause does not wait", async () => {
    const { commit, passUntil, pushed, start } = await rushed();
    passUntil(start + PAUSE);
    commit(1);
    expect(pushed.map(numbers)).toEqual([[1], [2]]);
  });

  test("reference data does not wait, and takes what has gathered along", async () => {
    const { commit, gathering, pushed } = await rushed();
    commit(1);
    commit(1, true);
    expect(pushed.map(numbers)).toEqual([[1], [2, 3]]);
    expect(gathering.due).toBeUndefined();
  });

  test("whatever a hub asks for, nobody waits longer than the bound", async () => {
    const { clock, commit, gathering, reply } = bench();
    commit(1);
    await reply(answer({ followed: true, pauseMs: 60_000 }));
    commit(1);
    expect(gathering.due).toBe(clock.now() + PAUSE_MS_MAX);
  });

  test("once it is over nothing waits", async () => {
    const { commit, passUntil, pushed, reply, start } = await rushed();
    passUntil(start + PAUSE);
    commit(1);
    await reply(answer({ followed: true, pauseMs: 0 }));
    commit(1);
    expect(pushed.map(numbers)).toEqual([[1], [2], [3]]);
  });
});
