/** How many ticks were taken, known already, too late or refused. */
import type { Counter, Meter } from "../../runtime/meter.ts";
import type { TicksDecision } from "../decide.ts";

export class TickOutcomes {
  readonly #accepted: Counter;
  readonly #duplicate: Counter;
  readonly #late: Counter;
  readonly #rejected: Counter;
  readonly #unknownConditions: Counter;

  constructor(meter: Meter) {
    const outcomes = meter.counters<"accepted" | "duplicate" | "late" | "rejected">("outcry_ticks_total");
    this.#accepted = outcomes("accepted");
    this.#duplicate = outcomes("duplicate");
    this.#late = outcomes("late");
    this.#rejected = outcomes("rejected");
    this.#unknownConditions = meter.counter("outcry_trade_conditions_unknown_total");
  }

  count({ accepted, duplicates, late, rejected }: TicksDecision["report"], unknownConditions: number): void {
    this.#unknownConditions.add(unknownConditions);
    this.#accepted.add(accepted);
    this.#duplicate.add(duplicates);
    this.#late.add(late);
    this.#rejected.add(rejected.length);
  }
}
