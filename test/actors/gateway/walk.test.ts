/**
 * Whatever happens between actors, a gateway and its clients, nobody misses anything without being told so. Seeded walks over losses, repeats,
 * kills of either side, slow clients and returns; the reader knows the contract and nothing of the gateway.
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CONFLATE_MS } from "../../../src/contracts/gateway-streams.ts";
import type { Said } from "../../support/stream-messages.ts";
import type { FakeHost } from "./fake-host.ts";
import { type Visitor, World } from "./gateway-world.ts";

const SYMBOLS = ["T:A", "T:B"];
const TOPICS = SYMBOLS.flatMap((symbol) => [`trades.${symbol}`, `bars.1.${symbol}`, `quote.${symbol}`]);
const ASIDE: ReadonlySet<string> = new Set(["hb", "lagging", "status"]);
const STEPS = 250;
/** In which every actor answers and every reader catches up. */
const CALM_ROUNDS = 12;

type Place = { epoch: string; seq: number };

/** A client of the contract: follows places, comes back with its session or without, and remembers what it was sent. */
class Reader {
  visitor: Visitor;
  readonly places = new Map<string, Place>();
  /** Of each topic and epoch: what it holds to have heard, by its own reading. */
  readonly heard = new Map<string, Set<number>>();
  /** From where on it has a right to each lossless message. */
  readonly since = new Map<string, Place>();
  readonly holes: string[] = [];
  /** The last of which it knows that all its topics belong to it. */
  session = "";
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.visitor = world.connect();
  }

  read(): void {
    for (const said of this.visitor.take()) {
      if (said.op === "ack" && said.topics.length === TOPICS.length) this.session = this.visitor.session;
      if (said.op === "error" && said.code === "session-unknown") this.comeBack(undefined);
      if (said.op === "ack" && said.errors.length > 0) this.comeBack(undefined);
      if (typeof said.topic === "string" && !ASIDE.has(said.type)) this.#hear(said);
    }
  }

  /** A lost connection; with its session it has its topics back, without it subscribes to what it had, from where it stands. */
  comeBack(session: string | undefined): void {
    this.visitor = this.#world.connect();
    const at = [...this.places].map(([topic, place]) => ({ topic, ...place }));
    if (session !== undefined) this.visitor.say({ op: "restore", session, at });
    else {
      for (const { topic, epoch, seq } of at) this.visitor.say({ op: "resume", topic, epoch, seq });
      const others = TOPICS.filter((topic) => !this.places.has(topic));
      if (others.length > 0) this.visitor.say({ op: "subscribe", topics: others });
    }
  }

  acknowledge(): void {
    const topics = [...this.places].map(([topic, { seq }]) => ({ topic, seq }));
    if (topics.length > 0) this.visitor.say({ op: "ack", topics });
  }

  #hear(said: Said): void {
    const { topic, epoch, seq, prev = seq - 1, type, reset } = said;
    const place = this.places.get(topic);
    const isNext = place !== undefined && place.epoch === epoch && prev <= place.seq && place.seq < seq;
    const isBeginning = type === "snap" && (place === undefined || reset !== undefined);
    if (!isNext && !isBeginning)
      this.holes.push(`${topic} ${JSON.stringify(place)} -> ${JSON.stringify(said).slice(0, 120)}`);
    if (isBeginning) this.since.set(topic, { epoch, seq });
    const key = `${topic} ${epoch}`;
    this.heard.set(key, (this.heard.get(key) ?? new Set()).add(seq));
    this.places.set(topic, { epoch, seq });
  }
}

const random = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

function publish(host: FakeHost, symbol: string, n: number, pick: (below: number) => number): void {
  const size = pick(20) === 0 ? 150_000 : 10;
  const filling = "x".repeat(size);
  const kind = pick(4);
  if (kind === 0) host.publish(`trades.${symbol}`, "delta", [n, filling], false);
  else if (kind === 1) host.publish(`quote.${symbol}`, "delta", n);
  else if (kind === 2) host.publish(`bars.1.${symbol}`, "rev", { t: 0, state: "revised", n }, false);
  else host.publish(`bars.1.${symbol}`, "bar", { t: n >> 4, state: pick(3) === 0 ? "final" : "forming", n });
}

/** Messages that were never to be left out, after the place from which the reader was promised all. */
function missing(reader: Reader, host: FakeHost, topic: string): number[] {
  const since = reader.since.get(topic);
  const hosted = host.topic(topic);
  if (since?.epoch !== hosted.epoch || topic.startsWith("quote.")) return [];
  const heard = reader.heard.get(`${topic} ${hosted.epoch}`) ?? new Set();
  return hosted.messages
    .filter(
      ({ seq, data }) =>
        seq > since.seq && !heard.has(seq) && (data as { state?: string }).state !== "forming",
    )
    .map(({ seq }) => seq);
}

type Hosted = { readonly symbol: string; readonly host: FakeHost };

/** One walk, and what may happen in it. */
class Walk {
  readonly world = new World();
  readonly pick: (below: number) => number;
  readonly hosts: readonly Hosted[] = SYMBOLS.map((symbol) => ({
    symbol,
    host: this.world.host(`symbol:${symbol}`),
  }));
  readonly readers = [0, 1, 2, 3].map(() => new Reader(this.world));
  #epochs = 1;

  constructor(seed: number) {
    this.pick = random(seed);
  }

  readonly #steps: readonly (() => Promise<void> | void)[] = [
    () => this.world.pass(this.pick(400)),
    () => this.world.settle(),
    () => this.#lose(),
    () => this.#repeat(),
    () => this.#return(),
    () => this.#away(),
    () => this.#renew(),
    () => this.#end(),
    () => this.#acknowledge(),
  ];

  async go(): Promise<void> {
    for (const { visitor } of this.readers)
      visitor.say({
        op: "subscribe",
        topics: TOPICS,
        conflateMs: CONFLATE_MS[this.pick(CONFLATE_MS.length)],
      });
    await this.world.settle();
    for (let n = 0; n < STEPS; n += 1) {
      for (const { host, symbol } of this.hosts)
        for (let each = this.pick(4); each > 0; each -= 1) publish(host, symbol, n, this.pick);
      await this.#steps[this.pick(this.#steps.length)]?.();
    }
    for (const { host } of this.hosts) host.isAway = false;
    for (let round = 0; round < CALM_ROUNDS; round += 1) await this.#calm();
  }

  /** Everything answers, and of each topic something is told. */
  async #calm(): Promise<void> {
    for (const [{ host }, topic] of this.topics())
      host.publish(topic, topic.startsWith("bars") ? "bar" : "delta", { t: 99, state: "final" });
    await this.world.pass(1_100);
    for (const reader of this.readers) {
      reader.read();
      if (reader.visitor.socket.closing !== undefined) reader.comeBack(reader.session);
      reader.acknowledge();
    }
  }

  topics(): readonly (readonly [Hosted, string])[] {
    return this.hosts.flatMap((hosted) =>
      TOPICS.filter((topic) => topic.endsWith(hosted.symbol)).map((topic) => [hosted, topic] as const),
    );
  }

  #one<Value>(of: readonly Value[]): Value {
    const one = of[this.pick(of.length)];
    if (one === undefined) throw new Error("there is none");
    return one;
  }

  /** On the way: the link tells again, from the place that the gateway names. */
  #lose(): void {
    const { host } = this.#one(this.hosts);
    host.outbox.splice(0, this.pick(host.outbox.length + 1));
  }

  #repeat(): void {
    const { host } = this.#one(this.hosts);
    host.outbox.push(...host.outbox);
  }

  #return(): void {
    const reader = this.#one(this.readers);
    const session = this.pick(3) === 0 ? undefined : reader.session;
    if (this.pick(2) === 0) reader.visitor.leave();
    reader.read();
    reader.comeBack(session);
  }

  #away(): void {
    this.#one(this.hosts).host.isAway = this.pick(3) === 0;
  }

  #renew(): void {
    if (this.pick(6) > 0) return;
    const { host, symbol } = this.#one(this.hosts);
    this.#epochs += 1;
    host.renew(`trades.${symbol}`, `e${this.#epochs}`);
  }

  /** The gateway's: its memory, or its connections too. */
  async #end(): Promise<void> {
    if (this.pick(6) > 0) return;
    const isAsleep = this.pick(2) === 0;
    // Whoever has something under way does not fall asleep.
    if (isAsleep) for (const { host } of this.hosts) host.isAway = false;
    if (isAsleep) await this.world.pass(16_000);
    for (const reader of this.readers) reader.read();
    if (isAsleep) await this.world.settle();
    if (isAsleep) this.world.load();
    else {
      this.world.crash();
      for (const reader of this.readers) reader.comeBack(reader.session);
    }
  }

  #acknowledge(): void {
    const reader = this.#one(this.readers);
    reader.read();
    reader.acknowledge();
  }
}

// What an opening waits for at the most is counted in real time: a busy machine would end one that only waits for this test.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test.each([1, 18, 74, 84, 117])("walk %i leaves no silent hole", async (seed) => {
  const walk = new Walk(seed * 7_919);
  await walk.go();
  for (const reader of walk.readers) {
    expect(reader.holes).toEqual([]);
    for (const [{ host }, topic] of walk.topics()) {
      const { epoch, seq } = host.topic(topic);
      expect([topic, missing(reader, host, topic)]).toEqual([topic, []]);
      expect([topic, reader.places.get(topic)]).toEqual([topic, { epoch, seq }]);
    }
  }
});
