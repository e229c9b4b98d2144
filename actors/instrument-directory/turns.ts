/** The commands of the directory as turns: what is looked up and decided, then what is recorded, folded and rendered. Free of the platform, so tests run them too. */
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Outbox } from "../runtime/outbox.ts";
import { answer, type Refusal, refusal } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Vitals } from "../runtime/vitals.ts";
import { aliasesOf } from "./aliases.ts";
import { apply } from "./apply.ts";
import { BOUNDS } from "./bounds.ts";
import { decidePut, type PutAccepted, type PutRefused } from "./decide.ts";
import { encodeFact, type InstrumentPut } from "./events.ts";
import type { InstrumentLine } from "./messages.ts";
import { publicText } from "./public.ts";
import type { DirectoryState } from "./state.ts";
import type { InstrumentStore, Stored } from "./store.ts";

/** What the directory needs of the bricks. */
type Surroundings = {
  readonly outbox: Pick<Outbox, "add" | "roomRefusal">;
  readonly clock: Clock;
  readonly vitals: Pick<Vitals, "measures">;
};

export type Put = {
  readonly decision: PutAccepted | PutRefused | Refusal;
  readonly before: ReadonlyMap<string, Stored>;
};

export class DirectoryTurns {
  readonly #state: DirectoryState;
  readonly #store: InstrumentStore;
  readonly #outbox: Surroundings["outbox"];
  readonly #clock: Clock;

  constructor(store: InstrumentStore, { outbox, clock, vitals }: Surroundings) {
    this.#state = store.load();
    this.#store = store;
    this.#outbox = outbox;
    this.#clock = clock;
    vitals.measures(BOUNDS, {}, () => this.#state);
  }

  put(lines: readonly InstrumentLine[]): Turn<Put, string> {
    return {
      decide: () => {
        const before = this.#store.find(lines.map((line) => line.symbol));
        const present = new Map([...before].map(([symbol, stored]) => [symbol, stored.instrument]));
        const owners = this.#store.aliasOwners(lines.flatMap(aliasesOf));
        const decision = decidePut(this.#state, lines, present, owners);
        // Nothing is stored that could not be told.
        const full = decision.ok ? this.#outbox.roomRefusal(decision.changed.length) : undefined;
        return { decision: full ?? decision, before };
      },
      settle: ({ decision, before }) => {
        if (!decision.ok) return decision;
        for (const instrument of decision.changed)
          this.#record({ kind: "instrument-put", instrument }, before.get(instrument.symbol));
        return answer(`[${decision.stored.map(publicText).join(",")}]`);
      },
    };
  }

  /** Symbols that never asked are not told: 100,000 imported instruments wake no actor. */
  #record(fact: InstrumentPut, before: Stored | undefined): void {
    const { instrument } = fact;
    this.#outbox.add(
      fact.kind,
      encodeFact(fact),
      this.#clock.now(),
      before?.held === true ? [symbolDestination(instrument.symbol)] : [],
    );
    apply(this.#state, fact);
    this.#store.put(instrument, before);
  }

  /** From now on this symbol hears each change. */
  hold(symbol: string): Turn<Stored | undefined, Instrument> {
    return {
      decide: () => this.#store.find([symbol]).get(symbol),
      settle: (stored) => {
        if (stored === undefined) return UNKNOWN;
        const { instrument, held } = stored;
        if (!held) {
          apply(this.#state, { kind: "instrument-held", symbol: instrument.symbol });
          this.#store.hold(instrument);
        }
        return answer(instrument);
      },
    };
  }
}

export const UNKNOWN = refusal("instrument-unknown", "no instrument has this symbol");
export const symbolDestination = (symbol: string): string => `symbol/${symbol}`;
