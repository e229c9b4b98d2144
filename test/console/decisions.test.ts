import { describe, expect, test } from "vitest";
import {
  againOf,
  attributionOf,
  byWeight,
  isSettled,
  isTelling,
  notesOf,
  usedOf,
  waitingOf,
  withOpened,
} from "../../src/console/decisions.ts";
import type { CheckResult, DecisionRecord, PendingLimits } from "../../src/console/shapes.ts";
import type { EpochMs } from "../../src/domain/time.ts";

const recordOf = (seq: number) => ({ seq }) as DecisionRecord;
const checkOf = (check: Partial<CheckResult>): CheckResult => ({
  ...{ code: "max-order-qty", kind: "max-order-qty", scope: { kind: "account" }, verdict: "pass" },
  ...{ limit: null, observed: null, projected: null, headroom: null, utilisation: null },
  ...check,
});

describe("the list of decisions", () => {
  const shown = [9, 7, 5].map(recordOf);

  test.each([
    ["nothing", undefined, [9, 7, 5]],
    ["one of them", 7, [9, 7, 5]],
    ["an older one", 2, [9, 7, 5, 2]],
    ["one that the outcome hides", 8, [9, 8, 7, 5]],
  ])("holds what is open in it: %s", (_what, seq, expected) => {
    const opened = seq === undefined ? undefined : recordOf(seq);
    expect(withOpened(shown, opened).map((one) => one.seq)).toEqual(expected);
  });

  test("places one of another part of a split account by its moment: its seq says nothing here", () => {
    const at = (seq: number, ts: number, part?: number) => ({ seq, ts, part }) as DecisionRecord;
    const list = [at(9, 90), at(3, 80, 2), at(7, 70)];
    for (const [opened, place] of [
      [at(7, 75, 1), 2],
      [at(40, 10, 1), 3],
      [at(1, 99, 3), 0],
    ] as const)
      expect(withOpened(list, opened)).toEqual(list.toSpliced(place, 0, opened));
    expect(withOpened(list, at(3, 80, 2))).toBe(list);
  });
});

describe("whether a decision came out the same again", () => {
  const order = { type: "market" as const, price: null, stopPrice: null };
  const told = {
    order: { ...order, timeInForce: null, reduceOnly: false, replaces: null },
    ...{ inputs: {}, limits: [], sameAgain: true },
  };

  test.each([
    ["is said", {}, /the same, byte by byte\.$/],
    ["is said where it did not", { sameAgain: false }, /otherwise: the fact is not what was decided\.$/],
    [
      "is not known before Postgres has it",
      { sameAgain: null, order: null, inputs: null },
      /not known yet: Postgres/,
    ],
    ["cannot be known where nothing was checked", { sameAgain: null, inputs: null }, /no check was made\.$/],
    [
      "cannot be known without its limits",
      { sameAgain: null, limits: null },
      /keeps the limits of its version no more\.$/,
    ],
    ["cannot be known otherwise", { sameAgain: null }, /^It cannot be made again\.$/],
  ])("%s", (_what, changed, words) => expect(againOf({ ...told, ...changed })).toMatch(words));

  test("is asked again until Postgres has its fact, and then no more", () =>
    expect([isSettled({ ...told, order: null }), isSettled(told)]).toEqual([false, true]));
});

describe("checks", () => {
  test("begin with the one that decided, then what failed, what warned and what is nearest to its limit", () => {
    const checks = [
      checkOf({ code: "max-leverage", utilisation: "0.2" }),
      checkOf({ code: "max-var", utilisation: "0.9" }),
      checkOf({ code: "max-spread", verdict: "warn", utilisation: "0.95" }),
      checkOf({ code: "max-weight", verdict: "fail", utilisation: "9" }),
      checkOf({ code: "max-order-qty", verdict: "fail", utilisation: null }),
    ];
    expect(byWeight(checks, "max-order-qty").map(({ code }) => code)).toEqual([
      "max-order-qty",
      "max-weight",
      "max-spread",
      "max-var",
      "max-leverage",
    ]);
  });

  test("that pass or are not looked at, without a figure, stand by themselves", () => {
    const checks = [
      {},
      { verdict: "skip" },
      { verdict: "warn" },
      { verdict: "fail" },
      { limit: "1" },
    ] as const;
    expect(checks.map((check) => isTelling(checkOf(check)))).toEqual([false, false, true, true, true]);
  });

  test("name their reason and their numbers in FIX, where they have any", () =>
    expect([
      notesOf(checkOf({ reason: "tripped", fixCode: 3, riskLimitType: 7 })),
      notesOf(checkOf({ fixCode: 0 })),
      notesOf(checkOf({})),
    ]).toEqual(["tripped · FIX OrdRejReason 3 · FIX RiskLimitType 7", "FIX OrdRejReason 0", ""]));
});

describe("limits that wait", () => {
  const at = Date.UTC(2026, 10, 22, 9) as EpochMs;
  const waiting: PendingLimits = {
    ...{ id: "p1", what: "set", status: "scheduled", by: "ann", at, reason: null, approvedBy: null },
    ...{ effectiveAt: null, template: null, loosens: [] },
  };

  test.each([
    [{ limits: [], effectiveAt: at }, "a set of limits, 0 in all, from 2026-11-22 09:00:00 UTC"],
    [
      { limits: [], template: { id: "house", version: 2 }, loosens: ["clip", "gross"] },
      "a set of limits, 0 in all, of the template house, version 2, loosens clip, gross",
    ],
    [{ what: "four-eyes" }, "no second person for looser limits any more"],
    [
      { what: "override", override: { limitId: "clip", member: "SIM:A", threshold: "2500", until: at } },
      "clip of SIM:A at 2\u202f500 until 2026-11-22 09:00:00 UTC",
    ],
    [
      { what: "override", override: { limitId: "clip", threshold: "-1", until: at } },
      "clip at \u22121 until 2026-11-22 09:00:00 UTC",
    ],
  ] as const)("%j", (changed, words) =>
    expect(waitingOf({ ...waiting, ...changed } as PendingLimits)).toBe(words),
  );

  test("say who brought them, when, and why where that was said", () =>
    expect([attributionOf(waiting), attributionOf({ ...waiting, reason: "a roll" })]).toEqual([
      "by ann, 2026-11-22 09:00:00 UTC",
      "by ann, 2026-11-22 09:00:00 UTC: a roll",
    ]));
});

test("a member with an override has a bar of its own, and the others have theirs", () => {
  const of = (member: string) => ({ id: "hold", scope: { kind: "symbol", id: member } }) as const;
  const used = ["SIM:A", "SIM:B"].map((member) => {
    const figures = { limit: "30", observed: "40", utilisation: "1.333333" };
    return { ...of(member), kind: "max-position-qty" as const, ...figures };
  });
  const override = {
    ...{ id: "override-1", threshold: "30", reason: "a roll", by: "ann" },
    until: 0 as EpochMs,
  };
  const put = { id: "hold", scope: { kind: "symbol" } } as const;
  const nearest = (limit: Parameters<typeof usedOf>[0]) => usedOf(limit, used)?.scope.id;
  expect([
    nearest(put),
    nearest({ ...put, except: ["SIM:A"] }),
    nearest({ ...of("SIM:B"), override }),
    nearest({ ...of("SIM:C"), override }),
    nearest({ ...put, override }),
    nearest({ ...put, id: "clip" }),
  ]).toEqual(["SIM:A", "SIM:B", "SIM:B", undefined, "SIM:A", undefined]);
});
