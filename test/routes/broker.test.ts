import { expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge } from "../support/fake-edge.ts";

const PATH = "/v1/accounts/main/reconcile";

test("the reconciliation that was made last is asked of the account by no id", async () => {
  const found = JSON.stringify({ id: "r7", differences: [] });
  const { fetch, calls } = await fakeEdge({ answers: { "riskShard.reconciliation": () => answer(found) } });
  const response = await fetch("GET", PATH);
  expect([response.status, await response.json()]).toEqual([200, { newest: { id: "r7", differences: [] } }]);
  expect(calls.at(-1)).toMatchObject({ method: "reconciliation", args: [expect.anything(), "newest"] });
});

test.each([
  ["none was made yet", "reconcile-unknown", 200, { newest: null }],
  ["there is no such account", "account-unknown", 404, { code: "account-unknown" }],
] as const)("where %s the answer is another", async (_, code, status, body) => {
  const { fetch } = await fakeEdge({ answers: { "riskShard.reconciliation": () => refusal(code) } });
  const response = await fetch("GET", PATH);
  expect([response.status, await response.json()]).toMatchObject([status, body]);
});
