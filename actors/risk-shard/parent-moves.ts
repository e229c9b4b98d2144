/** An account that names a parent: that one is known and has the same currency, and the one before has back what it had granted. */
import { childNameOf, partChild } from "../firm/address.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { hasAny, NOTHING } from "../runtime/escrow/amounts.ts";
import { giveUp, type Holding, loadHolding } from "../runtime/escrow/holding.ts";
import type { ChildName } from "../runtime/escrow/messages.ts";
import { randomHex } from "../runtime/id.ts";
import { type Refusal, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import type { Ledger } from "./ledger.ts";
import type { ParentCover } from "./parent-cover.ts";
import type { Decision, ParentHolding, Parents } from "./parent-holding.ts";
import { ASK_MS_MAX, type ParentLink } from "./parent-link.ts";
import { usesOf } from "./quota-uses.ts";

/** Turns of the lane that comes first take milliseconds: one that has not been decided by then is not going to be. */
const LEAVE_MS_MAX = 1_000;
/** Nobody knows whether it has left: whoever asks for it comes again at least once a second, and waits for two. */
const SILENT_MS_MAX = 4_000;
/** A parent that goes with its last child tells its own before it answers. */
const LEFT_MS_MAX = 2 * ASK_MS_MAX;

/** Whom it leaves, and as whom. */
type Leaving = {
  readonly firm: ReturnType<Parents["firm"]>;
  readonly child: ChildName;
  readonly incarnation: string;
};
type Naming = { readonly parent?: string | undefined; readonly currency: string };

export class ParentMoves {
  readonly #ledger: Ledger;
  readonly #link: ParentLink;
  readonly #holding: ParentHolding;
  readonly #actors: Parents;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  /** Under which it holds nothing any more, and its parent may have let it go already. */
  #emptied: string | undefined;

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

  /**
   * It becomes a child of the split's node, or is none of it any more: what it uses counts elsewhere by then, or what it was granted goes where
   * it goes. That may have happened where nobody answered, so it stays silent until it is told once more, or will not be.
   */
  async leaveForSplit(): Promise<Refusal | undefined> {
    const refused = await this.#leave(true);
    // Its turn comes next, before any order. Where that is refused it is a child again.
    if (refused === undefined || (refused.code === "parent-away" && refused !== UNHEARD)) {
      clearTimeout(this.#leaving);
      this.#leaving = setTimeout(() => this.settled(), refused === undefined ? LEAVE_MS_MAX : SILENT_MS_MAX);
    } else this.settled();
    return refused;
  }

  /** It has left, or is not going to. */
  settled(): void {
    clearTimeout(this.#leaving);
    this.#leaving = undefined;
    this.#emptied = undefined;
    this.#link.stays();
  }

  /** Everything is given back, and then it is no child any more. What it may hold afterwards it has to ask for. */
  async #leave(evenUsed = false): Promise<Refusal | undefined> {
    const left = this.#parent;
    const unheard = await this.#unheard(evenUsed);
    if (unheard !== undefined && !this.#mayHaveLeft(unheard)) return unheard;
    if (this.#parent === left) await this.#link.leaves();
    const emptied = await this.#holding.turn(() => this.#decideEmptied(left, evenUsed));
    if (emptied === undefined || !emptied.ok) return emptied ?? AWAY;
    if (emptied.value === undefined && evenUsed) return undefined;
    if (emptied.value === undefined) return this.#parent === left ? HOLDS : AWAY;
    const { incarnation } = emptied.value;
    if (evenUsed && unheard === undefined) this.#emptied = incarnation;
    const refused = await this.#told(emptied.value, evenUsed);
    if (refused !== undefined) return unheard ?? refused;
    await this.#holding.turn(() => this.#decideNobody(incarnation));
    return undefined;
  }

  get #parent(): string | undefined {
    return this.#ledger.state.above?.parent;
  }

  async #told({ firm, child, incarnation }: Leaving, evenUsed: boolean): Promise<Refusal | undefined> {
    const { now } = this.#holding;
    const heir = evenUsed ? heirOf(child, this.#ledger.name.account) : undefined;
    const call = async () => firm.leave(systemEnvelope(now, LEFT_MS_MAX), child, incarnation, {}, heir);
    const left = await ifWithin(call(), LEFT_MS_MAX);
    if (left === undefined) return AWAY;
    return left.ok || left.code === "parent-unknown" || left.code === "child-unknown" ? undefined : left;
  }

  /** Who holds nothing may have left before it died, and is then nobody to its parent. */
  #mayHaveLeft(unheard: Refusal): boolean {
    const { held = NOTHING, passing } = this.#holding.present ?? {};
    return unheard !== FENCED && passing === undefined && !hasAny(held);
  }

  /**
   * After a load the parent knows it by the name before: only who has been heard under its own can leave. What its symbols took with them
   * is not its heir's.
   */
  async #unheard(evenUsed: boolean): Promise<Refusal | undefined> {
    const before = this.#holding.present;
    if (before === undefined || before.incarnation === this.#emptied) return undefined;
    if (before.heardAt === undefined || before.passing !== undefined)
      await ifWithin(this.#link.askAnew(), ASK_MS_MAX);
    const { heardAt, isFenced, passing } = this.#holding.present ?? {};
    if (passing !== undefined) return UNHEARD;
    if (!evenUsed || heardAt !== undefined) return undefined;
    return isFenced ? FENCED : UNHEARD;
  }

  /** Undefined where it uses something, or the step has been done meanwhile: it was asked twice, and the other one came first. */
  #decideEmptied(left: string | undefined, evenUsed: boolean): Decision<Leaving | undefined> {
    const { state } = this.#ledger;
    const { present, now } = this.#holding;
    const isOver = present === undefined || this.#parent !== left;
    if (isOver || (!evenUsed && hasAny(usesOf(state, present.held, now))))
      return { events: [], value: undefined };
    const { heardAt: _, ...silent } = giveUp(present);
    const emptied: Holding = { ...silent, held: NOTHING, wished: NOTHING };
    const { firm, child } = this.#holding;
    const leaving = { firm, child, incarnation: emptied.incarnation };
    return { events: this.#holding.heldBy(emptied), holding: emptied, value: leaving };
  }

  /**
   * It is nobody to that one any more, also where it comes back. Where it was asked to leave twice the first answer has said so, and it may be
   * another one's child by now, which knows it by its name.
   */
  #decideNobody(incarnation: string): Decision<null> {
    if (this.#holding.present?.incarnation !== incarnation) return { events: [], value: null };
    return { events: [], holding: loadHolding(undefined, randomHex(16)), value: null };
  }

  /** Limits and states of the parent are there when the account is answered, if it can be reached. */
  async met({ parent }: Naming): Promise<void> {
    if (parent !== undefined) await ifWithin(this.#link.askAnew(), ASK_MS_MAX);
  }
}

const FIRST_PART = partChild(0);

/**
 * Part 0 has counted as its own what another part has used in the day and in windows. Itself it makes room for the account, whose place the
 * split's node had, and the account for that one.
 */
function heirOf(child: ChildName, account: string): ChildName {
  if (child === FIRST_PART) return `account:${account}`;
  return child.startsWith("part:") ? FIRST_PART : childNameOf(`account:${account}`);
}

const AWAY = refusal(
  "parent-away",
  "a parent that is named or left does not answer; nothing has been changed",
);
const UNHEARD = refusal("parent-away", "the parent that is left does not answer");
const FENCED = refusal("child-fenced", "its parent has to admit it first");
const HOLDS = refusal("child-holds", "the account still uses something of what its parent granted");

const faulty = (refused: Refusal): Refusal => ({
  ...refused,
  errors: [{ path: "parent", code: refused.code, detail: refused.detail ?? refused.code }],
});
