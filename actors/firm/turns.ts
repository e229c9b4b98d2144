/** The commands of a firm or desk as turns. Free of the platform, so tests run them too. */
import type { Clock } from "../runtime/clock.ts";
import { replyFor } from "../runtime/escrow/grants.ts";
import type { Amounts, QuotaAsk, QuotaReply } from "../runtime/escrow/messages.ts";
import type { Outbox } from "../runtime/outbox.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Vitals } from "../runtime/vitals.ts";
import { apply } from "./apply.ts";
import { aboveFor, bookOf, bookVersionOf } from "./book.ts";
import { BOUNDS } from "./bounds.ts";
import {
  accept,
  type Decision,
  decideAdmission,
  decideChildLeave,
  decideLimits,
  decidePut,
  decideQuota,
  decideState,
} from "./decide.ts";
import { type Attribution, type FirmEvent, factsOf } from "./events.ts";
import type { NodeLimit, NodeTerms, ParentTerms } from "./messages.ts";
import { decideDissolution } from "./split-node.ts";
import type { FirmNode, FirmState, Trading } from "./state.ts";
import type { FirmStore } from "./store.ts";
import { nodeText } from "./views.ts";

export type Surroundings = {
  readonly outbox: Pick<Outbox, "add" | "lastSeq">;
  readonly clock: Clock;
  readonly vitals: Pick<Vitals, "measures">;
};

export type Moved<Value> = { readonly events: readonly FirmEvent[]; readonly value: Value };
export type Moves<Value> = Turn<Moved<Value> | undefined, Value>;

/** Hears of each event in its turn, with whether the book of its children is another one by it. */
export type Listener = (event: FirmEvent, isBookOther: boolean) => void;

export class FirmTurns {
  listener: Listener | undefined;
  /** The book that each child goes by, as it was last heard. */
  readonly books = new Map<string, string>();
  readonly #store: FirmStore;
  readonly #outbox: Surroundings["outbox"];
  readonly #clock: Clock;

  constructor(store: FirmStore, { outbox, clock, vitals }: Surroundings) {
    this.#store = store;
    this.#outbox = outbox;
    this.#clock = clock;
    const grants = () => store.state.node?.grants;
    vitals.measures(BOUNDS, {
      "state:children": () => grants()?.children.size ?? 0,
      "table:child": () => grants()?.children.size ?? 0,
      "state:budgets": () => grants()?.granted.size ?? 0,
      "state:left": () => grants()?.left.size ?? 0,
      "memory:books": () => this.books.size,
    });
  }

  get state(): FirmState {
    return this.#store.state;
  }

  get node(): FirmNode | undefined {
    return this.#store.state.node;
  }

  get seq(): number {
    return this.#outbox.lastSeq;
  }

  put(
    terms: NodeTerms,
    above: ParentTerms | undefined,
    { by, drawn }: { readonly by: string; readonly drawn: string },
  ): Turn<Decision, string> {
    return {
      decide: () => decidePut(this.state, terms, above, { at: this.#clock.now(), by, drawn }),
      settle: (decision) => this.#settled(decision, (node) => nodeText(node, this.seq, this.#clock.now())),
    };
  }

  putLimits(limits: readonly NodeLimit[], ifMatch: string | undefined, by: string): Turn<Decision, string> {
    return {
      decide: () =>
        this.#onNode((node) => decideLimits(node, limits, ifMatch, { at: this.#clock.now(), by })),
      settle: (decision) => this.#settled(decision, ({ set }) => JSON.stringify({ version: set.version })),
    };
  }

  /** Answers the version of the book that tells of it. */
  setState(said: Attribution & Pick<Trading, "state">): Turn<Decision, string> {
    return {
      decide: () => this.#onNode((node) => decideState(node, said, this.#clock.now())),
      settle: (decision) => this.#settled(decision, bookVersionOf),
    };
  }

  ask(ask: QuotaAsk): Turn<Decision, QuotaReply> {
    return {
      decide: () => this.#onNode((node) => decideQuota(node, ask, this.#clock.now())),
      settle: (decision) => this.#answerAsk(decision, ask),
    };
  }

  leave(child: string, incarnation: string, committed: Amounts, heir?: string): Turn<Decision, null> {
    return {
      decide: () => this.#onNode((node) => decideChildLeave(node, child, incarnation, committed, heir)),
      settle: (decision) => this.#settled(decision, () => null),
    };
  }

  /** `last`: the child that leaves with it, as in `leave`. */
  dissolve(
    by: string,
    last?: { readonly child: string; readonly incarnation: string },
  ): Turn<Decision, null> {
    const whole = (node: FirmNode): Decision => {
      // It has left, and what comes once more is not to end a split that has begun since.
      if (last !== undefined && !node.grants.children.has(last.child)) return accept();
      const left = last === undefined ? accept() : decideChildLeave(node, last.child, last.incarnation, {});
      return left.ok ? decideDissolution(node, { at: this.#clock.now(), by }, last?.child) : left;
    };
    return {
      decide: () => this.#onNode(whole),
      settle: (decision) => this.#settled(decision, () => null),
    };
  }

  admit(child: string, said: Attribution): Turn<Decision, string> {
    return {
      decide: () => this.#onNode((node) => decideAdmission(node, child, said)),
      settle: (decision) => this.#settled(decision, () => JSON.stringify({ child, isFenced: false })),
    };
  }

  /** What happens to the node as a child of its own parent. */
  moves<Value>(decide: (node: FirmNode) => Moved<Value>): Moves<Value> {
    return {
      decide: () => (this.node === undefined ? undefined : decide(this.node)),
      settle: (decided) => {
        if (decided === undefined) return UNKNOWN;
        for (const event of decided.events) this.#record(event);
        return answer(decided.value);
      },
    };
  }

  #answerAsk(decision: Decision, ask: QuotaAsk): ActorReply<QuotaReply> {
    const reply = this.#settled(decision, (node) => {
      const now = this.#clock.now();
      if (ask.book !== undefined) this.books.set(ask.child, ask.book);
      const told = replyFor(node.grants, ask.child, aboveFor(node, now));
      const isKnown = ask.book === bookVersionOf(node);
      return told === undefined || isKnown ? told : { ...told, book: bookOf(node) };
    });
    if (!reply.ok) return reply;
    return reply.value === undefined ? refusal("child-fenced") : answer(reply.value);
  }

  #onNode(decide: (node: FirmNode) => Decision): Decision {
    return this.node === undefined ? UNKNOWN : decide(this.node);
  }

  #settled<Value>(decision: Decision, value: (node: FirmNode) => Value): ActorReply<Value> {
    for (const event of decision.events ?? []) this.#record(event);
    if (!decision.ok) return refusal(decision.code, decision.detail);
    return this.node === undefined ? UNKNOWN : answer(value(this.node));
  }

  #record(event: FirmEvent): void {
    const now = this.#clock.now();
    const before = this.node === undefined ? undefined : bookVersionOf(this.node);
    apply(this.state, event);
    this.#store.mark(event);
    this.listener?.(event, this.node !== undefined && bookVersionOf(this.node) !== before);
    if (event.kind === "child-left") this.books.delete(event.child);
    const { tenant, id, isSplit } = this.state.address;
    const node = this.node?.name;
    for (const [kind, told] of factsOf(event, now)) {
      const isListed = kind === "firm-put" && !isSplit;
      const payload = JSON.stringify({ tenant, node, ...(kind === "firm-put" ? { id } : {}), ...told });
      this.#outbox.add(kind, payload, now, isListed ? [directoryOf(tenant)] : []);
    }
  }
}

export const directoryOf = (tenant: string): string => `tenant-directory/${tenant}`;
const UNKNOWN = { ok: false, code: "parent-unknown", detail: "there is no such firm or desk" } as const;
