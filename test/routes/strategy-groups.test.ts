/** Groups of strategies at the edge: whose account they are of, who is asked, and what is refused. */
import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge } from "../support/fake-edge.ts";

const GROUP = { name: "Desk", strategies: ["carry", "value"] };
const IN_MAIN = { "tenantDirectory.accountOf": () => answer("main") };
const asked = (calls: { actor: string; method: string }[]): string[] =>
  calls.map(({ actor, method }) => `${actor} ${method}`);

describe("a group", () => {
  test("is noted by its tenant under a name of its own, then put into the account of its members", async () => {
    const edge = await fakeEdge({
      answers: { ...IN_MAIN, "riskShard.putGroup": () => answer('{"id":"desk"}') },
    });
    const response = await edge.fetch("PUT", "/v1/strategy-groups/desk", { json: GROUP });
    expect([response.status, await response.json()]).toEqual([200, { id: "desk" }]);
    const calls = asked(edge.calls);
    expect(calls.slice(-2)).toEqual(["tenantDirectory/acme hasAccount", "riskShard/acme/main putGroup"]);
    const admitted = edge.calls.find(({ method }) => method === "admitStrategy");
    expect(admitted?.args.slice(1)).toEqual(["group:desk", "main"]);
    expect(edge.calls.at(-1)?.args.slice(1)).toEqual(["desk", JSON.stringify(GROUP)]);
  });

  test.each([
    ["GET", "", "tenantDirectory/acme group"],
    ["DELETE", "", "riskShard/acme/main removeGroup"],
    ["GET", "/pnl", "strategy/acme/group:desk pnl"],
    ["GET", "/m2m", "strategy/acme/group:desk m2m"],
    ["GET", "/statistics", "strategy/acme/group:desk statistics"],
  ])("%s %s is asked of the actor that owns it", async (method, path, last) => {
    const edge = await fakeEdge({ answers: { ...IN_MAIN, "strategy.m2m": () => answer({ candles: [] }) } });
    expect((await edge.fetch(method, `/v1/strategy-groups/desk${path}`)).ok).toBe(true);
    expect(asked(edge.calls).at(-1)).toBe(last);
  });

  test("of strategies of two accounts is refused, and nobody hears of it", async () => {
    const edge = await fakeEdge({
      answers: {
        "tenantDirectory.accountOf": (_envelope: unknown, strategy: string) =>
          answer(strategy === "carry" ? "main" : "second"),
      },
    });
    const response = await edge.fetch("PUT", "/v1/strategy-groups/desk", { json: GROUP });
    expect(response.status).toBe(409);
    expect(((await response.json()) as { code: string }).code).toBe("group-accounts-differ");
    expect(asked(edge.calls).every((call) => call.endsWith("accountOf"))).toBe(true);
  });

  test("whose name is of another account is refused", async () => {
    const { fetch } = await fakeEdge({
      answers: { ...IN_MAIN, "tenantDirectory.admitStrategy": () => refusal("idempotency-key-reused") },
    });
    const response = await fetch("PUT", "/v1/strategy-groups/desk", { json: GROUP });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      409,
      "group-accounts-differ",
    ]);
  });

  test.each(["", "/pnl", "/m2m", "/statistics"])(
    "that there is not is unknown as a group: GET %s",
    async (path) => {
      const { fetch } = await fakeEdge({
        answers: {
          "tenantDirectory.accountOf": () => refusal("strategy-unknown"),
          "tenantDirectory.group": () => refusal("group-unknown"),
        },
      });
      const response = await fetch("GET", `/v1/strategy-groups/none${path}`);
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
        404,
        "group-unknown",
      ]);
    },
  );

  test.each([
    [{ name: "Desk", strategies: [] }, "range"],
    [{ name: "Desk", strategies: ["a", "a"] }, "duplicate"],
    [{ name: "", strategies: ["a"] }, "range"],
    [{ name: "Desk", strategies: Array.from({ length: 101 }, (_, index) => `s${index}`) }, "too-many-items"],
    [{ name: "Desk", strategies: ["group:other"] }, "id-format"],
    [{ name: "Desk", strategies: ["a"], account: "main" }, "unknown-field"],
  ])("cannot be %j", async (json, code) => {
    const edge = await fakeEdge();
    const response = await edge.fetch("PUT", "/v1/strategy-groups/desk", { json });
    expect(response.status).toBe(422);
    expect(JSON.stringify(await response.json())).toContain(code);
    expect(edge.calls).toEqual([]);
  });
});
