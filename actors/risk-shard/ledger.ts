/** What the shard has, and where it is kept. An event becomes a fact, state, rows and a remembered reply here, all in one turn. */
import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Bricks } from "../runtime/bricks.ts";
import { History } from "../runtime/history.ts";
import {
  IDEMPOTENCY_KEYS_MAX,
  Idempotency,
  idempotencyBounds,
  type Remembered,
} from "../runtime/idempotency.ts";
import { Journal } from "../runtime/journal.ts";
import { TURN_FACTS_MAX } from "../runtime/outbox.ts";
import type { Refusal } from "../runtime/reply.ts";
import type { ShardName } from "./address.ts";
import { apply } from "./apply.ts";
import type { Scales } from "./book-facts.ts";
import { BOUNDS } from "./bounds.ts";
import { DECISIONS_MAX, EXECUTIONS_MAX, VIOLATIONS_MAX } from "./capacity.ts";
import { type Trail, walkAgain } from "./changes.ts";
import { seedDays } from "./day-seeds.ts";
import type { RememberedOrder } from "./decide-orders.ts";
import { DriftCheck } from "./drift.ts";
import { EventCounts } from "./event-counts.ts";
import type { Adjusted, ExecutionBooked, OrderDecided, RiskEvent } from "./events.ts";
import { Expiries } from "./expiries.ts";
import { destinationsOf, factOf } from "./facts.ts";
import { Memberships } from "./groups.ts";
import { recordText } from "./kept-record.ts";
import type { Lane } from "./lanes.ts";
import { LevelWatch } from "./level-watch.ts";
import { loadState } from "./load.ts";
import { LossWatch } from "./loss-watch.ts";
import { standingOf } from "./parts-records.ts";
import type { RememberedReport } from "./references.ts";
import { type Limit, lineKey, type RiskState } from "./state.ts";
import { RiskStore } from "./store.ts";
import { Violations } from "./violations.ts";

export type RiskBricks = Pick<
  Bricks<Lane>,
  "sql" | "clock" | "timers" | "outbox" | "sockets" | "vitals" | "writes"
> & { readonly mailbox: Pick<Bricks<Lane>["mailbox"], "run" | "flush" | "depth"> };

/** Ids of orders, executions and requests share one window of remembered ids. */
const ORDER = "o:";
const EXECUTION = "e:";
const REQUEST = "r:";
const CASH = "c:";

/** In place of an order's body, which is JSON. */
const ADDED = "added";

export class Ledger {
  readonly name: ShardName;
  readonly state: RiskState;
  readonly store: RiskStore;
  /** Each stands here once: for the account's history, and for a repeat of the order. */
  readonly decisions: Journal;
  /** Those that nobody is answered from again, since their id had been used: they leave sooner. */
  readonly reuses: History;
  readonly violations: History;
  /** The same as they are read, with what persons said of them. */
  readonly resolutions: Violations;
  /** Reports as they were booked, for who looks back: all of them are in Postgres. */
  readonly executions: Journal;
  /** Orders that end by themselves. */
  readonly expiries: Expiries;
  /** Who else hears of each event, in its turn. */
  tell: (event: RiskEvent, seq: number, payload: string) => void = () => {};
  readonly #idempotency: Idempotency;
  readonly #outbox: RiskBricks["outbox"];
  readonly #counts: EventCounts;
  readonly #drift: DriftCheck;
  readonly lossWatch: LossWatch;
  readonly levelWatch: LevelWatch;
  readonly #memberships: Memberships;

  constructor(name: ShardName, bricks: RiskBricks) {
    const { sql, outbox } = bricks;
    const confirmed = (): number => outbox.archivedSeq;
    this.name = name;
    this.state = loadState(sql, outbox.lastSeq);
    // Until it is adopted, a part speaks for nobody.
    if (name.part !== undefined) this.state.parts ??= standingOf(undefined, name.part);
    this.store = new RiskStore(sql, this.state);
    this.expiries = new Expiries(this.state.orders);
    this.#memberships = new Memberships(this.state.strategies);
    this.decisions = new Journal(sql, "decision", {
      max: DECISIONS_MAX,
      confirmed,
      neededFrom: () => this.#idempotency.oldestSeq,
    });
    this.reuses = new History(sql, "decision_history", DECISIONS_MAX, confirmed);
    this.violations = new History(sql, "violation_history", VIOLATIONS_MAX, confirmed);
    this.resolutions = new Violations(sql);
    this.executions = new Journal(sql, "execution", {
      max: EXECUTIONS_MAX,
      confirmed,
      neededFrom: () => Number.MAX_SAFE_INTEGER,
    });
    this.#idempotency = new Idempotency(sql, {
      isPinned: (key) => this.#isWorking(key),
      texts: this.decisions,
    });
    this.#outbox = outbox;
    this.#drift = new DriftCheck(
      this.state,
      (events) => this.record(events),
      () => bricks.clock.now(),
    );
    const watching = {
      state: this.state,
      record: (events: readonly RiskEvent[]) => this.record(events),
      now: () => bricks.clock.now(),
      flush: () => bricks.mailbox.flush(),
    };
    this.lossWatch = new LossWatch({ ...watching, sql });
    this.levelWatch = new LevelWatch(watching);
    bricks.writes(
      this.#drift,
      this.lossWatch,
      this.levelWatch,
      this.store,
      this.decisions,
      this.reuses,
      this.violations,
      this.resolutions,
      this.executions,
      this.#idempotency,
    );
    this.#counts = new EventCounts(bricks.vitals.meter);
    bricks.vitals.measures(
      [...BOUNDS, ...idempotencyBounds(IDEMPOTENCY_KEYS_MAX)],
      { "table:idempotency": () => this.#idempotency.size },
      () => this.state,
    );
  }

  /** Why these cannot be recorded now, if they cannot: asked of what was decided, before it is recorded. */
  roomRefusal(events: readonly RiskEvent[]): Refusal | undefined {
    return events.length <= TURN_FACTS_MAX ? undefined : this.#outbox.roomRefusal(events.length);
  }

  /** Part of a turn that must not fail: what was decided is folded and noted. */
  record(events: readonly RiskEvent[]): void {
    for (const event of events) this.recordOne(event);
  }

  /** `way`: of the trial that it was decided in, where nothing has changed since but by the events before it. */
  recordOne(event: RiskEvent, way?: Trail): void {
    this.#counts.count(event);
    const { kind, payload } = factOf(this.#dated(event), this.#scalesOf);
    const at = event.at as EpochMs;
    const groups = event.kind === "fill-news" ? this.#memberships.of(event.news.strategy) : [];
    const seq = this.#outbox.add(kind, payload, at, destinationsOf(event, this.name.tenant, groups));
    const { limits } = this.state.limits;
    if (way === undefined) apply(this.state, event);
    else walkAgain(way);
    assert(this.state.seq === seq, "each event is one fact");
    this.#memberships.note(event);
    this.store.note(event);
    this.#drift.note(event);
    this.lossWatch.note();
    this.levelWatch.note();
    this.expiries.note(event);
    this.#keep(event, seq, payload);
    this.tell(event, seq, payload);
    if (event.kind === "limits-put") this.#seedDays(limits, at);
  }

  #seedDays(before: readonly Limit[], at: number): void {
    const sources = { orders: this.store.orders, executions: this.executions };
    const { members, violations } = seedDays(this.state, before, sources, at);
    this.store.flow.noteDays(members);
    this.record(violations);
  }

  /** Of a decision that Postgres may still lack: the payload of its fact. */
  waitingDecision(seq: number): string | undefined {
    return this.#outbox.waitingPayload(seq, "order-decided");
  }

  rememberedOrders(clientOrderIds: readonly string[]): Map<string, RememberedOrder> {
    return this.#remembered(ORDER, clientOrderIds);
  }

  rememberedExecutions(execIds: readonly string[]): Map<string, string> {
    const found = this.#remembered(EXECUTION, execIds);
    return new Map([...found].map(([execId, { bodyHash }]) => [execId, bodyHash]));
  }

  /** The same with the lines that fills were booked in. */
  rememberedReports(execIds: readonly string[]): Map<string, RememberedReport> {
    if (execIds.length === 0) return new Map();
    const found = this.#remembered(EXECUTION, execIds);
    return new Map(
      [...found].map(([execId, { bodyHash, reply }]) => [execId, { body: bodyHash, line: reply }]),
    );
  }

  /** Bodies of movements of cash, by id. */
  rememberedCash(ids: readonly string[]): Map<string, string> {
    return new Map([...this.#remembered(CASH, ids)].map(([id, { bodyHash }]) => [id, bodyHash]));
  }

  /** All of them, for who takes some of them elsewhere. */
  get ids(): Idempotency {
    return this.#idempotency;
  }

  rememberedRequest(idempotencyKey: string): Remembered | undefined {
    return this.#idempotency.find(REQUEST + idempotencyKey);
  }

  rememberRequest(idempotencyKey: string, { bodyHash, reply }: Remembered): void {
    this.#idempotency.remember(REQUEST + idempotencyKey, bodyHash, reply);
  }

  #keep(event: RiskEvent, seq: number, payload: string): void {
    if (event.kind === "order-decided") {
      this.#keepDecision(event, seq);
    } else if (event.kind === "execution-booked") {
      this.#keepExecution(event, seq, payload);
    } else if (event.kind === "cash-moved") {
      this.#idempotency.remember(CASH + event.id, event.body, "");
    } else if (event.kind === "part-imported") {
      for (const [key, body, reply] of event.content.ids) this.#idempotency.remember(key, body, reply);
    } else if (event.kind === "part-exported") {
      this.#idempotency.forget(event.content.ids);
    } else if (event.kind === "adjusted") {
      this.#keepAdded(event);
    } else if (event.kind === "violation-raised") {
      this.violations.append(seq, payload);
    } else if (event.kind === "violation-resolved") {
      this.resolutions.note(event, seq);
    }
  }

  /** Of a fill the reply is its line: there a bust of it looks. */
  #keepExecution(event: ExecutionBooked, seq: number, payload: string): void {
    this.executions.append(seq, payload);
    // Nobody reported an expiry by the order's own time, so nobody can repeat it.
    if (event.opening || event.reason !== undefined) return;
    const line = event.type === "fill" ? lineKey(event.symbol, event.strategy) : "";
    this.#idempotency.remember(EXECUTION + event.execId, event.body, line);
  }

  /** Nobody sent it as an order, so no order is a repeat of it: its id is taken. */
  #keepAdded({ added, what, orders }: Adjusted): void {
    const [order] = orders;
    if (order === undefined || !(added || what === "order-missing-here")) return;
    const key = ORDER + order.clientOrderId;
    // One that works again may have been forgotten meanwhile.
    if (added || this.#idempotency.find(key) === undefined) this.#idempotency.remember(key, ADDED, "");
  }

  #keepDecision({ terms, record, inputs }: OrderDecided, seq: number): void {
    // Where no check was made the id was taken: what it was first used for stays remembered.
    if (inputs === undefined) {
      this.reuses.append(seq, recordText(record));
      return;
    }
    this.decisions.append(seq, recordText(record));
    this.#idempotency.remember(ORDER + terms.clientOrderId, terms.body, seq);
  }

  #remembered(prefix: string, ids: readonly string[]): Map<string, Remembered> {
    const found = this.#idempotency.findAll(ids.map((id) => prefix + id));
    return found.size === 0
      ? found
      : new Map([...found].map(([key, kept]) => [key.slice(prefix.length), kept]));
  }

  /** Ids of working orders never leave the window. */
  #isWorking(key: string): boolean {
    return key.startsWith(ORDER) && this.state.orders.has(key.slice(ORDER.length));
  }

  /** A violation tells the limits that were in force. */
  #dated(event: RiskEvent): RiskEvent {
    return event.kind === "violation-raised" ? { ...event, limitsVersion: this.state.limits.version } : event;
  }

  readonly #scalesOf = (symbol: string): Scales => {
    const instrument = this.state.instruments.get(symbol as Symbol);
    assert(instrument !== undefined, "what is booked is booked in a known instrument");
    return instrument;
  };
}
