/** Decisions, fills and violations as they are recorded: a repeat and a dry run make no event. */
import type { Counter, Meter } from "../runtime/meter.ts";
import type { OrderDecided, RiskEvent } from "./events.ts";

export class EventCounts {
  readonly #decided: (decision: OrderDecided["decision"]) => Counter;
  readonly #fills: Counter;
  readonly #violations: Counter;

  constructor(meter: Meter) {
    this.#decided = meter.counters("outcry_orders_total");
    this.#fills = meter.counter("outcry_fills_total");
    this.#violations = meter.counter("outcry_violations_total");
  }

  count(event: RiskEvent): void {
    if (event.kind === "order-decided") this.#decided(event.decision).add();
    else if (event.kind === "violation-raised") this.#violations.add();
    else if (event.kind === "execution-booked" && event.type === "fill" && !event.opening) this.#fills.add();
  }
}
