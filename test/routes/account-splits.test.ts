import { expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge, keyOf } from "../support/fake-edge.ts";

const SPLIT = "/v1/accounts/main/split";
const PLAN = { id: "s1", from: 1, to: 4, phase: "preparing" };

test("a split is asked of the account's coordinator, which goes on with it by itself", async () => {
  const edge = await fakeEdge({ answers: { "accountSplit.split": () => answer(JSON.stringify(PLAN)) } });
  const response = await edge.fetch("POST", SPLIT, { json: { shards: 4 } });
  expect([response.status, await response.json()]).toEqual([202, PLAN]);
  const asked = edge.calls.find(({ actor }) => actor.startsWith("accountSplit"));
  expect([asked?.actor, asked?.args[1]]).toEqual(["accountSplit/acme/main", '{"shards":4}']);
});

test.each([0, 9, 1.5, "2"])("%j is no number of shards", async (shards) => {
  const edge = await fakeEdge();
  const response = await edge.fetch("POST", SPLIT, { json: { shards } });
  expect(response.status).toBe(422);
  expect(edge.calls.some(({ actor }) => actor.startsWith("accountSplit"))).toBe(false);
});

test("an account that does not exist has no coordinator", async () => {
  const edge = await fakeEdge();
  for (const method of ["GET", "POST"]) {
    const json = method === "POST" ? { json: { shards: 2 } } : {};
    const response = await edge.fetch(method, "/v1/accounts/nobody/split", json);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      404,
      "account-unknown",
    ]);
  }
  expect(edge.calls.some(({ actor }) => actor.startsWith("accountSplit"))).toBe(false);
});

test("what stands in the way is named", async () => {
  const errors = [{ path: "strategies", code: "not-splittable", detail: "2 are open" }];
  const refused = { ...refusal("not-splittable"), errors };
  const edge = await fakeEdge({ answers: { "accountSplit.split": () => refused } });
  const response = await edge.fetch("POST", SPLIT, { json: { shards: 2 } });
  expect([response.status, await response.json()]).toMatchObject([409, { code: "not-splittable", errors }]);
});

test("who may not administer risk may look, and not split", async () => {
  const edge = await fakeEdge();
  const key = keyOf("acme", "risk:read");
  expect((await edge.fetch("POST", SPLIT, { json: { shards: 2 }, key })).status).toBe(403);
  expect((await edge.fetch("GET", SPLIT, { key })).status).toBe(200);
});
