/** What a subscriber hears: a snapshot, then what follows, each message once and in order. */
import { describe, expect, test } from "vitest";
import { SocketBench } from "../../../support/fake-sockets.ts";
import { Lists } from "./lists.ts";

function world() {
  const lists = new Lists("a", "b", "c");
  const bench = new SocketBench(lists.host);
  const put = (topic: string, value: number) => () => lists.put(bench.sockets, topic, value);
  return { lists, bench, put };
}

describe("subscribe", () => {
  test("answers the full set, then one snapshot of each new topic, in one frame; then what follows", async () => {
    const { bench, put } = world();
    bench.commit(put("a", 7));
    const socket = await bench.connect();
    bench.say(socket, { op: "subscribe", id: "s1", topics: ["a", "b"] });
    expect(socket.frames).toHaveLength(1);
    const [ack, ...snaps] = socket.take();
    expect(ack).toMatchObject({
      op: "ack",
      id: "s1",
      topics: [
        { topic: "a", seq: 1 },
        { topic: "b", seq: 1 },
      ],
      errors: [],
    });
    expect(snaps).toMatchObject([
      { topic: "a", type: "snap", seq: 1, data: [7] },
      { topic: "b", type: "snap", seq: 1, data: [] },
    ]);
    bench.commit(put("a", 8));
    bench.commit(put("b", 9), put("a", 10));
    expect(socket.take()).toMatchObject([
      { topic: "a", type: "delta", seq: 2, data: [8] },
      { topic: "b", type: "delta", seq: 2, data: [9] },
      { topic: "a", type: "delta", seq: 3, data: [10] },
    ]);
  });

  test("again brings no second snapshot, and a name that is unknown is refused by itself", async () => {
    const { bench } = world();
    const socket = await bench.connect();
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    socket.take();
    bench.say(socket, { op: "subscribe", id: 2, topics: ["a", "x", "b", "b"] });
    const said = socket.take();
    expect(said).toMatchObject([
      { op: "ack", id: 2, errors: [{ topic: "x", code: "topic-unknown" }] },
      { topic: "b", type: "snap" },
    ]);
    expect(said[0].topics).toHaveLength(2);
  });

  test("what was unsubscribed is not heard any more, and the last sequence is that of the next snapshot", async () => {
    const { bench, put } = world();
    const socket = await bench.connect();
    bench.say(socket, { op: "subscribe", topics: ["a", "b"] });
    bench.say(socket, { op: "unsubscribe", id: "u", topics: ["a", "c"] });
    expect(socket.take().at(-1)).toMatchObject({
      op: "ack",
      id: "u",
      topics: [{ topic: "b" }],
      errors: [{ topic: "c", code: "topic-not-subscribed" }],
    });
    bench.commit(put("a", 1), put("b", 2));
    expect(socket.take()).toMatchObject([{ topic: "b", data: [2] }]);
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    expect(socket.take().at(-1)).toMatchObject({ topic: "a", type: "snap", seq: 2, data: [1] });
  });

  test("topics of the start are subscribed when the connection opens", async () => {
    const lists = new Lists("a", "b");
    const bench = new SocketBench({ ...lists.host, initialTopics: ["b"] });
    const socket = await bench.connect();
    expect(socket.take()).toMatchObject([
      { op: "ack", topics: [{ topic: "b" }] },
      { topic: "b", type: "snap" },
    ]);
  });
});
