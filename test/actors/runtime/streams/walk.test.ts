/** Random walks: whatever clients and the platform do, each client's list is the truth, or it was told that it is not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { SocketBench } from "../../../support/fake-sockets.ts";
import { ModelClient } from "./client-model.ts";
import { Lists } from "./lists.ts";

const TOPICS = ["a", "b", "c"];
const CLIENTS = 4;
/** A few of these make a client lag that does not acknowledge. */
const LARGE = "x".repeat(150_000);

const topic = fc.constantFrom(...TOPICS);
const client = fc.nat(CLIENTS - 1);
const put = fc.record({ topic, large: fc.boolean() });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("commit" as const),
      puts: fc.array(put, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("connect" as const), client }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("resume" as const), client, topic }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("subscribe" as const),
      client,
      topics: fc.uniqueArray(topic, { minLength: 1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("unsubscribe" as const), client, topic }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("ack" as const), client, topic, back: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), client, noticed: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("ping" as const), client }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("evict" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(100, 5_000, 59_999, 60_001),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

class Walk {
  readonly lists = new Lists(...TOPICS);
  readonly bench = new SocketBench(this.lists.host);
  readonly clients = Array.from({ length: CLIENTS }, () => new ModelClient(this.bench));
  value = 0;

  #client(index: number): ModelClient {
    return this.clients[index] ?? expect.unreachable();
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "commit":
        this.bench.commit(
          ...step.puts.map(({ topic, large }) => () => {
            this.lists.put(this.bench.sockets, topic, ++this.value, large ? LARGE : "");
          }),
        );
        break;
      case "connect":
        await this.#connect(this.#client(step.client));
        break;
      case "resume":
        if (this.#client(step.client).isOpen) this.#client(step.client).resume(step.topic);
        break;
      case "subscribe":
        this.#subscribe(this.#client(step.client), step.topics);
        break;
      case "unsubscribe":
        this.#unsubscribe(this.#client(step.client), step.topic);
        break;
      case "ack":
        this.#client(step.client).acknowledge(step.topic, step.back);
        break;
      case "lose":
        this.#lose(this.#client(step.client), step.noticed);
        break;
      case "ping":
        this.#client(step.client).say({ op: "ping" });
        break;
      case "evict":
        this.bench.load();
        break;
      case "crash":
        for (const client of this.clients) client.lose();
        this.bench.crash();
        break;
      case "pass":
        this.bench.clock.pass(step.ms);
        break;
    }
    for (const client of this.clients) client.read();
    this.check();
  }

  async #connect(client: ModelClient): Promise<void> {
    if (client.isOpen) return;
    client.lose();
    await client.connect();
  }

  #subscribe(client: ModelClient, topics: readonly string[]): void {
    if (!client.isOpen) return;
    for (const topic of topics) client.listening.add(topic);
    client.say({ op: "subscribe", topics });
  }

  #unsubscribe(client: ModelClient, topic: string): void {
    if (!client.isOpen || !client.listening.delete(topic)) return;
    client.say({ op: "unsubscribe", topics: [topic] });
  }

  #lose(client: ModelClient, noticed: boolean): void {
    const { socket } = client;
    if (socket === undefined) return;
    client.lose();
    socket.broken = true;
    if (noticed) this.bench.sockets.closed(socket);
    this.bench.port.sockets = this.bench.port.sockets.filter((other) => other !== socket);
  }

  /** Who keeps up knows everything; who lags knows a beginning of it. */
  check(): void {
    for (const client of this.clients) {
      if (!client.isOpen) continue;
      for (const topic of client.listening) {
        const known = client.topics.get(topic)?.list ?? expect.unreachable();
        const truth = this.lists.values.get(topic) ?? [];
        if (client.lagging.has(topic)) expect(truth.slice(0, known.length)).toEqual(known);
        else expect(known).toEqual(truth);
      }
    }
  }
}

async function endWell(walk: Walk): Promise<void> {
  for (const [index, client] of walk.clients.entries()) {
    await walk.take({ do: "connect", client: index });
    for (const topic of TOPICS) client.resume(topic);
    for (let round = 0; round < 3; round++) for (const topic of TOPICS) client.acknowledge(topic);
    for (const topic of TOPICS) expect(client.topics.get(topic)?.list).toEqual(walk.lists.values.get(topic));
  }
  walk.check();
}

test("I8: a stream's sequence per topic strictly rises; a hole is announced, never silent; snapshot and deltas are the state", async () => {
  const seen = { lagging: 0, resets: 0, tooSlow: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 120 }), async (steps) => {
      const walk = new Walk();
      for (const each of steps) {
        await walk.take(each);
        seen.lagging += walk.bench.sockets.lagging;
      }
      seen.tooSlow += walk.bench.port.sockets.filter(({ closing }) => closing?.code === 4008).length;
      await endWell(walk);
      for (const { resets } of walk.clients) seen.resets += resets;
    }),
    { numRuns: 100, seed: 11 },
  );
  // The walk has been where it matters.
  expect(seen.lagging).toBeGreaterThan(0);
  expect(seen.resets).toBeGreaterThan(0);
  expect(seen.tooSlow).toBeGreaterThan(0);
});
