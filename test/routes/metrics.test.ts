import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import { ACME_KEY, fakeEdge, SCRAPE_KEY } from "../support/fake-edge.ts";
import { parsePrometheus, valueOf } from "../support/prometheus.ts";

const readings = [{ kind: "symbol", counts: { outcry_facts_total: 3 }, gauges: { outcry_actors: 1 } }];
const measured = (told: unknown[] = []) =>
  fakeEdge({
    answers: {
      "metricsShard.readings": () => answer(readings),
      "metricsShard.count": (_envelope: unknown, report: unknown) => {
        told.push(report);
        return answer(null);
      },
    },
  });

describe("/metrics", () => {
  test("adds up what all shards know", async () => {
    const { fetch } = await measured();
    const response = await fetch("GET", "/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const families = parsePrometheus(await response.text());
    // Two shards in the fake world.
    expect(valueOf(families, "outcry_facts_total", { actor_kind: "symbol" })).toBe(6);
  });

  test("tells the shard first what this isolate has answered", async () => {
    const told: { counts: Record<string, unknown>; seq: number }[] = [];
    const { fetch } = await measured(told);
    await fetch("GET", "/v1/keys", { key: null });
    await fetch("GET", "/nowhere/canary");
    await fetch("GET", "/metrics");
    const [{ counts } = { counts: {} }] = told;
    expect(counts).toMatchObject({
      'outcry_http_requests_total{method="GET",route="/v1/keys",status="401"}': 1,
      'outcry_http_requests_total{method="GET",route="none",status="404"}': 1,
      'outcry_http_problems_total{code="unauthenticated"}': 1,
      'outcry_http_problems_total{code="not-found"}': 1,
    });
    expect(JSON.stringify(counts)).not.toContain("canary");
    await fetch("GET", "/metrics");
    expect(told.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(told[1]?.counts['outcry_http_requests_total{method="GET",route="/metrics",status="200"}']).toBe(1);
  });

  test("is refused as a whole where a shard does not answer: a part would look like counters that fell", async () => {
    const { fetch } = await fakeEdge({
      answers: {
        "metricsShard.count": () => answer(null),
        "metricsShard.readings": () => Promise.reject(new Error("gone")),
      },
    });
    expect((await fetch("GET", "/metrics")).status).toBe(503);
  });
});

describe("the scrape key", () => {
  test("opens /metrics and nothing else", async () => {
    const { fetch } = await measured();
    expect((await fetch("GET", "/metrics", { key: SCRAPE_KEY })).status).toBe(200);
    for (const path of ["/v1/keys", "/v1/actors", "/v1/instruments", "/metrics/x"])
      expect((await fetch("GET", path, { key: SCRAPE_KEY })).status).toBe(401);
  });

  test("is not what begins like it, and a key of another scope is forbidden", async () => {
    const { fetch } = await measured();
    expect((await fetch("GET", "/metrics", { key: `${SCRAPE_KEY}s` })).status).toBe(401);
    expect((await fetch("GET", "/metrics", { key: null })).status).toBe(401);
    expect((await fetch("GET", "/metrics", { key: ACME_KEY })).status).toBe(200);
  });
});
