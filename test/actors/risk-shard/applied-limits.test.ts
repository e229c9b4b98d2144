/** What is kept ready of a limit set is what each order would find by itself. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  appliedLimitsKept,
  boundsAt,
  holdsFor,
  limitsFor,
  type Subject,
} from "../../../actors/risk-shard/applied-limits.ts";
import { APPLIED_LIMITS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { limitCheckOf } from "../../../actors/risk-shard/checks/registry.ts";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import { sceneOf } from "../../../actors/risk-shard/scene.ts";
import type { Limit, LimitKind, LimitSet } from "../../../actors/risk-shard/state.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import { inputs, mixedSet } from "./arbitrary.ts";

const KINDS = [
  "max-order-qty",
  "max-position-notional",
  "max-gross-exposure",
  "max-order-rate",
  "max-price-age",
] as const satisfies readonly LimitKind[];

const limit: fc.Arbitrary<Limit> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    scope: fc.constantFrom<Limit["scope"]["kind"]>("account", "symbol", "strategy"),
    id: fc.constantFrom(undefined, "A", "B"),
    threshold: fc.bigInt({ min: 0n, max: 10n ** 24n }),
    warnAt: fc.option(fc.bigInt({ min: 0n, max: 10n ** 24n }), { nil: undefined }),
    unit: fc.constantFrom("money" as const, "equity-percent" as const),
  })
  .map(({ kind, scope, id, threshold, warnAt, unit }) => ({
    id: "l",
    kind,
    scope: scope === "account" || id === undefined ? { kind: scope } : { kind: scope, id },
    threshold,
    ...(warnAt === undefined ? {} : { warnAt }),
    action: "reject",
    unit: kind === "max-gross-exposure" ? unit : "money",
  }));
const measuring = (limit: Limit) => ({ limit, scope: limit.scope.kind, rateIndex: 0 });
const limits = fc
  .array(limit, { maxLength: 12 })
  .map((set) => set.map((one, place) => ({ ...one, id: `l${place}` })));
const subject: fc.Arbitrary<Subject> = fc.record({
  symbol: fc.constantFrom("", "A", "B", "C", "D"),
  strategy: fc.constantFrom("", "A", "B", "C", "D"),
});
const some = <Value>(of: fc.Arbitrary<Value>) => fc.array(of, { minLength: 1, maxLength: 12 });

describe("limits that hold", () => {
  test("are those of the set that hold for the symbol and the strategy, whoever asked before", () => {
    fc.assert(
      fc.property(limits, some(subject), (set, subjects) => {
        for (const one of subjects) {
          const held = set.filter((limit) => holdsFor(limit, one));
          const found = limitsFor(set, one);
          expect(found.limits.map(({ limit }) => limit)).toEqual(held);
          expect(found.limits.map(({ place }) => set[place])).toEqual(held);
          expect(found.limits.map(({ check }) => check.kind)).toEqual(held.map(({ kind }) => kind));
          expect(found.rates).toEqual(held.filter(({ kind }) => kind === "max-order-rate"));
          expect(found.isEmptySet).toBe(set.length === 0);
          const ages = held.filter(({ kind }) => kind === "max-price-age").map(({ threshold }) => threshold);
          const strictest = ages.sort((a, b) => (a < b ? -1 : 1))[0];
          expect(found.priceAgeMax).toBe(strictest === undefined ? undefined : Number(strictest));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("share a measure only where each would find the same by itself, and never a count", () => {
    fc.assert(
      fc.property(inputs, limits, subject, (given, set, one) => {
        const scene = sceneOf(given);
        const found = limitsFor(set, one).limits;
        for (const [index, { limit, check, isMeasured, rateIndex }] of found.entries()) {
          const before = found.slice(0, index);
          const shared = before.at(-1)?.limit;
          if (isMeasured) expect(check.kind).toBe(shared?.kind);
          if (isMeasured)
            expect(check.measure(scene, measuring(limit), undefined)).toEqual(
              check.measure(scene, measuring(shared!), undefined),
            );
          if (limit.kind !== "max-order-rate") continue;
          expect(isMeasured).toBe(false);
          expect(rateIndex).toBe(before.filter((other) => other.limit.kind === limit.kind).length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

test("bounds are what the unit makes of each threshold, at the scale and the equity that are asked for", () => {
  const ground = fc.record({
    sizeScale: fc.integer({ min: 0, max: 3 }),
    equity: fc.bigInt({ min: -5n, max: 10n ** 24n }),
  });
  fc.assert(
    fc.property(limits, some(ground), (set, grounds) => {
      for (const one of [...grounds, ...grounds]) {
        const plain = set.map((limit) => {
          const { unit } = limitCheckOf(limit.kind)!;
          const value = unit.bound(one, limit, limit.threshold);
          const warnAt = limit.warnAt === undefined ? undefined : unit.bound(one, limit, limit.warnAt);
          return { value, warnAt, scale: unit.scale(one), text: decimalText(value, unit.scale(one)) };
        });
        expect(boundsAt(set, one)).toEqual(plain);
      }
    }),
  );
});

test("a decision under a set that others were decided under is the one under a new set", () => {
  fc.assert(
    fc.property(mixedSet, some(fc.tuple(inputs, subject)), (set, orders) => {
      for (const [given, one] of orders) {
        const fresh: LimitSet = { ...set, limits: [...set.limits] };
        expect(evaluate(given, one, set)).toEqual(evaluate(given, one, fresh));
      }
    }),
    { numRuns: 1_000 },
  );
});

test("bound risk-shard/memory:appliedLimits: all are forgotten at once, and found again", () => {
  const symbols = Array.from({ length: 100 }, (_, index) => `S${index}`);
  const plain: Limit = {
    id: "l",
    kind: "max-order-qty",
    scope: { kind: "account" },
    threshold: 1n,
    action: "reject",
    unit: "money",
  };
  const set = symbols.flatMap((id): Limit[] => [
    { ...plain, scope: { kind: "symbol", id } },
    { ...plain, scope: { kind: "strategy", id } },
  ]);
  let most = 0;
  for (const symbol of symbols) {
    for (const strategy of [...symbols, "unnamed"]) {
      expect(limitsFor(set, { symbol, strategy }).limits.length).toBe(strategy === "unnamed" ? 1 : 2);
      most = Math.max(most, appliedLimitsKept(set));
    }
  }
  expect(most).toBe(APPLIED_LIMITS_MAX);
  expect(appliedLimitsKept(set)).toBeLessThan(APPLIED_LIMITS_MAX);
});
