/** Reference data of all instruments, in one object. It parses, queues, commits and replies; the rules are in decide.ts. */
import { DurableObject } from "cloudflare:workers";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { heardBy } from "../runtime/heard.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { AuditedApi, Standing } from "../runtime/standing.ts";
import { INSTRUMENT_DIRECTORY } from "./address.ts";
import { LANES } from "./bounds.ts";
import {
  type InstrumentDirectoryApi,
  type InstrumentPage,
  type InstrumentQuery,
  parsePut,
} from "./messages.ts";
import { publicInstrument, publicList } from "./public.ts";
import { InstrumentStore, MIGRATIONS } from "./store.ts";
import { DirectoryTurns, symbolDestination } from "./turns.ts";

export class InstrumentDirectory extends DurableObject<Env> implements InstrumentDirectoryApi, AuditedApi {
  readonly #bricks = new Bricks(this.ctx, {
    actor: `instrument-directory:${INSTRUMENT_DIRECTORY}`,
    migrations: MIGRATIONS,
    lanes: LANES,
    deliver: portsFrom(this.env).deliver,
  });
  readonly #store = new InstrumentStore(this.#bricks.sql);
  readonly #turns = new DirectoryTurns({
    state: this.#store.load(),
    store: this.#store,
    outbox: this.#bricks.outbox,
    clock: this.#bricks.clock,
  });

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#bricks.writes(this.#store);
  }

  async put(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const parsed = parsePut(body);
    if (!parsed.ok) return parsed;
    const lines = parsed.value;
    const decide = () => this.#turns.decidePut(lines);
    const reply = await this.#bricks.mailbox.run("puts", envelope, body.length, decide, (put) =>
      this.#turns.settlePut(put),
    );
    const [first] = lines;
    if (reply.ok && first !== undefined && lines.length === 1)
      await heardBy(this.#bricks.outbox, symbolDestination(first.symbol));
    return reply;
  }

  async get(_envelope: Envelope, symbol: string): Promise<ActorReply<string>> {
    const stored = this.#store.find([symbol]).get(symbol);
    return stored === undefined ? unknown : answer(JSON.stringify(publicInstrument(stored.instrument)));
  }

  async lookup(envelope: Envelope, symbol: string): Promise<ActorReply<Instrument>> {
    const stored = this.#store.find([symbol]).get(symbol);
    if (stored === undefined) return unknown;
    if (stored.held) return answer(stored.instrument);
    return this.#bricks.mailbox.run(
      "holds",
      envelope,
      symbol.length,
      () => undefined,
      () => {
        const instrument = this.#turns.hold(symbol);
        return instrument === undefined ? unknown : answer(instrument);
      },
    );
  }

  async known(_envelope: Envelope, symbols: readonly string[]): Promise<ActorReply<readonly string[]>> {
    return answer(this.#store.known(symbols));
  }

  async search(_envelope: Envelope, query: InstrumentQuery): Promise<ActorReply<InstrumentPage>> {
    const { items, ...page } = this.#store.search(query);
    return answer({ items: publicList(items), ...page });
  }

  async standing(_envelope: Envelope): Promise<ActorReply<Standing>> {
    const { outbox } = this.#bricks;
    outbox.drainDetached();
    return answer({
      lastSeq: outbox.lastSeq,
      archivedSeq: outbox.archivedSeq,
      outboxDepth: outbox.depth,
      fenced: outbox.fenced,
    });
  }

  override alarm(): void {
    this.#bricks.takeDueTimers();
  }
}

const unknown = refusal("instrument-unknown", "no instrument has this symbol");
