/** Readiness tells the truth: what is failing is named, what nobody can say is not called well, and 503 is for when nothing can be served. */
import { describe, expect, test } from "vitest";
import type { DirectorySummary } from "../../actors/metrics-shard/messages.ts";
import { answer } from "../../actors/runtime/reply.ts";
import { readyReply } from "../../src/contracts/health.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { type Answers, CALM, type FakeEdge, fakeEdge, NOW } from "../support/fake-edge.ts";

const WELL = { actors: "ok", postgres: "ok", outbox: "ok", breakers: "ok" };
const gone = () => Promise.reject(new Error("gone"));

const ready = async (edge: FakeEdge) => {
  const response = await edge.fetch("GET", "/health/ready", { key: null });
  const body = (await response.json()) as object;
  if (response.status === 200) readyReply.parse(body);
  return [response.status, body];
};
const degraded = (...failing: (keyof typeof WELL)[]) => [
  200,
  {
    status: "degraded",
    checks: { ...WELL, ...Object.fromEntries(failing.map((name) => [name, "failing"])) },
  },
];
/** The first shard says that; the second is calm. */
const summaries = (first: Partial<DirectorySummary>): Answers => {
  let asked = 0;
  return { "metricsShard.summary": () => answer(asked++ === 0 ? { ...CALM, ...first } : CALM) };
};
const breaker = (state: "open" | "half-open") => ({
  ...{ actor: "archiver:archiver-0", name: "postgres", state, since: NOW },
});

describe("health", () => {
  test("ready where actors and Postgres answer, nobody waits and no breaker is open", async () =>
    expect(await ready(await fakeEdge())).toEqual([200, { status: "ready", checks: WELL }]));

  test("degraded, never 503, for Postgres alone, without any traffic", async () =>
    expect(await ready(await fakeEdge({ mirror: { ping: gone } }))).toEqual(degraded("postgres")));

  test("degraded once some actor's facts have waited for more than five seconds", async () => {
    const waiting = (ms: number) =>
      fakeEdge({ answers: summaries({ waiting: 1, waitingSince: NOW - ms }) }).then(ready);
    expect(await waiting(5_000)).toEqual([200, { status: "ready", checks: WELL }]);
    expect(await waiting(5_001)).toEqual(degraded("outbox"));
  });

  test("degraded while a breaker is open, and not once its next call will go through", async () => {
    const turned = (state: "open" | "half-open") =>
      fakeEdge({ answers: summaries({ breakers: [breaker(state)] }) }).then(ready);
    expect(await turned("open")).toEqual(degraded("breakers"));
    expect(await turned("half-open")).toEqual([200, { status: "ready", checks: WELL }]);
  });

  test("what a silent metrics shard would have said is not called well, and is no 503", async () => {
    let asked = 0;
    const edge = await fakeEdge({
      answers: { "metricsShard.summary": () => (asked++ === 0 ? gone() : answer(CALM)) },
    });
    expect(await ready(edge)).toEqual(degraded("outbox", "breakers"));
  });

  test("degraded where one actor does not answer but others do", async () =>
    expect(await ready(await fakeEdge({ answers: { "instrumentDirectory.known": gone } }))).toEqual(
      degraded("actors"),
    ));

  test("503 only where no actor answers, whatever Postgres says", async () => {
    const answers = { "instrumentDirectory.known": gone, "metricsShard.summary": gone };
    const refused = [503, { code: "dependency-unavailable" }];
    expect(await ready(await fakeEdge({ answers }))).toMatchObject(refused);
    expect(await ready(await fakeEdge({ answers, mirror: { ping: gone } }))).toMatchObject(refused);
  });

  test("all at once", async () => {
    const answers = {
      ...summaries({ waiting: 1, waitingSince: NOW - 60_000, breakers: [breaker("open")] }),
      "instrumentDirectory.known": gone,
    };
    expect(await ready(await fakeEdge({ answers, mirror: { ping: gone } }))).toEqual(
      degraded("actors", "postgres", "outbox", "breakers"),
    );
  });

  test("it asks at most once a second, however often it is asked", async () => {
    let pings = 0;
    const edge = await fakeEdge({ mirror: { ping: async () => void pings++ } });
    for (let times = 0; times < 5; times++) await ready(edge);
    expect(pings).toBe(1);
    edge.clock.at = (NOW + 999) as EpochMs;
    await ready(edge);
    expect(pings).toBe(1);
    edge.clock.at = (NOW + 1_000) as EpochMs;
    await ready(edge);
    expect(pings).toBe(2);
  });

  test("while a probe hangs the others hear what was known, for as long as that probe may take", async () => {
    let pings = 0;
    const edge = await fakeEdge({ mirror: { ping: () => (pings++ === 1 ? new Promise(() => {}) : gone()) } });
    expect(await ready(edge)).toEqual(degraded("postgres"));
    edge.clock.at = (NOW + 1_000) as EpochMs;
    void ready(edge);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(pings).toBe(2);
    edge.clock.at = (NOW + 3_999) as EpochMs;
    expect(await ready(edge)).toEqual(degraded("postgres"));
    expect(pings).toBe(2);
    edge.clock.at = (NOW + 4_000) as EpochMs;
    expect(await ready(edge)).toEqual(degraded("postgres"));
    expect(pings).toBe(3);
  });

  test("live asks nobody", async () => {
    const edge = await fakeEdge();
    const response = await edge.fetch("GET", "/health/live", { key: null });
    expect(await response.json()).toEqual({ status: "live" });
    expect(edge.calls).toEqual([]);
  });
});
