import fc from "fast-check";
import { expect, test } from "vitest";
import { exceeds, projectedOf } from "../../../actors/risk-shard/checks/measure.ts";
import { limitCheckOf } from "../../../actors/risk-shard/checks/registry.ts";
import type { Found } from "../../../actors/risk-shard/inputs.ts";
import { sceneOf } from "../../../actors/risk-shard/scene.ts";
import type { Limit, LimitKind, LimitScopeKind } from "../../../actors/risk-shard/state.ts";
import { inputs } from "./arbitrary.ts";

const NEVER = 10n ** 16n;
const large = fc.bigInt({ min: 0n, max: 10n ** 24n });
const signed = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const volume = fc.bigInt({ min: 1n, max: 10n ** 14n });
const part = fc.bigInt({ min: 0n, max: 10n ** 7n });

type Kind = {
  readonly kind: LimitKind;
  readonly scope?: LimitScopeKind;
  readonly found: fc.Arbitrary<Found>;
};

const factor = fc.tuple(signed, signed, fc.constant(0n), fc.constant(1n), fc.bigInt(-3_000_000n, 3_000_000n));
/** Variance, covariance, variance of the rest, bars a day, none lacking. */
const risk = fc.tuple(
  fc.bigInt({ min: 0n, max: 10n ** 16n }),
  fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
  fc.bigInt({ min: 0n, max: 10n ** 24n }),
  fc.bigInt(1n, 400n),
  fc.constant(0n),
);
const beside = fc.tuple(large, fc.constant(NEVER), fc.constant(1n), fc.constant(NEVER), volume);

const KINDS: readonly Kind[] = [
  { kind: "max-leverage", found: fc.constant([]) },
  { kind: "max-weight", scope: "sector", found: fc.tuple(large) },
  { kind: "max-top-weight", found: fc.tuple(large, large) },
  { kind: "max-concentration", found: fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 48n })) },
  { kind: "max-factor-exposure", found: factor },
  { kind: "max-beta-exposure", found: factor },
  { kind: "max-margin-use", found: fc.tuple(large, part, fc.constant(1_000_000n)) },
  { kind: "max-correlation", found: risk },
  { kind: "max-var", found: risk },
  { kind: "max-adv-participation", found: fc.tuple(fc.constant(NEVER), volume) },
  { kind: "max-volume-participation", found: fc.tuple(fc.constant(NEVER), volume) },
  { kind: "max-days-to-liquidate", scope: "symbol", found: fc.tuple(fc.constant(NEVER), volume) },
  { kind: "max-days-to-liquidate", found: beside },
  { kind: "max-impact", found: fc.tuple(fc.constant(NEVER), volume, part) },
];

test.each(KINDS)("$kind is exceeded exactly where the number that it shows is above the bound", (one) => {
  const { kind, scope = "account" } = one;
  const check = limitCheckOf(kind);
  const limit = { id: "l", kind, scope: { kind: scope }, threshold: 0n, participation: 250_000n } as Limit;
  let above = 0;
  let within = 0;
  fc.assert(
    fc.property(inputs, one.found, signed, (looked, found, anywhere) => {
      const measure = check?.measure(sceneOf(looked), { limit, scope, rateIndex: 0 }, found);
      if (measure === undefined || measure.missing !== undefined) return;
      const shown = projectedOf(measure);
      for (const bound of [shown - 1n, shown, shown + 1n, 0n, -1n, anywhere]) {
        expect(exceeds(measure, bound)).toBe(shown > bound);
        if (shown > bound) above += 1;
        else within += 1;
      }
    }),
    { numRuns: 500, seed: 23 },
  );
  expect(Math.min(above, within)).toBeGreaterThan(100);
});
