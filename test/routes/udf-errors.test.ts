import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { udfProblem } from "../../src/contracts/udf.ts";
import { type Answers, fakeEdge, keyOf } from "../support/fake-edge.ts";

const READER = keyOf("acme", "market:read");
const AAPL = "XNAS:AAPL";
const HISTORY = `/udf/history?symbol=${AAPL}&resolution=1`;

type Body = Record<string, unknown>;
const bodyOf = async (response: Response): Promise<Body> => (await response.json()) as Body;

describe("an error under /udf", () => {
  const failing = (code: "overloaded" | "history-unavailable"): Answers => ({
    "symbol.bars": () => refusal(code),
  });
  const crashing: Answers = { "instrumentDirectory.named": () => answer(["no JSON"]) };

  test.each<
    [string, number, string, { path: string; method?: string; key?: string | null; answers?: Answers }]
  >([
    ["without a credential", 401, "unauthenticated", { path: "/udf/config", key: null }],
    ["with another scope", 403, "forbidden", { path: "/udf/config", key: keyOf("acme", "risk:read") }],
    ["of an unknown symbol", 404, "symbol-unknown", { path: "/udf/symbols?symbol=NONE" }],
    [
      "of an unknown symbol's bars",
      404,
      "symbol-unknown",
      { path: "/udf/history?symbol=NONE&resolution=1&from=1&to=2" },
    ],
    ["of a path that is not there", 404, "not-found", { path: "/udf/nothing" }],
    ["of the root itself", 404, "not-found", { path: "/udf" }],
    ["of a method that is not taken", 405, "method-not-allowed", { path: "/udf/config", method: "POST" }],
    ["of a missing parameter", 422, "invalid", { path: "/udf/symbols" }],
    ["of an unknown parameter", 422, "unknown-field", { path: "/udf/time?x=1" }],
    ["of milliseconds", 422, "ts-range", { path: `${HISTORY}&from=1&to=1700000000000` }],
    [
      "of a width that is not built",
      422,
      "resolution-unsupported",
      {
        path: `${HISTORY.replace("=1", "=W")}&from=1&to=2`,
        answers: { "symbol.bars": () => refusal("resolution-unsupported") },
      },
    ],
    ["of another currency", 422, "currency-unsupported", { path: `${HISTORY}&from=1&to=2&currencyCode=EUR` }],
    ["of neither from nor countback", 422, "invalid", { path: `${HISTORY}&to=2` }],
    [
      "of an actor with too much to do",
      503,
      "overloaded",
      { path: `${HISTORY}&from=1&to=2`, answers: failing("overloaded") },
    ],
    [
      "of Postgres being away",
      503,
      "history-unavailable",
      { path: `${HISTORY}&from=1&to=2`, answers: failing("history-unavailable") },
    ],
    ["that nobody expected", 500, "internal", { path: "/udf/symbols?symbol=A", answers: crashing }],
  ])(
    "%s is a %i problem `%s` that says s and errmsg too",
    async (_name, status, code, { path, method = "GET", key = READER, answers = {} }) => {
      const { fetch } = await fakeEdge({ answers });
      const response = await fetch(method, path, { key });
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      if (status === 503) expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
      const body = await bodyOf(response);
      expect(udfProblem.safeParse(body).error).toBeUndefined();
      expect(body).toMatchObject({ s: "error", code, errmsg: expect.stringContaining(code) });
    },
  );

  test("names the field that is at fault", async () => {
    const { fetch } = await fakeEdge();
    const { errmsg } = await bodyOf(await fetch("GET", `${HISTORY}&from=x&to=2`));
    expect(errmsg).toMatch(/from: /);
  });

  test("elsewhere says nothing of the kind", async () => {
    const { fetch } = await fakeEdge();
    expect(await bodyOf(await fetch("GET", "/v1/nothing"))).not.toHaveProperty("s");
    expect(await bodyOf(await fetch("GET", "/udfx"))).not.toHaveProperty("s");
  });
});
