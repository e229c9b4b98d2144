import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMIT_ACTIONS, type LimitKind } from "../../src/domain/limit.ts";
import { diffOf, isLooser, loosened, type StatedLimit } from "../../src/domain/limit-diff.ts";

type Changes = Partial<StatedLimit> & Readonly<Record<string, unknown>>;
const limit = (changes: Changes = {}): StatedLimit => ({
  id: "a",
  kind: "max-order-qty",
  action: "reduce",
  threshold: "10",
  ...changes,
});

describe("what differs between two sets", () => {
  test("is what was added, what was removed, and which fields of the same id are another", () => {
    const before = [limit(), limit({ id: "b" }), limit({ id: "c" })];
    const after = [limit({ threshold: "12", warnAt: "9" }), limit({ id: "c" }), limit({ id: "d" })];
    expect(diffOf(before, after)).toEqual({
      added: [limit({ id: "d" })],
      removed: [limit({ id: "b" })],
      changed: [{ id: "a", fields: ["threshold", "warnAt"], before: before[0], after: after[0] }],
    });
  });

  test("is nothing where only trailing zeros, the order of fields or of names differ", () => {
    const one = limit({ threshold: "10.50", symbols: ["X:A", "X:B"], scope: { kind: "symbol", id: "X:A" } });
    const other = { ...limit({ symbols: ["X:B", "X:A"] }), threshold: "10.5" };
    expect(diffOf([one], [{ ...other, scope: { id: "X:A", kind: "symbol" } }]).changed).toEqual([]);
  });

  test("tells apart members of one limit", () => {
    const member = (id: string, threshold: string) => limit({ scope: { kind: "symbol", id }, threshold });
    const before = [limit({ scope: { kind: "symbol" } }), member("X:A", "1"), member("X:B", "2")];
    const after = [limit({ scope: { kind: "symbol" } }), member("X:B", "3")];
    expect(diffOf(before, after)).toMatchObject({
      added: [],
      removed: [{ threshold: "1" }],
      changed: [{ before: { threshold: "2" }, after: { threshold: "3" } }],
    });
  });
});

describe("a set is looser than another", () => {
  type Case = readonly [title: string, before: Changes, after: Changes, isLooser: boolean];
  const symbol = { kind: "symbol", id: "X:A" };
  test.each<Case>([
    ["a higher threshold", {}, { threshold: "10.000000000000000001" }, true],
    ["the same threshold in another writing", {}, { threshold: "10.0" }, false],
    ["a lower threshold", {}, { threshold: "9" }, false],
    ["an action that is milder", {}, { action: "warn" }, true],
    ["an action that is harder", {}, { action: "reject" }, false],
    ["another id", {}, { id: "z" }, false],
    ["a warning later", { warnAt: "5" }, { warnAt: "9" }, false],
    ["one member in place of all", { scope: { kind: "symbol" } }, { scope: symbol }, true],
    ["all members in place of one", { scope: symbol }, { scope: { kind: "symbol" } }, false],
    ["another scope", { scope: symbol }, { scope: { kind: "strategy" } }, true],
    ["another kind", {}, { kind: "max-order-notional" }, true],
    ["another window, whichever way", { windowMs: 10 }, { windowMs: 20 }, true],
    ["another unit", {}, { unit: "equity-percent" }, true],
    ["a level later", { levels: { stop: 90 } }, { levels: { stop: 95 } }, true],
    ["a level that is gone", { levels: { slow: 90 } }, {}, true],
    ["a level sooner", { levels: { stop: 90 } }, { levels: { stop: 80, slow: 50 } }, false],
    ["a warning level that is gone", { levels: { warn: 90 } }, {}, false],
    ["another id of what has a peak", { kind: "max-drawdown" }, { kind: "max-drawdown", id: "z" }, true],
    ["another id of what trips", { kind: "max-daily-loss" }, { kind: "max-daily-loss", id: "z" }, true],
    ["another id of a level that stops", { levels: { stop: 9 } }, { levels: { stop: 9 }, id: "z" }, true],
    ["another id of a level that is told", { levels: { warn: 9 } }, { levels: { warn: 9 }, id: "z" }, false],
  ])("by %s", (_title, before, after, looser) => {
    expect(loosened([limit(before)], [limit(after)])).toEqual(looser ? ["a"] : []);
  });

  test("by a window that finds fewer duplicates, which is the smaller one", () => {
    const kind: LimitKind = "duplicate-order";
    expect([isLooser(kind, "900", "1000"), isLooser(kind, "1000", "900")]).toEqual([true, false]);
  });

  test("by a restricted list that names less, and not by one that names more", () => {
    const list = (...symbols: string[]): StatedLimit => ({
      ...{ id: "r", kind: "restricted-list", action: "reject", symbols },
    });
    expect(loosened([list("X:A", "X:B")], [list("X:A")])).toEqual(["r"]);
    expect(loosened([list("X:A")], [list("X:B", "X:A")])).toEqual([]);
  });

  test("by members of a group that are others, more as well as fewer", () => {
    const group = (...symbols: string[]) => limit({ scope: { kind: "group", id: "g" }, symbols });
    expect(loosened([group("X:A")], [group("X:A", "X:B")])).toEqual(["a"]);
    expect(loosened([group("X:A", "X:B")], [group("X:B", "X:A")])).toEqual([]);
  });

  test("by an override that is looser, of all or of one member, and not by its end", () => {
    const scope = { kind: "symbol" };
    const put = limit({ scope });
    const of = (threshold: string) =>
      limit({ scope: { kind: "symbol", id: "X:A" }, threshold, override: { id: "o" } });
    const looser = [limit({ scope, except: ["X:A"] }), of("20")];
    const tighter = [limit({ scope, except: ["X:A"] }), of("5")];
    expect([loosened([put], looser), loosened([put], tighter)]).toEqual([["a"], []]);
    expect(loosened(looser, [put])).toEqual([]);
    expect(loosened(tighter, [put])).toEqual(["a"]);
    expect(loosened([put], [limit({ scope, except: ["X:A"] })])).toEqual(["a"]);
    expect(loosened([limit({ threshold: "20", override: { id: "o" } })], [limit()])).toEqual([]);
  });

  test("by an age of prices that takes the place of the usual minute and lets older ones through", () => {
    const age = (threshold: string, changes: Changes = {}): StatedLimit =>
      limit({ id: "age", kind: "max-price-age", action: "reject", threshold, ...changes });
    const by = (before: readonly StatedLimit[], after: readonly StatedLimit[]) =>
      loosened([limit(), ...before], [limit(), ...after]);
    expect([by([], [age("60000")]), by([], [age("60001")])]).toEqual([[], ["age"]]);
    expect(by([], [age("5000", { action: "warn" })])).toEqual(["age"]);
    const [one, each] = [{ scope: { kind: "symbol", id: "X:A" } }, { scope: { kind: "symbol" } }];
    expect(by([age("90000", each)], [age("90000", each), age("80000", { ...one, id: "own" })])).toEqual([]);
    expect(by([age("90000", one)], [age("90000", one), age("80000", { ...each, id: "all" })])).toEqual([
      "all",
    ]);
    expect(by([age("90000")], [age("95000")])).toEqual(["age"]);
  });

  test("by whatever follows on an empty one, under which nothing may be traded", () => {
    expect(loosened([], [limit()])).toEqual(["a"]);
    expect(loosened([limit()], [])).toEqual([]);
  });

  const quantities = fc.array(
    fc.record({ threshold: fc.nat(6), action: fc.constantFrom(...LIMIT_ACTIONS) }),
    { minLength: 1, maxLength: 4 },
  );
  test("wherever an order passes that did not, or more of it: limits on the quantity of an order", () => {
    const setOf = (limits: readonly { threshold: number; action: StatedLimit["action"] }[]) =>
      limits.map(({ threshold, action }, index) =>
        limit({ id: String(index), threshold: String(threshold), action }),
      );
    // What an order of a quantity comes to, from the most that is allowed to nothing.
    const allowed = (set: readonly StatedLimit[], qty: number): number => {
      const failing = set.filter(({ threshold, action }) => action !== "warn" && qty > Number(threshold));
      if (failing.some(({ action }) => action === "reject")) return 0;
      return Math.min(qty, ...failing.map(({ threshold }) => Number(threshold)));
    };
    fc.assert(
      fc.property(quantities, quantities, (one, other) => {
        const [before, after] = [setOf(one), setOf(other)];
        const isTold = loosened(before, after).length > 0;
        const isLooserBy = (qty: number): boolean => allowed(after, qty) > allowed(before, qty);
        // It may be told of what is no looser, and never keeps quiet of what is.
        if ([0, 1, 2, 3, 4, 5, 6, 7].some(isLooserBy)) expect(isTold).toBe(true);
      }),
    );
  });
});
