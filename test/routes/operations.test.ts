import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge, ROOT_KEY } from "../support/fake-edge.ts";

describe("keys and tickets", () => {
  test("a new key is 201 with the text that holds its secret", async () => {
    const edge = await fakeEdge({ answers: { "keyring.create": () => answer('{"key":"ok_x_y"}') } });
    const response = await edge.fetch("POST", "/v1/keys", { json: { scopes: ["market:read"] } });
    expect([response.status, await response.text()]).toEqual([201, '{"key":"ok_x_y"}']);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("a revoked key is 204, one that is not there 404", async () => {
    const { fetch } = await fakeEdge({
      answers: {
        "keyring.revoke": (_envelope: unknown, id: string) =>
          id === "k1" ? answer(null) : refusal("key-unknown"),
      },
    });
    expect((await fetch("DELETE", "/v1/keys/k1")).status).toBe(204);
    expect((await fetch("DELETE", "/v1/keys/k2")).status).toBe(404);
  });

  test("a ticket carries the credential that asked for it, whatever its scopes", async () => {
    const edge = await fakeEdge();
    const response = await edge.fetch("POST", "/v1/tickets", { key: `ok_acme00_${"s".repeat(43)}` });
    expect(response.status).toBe(201);
    expect(edge.calls.at(-1)).toMatchObject({
      method: "ticket",
      args: [expect.anything(), { tenant: "acme", scopes: ["market:read"] }],
    });
  });

  test("the root key's ticket is root's", async () => {
    const edge = await fakeEdge();
    await edge.fetch("POST", "/v1/tickets", { key: ROOT_KEY });
    expect(edge.calls.at(-1)?.args[1]).toMatchObject({ tenant: "default", subject: "root" });
  });
});

describe("instruments", () => {
  const INSTRUMENT = {
    description: "Apple",
    type: "equity",
    exchange: "XNAS",
    currency: "USD",
    tickSize: "0.01",
    lotSize: "1",
    multiplier: "1",
    timezone: "America/New_York",
    session: "0930-1600",
    status: "active",
  };
  const NDJSON = { "content-type": "application/x-ndjson" };

  test("one is put under the symbol of its path and answered alone", async () => {
    const edge = await fakeEdge({
      answers: { "instrumentDirectory.put": (_envelope: unknown, body: string) => answer(body) },
    });
    const response = await edge.fetch("PUT", "/v1/instruments/XNAS:AAPL", { json: INSTRUMENT });
    expect(await response.json()).toEqual({ symbol: "XNAS:AAPL", ...INSTRUMENT });
  });

  test("a symbol in the body too is a field that nobody knows", async () => {
    const edge = await fakeEdge();
    const response = await edge.fetch("PUT", "/v1/instruments/XNAS:AAPL", {
      json: { ...INSTRUMENT, symbol: "XNAS:MSFT" },
    });
    expect([response.status, await response.json()]).toMatchObject([422, { code: "unknown-field" }]);
    expect(edge.calls).toEqual([]);
  });

  test("many are handed over in one call, line by line", async () => {
    const edge = await fakeEdge({
      answers: { "instrumentDirectory.put": (_envelope: unknown, body: string) => answer(body) },
    });
    const response = await edge.fetch("POST", "/v1/instruments", {
      body: '{"symbol":"X:A"}\n{"symbol":"X:B"}\n',
      headers: NDJSON,
    });
    expect(await response.json()).toEqual({ items: [{ symbol: "X:A" }, { symbol: "X:B" }] });
  });

  test("a line that is no JSON refuses all, and says which", async () => {
    const edge = await fakeEdge();
    const response = await edge.fetch("POST", "/v1/instruments", {
      body: '{"symbol":"X:A"}\n{',
      headers: NDJSON,
    });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: "json-invalid", errors: [{ path: "1" }] },
    ]);
    expect(edge.calls).toEqual([]);
  });

  test("a document where lines are asked for is 415", async () => {
    const { fetch } = await fakeEdge();
    expect((await fetch("POST", "/v1/instruments", { json: {} })).status).toBe(415);
  });

  test("the search passes its filter on", async () => {
    const edge = await fakeEdge({
      answers: { "instrumentDirectory.search": () => answer({ items: ["{}"], total: 1 }) },
    });
    const response = await edge.fetch(
      "GET",
      "/v1/instruments?query=app%20le&type=equity&exchange=XNAS&limit=5",
    );
    expect(await response.json()).toEqual({ items: [{}], nextCursor: null, total: 1 });
    expect(edge.calls.at(-1)?.args[1]).toEqual({
      query: "app le",
      type: "equity",
      exchange: "XNAS",
      limit: 5,
    });
  });
});

describe("the log", () => {
  test("one line for a call: what, how it ended, who; never a body, a secret or a name in a path", async () => {
    const edge = await fakeEdge();
    await edge.fetch("POST", "/v1/accounts/canary-account/orders?checks=all", {
      body: '{"canary":"canary-body"}',
      headers: { "content-type": "application/json", "x-source": "canary-header", "x-request-id": "r-1" },
    });
    expect(edge.log).toEqual([
      {
        level: "info",
        event: "request",
        fields: {
          method: "POST",
          route: "/v1/accounts/{account}/orders",
          status: 422,
          ms: 0,
          requestId: "r-1",
          traceparent: expect.stringMatching(/^00-/),
          tenant: "acme",
          subject: "acme",
        },
      },
    ]);
    expect(JSON.stringify(edge.log)).not.toMatch(/canary|ssss/);
  });

  test("a call without a credential is a line without a tenant", async () => {
    const edge = await fakeEdge();
    await edge.fetch("GET", "/v1/keys", { key: `ok_canary_${"s".repeat(43)}` });
    expect(edge.log[0]?.fields).toMatchObject({ status: 401, tenant: null, subject: null });
    expect(JSON.stringify(edge.log)).not.toContain("canary");
  });
});
