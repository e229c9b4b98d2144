import { describe, expect, test } from "vitest";
import { problem } from "../../src/contracts/problem.ts";
import { REFUSAL_CODES, type RefusalCode } from "../../src/domain/refusals.ts";
import { problemResponse, statusOf } from "../../src/http/problem.ts";
import { fakeEdge } from "../support/fake-edge.ts";

describe("a refusal", () => {
  test.each(REFUSAL_CODES)("%s has one status of the contract and the declared shape", async (code) => {
    const response = problemResponse({ code }, "r1");
    expect([400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 426, 429, 500, 503]).toContain(
      response.status,
    );
    const body = problem.parse(await response.json());
    expect(body).toMatchObject({
      code,
      status: response.status,
      requestId: "r1",
      type: `urn:outcry:problem:${code}`,
    });
    expect(body.detail).not.toBe("");
  });

  test("says when to come again exactly where it says not now", () => {
    for (const code of REFUSAL_CODES) {
      const later = [408, 429, 503].includes(statusOf(code));
      expect(problemResponse({ code }, "r1").headers.has("retry-after")).toBe(later);
    }
  });

  test.each([
    [undefined, 1, 2],
    [1, 1, 1],
    [250, 1, 1],
    [1_000, 1, 2],
    [2_500, 3, 4],
    [60_000, 60, 90],
  ])(
    "retry after %s ms is whole seconds, never earlier, at most half as much later",
    (retryAfterMs, least, most) => {
      for (let times = 0; times < 50; times++) {
        const refused =
          retryAfterMs === undefined
            ? { code: "overloaded" as const }
            : { code: "overloaded" as const, retryAfterMs };
        const text = problemResponse(refused, "r1").headers.get("retry-after") ?? "";
        expect(text).toMatch(/^\d+$/);
        expect(Number(text)).toBeGreaterThanOrEqual(least);
        expect(Number(text)).toBeLessThanOrEqual(most);
      }
    },
  );

  test.each<[RefusalCode, number]>([
    ["json-invalid", 400],
    ["unauthenticated", 401],
    ["forbidden", 403],
    ["symbol-unknown", 404],
    ["method-not-allowed", 405],
    ["idempotency-key-reused", 409],
    ["scale-fixed", 409],
    ["timezone-fixed", 409],
    ["version-conflict", 412],
    ["body-too-large", 413],
    ["media-type", 415],
    ["unknown-field", 422],
    ["cursor-invalid", 422],
    ["too-many", 429],
    ["overloaded", 503],
    ["history-unavailable", 503],
  ])("%s is %s", (code, status) => expect(statusOf(code)).toBe(status));
});

describe("what goes wrong behind the edge", () => {
  test("an actor that throws leaves the outcome unknown, and the caller may repeat", async () => {
    const { fetch } = await fakeEdge({
      answers: { "riskShard.account": () => Promise.reject(new Error("secret-canary")) },
    });
    const response = await fetch("GET", "/v1/accounts/main");
    expect(response.status).toBe(503);
    expect(response.headers.has("retry-after")).toBe(true);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: "outcome-unknown" });
    expect(text).not.toContain("canary");
  });

  test("an object that the platform finds flooded is asked once and not again", async () => {
    let asked = 0;
    const flooded = () => {
      asked += 1;
      return Promise.reject(Object.assign(new Error("too many"), { overloaded: true, retryable: true }));
    };
    const { fetch } = await fakeEdge({ answers: { "riskShard.account": flooded } });
    expect(await (await fetch("GET", "/v1/accounts/main")).json()).toMatchObject({
      code: "overloaded",
      status: 503,
    });
    expect(asked).toBe(1);
  });

  test("a throw of our own is 500 and tells nothing", async () => {
    const edge = await fakeEdge({
      asset: () => {
        throw new TypeError("secret-canary");
      },
    });
    const response = await edge.fetch("GET", "/docs/swagger-ui.css", { key: null });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("canary");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(edge.log.map(({ level, event }) => `${level} ${event}`)).toEqual([
      "error failure",
      "error request",
    ]);
  });

  test("an actor's refusal keeps its detail, its errors and its own wait", async () => {
    const errors = [{ path: "limits.0", code: "field-combination", detail: "no threshold" }];
    const { fetch } = await fakeEdge({
      answers: {
        "riskShard.account": () => ({
          ok: false,
          code: "overloaded",
          detail: "busy",
          errors,
          retryAfterMs: 60_000,
        }),
      },
    });
    const response = await fetch("GET", "/v1/accounts/main");
    expect(await response.json()).toMatchObject({ detail: "busy", errors });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(60);
  });
});
