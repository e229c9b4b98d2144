import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { decisionsReply } from "../../src/contracts/decisions.ts";
import { fakeEdge, OTHER_KEY } from "../support/fake-edge.ts";

const ACCOUNT = { currency: "USD", equity: "100000" };
const order = (clientOrderId: string) => ({
  clientOrderId,
  symbol: "XNAS:AAPL",
  side: "buy",
  type: "limit",
  qty: "1",
  price: "10",
});
const shardCalls = (calls: { actor: string; method: string }[]): string[] =>
  calls.filter(({ actor }) => actor.startsWith("riskShard")).map(({ actor, method }) => `${actor} ${method}`);

describe("the list of accounts", () => {
  test("is the tenant's own, page by page", async () => {
    const pages = [
      { items: ['{"account":"a"}'], total: 2, next: "a" },
      { items: ['{"account":"b"}'], total: 2 },
    ];
    const edge = await fakeEdge({ answers: { "tenantDirectory.accounts": () => answer(pages.shift()) } });
    const first = await (await edge.fetch("GET", "/v1/accounts?limit=1")).json();
    expect(first).toMatchObject({ items: [{ account: "a" }], total: 2, nextCursor: expect.any(String) });
    const { nextCursor } = first as { nextCursor: string };
    const cursor = encodeURIComponent(nextCursor);
    const second = await (await edge.fetch("GET", `/v1/accounts?limit=1&cursor=${cursor}`)).json();
    expect(second).toEqual({ items: [{ account: "b" }], total: 2, nextCursor: null });
    expect(edge.calls.map(({ actor, args }) => [actor, args[1]])).toEqual([
      ["tenantDirectory/acme", { limit: 1 }],
      ["tenantDirectory/acme", { limit: 1, after: "a" }],
    ]);
    const foreign = await edge.fetch("GET", `/v1/accounts?limit=1&cursor=${cursor}`, { key: OTHER_KEY });
    expect(await foreign.json()).toMatchObject({ code: "cursor-invalid" });
  });
});

describe("an account", () => {
  test("is noted by its tenant before its shard hears of it", async () => {
    const edge = await fakeEdge();
    expect((await edge.fetch("PUT", "/v1/accounts/new", { json: ACCOUNT })).status).toBe(200);
    expect(edge.calls.map(({ actor, method }) => `${actor} ${method}`)).toEqual([
      "tenantDirectory/acme admitAccount",
      "riskShard/acme/new putAccount",
    ]);
  });

  test("that its tenant does not admit is never made", async () => {
    const edge = await fakeEdge({ answers: { "tenantDirectory.admitAccount": () => refusal("too-many") } });
    const response = await edge.fetch("PUT", "/v1/accounts/new", { json: ACCOUNT });
    expect(response.status).toBe(429);
    expect(shardCalls(edge.calls)).toEqual([]);
  });

  test("whose body is not valid is not even noted", async () => {
    const edge = await fakeEdge();
    expect(
      (await edge.fetch("PUT", "/v1/accounts/new", { json: { ...ACCOUNT, equity: "NaN" } })).status,
    ).toBe(422);
    expect(edge.calls).toEqual([]);
  });

  test("that does not exist is 404 and its shard is never addressed", async () => {
    const edge = await fakeEdge();
    for (const path of ["", "/limits", "/positions", "/orders", "/exposures", "/violations", "/decisions"]) {
      const response = await edge.fetch("GET", `/v1/accounts/none${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: "account-unknown" });
    }
    expect(shardCalls(edge.calls)).toEqual([]);
  });

  test("that exists is asked for once", async () => {
    const edge = await fakeEdge();
    for (let times = 0; times < 3; times++) await edge.fetch("GET", "/v1/accounts/main");
    expect(edge.calls.filter(({ method }) => method === "hasAccount")).toHaveLength(1);
  });

  test("known to one tenant is not thereby known to another", async () => {
    const edge = await fakeEdge();
    await edge.fetch("GET", "/v1/accounts/main");
    await edge.fetch("GET", "/v1/accounts/main", { key: OTHER_KEY });
    expect(edge.calls.filter(({ method }) => method === "hasAccount").map(({ actor }) => actor)).toEqual([
      "tenantDirectory/acme",
      "tenantDirectory/other",
    ]);
    expect(edge.calls.at(-1)?.actor).toBe("riskShard/other/main");
  });

  test.each(["..", "a%00b", "a%2Fb", "a:b", "%ED%A0%80", "a".repeat(65), "-a", "%E2%80%8Da"])(
    "%s is no name of one",
    async (account) => {
      const edge = await fakeEdge();
      // A URL resolves `..` by itself: the path that is left is another one, which has no GET.
      const response = await edge.fetch("GET", `/v1/accounts/${account}/limits`);
      expect([404, 405, 422]).toContain(response.status);
      expect(edge.calls).toEqual([]);
    },
  );

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "%s is a name like any other, or none",
    async (account) => {
      const edge = await fakeEdge();
      const response = await edge.fetch("GET", `/v1/accounts/${account}`);
      expect([404, 422]).toContain(response.status);
      expect(Object.prototype).not.toHaveProperty("admin");
    },
  );
});

describe("limits", () => {
  test.each([
    ["7", "7"],
    ['"7"', "7"],
  ])("If-Match %s asks for that version", async (header, version) => {
    const edge = await fakeEdge();
    await edge.fetch("PUT", "/v1/accounts/main/limits", {
      json: { limits: [] },
      headers: { "if-match": header },
    });
    expect(edge.calls.at(-1)).toMatchObject({
      method: "putLimits",
      args: [expect.anything(), '{"limits":[]}', version],
    });
  });

  test("without If-Match any version is replaced", async () => {
    const edge = await fakeEdge();
    await edge.fetch("PUT", "/v1/accounts/main/limits", { json: { limits: [] } });
    expect(edge.calls.at(-1)?.args[2]).toBeUndefined();
  });

  test.each(["x", "-1", "1.5", '"7', "*", "1, 2"])("If-Match %s is refused", async (header) => {
    const edge = await fakeEdge();
    const response = await edge.fetch("PUT", "/v1/accounts/main/limits", {
      json: { limits: [] },
      headers: { "if-match": header },
    });
    expect(response.status).toBe(422);
    expect(shardCalls(edge.calls)).toEqual([]);
  });

  test("another version in force is 412", async () => {
    const { fetch } = await fakeEdge({
      answers: { "riskShard.putLimits": () => refusal("version-conflict") },
    });
    expect(
      (await fetch("PUT", "/v1/accounts/main/limits", { json: { limits: [] }, headers: { "if-match": "1" } }))
        .status,
    ).toBe(412);
  });
});

describe("orders", () => {
  test.each([
    ["orders", { orders: [order("a"), order("b")] }, "", "orders", "telling"],
    ["orders", order("a"), "", "orders", "all"],
    ["orders", { orders: [order("a"), order("b")] }, "?checks=all", "orders", "all"],
    ["orders", order("a"), "?checks=telling", "orders", "telling"],
    ["checks", { orders: [order("a"), order("b")] }, "", "check", "all"],
    ["checks", order("a"), "?checks=telling", "check", "telling"],
  ])(
    "%s: the shard gets the body as it came, and which checks to show",
    async (path, json, query, method, shown) => {
      const edge = await fakeEdge();
      await edge.fetch("POST", `/v1/accounts/main/${path}${query}`, { json });
      expect(edge.calls.at(-1)).toMatchObject({
        actor: "riskShard/acme/main",
        method,
        args: [expect.anything(), JSON.stringify(json), shown],
      });
    },
  );

  test.each(["orders", "checks"])(
    "%s for an account that does not exist are rejected in a 200",
    async (path) => {
      const edge = await fakeEdge();
      const response = await edge.fetch("POST", `/v1/accounts/none/${path}`, {
        json: { orders: [order("a"), order("b")] },
      });
      expect(response.status).toBe(200);
      const { decisions } = decisionsReply.parse(await response.json());
      expect(
        decisions.map(({ clientOrderId, decision, code }) => `${clientOrderId} ${decision} ${code}`),
      ).toEqual(["a reject account-unknown", "b reject account-unknown"]);
      expect(shardCalls(edge.calls)).toEqual([]);
    },
  );

  test("executions for an account that does not exist are 404", async () => {
    const { fetch } = await fakeEdge();
    const json = { executions: [{ type: "cancel", execId: "e", clientOrderId: "a", ts: 1_723_075_200_000 }] };
    expect((await fetch("POST", "/v1/accounts/none/executions", { json })).status).toBe(404);
  });
});

describe("lists", () => {
  test("a page leads to the next, and its cursor is bound to the filter", async () => {
    const edge = await fakeEdge({
      answers: {
        "riskShard.workingOrders": (
          _envelope: unknown,
          { after, limit }: { after?: string; limit: number },
        ) =>
          answer(
            after === undefined
              ? { items: [`{"limit":${limit}}`], total: 2, next: "o1" }
              : { items: [`{"after":"${after}"}`], total: 2 },
          ),
      },
    });
    const get = async (query: string) =>
      (await edge.fetch("GET", `/v1/accounts/main/orders${query}`)).json() as Promise<
        Record<string, unknown>
      >;
    const first = await get("?limit=1&status=working");
    expect(first).toMatchObject({ items: [{ limit: 1 }], total: 2 });
    expect(await get(`?limit=1&status=working&cursor=${first.nextCursor}`)).toEqual({
      items: [{ after: "o1" }],
      nextCursor: null,
      total: 2,
    });
    expect(await get(`?limit=1&cursor=${first.nextCursor}`)).toMatchObject({ code: "cursor-invalid" });
    expect(await get(`?limit=1&status=filled&cursor=${first.nextCursor}`)).toMatchObject({
      code: "cursor-invalid",
    });
  });

  test.each(["limit=0", "limit=-1", "limit=1001", "limit=1000000000", "limit=%201", "limit=1.0", "limit=٣"])(
    "%s is out of range",
    async (query) => {
      const { fetch } = await fakeEdge();
      const response = await fetch("GET", `/v1/accounts/main/positions?${query}`);
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({
        code: "range",
        errors: [{ path: "limit", code: "range" }],
      });
    },
  );
});
