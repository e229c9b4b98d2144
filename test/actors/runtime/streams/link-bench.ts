/** An actor's links on a desk: calls to gateways that are answered, lost or left hanging, and the timer that outlives a load. */
import { expect } from "vitest";
import { type ActorReply, answer } from "../../../../actors/runtime/reply.ts";
import type { SocketHost } from "../../../../actors/runtime/sockets.ts";
import type { Taken } from "../../../../actors/runtime/streams/link.ts";
import type { LinkSurroundings } from "../../../../actors/runtime/streams/links.ts";
import { SocketBench } from "../../../support/fake-sockets.ts";
import { messagesOf, type Said } from "../../../support/stream-messages.ts";
import { Lists } from "./lists.ts";

export const GATEWAY = "g-1";

export type Call = {
  readonly gateway: string;
  readonly texts: readonly string[];
  /** To an actor that was loaded anew since, an answer changes nothing. */
  readonly answer: (reply: ActorReply<Taken> | Error) => Promise<void>;
};

export class LinkBench {
  readonly bench: SocketBench;
  /** Under way, oldest first. */
  calls: Call[] = [];
  /** On disk. */
  dueAt: number | undefined;
  #laters: (() => void)[] = [];
  #load = 0;

  constructor(host: SocketHost) {
    this.bench = new SocketBench(host, undefined, () => this.#surroundings());
  }

  link(gateway: string, frame: object): ActorReply<null> {
    return this.bench.sockets.link(gateway, JSON.stringify(frame));
  }

  /** Messages of the call under way, which is answered. */
  async heard(taken: Taken = {}): Promise<Said[]> {
    const call = this.calls[0];
    if (call === undefined) return [];
    await call.answer(answer(taken));
    return call.texts.flatMap((text) => messagesOf(text));
  }

  async fail(): Promise<void> {
    await this.calls[0]?.answer(new Error("the gateway is away"));
  }

  /** The alarm, if it is due by then. */
  pass(ms: number): void {
    this.passTo(this.bench.clock.now() + ms);
  }

  passTo(at: number): void {
    this.bench.clock.pass(at - this.bench.clock.now());
    if (this.dueAt === undefined || this.dueAt > this.bench.clock.now()) return;
    this.dueAt = undefined;
    this.bench.sockets.wakeLinks();
  }

  runLater(): void {
    for (const run of this.#laters.splice(0)) run();
  }

  /** The disk is what it was; calls may still arrive. */
  load(): void {
    this.#laters = [];
    this.bench.load();
  }

  #surroundings(): LinkSurroundings {
    this.#load += 1;
    const load = this.#load;
    const isCurrent = () => load === this.#load;
    const atLatest = (at: number) => {
      if (isCurrent()) this.dueAt = Math.min(this.dueAt ?? at, at);
    };
    return {
      tell: (gateway, texts) => this.#told(gateway, texts, isCurrent),
      watch: atLatest,
      retryAt: atLatest,
      allTold: () => {
        if (isCurrent()) this.dueAt = undefined;
      },
      later: (run) => {
        this.#laters.push(run);
        return () => {
          this.#laters = this.#laters.filter((each) => each !== run);
        };
      },
      randomFraction: () => 0.5,
    };
  }

  #told(gateway: string, texts: readonly string[], isCurrent: () => boolean): Promise<ActorReply<Taken>> {
    const { promise, resolve, reject } = Promise.withResolvers<ActorReply<Taken>>();
    const call: Call = {
      gateway,
      texts,
      answer: async (reply) => {
        this.calls = this.calls.filter((each) => each !== call);
        if (!isCurrent()) return;
        if (reply instanceof Error) reject(reply);
        else resolve(reply);
        // The link's own continuation runs after the promise's.
        await new Promise((done) => setImmediate(done));
      },
    };
    this.calls.push(call);
    return promise;
  }
}

export function bench(...topics: string[]) {
  const lists = new Lists(...(topics.length === 0 ? ["a", "b"] : topics));
  const links = new LinkBench(lists.host);
  let value = 0;
  const put = (topic: string, padding = "") =>
    links.bench.commit(() => lists.put(links.bench.sockets, topic, ++value, padding));
  return { lists, links, put };
}
export const brief = (said: readonly Said[]) =>
  said.map(({ op, topic, seq, type, data }) => (op === undefined ? [topic, seq, type, data] : [op]));

/** Linked to one topic, whose snapshot was heard. */
export async function linked(...topics: string[]) {
  const made = bench(...topics);
  expect(made.links.link(GATEWAY, { op: "subscribe", id: 1, topics: ["a"] })).toEqual({
    ok: true,
    value: null,
  });
  const said = await made.links.heard();
  return { ...made, said };
}
