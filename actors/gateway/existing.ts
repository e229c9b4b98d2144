/** Whether what a topic is about exists, asked before its actor is addressed. Existence never ends, so a yes is remembered and a no is not. */
import type { ActorPorts } from "../../src/ports.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, refusal } from "../runtime/reply.ts";
import type { TopicRefusal } from "../runtime/streams/topic.ts";
import { ifWithin } from "../runtime/within.ts";
import { KNOWN_NAMES_MAX, OPENING_MS_MAX } from "./limits.ts";
import type { Existing, TopicAddress } from "./topic-address.ts";

type Neighbours = Pick<ActorPorts, "instrumentDirectory" | "tenantDirectory">;
type Verdicts = Map<string, TopicRefusal | undefined>;

const AWAY = refusal("dependency-unavailable", "it is not known now whether that exists");

export class ExistingNames {
  readonly #neighbours: Neighbours;
  readonly #known = new Set<string>();

  constructor(neighbours: Neighbours) {
    this.#neighbours = neighbours;
  }

  get size(): number {
    return this.#known.size;
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
    if (addresses.length === 0) return;
    const symbols = [
      ...new Set(addresses.flatMap(({ needs }) => (needs.kind === "symbol" ? [needs.name] : []))),
    ];
    const reply = await answered(() => this.#neighbours.instrumentDirectory().known(envelope, symbols));
    const known = new Set(reply.ok ? reply.value : []);
    for (const { actor, needs } of addresses) {
      if (needs.kind !== "symbol") continue;
      if (known.has(needs.name)) this.#note(actor);
      else
        verdicts.set(
          actor,
          reply.ok ? { code: "symbol-unknown", detail: "no instrument has this symbol" } : refusalOf(reply),
        );
    }
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
