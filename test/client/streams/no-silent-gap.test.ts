import { expect, test } from "vitest";
import type { HeardMessage } from "../../../src/client/streams/followed.ts";
import { settled } from "../fake-world.ts";
import { FaultyGateway } from "./faulty-gateway.ts";
import { StreamBench } from "./stream-bench.ts";

const TOPICS = ["bars.1.SIM:A", "quote.SIM:A", "trades.SIM:A"];
const STEPS = 400;
const SEEDS = 40;

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** By the server's own record: what lies between two messages was conflated and said to be, or is said to be lost. */
function silentGaps(heard: readonly HeardMessage[], gateway: FaultyGateway): string[] {
  return TOPICS.flatMap((topic) => {
    const lossless = gateway.topics.get(topic)?.lossless ?? new Set<string>();
    const ofTopic = heard.filter((message) => message.topic === topic);
    return ofTopic.slice(1).flatMap((message, index) => {
      const before = ofTopic[index] as HeardMessage;
      const faults =
        message.type === "snap" ? ofSnapshot(before, message) : ofChange(before, message, lossless);
      return faults.map((fault) => `${topic} ${before.seq} → ${message.type} ${message.seq}: ${fault}`);
    });
  });
}

function ofSnapshot(before: HeardMessage, { epoch, seq, missed }: HeardMessage): string[] {
  const isNews = epoch !== before.epoch || seq !== before.seq;
  return isNews && missed === undefined ? ["a snapshot that does not say what is lost"] : [];
}

function ofChange(
  before: HeardMessage,
  { epoch, seq, skipped }: HeardMessage,
  lossless: Set<string>,
): string[] {
  if (epoch !== before.epoch || seq <= before.seq) return ["out of order"];
  const between = Array.from({ length: seq - before.seq - 1 }, (_, index) => before.seq + 1 + index);
  return [
    ...between.filter((one) => lossless.has(`${epoch} ${one}`)).map((one) => `lossless ${one} is missing`),
    ...(skipped === between.length ? [] : [`${skipped} are said to be skipped`]),
  ];
}

class Walk {
  readonly gateway = new FaultyGateway(TOPICS);
  readonly bench = new StreamBench();
  readonly #random: (below: number) => number;
  connections = 0;

  constructor(seed: number) {
    this.#random = randomOf(seed);
    for (const topic of TOPICS) this.bench.hear(topic);
  }

  async run(): Promise<void> {
    const cutEach = 15 + this.#random(40);
    for (let step = 0; step < STEPS; step++) {
      await this.#settle();
      await this.#something(TOPICS[this.#random(TOPICS.length)] ?? "");
      if (this.#random(cutEach) === 0) await this.#cut();
    }
    // Quiet: everything that is under way arrives.
    for (let second = 0; second < 30; second++) {
      await this.#settle();
      this.gateway.tick();
      if (second % 5 === 0) this.gateway.beat();
      this.gateway.deliver(200);
      await this.bench.world.pass(1_000);
    }
  }

  async #settle(): Promise<void> {
    const { world } = this.bench;
    await settled();
    if (world.sockets.length > this.connections) {
      this.connections = world.sockets.length;
      this.gateway.accept(world.socket);
      world.socket.onopen?.();
    }
    this.gateway.listen();
  }

  async #something(topic: string): Promise<void> {
    const dice = this.#random(1_000);
    if (dice < 600) this.gateway.publish(topic, topic !== "quote.SIM:A" && this.#random(3) > 0);
    else if (dice < 750) this.gateway.tick();
    else if (dice < 930) this.gateway.deliver(1 + this.#random(4));
    else if (dice < 940) this.gateway.beat();
    else if (dice < 950) this.gateway.stammer();
    else if (dice < 990) await this.bench.world.pass(50 + this.#random(2_000));
    else if (dice < 997) this.gateway.forget();
    else this.gateway.loseEpoch(topic);
  }

  /** What is traded meanwhile may be more than the ring keeps. */
  async #cut(): Promise<void> {
    this.gateway.cut();
    this.gateway.goesOnFromSent = this.#random(3) === 0;
    for (let missed = this.#random(30); missed > 0; missed--) this.gateway.publish(TOPICS[0] ?? "", true);
    await this.bench.world.pass(20_000);
  }
}

test("over cuts, lost sessions, short rings and new epochs nothing is lost without a word, and in the end nothing is missing", async () => {
  const seen = { cuts: 0, messages: 0, skipped: 0, missed: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const walk = new Walk(seed);
    await walk.run();
    const { bench, gateway } = walk;
    expect(silentGaps(bench.heard, gateway), `seed ${seed}`).toEqual([]);
    for (const [topic, { epoch, seq }] of gateway.topics)
      expect(
        bench.heard.findLast((message) => message.topic === topic),
        `seed ${seed}`,
      ).toMatchObject({ epoch, seq });
    seen.cuts += walk.connections - 1;
    seen.messages += bench.heard.length;
    seen.skipped += bench.heard.filter(({ skipped }) => skipped > 0).length;
    seen.missed += bench.missed.length;
    bench.stream.close();
  }
  // The walks must have met what they are about.
  expect(Math.min(seen.cuts, seen.skipped, seen.missed)).toBeGreaterThan(100);
  expect(seen.messages).toBeGreaterThan(1_000);
});
