import { describe, expect, expectTypeOf, test } from "vitest";
import { Outcry, pathOf } from "../../src/client/outcry.ts";
import { Refused, Unreachable } from "../../src/client/refused.ts";
import { ndjson } from "../../src/client/text-body.ts";
import type { BarsReply } from "../../src/contracts/bars.ts";
import { FakeWorld } from "./fake-world.ts";

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
const QUOTE = { symbol: "SIM:A", seq: 1 };

function clientOf(...answers: (Response | Error)[]) {
  const world = new FakeWorld();
  world.answers.push(...answers);
  return { world, api: new Outcry({ url: "http://here/", apiKey: "k", surroundings: world.surroundings }) };
}

describe("a call", () => {
  test("puts names into the path, escaped, and the others into the query", () => {
    const path = pathOf("/v1/symbols/{symbol}/bars", {
      symbol: "SIM:A/B",
      resolution: "5",
      limit: 3,
      to: undefined,
    });
    expect(path).toBe("/v1/symbols/SIM:A%2FB/bars?resolution=5&limit=3");
    expect(() => pathOf("/v1/symbols/{symbol}/bars", { symbol: "" })).toThrow("symbol is missing");
  });

  test("brings the key, and the body as JSON or as lines", async () => {
    const { world, api } = clientOf(json(200, { decisions: [] }), json(200, {}));
    await api.post("/v1/accounts/{account}/checks", { account: "main", checks: "all" }, { orders: [] });
    await api.post("/v1/instruments", {}, ndjson([{ a: 1 }, { b: 2 }]));
    expect(world.calls).toMatchObject([
      {
        url: "http://here/v1/accounts/main/checks?checks=all",
        method: "POST",
        headers: { authorization: "Bearer k", "content-type": "application/json" },
        body: '{"orders":[]}',
      },
      { headers: { "content-type": "application/x-ndjson" }, body: '{"a":1}\n{"b":2}\n' },
    ]);
  });

  test("has the shape of its contract", () => {
    const { api } = clientOf();
    const bars = () => api.get("/v1/symbols/{symbol}/bars", { symbol: "SIM:A", resolution: "5", limit: 3 });
    expectTypeOf(bars).returns.resolves.toEqualTypeOf<BarsReply>();
    // @ts-expect-error: a width that no bar has.
    const widths = () => api.get("/v1/symbols/{symbol}/bars", { symbol: "SIM:A", resolution: "7" });
    // @ts-expect-error: without its symbol.
    const nameless = () => api.get("/v1/symbols/{symbol}/bars", {});
    // @ts-expect-error: no such call.
    const unknown = () => api.get("/v1/nothing");
    // @ts-expect-error: a strategy has an account.
    const homeless = () => api.post("/v1/strategies", {}, { name: "a", instruments: [], tags: [] });
    const deleted = () => api.delete("/v1/labels/{id}", { id: "a" });
    expectTypeOf(deleted).returns.resolves.toEqualTypeOf<undefined>();
    expect([bars, widths, nameless, unknown, homeless, deleted]).toHaveLength(6);
  });

  test("is refused with the problem's code", async () => {
    const { api } = clientOf(json(404, { code: "symbol-unknown", detail: "no such symbol" }));
    const refused = await api.get("/v1/symbols/{symbol}/quote", { symbol: "SIM:A" }).catch((error) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ status: 404, code: "symbol-unknown" });
  });

  test("has an answer that is no JSON as a refusal too", async () => {
    const { api } = clientOf(new Response("<html>", { status: 404 }));
    await expect(api.get("/health/live")).rejects.toMatchObject({ status: 404, code: "unknown" });
  });
});

describe("a call that fails", () => {
  test("is sent again after the time that the server names, where it may be", async () => {
    const { world, api } = clientOf(
      json(503, {}, { "retry-after": "2" }),
      new TypeError("cut"),
      json(200, QUOTE),
    );
    const quote = api.get("/v1/symbols/{symbol}/quote", { symbol: "SIM:A" });
    await world.pass(1_999);
    expect(world.calls).toHaveLength(1);
    await world.pass(1);
    expect(world.calls).toHaveLength(2);
    await world.pass(1_000);
    await expect(quote).resolves.toEqual(QUOTE);
  });

  test("is not sent again where its outcome is unknown and a repeat would count twice", async () => {
    const { world, api } = clientOf(new TypeError("cut"), json(503, { code: "unavailable" }));
    const body = { name: "a", account: "main", instruments: [{ symbol: "SIM:A" }], tags: [] };
    await expect(api.post("/v1/strategies", {}, body)).rejects.toBeInstanceOf(Unreachable);
    await expect(api.post("/v1/strategies", {}, body)).rejects.toMatchObject({ code: "unavailable" });
    expect(world.calls).toHaveLength(2);
  });

  test("is sent again under the same key, or where nothing was done", async () => {
    const { world, api } = clientOf(
      new TypeError("cut"),
      json(201, { id: "s" }),
      json(429, {}),
      json(201, { id: "t" }),
    );
    const body = { name: "a", account: "main", instruments: [], tags: [] };
    const keyed = api.post("/v1/strategies", {}, body, { idempotencyKey: "once" });
    await world.pass(1_000);
    await expect(keyed).resolves.toEqual({ id: "s" });
    expect(world.calls.map(({ headers }) => headers["idempotency-key"])).toEqual(["once", "once"]);
    const limited = api.post("/v1/strategies", {}, body);
    await world.pass(1_000);
    await expect(limited).resolves.toEqual({ id: "t" });
  });

  test("is given up after the patience that was asked for", async () => {
    const world = new FakeWorld();
    world.answers.push(...Array.from({ length: 40 }, () => new TypeError("cut")));
    const api = new Outcry({ url: "http://here", patienceMs: 5_000, surroundings: world.surroundings });
    const failed = expect(api.get("/health/live")).rejects.toThrow("GET /health/live: no answer (cut)");
    await world.pass(6_000);
    await failed;
    expect(world.now).toBeLessThanOrEqual(6_000);
    expect(world.calls.length).toBeGreaterThan(3);
  });

  test("ends with the reason of whoever ends it", async () => {
    const { world, api } = clientOf(new TypeError("cut"));
    const ended = new AbortController();
    const call = expect(api.get("/health/live", {}, { signal: ended.signal })).rejects.toThrow("enough");
    await world.pass(1);
    ended.abort(new Error("enough"));
    await call;
    expect(world.timers.size).toBe(0);
  });
});

test("pages of a list are asked for one after the other, each when it is wanted", async () => {
  const { world, api } = clientOf(
    json(200, { items: [1], nextCursor: "b", total: 2 }),
    json(200, { items: [2], nextCursor: null, total: 2 }),
  );
  const items: unknown[] = [];
  for await (const page of api.pages("/v1/instruments", { limit: 1 })) items.push(...page.items);
  expect(items).toEqual([1, 2]);
  expect(world.calls.map(({ url }) => url)).toEqual([
    "http://here/v1/instruments?limit=1",
    "http://here/v1/instruments?limit=1&cursor=b",
  ]);
});
