/** The commands of the directory of gateways as turns. Free of the platform, so tests run them too. */
import type { GatewayItem } from "../../src/contracts/gateways.ts";
import { GATEWAY_CONNECTIONS_MAX } from "../../src/domain/gateway.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Outbox } from "../runtime/outbox.ts";
import { type ActorReply, answer, overloaded, refusal } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Vitals } from "../runtime/vitals.ts";
import { apply } from "./apply.ts";
import { Arrivals } from "./arrivals.ts";
import { BOUNDS } from "./bounds.ts";
import { add, assign, type Decision, drain, hear } from "./decide.ts";
import { type DirectoryEvent, factOf } from "./events.ts";
import type { AssignWish, GatewayLoad, GatewayPage, GatewayStanding } from "./messages.ts";
import type { DirectoryState, GatewayEntry } from "./state.ts";
import type { GatewayStore } from "./store.ts";

/** Somebody leaves, or an operator adds one. */
const FULL_RETRY_MS = 5_000;

export type Surroundings = {
  readonly outbox: Pick<Outbox, "add">;
  readonly clock: Clock;
  readonly vitals: Pick<Vitals, "measures">;
};

export class GatewayTurns {
  readonly #state: DirectoryState;
  readonly #store: GatewayStore;
  readonly #outbox: Pick<Outbox, "add">;
  readonly #clock: Clock;
  readonly #arrivals = new Arrivals();

  constructor(store: GatewayStore, { outbox, clock, vitals }: Surroundings) {
    this.#state = store.load();
    this.#store = store;
    this.#outbox = outbox;
    this.#clock = clock;
    vitals.measures(BOUNDS, { "memory:arriving": () => this.#arrivals.size }, () => this.#state);
  }

  assign(wish: AssignWish): Turn<Decision, string> {
    return {
      decide: () => assign(this.#state, wish, (entry) => this.#loadOf(entry), this.#clock.now()),
      settle: (decision) => {
        const settled = this.#settle(decision);
        if (settled.ok) this.#arrivals.expect(settled.value, this.#clock.now());
        return settled;
      },
    };
  }

  report(load: GatewayLoad): Turn<readonly DirectoryEvent[], GatewayStanding> {
    return {
      decide: () => hear(this.#state, load),
      settle: (events) => {
        const isDraining = this.#state.gateways.get(load.gateway)?.draining;
        for (const event of events) this.#record(event);
        return isDraining === undefined
          ? refusal("not-found", "there is no such gateway")
          : answer({ isDraining });
      },
    };
  }

  add(): Turn<Decision, string> {
    return this.#operation(() => add(this.#state, this.#clock.now()));
  }

  drain(gateway: string, keep: boolean): Turn<Decision, string> {
    return this.#operation(() => drain(this.#state, gateway, keep, this.#clock.now()));
  }

  list({ limit, after }: { limit: number; after?: string }): GatewayPage {
    const all = [...this.#state.gateways.values()];
    const from = after === undefined ? 0 : all.findIndex(({ gateway }) => gateway === after) + 1;
    const page = all.slice(from, from + limit);
    const last = page.at(-1);
    const next = from + limit < all.length && last !== undefined ? { next: last.gateway } : {};
    return { items: page.map((entry) => this.#shown(entry)), total: all.length, ...next };
  }

  #operation(decide: () => Decision): Turn<Decision, string> {
    return {
      decide,
      settle: (decision) => {
        const settled = this.#settle(decision);
        const entry = settled.ok ? this.#state.gateways.get(settled.value) : undefined;
        if (!settled.ok) return settled;
        return entry === undefined ? refusal("not-found") : answer(this.#shown(entry));
      },
    };
  }

  #settle(decision: Decision): ActorReply<string> {
    if (!decision.ok)
      return decision.code === "overloaded" ? overloaded(FULL_RETRY_MS, decision.detail) : decision;
    for (const event of decision.events) this.#record(event);
    return answer(decision.gateway);
  }

  #loadOf({ gateway, connections }: GatewayEntry): number {
    return connections + this.#arrivals.countOf(gateway, this.#clock.now());
  }

  #shown(entry: GatewayEntry): string {
    const { gateway, draining, topics, addedAt, reportedAt } = entry;
    const shown: GatewayItem = {
      gateway,
      state: draining ? "draining" : "open",
      connections: this.#loadOf(entry),
      connectionsMax: GATEWAY_CONNECTIONS_MAX,
      topics,
      addedAt,
      lastReportAt: reportedAt,
    };
    return JSON.stringify(shown);
  }

  #record(event: DirectoryEvent): void {
    const payload = factOf(event);
    if (payload !== undefined) this.#outbox.add(event.kind, payload, this.#clock.now());
    apply(this.#state, event);
    if (event.kind === "gateway-left") this.#arrivals.forget(event.gateway);
    this.#store.mark(event);
  }
}
