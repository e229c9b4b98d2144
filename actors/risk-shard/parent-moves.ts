/** An account that names a parent: that one is known and has the same currency, and the one before has back what it had granted. */
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { hasAny, NOTHING } from "../runtime/escrow/amounts.ts";
import { giveUp, type Holding, loadHolding } from "../runtime/escrow/holding.ts";
import { randomHex } from "../runtime/id.ts";
import { type Refusal, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import type { Ledger } from "./ledger.ts";
import type { ParentCover } from "./parent-cover.ts";
import { type Decision, type ParentHolding, type Parents, partChild } from "./parent-holding.ts";
import { ASK_MS_MAX, type ParentLink } from "./parent-link.ts";
import { usesOf } from "./quota-uses.ts";

/** Turns of the lane that comes first take milliseconds: one that has not been decided by then is not going to be. */
const LEAVE_MS_MAX = 1_000;

type Naming = { readonly parent?: string | undefined; readonly currency: string };

export class ParentMoves {
  readonly #ledger: Ledger;
  readonly #link: ParentLink;
  readonly #holding: ParentHolding;
  readonly #actors: Parents;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(ledger: Ledger, { link, holding }: ParentCover, actors: Parents) {
    this.#ledger = ledger;
    this.#holding = holding;
    this.#link = link;
    this.#actors = actors;
  }

  /** Why the account cannot be a child of the one that it names, if it cannot. */
  async refusal(envelope: Envelope, { parent, currency }: Naming): Promise<Refusal | undefined> {
    const { name, state } = this.#ledger;
    if (parent === undefined) return undefined;
    const terms = await ifWithin(this.#actors.firm(`${name.tenant}/${parent}`).terms(envelope), ASK_MS_MAX);
    const { account } = state;
    if (terms === undefined)
      return account?.parent === parent && account.currency === currency ? undefined : AWAY;
    if (!terms.ok) return faulty(terms);
    if (terms.value.currency === currency) return undefined;
    return faulty(refusal("currency-differs", `${terms.value.node} is in ${terms.value.currency}`));
  }

  /** Called where the account can be put so, by `put`. It does not come to that where the account cannot leave its parent. */
  async moving<Value>({ parent }: Naming, put: () => Promise<Value>): Promise<Value | Refusal> {
    const { above } = this.#ledger.state;
    if (above === undefined || above.parent === parent) return put();
    try {
      return (await this.#leave()) ?? (await put());
    } finally {
      this.#link.stays();
    }
  }

  /** What a part of a split account uses counts elsewhere by now, or is limited by the account's own limits again. */
  async leaveSplit(): Promise<Refusal | undefined> {
    const refused = await this.#leave(true);
    // Its turn comes next, before any order. Where that is refused it is a child again.
    if (refused === undefined) this.#leaving ??= setTimeout(() => this.settled(), LEAVE_MS_MAX);
    else this.settled();
    return refused;
  }

  /** It has left, or is not going to. */
  settled(): void {
    clearTimeout(this.#leaving);
    this.#leaving = undefined;
    this.#link.stays();
  }

  /** Everything is given back, and then it is no child any more. What it may hold afterwards it has to ask for. */
  async #leave(evenUsed = false): Promise<Refusal | undefined> {
    // After a load the parent knows it by the name before: only who has been heard under its own can leave.
    const { heardAt, passing } = this.#holding.present ?? {};
    if (heardAt === undefined || passing !== undefined) await ifWithin(this.#link.askAnew(), ASK_MS_MAX);
    await this.#link.leaves();
    // What its symbols took with them is not its heir's.
    if (this.#holding.present?.passing !== undefined) return AWAY;
    const emptied = await this.#holding.turn(() => this.#decideEmptied(evenUsed));
    if (emptied === undefined || !emptied.ok) return emptied ?? AWAY;
    if (emptied.value === undefined) return evenUsed ? undefined : HOLDS;
    const { firm, child, now } = this.#holding;
    const { incarnation } = emptied.value;
    // Part 0 has counted as its own what a part has used in the day and in windows.
    const heir = evenUsed && child !== FIRST_PART ? FIRST_PART : undefined;
    const call = async () => firm.leave(systemEnvelope(now), child, incarnation, {}, heir);
    const left = await ifWithin(call(), ASK_MS_MAX);
    if (left === undefined) return AWAY;
    if (!left.ok && left.code !== "parent-unknown" && left.code !== "child-unknown") return left;
    // It is nobody to that one any more, also where it comes back.
    const stranger = loadHolding(undefined, randomHex(16));
    await this.#holding.turn(() => ({ events: [], holding: stranger, value: null }));
    return undefined;
  }

  #decideEmptied(evenUsed: boolean): Decision<Holding | undefined> {
    const { state } = this.#ledger;
    const { present, now } = this.#holding;
    if (present === undefined || (!evenUsed && hasAny(usesOf(state, present.held, now))))
      return { events: [], value: undefined };
    const { heardAt: _, ...silent } = giveUp(present);
    const emptied: Holding = { ...silent, held: NOTHING, wished: NOTHING };
    return { events: this.#holding.heldBy(emptied), holding: emptied, value: emptied };
  }

  /** Limits and states of the parent are there when the account is answered, if it can be reached. */
  async met({ parent }: Naming): Promise<void> {
    if (parent !== undefined) await ifWithin(this.#link.askAnew(), ASK_MS_MAX);
  }
}

const FIRST_PART = partChild(0);

const AWAY = refusal(
  "parent-away",
  "a parent that is named or left does not answer; nothing has been changed",
);
const HOLDS = refusal("child-holds", "the account still uses something of what its parent granted");

const faulty = (refused: Refusal): Refusal => ({
  ...refused,
  errors: [{ path: "parent", code: refused.code, detail: refused.detail ?? refused.code }],
});
