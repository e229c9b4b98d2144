/** Limits with a moment in workerd: by the object's own alarm after an eviction, by a template of the tenant, and under another person's eyes. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";

const bindings = env as unknown as {
  readonly TEST_ROOT_KEY: string;
  readonly RISK_SHARD: DurableObjectNamespace;
};
const PATH = "/v1/accounts/planned";
const LIMITS = `${PATH}/limits`;
const CLIP = { id: "clip", kind: "max-order-qty", threshold: "10", action: "reject" };
type Json = Record<string, unknown>;

async function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers: { authorization: `Bearer ${bindings.TEST_ROOT_KEY}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Json) };
}

const shard = () => bindings.RISK_SHARD.getByName("default/planned");
const inForce = async () => (await call("GET", LIMITS)).body;
const thresholds = (limits: Json) => (limits["limits"] as Json[]).map(({ threshold }) => threshold);

/** As if so much time had passed: what waits on disk is due so much sooner. */
const pass = (ms: number) =>
  runInDurableObject(shard(), (_instance, { storage }) => {
    for (const field of ["$.plan.effectiveAt", "$.plan.until"])
      storage.sql.exec(
        `UPDATE limit_pending SET payload = json_set(payload, ?1, json_extract(payload, ?1) - ?2)
           WHERE json_extract(payload, ?1) IS NOT NULL`,
        field,
        ms,
      );
    storage.sql.exec("UPDATE timer SET due = due - ?1 WHERE name = 'limits'", ms);
  });

beforeAll(async () => {
  expect((await call("PUT", PATH, { currency: "USD", equity: "1000" })).status).toBe(200);
  expect((await call("PUT", LIMITS, { limits: [CLIP] })).body).toEqual({ version: 1 });
});

test("a set and an override wait on disk, take effect after an eviction, and a moment is read as it was", async () => {
  const now = systemClock.now();
  const later = await call("PUT", LIMITS, {
    ...{ limits: [{ ...CLIP, threshold: "7" }], effectiveAt: now + 3_600_000, reason: "month end" },
  });
  expect(later.body).toMatchObject({ version: 1, pending: { status: "scheduled" } });
  const { by } = ((await call("GET", `${LIMITS}/pending`)).body["items"] as Json[])[0] as { by: string };
  const exception = { limitId: "clip", threshold: "20", until: now + 1_800_000, reason: "one client", by };
  expect((await call("POST", `${LIMITS}/overrides`, exception)).body).toMatchObject({ version: 2 });
  expect(thresholds(await inForce())).toEqual(["20"]);

  await pass(1_800_001);
  await evictDurableObject(shard());
  expect(await inForce()).toMatchObject({ version: 3, limits: [CLIP] });

  await pass(1_800_000);
  await evictDurableObject(shard());
  await runDurableObjectAlarm(shard());
  const { version } = await inForce();
  expect(version).toBe(4);
  const asOf = await call("GET", `${LIMITS}?asOf=${systemClock.now()}`);
  expect(thresholds(asOf.body)).toEqual(["7"]);
  const { items } = (await call("GET", `${LIMITS}/versions`)).body as { items: Json[] };
  expect(items.map(({ what, reason }) => [what, reason])).toEqual([
    ["scheduled", "month end"],
    ["override-ended", null],
    ["override", "one client"],
    ["put", null],
  ]);
  const diff = await call("GET", `${LIMITS}/diff?from=2&to=4`);
  expect(diff.body).toMatchObject({
    changed: [{ id: "clip", fields: ["override", "threshold"] }],
    loosens: [],
  });
  expect((await call("GET", `${LIMITS}/pending`)).body).toEqual({ version: 4, items: [] });
});

test("a template is put, put for many, and forgotten", async () => {
  const template = "/v1/limit-templates/equities";
  const put = await call("PUT", template, { limits: [CLIP, { ...CLIP, id: "two" }], reason: "desk" });
  expect(put.body).toMatchObject({ template: "equities", version: 1, reason: "desk" });
  const many = await call("PUT", "/v1/limits", { accounts: ["planned", "nobody"], template: "equities" });
  expect(many.body).toMatchObject({
    results: [{ account: "planned" }, { account: "nobody", code: "account-unknown" }],
  });
  expect(thresholds(await inForce())).toEqual(["10", "10"]);
  expect((await call("GET", "/v1/limit-templates")).body).toMatchObject({ total: 1 });
  expect((await call("DELETE", template)).status).toBe(204);
  expect(await call("PUT", LIMITS, { template: "equities" })).toMatchObject({
    status: 404,
    body: { code: "template-unknown" },
  });
});

test("with four eyes one person alone makes nothing looser", async () => {
  expect((await call("PUT", PATH, { currency: "USD", equity: "1000", fourEyes: true })).body).toMatchObject({
    fourEyes: true,
  });
  const put = await call("PUT", LIMITS, { limits: [{ ...CLIP, threshold: "50" }] });
  expect(put.body).toMatchObject({ pending: { status: "proposed" } });
  const [proposal] = (await call("GET", `${LIMITS}/pending`)).body["items"] as { id: string; by: string }[];
  await evictDurableObject(shard());
  const said = { by: proposal?.by, reason: "fine" };
  expect(await call("POST", `${LIMITS}/proposals/${proposal?.id}/approve`, said)).toMatchObject({
    status: 409,
    body: { code: "approval-own" },
  });
  expect(await call("PUT", PATH, { currency: "USD", equity: "1000" })).toMatchObject({
    status: 409,
    body: { code: "approval-required" },
  });
  expect(thresholds(await inForce())).toEqual(["10", "10"]);
  await call("POST", `${LIMITS}/proposals/${proposal?.id}/reject`, said);
  expect((await call("GET", `${LIMITS}/pending`)).body["items"]).toEqual([]);
});
