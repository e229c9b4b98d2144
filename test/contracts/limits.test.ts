import { describe, expect, test } from "vitest";
import { faultsOf } from "../../src/contracts/issues.ts";
import { LIMIT_KINDS, limitsBody } from "../../src/contracts/limits.ts";

type Limit = Record<string, unknown>;

function faults(limit: Limit): { path: string; code: string }[] {
  const body = { limits: [{ id: "l", action: "reject", threshold: "100", ...limit }] };
  const parsed = limitsBody.safeParse(body);
  return parsed.success ? [] : faultsOf(parsed.error, body).map(({ path, code }) => ({ path, code }));
}
const only = (field: string) => [{ path: `limits.0.${field}`, code: "field-combination" }];

describe("a field that its kind does not look at is refused, never ignored", () => {
  test.each<[field: string, kind: string, value: unknown]>([
    ["unit", "max-net-exposure", "money"],
    ["reference", "price-collar", "mid"],
    ["participation", "max-days-to-liquidate", "0.1"],
    ["participation", "max-order-notional", "1"],
    ["volatilityReference", "max-order-qty", "0.02"],
    ["confidence", "max-var", "0.99"],
    ["horizonDays", "max-var", 10],
    ["n", "max-top-weight", 5],
    ["factor", "max-factor-exposure", "momentum"],
    ["rho", "max-cluster-gross", "0.8"],
  ])("%s is one of %s's", (field, kind, value) => {
    expect(faults({ kind: "max-spread", [field]: value })).toEqual(only(field));
    expect(faults({ kind, [field]: value })).toEqual([]);
  });
});

describe("a field that a kind says nothing without is asked for, never filled in", () => {
  test.each([
    ["max-top-weight", "n", 5],
    ["max-factor-exposure", "factor", "value"],
  ])("%s has %s", (kind, field, value) => {
    expect(faults({ kind })).toEqual(only(field));
    expect(faults({ kind, [field]: value })).toEqual([]);
  });

  test("the largest fifty symbols are added up, and no more", () => {
    expect(faults({ kind: "max-top-weight", n: 50 })).toEqual([]);
    expect(faults({ kind: "max-top-weight", n: 51 })).toEqual([{ path: "limits.0.n", code: "range" }]);
  });
});

describe("warnAt", () => {
  test.each([
    ["100.000001", only("warnAt")],
    ["1000", only("warnAt")],
    ["100.0", []],
    ["99", []],
  ])("%s before a threshold of 100", (warnAt, expected) => {
    expect(faults({ kind: "max-order-qty", warnAt })).toEqual(expected);
  });

  test("of duplicates there is none: an order is one, or it is not", () => {
    expect(faults({ kind: "duplicate-order", warnAt: "50" })).toEqual(only("warnAt"));
    expect(faults({ kind: "duplicate-order", threshold: "86400001" })).toEqual(only("threshold"));
    expect(faults({ kind: "duplicate-order", threshold: "86400000" })).toEqual([]);
  });

  test("is compared as a number below zero too", () => {
    const limit = { kind: "max-correlation", threshold: "-0.5" };
    expect(faults({ ...limit, warnAt: "-0.6" })).toEqual([]);
    expect(faults({ ...limit, warnAt: "-0.4" })).toEqual(only("warnAt"));
  });
});

describe("the action reduce", () => {
  const needs: Record<string, Limit> = {
    "max-order-rate": { windowMs: 1_000 },
    "max-message-rate": { windowMs: 1_000 },
    "price-collar-period": { windowMs: 1_000 },
    "repeated-execution": { windowMs: 1_000 },
    "max-days-to-liquidate": { participation: "0.1" },
    "max-correlation": { threshold: "0.5" },
    "max-top-weight": { n: 5 },
    "max-factor-exposure": { factor: "value" },
    "restricted-list": { symbols: ["XNAS:AAPL"], threshold: undefined },
    "self-match": { threshold: undefined },
    "reduce-only": { threshold: undefined },
  };

  test("is refused of kinds that a smaller order passes no sooner, and of no others", () => {
    const refused = LIMIT_KINDS.filter((kind) => {
      const limit = { kind, ...needs[kind] };
      expect(faults({ ...limit, action: "warn" })).toEqual([]);
      return faults({ ...limit, action: "reduce" }).some(({ path }) => path === "limits.0.action");
    });
    expect(refused).toEqual([
      "max-working-orders",
      "max-order-rate",
      "max-message-rate",
      "max-daily-orders",
      "max-daily-trades",
      "price-collar",
      "price-collar-period",
      "max-price-age",
      "duplicate-order",
      "repeated-execution",
      "restricted-list",
      "max-spread",
      "self-match",
    ]);
  });
});
