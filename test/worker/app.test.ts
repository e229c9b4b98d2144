/** The whole Worker inside workerd: calls through its front door, to real actors behind real bindings. */
import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";

const { TEST_ROOT_KEY } = env as unknown as { TEST_ROOT_KEY: string };
const ROOT = { authorization: `Bearer ${TEST_ROOT_KEY}` };
const JSON_TYPE = { "content-type": "application/json" };

type Json = Record<string, unknown>;
async function call(
  method: string,
  path: string,
  json?: unknown,
  headers: Record<string, string> = ROOT,
): Promise<{ status: number; body: Json }> {
  const body =
    json === undefined ? {} : { body: JSON.stringify(json), headers: { ...JSON_TYPE, ...headers } };
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers,
    redirect: "manual",
    ...body,
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? (JSON.parse(text) as Json) : {} };
}

const INSTRUMENT = {
  description: "Bitcoin",
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

describe("the front door", () => {
  test("is closed without a credential", async () => {
    expect((await call("GET", "/v1/keys", undefined, {})).status).toBe(401);
    expect((await call("GET", "/nothing", undefined, {})).status).toBe(401);
  });

  test("says that it lives, and that Postgres is away is no reason not to serve", async () => {
    expect(await call("GET", "/health/live", undefined, {})).toMatchObject({
      status: 200,
      body: { status: "live" },
    });
    expect(await call("GET", "/health/ready", undefined, {})).toMatchObject({
      status: 200,
      body: { status: "degraded", checks: { actors: "ok", postgres: "failing" } },
    });
  });

  test("counts the bytes that arrive", async () => {
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(0x20)),
    });
    const response = await SELF.fetch("http://outcry.test/v1/ticks", {
      method: "POST",
      body: endless,
      headers: { ...ROOT, ...JSON_TYPE },
    });
    expect(response.status).toBe(413);
  });
});

describe("a key", () => {
  test("opens what its scope says, for its tenant, until it is revoked", async () => {
    const made = await call("POST", "/v1/keys", { scopes: ["market:read"], tenant: "acme" });
    expect(made.status).toBe(201);
    const key = { authorization: `Bearer ${made.body.key}` };
    expect((await call("GET", "/v1/instruments", undefined, key)).status).toBe(200);
    expect((await call("GET", "/v1/strategies", undefined, key)).status).toBe(403);
    const wrong = { authorization: `Bearer ${String(made.body.key).slice(0, -1)}-` };
    expect((await call("GET", "/v1/instruments", undefined, wrong)).status).toBe(401);
    expect((await call("DELETE", `/v1/keys/${made.body.id}`)).status).toBe(204);
  });

  test("lists come in pages, each key once", async () => {
    for (let made = 0; made < 3; made++)
      await call("POST", "/v1/keys", { scopes: ["events:read"], tenant: "paged" });
    const seen: string[] = [];
    let cursor: unknown = null;
    do {
      const { body } = await call("GET", `/v1/keys?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`);
      seen.push(...(body.items as { id: string }[]).map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(3);
  });
});

describe("market data", () => {
  test("an instrument, its ticks, its quote and its bars", async () => {
    const now = Date.now();
    expect((await call("PUT", "/v1/instruments/BINANCE:BTCUSDT", INSTRUMENT)).status).toBe(200);
    const trade = {
      type: "trade",
      symbol: "BINANCE:BTCUSDT",
      ts: now,
      price: "61000.5",
      size: "0.1",
      id: "t1",
    };
    const sent = {
      source: "test",
      ticks: [trade, trade, { ...trade, symbol: "X:NONE" }, { ...trade, id: "t2", price: "0" }],
    };
    expect((await call("POST", "/v1/ticks", sent)).body).toMatchObject({
      accepted: 1,
      duplicates: 1,
      late: 0,
      rejected: [
        { index: 2, code: "symbol-unknown" },
        { index: 3, code: "price-not-positive" },
      ],
    });
    expect((await call("GET", "/v1/symbols/BINANCE:BTCUSDT/quote")).body).toMatchObject({
      last: { price: "61000.5", ts: now },
    });
    const { body } = await call("GET", "/v1/symbols/BINANCE:BTCUSDT/bars");
    expect(body).toMatchObject({ bars: [{ o: "61000.5", n: 1, state: "forming" }], nextCursor: null });
  });

  test("instruments come as lines too, all or none", async () => {
    const lines = (...instruments: object[]): string =>
      instruments.map((one) => JSON.stringify(one)).join("\n");
    const headers = { ...ROOT, "content-type": "application/x-ndjson" };
    const post = (body: string) =>
      SELF.fetch("http://outcry.test/v1/instruments", { method: "POST", body, headers });
    expect(
      (
        await post(
          lines({ ...INSTRUMENT, symbol: "X:ONE" }, { ...INSTRUMENT, symbol: "X:TWO", lotSize: "0" }),
        )
      ).status,
    ).toBe(422);
    expect((await call("GET", "/v1/instruments/X:ONE")).status).toBe(404);
    expect(
      (await post(lines({ ...INSTRUMENT, symbol: "X:ONE" }, { ...INSTRUMENT, symbol: "X:TWO" }))).status,
    ).toBe(200);
    expect((await call("GET", "/v1/instruments?query=X:")).body).toMatchObject({ total: 2 });
  });
});

test("the documentation comes from our own files", async () => {
  const page = await SELF.fetch("http://outcry.test/docs");
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
  const document = (await (await SELF.fetch("http://outcry.test/openapi.json")).json()) as {
    openapi: string;
  };
  expect(document.openapi).toBe("3.1.0");
});
