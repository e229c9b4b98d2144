/** Whether what a topic is about exists, asked before its actor is addressed. Existence never ends, so a yes is remembered and a no is not. */
import type { ActorPorts } from "../../src/ports.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, refusal } from "../runtime/reply.ts";
import type { TopicRefusal } from "../runtime/streams/topic.ts";
import { ifWithin } from "../runtime/within.ts";
import { ASKED_NAMES_MAX, KNOWN_NAMES_MAX, OPENING_MS_MAX } from "./limits.ts";
import type { Existing, TopicAddress } from "./topic-address.ts";

type Neighbours = Pick<ActorPorts, "instrumentDirectory" | "tenantDirectory">;
type Verdicts = Map<string, TopicRefusal | undefined>;
type KnownSymbols = Promise<ActorReply<readonly string[]>>;

const UNKNOWN_SYMBOL: TopicRefusal = { code: "symbol-unknown", detail: "no instrument has this symbol" };
const AWAY = refusal("dependency-unavailable", "it is not known now whether that exists");

export class ExistingNames {
  readonly #neighbours: Neighbours;
  readonly #known = new Set<string>();
  /** Symbols that somebody has asked for and that are not answered: a crowd that comes back wants the same. */
  readonly #asked = new Map<string, KnownSymbols>();

  constructor(neighbours: Neighbours) {
    this.#neighbours = neighbours;
  }

  get size(): number {
    return this.#known.size;
  }
  get asked(): number {
    return this.#asked.size;
  }

  /** Why a topic's actor must not be addressed; undefined where it may. */
  async refusals(envelope: Envelope, addresses: readonly TopicAddress[]): Promise<Verdicts> {
    const verdicts: Verdicts = new Map();
    const unknown = addresses.filter(
      ({ actor, needs }) => needs.kind !== "nothing" && !this.#known.has(actor),
    );
    if (unknown.length === 0) return verdicts;
    await this.#askSymbols(
      envelope,
      unknown.filter(({ needs }) => needs.kind === "symbol"),
      verdicts,
    );
    for (const address of unknown) {
      if (address.needs.kind === "symbol" || verdicts.has(address.actor)) continue;
      const reply = await this.#askTenant(envelope, address.needs);
      verdicts.set(address.actor, reply.ok ? undefined : refusalOf(reply));
      if (reply.ok) this.#note(address.actor);
    }
    return verdicts;
  }

  async #askSymbols(
    envelope: Envelope,
    addresses: readonly TopicAddress[],
    verdicts: Verdicts,
  ): Promise<void> {
    const names = addresses.map(({ needs }) => (needs.kind === "symbol" ? needs.name : ""));
    const fresh = [...new Set(names)].filter((name) => !this.#asked.has(name));
    const own = fresh.length === 0 ? undefined : this.#askTogether(envelope, fresh);
    const replies = names.map((name) => this.#asked.get(name) ?? own);
    const known = new Map<KnownSymbols | undefined, ReadonlySet<string>>();
    for (const [index, { actor }] of addresses.entries()) {
      const asked = replies[index];
      const reply = (await asked) ?? AWAY;
      const found = known.get(asked) ?? new Set(reply.ok ? reply.value : []);
      known.set(asked, found);
      if (found.has(names[index] ?? "")) this.#note(actor);
      else verdicts.set(actor, reply.ok ? UNKNOWN_SYMBOL : refusalOf(reply));
    }
  }

  /** Whoever wants one of them meanwhile waits for this answer. */
  #askTogether(envelope: Envelope, symbols: readonly string[]): KnownSymbols {
    const shared = symbols.slice(0, Math.max(0, ASKED_NAMES_MAX - this.#asked.size));
    const reply = answered(() => this.#neighbours.instrumentDirectory().known(envelope, symbols));
    const done = reply.finally(() => {
      for (const symbol of shared) this.#asked.delete(symbol);
    });
    for (const symbol of shared) this.#asked.set(symbol, done);
    return done;
  }

  async #askTenant(envelope: Envelope, needs: Existing): Promise<ActorReply<unknown>> {
    const { tenant } = envelope.principal;
    if (needs.kind === "strategy") {
      const reply = await answered(() =>
        this.#neighbours.tenantDirectory(tenant).accountOf(envelope, needs.name),
      );
      return reply.ok || reply.code !== "strategy-unknown"
        ? reply
        : refusal("strategy-unknown", "the tenant has no such strategy");
    }
    if (needs.kind !== "account") return AWAY;
    const reply = await answered(() =>
      this.#neighbours.tenantDirectory(tenant).hasAccount(envelope, needs.name),
    );
    return reply.ok && !reply.value ? refusal("account-unknown", "the tenant has no such account") : reply;
  }

  #note(actor: string): void {
    if (this.#known.size >= KNOWN_NAMES_MAX) this.#known.clear();
    this.#known.add(actor);
  }
}

async function answered<Value>(call: () => Promise<ActorReply<Value>>): Promise<ActorReply<Value>> {
  // A stub may throw before it calls.
  const asked = async () => call();
  return (await ifWithin(asked(), OPENING_MS_MAX)) ?? AWAY;
}

const refusalOf = ({
  code,
  detail,
}: {
  readonly code: string;
  readonly detail?: string | undefined;
}): TopicRefusal => ({
  code,
  detail: detail ?? "not now",
});
