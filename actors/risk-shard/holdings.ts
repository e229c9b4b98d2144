/** What lines hold by a method of cost. Average cost is in memory; by lots each journal that is asked for is folded. */
import { assert } from "../../src/domain/assert.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { moneyText } from "../../src/domain/money.ts";
import { signedCost, unrealisedAt } from "../../src/domain/position.ts";
import { gainOf, valueOf, type Worth, worthAt } from "../../src/domain/worth.ts";
import { lotsOf } from "../../src/quant/money/journal.ts";
import type { Lots } from "../../src/quant/money/lots.ts";
import { HOLDINGS_ENTRIES_MAX, HOLDINGS_PAGE_MAX } from "./capacity.ts";
import type { JournalRows } from "./journal-rows.ts";
import type { CostMethod, HeldLine, HoldingsPage, HoldingsQuery } from "./messages.ts";
import { lineKey, type PositionRecord, type RiskState } from "./state.ts";
import { usableMark } from "./valuation.ts";

/** By symbol and strategy. A page ends early where its journals are long, and never without a line. */
export function holdingsPage(state: RiskState, journals: JournalRows, query: HoldingsQuery): HoldingsPage {
  const { method, after = "", limit } = query;
  const asked = linesOf(state, query)
    .filter(([key]) => key > after)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const items: HeldLine[] = [];
  let folded = 0;
  let last: string | undefined;
  for (const [key, record] of asked) {
    folded += method === "average" ? 0 : journals.sizeOf(key);
    if (items.length >= Math.min(limit, HOLDINGS_PAGE_MAX)) break;
    if (items.length > 0 && folded > HOLDINGS_ENTRIES_MAX) break;
    items.push(heldLine(state, journals, record, query));
    last = key;
  }
  const { seq } = state;
  return items.length < asked.length && last !== undefined ? { items, next: last, seq } : { items, seq };
}

/** One line is found, not looked for. */
function linesOf(state: RiskState, { symbol, strategy }: HoldingsQuery): [string, PositionRecord][] {
  if (symbol !== undefined && strategy !== undefined) {
    const record = state.positions.get(lineKey(symbol, strategy));
    return record === undefined ? [] : [[lineKey(symbol, strategy), record]];
  }
  return [...state.positions].filter(
    ([, one]) =>
      (symbol === undefined || one.symbol === symbol) &&
      (strategy === undefined || one.strategy === strategy),
  );
}

function heldLine(
  state: RiskState,
  journals: JournalRows,
  record: PositionRecord,
  { method, lots: withLots = false }: HoldingsQuery,
): HeldLine {
  const { symbol, strategy, position } = record;
  const instrument = state.instruments.get(symbol);
  assert(instrument !== undefined, "a position is of a known instrument");
  const { doubled } = usableMark(state.marks.get(symbol));
  const worth = doubled === undefined ? undefined : worthAt(instrument, doubled);
  const seen = method === "average" ? undefined : lotsIn(journals, record, method, instrument);
  const { sizeScale, currency } = instrument;
  const { fees, funding } = position;
  const shared = {
    ...{ symbol, strategy, currency, qty: decimalText(position.qty, sizeScale) },
    ...{ fees: moneyText(fees), funding: moneyText(funding) },
  };
  if (seen === undefined)
    return {
      ...shared,
      cost: moneyText(signedCost(position)),
      realised: moneyText(position.realised),
      unrealised: shown(position.qty, worth, (one) => unrealisedAt(position, one, instrument)),
      ...(method === "average" ? {} : { unavailable: "journal-folded" as const }),
    };
  const cost = seen.lots.reduce((sum, lot) => sum + lot.cost, 0n);
  return {
    ...shared,
    cost: moneyText(cost),
    realised: moneyText(seen.realised),
    unrealised: shown(position.qty, worth, (one) => gainOf(instrument, valueOf(position.qty, one), cost)),
    ...(withLots
      ? {
          lots: seen.lots.map((lot) => ({
            ...{ qty: decimalText(lot.qty, sizeScale), cost: moneyText(lot.cost), ts: lot.ts },
          })),
        }
      : {}),
  };
}

function lotsIn(
  journals: JournalRows,
  { symbol, strategy }: PositionRecord,
  method: Exclude<CostMethod, "average">,
  instrument: Instrument,
): Lots | undefined {
  const { entries, from } = journals.read(lineKey(symbol, strategy));
  return lotsOf(entries, method, instrument, from);
}

/** Nothing held gains nothing, whatever the price; what is held without a price gains nobody knows what. */
function shown(qty: bigint, worth: Worth | undefined, gain: (worth: Worth) => bigint): string | null {
  if (qty === 0n) return "0";
  return worth === undefined ? null : moneyText(gain(worth));
}
