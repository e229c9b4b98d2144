/** The account asks its parent: one ask at a time, over again where it failed. What it hears is taken over before any order goes by it. */
import { systemEnvelope } from "../runtime/envelope.ts";
import {
  applyRefusal,
  applyReply,
  askFor,
  giveUp,
  type Holding,
  nextAskAt,
  type Standing,
} from "../runtime/escrow/holding.ts";
import { withinLowered } from "../runtime/escrow/lowered.ts";
import type { QuotaAsk, QuotaReply } from "../runtime/escrow/messages.ts";
import { randomFraction } from "../runtime/id.ts";
import type { Counter } from "../runtime/meter.ts";
import type { ActorReply } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import { takeBook } from "./decide-above.ts";
import type { Decision, ParentHolding } from "./parent-holding.ts";
import type { RiskState } from "./state.ts";

/** Calls within a machine take milliseconds: who has not answered by then is away, and orders do not wait that long. */
export const ASK_MS_MAX = 1_000;
/** After a failure, doubled with each further one: orders that come meanwhile are decided by what is known. */
const RETRY_MS_MIN = 100;
/** Half of the silence that is borne: a parent that is back is found in time. */
const RETRY_MS_MAX = 2_500;
/** What a reply shows may have to be answered by giving back at once, and that by the next: more is left to whoever comes next. */
const ASKS_AT_ONCE_MAX = 3;

export class ParentLink {
  readonly #state: RiskState;
  readonly #holding: ParentHolding;
  readonly #outcomes: (outcome: string) => Counter;
  #asking: Promise<void> | undefined;
  #following: Promise<void> | undefined;
  #failures = 0;
  #retryAt = Number.NEGATIVE_INFINITY;
  /** The parent that it is about to be no child of. */
  #left: string | undefined;

  constructor(state: RiskState, holding: ParentHolding, outcomes: (outcome: string) => Counter) {
    this.#state = state;
    this.#holding = holding;
    this.#outcomes = outcomes;
  }

  /** The last ask failed, and it is too early for another one: nobody waits for it. */
  isAway(at: number): boolean {
    // Further away than it ever was: the clock went back.
    return this.#failures > 0 && at < this.#retryAt && this.#retryAt - at <= RETRY_MS_MAX;
  }

  /** More was wanted than there was at that moment: others have been asked for theirs. */
  get isShort(): boolean {
    return this.#holding.present?.isShort === true;
  }

  /** Whether something is due that no order waits for. */
  isDue(at: number): boolean {
    const holding = this.#holding.present;
    if (holding === undefined || this.#asking !== undefined || this.isAway(at)) return false;
    // What a turn that failed left in flight nobody waits for.
    return isDueAt(giveUp(holding), this.#holding.standing(holding, at), at);
  }

  /** The ask that is under way, or one that begins now. Never throws. */
  ask(): Promise<void> {
    this.#asking ??= this.#askAll()
      .catch(() => void this.#failed("away"))
      .finally(() => {
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

  /**
   * From now on its parent is not asked: it would be a child of that one again, and a stranger if it ever comes back. Ends once it has another
   * parent, or stays (`stays`). What was on its way has ended.
   */
  async leaves(): Promise<void> {
    this.#left = this.#state.above?.parent;
    await this.#asking;
  }

  stays(): void {
    this.#left = undefined;
  }

  /** It is about to be another one's child: it asks as soon as it is. */
  get isLeaving(): boolean {
    return this.#left !== undefined && this.#left === this.#state.above?.parent;
  }

  async #askAll(): Promise<void> {
    for (let asked = 0; asked < ASKS_AT_ONCE_MAX; asked++) {
      const holding = this.#holding.present;
      if (holding === undefined || this.isLeaving) return;
      const isAnswered = await this.#askOnce(holding);
      const after = this.#holding.present;
      const at = this.#holding.now;
      if (!isAnswered || after === undefined || !givesBackAt(after, this.#holding.standing(after, at), at))
        return;
    }
  }

  async #askOnce(holding: Holding): Promise<boolean> {
    const ask = await this.#prepared(holding);
    if (ask === undefined) return this.#failed("away");
    const at = this.#holding.now;
    const call = async () => this.#holding.firm.ask(systemEnvelope(at, ASK_MS_MAX), ask);
    const reply = await ifWithin(call(), ASK_MS_MAX);
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
    this.#retryAt = this.#holding.now + wait;
    return false;
  }

  /** Undefined where what has to be on disk before it could not be written. */
  async #prepared(holding: Holding): Promise<QuotaAsk | undefined> {
    const at = this.#holding.now;
    const next = askFor(holding, this.#holding.standing(holding, at), at);
    if (!this.#holding.differs(next.holding)) {
      this.#holding.take(next.holding);
      return next.ask;
    }
    const reply = await this.#holding.turn<QuotaAsk | null>(() => {
      const present = this.#holding.present;
      if (present === undefined) return { events: [], value: null };
      const now = this.#holding.now;
      const { holding: lowered, ask } = askFor(present, this.#holding.standing(present, now), now);
      return { events: this.#holding.heldBy(lowered), holding: lowered, value: ask };
    });
    return (reply?.ok && reply.value) || undefined;
  }

  /** False where it is none that can be taken over: as if it had not come. */
  async #hear(ask: QuotaAsk, reply: ActorReply<QuotaReply>): Promise<boolean> {
    const present = this.#holding.present;
    const next = present === undefined ? undefined : heard(present, ask, reply);
    if (next === undefined) return false;
    if (!this.#holding.differs(next)) {
      this.#holding.take(next);
      return true;
    }
    const written = await this.#holding.turn(() => this.#decideHeard(ask, reply));
    return written?.ok === true && written.value;
  }

  #decideHeard(ask: QuotaAsk, reply: ActorReply<QuotaReply>): Decision<boolean> {
    const present = this.#holding.present;
    const answered = present === undefined ? undefined : heard(present, ask, reply);
    if (present === undefined || answered === undefined) return { events: [], value: false };
    const at = this.#holding.now;
    const next = withinLowered(answered, present.book, this.#holding.standing(answered, at).committed);
    const held = this.#holding.heldBy(next);
    const book = next.book === undefined ? [] : takeBook(this.#state, next.book, at, held.length);
    if (book === undefined) return { events: [], holding: giveUp(present), value: false };
    return { events: [...held, ...book], holding: next, value: true };
  }

  #forget({ n }: QuotaAsk): void {
    const { present } = this.#holding;
    if (present?.inFlight?.n === n) this.#holding.take(giveUp(present));
  }
}

const heard = (holding: Holding, { n }: QuotaAsk, reply: ActorReply<QuotaReply>): Holding | undefined =>
  reply.ok ? applyReply(holding, reply.value) : applyRefusal(holding, n, reply.code);

/** It was told to leave something that it holds and does not need. */
const givesBackAt = (holding: Holding, standing: Standing, at: number): boolean =>
  isDueAt(holding, { ...standing, isInUse: false }, at);

const isDueAt = (holding: Holding, standing: Standing, at: number): boolean =>
  (nextAskAt(holding, standing, at) ?? Number.POSITIVE_INFINITY) <= at;
