import { describe, expect, test } from "vitest";
import { type Endpoint, SCOPES } from "../../src/contracts/endpoint.ts";
import { declaredEndpoints, labelOf, pathOf } from "../support/declared.ts";
import { fakeEdge, keyOf, OTHER_KEY, ROOT_KEY, requestOf } from "../support/fake-edge.ts";

const endpoints = await declaredEndpoints();
const closed = endpoints.filter((declared) => declared.scope !== "public");
const scoped = closed.filter((declared) => declared.scope !== "any");
const cases = (list: readonly Endpoint[]) => list.map((declared) => [labelOf(declared), declared] as const);
/** A body that no route takes: who may not, never learns that. */
const BAD_BODY = { body: "{", headers: { "content-type": "text/plain" } };
const withBody = ({ method }: Endpoint) => (method === "GET" || method === "DELETE" ? {} : BAD_BODY);

describe("what is declared is what is served", () => {
  test("every declared call is mounted once, and nothing else is", async () => {
    const { app } = await fakeEdge();
    expect(app.endpoints.map(labelOf).sort()).toEqual(endpoints.map(labelOf).sort());
    expect(new Set(app.endpoints.map(labelOf)).size).toBe(app.endpoints.length);
  });

  test("the router holds no path but the declared ones", async () => {
    const { app } = await fakeEdge();
    const routed = app.hono.routes.filter((route) => route.method !== "ALL");
    expect(routed).toHaveLength(endpoints.length);
  });

  test("only health, home, documentation and its files are public", () => {
    const open = endpoints.filter((declared) => declared.scope === "public").map(labelOf);
    expect(open.sort()).toEqual([
      "GET /",
      "GET /console/{asset}",
      "GET /docs",
      "GET /docs/{asset}",
      "GET /health/live",
      "GET /health/ready",
      "GET /openapi.json",
    ]);
  });
});

describe("without a credential", () => {
  test.each(cases(closed))("%s is 401", async (_label, declared) => {
    const edge = await fakeEdge();
    const response = await edge.fetch(declared.method, pathOf(declared), {
      ...withBody(declared),
      key: null,
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(edge.calls).toEqual([]);
  });

  test.each([
    "/v1",
    "/v1/",
    "/v1/nothing",
    "/V1/keys",
    "//v1/keys",
    "/v1//keys",
    "/v1/keys/",
    "/v1/%6beys",
    "/v1/keys%2f",
    "/health/live/",
    "//health/live",
    "/health/%6cive/x",
    "/health",
    "/docs/",
    "/docs/a/b",
    "/udf/config",
    "/metrics",
    "/favicon.ico",
    "/.env",
    "/cdn-cgi/handler/scheduled",
  ])("%s is 401: what is not declared public is closed", async (path) => {
    const edge = await fakeEdge();
    const response = await edge.fetch("GET", path, { key: null });
    expect(response.status).toBe(401);
    expect(edge.calls).toEqual([]);
  });
});

describe("with a wrong credential", () => {
  const secret = "s".repeat(43);
  const wrong = [
    ["an unknown key", `Bearer ok_nobody_${secret}`],
    ["a key without its secret", "Bearer ok_acme_"],
    ["a key with a secret too short", `Bearer ok_acme_${"s".repeat(42)}`],
    ["a key with a secret too long", `Bearer ok_acme_${"s".repeat(44)}`],
    ["another scheme", `Basic ${btoa("acme:secret")}`],
    ["no scheme", `ok_acme_${secret}`],
    ["two credentials", `Bearer ok_acme_${secret}, Bearer ok_acme_${secret}`],
    ["two tokens", `Bearer ok_acme_${secret} ok_acme_${secret}`],
    ["two schemes", `Bearer Bearer ok_acme_${secret}`],
    ["nothing but the scheme", "Bearer "],
    ["a token of 32 KB", `Bearer ${"x".repeat(32_768)}`],
    [
      "an unsigned token",
      `Bearer ${btoa('{"alg":"none"}')}.${btoa('{"tenant":"acme","scopes":["admin"]}')}.`,
    ],
    ["a root key with one letter changed", `Bearer ${ROOT_KEY.slice(0, -1)}q`],
    ["a path for a key", "Bearer ok_../acme_x"],
  ] as const;

  test.each(wrong)("%s gets the same answer as no credential", async (_name, authorization) => {
    const edge = await fakeEdge();
    const bodyFor = async (headers: Record<string, string>) => {
      const response = await edge.fetch("GET", "/v1/keys", {
        key: null,
        headers: { "x-request-id": "same", traceparent: TRACE, ...headers },
      });
      return { status: response.status, headers: [...response.headers], body: await response.text() };
    };
    expect(await bodyFor({ authorization })).toEqual(await bodyFor({}));
    expect(edge.calls).toEqual([]);
  });

  test.each(cases(closed))("%s is 401", async (_label, declared) => {
    const edge = await fakeEdge();
    const key = `ok_nobody_${secret}`;
    const response = await edge.fetch(declared.method, pathOf(declared), { ...withBody(declared), key });
    expect(response.status).toBe(401);
    expect(edge.calls).toEqual([]);
  });
});

describe("with another scope", () => {
  test.each(cases(scoped))("%s is 403 for each scope but its own", async (_label, declared) => {
    const edge = await fakeEdge();
    for (const scope of SCOPES.filter((one) => one !== declared.scope)) {
      const response = await edge.fetch(declared.method, pathOf(declared), {
        ...withBody(declared),
        key: keyOf("acme", scope),
      });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "forbidden" });
    }
    expect(edge.calls).toEqual([]);
  });

  test.each(cases(closed))("%s lets its own scope in", async (_label, declared) => {
    const edge = await fakeEdge();
    const scope = declared.scope === "any" ? "events:read" : declared.scope;
    const response = await edge.fetch(declared.method, pathOf(declared), {
      ...withBody(declared),
      key: keyOf("acme", scope),
    });
    expect([401, 403]).not.toContain(response.status);
  });
});

describe("with a credential of another tenant", () => {
  const owned = closed.filter(({ path }) => /\{(account|strategy|group)\}/.test(path));

  test.each(cases(owned))(
    "%s addresses no actor of the tenant whose thing it names",
    async (_label, declared) => {
      const edge = await fakeEdge({
        answers: {
          "tenantDirectory.hasAccount": () => ({ ok: true, value: false }),
          "tenantDirectory.accountOf": () => ({ ok: false, code: "strategy-unknown" }),
          "tenantDirectory.group": () => ({ ok: false, code: "group-unknown" }),
        },
      });
      await edge.fetch(declared.method, pathOf(declared), { key: OTHER_KEY, ...someBody(declared) });
      expect(edge.calls.filter(({ actor }) => actor.includes("acme"))).toEqual([]);
    },
  );

  test.each(cases(owned.filter(({ method }) => method === "GET")))(
    "%s: foreign and missing are told apart by nobody",
    async (_label, declared) => {
      const edge = await fakeEdge({
        answers: {
          "tenantDirectory.hasAccount": () => ({ ok: true, value: false }),
          "tenantDirectory.accountOf": () => ({ ok: false, code: "strategy-unknown", detail: "acme has it" }),
          "tenantDirectory.group": () => ({ ok: false, code: "group-unknown" }),
        },
      });
      const answerTo = async (name: string) => {
        const path = pathOf(declared, { account: name, strategy: name, group: name });
        const response = await edge.fetch("GET", path, {
          key: OTHER_KEY,
          headers: {
            "x-request-id": "same",
            traceparent: TRACE,
            ...(declared.upgrade ? { upgrade: "websocket" } : {}),
          },
        });
        return { status: response.status, headers: [...response.headers], body: await response.text() };
      };
      const foreign = await answerTo("carry");
      expect(foreign.status).toBe(404);
      expect(foreign).toEqual(await answerTo("nothing"));
    },
  );
});

describe("where no route is", () => {
  test("who has a credential gets 404", async () => {
    const { fetch } = await fakeEdge();
    const response = await fetch("GET", "/v1/nothing");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "not-found" });
  });

  test.each([
    ["DELETE", "/v1/ticks", "POST"],
    ["POST", "/v1/instruments/BINANCE:BTCUSDT", "GET, HEAD, PUT"],
    ["PATCH", "/v1/keys", "GET, HEAD, POST"],
    ["PUT", "/v1/strategies/carry", "DELETE, GET, HEAD, PATCH"],
  ])("%s %s is 405 and says what is taken: %s", async (method, path, allow) => {
    const { fetch } = await fakeEdge();
    const response = await fetch(method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
  });

  test("a method that a public path does not take is 405 without a credential", async () => {
    const { fetch } = await fakeEdge();
    expect((await fetch("POST", "/health/live", { key: null })).status).toBe(405);
  });

  test("HEAD is GET without a body", async () => {
    const { fetch } = await fakeEdge();
    const response = await fetch("HEAD", "/v1/symbols/BINANCE:BTCUSDT/quote");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
    expect((await fetch("HEAD", "/v1/symbols/BINANCE:BTCUSDT/quote", { key: null })).status).toBe(401);
  });
});

test("a header that comes twice is no credential", async () => {
  const edge = await fakeEdge();
  const twice = requestOf("GET", "/v1/keys");
  twice.headers.append("authorization", twice.headers.get("authorization") ?? "");
  expect((await edge.app.fetch(twice)).status).toBe(401);
});

const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const someBody = ({ method }: Endpoint) => (method === "GET" || method === "DELETE" ? {} : { json: {} });
