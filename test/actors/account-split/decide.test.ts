import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/account-split/apply.ts";
import { askSplit, stillTrue } from "../../../actors/account-split/decide.ts";
import type { SplitEvent } from "../../../actors/account-split/events.ts";
import { BATCH_FIRST, BATCH_MAX, BRISK_MS } from "../../../actors/account-split/limits.ts";
import { nextStep } from "../../../actors/account-split/next.ts";
import { initialState, type SplitState } from "../../../actors/account-split/state.ts";
import { movedTo, partCount, partOf, partOfSlot, SLOTS, UNSPLIT } from "../../../src/domain/parts-map.ts";

const AT = 1_700_000_000_000;
const given = (...events: readonly SplitEvent[]): SplitState => events.reduce(apply, initialState());
const asked = (shards: number, state = initialState()): SplitState => {
  const decision = askSplit(state, { shards, by: "ann", at: AT });
  if (!decision.ok) throw new Error(decision.code);
  return decision.events.reduce(apply, state);
};
const prepared = (state: SplitState, parts: number): SplitState =>
  apply(state, { kind: "split-prepared", parts, n: state.settings, at: AT });
const began = (move: number, slots: readonly number[]): SplitEvent => ({
  kind: "split-move-began",
  move,
  from: 0,
  to: 1,
  slots,
  at: AT,
});
const cut = (move: number): SplitEvent => ({ kind: "split-move-cut", move, pages: 1, symbols: 2, at: AT });
const done = (move: number, fencedMs: number): SplitEvent => ({
  kind: "split-move-done",
  move,
  version: 1,
  fencedMs,
  at: AT,
});
const givenUp = (move: number, ends = false): SplitEvent => ({
  kind: "split-move-given-up",
  move,
  reason: "slow",
  ends,
  at: AT,
});

describe("a split is asked", () => {
  test("begins with what is to be moved", () => {
    expect(askSplit(initialState(), { shards: 2, by: "ann", at: AT })).toEqual({
      ok: true,
      events: [{ kind: "split-asked", id: "s1", from: 1, to: 2, slots: 32, by: "ann", at: AT }],
    });
  });
  test("the same once more is no second one, another is refused while it runs", () => {
    const running = asked(2);
    expect(askSplit(running, { shards: 2, by: "bob", at: AT })).toEqual({ ok: true, events: [] });
    expect(askSplit(running, { shards: 4, by: "bob", at: AT })).toMatchObject({ code: "split-running" });
  });
  test("one that is on its way back is not joined", () => {
    const failing = apply(apply(prepared(asked(2), 2), began(1, [1])), givenUp(1, true));
    expect(askSplit(failing, { shards: 2, by: "bob", at: AT })).toMatchObject({ code: "split-running" });
  });
});

describe("what comes next", () => {
  test("nothing where nothing was asked", () => {
    expect(nextStep(initialState())).toBeUndefined();
  });
  test("a few slots of one part at a time, until each is in slot mod k", () => {
    let state = prepared(asked(4), 4);
    const moves: (readonly number[])[] = [];
    for (let move = 1; nextStep(state)?.do === "begin"; move++) {
      const step = nextStep(state);
      if (step?.do !== "begin") throw new Error("a move");
      moves.push(step.slots);
      expect(
        step.slots.every((slot) => slot % 4 === step.to && partOfSlot(state.map, slot) === step.from),
      ).toBe(true);
      const { from, to, slots } = step;
      const starts: SplitEvent = { kind: "split-move-began", move, from, to, slots, at: AT };
      state = [starts, cut(move), done(move, BRISK_MS - 1)].reduce(apply, state);
    }
    expect(moves[0]).toHaveLength(BATCH_FIRST);
    expect(Math.max(...moves.map(({ length }) => length))).toBeLessThanOrEqual(BATCH_MAX);
    expect(moves.flat().length).toBe(48);
    expect(state.map.slots).toBe("0123".repeat(16));
    expect(nextStep(state)).toEqual({ do: "moved-all" });
  });
  test("behind the point of no return there is no way but on", () => {
    const state = [began(1, [1]), cut(1)].reduce(apply, prepared(asked(2), 2));
    expect(nextStep(state)).toMatchObject({ do: "finish", move: { id: 1, from: 0, to: 1, slots: [1] } });
  });
  test("a move that was given up is undone, and fewer slots are tried", () => {
    const before = prepared(asked(2), 2);
    const undoing = [began(1, [1, 3, 5, 7]), givenUp(1)].reduce(apply, before);
    expect(nextStep(undoing)).toMatchObject({ do: "undo", move: { id: 1 } });
    const undone = apply(undoing, { kind: "split-move-undone", move: 1, at: AT });
    expect(undone.map).toEqual(before.map);
    expect(nextStep(undone)).toMatchObject({ do: "begin", slots: [1, 3] });
  });
  test("with the last try the split ends where it stands", () => {
    const undone: SplitEvent = { kind: "split-move-undone", move: 1, at: AT };
    const state = [began(1, [1]), givenUp(1, true), undone].reduce(apply, prepared(asked(2), 2));
    expect(nextStep(state)).toEqual({ do: "settle", parts: 1 });
    expect(apply(state, { kind: "split-ended", parts: 1, at: AT }).plan).toMatchObject({
      phase: "aborted",
      reason: "slow",
    });
  });
  test("settings that have changed go before the next move, and wait for none that is under way", () => {
    const changed: SplitEvent = { kind: "split-settings-changed", n: 9, at: AT };
    const between = apply(prepared(asked(2), 2), changed);
    expect(nextStep(between)).toEqual({ do: "pass-on" });
    const within = apply(apply(prepared(asked(2), 2), began(1, [1])), changed);
    expect(nextStep(within)?.do).toBe("copy");
  });
});

test("news of a move that is over is not news", () => {
  const state = apply(prepared(asked(2), 2), began(2, [1]));
  expect(stillTrue(state, [cut(1)])).toEqual([]);
  expect(stillTrue(state, [cut(2)])).toEqual([cut(2)]);
  expect(stillTrue(state, [began(3, [3])])).toEqual([]);
});

describe("the map", () => {
  test("has all symbols in part 0 where nothing was split", () => {
    expect(partOf(UNSPLIT, "XNAS:AAPL")).toBe(0);
    expect(partCount(UNSPLIT)).toBe(1);
    expect(UNSPLIT.slots).toHaveLength(SLOTS);
  });
  test("places symbols by a hash that never changes", () => {
    const eight = { version: 1, slots: "01234567".repeat(8) };
    const names = ["BINANCE:BTCUSDT", "XNAS:AAPL", "SIM:ROCKET", "TEST:HAFEN"];
    expect(names.map((name) => partOf(eight, name))).toMatchInlineSnapshot(`
      [
        0,
        5,
        2,
        7,
      ]
    `);
  });
  test("is another version with each move", () => {
    const moved = movedTo(UNSPLIT, [0, 63], 7);
    expect(moved).toEqual({ version: 1, slots: `7${"0".repeat(62)}7` });
    expect(partCount(moved)).toBe(8);
  });
});

test("facts alone lead to how it stands", () => {
  const undone: SplitEvent = { kind: "split-move-undone", move: 1, at: AT };
  const events = [began(1, [1, 3]), givenUp(1), undone, began(2, [1]), cut(2), done(2, 700)];
  const state = events.reduce(apply, prepared(asked(2, given()), 2));
  expect(state).toMatchObject({
    moves: 2,
    parts: 2,
    plan: { fencedMs: 700, undone: 1, slots: { moved: 1, of: 32 } },
  });
});
