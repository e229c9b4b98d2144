/** A line set right by hand, in the name of who did it: one entry of its journal, what its strategy hears, and what it violates. */
import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { FLAT } from "../../src/domain/position.ts";
import { afterEntry } from "../../src/quant/money/average.ts";
import type { HoldingChange, Trade } from "../../src/quant/money/entry.ts";
import { sumOf } from "../../src/quant/money/holding.ts";
import { raised } from "./book-fill.ts";
import type { Adjusted, Adjustment, RiskEvent } from "./events.ts";
import { holdingNews } from "./news.ts";
import type { Tell } from "./sequence.ts";
import { usesFor, violationOf } from "./standing-limits.ts";
import { lineKey, type PositionRecord, type RiskState } from "./state.ts";

export type AdjustedLine = { readonly symbol: Symbol; readonly strategy: string };

/** The entries follow each other at one moment: whoever follows the line is told what they come to, not what lies between them. */
export function adjustLine(
  state: RiskState,
  line: AdjustedLine,
  entries: readonly Trade[],
  adjustment: Adjustment,
  tell: Tell,
): RiskEvent[] {
  const { at } = adjustment;
  const usedBefore = usesFor(state, line, state.limits.limits, at);
  const events: RiskEvent[] = [];
  const book = (event: RiskEvent): void => {
    events.push(event);
    tell(event);
  };
  const changes: HoldingChange[] = [];
  for (const entry of entries) {
    const adjusted = adjustedEvent(state, line, entry, adjustment);
    changes.push(...adjusted.revised);
    book(adjusted);
  }
  const held = state.positions.get(lineKey(line.symbol, line.strategy));
  assert(held !== undefined, "what was adjusted is there");
  for (const news of newsOf(state, held, changes, adjustment)) book(news);
  for (const use of raised(usedBefore, usesFor(state, line, state.limits.limits, at)))
    book(violationOf(use, at));
  return events;
}

function adjustedEvent(
  state: RiskState,
  { symbol, strategy }: AdjustedLine,
  entry: Trade,
  adjustment: Adjustment,
): Adjusted {
  const instrument = state.instruments.get(symbol);
  assert(instrument !== undefined, "a line is adjusted in a known instrument");
  const held = state.positions.get(lineKey(symbol, strategy)) ?? { symbol, strategy, position: FLAT };
  const { position, changes } = afterEntry(held.position, entry, instrument, held.splits);
  return {
    ...{ kind: "adjusted", ...adjustment, id: entry.id, symbol, strategy, orders: [], added: false },
    ...{ journal: { add: entry }, position: { ...held, position }, revised: changes },
  };
}

function newsOf(
  state: RiskState,
  held: PositionRecord,
  changes: readonly HoldingChange[],
  { at }: Adjustment,
): RiskEvent[] {
  const [first] = changes;
  if (first === undefined) return [];
  const { id, ts } = first;
  const sum = { ...changes.slice(1).reduce<ReturnType<typeof sumOf>>(sumOf, first), id, ts };
  return holdingNews(state, held, { reason: "adjustment", execId: id, revised: [sum], at });
}
