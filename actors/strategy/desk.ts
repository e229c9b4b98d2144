/** Takes a strategy's calls in: queues what changes something, answers what only reads, and keeps its prices coming. */
import type { PriceMark } from "../../src/domain/price.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { ActorPorts, Log } from "../../src/ports.ts";
import type { PriceBatch } from "../price-hub/messages.ts";
import type { Bricks } from "../runtime/bricks.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import type { OutboxBatch } from "../runtime/fact.ts";
import { Inbox } from "../runtime/inbox.ts";
import { OVERLOAD_RETRY_MS } from "../runtime/mailbox.ts";
import { type ActorReply, answer, overloaded, type Refusal, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import type { StrategyAddress } from "./address.ts";
import { BOUNDS, type LANES } from "./bounds.ts";
import { decideNews, type NewsDecision } from "./decide.ts";
import { decideBaseline, decidePrices } from "./decide-prices.ts";
import type { StrategyEvent } from "./events.ts";
import { type M2mQuery, readNews, type StatisticsQuery } from "./messages.ts";
import { isLotMethod, pagesOf, profitByLots } from "./method-profit.ts";
import { PriceLinks, RETRY_MS } from "./price-links.ts";
import { pnl, positions } from "./profit-view.ts";
import { followedSymbols, isFollowed } from "./state.ts";
import { StatisticsBook } from "./statistics-book.ts";
import { StatisticsRows } from "./statistics-rows.ts";
import { statistics } from "./statistics-view.ts";
import { StrategyStore } from "./store.ts";
import { StrategyStream } from "./strategy-stream.ts";
import { CLOSING_TIMER, StrategyTurns } from "./turns.ts";
import { describe, formingCandles, isOpen, type M2mReply, m2m } from "./view.ts";

export type DeskBricks = Pick<
  Bricks<keyof typeof LANES>,
  "sql" | "clock" | "timers" | "outbox" | "mailbox" | "sockets" | "vitals" | "writes"
>;

/** A new leg is subscribed before the account hears that its news was taken, so that no tick after the answer is missed; at most so long. */
const LINKED_MS_MAX = 1_500;
const LINKING_TIMER = "linking";

const NOT_OPEN = refusal("strategy-unknown", "no open strategy has this id");

export class Desk {
  readonly #address: StrategyAddress;
  readonly #bricks: DeskBricks;
  readonly #store: StrategyStore;
  readonly #inbox: Inbox;
  readonly #turns: StrategyTurns;
  readonly #links: PriceLinks;
  readonly #statistics: StatisticsBook;
  readonly #actors: Pick<ActorPorts, "riskShard">;
  readonly #log: Log;

  constructor(
    address: StrategyAddress,
    bricks: DeskBricks,
    actors: Pick<ActorPorts, "priceHub" | "symbol" | "riskShard">,
    log: Log,
  ) {
    this.#address = address;
    this.#actors = actors;
    this.#log = log;
    this.#bricks = bricks;
    this.#store = new StrategyStore(bricks.sql, () => bricks.outbox.archivedSeq);
    this.#inbox = new Inbox(bricks.sql);
    this.#turns = new StrategyTurns(address, this.#store, bricks);
    const rows = new StatisticsRows(bricks.sql);
    this.#statistics = new StatisticsBook(this.#store, rows);
    this.#turns.statistics = this.#statistics;
    const stream = new StrategyStream(address, this.#store, bricks);
    this.#turns.listener = stream;
    bricks.writes(this.#store, rows, this.#inbox);
    bricks.vitals.measures(BOUNDS, {}, () => this.#store.state);
    bricks.sockets.host({ topicOf: stream.topicOf, initialTopics: stream.initialTopics });
    stream.resume();
    this.#links = new PriceLinks({
      subscriber: address.subscriber,
      actors,
      clock: bricks.clock,
      wanted: () => this.#store.state.wanted,
      followed: () => followedSymbols(this.#store.state),
      isUnpriced: (symbol) => this.#isUnpriced(symbol),
      baseline: (symbol, mark) => this.#baseline(symbol, mark),
      comeBackAt: (at) => this.#comeBackAt(at),
      complete: () => bricks.timers.cancel(LINKING_TIMER),
    });
    // After a load nothing is known of what the hubs have.
    void this.#links.link();
  }

  async receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>> {
    const units = batch.facts.reduce((sum, [, , , payload]) => sum + payload.length, 0);
    const decide = () => this.#decide(batch);
    const reply = await this.#bricks.mailbox.run("news", envelope, units, decide, (decision) =>
      this.#hear(batch, decision),
    );
    if (reply.ok && this.#links.isDue) await ifWithin(this.#links.link(), LINKED_MS_MAX);
    return reply;
  }

  async prices(envelope: Envelope, batch: PriceBatch): Promise<ActorReply<null>> {
    for (const { symbol } of batch.updates) if (!this.#follows(symbol)) this.#links.noteStray(symbol);
    // A hub also tells what happened before it was subscribed: a leg's first price says from where on changes count.
    const unpriced = batch.updates.some(({ symbol }) => this.#follows(symbol) && this.#isUnpriced(symbol));
    const linked = this.#links.isDue ? this.#links.link() : undefined;
    if (unpriced && linked !== undefined) await ifWithin(linked, LINKED_MS_MAX);
    const units = batch.updates.reduce((sum, update) => sum + update.changes.length, 0);
    const decide = () => decidePrices(this.#store.state, batch);
    return this.#bricks.mailbox.run("prices", envelope, units, decide, (events) => this.#take(events));
  }

  describe(): ActorReply<string> {
    return describe(this.#store.state, this.#address.strategy);
  }

  positions(): ActorReply<string> {
    return positions(this.#store.state, this.#address.strategy, this.#bricks.clock.now());
  }

  async pnl(envelope: Envelope, method: string): Promise<ActorReply<string>> {
    const { state } = this.#store;
    const { strategy } = this.#address;
    const now = this.#bricks.clock.now();
    if (!isLotMethod(method)) return pnl(state, strategy, method, now);
    const pages = pagesOf(this.#actors, envelope, state.profile?.account ?? "", strategy, method);
    return profitByLots(state, strategy, method, now, pages);
  }

  statistics(query: StatisticsQuery): ActorReply<string> {
    const { state } = this.#store;
    const forming = formingCandles(state, this.#bricks.clock.now());
    return statistics(state, this.#address.strategy, this.#statistics, query, forming);
  }

  m2m(query: M2mQuery): ActorReply<M2mReply> {
    return m2m(this.#store, query, this.#bricks.clock.now());
  }

  /** An upgrade; of a strategy that was closed there is nothing to tell. */
  async connect(request: Request): Promise<Response> {
    return isOpen(this.#store.state)
      ? this.#bricks.sockets.fetch(request)
      : Response.json(NOT_OPEN, { status: 404 });
  }

  /** A gateway's frame; of a strategy that was closed there is nothing to tell. */
  link(gateway: string, frame: string): ActorReply<null> {
    return isOpen(this.#store.state) ? this.#bricks.sockets.link(gateway, frame) : NOT_OPEN;
  }

  async wake(timers: readonly { readonly name: string }[]): Promise<void> {
    const { mailbox, clock } = this.#bricks;
    if (timers.some(({ name }) => name === LINKING_TIMER)) {
      this.#watchLinks();
      void this.#links.link();
    }
    if (!timers.some(({ name }) => name === CLOSING_TIMER)) return;
    await mailbox.run("closings", systemEnvelope(clock.now()), 0, nothing, () => {
      this.#turns.closeByClock();
      return answer(null);
    });
  }

  /** Whatever this batch holds is decided here: a fold that fails would throw the object away, and again with each repeat. */
  #decide(batch: OutboxBatch): NewsDecision | Refusal {
    if (!this.#inbox.admits(batch.actor)) return overloaded(OVERLOAD_RETRY_MS, "too many senders");
    const heard = this.#inbox.watermarkOf(batch.actor);
    const told = readNews(batch.facts.filter(([seq]) => seq > heard));
    return decideNews(this.#store.state, told);
  }

  #hear(batch: OutboxBatch, decision: NewsDecision | Refusal): ActorReply<{ watermark: number }> {
    if (!("events" in decision)) return decision;
    this.#inbox.take(batch);
    this.#turns.take(decision.events);
    this.#watchLinks();
    const { actor } = this.#address;
    for (const event of decision.events)
      if (event.type === "position-drifted")
        // What each of both holds is in the fact.
        this.#log("error", "position-drift", {
          actor,
          sender: batch.actor,
          symbol: event.leg.symbol,
          at: event.at,
        });
    for (const skipped of decision.skipped) {
      // Of the call that this news is of, not of its delivery.
      const [, , , , requestId] = batch.facts.find(([seq]) => seq === skipped.seq) ?? [];
      this.#log("error", "news-skipped", { actor, sender: batch.actor, ...skipped, requestId });
    }
    return answer({ watermark: this.#inbox.watermarkOf(batch.actor) });
  }

  #follows(symbol: string): boolean {
    const { state } = this.#store;
    const leg = state.legs.get(symbol);
    return leg !== undefined && isFollowed(state, leg);
  }

  #isUnpriced(symbol: string): boolean {
    return this.#store.state.legs.get(symbol)?.n === undefined;
  }

  async #baseline(symbol: string, mark: PriceMark): Promise<void> {
    const { mailbox, clock } = this.#bricks;
    const decide = () => decideBaseline(this.#store.state, symbol, mark);
    await mailbox.run("prices", systemEnvelope(clock.now()), 1, decide, (events) => this.#take(events));
  }

  #take(events: readonly StrategyEvent[]): ActorReply<null> {
    this.#turns.take(events);
    return answer(null);
  }

  /** In the group that makes a linking due, or takes its timer: a kill before the linking has ended loses none. */
  #watchLinks(): void {
    const { timers, clock } = this.#bricks;
    if (this.#links.isDue) timers.atLatest(LINKING_TIMER, (clock.now() + RETRY_MS) as EpochMs);
  }

  #comeBackAt(at: EpochMs): void {
    this.#bricks.timers.at(LINKING_TIMER, at);
    this.#bricks.mailbox.flush();
  }
}

const nothing = () => null;
