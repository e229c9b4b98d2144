/**
 * The account as a child: it asks its parent for quota, one ask at a time, and takes over what it hears. What an ask gives back is on
 * disk before it leaves, and what a reply brings before any order goes by it.
 */

import { PRIORITY_DEFAULT } from "../../src/domain/firm.ts";
import type { ActorPorts } from "../../src/ports.ts";
import { SPLIT_SUFFIX } from "../firm/address.ts";
import { systemEnvelope } from "../runtime/envelope.ts";
import { hasAny, NOTHING, sameAmounts } from "../runtime/escrow/amounts.ts";
import {
  applyRefusal,
  applyReply,
  askFor,
  currentUntil,
  giveUp,
  type Holding,
  loadHolding,
  nextAskAt,
  type Standing,
  storedOf,
} from "../runtime/escrow/holding.ts";
import type { Amounts, ChildName, QuotaAsk, QuotaReply } from "../runtime/escrow/messages.ts";
import { randomFraction, randomHex } from "../runtime/id.ts";
import type { Counter } from "../runtime/meter.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import { takeBook } from "./decide-above.ts";
import type { RiskEvent } from "./events.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { usesOf } from "./quota-uses.ts";

/** Calls within a machine take milliseconds: who has not answered by then is away, and orders do not wait that long. */
export const ASK_MS_MAX = 1_000;
/** After a failure, doubled with each further one: orders that come meanwhile are decided by what is known. */
const RETRY_MS_MIN = 100;
/** Half of the silence that is borne: a parent that is back is found in time. */
const RETRY_MS_MAX = 2_500;
/** What a reply shows may have to be answered by giving back at once, and that by the next: more is left to whoever comes next. */
const ASKS_AT_ONCE_MAX = 3;

type Parents = Pick<ActorPorts, "firm">;

export class ParentLink {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #actors: Parents;
  readonly #outcomes: (outcome: string) => Counter;
  /** Beyond what is used: what orders that are not decided yet may use. */
  readonly #wanted: () => Amounts;
  /** Orders came lately. */
  readonly #isInUse: (at: number) => boolean;
  #parent: string | undefined;
  #holding: Holding | undefined;
  #asking: Promise<void> | undefined;
  #following: Promise<void> | undefined;
  #failures = 0;
  #retryAt = Number.NEGATIVE_INFINITY;
  #isLeaving = false;

  constructor(
    ledger: Ledger,
    bricks: RiskBricks,
    actors: Parents,
    use: { readonly wanted: () => Amounts; readonly isInUse: (at: number) => boolean },
  ) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#actors = actors;
    this.#wanted = use.wanted;
    this.#isInUse = use.isInUse;
    this.#outcomes = bricks.vitals.meter.counters("outcry_quota_asks_total");
  }

  /** The last ask failed, and it is too early for another one: nobody waits for it. */
  isAway(at: number): boolean {
    return this.#failures > 0 && at < this.#retryAt;
  }

  /** More was wished for than there was at that moment: others have been asked for theirs. */
  get isShort(): boolean {
    return this.#holding?.isShort === true;
  }

  /** Whether something is due that no order waits for. */
  isDue(at: number): boolean {
    const holding = this.#present();
    if (holding === undefined || this.#asking !== undefined || this.isAway(at)) return false;
    return (nextAskAt(holding, this.#standing(holding, at)) ?? Number.POSITIVE_INFINITY) <= at;
  }

  /** The ask that is under way, or one that begins now. Never throws. */
  ask(): Promise<void> {
    this.#asking ??= this.#askAll().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** One that begins from now on. */
  askAnew(): Promise<void> {
    if (this.#asking === undefined) return this.ask();
    this.#following ??= this.#asking.then(() => {
      this.#following = undefined;
      return this.ask();
    });
    return this.#following;
  }

  /** Gives everything back, and is its child no more. Refused where something is used; what it may hold afterwards it has to ask for. */
  async leave(): Promise<Refusal | undefined> {
    this.#isLeaving = true;
    try {
      await this.#asking;
      const emptied = await this.#turn(() => this.#decideEmptied());
      if (emptied === undefined || !emptied.ok) return emptied ?? AWAY;
      const { value: holding } = emptied;
      if (holding === undefined) return HOLDS;
      const { clock } = this.#bricks;
      const call = this.#firm().leave(systemEnvelope(clock.now()), this.#child, holding.incarnation, {});
      const left = await ifWithin(call, ASK_MS_MAX);
      if (left === undefined) return AWAY;
      if (!left.ok && left.code !== "parent-unknown" && left.code !== "child-unknown") return left;
      // It is nobody to that one any more, also where it comes back.
      await this.#turn(() => ({ events: [], holding: loadHolding(undefined, randomHex(16)), value: null }));
      return undefined;
    } finally {
      this.#isLeaving = false;
    }
  }

  #decideEmptied(): Decision<Holding | undefined> {
    const { state } = this.#ledger;
    const holding = this.#present();
    const uses = usesOf(state, state.above?.held ?? {}, this.#bricks.clock.now());
    if (holding === undefined || hasAny(uses)) return { events: [], value: undefined };
    const { heardAt: _, ...silent } = giveUp(holding);
    const emptied: Holding = { ...silent, held: NOTHING, wished: NOTHING };
    return { events: this.#heldBy(emptied), holding: emptied, value: emptied };
  }

  async #askAll(): Promise<void> {
    for (let asked = 0; asked < ASKS_AT_ONCE_MAX; asked++) {
      const holding = this.#present();
      if (holding === undefined || this.#isLeaving) return;
      const isAnswered = await this.#askOnce(holding);
      const after = this.#present();
      const at = this.#bricks.clock.now();
      if (!isAnswered || after === undefined || !givesBackAt(after, this.#standing(after, at), at)) return;
    }
  }

  async #askOnce(holding: Holding): Promise<boolean> {
    const ask = await this.#prepared(holding);
    if (ask === undefined) return this.#failed("away");
    const at = this.#bricks.clock.now();
    const call = this.#firm().ask(systemEnvelope(at, ASK_MS_MAX), ask);
    const reply = await ifWithin(call, ASK_MS_MAX);
    if (reply === undefined) {
      this.#forget(ask);
      return this.#failed("away");
    }
    const isHeard = await this.#hear(ask, reply);
    if (!isHeard || !reply.ok) return this.#failed(isHeard ? "refused" : "away");
    this.#failures = 0;
    this.#outcomes("answered").add();
    return true;
  }

  #failed(outcome: "refused" | "away"): false {
    this.#outcomes(outcome).add();
    const wait = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** this.#failures) * (0.5 + randomFraction() / 2);
    this.#failures += 1;
    this.#retryAt = this.#bricks.clock.now() + wait;
    return false;
  }

  /** Undefined where what has to be on disk before it could not be written. */
  async #prepared(holding: Holding): Promise<QuotaAsk | undefined> {
    const at = this.#bricks.clock.now();
    const next = askFor(holding, this.#standing(holding, at), at);
    if (!this.#differs(next.holding)) {
      this.#holding = next.holding;
      return next.ask;
    }
    const reply = await this.#turn<QuotaAsk | null>(() => {
      const present = this.#present();
      if (present === undefined) return { events: [], value: null };
      const now = this.#bricks.clock.now();
      const { holding: lowered, ask } = askFor(present, this.#standing(present, now), now);
      return { events: this.#heldBy(lowered), holding: lowered, value: ask };
    });
    return (reply?.ok && reply.value) || undefined;
  }

  /** False where it is none that can be taken over: as if it had not come. */
  async #hear(ask: QuotaAsk, reply: ActorReply<QuotaReply>): Promise<boolean> {
    const present = this.#present();
    const next = present === undefined ? undefined : heard(present, ask, reply);
    if (next === undefined) return false;
    if (!this.#differs(next)) {
      this.#take(next);
      return true;
    }
    const written = await this.#turn(() => this.#decideHeard(ask, reply));
    return written?.ok === true && written.value;
  }

  #decideHeard(ask: QuotaAsk, reply: ActorReply<QuotaReply>): Decision<boolean> {
    const present = this.#present();
    const next = present === undefined ? undefined : heard(present, ask, reply);
    if (present === undefined || next === undefined) return { events: [], value: false };
    const { state } = this.#ledger;
    const at = this.#bricks.clock.now();
    const held = this.#heldBy(next);
    const book = next.book === undefined ? [] : takeBook(state, next.book, at, held.length);
    if (book === undefined) return { events: [], holding: giveUp(present), value: false };
    return { events: [...held, ...book], holding: next, value: true };
  }

  /** In a turn of its own, before any order that waits. */
  async #turn<Value>(decide: () => Decision<Value>): Promise<ActorReply<Value> | undefined> {
    const { mailbox, clock } = this.#bricks;
    const turn = mailbox.run("urgent", systemEnvelope(clock.now()), 0, decide, (decided) => {
      this.#ledger.record(decided.events);
      if (decided.holding !== undefined) this.#take(decided.holding);
      return answer(decided.value);
    });
    return turn.catch(() => undefined);
  }

  /** Where it is to be on disk it is so with the group of this turn. */
  #take(holding: Holding): void {
    const { state, store } = this.#ledger;
    if (state.above === undefined) return;
    if (this.#differs(holding)) store.above.identify(storedOf(holding));
    this.#holding = holding;
    state.above = { ...state.above, currentUntil: currentUntil(holding) };
  }

  #heldBy({ held }: Holding): readonly RiskEvent[] {
    const { above } = this.#ledger.state;
    if (above === undefined || sameAmounts(held, above.held)) return [];
    return [{ kind: "quota-held", at: this.#bricks.clock.now(), held }];
  }

  /** From what is on disk. */
  #differs(holding: Holding): boolean {
    const { stored } = this.#ledger.store.above;
    if (stored === undefined) return true;
    return (
      !sameAmounts(stored.held, holding.held) ||
      stored.book?.version !== holding.book?.version ||
      stored.incarnation !== holding.incarnation ||
      stored.previous !== holding.previous ||
      stored.isConfirmed !== holding.isConfirmed ||
      stored.nFrom !== holding.nFrom ||
      stored.isFenced !== holding.isFenced
    );
  }

  #forget({ n }: QuotaAsk): void {
    if (this.#holding?.inFlight?.n === n) this.#holding = giveUp(this.#holding);
  }

  /** Under another parent, and after a load, it begins anew. */
  #present(): Holding | undefined {
    const { state, store } = this.#ledger;
    const parent = state.above?.parent;
    if (parent !== this.#parent || this.#holding === undefined) {
      this.#parent = parent;
      this.#holding = parent === undefined ? undefined : loadHolding(store.above.stored, randomHex(16));
      this.#failures = 0;
    }
    return this.#holding;
  }

  #standing({ held }: Holding, at: number): Standing {
    const { state } = this.#ledger;
    const { currency = "", priority = PRIORITY_DEFAULT } = state.account ?? {};
    const committed = usesOf(state, held, at);
    return {
      ...{ child: this.#child, seq: state.seq, currency, priority },
      ...{ committed, used: committed, wanted: this.#wanted(), isInUse: this.#isInUse(at) },
    };
  }

  get #child(): ChildName {
    const { account, part = 0 } = this.#ledger.name;
    return this.#parent?.endsWith(SPLIT_SUFFIX) ? `part:${part}` : `account:${account}`;
  }

  #firm(): ReturnType<Parents["firm"]> {
    return this.#actors.firm(`${this.#ledger.name.tenant}/${this.#parent}`);
  }
}

const HOLDS = refusal("child-holds", "the account still uses something of what its parent granted");
const AWAY = refusal(
  "parent-away",
  "the parent that the account leaves does not answer; nothing has been changed",
);

type Decision<Value> = {
  readonly events: readonly RiskEvent[];
  readonly holding?: Holding;
  readonly value: Value;
};

const heard = (holding: Holding, { n }: QuotaAsk, reply: ActorReply<QuotaReply>): Holding | undefined =>
  reply.ok ? applyReply(holding, reply.value) : applyRefusal(holding, n, reply.code);

/** It was told to leave something that it holds and does not need. */
const givesBackAt = (holding: Holding, standing: Standing, at: number): boolean =>
  (nextAskAt(holding, { ...standing, isInUse: false }) ?? Number.POSITIVE_INFINITY) <= at;
