/** What a parent knows of its children and of its budgets, and what may happen to it. */
import type { QuotaPolicy } from "../../../src/domain/firm.ts";
import type { Amounts, ChildName, Inheritance, NodeName } from "./messages.ts";

/** Of a node's own limit. */
export type Budget = {
  readonly limit: bigint;
  /** Of the limit: what growth does not get, and what is used already may reach into. */
  readonly reserve: bigint;
};

/** Of a desk: what it holds itself of the budgets above it. A firm has none. */
export type Above = {
  readonly held: Amounts;
  /** What its parent would leave it with: where less than held, its own children are asked for the rest. */
  readonly wished: Amounts;
  /** Of which budgets its parent had no more, and when it was asked for them. */
  readonly dry: ReadonlyMap<string, number>;
  /** Of which more is out than there is, as its parent said. */
  readonly over?: readonly string[];
  /** Since it asked for what it goes by. */
  readonly ageMs: number;
};

export type GrantedChild = {
  readonly child: ChildName;
  /** The confirmed one; empty while nobody was. */
  readonly incarnation: string;
  readonly retired: readonly string[];
  readonly n: number;
  readonly seq: number;
  readonly priority: number;
  readonly heardAt: number;
  readonly granted: Amounts;
  /** As it last said; after a load of the parent, and until it is heard, as if all that is granted were in use. */
  readonly committed: Amounts;
  readonly used: Amounts;
  /** Rises at once, falls by a quarter with each ask. */
  readonly smoothed: Amounts;
  /** Needed and not granted, since when, and whether it was told to come again. */
  readonly waiting: Amounts;
  readonly since: number;
  readonly isShort: boolean;
  /** What it was told to keep at the most: it comes by itself as soon as it can give back down to that. */
  readonly wished: Amounts;
  readonly isFenced: boolean;
  /** By a person: whichever incarnation asks next is the confirmed one. */
  readonly isAdmitted: boolean;
  /** Of `granted`, what others have left it and it has not said yet that it has. */
  readonly inherited?: readonly Inheritance[];
  /** Of a part of a split account: the last move by which it has passed something on. */
  readonly moved?: number;
};

export type GrantsState = {
  /** Its own budgets begin with it. */
  readonly node: NodeName;
  policy: QuotaPolicy;
  readonly own: Map<string, Budget>;
  readonly children: Map<ChildName, GrantedChild>;
  /** By budget, over all children. */
  readonly granted: Map<string, bigint>;
  readonly smoothed: Map<string, bigint>;
  /** Used beyond what is granted. */
  readonly uncovered: Map<string, bigint>;
  /** Those with something waiting. */
  readonly waiting: Set<ChildName>;
  /** Incarnations of those that have left: what they sent before may still come. */
  readonly left: Map<ChildName, readonly string[]>;
};

export const initialGrants = (node: NodeName, policy: QuotaPolicy = "by-use"): GrantsState => ({
  node,
  policy,
  own: new Map(),
  children: new Map(),
  granted: new Map(),
  smoothed: new Map(),
  uncovered: new Map(),
  waiting: new Set(),
  left: new Map(),
});

export type BudgetsPut = {
  readonly kind: "budgets-put";
  readonly policy: QuotaPolicy;
  /** All of them. */
  readonly budgets: ReadonlyMap<string, Budget>;
};

export type Granted = {
  readonly kind: "quota-granted";
  /** As it is from now on. */
  readonly child: GrantedChild;
  /** What it said that it holds. */
  readonly held: Amounts;
  /** It was no child before. */
  readonly isNew: boolean;
  /** Other amounts than before: worth a fact. */
  readonly isChanged: boolean;
  /** To be on disk before the reply: what the child may hold, or who it is, is not what the disk says. */
  readonly isDurable: boolean;
};

/** `holds-more` than was granted, `older` than what was heard of it before, or a `stranger`: not the one that was confirmed, nor its successor. */
export type FenceReason = "holds-more" | "older" | "stranger";

export type ChildFenced = {
  readonly kind: "child-fenced";
  readonly child: ChildName;
  readonly incarnation: string;
  readonly why: FenceReason;
  readonly at: number;
};
export type ChildAdmitted = { readonly kind: "child-admitted"; readonly child: ChildName };
export type ChildLeft = {
  readonly kind: "child-left";
  readonly child: ChildName;
  /** Whose is what was granted to it. */
  readonly heir?: ChildName;
};

/** What symbols use that have moved from one part of a split account to another: at one moment no longer the one's, and the other's. */
export type QuotaPassed = {
  readonly kind: "quota-passed";
  readonly child: ChildName;
  readonly heir: ChildName;
  readonly move: number;
  readonly amounts: Amounts;
  /** What they use beyond that. */
  readonly uncovered?: Amounts;
  readonly at: number;
};

/** At a node that was left something by its parent: whose it is of its own children. */
export type ChildInherited = {
  readonly kind: "child-inherited";
  readonly child: ChildName;
  readonly inheritance: Inheritance;
  readonly at: number;
};

export type GrantsEvent =
  | BudgetsPut
  | Granted
  | ChildFenced
  | ChildAdmitted
  | ChildLeft
  | QuotaPassed
  | ChildInherited;

export type AskOutcome =
  /** `passed`: before it, in the same turn. */
  | { readonly kind: "granted"; readonly passed?: QuotaPassed; readonly event: Granted }
  /** Answered from what is granted already; nothing changes. */
  | { readonly kind: "repeat" }
  | { readonly kind: "refused"; readonly code: "ask-outdated" | "too-many" }
  | {
      readonly kind: "refused";
      readonly code: "child-fenced";
      /** Undefined where it was fenced before. */
      readonly event: ChildFenced | undefined;
    };

export type MemberOutcome =
  | { readonly kind: "done"; readonly event: ChildLeft | ChildAdmitted | undefined }
  | {
      readonly kind: "refused";
      readonly code: "child-holds" | "child-fenced" | "child-unknown" | "too-many";
    };
