/**
 * Orders of an account that has a parent, before they are queued: where what is held may not be enough for them the parent is asked first.
 * So what is rejected for want of quota is rejected since the parent has none, and not since nobody asked.
 */
import { SECOND_MS } from "../../src/domain/time.ts";
import { amountOf } from "../runtime/escrow/amounts.ts";
import { isUnder } from "../runtime/escrow/holding.ts";
import { AGAIN_MS } from "../runtime/escrow/limits.ts";
import type { Counter } from "../runtime/meter.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { OrderTerms } from "./messages.ts";
import { ParentHolding, type Parents } from "./parent-holding.ts";
import { ParentLink } from "./parent-link.ts";
import {
  type Demand,
  demandOf,
  minus,
  NO_DEMAND,
  plus,
  quotaLimits,
  usableOf,
  useOf,
  wantedOf,
  wantsOf,
} from "./quota-uses.ts";

/** What orders wait for their quota in all: others give theirs back within some tries, or they do not. */
export const COVER_MS_MAX = 500;
/** As many as there is time for. */
const TRIES_MAX = COVER_MS_MAX / AGAIN_MS;
/** What is due besides orders is looked for no more often than this: a look costs as much as a part of a decision. */
const LOOK_MS = 100;
/** So long after its last order an account keeps what it goes by fresh: one that orders now and then need not ask before it does. */
const IN_USE_MS = 60 * SECOND_MS;

export class ParentCover {
  readonly holding: ParentHolding;
  readonly link: ParentLink;
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #local: Counter;
  readonly #asked: Counter;
  /** Orders that are to be decided, and what they may use at the most. */
  readonly #aboard = new WeakMap<readonly OrderTerms[], Demand>();
  #queued: Demand = NO_DEMAND;
  #waiting: Demand = NO_DEMAND;
  #orderedAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #refreshing: ReturnType<typeof setTimeout> | undefined;

  constructor(ledger: Ledger, bricks: RiskBricks, actors: Parents) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    const ways = bricks.vitals.meter.counters("outcry_quota_orders_total");
    this.#local = ways("local");
    this.#asked = ways("asked");
    this.holding = new ParentHolding(ledger, bricks, actors, {
      wanted: (at) => wantsOf(ledger.state, plus(this.#queued, this.#waiting), at),
      isInUse: (at) => isWithin(at, this.#orderedAt, IN_USE_MS),
    });
    const outcomes = bricks.vitals.meter.counters("outcry_quota_asks_total");
    this.link = new ParentLink(ledger.state, this.holding, outcomes);
  }

  /** What these orders have to wait for: nothing, as nearly always. Whoever called this calls `land` once they are decided, or will not be. */
  board(orders: readonly OrderTerms[]): Promise<void> | undefined {
    const { state } = this.#ledger;
    if (state.above === undefined) return undefined;
    const at = this.#bricks.clock.now();
    this.#orderedAt = at;
    const demand = demandOf(state, orders);
    this.#aboard.set(orders, demand);
    if (this.#isCovered(demand, at)) {
      this.#local.add(orders.length);
      this.#queued = plus(this.#queued, demand);
      this.look(at);
      return undefined;
    }
    this.#asked.add(orders.length);
    this.#waiting = plus(this.#waiting, demand);
    return this.#cover(demand, at + COVER_MS_MAX);
  }

  land(orders: readonly OrderTerms[]): void {
    const demand = this.#aboard.get(orders);
    if (demand === undefined) return;
    this.#aboard.delete(orders);
    this.#queued = minus(this.#queued, demand);
  }

  /** After prices, fills and orders: whether the parent is to be asked for more, given back to, or told how things stand. */
  look(at: number): void {
    if (this.#ledger.state.above === undefined) return;
    const isTooSoon = isWithin(at, this.#lookedAt, LOOK_MS);
    // What came since the last look may be the last thing that comes: it is looked at all the same.
    if (isTooSoon || isWithin(at, this.#orderedAt, IN_USE_MS))
      this.#refreshing ??= setTimeout(() => this.#refresh(), SECOND_MS);
    if (isTooSoon) return;
    this.#lookedAt = at;
    if (this.link.isDue(at)) void this.link.ask();
  }

  /** Its parent has another book, or wants something back. */
  async called(): Promise<ActorReply<string>> {
    if (this.#ledger.state.above === undefined) return refusal("parent-unknown", "the account has no parent");
    await this.link.askAnew();
    return answer(this.#ledger.state.above.book?.version ?? "");
  }

  #refresh(): void {
    this.#refreshing = undefined;
    this.look(this.#bricks.clock.now());
  }

  async #cover(demand: Demand, until: number): Promise<void> {
    const { clock } = this.#bricks;
    let at = clock.now();
    for (let tries = 0; tries < TRIES_MAX && at < until && !this.link.isAway(at); tries++) {
      const book = this.#book;
      // One that is under way may have been made ready before these orders came.
      await ifWithin(this.link.askAnew(), until - at);
      at = clock.now();
      if (this.#isCovered(demand, at)) break;
      // Of what another book limits nothing was asked for yet.
      if (this.#book !== book) continue;
      // Where nothing of it is with others either, the parent has none; what is going over to another parent is asked for there.
      if (!this.link.isShort && !this.link.isLeaving) break;
      await pause(Math.min(AGAIN_MS, Math.max(0, until - at)));
      at = clock.now();
    }
    this.#waiting = minus(this.#waiting, demand);
    this.#queued = plus(this.#queued, demand);
    this.look(at);
  }

  get #book(): string | undefined {
    return this.#ledger.state.above?.book?.version;
  }

  #isCovered(demand: Demand, at: number): boolean {
    const { state } = this.#ledger;
    const { above, limits } = state;
    if (above === undefined || !isUnder(above.currentUntil, at)) return false;
    const usable = usableOf(state, above, at);
    for (const limit of quotaLimits(limits.limits)) {
      const wanted = wantedOf(limit, this.#queued) + wantedOf(limit, demand);
      const free = amountOf(usable, limit.quota.budget) - useOf(state, limit, above.held, at);
      if (wanted > 0n && wanted > free) return false;
    }
    return true;
  }
}

/** Where the clock went back nobody knows, and it is as if it were long ago. */
const isWithin = (at: number, since: number, ms: number): boolean => at >= since && at - since < ms;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
