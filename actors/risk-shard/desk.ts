/** The parts of a risk shard, put together: what it has, what it is told of prices, and how each kind of call takes its turn. */
import { assert } from "../../src/domain/assert.ts";
import type { ActorPorts, Ports } from "../../src/ports.ts";
import type { PriceBatch } from "../price-hub/messages.ts";
import { Bricks } from "../runtime/bricks.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { Sockets } from "../runtime/sockets.ts";
import type { FiredTimer } from "../runtime/timers.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { AccountStream } from "./account-stream.ts";
import { AccountTurns } from "./account-turns.ts";
import { ActionTurns } from "./action-turns.ts";
import { parseRiskShardName, riskShardName, type ShardName } from "./address.ts";
import { BrokerTurns } from "./broker-turns.ts";
import { CashTurns } from "./cash-turns.ts";
import { Closings } from "./closings.ts";
import { DeadMan } from "./dead-man.ts";
import { Disconnects } from "./disconnects.ts";
import { ExecutionTurns } from "./execution-turns.ts";
import { LANES } from "./lanes.ts";
import { Ledger, type RiskBricks } from "./ledger.ts";
import { LimitDues } from "./limit-dues.ts";
import { LimitTurns } from "./limit-turns.ts";
import { MassCancelTurns } from "./mass-cancel-turns.ts";
import type { CancelsAsked, ListPage, ProfitQuery, RiskQuery, WatchedQuery } from "./messages.ts";
import { OrderExpiry } from "./order-expiry.ts";
import { OrderFrames } from "./order-frames.ts";
import { OrderTurns } from "./order-turns.ts";
import { ParentCover } from "./parent-cover.ts";
import { ParentMoves } from "./parent-moves.ts";
import { mergedRefusal, wholeRefusal } from "./parts-gate.ts";
import { covered, handOver } from "./parts-handover.ts";
import { passingOn } from "./parts-passing.ts";
import { PartsTurns } from "./parts-turns.ts";
import { heldBy, profitOf } from "./profit-reads.ts";
import { Reads } from "./reads.ts";
import { ReferencePrices } from "./reference-prices.ts";
import { RequestTurns } from "./request-turns.ts";
import { lacksReturns } from "./return-book.ts";
import { riskText } from "./risk-numbers.ts";
import { MIGRATIONS } from "./store.ts";
import { WatchTurns } from "./watch-turns.ts";

export class Desk {
  readonly ledger: Ledger;
  readonly prices: ReferencePrices;
  readonly account: AccountTurns;
  readonly limits: LimitTurns;
  readonly broker: BrokerTurns;
  readonly parent: ParentCover;
  readonly orders: OrderTurns;
  readonly executions: ExecutionTurns;
  readonly cash: CashTurns;
  readonly actions: ActionTurns;
  readonly closings: Closings;
  readonly watch: WatchTurns;
  readonly parts: PartsTurns;
  readonly #expiry: OrderExpiry;
  readonly massCancels: MassCancelTurns;
  readonly deadMan: DeadMan;
  readonly disconnects: Disconnects;
  readonly frames: OrderFrames;
  readonly #stream: AccountStream;
  readonly #reads: Reads;
  readonly #dues: LimitDues;
  readonly #bricks: RiskBricks;

  constructor(name: ShardName, given: RiskBricks, actors: ActorPorts) {
    const ledger = new Ledger(name, given);
    const dues = new LimitDues(ledger, given);
    const bricks = dues.bricks;
    this.#dues = dues;
    const prices = new ReferencePrices({
      state: ledger.state,
      subscriber: `risk-shard/${riskShardName(name)}`,
      actors,
      clock: bricks.clock,
      noteInstrument: (symbol) => {
        ledger.store.noteInstrument(symbol);
        this.actions.risen(symbol);
      },
    });
    this.ledger = ledger;
    this.prices = prices;
    const requests = new RequestTurns(ledger, bricks, prices);
    this.limits = new LimitTurns(ledger, bricks, requests, dues);
    this.parent = new ParentCover(ledger, bricks, actors);
    const moves = new ParentMoves(ledger, this.parent, actors);
    this.account = new AccountTurns(ledger, bricks, prices, requests, moves);
    this.broker = new BrokerTurns(ledger, prices, requests);
    this.orders = new OrderTurns(ledger, bricks, prices, this.parent);
    this.executions = new ExecutionTurns(ledger, bricks, prices, this.parent);
    this.cash = new CashTurns(ledger, bricks, prices);
    this.actions = new ActionTurns(ledger, bricks, prices, actors);
    this.closings = new Closings(ledger, bricks, prices);
    this.watch = new WatchTurns(ledger, requests, bricks.clock);
    this.#expiry = new OrderExpiry(ledger, bricks);
    this.massCancels = new MassCancelTurns(ledger, bricks, requests);
    this.deadMan = new DeadMan(ledger, bricks, this.massCancels);
    this.disconnects = new Disconnects(bricks, this.massCancels);
    const { sockets, clock, mailbox } = bricks;
    this.parts = new PartsTurns(ledger, bricks, prices, {
      isDeadManSet: () => this.deadMan.isSet,
      armed: () => this.disconnects.size,
      closeStreams: () => sockets.closeAll("the account is split"),
      leave: async (envelope) => (await handOver(ledger, actors, envelope)) ?? moves.leaveForSplit(),
      covered: () => covered(this.parent),
      joined: () => {
        moves.settled();
        return covered(this.parent);
      },
      leaving: (move) => passingOn(ledger, this.parent.holding, move),
      isPassing: () => this.parent.holding.present?.passing !== undefined,
      arrived: (symbol) => this.actions.risen(symbol),
    });
    this.#stream = new AccountStream(ledger, { sockets, clock, mailbox, pricing: () => this.#pricing() });
    this.frames = new OrderFrames(this.orders, sockets, this.disconnects);
    sockets.host({
      topicOf: this.#stream.topicOf,
      initialTopics: [this.#stream.topic],
      ops: { order: this.frames.take, arm: this.disconnects.take, alive: this.deadMan.alive },
      leaving: (connection) => this.disconnects.left(connection),
    });
    this.#stream.resume();
    void this.disconnects.sweep();
    this.#reads = new Reads(ledger);
    this.#bricks = bricks;
  }

  /** Reads are answered at once: nothing is half-changed between two turns. */
  async read<Value>(ask: (reads: Reads, now: number) => ActorReply<Value>): Promise<ActorReply<Value>> {
    return ask(this.#reads, this.#bricks.clock.now());
  }

  /** The same for what shows prices: after a load those of held symbols are fetched first. */
  async readPriced<Value>(
    envelope: Envelope,
    ask: (reads: Reads, now: number) => ActorReply<Value>,
  ): Promise<ActorReply<Value>> {
    await this.#pricing(envelope);
    return this.read(ask);
  }

  /** What each part of a split account shows of its own. */
  async readPart<Value>(
    envelope: Envelope,
    ask: (reads: Reads, now: number) => ActorReply<Value>,
  ): Promise<ActorReply<Value>> {
    await this.#pricing(envelope);
    return mergedRefusal(this.ledger.state, envelope.parts) ?? this.read(ask);
  }

  /** What is about all of the account. */
  async readWhole<Value>(
    envelope: Envelope,
    ask: (reads: Reads, now: number) => ActorReply<Value>,
  ): Promise<ActorReply<Value>> {
    return wholeRefusal(this.ledger.state) ?? this.readPriced(envelope, ask);
  }

  async watched(envelope: Envelope, query: WatchedQuery): Promise<ActorReply<ListPage>> {
    const { state } = this.ledger;
    const isMerged = query.list === "violations" || query.list === "decisions";
    return (isMerged ? mergedRefusal(state, envelope.parts) : wholeRefusal(state)) ?? this.watch.list(query);
  }

  /** By other methods than average cost the journals of all lines are folded. */
  async pnl(envelope: Envelope, query: ProfitQuery): Promise<ActorReply<string>> {
    const split = wholeRefusal(this.ledger.state);
    if (split !== undefined) return split;
    await this.#pricing(envelope);
    const held = query.method === "average" ? answer(undefined) : await heldBy(this.#reads, query.method);
    return held.ok ? profitOf(this.ledger, query, this.#bricks.clock.now(), held.value) : held;
  }

  /** From now on its symbols tell their bars, also where no limit asks. */
  async risk(envelope: Envelope, query: RiskQuery): Promise<ActorReply<string>> {
    const { state } = this.ledger;
    const split = wholeRefusal(state);
    if (split !== undefined) return split;
    state.returns.isRead = true;
    const silent = [...state.symbolLines.keys()].filter((symbol) => lacksReturns(state, symbol));
    const unmet = [...new Set([...silent, ...this.prices.unmet([])])];
    if (unmet.length > 0) await this.prices.meet(envelope, unmet);
    return state.account === undefined
      ? refusal("account-unknown")
      : answer(riskText(state, state.account, query));
  }

  #pricing(envelope = systemEnvelope(this.#bricks.clock.now())): Promise<void> | undefined {
    const unmet = this.prices.unmet([]);
    return unmet.length > 0 ? this.prices.meet(envelope, unmet) : undefined;
  }

  /** After a load prices of what is held are fetched: until then nobody knows what was lost. */
  #watchLosses(): void {
    const { lossWatch, levelWatch } = this.ledger;
    levelWatch.pricesMoved();
    if (lossWatch.isBlind) void this.#pricing()?.then(() => lossWatch.pricesMoved());
    else lossWatch.pricesMoved();
  }

  async cancels(envelope: Envelope, asked: CancelsAsked): Promise<ActorReply<string>> {
    if (asked.type === "mass-cancel") return this.massCancels.run(envelope, asked.body);
    if (asked.type === "dead-man") return this.deadMan.run(envelope, asked.body);
    const page = await this.massCancels.list(asked);
    return page.ok ? answer(JSON.stringify(page.value)) : page;
  }

  /** Prices are memory. Only reference data has to be written. */
  async takePrices(envelope: Envelope, batch: PriceBatch): Promise<ActorReply<null>> {
    const mustWrite = this.prices.take(envelope, batch);
    this.#stream.pricesMoved();
    this.#watchLosses();
    this.parent.look(this.#bricks.clock.now());
    if (!mustWrite) return answer(null);
    const nothing = () => null;
    return this.#bricks.mailbox.run("prices", envelope, batch.updates.length, nothing, () => answer(null));
  }

  /** A day closes before anything of the next one is booked. */
  async wake(fired: readonly FiredTimer[]): Promise<void> {
    const ending = [this.#expiry, this.deadMan, this.disconnects].map((one) => one.wake(fired));
    await this.#dues.wake(fired);
    await this.closings.wake(fired);
    await this.actions.wake(fired);
    await Promise.all(ending);
  }

  /** A gateway's frame, as an upgrade. */
  async link(envelope: Envelope, gateway: string, frame: string): Promise<ActorReply<null>> {
    const known = await this.readWhole(envelope, (reads, now) => reads.account(now));
    return known.ok ? this.#bricks.sockets.link(gateway, frame) : known;
  }

  /** An upgrade. Prices of what is held are fetched first, as for any other who is shown the account. */
  async connect(request: Request): Promise<Response> {
    const { sockets, clock } = this.#bricks;
    const known = await this.readWhole(systemEnvelope(clock.now()), (reads, now) => reads.account(now));
    if (known.ok) return sockets.fetch(request);
    return Response.json(known, { status: known.code === "account-split" ? 409 : 404 });
  }
}

type OpenDesk = {
  readonly desk: Desk;
  readonly sockets: Sockets;
  readonly wake: () => Promise<void>;
  readonly inspect: () => Promise<ActorReply<Inspection>>;
};

/** The desk of an object, and its alarm. */
export function openDesk(ctx: DurableObjectState, ports: Ports): OpenDesk {
  const { name } = ctx.id;
  assert(name !== undefined, "a risk shard is addressed by name");
  const bricks = new Bricks(ctx, {
    actor: `risk-shard:${name}`,
    migrations: MIGRATIONS,
    lanes: LANES,
    ...ports,
  });
  const desk = new Desk(parseRiskShardName(name), bricks, ports.actors);
  return {
    desk,
    sockets: bricks.sockets,
    wake: () => desk.wake(bricks.takeDueTimers()),
    inspect: () => bricks.inspect(),
  };
}
