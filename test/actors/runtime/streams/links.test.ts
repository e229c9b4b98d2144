/** What a gateway hears of the topics that it is linked to, and what becomes of one that does not answer. */
import { describe, expect, test } from "vitest";
import { LINK_GIVE_UP_MS } from "../../../../actors/runtime/streams/links.ts";
import { RING_UNITS_MAX } from "../../../../actors/runtime/streams/ring.ts";
import { WATCHED_AFTER_MS } from "../../../../actors/runtime/streams/topics.ts";
import { PAUSE_MS_MAX, RETRY_MS_MAX, TELL_MS_MAX } from "../../../../actors/runtime/telling.ts";
import { messagesOf } from "../../../support/stream-messages.ts";
import { bench, brief, GATEWAY as G, linked } from "./link-bench.ts";

describe("a link", () => {
  test("brings an ack with its full set, one snapshot, and then every message with the actor's own sequence", async () => {
    const { links, put, said } = await linked();
    expect(said[0]).toMatchObject({ op: "ack", id: 1, topics: [{ topic: "a", seq: 1 }], errors: [] });
    expect(brief(said.slice(1))).toEqual([["a", 1, "snap", []]]);
    put("a");
    expect(brief(await links.heard())).toEqual([["a", 2, "delta", [1]]]);
    const socket = await links.bench.connect();
    links.bench.say(socket, { op: "subscribe", topics: ["a"] });
    put("a");
    const direct = socket.said.at(-1);
    expect(await links.heard()).toEqual([direct]);
  });

  test("builds nothing for topics that no gateway has", async () => {
    const { lists, put } = await linked();
    put("b");
    expect(lists.built).toBe(0);
  });

  test("has one call under way; what is committed meanwhile goes with the next, in order", async () => {
    const { links, put } = await linked();
    put("a");
    put("a");
    put("a");
    expect(links.calls).toHaveLength(1);
    expect(brief(await links.heard())).toEqual([["a", 2, "delta", [1]]]);
    expect(brief(await links.heard())).toEqual([
      ["a", 3, "delta", [2]],
      ["a", 4, "delta", [3]],
    ]);
  });

  test("sends once per gateway, whatever it has topics", async () => {
    const { links, lists } = await linked();
    links.link(G, { op: "subscribe", topics: ["b"] });
    await links.heard();
    links.bench.commit(() => {
      lists.put(links.bench.sockets, "a", 1);
      lists.put(links.bench.sockets, "b", 2);
      lists.put(links.bench.sockets, "a", 3);
    });
    expect(links.calls).toHaveLength(1);
    expect(brief(await links.heard()).map(([topic, seq]) => [topic, seq])).toEqual([
      ["a", 2],
      ["b", 2],
      ["a", 3],
    ]);
  });

  test("names topics that the actor does not have, and goes on with the others", async () => {
    const { links } = bench();
    links.link(G, { op: "subscribe", id: 7, topics: ["a", "nowhere"] });
    const said = await links.heard();
    expect(said[0]).toMatchObject({ id: 7, errors: [{ topic: "nowhere", code: "topic-unknown" }] });
    expect(brief(said.slice(1))).toEqual([["a", 1, "snap", []]]);
  });

  test("brings a snapshot again where its topic is subscribed again, and nothing that waited before it", async () => {
    const { links, put } = await linked();
    put("a");
    put("a");
    links.link(G, { op: "subscribe", topics: ["a"] });
    expect(brief(await links.heard())).toEqual([["a", 2, "delta", [1]]]);
    expect(brief((await links.heard()).slice(1))).toEqual([["a", 3, "snap", [1, 2]]]);
  });

  test("an unsubscribed topic is told no more, and numbered for a minute", async () => {
    const { links, put, lists } = await linked();
    put("a");
    put("a");
    links.link(G, { op: "unsubscribe", id: "u", topics: ["a", "b"] });
    await links.heard();
    const [ack, ...rest] = await links.heard();
    expect(ack).toMatchObject({
      id: "u",
      topics: [],
      errors: [{ topic: "b", code: "topic-not-subscribed" }],
    });
    expect(rest).toEqual([]);
    const built = lists.built;
    put("a");
    expect([lists.built, links.calls.length, links.bench.count("stream_link")]).toEqual([built + 1, 0, 0]);
    links.bench.clock.pass(WATCHED_AFTER_MS);
    put("a");
    expect(lists.built).toBe(built + 1);
  });

  test("resumes from the ring, or says why not with a snapshot", async () => {
    const { links, put, said } = await linked();
    const { epoch } = said[1];
    put("a");
    put("a");
    await links.heard();
    await links.heard();
    links.link(G, { op: "resume", topic: "a", epoch, seq: 2 });
    expect(brief((await links.heard()).slice(1))).toEqual([["a", 3, "delta", [2]]]);
    links.link(G, { op: "resume", topic: "a", epoch: "other", seq: 2 });
    expect((await links.heard()).at(-1)).toMatchObject({ seq: 3, type: "snap", reset: { reason: "epoch" } });
    links.link(G, { op: "resume", topic: "a", epoch, seq: 9 });
    expect((await links.heard()).at(-1)).toMatchObject({ type: "snap", reset: { reason: "ahead" } });
  });

  test("a ping brings a pong and how far each topic is, behind all that waited", async () => {
    const { links, put } = await linked();
    put("a");
    put("a");
    links.link(G, { op: "ping", id: 3 });
    await links.heard();
    const said = brief(await links.heard());
    expect(said).toEqual([["pong"], ["a", 3, "delta", [2]], ["a", 3, "hb", null]]);
    links.link(G, { op: "ping" });
    expect(brief(await links.heard())).toEqual([["pong"], ["a", 3, "hb", null]]);
  });

  test("an ack changes nothing, and what is no frame is refused", async () => {
    const { links } = await linked();
    expect(links.link(G, { op: "ack", topic: "a", seq: 1 }).ok).toBe(true);
    expect(links.calls).toEqual([]);
    expect(links.bench.sockets.link(G, "{")).toMatchObject({ ok: false, code: "json-invalid" });
    expect(links.link(G, { op: "subscribe" })).toMatchObject({ ok: false, code: "json-invalid" });
    expect(links.link(G, { op: "dance" })).toMatchObject({ ok: false, code: "json-invalid" });
  });

  test("gathers while a gateway asks for it, but no longer than is granted, and never an answer to a frame", async () => {
    const { links, put } = await linked();
    put("a");
    await links.heard({ pauseMs: 60_000 });
    put("a");
    put("a");
    expect(links.calls).toEqual([]);
    links.bench.clock.pass(PAUSE_MS_MAX);
    put("a");
    expect(brief(await links.heard({ pauseMs: 100 })).map(([, seq]) => seq)).toEqual([3, 4, 5]);
    put("a");
    expect(links.calls).toEqual([]);
    links.link(G, { op: "ping" });
    const said = brief(await links.heard({ pauseMs: 100 }));
    expect(said.map(([what, , type]) => type ?? what)).toEqual(["pong", "delta", "hb"]);
    put("a");
    links.runLater();
    expect(brief(await links.heard())).toEqual([["a", 7, "delta", [6]]]);
  });
});

describe("a gateway's answer", () => {
  test("that a topic is unwanted ends it", async () => {
    const { links, put } = await linked();
    put("a");
    await links.heard({ unwanted: ["a", "b"] });
    put("a");
    expect([links.calls.length, links.bench.count("stream_link")]).toEqual([0, 0]);
  });

  test("that a topic is unwanted is of no weight where it was subscribed meanwhile", async () => {
    const { links, put } = await linked();
    put("a");
    links.link(G, { op: "subscribe", topics: ["a"] });
    await links.heard({ unwanted: ["a"], behind: [{ topic: "a", epoch: "", seq: 0 }] });
    expect(brief(await links.heard())).toEqual([["ack"], ["a", 2, "snap", [1]]]);
    put("a");
    expect(brief(await links.heard())).toEqual([["a", 3, "delta", [2]]]);
  });

  test("that something is missing brings it from there", async () => {
    const { links, put, said } = await linked();
    put("a");
    put("a");
    await links.heard();
    await links.heard({ behind: [{ topic: "a", epoch: said[1].epoch, seq: 1 }] });
    expect(brief(await links.heard()).map(([, seq]) => seq)).toEqual([2, 3]);
    put("a");
    await links.heard({ behind: [{ topic: "a", epoch: "", seq: 0 }] });
    const [snap] = await links.heard();
    expect(brief([snap])).toEqual([["a", 4, "snap", [1, 2, 3]]]);
    expect(snap).not.toHaveProperty("reset");
  });

  test("that something is missing again and again gives the topic up, so that nobody spins", async () => {
    const { links, put } = await linked();
    put("a");
    let calls = 0;
    while (links.calls.length > 0) {
      calls += 1;
      await links.heard({ behind: [{ topic: "a", epoch: "lost", seq: 1 }] });
    }
    expect(calls).toBe(5);
    expect(links.bench.count("stream_link")).toBe(0);
  });
});

describe("a gateway that does not answer", () => {
  test("is told again after a while, from the ring, with what came meanwhile and nothing twice", async () => {
    const { links, put } = await linked();
    put("a");
    put("a");
    await links.fail();
    put("a");
    expect(links.calls).toEqual([]);
    links.pass(RETRY_MS_MAX);
    expect(brief(await links.heard()).map(([, seq]) => seq)).toEqual([2, 3, 4]);
    expect(links.calls).toEqual([]);
  });

  test("gets the snapshot and the answers to its frames again", async () => {
    const { links } = bench();
    links.link(G, { op: "subscribe", id: 1, topics: ["a"] });
    await links.fail();
    links.link(G, { op: "ping", id: 2 });
    links.pass(RETRY_MS_MAX);
    expect(brief(await links.heard())).toEqual([
      ["ack"],
      ["pong"],
      ["a", 1, "snap", []],
      ["a", 1, "hb", null],
    ]);
  });

  test("gets a snapshot that says so where the ring begins later by then", async () => {
    const { links, put } = await linked();
    put("a");
    await links.fail();
    for (let times = 0; times < 9; times++) put("a", "x".repeat(RING_UNITS_MAX / 8));
    links.pass(RETRY_MS_MAX);
    const said = await links.heard();
    expect(said).toMatchObject([{ seq: 11, type: "snap", reset: { reason: "beyond-ring" } }]);
    put("a");
    expect(brief(await links.heard())).toEqual([["a", 12, "delta", [11]]]);
  });

  test("holds up no other gateway", async () => {
    const { links, put } = await linked();
    links.link("g-2", { op: "subscribe", topics: ["a"] });
    await links.heard();
    put("a");
    expect(links.calls.map(({ gateway }) => gateway)).toEqual([G, "g-2"]);
    await links.calls[1]?.answer({ ok: true, value: {} });
    put("a");
    expect(links.calls.map(({ gateway }) => gateway)).toEqual([G, "g-2"]);
  });

  test("is given up where its call never ends, and its late answer changes nothing", async () => {
    const { links, put } = await linked();
    put("a");
    const [hung] = links.calls;
    links.bench.clock.pass(TELL_MS_MAX);
    put("a");
    links.pass(RETRY_MS_MAX);
    const second = links.calls.at(-1);
    expect(second?.texts.flatMap(messagesOf).map(({ seq }) => seq)).toEqual([2, 3]);
    await hung?.answer({ ok: true, value: { unwanted: ["a"] } });
    expect(links.bench.count("stream_link")).toBe(1);
  });

  test("loses its link when it has not for ten minutes", async () => {
    const { links, put } = await linked();
    put("a");
    for (let waited = 0; waited <= LINK_GIVE_UP_MS + 2 * RETRY_MS_MAX; waited += RETRY_MS_MAX) {
      await links.fail();
      links.pass(RETRY_MS_MAX);
    }
    expect([links.calls.length, links.bench.count("stream_link"), links.dueAt]).toEqual([0, 0, undefined]);
    links.link(G, { op: "subscribe", topics: ["a"] });
    expect(brief((await links.heard()).slice(1)).map(([, , type]) => type)).toEqual(["snap"]);
  });
});
