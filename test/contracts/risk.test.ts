import { describe, expect, test } from "vitest";
import { accountBody } from "../../src/contracts/accounts.ts";
import { faultsOf } from "../../src/contracts/issues.ts";
import { limitsBody } from "../../src/contracts/limits.ts";
import { getRisk } from "../../src/contracts/risk.ts";

type Fields = Record<string, unknown>;

function pathsOf(limit: Fields): string[] {
  const body = { limits: [{ id: "l", action: "reject", threshold: "1", ...limit }] };
  const parsed = limitsBody.safeParse(body);
  return parsed.success ? [] : faultsOf(parsed.error, body).map(({ path }) => path.replace("limits.0.", ""));
}

describe("a limit on covariances", () => {
  test.each([
    [{ kind: "max-var", confidence: "0.5" }, []],
    [{ kind: "max-var", confidence: "0.999999" }, []],
    [{ kind: "max-var", confidence: "0.499999" }, ["confidence"]],
    [{ kind: "max-var", confidence: "1" }, ["confidence"]],
    [{ kind: "max-var", confidence: "1.0" }, ["confidence"]],
    [{ kind: "max-var", horizonDays: 250 }, []],
    [{ kind: "max-var", horizonDays: 251 }, ["horizonDays"]],
    [{ kind: "max-var", horizonDays: 0 }, ["horizonDays"]],
    [{ kind: "max-cluster-gross", rho: "-1" }, []],
    [{ kind: "max-cluster-gross", rho: "1.000001" }, ["rho"]],
    [{ kind: "max-correlation", threshold: "-1" }, []],
    [{ kind: "max-correlation", threshold: "1.01" }, ["threshold"]],
    [{ kind: "max-correlation", threshold: "-1.01" }, ["threshold"]],
  ])("%o has these faults: %o", (limit, faults) => {
    expect(pathsOf(limit)).toEqual(faults);
  });
});

describe("the bars that an account reckons by", () => {
  const taken = (riskModel: unknown): boolean =>
    accountBody.safeParse({ currency: "USD", equity: "1", riskModel }).success;

  test.each([
    [{}, true],
    [{ resolution: "5", lambda: 1, minObservations: 2 }, true],
    [{ resolution: "30" }, false],
    [{ lambda: 0 }, false],
    [{ lambda: 1.01 }, false],
    [{ lambda: "0.94" }, false],
    [{ minObservations: 1 }, false],
    [{ minObservations: 251 }, false],
    [{ window: 10 }, false],
  ])("%o: %s", (model, expected) => {
    expect(taken(model)).toBe(expected);
  });
});

test.each([
  [{}, true],
  [{ confidence: "0.95", horizonDays: "10" }, true],
  [{ confidence: "0.4" }, false],
  [{ confidence: "1" }, false],
  [{ confidence: "0.9999999" }, false],
  [{ confidence: ".9" }, false],
  [{ horizonDays: "0" }, false],
  [{ horizonDays: "251" }, false],
  [{ horizonDays: "1.5" }, false],
])("a question for %o is one that can be answered: %s", (query, expected) => {
  expect(getRisk.query?.safeParse(query).success).toBe(expected);
});
