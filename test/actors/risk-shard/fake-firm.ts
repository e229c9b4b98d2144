/** A firm that a test speaks for: it grants as the real one does, out of memory, and can be away. */
import { applyGrants } from "../../../actors/runtime/escrow/apply-grants.ts";
import { decideAdmit, decideAsk, decideLeave, replyFor } from "../../../actors/runtime/escrow/grants.ts";
import { initialGrants } from "../../../actors/runtime/escrow/grants-state.ts";
import type {
  Amounts,
  ChildName,
  ParentBook,
  ParentLimit,
  ParentState,
  QuotaAsk,
  QuotaReply,
} from "../../../actors/runtime/escrow/messages.ts";
import { budgetNames, budgetsPut } from "../../../actors/runtime/escrow/nodes.ts";
import { callsFor } from "../../../actors/runtime/escrow/shares.ts";
import { type ActorReply, answer, refusal } from "../../../actors/runtime/reply.ts";
import { scaledBigint } from "../../../src/domain/decimal.ts";
import { isCountKind, type QuotaPolicy } from "../../../src/domain/firm.ts";
import type { TradingState } from "../../../src/domain/order.ts";
import type { FakeClock } from "../../support/runtime-fakes.ts";

export type FirmLimit = Pick<ParentLimit, "id" | "kind" | "threshold"> & Partial<ParentLimit>;

export class FakeFirm {
  readonly node: string;
  readonly currency: string;
  readonly grants;
  readonly asks: QuotaAsk[] = [];
  isAway = false;
  /** Children that it calls where it has to, as the real one does. */
  readonly children = new Map<ChildName, () => Promise<unknown>>();
  /** Called before each ask is answered. */
  before: (ask: QuotaAsk) => Promise<void> | void = () => {};
  readonly #clock: FakeClock;
  readonly #called = new Set<ChildName>();
  #limits: readonly ParentLimit[] = [];
  #states: readonly ParentState[] = [];
  #book = 1;

  constructor(clock: FakeClock, node = "firm:acme", currency = "USD") {
    this.#clock = clock;
    this.node = node;
    this.currency = currency;
    this.grants = initialGrants(node);
  }

  get book(): ParentBook {
    return { version: `${this.node}.${this.#book}`, limits: this.#limits, states: this.#states };
  }

  limits(limits: readonly FirmLimit[], policy: QuotaPolicy = "by-use", reserve = 0n): void {
    const { node } = this;
    this.#limits = limits.map((limit) => ({
      ...{ node, action: "reject" as const, budgets: budgetNames(node, limit.id, limit.kind) },
      ...limit,
    }));
    const own = limits.map(({ id, kind, threshold }) => ({ id, kind, threshold: amount(kind, threshold) }));
    applyGrants(this.grants, budgetsPut(node, own, policy, reserve));
    this.#book += 1;
  }

  state(state: TradingState, reason = "a test", by = "boss"): void {
    this.#states = [{ node: this.node, state, reason, by, at: this.#clock.now() }];
    this.#book += 1;
  }

  granted(child: ChildName = "account:main"): Amounts {
    return this.grants.children.get(child)?.granted ?? {};
  }

  admit(child: ChildName = "account:main"): void {
    const outcome = decideAdmit(this.grants, child);
    if (outcome.kind === "done" && outcome.event !== undefined) applyGrants(this.grants, outcome.event);
  }

  /** Another child, which uses all that it needs. */
  other(child: ChildName, needed: Amounts, committed: Amounts = needed): void {
    this.#asks(child, this.granted(child), needed, committed);
  }

  /** It gives back all that it does not use. */
  givesBack(child: ChildName, committed: Amounts): void {
    this.#asks(child, committed, {}, committed);
  }

  #asks(child: ChildName, held: Amounts, needed: Amounts, committed: Amounts): void {
    const n = (this.grants.children.get(child)?.n ?? 0) + 1;
    const ask = { child, incarnation: child, n, seq: n, currency: "USD", priority: 100, held };
    this.#decide({ ...ask, committed, used: committed, needed });
  }

  readonly api = {
    terms: async () => {
      if (this.isAway) throw new Error("away");
      return answer({ node: this.node, currency: this.currency, above: [] });
    },
    ask: async (_envelope: unknown, ask: QuotaAsk): Promise<ActorReply<QuotaReply>> => {
      this.asks.push(ask);
      await this.before(ask);
      if (this.isAway) throw new Error("away");
      return this.#decide(ask);
    },
    leave: async (
      _envelope: unknown,
      child: ChildName,
      incarnation: string,
      committed: Amounts,
      heir?: string,
    ) => {
      if (this.isAway) throw new Error("away");
      const outcome = decideLeave(this.grants, child, incarnation, committed, heir);
      if (outcome.kind === "refused") return refusal(outcome.code);
      if (outcome.event !== undefined) applyGrants(this.grants, outcome.event);
      return answer(null);
    },
  };

  /** One call to each at a time, and each a moment later. */
  #call(): void {
    for (const child of callsFor(this.grants, undefined, this.#clock.now())) {
      const call = this.children.get(child);
      if (call === undefined || this.#called.has(child)) continue;
      this.#called.add(child);
      setTimeout(() => void call().finally(() => this.#called.delete(child)), 1);
    }
  }

  #decide(ask: QuotaAsk): ActorReply<QuotaReply> {
    const outcome = decideAsk(this.grants, ask, this.#clock.now());
    if ("passed" in outcome && outcome.passed !== undefined) applyGrants(this.grants, outcome.passed);
    if ("event" in outcome && outcome.event !== undefined) applyGrants(this.grants, outcome.event);
    if (outcome.kind === "refused") return refusal(outcome.code);
    this.#call();
    const reply = replyFor(this.grants, ask.child);
    if (reply === undefined) return refusal("child-unknown");
    const { book } = this;
    return answer(ask.book === book.version ? reply : { ...reply, book });
  }
}

export function amount(kind: string, text: string): bigint {
  const scaled = scaledBigint(text, isCountKind(kind) ? 0 : 12);
  if (!scaled.ok) throw new Error(scaled.code);
  return scaled.value;
}

/** Where nothing was ever put. */
export const NO_FIRM = {
  terms: async () => refusal("parent-unknown", "there is no such firm or desk"),
  ask: async () => refusal("parent-unknown"),
  leave: async () => refusal("parent-unknown"),
};
