/** An account's day through the front door inside workerd: limits, orders, executions, a strategy, and another tenant who sees none of it. */
import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { decisionsReply } from "../../src/contracts/decisions.ts";

const { TEST_ROOT_KEY } = env as unknown as { TEST_ROOT_KEY: string };
const SYMBOL = "XNAS:AAPL";
const keys: Record<"root" | "acme" | "other", string> = { root: TEST_ROOT_KEY, acme: "", other: "" };

type Json = Record<string, unknown>;
async function call(
  who: keyof typeof keys,
  method: string,
  path: string,
  json?: unknown,
  extra: Record<string, string> = {},
) {
  const headers = { authorization: `Bearer ${keys[who]}`, "content-type": "application/json", ...extra };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  const response = await SELF.fetch(`http://outcry.test${path}`, { method, headers, ...body });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Json };
}

const order = (clientOrderId: string, changes: Json = {}): Json => ({
  clientOrderId,
  symbol: SYMBOL,
  side: "buy",
  type: "limit",
  qty: "10",
  price: "100",
  ...changes,
});
const decide = async (who: keyof typeof keys, body: unknown, path = "orders") => {
  const reply = await call(who, "POST", `/v1/accounts/main/${path}`, body);
  expect(reply.status).toBe(200);
  return decisionsReply
    .parse(reply.body)
    .decisions.map(({ decision, code }) => (code === undefined ? decision : `${decision} ${code}`));
};

beforeAll(async () => {
  for (const tenant of ["acme", "other"] as const) {
    const scopes = [
      "market:read",
      "risk:read",
      "risk:trade",
      "risk:admin",
      "strategy:read",
      "strategy:write",
    ];
    const { body } = await call("root", "POST", "/v1/keys", { tenant, scopes });
    keys[tenant] = String(body.key);
  }
  const instrument = {
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
  await call("root", "PUT", `/v1/instruments/${SYMBOL}`, instrument);
  const trade = { type: "trade", symbol: SYMBOL, ts: Date.now(), price: "100", size: "1", id: "t1" };
  await call("root", "POST", "/v1/ticks", { source: "test", ticks: [trade] });
  expect(
    (await call("acme", "PUT", "/v1/accounts/main", { currency: "USD", equity: "1000000" })).status,
  ).toBe(200);
});

describe("orders", () => {
  test("without limits all are rejected; with them each is decided on what stands before it", async () => {
    expect(await decide("acme", order("early"))).toEqual(["reject no-limits"]);
    const limits = { limits: [{ id: "size", kind: "max-order-qty", threshold: "100", action: "reject" }] };
    const put = await call("acme", "PUT", "/v1/accounts/main/limits", limits);
    expect(put).toMatchObject({ status: 200, body: { version: 1 } });
    expect(
      await decide("acme", {
        orders: [order("o1"), order("o2", { qty: "101" }), order("o1", { qty: "11" })],
      }),
    ).toEqual(["accept", "reject max-order-qty", "reject order-id-reused"]);
    expect(await decide("acme", order("o1"))).toEqual(["accept"]);
    expect(await decide("acme", order("dry"), "checks")).toEqual(["accept"]);
    expect((await call("acme", "GET", "/v1/accounts/main/orders")).body).toMatchObject({
      total: 1,
      items: [{ clientOrderId: "o1", status: "working" }],
    });
  });

  test("a version that is not in force is 412", async () => {
    const reply = await call(
      "acme",
      "PUT",
      "/v1/accounts/main/limits",
      { limits: [] },
      { "if-match": '"7"' },
    );
    expect(reply).toMatchObject({ status: 412, body: { code: "version-conflict" } });
  });

  test("a fill is booked once, however often it is reported", async () => {
    const fill = { type: "fill", execId: "e1", clientOrderId: "o1", qty: "4", price: "99.5", ts: Date.now() };
    const first = await call("acme", "POST", "/v1/accounts/main/executions", { executions: [fill, fill] });
    expect(first.body).toMatchObject({ results: [{ status: "applied" }, { status: "duplicate" }] });
    expect((await call("acme", "GET", "/v1/accounts/main/positions")).body).toMatchObject({
      total: 1,
      items: [{ symbol: SYMBOL, qty: "4", avgPrice: "99.5" }],
    });
  });

  test("who sets a state must be who the credential says", async () => {
    const state = { scope: { kind: "account" }, state: "halted", reason: "drill" };
    expect(await call("acme", "POST", "/v1/accounts/main/state", { ...state, by: "somebody" })).toMatchObject(
      { status: 422, body: { code: "principal-mismatch" } },
    );
  });

  test("an account that does not exist gets decisions, not an error", async () => {
    const reply = await call("acme", "POST", "/v1/accounts/none/orders", order("x1"));
    expect(reply).toMatchObject({
      status: 200,
      body: { decisions: [{ decision: "reject", code: "account-unknown" }] },
    });
  });
});

describe("a strategy", () => {
  const body = {
    name: "carry",
    account: "main",
    instruments: [{ symbol: SYMBOL, qty: "5", avgPrice: "90" }],
    tags: ["demo"],
  };

  test("opens once under one Idempotency-Key, holds its legs, and is listed", async () => {
    const headers = { "idempotency-key": "open-1" };
    const first = await call("acme", "POST", "/v1/strategies", body, headers);
    const again = await call("acme", "POST", "/v1/strategies", body, headers);
    expect([first.status, again.body]).toEqual([201, first.body]);
    const id = String(first.body.id);
    expect((await call("acme", "GET", `/v1/strategies/${id}`)).body).toMatchObject({
      id,
      name: "carry",
      account: "main",
    });
    expect((await call("acme", "GET", `/v1/strategies/${id}/positions`)).body).toMatchObject({
      items: [{ symbol: SYMBOL, qty: "5" }],
    });
    expect((await call("acme", "GET", "/v1/strategies")).body).toMatchObject({ items: [{ id }], total: 1 });
    expect((await call("acme", "GET", `/v1/strategies/${id}/m2m`)).status).toBe(200);
    const foreign = await call("other", "GET", `/v1/strategies/${id}`);
    expect(foreign).toMatchObject({ status: 404, body: { code: "strategy-unknown" } });
  });

  test("the same key with another body is 409", async () => {
    const reply = await call(
      "acme",
      "POST",
      "/v1/strategies",
      { ...body, name: "other" },
      { "idempotency-key": "open-1" },
    );
    expect(reply).toMatchObject({ status: 409, body: { code: "idempotency-key-reused" } });
  });
});

test("another tenant's account is as unknown as one that never was", async () => {
  for (const path of ["", "/limits", "/positions", "/orders", "/exposures", "/violations", "/decisions"]) {
    const foreign = await call("other", "GET", `/v1/accounts/main${path}`, undefined, {
      "x-request-id": "same",
    });
    const missing = await call("other", "GET", `/v1/accounts/none${path}`, undefined, {
      "x-request-id": "same",
    });
    expect(foreign.status).toBe(404);
    expect(foreign).toEqual(missing);
  }
});
