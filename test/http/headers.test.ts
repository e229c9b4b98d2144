import { describe, expect, test } from "vitest";
import { fakeEdge } from "../support/fake-edge.ts";

const ORIGIN = "https://desk.example";

const headersOf = (response: Response): Record<string, string> =>
  Object.fromEntries(
    [...response.headers].filter(([name]) => name !== "x-request-id" && name !== "traceparent"),
  );

describe("every reply", () => {
  test.each([
    ["an answer", "GET", "/v1/accounts/main", {}, 200],
    ["a refusal", "GET", "/v1/accounts/none", {}, 404],
    ["a refusal of the credential", "GET", "/v1/keys", { key: null }, 401],
    ["a path that is not there", "GET", "/v1/none", {}, 404],
    ["an empty reply", "DELETE", "/v1/keys/k1", {}, 204],
    ["a public one", "GET", "/health/live", { key: null }, 200],
  ] as const)(
    "%s tells a browser to guess, frame, cache and load nothing",
    async (_name, method, path, init, status) => {
      const { fetch } = await fakeEdge();
      const response = await fetch(method, path, init);
      expect(response.status).toBe(status);
      expect(headersOf(response)).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy":
          "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "cross-origin-resource-policy": "same-origin",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-content-type-options": "nosniff",
      });
    },
  );

  test("a page may besides use no device, name nobody as its origin, and share no window", async () => {
    const { fetch } = await fakeEdge();
    const response = await fetch("GET", "/docs", { key: null });
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(headersOf(response)).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
      "referrer-policy": "no-referrer",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  });

  test("has no header that is not named here", async () => {
    const { fetch } = await fakeEdge();
    expect(Object.keys(headersOf(await fetch("GET", "/v1/accounts/main"))).sort()).toMatchInlineSnapshot(`
      [
        "cache-control",
        "content-security-policy",
        "content-type",
        "cross-origin-resource-policy",
        "strict-transport-security",
        "x-content-type-options",
      ]
    `);
  });
});

describe("ids", () => {
  const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  test.each(["/v1/accounts/main", "/v1/accounts/none", "/v1/none", "/health/live"])(
    "the caller's request id and traceparent come back on %s",
    async (path) => {
      const { fetch } = await fakeEdge();
      const response = await fetch("GET", path, {
        headers: { "x-request-id": "desk-7", traceparent: TRACE },
      });
      expect(response.headers.get("x-request-id")).toBe("desk-7");
      expect(response.headers.get("traceparent")).toBe(TRACE);
    },
  );

  test("they reach the actor in the envelope, with who acts", async () => {
    const edge = await fakeEdge();
    await edge.fetch("GET", "/v1/accounts/main", {
      headers: { "x-request-id": "desk-7", traceparent: TRACE },
    });
    expect(edge.calls.at(-1)?.args[0]).toMatchObject({
      requestId: "desk-7",
      traceparent: TRACE,
      principal: { tenant: "acme", subject: "acme" },
    });
  });

  test.each([
    ["x-request-id", "a b"],
    ["x-request-id", "a".repeat(65)],
    ["x-request-id", "<script>"],
    ["traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01"],
    ["traceparent", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
    ["traceparent", "x"],
  ])("a malformed %s %j is replaced", async (name, value) => {
    const { fetch } = await fakeEdge();
    const response = await fetch("GET", "/v1/none", { headers: { [name]: value } });
    expect(response.headers.get(name)).not.toBe(value);
    expect(response.headers.get(name)).toMatch(
      name === "traceparent" ? /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/ : /^[0-9a-f]{24}$/,
    );
  });

  test("what is answered before any route has them too", async () => {
    const { fetch, log } = await fakeEdge({ corsOrigins: [ORIGIN] });
    const headers = { origin: ORIGIN, "access-control-request-method": "POST", "x-request-id": "asked-1" };
    const response = await fetch("OPTIONS", "/v1/accounts", { key: null, headers });
    expect(response.headers.get("x-request-id")).toBe("asked-1");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(log).toHaveLength(1);
  });

  test("no middleware stands before a route but what rewrites the errors of UDF", async () => {
    const { app } = await fakeEdge();
    expect(app.hono.routes.filter(({ method }) => method === "ALL").map(({ path }) => path)).toEqual([
      "/udf/*",
    ]);
  });

  test("a problem names its request", async () => {
    const { fetch } = await fakeEdge();
    const response = await fetch("GET", "/v1/none", { headers: { "x-request-id": "desk-7" } });
    expect(await response.json()).toEqual({
      type: "urn:outcry:problem:not-found",
      title: "There is no such resource",
      status: 404,
      code: "not-found",
      detail: "There is no such resource.",
      instance: "urn:outcry:request:desk-7",
      requestId: "desk-7",
    });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("other origins", () => {
  const PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
  };

  test("none may call unless it is listed", async () => {
    const { fetch } = await fakeEdge();
    const answer = await fetch("GET", "/v1/accounts/main", { headers: { origin: ORIGIN } });
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    const preflight = await fetch("OPTIONS", "/v1/ticks", {
      key: null,
      headers: { origin: ORIGIN, ...PREFLIGHT },
    });
    expect(preflight.status).toBe(401);
    expect(preflight.headers.has("access-control-allow-origin")).toBe(false);
  });

  test.each([
    "https://evil.example",
    "null",
    "https://desk.example.evil.com",
    "http://desk.example",
    "https://desk.example:8443",
    "https://DESK.example",
  ])("%s is not the listed one", async (origin) => {
    const { fetch } = await fakeEdge({ corsOrigins: [ORIGIN] });
    const headers = { origin };
    expect(
      (await fetch("GET", "/v1/accounts/main", { headers })).headers.has("access-control-allow-origin"),
    ).toBe(false);
    const preflight = await fetch("OPTIONS", "/v1/ticks", {
      key: null,
      headers: { ...headers, ...PREFLIGHT },
    });
    expect(preflight.headers.has("access-control-allow-origin")).toBe(false);
  });

  test("a listed one may, and reads refusals and request ids too", async () => {
    const { fetch } = await fakeEdge({ corsOrigins: [ORIGIN] });
    for (const path of ["/v1/accounts/main", "/v1/accounts/none", "/v1/none"]) {
      const { headers } = await fetch("GET", path, { headers: { origin: ORIGIN } });
      expect(headers.get("access-control-allow-origin")).toBe(ORIGIN);
      expect(headers.get("access-control-expose-headers")).toContain("x-request-id");
      expect(headers.get("vary")).toContain("Origin");
      expect(headers.has("access-control-allow-credentials")).toBe(false);
    }
  });

  test("its preflight is answered without a credential", async () => {
    const edge = await fakeEdge({ corsOrigins: [ORIGIN] });
    const response = await edge.fetch("OPTIONS", "/v1/ticks", {
      key: null,
      headers: { origin: ORIGIN, ...PREFLIGHT },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(response.headers.get("access-control-allow-methods")).toContain("PATCH");
    expect(response.headers.get("access-control-allow-headers")).toContain("idempotency-key");
    expect(edge.calls).toEqual([]);
  });

  test("the refusal of a missing credential can be read by a listed origin", async () => {
    const { fetch } = await fakeEdge({ corsOrigins: [ORIGIN] });
    const response = await fetch("GET", "/v1/keys", { key: null, headers: { origin: ORIGIN } });
    expect(response.status).toBe(401);
    expect(response.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  });
});
