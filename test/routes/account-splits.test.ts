import { expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge, keyOf, tried } from "../support/fake-edge.ts";

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

const ADMIT = `${SPLIT}/parts/7/admit`;
const SAID = { by: "acme", reason: "the copy is stopped" };

test("a shard is admitted by the account's coordinator, with the body as it came", async () => {
  const admitted = { part: 7, isFenced: false };
  const edge = await fakeEdge({ answers: { "accountSplit.admit": () => answer(JSON.stringify(admitted)) } });
  const response = await edge.fetch("POST", ADMIT, { json: SAID });
  expect([response.status, await response.json()]).toEqual([200, admitted]);
  const asked = edge.calls.find(({ method }) => method === "admit");
  expect([asked?.actor, ...(asked?.args.slice(1) ?? [])]).toEqual([
    ...["accountSplit/acme/main", 7, JSON.stringify(SAID)],
  ]);
});

test.each(["8", "-1", "1.5", "01", "one", "part:1"])("of a shard %s there is none", async (part) => {
  const path = `${SPLIT}/parts/${encodeURIComponent(part)}/admit`;
  expect(await tried("POST", path, { json: SAID })).toMatchObject({
    told: expect.stringMatching(/^422 /),
    errors: [{ path: "part" }],
    asked: [],
  });
});

test.each([
  [{ by: "acme" }, "reason required"],
  [{ reason: "x" }, "by required"],
  [{ by: "acme", reason: "" }, "reason range"],
  [{ ...SAID, part: 1 }, "part unknown-field"],
])("a shard is not admitted by %j", async (json, fault) => {
  const { told, errors, asked } = await tried("POST", ADMIT, { json });
  expect([told.slice(0, 3), asked]).toEqual(["422", []]);
  expect(errors?.map(({ path, code }) => `${path} ${code}`)).toEqual([fault]);
});

test.each([
  ["split-unknown", 404],
  ["child-unknown", 404],
  ["principal-mismatch", 422],
] as const)("a shard that is refused %s is told so", async (code, status) => {
  const edge = await fakeEdge({ answers: { "accountSplit.admit": () => refusal(code) } });
  const response = await edge.fetch("POST", ADMIT, { json: SAID });
  expect([response.status, await response.json()]).toMatchObject([status, { code }]);
});

test("who may not administer risk admits no shard, and nobody one of an account that does not exist", async () => {
  const edge = await fakeEdge();
  const key = keyOf("acme", "risk:read");
  expect((await edge.fetch("POST", ADMIT, { json: SAID, key })).status).toBe(403);
  const unknown = await edge.fetch("POST", ADMIT.replace("main", "nobody"), { json: SAID });
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "account-unknown" }]);
  expect(edge.calls.some(({ actor }) => actor.startsWith("accountSplit"))).toBe(false);
});

test.each([
  ["which shards are fenced", answer([1, 3]), [1, 3]],
  ["that it cannot be known now", answer(null), null],
  ["that it cannot be known now where nobody says it", refusal("outcome-unknown"), null],
])("who looks at a split is told %s", async (_title, fenced, fencedParts) => {
  const edge = await fakeEdge({
    answers: {
      "accountSplit.standing": () => answer('{"shards":4}'),
      "accountSplit.fencedParts": () => fenced,
    },
  });
  expect(await (await edge.fetch("GET", SPLIT)).json()).toEqual({ shards: 4, fencedParts });
});
