/**
 * The Worker of [archive] and [price-hub]: our archiver and our price hubs, with actors around them that do nothing but send and
 * receive, so that these two are what is measured.
 */
import { DurableObject } from "cloudflare:workers";
import { priceHubOf } from "../../actors/price-hub/address.ts";
import {
  type PriceBatch,
  type PriceSnapshot,
  type PriceUpdate,
  type PushTaken,
  readPriceBatch,
} from "../../actors/price-hub/messages.ts";
import { Bricks } from "../../actors/runtime/bricks.ts";
import { systemClock } from "../../actors/runtime/clock.ts";
import { type Envelope, systemEnvelope } from "../../actors/runtime/envelope.ts";
import { KeptStubs } from "../../actors/runtime/kept-stubs.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../../actors/runtime/outbox-tables.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { TIMERS_TABLE } from "../../actors/runtime/timers.ts";
import { PriceTelling } from "../../actors/symbol/prices/price-telling.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";

export { Archiver } from "../../actors/archiver/archiver.ts";
export { PriceHub } from "../../actors/price-hub/price-hub.ts";

type FloorEnv = Omit<Env, "SYMBOL" | "RISK_SHARD"> & {
  readonly EMITTER: DurableObjectNamespace<Emitter>;
  readonly SYMBOL: DurableObjectNamespace<Pricer>;
  readonly RISK_SHARD: DurableObjectNamespace<Follower>;
  readonly PAYLOAD: string;
};

/** What a follower was told. `latencies` counts changes by tens of milliseconds from the change to its arrival. */
export type Heard = { batches: number; changes: number; sampled: number; latencies: number[] };

// SAFETY: the two bindings that differ are bound to classes that answer what hubs and outboxes ask of them.
const bindings = (env: FloorEnv): Env => env as unknown as Env;
const envelopeNow = (): Envelope => systemEnvelope(systemClock.now(), 60_000);
const LANES = { facts: { depthMax: 1_000, unitsMax: 1_000, growth: true } };

/** An actor that has nothing but facts. Held, it makes them and lets none go. */
export class Emitter extends DurableObject<FloorEnv> {
  readonly #bricks = new Bricks(this.ctx, {
    actor: `bench:${this.ctx.id.name}`,
    migrations: [{ id: 1, statements: [...OUTBOX_TABLES, ...OUTBOX_CHUNKS, TIMERS_TABLE] }],
    lanes: LANES,
    deliver: async (destination, batch) => {
      await this.#held?.promise;
      return portsFrom(bindings(this.env)).deliver(destination, batch);
    },
  });
  #held: PromiseWithResolvers<void> | undefined;

  /** Answers when the facts are on disk, and on their way as far as the archiver's door. */
  async emitHeld(facts: number): Promise<void> {
    this.#held = Promise.withResolvers();
    await this.emit(facts);
  }

  async release(): Promise<void> {
    this.#held?.resolve();
    this.#held = undefined;
    while (!(await this.isArchived())) await scheduler.wait(25);
  }

  emit(facts: number): Promise<ActorReply<null>> {
    const { mailbox, outbox, clock } = this.#bricks;
    return mailbox.run(
      "facts",
      envelopeNow(),
      0,
      () => facts,
      (count) => {
        for (let left = count; left > 0; left--) outbox.add("bench", this.env.PAYLOAD, clock.now());
        return answer(null);
      },
    );
  }

  /** One fact at a time, so many a second; a random phase, so that actors do not march in step. */
  async pace(perSecond: number, seconds: number): Promise<void> {
    const startAt = Date.now() + (Math.random() * 1_000) / perSecond;
    for (let sent = 0; sent < perSecond * seconds; sent++) {
      await until(startAt + (sent * 1_000) / perSecond);
      await this.emit(1);
    }
  }

  async isArchived(): Promise<boolean> {
    const { outbox } = this.#bricks;
    return outbox.archivedSeq === outbox.lastSeq;
  }

  override alarm(): void {
    this.#bricks.takeDueTimers();
  }
}

/** A symbol that has nothing but a last price, which changes all the time, and is told as symbols tell it. */
export class Pricer extends DurableObject<FloorEnv> {
  #changes = 0;
  #changedAt = 0;
  #pushes = 0;
  readonly #hubs = new KeptStubs(1, portsFrom(bindings(this.env)).actors.priceHub);
  readonly #telling = new PriceTelling({
    symbol: this.#symbol,
    clock: systemClock,
    randomFraction: Math.random,
    current: () => ({ mark: this.#mark, instrument: instrumentOf(this.#symbol) }),
    push: (update) => this.#push(update),
    retryAt: (at) => void setTimeout(() => this.#telling.wake(), at - Date.now()),
    allTold: () => {},
    later: (run, afterMs) => {
      const timer = setTimeout(run, afterMs);
      return () => clearTimeout(timer);
    },
  });

  async snapshot(): Promise<ActorReply<PriceSnapshot>> {
    this.#telling.snapshotAsked();
    return answer({ instrument: instrumentOf(this.#symbol), mark: this.#mark });
  }

  /** Answers how many pushes it took. */
  async run(perSecond: number, seconds: number): Promise<number> {
    this.#pushes = 0;
    const startAt = Date.now() + (Math.random() * 1_000) / perSecond;
    for (let sent = 0; sent < perSecond * seconds; sent++) {
      await until(startAt + (sent * 1_000) / perSecond);
      this.#changes += 1;
      this.#changedAt = Date.now();
      this.#telling.note([[this.#changes, this.#changedAt, 1_000_000 + this.#changes]], false);
      this.#telling.tell();
    }
    while (this.#telling.untold) await scheduler.wait(25);
    return this.#pushes;
  }

  #push(update: PriceUpdate): Promise<ActorReply<PushTaken | null>> {
    this.#pushes += 1;
    return this.#hubs.call(priceHubOf(this.#symbol), (hub) => hub.push(envelopeNow(), update));
  }

  get #symbol(): Symbol {
    return this.ctx.id.name as Symbol; // SAFETY: objects of this class are named by symbols.
  }

  get #mark(): PriceSnapshot["mark"] {
    return { last: 1_000_000 + this.#changes, lastTs: this.#changedAt as never, lastChanges: this.#changes };
  }
}

/** A risk shard that has nothing but ears. */
export class Follower extends DurableObject<FloorEnv> {
  #heard: Heard = { batches: 0, changes: 0, sampled: 0, latencies: [] };

  prices(_envelope: Envelope, sent: string | PriceBatch): Promise<ActorReply<null>> {
    return readPriceBatch(sent, async ({ updates }) => this.#hear(updates));
  }

  #hear(updates: readonly PriceUpdate[]): ActorReply<null> {
    const now = Date.now();
    this.#heard.batches += 1;
    for (const { changes, sampled } of updates) {
      if (sampled) this.#heard.sampled += 1;
      for (const [, ts] of changes) {
        this.#heard.changes += 1;
        const bucket = Math.floor((now - ts) / 10);
        this.#heard.latencies[bucket] = (this.#heard.latencies[bucket] ?? 0) + 1;
      }
    }
    return answer(null);
  }

  async follow(symbols: readonly Symbol[]): Promise<void> {
    const byHub = Map.groupBy(symbols, priceHubOf);
    const { priceHub } = portsFrom(bindings(this.env)).actors;
    for (const [hub, own] of byHub)
      await priceHub(hub).subscribe(envelopeNow(), `risk-shard/${this.ctx.id.name}`, own);
  }

  /** What was heard since it was asked last. */
  async heard(): Promise<Heard> {
    const heard = this.#heard;
    this.#heard = { batches: 0, changes: 0, sampled: 0, latencies: [] };
    return heard;
  }
}

const until = (at: number): Promise<void> => scheduler.wait(Math.max(0, at - Date.now()));

/** What no subscriber of the benchmark looks at is as short as it may be. */
const instrumentOf = (symbol: Symbol): Instrument => ({
  ...{
    symbol,
    description: "Bench",
    type: "equity",
    exchange: "BENCH",
    currency: "USD",
    priceScale: 4,
    sizeScale: 0,
  },
  ...{
    tickSize: 100,
    lotSize: 1,
    multiplier: "1",
    notionalUnit: 100_000_000n,
    timezone: "UTC",
    session: "24x7",
  },
  ...{ status: "active", version: 1 },
});

type Work = (env: FloorEnv, asked: Readonly<Record<string, number>>) => Promise<unknown>;

const names = (prefix: string, count = 0): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);
const symbols = (count = 0): Symbol[] => names("BENCH:S", count) as Symbol[]; // SAFETY: they are written as symbols are.

const WORK: Readonly<Record<string, Work>> = {
  "/emit-held": (env, { actors, facts = 0 }) =>
    Promise.all(names("rush-", actors).map((name) => env.EMITTER.getByName(name).emitHeld(facts))),
  "/release": (env, { actors }) =>
    Promise.all(names("rush-", actors).map((name) => env.EMITTER.getByName(name).release())),
  "/emit": (env, { actors, facts = 0 }) =>
    Promise.all(names("paced-", actors).map((name) => env.EMITTER.getByName(name).emit(facts))),
  "/pace": (env, { actors, rate = 0, seconds = 0 }) =>
    Promise.all(names("paced-", actors).map((name) => env.EMITTER.getByName(name).pace(rate, seconds))),
  "/archived": async (env, { actors }) => {
    for (const name of names("paced-", actors))
      while (!(await env.EMITTER.getByName(name).isArchived())) await scheduler.wait(5);
  },
  "/follow": (env, { followers, count }) =>
    Promise.all(
      names("bench/", followers).map((name) => env.RISK_SHARD.getByName(name).follow(symbols(count))),
    ),
  "/prices": (env, { count, rate = 0, seconds = 0 }) =>
    Promise.all(symbols(count).map((symbol) => env.SYMBOL.getByName(symbol).run(rate, seconds))),
  "/heard": (env, { followers }) =>
    Promise.all(names("bench/", followers).map((name) => env.RISK_SHARD.getByName(name).heard())),
};

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const asked = Object.fromEntries([...searchParams].map(([name, value]) => [name, Number(value)]));
    return Response.json((await WORK[pathname]?.(env, asked)) ?? null);
  },
} satisfies ExportedHandler<FloorEnv>;
