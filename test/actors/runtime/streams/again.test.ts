/** What a client asks for more than once: it is counted, whether the client has read it or not. */
import { describe, expect, test } from "vitest";
import { SocketBench } from "../../../support/fake-sockets.ts";
import { Lists } from "./lists.ts";

describe("a client that asks again and again", () => {
  const MEGABYTE = 1_048_576;
  async function world() {
    const lists = new Lists("a");
    const bench = new SocketBench(lists.host);
    const socket = await bench.connect();
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    const epoch: string = socket.take()[1].epoch;
    const put = () =>
      bench.commit(() =>
        lists.put(bench.sockets, "a", lists.values.get("a")?.length ?? 0, "x".repeat(300_000)),
      );
    const unitsOf = (frame: unknown): number => {
      bench.say(socket, frame);
      return socket.frames.splice(0).reduce((units, { length }) => units + length, 0);
    };
    return { bench, lists, socket, epoch, put, unitsOf };
  }

  test("gets what it has not taken in once more, and then a snapshot: all of it lies in its socket still", async () => {
    const { bench, socket, put, epoch } = await world();
    put();
    socket.take();
    const again = { op: "resume", topic: "a", epoch, seq: 1 };
    bench.say(socket, again);
    expect(socket.take()).toMatchObject([{ op: "ack" }, { seq: 2, type: "delta" }]);
    bench.say(socket, again);
    expect(socket.take()).toMatchObject([{ op: "ack" }, { seq: 2, type: "delta" }]);
    bench.say(socket, again);
    expect(socket.take()[1]).toMatchObject({ seq: 2, type: "snap", reset: { reason: "too-much" } });
    // Nothing is sent again and again by asking with another epoch, either: it counts on.
    bench.say(socket, { ...again, epoch: "another" });
    bench.say(socket, again);
    expect(socket.take()[3]).toMatchObject({ seq: 2, type: "snap", reset: { reason: "too-much" } });
    bench.say(socket, { op: "ack", topic: "a", seq: 2 });
    bench.say(socket, again);
    expect(socket.take()).toMatchObject([{ op: "ack" }, { seq: 2, type: "delta" }]);
  });

  test("resumes from what it has taken in as often as it likes", async () => {
    const { bench, socket, put, epoch } = await world();
    for (let seq = 2; seq < 12; seq++) {
      put();
      socket.take();
      bench.say(socket, { op: "resume", topic: "a", epoch, seq });
      expect(socket.take()).toMatchObject([{ op: "ack", topics: [{ seq }] }]);
    }
    expect(bench.sockets.lagging).toBe(0);
  });

  test.each(["resume", "subscribe"])(
    "%s: is answered eight MiB at once and then one a second; other ops cost next to nothing",
    async (op) => {
      const { bench, lists, socket, unitsOf, epoch } = await world();
      lists.values.set(
        "a",
        Array.from({ length: MEGABYTE / 8 }, () => 1_234_567),
      );
      const round = (): number => {
        if (op === "resume") return unitsOf({ op, topic: "a", epoch: "another", seq: 1 });
        return unitsOf({ op: "unsubscribe", topics: ["a"] }) + unitsOf({ op, topics: ["a"] });
      };
      let units = 0;
      for (let each = 0; each < 100; each++) units += round();
      expect(units).toBeGreaterThanOrEqual(8 * MEGABYTE);
      expect(units).toBeLessThan(9.1 * MEGABYTE);
      bench.say(socket, { op: "resume", id: 9, topic: "a", epoch, seq: 1 });
      expect(socket.take()).toMatchObject([{ op: "error", id: 9, code: "overloaded" }]);
      bench.clock.pass(2_000);
      expect(round()).toBeGreaterThan(MEGABYTE);
      expect(socket.closing).toBeUndefined();
    },
  );
});
