/** What an import brought along was made elsewhere, before: it is part of the account since, and profit of no day of it. */
import { assert } from "../../src/domain/assert.ts";
import { money } from "../../src/domain/money.ts";
import type { Position } from "../../src/domain/position.ts";
import { NO_PURSE } from "./book-records.ts";
import type { Brought } from "./brought-codec.ts";
import { unrealisedNow } from "./funds.ts";
import type { MovedBasis } from "./loss-records.ts";
import { movedLines } from "./moved-lines.ts";
import type { PositionRecord, Purse, RiskState } from "./state.ts";

/** The line after an opening that the next fact records. What is without a price stands at its cost. */
export function withBrought(state: RiskState, before: PositionRecord, position: Position): PositionRecord {
  const instrument = state.instruments.get(before.symbol);
  assert(instrument !== undefined, "a line is imported in a known instrument");
  const held = before.position;
  const { brought } = before;
  const earlier = brought !== undefined && isOfDay(state, brought) ? brought : undefined;
  const unrealised = unrealisedNow(state, instrument, position) - unrealisedNow(state, instrument, held);
  return {
    ...before,
    position,
    brought: {
      seq: state.seq + 1,
      realised: money(position.realised - held.realised + (earlier?.realised ?? 0n)),
      unrealised: money(unrealised + (earlier?.unrealised ?? 0n)),
      fees: money(position.fees - held.fees + (earlier?.fees ?? 0n)),
    },
  };
}

/** After the last close. */
const isOfDay = ({ closing }: RiskState, { seq }: Brought): boolean => seq > (closing?.seq ?? 0);

/** Lines that came with an import or from another part since the last close, and what they had made by then, in their instruments' currencies. */
export const broughtLines = (state: RiskState): readonly BroughtLine[] => [
  ...importedLines(state),
  ...movedLines(state),
];

type BroughtLine = Pick<MovedBasis, "symbol" | "strategy" | "currency" | "made">;

export function importedLines(state: RiskState): readonly BroughtLine[] {
  return [...state.positions.values()].flatMap(({ symbol, strategy, brought }) => {
    if (brought === undefined || !isOfDay(state, brought)) return [];
    const instrument = state.instruments.get(symbol);
    assert(instrument !== undefined, "a position is of a known instrument");
    const { realised, unrealised, fees } = brought;
    const made: Purse = { ...NO_PURSE, realised, unrealised, fees };
    return [{ symbol, strategy, currency: instrument.currency, made }];
  });
}
