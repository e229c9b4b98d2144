/** What becomes of the gap ticks of one request: each as the ledger stands behind those before it. */
import type { GapTold, SymbolEvent } from "../events.ts";
import type { Rejection, TickReport } from "../messages.ts";
import { factsOfGaps } from "./gap-flags.ts";
import type { GapLedger } from "./gaps.ts";

type Decided = { readonly events: SymbolEvent[]; readonly report: TickReport };

export class GapDecisions {
  readonly #known: GapLedger;
  readonly #at: number;
  #tried: GapLedger | undefined;

  constructor(known: GapLedger, at: number) {
    this.#known = known;
    this.#at = at;
  }

  /** What the ledger has already is a duplicate, and so is the filling of what it does not have. `takes`: whether so many facts find room. */
  decide(told: GapTold, index: number, takes: (facts: number) => boolean, { events, report }: Decided): void {
    this.#tried ??= this.#known.copy();
    const changed = this.#tried.tell(told, this.#at);
    if (changed.length === 0) report.duplicates += 1;
    else if (takes(factsOfGaps(changed))) {
      report.accepted += 1;
      events.push({ kind: "gap-noted", told, at: this.#at });
    } else report.rejected.push(overloaded(index));
  }
}

export const overloaded = (index: number): Rejection => ({
  ...{ index, code: "overloaded", detail: "too many facts wait for Postgres", retryable: true },
});
