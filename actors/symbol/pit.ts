/** What a symbol does for each caller: parse, ask for reference data once, queue a turn, tell the hub after its commit. */
import { isSecondResolution } from "../../src/domain/bar.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { decodeInstrument } from "../../src/domain/instrument-codec.ts";
import type { ActorPorts } from "../../src/ports.ts";
import { priceHubOf } from "../price-hub/address.ts";
import type { PriceSnapshot, SnapshotWants } from "../price-hub/messages.ts";
import type { Bricks } from "../runtime/bricks.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { randomFraction } from "../runtime/id.ts";
import { Inbox } from "../runtime/inbox.ts";
import { KeptStubs } from "../runtime/kept-stubs.ts";
import type { OutboxBatch } from "../runtime/outbox.ts";
import { type ActorReply, answer, overloaded, refusal } from "../runtime/reply.ts";
import { refusedUpgrade } from "../runtime/sockets.ts";
import type { Pulse } from "../runtime/streams/link.ts";
import { platformLater } from "../runtime/telling.ts";
import { CorporateActions } from "./actions/corporate-actions.ts";
import { asOfPage } from "./bars/as-of.ts";
import { barPage } from "./bars/bar-page.ts";
import { ownSince } from "./bars/imported-bars.ts";
import { secondsPage } from "./bars/seconds.ts";
import { DepthCalls, withWanted } from "./book/depth-calls.ts";
import { BOUNDS, type LANES } from "./bounds.ts";
import { gapPage } from "./gaps/gap-page.ts";
import { IndicatorDesk } from "./indicators/indicator-desk.ts";
import { LiquidityCalls } from "./liquidity/liquidity-calls.ts";
import { LiquidityDesk } from "./liquidity/liquidity-desk.ts";
import { splitSteps } from "./liquidity/split-steps.ts";
import type { BarMarks, BarPage, BarQuery, GapPage, GapQuery, QuoteBarQuery } from "./messages.ts";
import { PastPrices } from "./prices/past-prices.ts";
import { PastReturns } from "./prices/past-returns.ts";
import { PriceTelling } from "./prices/price-telling.ts";
import { pulseOf } from "./prices/pulse.ts";
import { markOf, quoteText } from "./prices/quote.ts";
import { quoteBarPage } from "./quotes/quote-bar-page.ts";
import { Reference } from "./reference.ts";
import { SeriesCalls } from "./series/series-calls.ts";
import { SeriesDesk } from "./series/series-desk.ts";
import { SymbolStore } from "./store.ts";
import { SymbolStreams } from "./streams.ts";
import { parseTicks } from "./ticks/parse-ticks.ts";
import { TickOutcomes } from "./ticks/tick-outcomes.ts";
import { PRICES_TIMER, SymbolTurns } from "./turns.ts";

/** Kind of the facts of the instrument directory that a symbol hears. */
const INSTRUMENT_PUT = "instrument-put";
/** A directory that sends from too many names is a bug; its outbox comes again. */
const SENDER_RETRY_MS = 1_000;

type SymbolBricks = Pick<
  Bricks<keyof typeof LANES>,
  "clock" | "sql" | "timers" | "outbox" | "mailbox" | "sockets" | "vitals" | "writes"
>;
type Neighbours = Pick<ActorPorts, "instrumentDirectory" | "priceHub">;

export class Pit {
  readonly actions: CorporateActions;
  readonly series: SeriesCalls;
  readonly depth: DepthCalls;
  readonly liquidity: LiquidityCalls;
  readonly #bricks: SymbolBricks;
  readonly #store: SymbolStore;
  readonly #inbox: Inbox;
  readonly #telling: PriceTelling;
  readonly #liquidity: LiquidityDesk;
  readonly #past: PastPrices;
  readonly #returns: PastReturns;
  readonly #turns: SymbolTurns;
  readonly #reference: Reference;
  readonly #outcomes: TickOutcomes;

  constructor(symbol: Symbol, bricks: SymbolBricks, neighbours: Neighbours) {
    this.#bricks = bricks;
    this.#store = new SymbolStore(bricks.sql, () => bricks.outbox.archivedSeq);
    this.#inbox = new Inbox(bricks.sql);
    this.#telling = this.#tellingTo(symbol, neighbours);
    const state = this.#store.load(symbol);
    const { clock, sockets } = bricks;
    const { bars, log } = this.#store;
    const desk = new SeriesDesk(state, { rows: this.#store.series, log: this.#store.log, sockets });
    const quoteBars = this.#store.quotes.bars;
    const indicators = new IndicatorDesk(state, {
      ...{ rows: this.#store.indicators, imported: this.#store.imported },
      ...{ bars, log, sockets },
    });
    const streams = new SymbolStreams(state, {
      sockets,
      clock,
      bars,
      log,
      quoteBars,
      series: desk,
      indicators,
    });
    const steps = (until: number) => splitSteps(this.actions.rows.all.values(), state.calendar, until);
    this.#liquidity = new LiquidityDesk({ state, bars, rows: this.#store.liquidity, steps });
    this.#past = new PastPrices({ state, bars, steps });
    this.#returns = new PastReturns({ state, bars, steps });
    this.#turns = new SymbolTurns(
      ...([state, this.#store, bricks, this.#telling, streams, desk, this.#liquidity] as const),
    );
    this.#reference = new Reference({
      present: () => this.#turns.state.instrument,
      lookup: (envelope) => neighbours.instrumentDirectory().lookup(envelope, symbol),
      take: (envelope, instrument) => this.#takeInstruments(envelope, [instrument]),
    });
    const known = (envelope: Envelope) => this.#reference.known(envelope);
    const changed = () => {
      if (this.#liquidity.actionsChanged()) this.#telling.noteLiquidity();
      this.#telling.noteRetold();
    };
    this.actions = new CorporateActions({
      ...{ ...bricks, known, state, bars, imported: this.#store.imported, changed },
    });
    this.liquidity = new LiquidityCalls({ clock, known, desk: this.#liquidity });
    this.depth = new DepthCalls({ clock, state, known });
    this.series = new SeriesCalls({ ...bricks, known, desk });
    // What a group revises is compared with what stood before it.
    bricks.writes({ write: () => indicators.remember() });
    bricks.writes(this.#store, this.#inbox, this.actions.rows, indicators);
    this.#outcomes = new TickOutcomes(bricks.vitals.meter);
    bricks.vitals.measures(BOUNDS, {}, () => state);
  }

  async ticks(envelope: Envelope, source: string, body: string): Promise<ActorReply<string>> {
    const known = await this.#reference.known(envelope);
    if (!known.ok) return known;
    const parsed = parseTicks(body, source, known.value);
    if (parsed === undefined) return refusal("json-invalid", "not a list of [index, tick]");
    const turns = this.#turns;
    const decide = () => turns.decideTicks(parsed);
    const reply = await this.#bricks.mailbox.run("ticks", envelope, body.length, decide, (decision) => {
      turns.settle(decision.events);
      this.#outcomes.count(decision.report, parsed.unknownConditions);
      return answer(JSON.stringify(withWanted(decision.report, parsed, turns.state.book)));
    });
    this.#telling.tell();
    return reply;
  }

  async endFeed(envelope: Envelope): Promise<ActorReply<null>> {
    const known = await this.#reference.known(envelope);
    if (!known.ok) return known;
    const turns = this.#turns;
    const decide = () => turns.decideEnd();
    const reply = await this.#bricks.mailbox.run("ends", envelope, 0, decide, (events) => {
      turns.settle(events);
      return answer(null);
    });
    this.#telling.tell();
    return reply;
  }

  async quote(envelope: Envelope): Promise<ActorReply<string>> {
    const known = await this.#reference.known(envelope);
    this.#telling.tell();
    return known.ok ? answer(quoteText(this.#turns.state, known.value, this.#bricks.clock.now())) : known;
  }

  async bars(envelope: Envelope, query: BarQuery): Promise<ActorReply<BarPage>> {
    const known = await this.#reference.known(envelope);
    this.#telling.tell();
    if (!known.ok) return known;
    const [{ state }, { bars: rows, log, imported }] = [this.#turns, this.#store];
    const { asOf, resolution, from = 0, to = Number.MAX_SAFE_INTEGER, limit } = query;
    if (asOf === undefined && isSecondResolution(resolution))
      return answer(secondsPage(state, log, known.value, resolution, { from, to, limit }));
    return asOf === undefined
      ? barPage(state, rows, known.value, query, imported)
      : asOfPage({ state, rows, log, imported }, known.value, { ...query, asOf });
  }

  async quoteBars(envelope: Envelope, query: QuoteBarQuery): Promise<ActorReply<BarPage>> {
    const known = await this.#reference.known(envelope);
    return known.ok ? quoteBarPage(this.#turns.state, this.#store.quotes.bars, known.value, query) : known;
  }

  async gaps(envelope: Envelope, query: GapQuery): Promise<ActorReply<GapPage>> {
    const known = await this.#reference.known(envelope);
    return known.ok ? answer(gapPage(this.#turns.state.gaps.entries, query)) : known;
  }

  async importing(envelope: Envelope, until: BarMarks): Promise<ActorReply<BarMarks>> {
    const known = await this.#reference.known(envelope);
    if (!known.ok) return known;
    const { imported } = this.#store;
    const own = () => ownSince(this.#turns.state, imported);
    return this.#bricks.mailbox.run("imports", envelope, 0, own, (since) => {
      imported.note(until);
      return answer(since);
    });
  }

  async snapshot(envelope: Envelope, wants: SnapshotWants = {}): Promise<ActorReply<PriceSnapshot>> {
    this.#telling.snapshotAsked();
    const known = await this.#reference.known(envelope);
    this.#telling.tell();
    if (!known.ok) return known;
    const { current: liquidity } = this.#liquidity;
    const { previousClose } = this.#past;
    return answer({
      ...{ instrument: known.value, mark: markOf(this.#turns.state) },
      ...(liquidity === undefined ? {} : { liquidity }),
      ...(previousClose === undefined ? {} : { previousClose }),
      ...(wants.recent === true ? { recent: this.#past.recent(this.#bricks.clock.now()) } : {}),
      ...(wants.returns === undefined ? {} : { returns: this.#returns.history(wants.returns) }),
    });
  }

  async receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>> {
    if (!this.#inbox.admits(batch.actor)) return overloaded(SENDER_RETRY_MS, "too many senders");
    const offered = batch.facts.flatMap(([, , kind, payload]) =>
      kind === INSTRUMENT_PUT ? [decodeInstrument(payload)] : [],
    );
    const taken = await this.#takeInstruments(envelope, offered, () => this.#inbox.take(batch));
    return taken.ok ? answer({ watermark: this.#inbox.watermarkOf(batch.actor) }) : taken;
  }

  async link(envelope: Envelope, gateway: string, frame: string): Promise<ActorReply<null>> {
    const known = await this.#reference.known(envelope);
    return known.ok ? this.#bricks.sockets.link(gateway, frame) : known;
  }

  async pulse(envelope: Envelope, gateway?: string): Promise<ActorReply<Pulse>> {
    const known = await this.#reference.known(envelope);
    const { sockets, clock } = this.#bricks;
    return known.ok ? sockets.pulse(gateway, pulseOf(this.#turns.state, clock.now())) : known;
  }

  /** An upgrade that the edge has admitted. */
  async fetch(request: Request): Promise<Response> {
    const { clock, sockets } = this.#bricks;
    const known = await this.#reference.known(systemEnvelope(clock.now()));
    return known.ok ? sockets.fetch(request) : refusedUpgrade(known);
  }

  /** The alarm's part: what the clock closes, and news that the hub has not heard. Never throws: the alarm would be given up. */
  async wake(): Promise<void> {
    const { mailbox, clock } = this.#bricks;
    const turns = this.#turns;
    const closing = mailbox.run(
      "closings",
      systemEnvelope(clock.now()),
      0,
      () => turns.decideClose(),
      (events) => {
        turns.settleClose(events);
        return answer(null);
      },
    );
    await closing.catch(() => undefined);
    this.#telling.wake();
  }

  /** `alongside` happens in the same turn: it is written with it, or not at all. */
  async #takeInstruments(
    envelope: Envelope,
    offered: readonly Instrument[],
    alongside: () => void = () => {},
  ): Promise<ActorReply<null>> {
    const turns = this.#turns;
    const decide = () => turns.decideInstrument(offered);
    const reply = await this.#bricks.mailbox.run("reference", envelope, 0, decide, (events) => {
      alongside();
      turns.settle(events);
      return answer(null);
    });
    this.#telling.tell();
    return reply;
  }

  #tellingTo(symbol: Symbol, neighbours: Neighbours): PriceTelling {
    const { clock, timers, mailbox } = this.#bricks;
    const hubs = new KeptStubs(1, (of: Symbol) => neighbours.priceHub(priceHubOf(of)));
    return new PriceTelling({
      symbol,
      clock,
      randomFraction,
      current: () => ({
        mark: markOf(this.#turns.state),
        instrument: this.#turns.state.instrument,
        liquidity: this.#liquidity.current,
        previousClose: this.#past.previousClose,
      }),
      returnsOf: (untold) => this.#returns.news(untold),
      push: (update) => hubs.call(symbol, (hub) => hub.push(systemEnvelope(clock.now()), update)),
      retryAt: (at) => {
        timers.atLatest(PRICES_TIMER, at);
        mailbox.flush();
      },
      allTold: () => {
        timers.cancel(PRICES_TIMER);
        mailbox.flush();
      },
      later: platformLater,
    });
  }
}
