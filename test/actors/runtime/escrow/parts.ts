/** Parts of a split account and the node of its quotas, each in the fewest words: a holding on its disk, and grants. */
import { applyGrants } from "../../../../actors/runtime/escrow/apply-grants.ts";
import { decideAsk, replyFor } from "../../../../actors/runtime/escrow/grants.ts";
import { type GrantsState, initialGrants } from "../../../../actors/runtime/escrow/grants-state.ts";
import {
  applyRefusal,
  applyReply,
  askFor,
  giveUp,
  type Holding,
  isCurrent,
  loadHolding,
  passOn,
  type Standing,
  storedOf,
} from "../../../../actors/runtime/escrow/holding.ts";
import type { Amounts, QuotaAsk, QuotaReply } from "../../../../actors/runtime/escrow/messages.ts";
import { budgetsPut } from "../../../../actors/runtime/escrow/nodes.ts";

const GROSS = "account:main/gross";
export const LIMIT = 3_000n;
const of = (amount: bigint): Amounts => (amount === 0n ? {} : { [GROSS]: amount });
export const amountIn = (amounts: Amounts | undefined): bigint => amounts?.[GROSS] ?? 0n;

/** A part as the account's object has it: what it uses, and what of its holding is on its disk. */
export class Part {
  holding: Holding;
  used = 0n;
  wanted = 0n;
  seq = 0;
  /** Without prices it does not know what it uses, and counts all that it holds. */
  isBlind = false;
  readonly #name: string;
  #loads = 0;

  constructor(name: string) {
    this.#name = name;
    this.holding = loadHolding(undefined, `${name}!`);
  }

  get held(): bigint {
    return amountIn(this.holding.held);
  }

  /** It was heard since its load, knows what it uses, and no more is out than there is, as it heard last. */
  mayGrow(at: number): boolean {
    return isCurrent(this.holding, at) && !this.isBlind && this.holding.over?.includes(GROSS) !== true;
  }

  /** It has heard of a lower limit of which too much is out: it holds no more of it than it uses. */
  lowers(): void {
    const held = of(this.used < this.held ? this.used : this.held);
    this.holding = { ...giveUp(this.holding), held, over: [GROSS] };
  }

  get standing(): Standing {
    const committed = of(this.isBlind ? this.held : this.used);
    const told = { child: this.#name, seq: this.seq, currency: "USD", priority: 100 };
    const unknown = this.isBlind ? [GROSS] : [];
    return { ...told, committed, used: committed, unknown, wanted: of(this.wanted), isInUse: true };
  }

  asks(at: number): QuotaAsk {
    const { holding, ask } = askFor(this.holding, this.standing, at);
    this.holding = holding;
    return ask;
  }

  hears(reply: QuotaReply | string, n: number): void {
    const heard =
      typeof reply === "string" ? applyRefusal(this.holding, n, reply) : applyReply(this.holding, reply);
    this.holding = heard ?? this.holding;
  }

  /** Its symbols leave with so much: on its disk in one turn. */
  leaves(move: number, to: string, amount: bigint): void {
    this.used -= amount;
    this.seq += 1;
    const passed = amount < this.held ? amount : this.held;
    this.holding = passOn(this.holding, { move, to, amounts: of(passed), uses: of(amount) });
  }

  crashes(): void {
    this.#loads += 1;
    this.holding = loadHolding(storedOf(this.holding), `${this.#name}!${this.#loads}`);
  }
}

export class Node {
  readonly state: GrantsState = initialGrants("account:main", "by-use");

  constructor(limit = LIMIT) {
    this.limits(limit);
  }

  limits(limit: bigint): void {
    const gross = { id: "gross", kind: "max-gross-exposure", threshold: limit };
    applyGrants(this.state, budgetsPut("account:main", [gross], "by-use", 0n));
  }

  answers(ask: QuotaAsk, at: number): QuotaReply | string {
    const outcome = decideAsk(this.state, ask, at);
    if (outcome.kind === "refused") return outcome.code;
    if (outcome.kind === "granted") {
      if (outcome.passed !== undefined) applyGrants(this.state, outcome.passed);
      applyGrants(this.state, outcome.event);
    }
    return replyFor(this.state, ask.child) ?? "child-fenced";
  }

  granted(child: string): bigint {
    return amountIn(this.state.children.get(child)?.granted);
  }
}
