/** A desk as the child of its own parent: one ask at a time, each on disk before it leaves. Nothing wakes it but its children, its parent and people. */
import type { Clock } from "../runtime/clock.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { amountOf, amountsBy, budgetsIn, hasAny } from "../runtime/escrow/amounts.ts";
import {
  applyRefusal,
  applyReply,
  askFor,
  giveUp,
  nextAskAt,
  type Standing,
} from "../runtime/escrow/holding.ts";
import { NODE_REFRESH_MS } from "../runtime/escrow/limits.ts";
import type { Amounts, ParentApi, QuotaAsk, QuotaReply } from "../runtime/escrow/messages.ts";
import { standingOfNode } from "../runtime/escrow/nodes.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import { ifWithin } from "../runtime/within.ts";
import { childNameOf } from "./address.ts";
import { aboveFor, bookVersionOf, freeFromAbove, isOwnBudget } from "./book.ts";
import type { HoldingMoved } from "./events.ts";
import { ASK_FIRST_MS, CALL_MS, DRY_MS, PARENT_RETRY_MS } from "./limits.ts";
import { passedDown } from "./split-node.ts";
import type { FirmNode } from "./state.ts";
import type { FirmTurns, Moves } from "./turns.ts";

export type LinkSurroundings = {
  readonly clock: Clock;
  readonly turns: FirmTurns;
  readonly run: <Decision, Value>(
    envelope: Envelope,
    turn: Turn<Decision, Value>,
  ) => Promise<ActorReply<Value>>;
  readonly parent: (id: string) => Pick<ParentApi, "ask">;
  /** The parent told another book. */
  readonly bookMoved: () => void;
};

const NOTHING: Amounts = {};

export class ParentLink {
  readonly #given: LinkSurroundings;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** Wanted at once, for children whose asks wait here. */
  #extra: Amounts = NOTHING;
  #failedAt: number | undefined;

  constructor(given: LinkSurroundings) {
    this.#given = given;
  }

  /** Before a child is answered: what it needs is asked for, and what all go by is renewed. */
  before({ needed }: QuotaAsk): Promise<void> {
    return this.renew(needed);
  }

  /** No ask where what it goes by is young and there is enough. Ends in time whatever the parent does. */
  async renew(needed: Amounts = NOTHING): Promise<void> {
    const { turns, clock } = this.#given;
    const { node } = turns;
    const now = clock.now();
    if (node?.holding === undefined || isWithin(now, this.#failedAt, PARENT_RETRY_MS)) return;
    const short = shortOf(node, needed, now);
    const isFresh = (aboveFor(node, now)?.ageMs ?? 0) < NODE_REFRESH_MS;
    if (isFresh && !hasAny(short)) return;
    await ifWithin(this.ask(short), ASK_FIRST_MS);
  }

  /** What children have given back goes on up, and what they still wait for is asked for. */
  follow(): void {
    const { turns, clock } = this.#given;
    const { node } = turns;
    const now = clock.now();
    if (node?.holding === undefined || this.#running !== undefined) return;
    if (isWithin(now, this.#failedAt, PARENT_RETRY_MS)) return;
    // None is under way: what a turn that failed left in flight nobody waits for.
    const due = nextAskAt(giveUp(node.holding), this.#standing(node, NOTHING), now);
    if (due !== undefined && due <= now) void this.ask();
  }

  /** Ends when the parent has answered an ask that was made after this call, or has not in time. Never throws. */
  ask(extra: Amounts = NOTHING): Promise<void> {
    this.#extra = sumOf(this.#extra, extra);
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#start();
    });
    return this.#next;
  }

  #start(): Promise<void> {
    const running = this.#askOnce()
      .catch(() => this.#failed())
      .finally(() => {
        if (this.#running === running) this.#running = undefined;
      });
    this.#running = running;
    return running;
  }

  async #askOnce(): Promise<void> {
    const { clock, turns, run, parent } = this.#given;
    const envelope = systemEnvelope(clock.now(), CALL_MS);
    const asked = await run(envelope, this.#asking());
    const id = turns.node?.terms.parent;
    if (!asked.ok || asked.value === undefined || id === undefined) return;
    const ask = asked.value;
    const reply = await ifWithin(parent(id).ask(envelope, ask), CALL_MS);
    const before = turns.node === undefined ? "" : bookVersionOf(turns.node);
    const heard = await run(systemEnvelope(clock.now(), CALL_MS), this.#hearing(ask, reply));
    if (reply?.ok !== true) this.#failed();
    if (heard.ok && turns.node !== undefined && bookVersionOf(turns.node) !== before) this.#given.bookMoved();
  }

  #asking(): Moves<QuotaAsk | undefined> {
    return this.#given.turns.moves((node) => {
      const { holding } = node;
      if (holding === undefined) return { events: [], value: undefined };
      const standing = this.#standing(node, this.#extra);
      this.#extra = NOTHING;
      const asked = askFor(holding, standing, this.#given.clock.now());
      return { events: [moved(asked.holding)], value: asked.ask };
    });
  }

  /** Whatever has come since of another parent, or of another ask, is thrown away. */
  #hearing({ n, incarnation }: QuotaAsk, reply: ActorReply<QuotaReply> | undefined): Moves<null> {
    return this.#given.turns.moves((node) => {
      const { holding } = node;
      if (holding === undefined || holding.incarnation !== incarnation || holding.inFlight?.n !== n)
        return { events: [], value: null };
      const after =
        reply === undefined
          ? giveUp(holding)
          : reply.ok
            ? applyReply(holding, reply.value)
            : applyRefusal(holding, n, reply.code);
      if (after === undefined) return { events: [], value: null };
      const inherited = reply?.ok ? reply.value.inherited : undefined;
      const passed = passedDown(node, inherited, this.#given.clock.now());
      return { events: [moved(after), ...passed], value: null };
    });
  }

  #standing(node: FirmNode, extra: Amounts): Standing {
    const { name, terms, grants } = node;
    const now = this.#given.clock.now();
    const { committed, used, wanted, wantedSince = now } = standingOfNode(grants, now);
    return {
      child: childNameOf(name),
      seq: this.#given.turns.seq,
      currency: terms.currency,
      priority: terms.priority,
      ...{ committed, used, wanted: larger(wanted, extra) },
      wantedSince: hasAny(extra) ? now : wantedSince,
      isInUse: hasAny(used),
      refreshMs: NODE_REFRESH_MS,
    };
  }

  #failed(): void {
    this.#failedAt = this.#given.clock.now();
  }
}

/** Where the clock went back, nobody knows: it is then as if it were long ago. */
export const isWithin = (at: number, since: number | undefined, ms: number): boolean =>
  since !== undefined && at >= since && at - since < ms;

const moved = (holding: HoldingMoved["holding"]): HoldingMoved => ({ kind: "holding-moved", holding });

/** Of budgets from above, what is needed where less is free here, unless the parent has just said that it has none. */
function shortOf(node: FirmNode, needed: Amounts, at: number): Amounts {
  const { dry } = node.holding ?? { dry: new Map<string, number>() };
  return amountsBy(Object.keys(needed), (budget) => {
    if (isOwnBudget(node, budget) || isWithin(at, dry.get(budget), DRY_MS)) return 0n;
    const need = amountOf(needed, budget);
    return need > freeFromAbove(node, budget) ? need : 0n;
  });
}

const sumOf = (one: Amounts, other: Amounts): Amounts =>
  amountsBy(budgetsIn(one, other), (budget) => amountOf(one, budget) + amountOf(other, budget));

const larger = (one: Amounts, other: Amounts): Amounts =>
  amountsBy(budgetsIn(one, other), (budget) => {
    const [first, second] = [amountOf(one, budget), amountOf(other, budget)];
    return first > second ? first : second;
  });
