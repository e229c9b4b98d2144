import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge, keyOf, NOW, ROOT_KEY } from "../support/fake-edge.ts";

const item = (kind: string, name: string) => ({ kind, name });
const pages = (...names: [kind: string, name: string][]) =>
  answer({ items: names.map(([kind, name]) => item(kind, name)), total: names.length });

describe("the list of actors", () => {
  test("merges the pages of all shards in order, and goes on behind the last one shown", async () => {
    const edge = await fakeEdge({
      answers: {
        "metricsShard.list": (_envelope: unknown, { after = "" }: { after?: string }) =>
          pages(["symbol", "X:A"], ["risk-shard", after === "" ? "acme/a" : "acme/z"], ["symbol", "X:B"]),
      },
    });
    const first = (await (await edge.fetch("GET", "/v1/actors?limit=2")).json()) as { nextCursor: string };
    // Two shards in the fake world, and both have the same.
    expect(first).toMatchObject({
      total: 6,
      items: [item("risk-shard", "acme/a"), item("risk-shard", "acme/a")],
    });
    await edge.fetch("GET", `/v1/actors?limit=2&cursor=${first.nextCursor}`);
    expect(edge.calls.at(-1)?.args[1]).toEqual({
      kind: undefined,
      tenant: "acme",
      limit: 3,
      after: "risk-shard:acme/a",
    });
  });

  test("has no further page where nothing is left", async () => {
    const edge = await fakeEdge({ answers: { "metricsShard.list": () => pages(["symbol", "X:A"]) } });
    expect(await (await edge.fetch("GET", "/v1/actors?limit=2")).json()).toMatchObject({ nextCursor: null });
  });

  test("shows root every tenant, and takes declared kinds only", async () => {
    const edge = await fakeEdge({ answers: { "metricsShard.list": () => pages() } });
    await edge.fetch("GET", "/v1/actors?kind=strategy", { key: ROOT_KEY });
    expect(edge.calls.at(-1)?.args[1]).toMatchObject({ kind: "strategy", tenant: undefined });
    expect((await edge.fetch("GET", "/v1/actors?kind=anything")).status).toBe(422);
  });

  test("is refused as a whole where a shard does not answer", async () => {
    const edge = await fakeEdge({
      answers: { "metricsShard.list": () => Promise.reject(new Error("gone")) },
    });
    expect((await edge.fetch("GET", "/v1/actors")).status).toBe(503);
  });

  test("needs the scope admin", async () => {
    const edge = await fakeEdge();
    for (const path of ["/v1/actors", "/v1/actors/symbol/X%3AA", "/metrics"])
      expect((await edge.fetch("GET", path, { key: keyOf("acme", "market:read") })).status).toBe(403);
  });
});

const INSPECTION = {
  actor: "risk-shard:acme/main",
  incarnation: "i1",
  loadedAt: NOW,
  seq: 3,
  status: {
    at: NOW,
    lastCommitAt: undefined,
    lastSeq: 9,
    archivedSeq: 7,
    outboxDepth: 2,
    waitingSince: NOW - 3_000,
    fenced: false,
    breakers: [],
    gauges: { outcry_sockets: 1 },
  },
  mailboxDepth: 0,
  sockets: 1,
  timers: [{ name: "outbox", due: NOW }],
  sizes: [{ collection: "table:outbox", unit: "rows", max: 50_000, atBound: "Refused.", used: undefined }],
  counts: { outcry_facts_total: 9, outcry_group_commands: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3] },
};

describe("the inspector", () => {
  const inspector = () =>
    fakeEdge({
      answers: {
        "metricsShard.heardOf": (_envelope: unknown, actor: string) =>
          actor === "risk-shard:acme/main" ? answer({ since: 1, lastReportAt: 2 }) : refusal("not-found"),
        "inspected.inspect": () => answer(INSPECTION),
      },
    });

  test("shows what the actor says of itself, in the declared shape", async () => {
    const { fetch } = await inspector();
    const response = await fetch("GET", "/v1/actors/risk-shard/acme%2Fmain");
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        ...{
          kind: "risk-shard",
          name: "acme/main",
          since: 1,
          lastReportAt: 2,
          incarnation: "i1",
          loadedAt: NOW,
        },
        ...{
          lastCommitAt: null,
          lastSeq: 9,
          archivedSeq: 7,
          outboxDepth: 2,
          outboxLagMs: 3_000,
          fenced: false,
        },
        ...{ breakers: [], mailboxDepth: 0, sockets: 1, timers: [{ name: "outbox", due: NOW }] },
        sizes: [{ collection: "table:outbox", unit: "rows", used: null, max: 50_000, atBound: "Refused." }],
        counts: [
          { series: "outcry_facts_total", value: 9 },
          {
            series: "outcry_group_commands",
            value: 2,
            sum: 3,
            buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((bound) => [bound, bound === 1 ? 1 : 2]),
          },
        ],
        gauges: [{ series: "outcry_sockets", value: 1 }],
      },
    ]);
  });

  test.each([
    "risk-shard/acme%2Fghost",
    "risk-shard/other%2Fmain",
    "tenant-directory/other",
    "label-book/other",
    "strategy/other%2Fs",
  ])("addresses nobody that never reported or is another tenant's: %s", async (path) => {
    const edge = await inspector();
    expect((await edge.fetch("GET", `/v1/actors/${path}`)).status).toBe(404);
    expect(edge.calls.map(({ method }) => method)).not.toContain("inspect");
  });

  test.each(["a%00b", "a%20b", "%C5%BF", "a%2Fb%2Fc", "-a", "a%0A", "%ZZ", "a".repeat(65), "a%2F-b"])(
    "does not take the name %s",
    async (name) => {
      const edge = await inspector();
      const response = await edge.fetch("GET", `/v1/actors/symbol/${name}`);
      expect([response.status, await response.json()]).toMatchObject([422, { code: "id-format" }]);
      expect(edge.calls).toEqual([]);
    },
  );
});
