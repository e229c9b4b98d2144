/**
 * What a child of a firm, desk or split account asks of its parent, and what it hears. Amounts are integers: money in 10⁻¹² of the parent's
 * currency, counts as they are. Every message says how things stand, never what changed: twice, late or out of order it does no harm.
 */
import type { LimitAction } from "../../../src/domain/limit.ts";
import type { TradingState } from "../../../src/domain/order.ts";
import type { Envelope } from "../envelope.ts";
import type { ActorReply } from "../reply.ts";

/** By budget: `<node>/<limit id>`; of a net limit there are two, `<node>/<limit id>/long` and `…/short`. What is not named is 0. */
export type Amounts = Readonly<Record<string, bigint>>;

/** `firm:<id>`, `desk:<id>` or, of a split account, `account:<id>`. */
export type NodeName = string;
/** `desk:<id>`, `account:<id>` or, of a split account, `part:<number>`. */
export type ChildName = string;

export type QuotaAsk = {
  readonly child: ChildName;
  /** Drawn at random with each load of the child, and on its disk before it is sent. */
  readonly incarnation: string;
  /** Of a child that has loaded: the one that its parent last confirmed. Undefined where there never was one. */
  readonly previous?: string;
  /** Rises with every ask of an incarnation, from 1. A repeat has the same number and the same amounts. */
  readonly n: number;
  /** Of the child's newest fact: a copy of its disk from before knows less. */
  readonly seq: number;
  readonly currency: string;
  /** 1 comes first; of the policy `priority`. */
  readonly priority: number;
  /** On its disk: it stays within this until it has heard the reply to this very ask. */
  readonly held: Amounts;
  /** Of that, what may not be taken back: what is used, or granted on. Above `held` where prices or reductions went further. */
  readonly committed: Amounts;
  /** What is used in the end, by accounts. The same as committed, but of a desk. */
  readonly used: Amounts;
  /** Budgets of which it does not know all that it uses, for want of a price: said is what it knows, and not less than it holds. */
  readonly unknown?: readonly string[];
  /** Wanted at once, beyond what it holds. */
  readonly needed: Amounts;
  /** The parent's book that it goes by; its parent sends another one. */
  readonly book?: string;
  /** What the last answer told that it was left by others: on its disk, and in `held`. */
  readonly took?: readonly string[];
  /** Not in `held` any more, and another child's at the very moment at which this child has it no longer. */
  readonly passes?: Passing;
};

/** What symbols that have left a part of a split account use, and now use in another part. Said until it was heard. */
export type Passing = {
  /** Moves of an account are numbered: one that was passed on before is not passed on again. */
  readonly move: number;
  readonly to: ChildName;
  /** Of what it held. */
  readonly amounts: Amounts;
  /** What they use; more than that where not all of it was held. */
  readonly uses?: Amounts;
};

export type QuotaReply = {
  readonly n: number;
  /** What it may hold from now on; not below what it said that it holds. */
  readonly granted: Amounts;
  /** What its parent would have it hold at the most: what is not committed above it goes back with the next ask. */
  readonly wished: Amounts;
  /** Some of what was needed is with others, who have been asked for it: worth asking again soon. */
  readonly isShort: boolean;
  /**
   * Of a desk: how long ago it asked for what it goes by itself. The silence that a child bears is shorter by it, so that what the firm says
   * reaches whoever is at the end of the chain, or stops its growth, in one and the same time.
   */
  readonly ageMs?: number;
  /** Budgets of which more is granted, or used beyond that, than there is: nothing grows by what is held of them. */
  readonly over?: readonly string[];
  /** Of `granted`, what others that are no children any more have left it, until it has said that it has it. */
  readonly inherited?: readonly Inheritance[];
  /** Where it is another one than that of the ask. */
  readonly book?: ParentBook;
};

/** What a child was granted that has left, and is its heir's. */
export type Inheritance = {
  readonly id: string;
  readonly amounts: Amounts;
  /** Of symbols that have moved: what they use beyond that, which nobody has granted. */
  readonly uncovered?: Amounts;
};

/** The limits and states above a child, of all its ancestors: the nearest first. */
export type ParentBook = {
  /** Equal where nothing has changed. */
  readonly version: string;
  readonly limits: readonly ParentLimit[];
  readonly states: readonly ParentState[];
};

export type ParentLimit = {
  readonly node: NodeName;
  readonly id: string;
  readonly kind: string;
  /** Decimal text, of the whole node. */
  readonly threshold: string;
  readonly action: LimitAction;
  readonly windowMs?: number;
  /** One, or of a net limit that of its long and that of its short side. */
  readonly budgets: readonly string[];
  /** Noted by a part of a split account, of a net limit: each symbol counts on its own side, so that where it is changes no sum. */
  readonly isBySymbol?: true;
};

export type ParentState = {
  readonly node: NodeName;
  readonly state: TradingState;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
};

/** How long a child may go by what it last heard: counted from when it asked, on its own clock. Afterwards nothing grows. */
export const PARENT_SILENCE_MS_MAX = 5_000;

/** A firm, a desk or the quotas of a split account. */
export interface ParentApi {
  /** Refused: `parent-unknown`, `currency-differs`, `child-fenced`, `ask-outdated`, `too-many`. */
  ask(envelope: Envelope, ask: QuotaAsk): Promise<ActorReply<QuotaReply>>;
  /**
   * The child has another parent, or none: refused `child-holds` while it has something committed. What it was granted is `heir`'s from now
   * on, at the same moment, so that nobody else is granted what the heir uses in its place. Who is no child yet becomes one by it. Where the
   * heir is the node itself, as an account that is split no more, the node leaves its own parent so; `parent-away` until that one has heard.
   */
  leave(
    envelope: Envelope,
    child: ChildName,
    incarnation: string,
    committed: Amounts,
    heir?: ChildName,
  ): Promise<ActorReply<null>>;
}

/** Whoever has a parent. */
export interface ChildApi {
  /** Ask your parent now: it has another book, or wants something back. Answered with the version of the book that is gone by. */
  parentCalls(envelope: Envelope, node: NodeName): Promise<ActorReply<string>>;
}
