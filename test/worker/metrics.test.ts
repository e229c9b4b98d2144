/** What is measured, through the whole Worker: counts are exact, actors are listed, and one of them can be asked. */
import { abortAllDurableObjects, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { ActorDetail, ActorItem } from "../../src/contracts/actors.ts";
import { parsePrometheus, valueOf } from "../support/prometheus.ts";

const { TEST_ROOT_KEY } = env as unknown as { TEST_ROOT_KEY: string };
const ROOT = { authorization: `Bearer ${TEST_ROOT_KEY}` };

const call = (method: string, path: string, json?: unknown, headers: Record<string, string> = ROOT) =>
  SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers: json === undefined ? headers : { ...headers, "content-type": "application/json" },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });

async function scraped() {
  const response = await call("GET", "/metrics");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parsePrometheus(await response.text());
}

/** Asks again until it is so: reports travel by themselves. The test's own limit of time ends it. */
async function until<Value>(ask: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    await scheduler.wait(100);
  }
}

type Page = { items: ActorItem[]; nextCursor: string | null; total: number };
const listed = async (query: string, headers = ROOT): Promise<Page> =>
  (await call("GET", `/v1/actors${query}`, undefined, headers)).json();

const SYMBOL = "BINANCE:METRIC";
const INSTRUMENT = {
  description: "Measured",
  type: "crypto",
  exchange: "BINANCE",
  currency: "USDT",
  tickSize: "0.01",
  lotSize: "0.00001",
  multiplier: "1",
  timezone: "Etc/UTC",
  session: "24x7",
  status: "active",
};
const now = Date.now();
const trade = (id: string, ts: number, symbol = SYMBOL) => ({
  type: "trade",
  symbol,
  ts,
  price: "10",
  size: "1",
  id,
});

describe("/metrics", () => {
  test("counts each call, each tick and each decision exactly once", async () => {
    expect((await call("PUT", `/v1/instruments/${SYMBOL}`, INSTRUMENT)).status).toBe(200);
    const ticks = [
      trade("a", now - 3),
      trade("b", now - 2),
      trade("b", now - 2),
      trade("late", now - 3_600_000),
      { ...trade("bad", now - 1), price: "0" },
      trade("c", now - 1, "BINANCE:NOBODY"),
    ];
    const report = await call("POST", "/v1/ticks", { source: "test", ticks });
    expect(await report.json()).toMatchObject({ accepted: 2, duplicates: 1, late: 1 });

    await call("PUT", "/v1/accounts/measured", { currency: "USDT", equity: "1000" });
    const limits = [{ id: "clip", kind: "max-position-qty", threshold: "5", action: "reduce" }];
    await call("PUT", "/v1/accounts/measured/limits", { limits });
    const order = (clientOrderId: string, qty: string, symbol = SYMBOL) => ({
      ...{ clientOrderId, symbol, side: "buy", type: "limit", qty, price: "10" },
    });
    const orders = [order("o1", "1"), order("o2", "100"), order("o3", "1", "BINANCE:NOBODY")];
    for (const body of [...orders, orders[0]]) await call("POST", "/v1/accounts/measured/orders", body);
    await call("POST", "/v1/accounts/measured/checks", { orders: [order("dry", "1")] });
    const fill = { type: "fill", execId: "e1", clientOrderId: "o1", qty: "1", price: "10", ts: now };
    const stray = { ...fill, execId: "e2", clientOrderId: "unheard", symbol: SYMBOL, side: "buy" };
    await call("POST", "/v1/accounts/measured/executions", { executions: [fill, fill, stray] });
    expect((await call("GET", "/v1/symbols/BINANCE:NOBODY/quote")).status).toBe(404);

    const metrics = await until(scraped, (families) => valueOf(families, "outcry_fills_total") > 0);
    const tick = (outcome: string) => valueOf(metrics, "outcry_ticks_total", { outcome });
    expect(["accepted", "duplicate", "late", "rejected"].map(tick)).toEqual([2, 1, 1, 2]);
    const decided = (decision: string) => valueOf(metrics, "outcry_orders_total", { decision });
    expect(["accept", "reduce", "reject"].map(decided)).toEqual([1, 1, 1]);
    expect(valueOf(metrics, "outcry_fills_total")).toBe(2);
    const violations = await (await call("GET", "/v1/accounts/measured/violations")).json();
    expect(violations).toMatchObject({ total: valueOf(metrics, "outcry_violations_total") });

    const requests = (method: string, route: string, status: string) =>
      valueOf(metrics, "outcry_http_requests_total", { method, route, status });
    expect(requests("POST", "/v1/ticks", "200")).toBe(1);
    expect(requests("POST", "/v1/accounts/{account}/orders", "200")).toBe(4);
    expect(requests("GET", "/v1/symbols/{symbol}/quote", "404")).toBe(1);
    expect(valueOf(metrics, "outcry_http_problems_total", { code: "symbol-unknown" })).toBe(1);
    const route = "/v1/accounts/{account}/orders";
    expect(valueOf(metrics, "outcry_http_request_duration_seconds_count", { route })).toBe(4);

    const commands = valueOf(metrics, "outcry_commands_total", { actor_kind: "risk-shard" });
    expect(commands).toBeGreaterThanOrEqual(8);
    expect(valueOf(metrics, "outcry_group_commands_sum", { actor_kind: "risk-shard" })).toBe(commands);
    expect(valueOf(metrics, "outcry_mailbox_wait_seconds_count", { actor_kind: "risk-shard" })).toBe(
      commands,
    );
    expect(valueOf(metrics, "outcry_outbox_facts", { actor_kind: "risk-shard" })).toBeGreaterThan(0);
    expect(valueOf(metrics, "outcry_idempotency_keys", { actor_kind: "risk-shard" })).toBeGreaterThan(0);
  });

  test("names kinds and routes, and no actor and no tenant", async () => {
    const text = await (await call("GET", "/metrics")).text();
    expect(text).not.toMatch(/BINANCE|METRIC|measured|default/);
  });

  test("is closed to whoever has neither the scope nor the key", async () => {
    expect((await call("GET", "/metrics", undefined, {})).status).toBe(401);
    const made = await call("POST", "/v1/keys", { scopes: ["market:read"], tenant: "acme" });
    const { key } = (await made.json()) as { key: string };
    expect((await call("GET", "/metrics", undefined, { authorization: `Bearer ${key}` })).status).toBe(403);
  });
});

describe("/v1/actors", () => {
  test("pages through all shards in order of kind and name", async () => {
    const all = await until(
      () => listed("?limit=1000"),
      ({ items }) => items.some(({ kind }) => kind === "risk-shard"),
    );
    const names = all.items.map(({ kind, name }) => `${kind}:${name}`);
    expect(names).toEqual([...names].sort());
    expect(all).toMatchObject({ nextCursor: null, total: names.length });
    expect(names).toEqual(
      expect.arrayContaining([
        "instrument-directory:instruments",
        "risk-shard:default/measured",
        `symbol:${SYMBOL}`,
      ]),
    );
    const paged: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Page = await listed(
        `?limit=2${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(page.total).toBe(names.length);
      paged.push(...page.items.map(({ kind, name }) => `${kind}:${name}`));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(names);
    expect((await listed("?kind=symbol")).items.map(({ name }) => name)).toEqual([SYMBOL]);
  });

  test("says whose facts wait for Postgres, which is away here", async () => {
    const { items } = await until(
      () => listed("?kind=risk-shard"),
      ({ items: [item] }) => (item?.outboxLagMs ?? 0) > 0,
    );
    expect(items[0]).toMatchObject({ name: "default/measured", archivedSeq: 0, fenced: false });
    expect(items[0]?.outboxDepth).toBe(items[0]?.lastSeq);
  });

  test("shows a tenant what is its own and what all share", async () => {
    const made = await call("POST", "/v1/keys", { scopes: ["admin"], tenant: "acme" });
    const { key } = (await made.json()) as { key: string };
    const acme = { authorization: `Bearer ${key}` };
    const { items } = await listed("?limit=1000", acme);
    expect(items.map(({ name }) => name)).toContain(SYMBOL);
    expect(items.filter(({ name }) => name.startsWith("default"))).toEqual([]);
    expect((await call("GET", "/v1/actors/risk-shard/default%2Fmeasured", undefined, acme)).status).toBe(404);
  });
});

describe("the inspector", () => {
  test("asks the actor itself: standing, sizes against bounds, timers and counts", async () => {
    const response = await call("GET", `/v1/actors/symbol/${encodeURIComponent(SYMBOL)}`);
    expect(response.status).toBe(200);
    const detail = (await response.json()) as ActorDetail;
    expect(detail).toMatchObject({ kind: "symbol", name: SYMBOL, mailboxDepth: 0, sockets: 0 });
    expect(detail.timers.map(({ name }) => name)).toContain("outbox");
    const sizes = new Map(detail.sizes.map((size) => [size.collection, size]));
    expect(sizes.get("table:outbox")?.used).toBe(detail.outboxDepth);
    expect(sizes.get("state:minutes")).toMatchObject({ unit: "entries" });
    for (const { used, max } of detail.sizes) expect(used ?? 0).toBeLessThanOrEqual(max);
    const accepted = detail.counts.find(({ series }) => series === 'outcry_ticks_total{outcome="accepted"}');
    expect(accepted?.value).toBe(2);
  });

  test("makes no object for a name that never lived", async () => {
    for (const path of ["symbol/BINANCE%3ANOBODY", "risk-shard/default%2Fghost", "archiver/archiver-99"])
      expect((await call("GET", `/v1/actors/${path}`)).status).toBe(404);
    const names = (await listed("?limit=1000")).items.map(({ name }) => name);
    expect(names).not.toContain("BINANCE:NOBODY");
  });
});

describe("after a kill of all objects", () => {
  test("what was shown once is shown again", async () => {
    const before = await scraped();
    await abortAllDurableObjects();
    const after = await scraped();
    for (const name of [
      "outcry_ticks_total",
      "outcry_orders_total",
      "outcry_group_commands_count",
      "outcry_actors",
    ])
      expect(valueOf(after, name), name).toBeGreaterThanOrEqual(valueOf(before, name));
    expect(valueOf(after, "outcry_ticks_total")).toBe(valueOf(before, "outcry_ticks_total"));
    expect(valueOf(after, "outcry_outbox_waiting_actors")).toBeGreaterThan(0);
  });
});
