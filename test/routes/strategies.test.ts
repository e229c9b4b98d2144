import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge } from "../support/fake-edge.ts";

const STRATEGY = {
  name: "carry",
  account: "main",
  instruments: [{ symbol: "XNAS:AAPL", qty: "10", avgPrice: "100" }],
};
const opened = (calls: { method: string; args: readonly unknown[] }[]): string[] =>
  calls.filter(({ method }) => method === "openStrategy").map(({ args }) => String(args[1]));

describe("a new strategy", () => {
  test("is noted by its tenant, then opened in its account's shard", async () => {
    const edge = await fakeEdge({
      answers: { "riskShard.openStrategy": (_envelope: unknown, id: string) => answer(`{"id":"${id}"}`) },
    });
    const response = await edge.fetch("POST", "/v1/strategies", { json: STRATEGY });
    expect(response.status).toBe(201);
    const [id = ""] = opened(edge.calls);
    expect(id).toMatch(/^s-[0-9a-f]{24}$/);
    expect(await response.json()).toEqual({ id });
    expect(edge.calls.map(({ actor, method }) => `${actor} ${method}`)).toEqual([
      "tenantDirectory/acme hasAccount",
      "tenantDirectory/acme admitStrategy",
      "riskShard/acme/main openStrategy",
    ]);
    expect(edge.calls.at(-1)?.args[2]).toBe(JSON.stringify(STRATEGY));
  });

  test("has the same id under the same Idempotency-Key, another under another key, tenant or none", async () => {
    const edge = await fakeEdge();
    const open = (headers: Record<string, string>) =>
      edge.fetch("POST", "/v1/strategies", { json: STRATEGY, headers });
    for (const key of ["k1", "k1", "k2"]) await open({ "idempotency-key": key });
    await open({});
    const [first, again, other, without] = opened(edge.calls);
    expect(again).toBe(first);
    expect(new Set([first, other, without]).size).toBe(3);
  });

  test("in an account that does not exist is 404, and nothing hears of it", async () => {
    const edge = await fakeEdge();
    const response = await edge.fetch("POST", "/v1/strategies", { json: { ...STRATEGY, account: "none" } });
    expect(response.status).toBe(404);
    expect(edge.calls.map(({ method }) => method)).toEqual(["hasAccount"]);
  });

  test("whose key was used in another account is 409", async () => {
    const { fetch } = await fakeEdge({
      answers: { "tenantDirectory.admitStrategy": () => refusal("idempotency-key-reused") },
    });
    expect(
      (await fetch("POST", "/v1/strategies", { json: STRATEGY, headers: { "idempotency-key": "k1" } }))
        .status,
    ).toBe(409);
  });
});

describe("a strategy", () => {
  test.each([
    ["GET", "", undefined, "strategy/acme/carry describe"],
    ["GET", "/positions", undefined, "strategy/acme/carry positions"],
    ["GET", "/pnl", undefined, "strategy/acme/carry pnl"],
    ["PATCH", "", { name: "new" }, "riskShard/acme/main amendStrategy"],
    ["PUT", "/instruments", { instruments: [] }, "riskShard/acme/main replaceLegs"],
    ["DELETE", "", undefined, "riskShard/acme/main closeStrategy"],
  ])("%s %s is asked of the actor that owns it", async (method, path, json, asked) => {
    const edge = await fakeEdge();
    const response = await edge.fetch(
      method,
      `/v1/strategies/carry${path}`,
      json === undefined ? {} : { json },
    );
    expect(response.ok).toBe(true);
    const last = edge.calls.at(-1);
    expect(`${last?.actor} ${last?.method}`).toBe(asked);
  });

  test.each([
    ["GET", ""],
    ["GET", "/positions"],
    ["GET", "/pnl"],
    ["GET", "/m2m"],
    ["DELETE", ""],
  ])("%s %s of one that does not exist is 404, and no object is addressed", async (method, path) => {
    const edge = await fakeEdge();
    const response = await edge.fetch(method, `/v1/strategies/none${path}`);
    expect(response.status).toBe(404);
    expect(edge.calls.map(({ method: called }) => called)).toEqual(["accountOf"]);
  });
});

test("candles go on in Postgres where the strategy's own end", async () => {
  const edge = await fakeEdge({
    answers: {
      "strategy.m2m": (_envelope: unknown, query: object) =>
        answer({ candles: [`{"t":300,"asked":${JSON.stringify(query)}}`], olderThan: 300 }),
    },
    history: {
      m2m: async ({ principal: { tenant } }, strategy, resolution, range) =>
        answer([JSON.stringify({ t: 100, tenant, strategy, resolution, range }), '{"t":200}']),
    },
  });
  const response = await edge.fetch("GET", "/v1/strategies/carry/m2m?limit=2&to=1723075200000");
  expect(await response.json()).toEqual({
    candles: [{ t: 200 }, { t: 300, asked: { resolution: "1", limit: 3, to: 1_723_075_200_000 } }],
    nextCursor: expect.any(String),
  });
});
