/**
 * What the account has: by currency, exactly, and what that comes to in its own. A fill, cash, a price and a rate each change it by their
 * difference, so nothing here grows with the book but the price of a symbol that many strategies hold.
 */
import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { FLAT, type Position, unrealisedAt } from "../../src/domain/position.ts";
import { converted, type FxRate, worthAt } from "../../src/domain/worth.ts";
import { NO_PURSE } from "./book-records.ts";
import { put, set, type Trail } from "./changes.ts";
import { fxOf } from "./fx.ts";
import { moveMade } from "./made.ts";
import { totalIn } from "./purses.ts";
import { lineKey, type PositionRecord, type Purse, type RiskState } from "./state.ts";
import { usableMark } from "./valuation.ts";

/** Each part in the account's currency, rounded for itself; the rest is their sum. */
export const convertedPurse = (purse: Purse, fx: FxRate | undefined): Purse => ({
  cash: converted(purse.cash, fx),
  realised: converted(purse.realised, fx),
  unrealised: converted(purse.unrealised, fx),
  fees: converted(purse.fees, fx),
  funding: converted(purse.funding, fx),
});

/** The one way that a position changes: what it has realised, paid and received since moves the account's funds. */
export function putPosition(state: RiskState, record: PositionRecord, trail?: Trail): void {
  const { symbol, strategy, position } = record;
  const instrument = state.instruments.get(symbol);
  assert(instrument !== undefined, "what is booked is booked in a known instrument");
  const key = lineKey(symbol, strategy);
  const known = state.positions.get(key);
  const before = known?.position ?? FLAT;
  put(state.positions, key, record, trail);
  if (record.brought !== known?.brought) set(state.losses, "broughtAsOf", {}, trail);
  const unrealised = unrealisedNow(state, instrument, position) - unrealisedNow(state, instrument, before);
  if (unrealised !== 0n) {
    const sum = (state.unrealised.get(symbol) ?? 0n) + unrealised;
    put(state.unrealised, symbol, sum === 0n ? undefined : sum, trail);
  }
  const change = {
    cash: 0n,
    realised: position.realised - before.realised,
    unrealised,
    fees: position.fees - before.fees,
    funding: position.funding - before.funding,
  };
  movePurse(state, instrument.currency, change, trail);
  moveMade(state.losses.made, { key, strategy, currency: instrument.currency }, change, trail);
}

/** What comes in or goes out of the account that no position has earned. */
export function moveCash(state: RiskState, currency: string, amount: bigint, trail?: Trail): void {
  movePurse(state, currency, { ...NO_PURSE, cash: amount }, trail);
}

/** After a new mark of the symbol. */
export function reprice(state: RiskState, symbol: Symbol): void {
  const instrument = state.instruments.get(symbol);
  const line = state.symbolLines.get(symbol);
  if (instrument === undefined || line === undefined) return;
  let sum = 0n;
  for (const strategy of line.strategies) {
    const key = lineKey(symbol, strategy);
    const held = state.positions.get(key);
    if (held === undefined) continue;
    const unrealised = unrealisedNow(state, instrument, held.position);
    sum += unrealised;
    const moved = state.losses.made && unrealised - (state.losses.made.unrealised.get(key) ?? 0n);
    if (moved)
      moveMade(
        state.losses.made,
        { key, strategy, currency: instrument.currency },
        { ...NO_PURSE, unrealised: moved },
      );
  }
  const before = state.unrealised.get(symbol) ?? 0n;
  if (sum === before) return;
  put(state.unrealised, symbol, sum === 0n ? undefined : sum, undefined);
  movePurse(state, instrument.currency, { ...NO_PURSE, unrealised: sum - before }, undefined);
}

/** After a new rate of one currency, a new starting capital, or other symbols for rates: all purses anew. */
export function recount(state: RiskState): void {
  let equity: bigint = state.account?.equity ?? 0n;
  let unconverted = 0;
  for (const [currency, purse] of state.purses) {
    const worth = worthIn(state, currency, purse);
    equity += worth ?? 0n;
    unconverted += Number(worth === undefined);
  }
  state.funds = { equity, unconverted };
}

/** At the symbol's mark; without one nothing is gained or lost that is known of. */
export function unrealisedNow(state: RiskState, instrument: Instrument, position: Position): bigint {
  if (position.qty === 0n) return 0n;
  const { doubled } = usableMark(state.marks.get(instrument.symbol));
  const worth = doubled === undefined ? undefined : worthAt(instrument, doubled);
  return worth === undefined ? 0n : unrealisedAt(position, worth, instrument);
}

function movePurse(state: RiskState, currency: string, change: Purse, trail: Trail | undefined): void {
  const before = state.purses.get(currency) ?? NO_PURSE;
  const after = {
    cash: before.cash + change.cash,
    realised: before.realised + change.realised,
    unrealised: before.unrealised + change.unrealised,
    fees: before.fees + change.fees,
    funding: before.funding + change.funding,
  };
  put(state.purses, currency, isEmpty(after) ? undefined : after, trail);
  const [worthBefore, worthAfter] = [worthIn(state, currency, before), worthIn(state, currency, after)];
  const { equity, unconverted } = state.funds;
  const moved = {
    equity: equity + (worthAfter ?? 0n) - (worthBefore ?? 0n),
    unconverted: unconverted + Number(worthAfter === undefined) - Number(worthBefore === undefined),
  };
  set(state, "funds", moved, trail);
}

/** Undefined where there is something, and no rate that leads to the account's currency. */
function worthIn(state: RiskState, currency: string, purse: Purse): bigint | undefined {
  if (isEmpty(purse)) return 0n;
  const fx = fxOf(state, currency);
  if (fx === undefined) return undefined;
  const own = fx === "own" ? purse : convertedPurse(purse, fx);
  return own.cash + totalIn(own);
}

const isEmpty = ({ cash, realised, unrealised, fees, funding }: Purse): boolean =>
  cash === 0n && realised === 0n && unrealised === 0n && fees === 0n && funding === 0n;
