import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  differenceText,
  ratioText,
  recordOf,
  shownDecision,
} from "../../../actors/risk-shard/decision-record.ts";
import { decisionText } from "../../../actors/risk-shard/decision-text.ts";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import type { OrderTerms } from "../../../actors/risk-shard/messages.ts";
import { decimalText, divideHalfEven, scaledBigint } from "../../../src/domain/decimal.ts";
import { inputs, mixedSet, SUBJECT } from "./arbitrary.ts";

const TERMS = { clientOrderId: "o-1", ...SUBJECT, side: "buy", qty: "10" } as unknown as OrderTerms;

describe("a decision as text", () => {
  test("is byte for byte the object's, whatever was found and however much of it is shown", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(inputs, mixedSet, fc.boolean(), (looked, set, dryRun) => {
        const outcome = evaluate(looked, SUBJECT, set);
        seen.add(outcome.decision);
        const record = recordOf({
          ...{ seq: 7, at: looked.at, terms: TERMS, limitsVersion: set.version, ...outcome },
          ...{ allowedQty: String(outcome.allowedQty), orderId: dryRun ? undefined : "main-7" },
        });
        for (const shown of ["all", "telling"] as const)
          expect(decisionText(record, shown)).toBe(JSON.stringify(shownDecision(record, shown)));
      }),
      { numRuns: 2_000, seed: 11 },
    );
    expect([...seen].sort()).toEqual(["accept", "reduce", "reject"]);
  });
});

describe("numbers of a check", () => {
  const decimals = fc
    .tuple(
      fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
      fc.integer({ min: 0, max: 18 }),
      fc.integer({ min: 0, max: 24 }),
    )
    .map(([value, scale, cut]) => decimalText(value / 10n ** BigInt(cut), scale));
  const exact = (text: string): bigint => {
    const scaled = scaledBigint(text, 18);
    return scaled.ok ? scaled.value : 0n;
  };

  test("headroom is the exact difference", () => {
    fc.assert(
      fc.property(decimals, decimals, (limit, projected) => {
        fc.pre(scaledBigint(limit, 18).ok && scaledBigint(projected, 18).ok);
        expect(differenceText(limit, projected)).toBe(decimalText(exact(limit) - exact(projected), 18));
      }),
      { numRuns: 5_000, seed: 11 },
    );
  });

  test("utilisation is the exact quotient at six decimals, ties to even, and null where nothing divides", () => {
    fc.assert(
      fc.property(decimals, decimals, (part, whole) => {
        fc.pre(scaledBigint(part, 18).ok && scaledBigint(whole, 18).ok);
        const wanted =
          exact(whole) > 0n
            ? decimalText(divideHalfEven(exact(part), exact(whole), 6), 6)
            : exact(part) === 0n
              ? "0"
              : null;
        expect(ratioText(part, whole)).toBe(wanted);
      }),
      { numRuns: 5_000, seed: 11 },
    );
    expect(ratioText("0.0000005", "1")).toBe("0");
    expect(ratioText("0.0000015", "1")).toBe("0.000002");
    expect(ratioText("3", "2000000")).toBe("0.000002");
    expect(ratioText("5", "2000000")).toBe("0.000002");
  });
});
