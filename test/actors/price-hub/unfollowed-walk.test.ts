import * as fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { CADENCE_MS } from "../../../actors/price-hub/delivery.ts";
import type {
  PriceSnapshot,
  PriceUpdate,
  PushTaken,
  SubscriberName,
} from "../../../actors/price-hub/messages.ts";
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import { PriceTelling } from "../../../actors/symbol/prices/price-telling.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { BTC, changesOf, ETH, HubBench, instrument, markAt, SHARD, STRATEGY, turns } from "./bench.ts";
import { Listener } from "./listener.ts";

type Taken = ActorReply<PushTaken | null>;
type Call = {
  readonly update: PriceUpdate;
  readonly resolve: (reply: Taken) => void;
  readonly reject: () => void;
  answer?: Taken;
};

/** A real symbol's telling; the test says when its pushes arrive and when their answers do. */
class Teller {
  readonly #bench: HubBench;
  readonly #symbol: Symbol;
  readonly #calls: Call[] = [];
  telling!: PriceTelling;
  count = 0;
  version = 1;
  pushes = 0;
  isAway = false;
  #retryAt: number | undefined;

  constructor(bench: HubBench, symbol: Symbol) {
    this.#bench = bench;
    this.#symbol = symbol;
    bench.snapshots.set(symbol, () => this.snapshot());
    this.restart();
  }

  /** Memory is gone; what the symbol has said may still arrive. */
  restart(): void {
    this.#retryAt = undefined;
    this.telling = new PriceTelling({
      symbol: this.#symbol,
      clock: this.#bench.clock,
      current: () => ({ mark: markAt(this.count), instrument: instrument(this.#symbol, this.version) }),
      push: (update) => this.#push(update),
      retryAt: (at) => {
        this.#retryAt = Math.min(this.#retryAt ?? at, at);
      },
      allTold: () => {
        this.#retryAt = undefined;
      },
      later: (run, afterMs) => {
        const timer = setTimeout(run, afterMs);
        return () => clearTimeout(timer);
      },
      randomFraction: () => 0.5,
    });
  }

  async snapshot(): Promise<ActorReply<PriceSnapshot>> {
    if (this.isAway) throw new Error("the symbol is away");
    this.telling.snapshotAsked();
    this.telling.tell();
    return answer({ instrument: instrument(this.#symbol, this.version), mark: markAt(this.count) });
  }

  commit(count: number, reference: boolean): void {
    const changes = changesOf(this.count + 1, this.count + count);
    this.count += count;
    if (reference) this.version += 1;
    this.telling.note(changes, reference);
    this.telling.tell();
  }

  #push(update: PriceUpdate): Promise<Taken> {
    this.pushes += 1;
    return new Promise((resolve, reject) =>
      this.#calls.push({ update, resolve, reject: () => reject(new Error("lost")) }),
    );
  }

  /** The oldest push that has not arrived reaches the hub. */
  arrive(): void {
    const call = this.#calls.find((one) => one.answer === undefined);
    if (call !== undefined) call.answer = this.#bench.relay.push(call.update);
  }

  answered(isLost: boolean): void {
    const index = this.#calls.findIndex((one) => one.answer !== undefined);
    const [call] = index < 0 ? [] : this.#calls.splice(index, 1);
    if (isLost) call?.reject();
    else if (call?.answer !== undefined) call.resolve(call.answer);
  }

  hubWent(): void {
    for (const call of this.#calls.splice(0)) call.reject();
  }

  wakeIfDue(): void {
    if (this.#retryAt === undefined || this.#retryAt > this.#bench.clock.now()) return;
    this.#retryAt = undefined;
    this.telling.wake();
  }

  /** Everything under way ends well. */
  async settle(): Promise<void> {
    this.isAway = false;
    for (let round = 0; round < 8; round++) {
      await this.#bench.pass(6_000);
      this.wakeIfDue();
      this.telling.tell();
      while (this.#calls.length > 0) {
        this.arrive();
        this.answered(false);
        await turns(2);
      }
    }
  }
}

const symbol = fc.constantFrom(BTC, ETH);
const subscriber = fc.constantFrom(SHARD, STRATEGY);
const oneOf = <const Kind extends string>(weight: number, ...kinds: readonly Kind[]) => ({
  weight,
  arbitrary: fc.record({ kind: fc.constantFrom(...kinds), symbol }),
});
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      symbol,
      count: fc.integer({ min: 0, max: 3 }),
      reference: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  oneOf(8, "arrive", "answer"),
  oneOf(6, "deliver"),
  oneOf(4, "away", "back"),
  oneOf(1, "lose", "restart-symbol"),
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("subscribe" as const, "unsubscribe" as const),
      symbol,
      subscriber,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.constantFrom(1, CADENCE_MS, 1_000, 11_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart-hub" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

class Walk {
  readonly bench = new HubBench();
  readonly tellers = new Map([BTC, ETH].map((one) => [one, new Teller(this.bench, one)]));
  readonly listeners = new Map([SHARD, STRATEGY].map((name) => [name, new Listener()]));
  readonly following = new Map<SubscriberName, Set<Symbol>>([
    [SHARD, new Set()],
    [STRATEGY, new Set()],
  ]);
  memoryLost = false;

  constructor() {
    for (const [name, listener] of this.listeners)
      this.bench.replies.set(name, async () => {
        const updates = this.bench.sent.findLast(({ to }) => to === name)?.updates ?? [];
        listener.take(updates.filter((update) => this.following.get(name)?.has(update.symbol)));
        return answer(null);
      });
  }

  async step(one: Step): Promise<void> {
    if (one.kind === "pass") {
      await this.bench.pass(one.ms);
      for (const teller of this.tellers.values()) teller.wakeIfDue();
    } else if (one.kind === "restart-hub") this.#restartHub();
    else {
      const teller = this.tellers.get(one.symbol);
      if (teller !== undefined) await this.#at(teller, one);
    }
    await turns(3);
  }

  async #at(teller: Teller, one: Exclude<Step, { kind: "pass" | "restart-hub" }>): Promise<void> {
    switch (one.kind) {
      case "commit":
        return teller.commit(one.count, one.reference);
      case "subscribe":
        return this.#subscribe(one.subscriber, one.symbol, teller);
      case "unsubscribe":
        this.following.get(one.subscriber)?.delete(one.symbol);
        await this.bench.unsubscribe(one.subscriber, one.symbol);
        return;
      case "restart-symbol":
        this.memoryLost = true;
        return teller.restart();
      case "arrive":
        return teller.arrive();
      case "deliver":
        teller.arrive();
        return teller.answered(false);
      case "away":
      case "back":
        teller.isAway = one.kind === "away";
        return;
      default:
        return teller.answered(one.kind === "lose");
    }
  }

  /** First the hub, then, as a shard does it, a snapshot of its own, from which on every change counts. A strategy that had a price asks for none. */
  async #subscribe(name: SubscriberName, symbol: Symbol, teller: Teller): Promise<void> {
    const followed = this.following.get(name);
    if (followed?.has(symbol)) return;
    await this.bench.subscribe(name, symbol);
    followed?.add(symbol);
    this.listeners.get(name)?.heard.delete(symbol);
    if (name === STRATEGY) return;
    const own = await teller.snapshot().catch(() => undefined);
    if (own?.ok)
      this.listeners.get(name)?.heard.set(symbol, { n: own.value.mark.lastChanges, missing: false });
  }

  #restartHub(): void {
    this.memoryLost = true;
    this.bench.restart();
    for (const teller of this.tellers.values()) teller.hubWent();
  }

  async check(): Promise<void> {
    for (const teller of this.tellers.values()) await teller.settle();
    await this.bench.pass(60_000);
    for (const [name, listener] of this.listeners)
      for (const one of this.following.get(name) ?? []) {
        const heard = listener.heard.get(one);
        expect(heard?.n ?? 0).toBe(this.tellers.get(one)?.count);
        if (!this.memoryLost) expect(heard?.missing ?? false).toBe(false);
      }
    expect(this.bench.alarm.slot).toBeUndefined();
    for (const [one, teller] of this.tellers) await this.#checkSilence(one, teller);
  }

  /** A change of what is followed is pushed; of what nobody follows none is, once the hub has been asked. */
  async #checkSilence(symbol: Symbol, teller: Teller): Promise<void> {
    teller.commit(1, false);
    await teller.settle();
    const pushes = teller.pushes;
    teller.commit(1, true);
    const isFollowed = [...this.following.values()].some((symbols) => symbols.has(symbol));
    expect(teller.pushes - pushes).toBe(isFollowed ? 1 : 0);
  }
}

afterEach(() => void vi.useRealTimers());

test("a symbol that nobody follows is silent, and whoever follows it misses nothing from its snapshot on, however calls cross", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const walk = new Walk();
      for (const one of steps) await walk.step(one);
      await walk.check();
    }),
    { numRuns: fewOrAll(120, 300), seed: 11 },
  );
});
