/** An account that names a parent: that one is known and has the same currency, and the one before has back what it had granted. */
import type { ActorPorts } from "../../src/ports.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type Refusal, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import type { Ledger } from "./ledger.ts";
import { ASK_MS_MAX, type ParentLink } from "./parent-link.ts";

type Naming = { readonly parent?: string | undefined; readonly currency: string };

export class ParentMoves {
  readonly #ledger: Ledger;
  readonly #link: ParentLink;
  readonly #actors: Pick<ActorPorts, "firm">;

  constructor(ledger: Ledger, link: ParentLink, actors: Pick<ActorPorts, "firm">) {
    this.#ledger = ledger;
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

  /** Called where the account can be put so. Why it cannot leave its parent, if it cannot. */
  async leave({ parent }: Naming): Promise<Refusal | undefined> {
    const { above } = this.#ledger.state;
    return above === undefined || above.parent === parent ? undefined : this.#link.leave();
  }

  /** Limits and states of the parent are there when the account is answered, if it can be reached. */
  async met({ parent }: Naming): Promise<void> {
    if (parent !== undefined) await ifWithin(this.#link.askAnew(), ASK_MS_MAX);
  }
}

const AWAY = refusal("parent-away", "the parent that is named does not answer; nothing has been changed");

const faulty = (refused: Refusal): Refusal => ({
  ...refused,
  errors: [{ path: "parent", code: refused.code, detail: refused.detail ?? refused.code }],
});
