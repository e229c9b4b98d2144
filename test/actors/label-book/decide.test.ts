import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/label-book/apply.ts";
import { changeLabel, createLabel, type Decision, deleteLabel } from "../../../actors/label-book/decide.ts";
import { GONE_MAX, LABELS_MAX } from "../../../actors/label-book/limits.ts";
import type { LabelObject, LabelPatch } from "../../../actors/label-book/messages.ts";
import { initialState, type LabelRow } from "../../../actors/label-book/state.ts";
import { LABEL_METADATA_KEYS_MAX } from "../../../src/domain/label.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { AT, SYMBOL } from "../../support/label-bench.ts";

const NOW = { at: AT + 1_000, by: "key-1" };
const LATER = { at: AT + 2_000, by: "key-2" };
const BODY = { symbol: SYMBOL, ts: AT as EpochMs, text: "a note" };
const nobody = { remembered: [], isTaken: false };
const creation = (changes: object = {}) => ({ id: "l1", isOwn: true, body: BODY, bodyHash: "h", ...changes });
const row = (changes: Partial<LabelObject> = {}): LabelRow => ({
  first: 1,
  label: {
    ...{ id: "l1", ...BODY, color: "red", metadata: { rule: "breakout", size: 3, done: false }, version: 4 },
    ...{ createdAt: AT, createdBy: "key-1", updatedAt: AT, updatedBy: "key-1" },
    ...changes,
  },
});
const putIn = (decision: Decision) => {
  const [event] = decision.ok ? decision.events : [];
  return event?.kind === "label-put" ? event.label : undefined;
};
const codeOf = (decision: Decision) => (decision.ok ? "ok" : decision.code);

describe("a new label", () => {
  test("is what was sent, as version 1, by whoever called", () => {
    expect(createLabel(initialState(), creation(), nobody, NOW)).toEqual({
      ok: true,
      events: [
        {
          kind: "label-put",
          what: "created",
          first: 1,
          label: {
            ...{ id: "l1", ...BODY, metadata: {}, version: 1 },
            ...{ createdAt: NOW.at, createdBy: "key-1", updatedAt: NOW.at, updatedBy: "key-1" },
          },
        },
      ],
    });
  });

  test("of a call that came before is that call's, and of its key or id with another body refused", () => {
    const before = { bodyHash: "h", reply: "{first}" };
    const repeat = (remembered: object[]) =>
      createLabel(
        initialState(),
        creation(),
        { remembered: remembered as (typeof before)[], isTaken: true },
        LATER,
      );
    expect(repeat([before])).toEqual({ ok: true, events: [], repeated: "{first}" });
    expect(codeOf(repeat([{ ...before, bodyHash: "other" }]))).toBe("idempotency-key-reused");
    expect(codeOf(repeat([before, { ...before, bodyHash: "other" }]))).toBe("idempotency-key-reused");
  });

  test("under an id that another has, or had, is refused", () => {
    expect(codeOf(createLabel(initialState(), creation(), { ...nobody, isTaken: true }, NOW))).toBe(
      "idempotency-key-reused",
    );
  });

  test("under an id of its own begins above every version that was forgotten; ours never met one", () => {
    const state = { ...initialState(), versionFloor: 7 };
    expect(putIn(createLabel(state, creation(), nobody, NOW))?.version).toBe(8);
    expect(putIn(createLabel(state, creation({ isOwn: false }), nobody, NOW))?.version).toBe(1);
  });

  test("bound label-book/table:label: the last is taken, one more is refused, a repeat is not", () => {
    const state = { ...initialState(), labels: LABELS_MAX - 1 };
    const last = createLabel(state, creation(), nobody, NOW);
    if (last.ok) for (const event of last.events) apply(state, event);
    expect(state.labels).toBe(LABELS_MAX);
    expect(codeOf(createLabel(state, creation({ id: "l2" }), nobody, NOW))).toBe("too-many");
    const remembered = [{ bodyHash: "h", reply: "{}" }];
    expect(codeOf(createLabel(state, creation(), { remembered, isTaken: true }, NOW))).toBe("ok");
  });
});

describe("a change", () => {
  const changed = (patch: object, ifMatch?: string) => putIn(changeLabel(row(), patch, ifMatch, LATER));

  test("touches what it names, makes the next version and says who and when", () => {
    expect(changed({ text: "another" })).toEqual({
      ...row().label,
      ...{ text: "another", version: 5, updatedAt: LATER.at, updatedBy: "key-2" },
    });
  });

  test("merges metadata by name: a value is put, null takes away, what is not named stays", () => {
    expect(changed({ metadata: { size: 4, done: null, side: "buy" } })?.metadata).toEqual({
      ...{ rule: "breakout", size: 4, side: "buy" },
    });
  });

  test("takes the colour away by null and leaves it where it is not named", () => {
    expect(changed({ color: null })).not.toHaveProperty("color");
    expect(changed({ ts: AT + 1 })?.color).toBe("red");
  });

  test.each<LabelPatch>([
    { text: "a note" },
    { ts: AT as EpochMs, color: "red" },
    { metadata: {} },
    { metadata: { size: 3, nobody: null } },
  ])("%j changes nothing and makes no version", (patch) => {
    expect(changeLabel(row(), patch, undefined, LATER)).toEqual({ ok: true, events: [] });
  });

  test("a value of another type is another value", () => {
    expect(changed({ metadata: { size: "3" } })?.metadata["size"]).toBe("3");
    expect(changed({ metadata: { done: 0 } })?.metadata["done"]).toBe(0);
  });

  test("with If-Match only of that version, also where it would change nothing", () => {
    expect(changed({ text: "another" }, "4")?.version).toBe(5);
    for (const patch of [{ text: "another" }, { text: "a note" }])
      expect(codeOf(changeLabel(row(), patch, "3", LATER))).toBe("version-conflict");
  });

  test("that would leave more metadata than a label has is refused", () => {
    const metadata = Object.fromEntries(
      Array.from({ length: LABEL_METADATA_KEYS_MAX }, (_, n) => [`n${n}`, n]),
    );
    const full = row({ metadata });
    expect(codeOf(changeLabel(full, { metadata: { more: 1 } }, undefined, LATER))).toBe("too-many-items");
    expect(codeOf(changeLabel(full, { metadata: { n0: null, more: 1 } }, undefined, LATER))).toBe("ok");
  });

  test("of a label that is not there is refused", () => {
    expect(codeOf(changeLabel(undefined, { text: "x" }, undefined, LATER))).toBe("label-unknown");
  });
});

describe("deleting", () => {
  const none = { row: undefined, gone: undefined, oldestGone: () => undefined };
  const gone = (id: string, version: number) => ({ id, version, first: 1 });

  test("is a version of its own", () => {
    expect(deleteLabel(initialState(), { ...none, row: row() }, "4", LATER)).toEqual({
      ok: true,
      events: [{ kind: "label-deleted", id: "l1", symbol: SYMBOL, version: 5, first: 1, ...LATER }],
    });
  });

  test("twice is once; of what never was it is refused; another version than named stays", () => {
    expect(deleteLabel(initialState(), { ...none, gone: gone("l1", 5) }, "4", LATER)).toEqual({
      ok: true,
      events: [],
    });
    expect(codeOf(deleteLabel(initialState(), none, undefined, LATER))).toBe("label-unknown");
    expect(codeOf(deleteLabel(initialState(), { ...none, row: row() }, "3", LATER))).toBe("version-conflict");
  });

  test("bound label-book/table:label_gone: the id that was deleted first makes room, and its version is not reached again", () => {
    const state = { ...initialState(), labels: 1, gone: GONE_MAX };
    const decision = deleteLabel(
      state,
      { row: row(), gone: undefined, oldestGone: () => gone("old", 9) },
      undefined,
      LATER,
    );
    expect(decision.ok && decision.events.map(({ kind }) => kind)).toEqual(["id-forgotten", "label-deleted"]);
    if (decision.ok) for (const event of decision.events) apply(state, event);
    expect(state).toEqual({ labels: 0, gone: GONE_MAX, versionFloor: 9 });
    expect(putIn(createLabel(state, creation({ id: "old" }), nobody, LATER))?.version).toBe(10);
  });
});
