/** What changes a split's coordinator, as turns. Free of the platform, so tests run them too. */
import type { Clock } from "../runtime/clock.ts";
import type { Outbox } from "../runtime/outbox.ts";
import { type ActorReply, answer } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Vitals } from "../runtime/vitals.ts";
import { apply } from "./apply.ts";
import { BOUNDS } from "./bounds.ts";
import { askSplit, changeSettings, type Decision, stillTrue } from "./decide.ts";
import { factOf, isTold, type SplitEvent } from "./events.ts";
import type { AccountName } from "./part-calls.ts";
import type { SplitStore } from "./store.ts";
import { planText } from "./view.ts";

export type SplitSurroundings = {
  readonly outbox: Pick<Outbox, "add">;
  readonly clock: Clock;
  readonly vitals: Pick<Vitals, "measures">;
};

export class SplitTurns {
  readonly #name: AccountName;
  readonly #store: SplitStore;
  readonly #outbox: Pick<Outbox, "add">;
  readonly #clock: Clock;

  constructor(name: AccountName, store: SplitStore, { outbox, clock, vitals }: SplitSurroundings) {
    this.#name = name;
    this.#store = store;
    this.#outbox = outbox;
    this.#clock = clock;
    vitals.measures(BOUNDS, { "table:split": () => (store.state.splits > 0 ? 1 : 0) });
  }

  ask(shards: number, by: string): Turn<Decision, string> {
    return {
      decide: () => askSplit(this.#store.state, { shards, by, at: this.#clock.now() }),
      settle: (decision) => {
        if (!decision.ok) return decision;
        this.#record(decision.events);
        return answer(planText(this.#store.state));
      },
    };
  }

  news(events: readonly SplitEvent[]): Turn<readonly SplitEvent[], null> {
    return {
      decide: () => stillTrue(this.#store.state, events),
      settle: (true_) => this.#settled(true_, null),
    };
  }

  /** Answers the number from which on every part has what is changed now. */
  changed(): Turn<readonly SplitEvent[], number> {
    return {
      decide: () => changeSettings(this.#store.state, this.#clock.now()),
      settle: (events) => {
        this.#record(events);
        return answer(this.#store.state.settings);
      },
    };
  }

  #settled<Value>(events: readonly SplitEvent[], value: Value): ActorReply<Value> {
    this.#record(events);
    return answer(value);
  }

  #record(events: readonly SplitEvent[]): void {
    const now = this.#clock.now();
    for (const event of events) {
      if (isTold(event))
        this.#outbox.add(event.kind, factOf(this.#name.tenant, this.#name.account, event), now);
      this.#store.put(apply(this.#store.state, event));
    }
  }
}
