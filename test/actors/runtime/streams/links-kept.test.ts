/** Links over loads and at their bounds, and what a gateway asks for that has missed something. */
import { describe, expect, test } from "vitest";
import { LINK_SAID_MAX, LINK_WAITING_UNITS_MAX } from "../../../../actors/runtime/streams/gateway-link.ts";
import { LINKS_MAX } from "../../../../actors/runtime/streams/links.ts";
import { WATCHED_AFTER_MS } from "../../../../actors/runtime/streams/topics.ts";
import { UNTOLD_WATCH_MS } from "../../../../actors/runtime/telling.ts";
import { messagesOf, type Said } from "../../../support/stream-messages.ts";
import { bench, brief, GATEWAY as G, linked } from "./link-bench.ts";

describe("after a load", () => {
  test("links and topics stand, and numbers go on", async () => {
    const { links, put } = await linked();
    put("a");
    await links.heard();
    links.load();
    put("a");
    expect(brief(await links.heard())).toEqual([
      ["a", 3, "delta", [2]],
      ["a", 3, "hb", null],
    ]);
  });

  test("the first call says how far each topic is", async () => {
    const { links, put } = await linked();
    links.link(G, { op: "subscribe", topics: ["b"] });
    await links.heard();
    put("b");
    await links.heard();
    links.load();
    put("a");
    expect(brief(await links.heard())).toEqual([
      ["a", 2, "delta", [2]],
      ["a", 2, "hb", null],
      ["b", 2, "hb", null],
    ]);
    put("a");
    expect(brief(await links.heard())).toEqual([["a", 3, "delta", [3]]]);
  });

  test("a message that a kill kept from its call is asked for within half a minute, and sent again", async () => {
    const { links, put, said } = await linked();
    const { epoch } = said[1];
    put("a");
    // The call dies with the object.
    links.calls = [];
    links.load();
    links.pass(UNTOLD_WATCH_MS);
    expect(brief(await links.heard({ behind: [{ topic: "a", epoch, seq: 1 }] }))).toEqual([
      ["a", 2, "hb", null],
    ]);
    expect(brief(await links.heard())).toEqual([["a", 2, "delta", [1]]]);
    expect(links.dueAt).toBeUndefined();
  });

  test("what was all told leaves no timer behind", async () => {
    const { links, put } = await linked();
    put("a");
    await links.heard();
    links.pass(UNTOLD_WATCH_MS);
    expect([links.calls.length, links.dueAt]).toEqual([0, undefined]);
  });

  test("a topic that is no more is named", async () => {
    const { links, lists } = await linked();
    links.link(G, { op: "subscribe", topics: ["b"] });
    await links.heard();
    lists.values.delete("b");
    links.load();
    links.pass(UNTOLD_WATCH_MS);
    const said = await links.heard();
    expect(said[0]).toMatchObject({
      op: "ack",
      topics: [{ topic: "a" }],
      errors: [{ topic: "b", code: "topic-unknown" }],
    });
  });
});

describe("replay", () => {
  test("answers what came after a place, or a snapshot that says why not; without a place a snapshot", async () => {
    const { links, put, said } = await linked();
    const { epoch } = said[1];
    put("a");
    put("a");
    const replay = (topic: string, from?: { epoch: string; seq: number }) => {
      const reply = links.bench.sockets.replay(topic, from);
      return reply.ok ? reply.value.flatMap(messagesOf) : reply;
    };
    expect(brief(replay("a", { epoch, seq: 1 }) as Said[]).map(([, seq]) => seq)).toEqual([2, 3]);
    expect(replay("a", { epoch, seq: 3 })).toEqual([]);
    expect(replay("a", { epoch: "x", seq: 3 })).toMatchObject([{ seq: 3, reset: { reason: "epoch" } }]);
    expect(replay("a")).toMatchObject([{ seq: 3, type: "snap", data: [1, 2] }]);
    expect(replay("b")).toMatchObject([{ seq: 1, type: "snap", data: [] }]);
    expect(replay("nowhere")).toMatchObject({ ok: false, code: "not-found" });
  });

  test("of a topic that nobody listens to leaves it unwatched after a minute", () => {
    const { links, lists, put } = bench();
    links.bench.sockets.replay("a", undefined);
    put("a");
    links.bench.clock.pass(WATCHED_AFTER_MS);
    put("a");
    expect(lists.built).toBe(1);
  });
});

test("a message costs one row, however many gateways hear it, and their answers none", async () => {
  const { links, put } = await linked();
  for (const name of ["g-2", "g-3"]) {
    links.link(name, { op: "subscribe", topics: ["a"] });
    await links.heard();
  }
  const changes = () => links.bench.sql.exec<{ n: number }>("SELECT total_changes() AS n")[0]?.n ?? 0;
  const before = changes();
  put("a");
  expect(links.calls).toHaveLength(3);
  while (links.calls.length > 0) await links.heard();
  expect(changes() - before).toBe(1);
  links.link(G, { op: "ping" });
  links.link(G, { op: "subscribe", topics: ["a"] });
  expect(changes() - before).toBe(1);
});

test("a gateway that asks how news comes is told what it is linked to", async () => {
  const { links, put } = await linked();
  put("a");
  const news = { lastTs: null, isOpen: true, isAway: false };
  const { sockets } = links.bench;
  expect(sockets.pulse(undefined)).toEqual({ ok: true, value: news });
  expect(sockets.pulse("g-other")).toEqual({ ok: true, value: { ...news, linked: [] } });
  expect(sockets.pulse(G, { ...news, isAway: true })).toMatchObject({
    value: { isAway: true, linked: [{ topic: "a", seq: 2 }] },
  });
});

test("bound runtime/table:stream_link: a frame of one gateway more is refused, until one leaves", async () => {
  const { links } = bench();
  for (let at = 1; at <= LINKS_MAX; at++) {
    expect(links.link(`g-${at}`, { op: "subscribe", topics: ["a"] }).ok).toBe(true);
    await links.heard();
  }
  const more = () => links.link("g-more", { op: "subscribe", topics: ["a"] });
  expect(more()).toMatchObject({ ok: false, code: "too-many" });
  expect(links.bench.count("stream_link")).toBe(LINKS_MAX);
  links.link("g-1", { op: "unsubscribe", topics: ["a"] });
  await links.heard();
  expect(more().ok).toBe(true);
  expect(links.bench.count("stream_link")).toBe(LINKS_MAX);
});

test("bound runtime/memory:linkWaiting: what is too much is dropped and read from the ring", async () => {
  const { links, put } = await linked();
  put("a");
  const large = "x".repeat(LINK_WAITING_UNITS_MAX / 4);
  for (let times = 0; times < 6; times++) put("a", large);
  await links.heard();
  const texts = links.calls[0]?.texts ?? [];
  expect(texts.flatMap(messagesOf).map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8]);
  for (let times = 0; times < 9; times++) put("a", large);
  await links.heard();
  // Of the ring the newest MiB is left.
  expect(await links.heard()).toMatchObject([{ seq: 17, type: "snap", reset: { reason: "beyond-ring" } }]);
});

test("bound runtime/memory:linkSaid: of answers that a gateway cannot hear the newest are kept", async () => {
  const { links } = bench();
  for (let id = 0; id <= LINK_SAID_MAX + 5; id++) links.link(G, { op: "ping", id });
  await links.heard();
  const said = await links.heard();
  expect(said).toHaveLength(LINK_SAID_MAX);
  expect(said.at(-1)).toMatchObject({ id: LINK_SAID_MAX + 5 });
});
