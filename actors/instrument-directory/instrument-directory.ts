/** Reference data of all instruments, in one object. It parses, queues, commits and replies; the rules are in decide.ts. */
import { DurableObject } from "cloudflare:workers";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { heardBy } from "../runtime/heard.ts";
import { type ActorReply, answer } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { INSTRUMENT_DIRECTORY } from "./address.ts";
import { LANES } from "./lanes.ts";
import {
  type InstrumentDirectoryApi,
  type InstrumentPage,
  type InstrumentQuery,
  type NamedInstruments,
  parsePut,
} from "./messages.ts";
import { publicText, publicTextOrNull } from "./public.ts";
import { InstrumentStore, MIGRATIONS } from "./store.ts";
import { DirectoryTurns, symbolDestination, UNKNOWN } from "./turns.ts";

export class InstrumentDirectory extends DurableObject<Env> implements InstrumentDirectoryApi, InspectedApi {
  readonly #bricks = new Bricks(this.ctx, {
    actor: `instrument-directory:${INSTRUMENT_DIRECTORY}`,
    migrations: MIGRATIONS,
    lanes: LANES,
    ...portsFrom(this.env),
  });
  readonly #store = new InstrumentStore(this.#bricks.sql);
  readonly #turns = new DirectoryTurns(this.#store, this.#bricks);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#bricks.writes(this.#store);
  }

  async put(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const parsed = parsePut(body);
    if (!parsed.ok) return parsed;
    const [first, ...others] = parsed.value;
    const { mailbox, outbox } = this.#bricks;
    const { decide, settle } = this.#turns.put(parsed.value);
    const reply = await mailbox.run("puts", envelope, body.length, decide, settle);
    if (first !== undefined && others.length === 0) await heardBy(outbox, symbolDestination(first.symbol));
    return reply;
  }

  async get(_envelope: Envelope, symbol: string): Promise<ActorReply<string>> {
    const stored = this.#store.find([symbol]).get(symbol);
    return stored === undefined ? UNKNOWN : answer(publicText(stored.instrument));
  }

  async lookup(envelope: Envelope, symbol: string): Promise<ActorReply<Instrument>> {
    const stored = this.#store.find([symbol]).get(symbol);
    if (stored === undefined) return UNKNOWN;
    if (stored.held) return answer(stored.instrument);
    const { decide, settle } = this.#turns.hold(symbol);
    return this.#bricks.mailbox.run("holds", envelope, symbol.length, decide, settle);
  }

  async known(_envelope: Envelope, symbols: readonly string[]): Promise<ActorReply<readonly string[]>> {
    return answer(this.#store.known(symbols));
  }

  async named(_envelope: Envelope, names: readonly string[]): Promise<ActorReply<NamedInstruments>> {
    return answer(this.#store.named(names).map(publicTextOrNull));
  }

  async aliased(_envelope: Envelope, alias: string): Promise<ActorReply<string | null>> {
    return answer(publicTextOrNull(this.#store.aliased(alias)));
  }

  async exchanges(_envelope: Envelope): Promise<ActorReply<readonly string[]>> {
    return answer(this.#store.exchanges());
  }

  async search(_envelope: Envelope, query: InstrumentQuery): Promise<ActorReply<InstrumentPage>> {
    const { items, ...page } = this.#store.search(query);
    return answer({ items: items.map(publicText), ...page });
  }

  inspect(): Promise<ActorReply<Inspection>> {
    return this.#bricks.inspect();
  }

  override alarm(): void {
    this.#bricks.takeDueTimers();
  }
}
