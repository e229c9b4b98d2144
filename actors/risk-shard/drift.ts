/**
 * What strategies hold in a symbol is what the account holds in it. Looked at once a group, for symbols in which it booked something;
 * where it is not so, that is said once for each difference, and nothing is made right by itself.
 */
import type { Symbol } from "../../src/domain/ids.ts";
import type { PositionDrift, RiskEvent, ViolationRaised } from "./events.ts";
import { lineKey, NO_STRATEGY, type RiskState } from "./state.ts";

type Record = (events: readonly RiskEvent[]) => void;

export class DriftCheck {
  readonly #state: RiskState;
  readonly #record: Record;
  readonly #now: () => number;
  readonly #touched = new Set<Symbol>();
  /** Differences that were said, by symbol. */
  readonly #said = new Map<Symbol, bigint>();

  constructor(state: RiskState, record: Record, now: () => number) {
    this.#state = state;
    this.#record = record;
    this.#now = now;
  }

  note(event: RiskEvent): void {
    if ("position" in event && event.position !== undefined) this.#touched.add(event.position.symbol);
  }

  /** Inside the group's transaction, before anything of it is written. */
  write(): void {
    if (this.#touched.size === 0) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const symbol of touched) this.#look(symbol);
  }

  #look(symbol: Symbol): void {
    const { ofAccount, ofStrategies } = heldIn(this.#state, symbol);
    const difference = ofStrategies - ofAccount;
    if (difference === (this.#said.get(symbol) ?? 0n)) return;
    if (difference === 0n) {
      this.#said.delete(symbol);
      return;
    }
    this.#said.set(symbol, difference);
    const at = this.#now();
    const drift: PositionDrift = { kind: "position-drift", at, symbol, ofStrategies, ofAccount };
    const violation: ViolationRaised = {
      ...{ kind: "violation-raised", at, code: "position-drift", symbol, strategy: NO_STRATEGY },
    };
    this.#record([drift, violation]);
  }
}

/** The positions of strategies, and of none, beside the line that exposures are summed from. */
function heldIn(state: RiskState, symbol: Symbol): { ofAccount: bigint; ofStrategies: bigint } {
  const line = state.symbolLines.get(symbol);
  let ofStrategies = 0n;
  for (const strategy of line?.strategies ?? [])
    ofStrategies += state.positions.get(lineKey(symbol, strategy))?.position.qty ?? 0n;
  return { ofAccount: line?.pos ?? 0n, ofStrategies };
}
