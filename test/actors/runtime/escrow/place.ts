/** A firm, a desk or an account over a disk that keeps what is pending and what is durable apart: what leaves it waits for its flush. */
import { amountOf, NOTHING } from "../../../../actors/runtime/escrow/amounts.ts";
import { applyGrants, putChild, unknownChild } from "../../../../actors/runtime/escrow/apply-grants.ts";
import { decideAdmit, decideAsk, replyFor } from "../../../../actors/runtime/escrow/grants.ts";
import {
  type Budget,
  type GrantedChild,
  type GrantsState,
  initialGrants,
} from "../../../../actors/runtime/escrow/grants-state.ts";
import {
  aboveOf,
  applyRefusal,
  applyReply,
  askFor,
  giveUp,
  type Holding,
  loadHolding,
  nextAskAt,
  type Standing,
  type StoredHolding,
  storedOf,
} from "../../../../actors/runtime/escrow/holding.ts";
import { NODE_REFRESH_MS } from "../../../../actors/runtime/escrow/limits.ts";
import type {
  Amounts,
  ParentBook,
  QuotaAsk,
  QuotaReply,
} from "../../../../actors/runtime/escrow/messages.ts";
import { standingOfNode } from "../../../../actors/runtime/escrow/nodes.ts";
import { callsFor } from "../../../../actors/runtime/escrow/shares.ts";
import type { QuotaPolicy } from "../../../../src/domain/firm.ts";

export type Message =
  | { kind: "ask"; from: string; to: string; activation: number; ask: QuotaAsk }
  | { kind: "reply"; from: string; to: string; activation: number; reply: QuotaReply }
  | { kind: "refused"; from: string; to: string; activation: number; n: number; code: string }
  | { kind: "call"; from: string; to: string };

/** Of a granted child only what the product keeps, too. */
export type ChildRow = Pick<
  GrantedChild,
  "child" | "incarnation" | "retired" | "n" | "seq" | "priority" | "granted" | "isFenced" | "isAdmitted"
>;

export type Disk = {
  readonly stored: StoredHolding | undefined;
  readonly seq: number;
  readonly used: Amounts;
  readonly rows: ReadonlyMap<string, ChildRow>;
  readonly own: ReadonlyMap<string, Budget>;
  /** Of the firm: how often what it says has changed. */
  readonly version: number;
};

export const EMPTY_DISK: Disk = {
  ...{ stored: undefined, seq: 0, used: NOTHING, rows: new Map(), own: new Map(), version: 0 },
};

const ANSWER_MS = 1_000;

export type PlaceOptions = {
  readonly name: string;
  readonly parent?: string;
  readonly policy?: QuotaPolicy;
  readonly priority?: number;
  /** Its own clock beside everybody's. */
  readonly skewMs?: number;
  readonly draw: () => string;
};

export class Place {
  readonly options: PlaceOptions;
  durable: Disk = EMPTY_DISK;
  pending: Disk = EMPTY_DISK;
  grants!: GrantsState;
  holding: Holding | undefined;
  wanted: Amounts = NOTHING;
  /** Given an old copy of its disk: what it holds may be anything until it is confirmed. */
  isStale = false;
  /** Rises with each load. */
  activation = 0;
  #asksAgain = false;
  #gate: Message[] = [];
  #calledAt = new Map<string, number>();

  constructor(options: PlaceOptions) {
    this.options = options;
    this.load();
  }

  get name(): string {
    return this.options.name;
  }

  clock(at: number): number {
    return at + (this.options.skewMs ?? 0);
  }

  /** Memory is gone, and so is what was pending. */
  load(): void {
    this.activation++;
    this.pending = this.durable;
    this.#gate = [];
    this.#calledAt.clear();
    this.#asksAgain = false;
    this.wanted = NOTHING;
    this.grants = initialGrants(this.name, this.options.policy);
    applyGrants(this.grants, {
      ...{ kind: "budgets-put", policy: this.options.policy ?? "by-use", budgets: this.durable.own },
    });
    for (const row of this.durable.rows.values()) {
      putChild(this.grants, { ...unknownChild(row.child, row.incarnation, 0, row.granted), ...row });
    }
    if (this.options.parent === undefined) return;
    this.holding = loadHolding(this.durable.stored, this.options.draw());
    this.#write({ stored: storedOf(this.holding) });
  }

  flush(): readonly Message[] {
    this.durable = this.pending;
    const sent = this.#gate;
    this.#gate = [];
    return sent;
  }

  get hasPending(): boolean {
    return this.pending !== this.durable || this.#gate.length > 0;
  }

  #write(changes: Partial<Disk>): void {
    const isFact = changes.stored !== undefined || changes.used !== undefined;
    this.pending = { ...this.pending, ...changes, seq: this.pending.seq + (isFact ? 1 : 0) };
  }

  putOwn(own: ReadonlyMap<string, Budget>): void {
    this.#write({ own, version: this.pending.version + 1 });
    applyGrants(this.grants, { kind: "budgets-put", policy: this.grants.policy, budgets: own });
  }

  says(): void {
    this.#write({ version: this.pending.version + 1 });
  }

  use(amounts: Amounts): void {
    this.#write({ used: amounts });
  }

  used(budget: string): bigint {
    return amountOf(this.pending.used, budget);
  }

  /** Which word of the firm it goes by. */
  get version(): number {
    return this.options.parent === undefined
      ? this.pending.version
      : Number(this.holding?.book?.version ?? 0);
  }

  admit(child: string): void {
    const outcome = decideAdmit(this.grants, child);
    if (outcome.kind === "done" && outcome.event !== undefined) {
      applyGrants(this.grants, outcome.event);
      this.#keep(child);
    }
  }

  hears(message: Message, at: number): void {
    if (message.kind === "ask") this.#answers(message, at);
    else if (message.kind === "call") this.#isCalled(at);
    else if (message.kind === "reply") this.#takes(message.reply, at);
    else this.#isRefused(message.n, message.code);
  }

  #isCalled(at: number): void {
    if (this.holding?.inFlight === undefined) this.asks(at);
    else this.#asksAgain = true;
  }

  #answers({ ask, from, activation }: Message & { kind: "ask" }, at: number): void {
    const clock = this.clock(at);
    const back = { from: this.name, to: from, activation };
    const above = this.holding === undefined ? undefined : aboveOf(this.holding, clock);
    const outcome = decideAsk(this.grants, ask, clock, above);
    if (outcome.kind !== "repeat" && "event" in outcome && outcome.event !== undefined) {
      applyGrants(this.grants, outcome.event);
      if (outcome.event.kind === "child-fenced" || outcome.event.isDurable) this.#keep(ask.child);
    }
    if (outcome.kind === "refused") {
      this.#send({ kind: "refused", ...back, n: ask.n, code: outcome.code });
    } else {
      const reply = replyFor(this.grants, ask.child, above);
      if (reply !== undefined) {
        this.#send({ kind: "reply", ...back, reply: { ...reply, ...this.#bookFor(ask) } });
      }
    }
    this.calls(clock);
    this.wakes(at);
  }

  calls(clock: number): void {
    const above = this.holding === undefined ? undefined : aboveOf(this.holding, clock);
    for (const child of callsFor(this.grants, above, clock)) {
      if (clock - (this.#calledAt.get(child) ?? -1_000) < 5) continue;
      this.#calledAt.set(child, clock);
      this.#send({ kind: "call", from: this.name, to: child });
    }
  }

  #bookFor({ book }: QuotaAsk): { book?: ParentBook } {
    const version = String(this.version);
    return book === version ? {} : { book: { version, limits: [], states: [] } };
  }

  #keep(name: string): void {
    const child = this.grants.children.get(name);
    if (child === undefined) return;
    const { incarnation, retired, n, seq, priority, granted, isFenced, isAdmitted } = child;
    const row = { child: name, incarnation, retired, n, seq, priority, granted, isFenced, isAdmitted };
    this.#write({ rows: new Map(this.pending.rows).set(name, row) });
  }

  standing(at: number): Standing {
    const { priority = 100, name: child } = this.options;
    const isNode = this.grants.children.size > 0;
    const uses = isNode
      ? { ...standingOfNode(this.grants, this.clock(at)), refreshMs: NODE_REFRESH_MS }
      : { committed: this.pending.used, used: this.pending.used, wanted: this.wanted };
    return { child, seq: this.pending.seq, currency: "USD", priority, isInUse: true, ...uses };
  }

  asks(at: number): void {
    const { holding } = this;
    const { parent } = this.options;
    if (holding === undefined || parent === undefined) return;
    const { seq, ...standing } = this.standing(at);
    const first = askFor(holding, { ...standing, seq }, this.clock(at));
    this.holding = first.holding;
    if (first.holding.held !== holding.held) this.#write({ stored: storedOf(first.holding) });
    const { name: from, activation } = this;
    this.#send({ kind: "ask", from, to: parent, activation, ask: { ...first.ask, seq: this.pending.seq } });
  }

  /** What its timer does. */
  wakes(at: number): void {
    const { holding } = this;
    if (holding === undefined) return;
    const clock = this.clock(at);
    if (holding.inFlight !== undefined) {
      if (clock - (holding.askedAt ?? clock) > ANSWER_MS) this.holding = giveUp(holding);
      return;
    }
    const due = nextAskAt(holding, this.standing(at), clock);
    if (this.#asksAgain || (due !== undefined && due <= clock)) this.asks(at);
    this.#asksAgain = false;
  }

  #takes(reply: QuotaReply, at: number): void {
    if (this.holding === undefined) return;
    const after = applyReply(this.holding, reply);
    if (after === undefined) return;
    this.holding = after;
    this.#write({ stored: storedOf(after) });
    this.calls(this.clock(at));
    this.wakes(at);
  }

  #isRefused(n: number, code: string): void {
    if (this.holding === undefined) return;
    const after = applyRefusal(this.holding, n, code);
    if (after === undefined) return;
    this.holding = after;
    this.#write({ stored: storedOf(after) });
  }

  #send(message: Message): void {
    this.#gate.push(message);
  }
}
