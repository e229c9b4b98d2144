/** One turn of each command that changes something: look up, decide; then record, fold and render. Free of the platform, so tests run it too. */
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Clock } from "../runtime/clock.ts";
import { OUTBOX_FACTS_MAX, type Outbox } from "../runtime/outbox.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { apply } from "./apply.ts";
import { decidePut, type PutAccepted, type PutRefused } from "./decide.ts";
import { encodeFact, type InstrumentPut } from "./events.ts";
import type { InstrumentLine } from "./messages.ts";
import { publicList } from "./public.ts";
import type { DirectoryState } from "./state.ts";
import type { InstrumentStore, Stored } from "./store.ts";

type Parts = {
  readonly state: DirectoryState;
  readonly store: InstrumentStore;
  readonly outbox: Pick<Outbox, "add" | "depth">;
  readonly clock: Clock;
};

export type Put = {
  readonly decision: PutAccepted | PutRefused;
  readonly before: ReadonlyMap<string, Stored>;
};

export class DirectoryTurns {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  decidePut(lines: readonly InstrumentLine[]): Put {
    const { state, store, outbox } = this.#parts;
    const before = store.find(lines.map((line) => line.symbol));
    const present = new Map([...before].map(([symbol, stored]) => [symbol, stored.instrument]));
    return { decision: decidePut(state, lines, present, OUTBOX_FACTS_MAX - outbox.depth), before };
  }

  settlePut({ decision, before }: Put): ActorReply<string> {
    if (!decision.ok) return decision;
    for (const instrument of decision.changed)
      this.#record({ kind: "instrument-put", instrument }, before.get(instrument.symbol));
    return answer(publicList(decision.stored));
  }

  /** Symbols that never asked are not told: 100,000 imported instruments wake no actor. */
  #record(fact: InstrumentPut, before: Stored | undefined): void {
    const { state, store, outbox, clock } = this.#parts;
    const { instrument } = fact;
    outbox.add(
      fact.kind,
      encodeFact(fact),
      clock.now(),
      before?.held === true ? [symbolDestination(instrument.symbol)] : [],
    );
    apply(state, fact);
    store.put(instrument, before);
  }

  hold(symbol: string): Instrument | undefined {
    const { state, store } = this.#parts;
    const stored = store.find([symbol]).get(symbol);
    if (stored === undefined || stored.held) return stored?.instrument;
    apply(state, { kind: "instrument-held", symbol: stored.instrument.symbol });
    store.hold(stored.instrument);
    return stored.instrument;
  }
}

export const symbolDestination = (symbol: string): string => `symbol/${symbol}`;
