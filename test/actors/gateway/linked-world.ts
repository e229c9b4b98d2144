/** Actors with the links that they really have, a gateway with the desk that it really has, and a network between them that loses calls. */
import { vi } from "vitest";
import { answer } from "../../../actors/runtime/reply.ts";
import type { SocketHost } from "../../../actors/runtime/sockets.ts";
import type { ReplayFrom } from "../../../actors/runtime/streams/link.ts";
import { LinkBench } from "../runtime/streams/link-bench.ts";
import { FakeHost } from "./fake-host.ts";
import { World } from "./gateway-world.ts";
import { Reader } from "./reader.ts";

export const SYMBOLS = ["T:A", "T:B"] as const;
const READERS = 3;
/** Wakes of the gateway and waits of its calls pass together. */
const STEP_MS = 2_000;

/** What becomes of a call: heard and answered, heard and the answer lost, or lost. */
export const FATES = ["answered", "unanswered", "lost"] as const;
export type Fate = (typeof FATES)[number];

/** A symbol: trades are a list that grows, its quote is the newest of them. */
class Market {
  readonly trades: number[] = [];
  readonly links: LinkBench;
  readonly #symbol: string;

  constructor(symbol: string) {
    this.#symbol = symbol;
    const snapshots: Readonly<Record<string, () => readonly number[]>> = {
      [`trades.${symbol}`]: () => this.trades,
      [`quote.${symbol}`]: () => this.trades.slice(-1),
    };
    const topicOf: SocketHost["topicOf"] = (topic) => {
      const snapshot = snapshots[topic];
      return snapshot === undefined
        ? { code: "topic-unknown", detail: "no such topic" }
        : { topic, snapshot: () => JSON.stringify(snapshot()) };
    };
    this.links = new LinkBench({ topicOf, initialTopics: [] });
  }

  truth(topic: string): readonly number[] {
    return topic.startsWith("trades") ? this.trades : this.trades.slice(-1);
  }

  trade(...values: readonly number[]): void {
    const { bench } = this.links;
    bench.commit(
      ...values.map((value) => () => {
        this.trades.push(value);
        for (const kind of ["trades", "quote"])
          if (bench.sockets.watches(`${kind}.${this.#symbol}`))
            bench.sockets.publish(`${kind}.${this.#symbol}`, "delta", JSON.stringify([value]));
      }),
    );
  }
}

/** The way from the gateway to a symbol. */
class LinkedHost extends FakeHost {
  readonly #market: Market;
  readonly #fate: () => Fate;

  constructor(market: Market, now: () => number, fate: () => Fate) {
    super(now);
    this.#market = market;
    this.#fate = fate;
  }

  // biome-ignore lint/suspicious/noExplicitAny: of a reply the tests' host knows the accepted form alone.
  override async link(_envelope: unknown, gateway: string, frame: string): Promise<any> {
    return this.#call(() => this.#market.links.bench.sockets.link(gateway, frame));
  }
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  override async replay(_envelope: unknown, topic: string, from?: ReplayFrom): Promise<any> {
    return this.#call(() => this.#market.links.bench.sockets.replay(topic, from));
  }
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  override async pulse(_envelope?: unknown, gateway?: string): Promise<any> {
    return this.#call(() => this.#market.links.bench.sockets.pulse(gateway));
  }

  #call<Reply>(call: () => Reply): Reply {
    const fate = this.#fate();
    if (fate === "lost") throw new Error("lost");
    const reply = call();
    if (fate === "unanswered") throw new Error("no answer");
    return reply;
  }
}

export class LinkedWorld {
  readonly world = new World();
  readonly markets = new Map(SYMBOLS.map((symbol) => [symbol as string, new Market(symbol)]));
  readonly readers = Array.from({ length: READERS }, () => new Reader(this.world));
  /** Of the next calls of the gateway; empty: all are answered. */
  fates: Fate[] = [];
  #values = 0;

  constructor() {
    for (const [symbol, market] of this.markets) {
      const fate = () => this.fates.shift() ?? "answered";
      this.world.hosts.set(`symbol:${symbol}`, new LinkedHost(market, () => this.world.clock.now(), fate));
    }
  }

  market(topic: string): Market {
    const found = this.markets.get(topic.slice(topic.indexOf(".") + 1));
    if (found === undefined) throw new Error(`nobody hosts ${topic}`);
    return found;
  }

  trade(symbol: string, count: number): void {
    const values = Array.from({ length: count }, () => ++this.#values);
    this.markets.get(symbol)?.trade(...values);
  }

  /** The oldest call of a symbol to the gateway. False where there is none. */
  async deliver(symbol: string, fate: Fate): Promise<boolean> {
    const call = this.markets.get(symbol)?.links.calls[0];
    if (call === undefined) return false;
    const taken = fate === "lost" ? undefined : this.world.desk.told(`symbol:${symbol}`, call.texts);
    await call.answer(fate === "answered" && taken !== undefined ? answer(taken) : new Error("lost"));
    await this.world.settle();
    return true;
  }

  /** The symbol's object is gone and loads again; its calls may have arrived. */
  async kill(symbol: string, arrived: boolean): Promise<void> {
    const links = this.markets.get(symbol)?.links;
    if (arrived) await this.deliver(symbol, "unanswered");
    if (links === undefined) return;
    links.calls = [];
    links.load();
  }

  crashGateway(): void {
    for (const reader of this.readers) reader.cut();
    this.world.crash();
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.world.pass(Math.min(STEP_MS, left));
      // What waits for an answer gives up.
      await vi.advanceTimersByTimeAsync(Math.min(STEP_MS, left));
    }
    await this.world.settle();
    for (const { links } of this.markets.values()) {
      links.passTo(this.world.clock.now());
      links.runLater();
    }
  }

  /** The faults are over: within two minutes everybody has everything. */
  async calm(): Promise<void> {
    this.fates = [];
    for (let round = 0; round < 8; round++) {
      for (const reader of this.readers) {
        reader.read();
        reader.connect();
      }
      await this.pass(16_000);
      for (const symbol of SYMBOLS) while (await this.deliver(symbol, "answered"));
      for (const reader of this.readers) reader.acknowledge();
      await this.world.settle();
    }
    for (const reader of this.readers) reader.read();
  }
}
