/** The commands of the keyring as turns: what is decided, then what is recorded, folded and rendered. Free of the platform, so tests run them too. */
import { assert } from "../../src/domain/assert.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Outbox } from "../runtime/outbox.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Vitals } from "../runtime/vitals.ts";
import { apply } from "./apply.ts";
import { BOUNDS } from "./bounds.ts";
import type { Caller } from "./caller.ts";
import { createKey, type Decision, issueTicket, type Redemption, redeemTicket, revokeKey } from "./decide.ts";
import { factOf, type KeyringEvent, prefixOf } from "./events.ts";
import { keysVisible, publicKey } from "./listing.ts";
import type { Credential, KeyBody, KeyPage, NewKeyReply, TicketReply } from "./messages.ts";
import type { Attempt, MadeKey, NewTicket } from "./secrets.ts";
import type { KeyringState } from "./state.ts";
import type { KeyringStore } from "./store.ts";
import { credentialOf, holdsStill } from "./verify.ts";

type Surroundings = {
  readonly outbox: Pick<Outbox, "add">;
  readonly clock: Clock;
  readonly vitals: Pick<Vitals, "measures">;
};

export class KeyringTurns {
  readonly #state: KeyringState;
  readonly #store: KeyringStore;
  readonly #outbox: Pick<Outbox, "add">;
  readonly #clock: Clock;

  constructor(store: KeyringStore, bricks: Surroundings) {
    this.#state = store.load();
    this.#store = store;
    this.#outbox = bricks.outbox;
    this.#clock = bricks.clock;
    bricks.vitals.measures(BOUNDS, { "table:idempotency": () => store.creations.size }, () => this.#state);
  }

  create(made: MadeKey, body: KeyBody, caller: Caller, attempt?: Attempt): Turn<Decision | Refusal, string> {
    const { id, digest, secret } = made;
    return {
      decide: () =>
        this.#reused(attempt) ?? createKey(this.#state, { id, digest, body }, caller, this.#clock.now()),
      settle: (decision) => {
        if (!decision.ok) return decision;
        this.#record(decision.events);
        if (attempt !== undefined) this.#store.creations.remember(attempt.key, attempt.bodyHash, id);
        const key = this.#state.keys.get(id);
        assert(key !== undefined, "an accepted creation makes the key");
        const shown: NewKeyReply = { ...publicKey(key), key: `${prefixOf(id)}_${secret}` };
        return answer(JSON.stringify(shown));
      },
    };
  }

  revoke(id: string, caller: Caller): Turn<Decision, null> {
    return {
      decide: () => revokeKey(this.#state, id, caller, this.#clock.now()),
      settle: (decision) => this.#settle(decision, () => answer(null)),
    };
  }

  issue({ ticket, digest }: NewTicket, credential: Credential): Turn<Decision, string> {
    return {
      decide: () => issueTicket(this.#state, digest, credential, this.#clock.now()),
      settle: (decision) =>
        this.#settle(decision, () => {
          const issued = this.#state.tickets.get(digest);
          assert(issued !== undefined, "an accepted ticket is there");
          const shown: TicketReply = { ticket, expiresAt: issued.expiresAt };
          return answer(JSON.stringify(shown));
        }),
    };
  }

  redeem(digest: string): Turn<Redemption, Credential> {
    return {
      decide: () => redeemTicket(this.#state, digest, this.#clock.now()),
      settle: ({ events, credential }) => {
        this.#record(events);
        return credential === undefined ? UNAUTHENTICATED : answer(credential);
      },
    };
  }

  verify(id: string, digest: string): ActorReply<Credential> {
    const credential = credentialOf(this.#state, id, digest, this.#clock.now());
    return credential === undefined ? UNAUTHENTICATED : answer(credential);
  }

  stillValid(credential: Credential, hasRootKey: boolean): ActorReply<boolean> {
    return answer(holdsStill(this.#state, credential, hasRootKey, this.#clock.now()));
  }

  list(caller: Caller, query: { limit: number; after?: string }): KeyPage {
    return keysVisible(this.#state, caller, query);
  }

  /** The secret of a repeat could be shown again only if it were stored. */
  #reused(attempt: Attempt | undefined): Refusal | undefined {
    const made = attempt === undefined ? undefined : this.#store.creations.find(attempt.key);
    if (made === undefined) return undefined;
    const why =
      made.bodyHash === attempt?.bodyHash
        ? "the secret was shown in the first reply, once"
        : "the body was another";
    return refusal("idempotency-key-reused", `this Idempotency-Key made the key ${made.reply}; ${why}`);
  }

  #settle<Value>(decision: Decision, render: () => ActorReply<Value>): ActorReply<Value> {
    if (!decision.ok) return decision;
    this.#record(decision.events);
    return render();
  }

  #record(events: readonly KeyringEvent[]): void {
    const now = this.#clock.now();
    for (const event of events) {
      const payload = factOf(event);
      if (payload !== undefined) this.#outbox.add(event.kind, payload, now);
      apply(this.#state, event);
      this.#store.mark(event);
    }
  }
}

const UNAUTHENTICATED = refusal("unauthenticated");
