import { describe, expect, test } from "vitest";
import type { EdgeReport } from "../../actors/metrics-shard/messages.ts";
import { EdgeCounts } from "../../src/http/edge-counts.ts";
import { FakeClock } from "../support/runtime-fakes.ts";

const CALL = { method: "GET", route: "/v1/keys", status: 200, ms: 4, refused: undefined } as const;
const REQUESTS = 'outcry_http_requests_total{method="GET",route="/v1/keys",status="200"}';

function edge(answers: (boolean | "lost")[] = []) {
  const clock = new FakeClock();
  const told: EdgeReport[] = [];
  const waits: number[] = [];
  const counts = new EdgeCounts({
    sender: "edge:1",
    clock,
    wait: async (ms) => {
      waits.push(ms);
      clock.pass(ms);
    },
    send: async (report) => {
      const answer = answers.shift() ?? true;
      if (answer === "lost") throw new Error("lost");
      told.push(report);
      return answer;
    },
  });
  return { clock, told, waits, counts };
}

describe("what an isolate has answered", () => {
  test("is told once a second at most, by whichever call comes first", async () => {
    const { counts, told, waits, clock } = edge();
    counts.count(CALL);
    await counts.push();
    counts.count(CALL);
    counts.count(CALL);
    clock.pass(300);
    const pushing = counts.push();
    expect(counts.push()).toBeUndefined();
    await pushing;
    expect(waits).toEqual([0, 700]);
    expect(told.map(({ seq, counts: { [REQUESTS]: requests } }) => [seq, requests])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(counts.push()).toBeUndefined();
  });

  test("leaves again as it was until it is taken", async () => {
    const { counts, told } = edge(["lost", false, true]);
    counts.count(CALL);
    expect(await counts.flush()).toBe(false);
    counts.count(CALL);
    expect(await counts.flush()).toBe(false);
    expect(await counts.flush()).toBe(true);
    expect(told.map(({ seq, counts: { [REQUESTS]: requests } }) => [seq, requests])).toEqual([
      [1, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  test("is told in one piece each, when two ask at the same time", async () => {
    const { counts, told } = edge();
    counts.count(CALL);
    await Promise.all([counts.flush(), counts.flush()]);
    counts.count(CALL);
    await counts.flush();
    expect([...new Set(told.map(({ seq }) => seq))]).toEqual([1, 2]);
  });

  test("a push that was cut off keeps others from pushing for ten seconds only", async () => {
    const { counts, clock } = edge();
    counts.count(CALL);
    void counts.push();
    clock.pass(9_999);
    expect(counts.push()).toBeUndefined();
    clock.pass(1);
    expect(counts.push()).toBeDefined();
  });

  test("is counted by method, declared route and status: nothing that a caller makes up", async () => {
    const { counts, told } = edge();
    counts.count({ ...CALL, method: "BREW", route: undefined, status: 404, refused: "not-found" });
    await counts.flush();
    expect(told[0]?.counts).toMatchObject({
      'outcry_http_requests_total{method="other",route="none",status="404"}': 1,
      'outcry_http_problems_total{code="not-found"}': 1,
    });
  });

  test("beyond its bound is left out, and nothing fails", async () => {
    const { counts, told } = edge();
    for (let each = 0; each < 3_000; each++) counts.count({ ...CALL, route: `/v1/${each}` });
    await counts.flush();
    const requests = Object.keys(told[0]?.counts ?? {}).filter((series) => series.includes("requests_total"));
    expect(requests).toHaveLength(1_500);
  });
});
