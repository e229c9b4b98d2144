/** Decides several things in sequence, each seeing what those before it did, and leaves the state as it was. */
import { apply } from "./apply.ts";
import { retrace, type Trail } from "./changes.ts";
import type { RiskEvent } from "./events.ts";
import type { RiskState } from "./state.ts";

/** `tell` folds an event into the state for the rest of the sequence; it counts its fact. The way can be walked again when all stands. */
export type Tell = (event: RiskEvent) => Trail;

export function inSequence<Item, Verdict>(
  state: RiskState,
  items: readonly Item[],
  decideOne: (item: Item, tell: Tell) => Verdict,
): Verdict[] {
  const ways: Trail[] = [];
  const tell: Tell = (event) => {
    const way: Trail = [];
    ways.push(way);
    apply(state, event, way);
    return way;
  };
  try {
    return items.map((item) => decideOne(item, tell));
  } finally {
    for (const way of ways.reverse()) retrace(way);
  }
}
