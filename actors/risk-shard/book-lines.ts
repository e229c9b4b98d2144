/** What the account holds in one symbol, line by line, as a broker sees it: as one position. */

import { scaledBigint } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { money, ZERO } from "../../src/domain/money.ts";
import { afterFill, FLAT, signedCost } from "../../src/domain/position.ts";
import type { Proposal } from "../../src/domain/reconciliation.ts";
import { valueAtText } from "../../src/domain/worth.ts";
import { defaultStrategy } from "./default-strategy.ts";
import { lineKey, NO_STRATEGY, type PositionRecord, type RiskState } from "./state.ts";

/** Lines that hold something, by their strategies' names. */
export function linesIn(state: RiskState, symbol: Symbol): PositionRecord[] {
  const strategies = state.symbolLines.get(symbol)?.strategies ?? [];
  return [...strategies]
    .sort()
    .flatMap((strategy) => state.positions.get(lineKey(symbol, strategy)) ?? [])
    .filter(({ position }) => position.qty !== 0n);
}

export const netQty = (lines: readonly PositionRecord[]): bigint =>
  lines.reduce((sum, { position }) => sum + position.qty, 0n);

export const netCost = (lines: readonly PositionRecord[]): bigint =>
  lines.reduce((sum, { position }) => sum + signedCost(position), 0n);

/** Long and short lines beside each other: their average is no price that a broker could know. */
export const isOneSided = (lines: readonly PositionRecord[]): boolean =>
  lines.every(({ position }) => position.qty > 0n) || lines.every(({ position }) => position.qty < 0n);

/** All of the lines at one price, each rounded for itself; undefined where it is no price. */
export function costAt(
  lines: readonly PositionRecord[],
  instrument: Instrument,
  price: string,
): bigint | undefined {
  let sum = 0n;
  for (const { position } of lines) {
    const value = valueAtText(instrument, position.qty, price);
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}

/** As a proposal of trades would leave them; otherwise as they are. */
export function linesAfter(
  instrument: Instrument,
  lines: readonly PositionRecord[],
  proposal: Proposal | null,
): PositionRecord[] {
  if (proposal?.action !== "trade") return [...lines];
  const after = new Map(lines.map((line) => [line.strategy, line]));
  for (const { strategy, qty: text } of proposal.lines) {
    const exact = scaledBigint(text, instrument.sizeScale);
    const qty = exact.ok ? exact.value : 0n;
    const value = valueAtText(instrument, qty < 0n ? -qty : qty, proposal.price);
    if (value === undefined) continue;
    const { symbol } = instrument;
    const own = strategy ?? NO_STRATEGY;
    const held = after.get(own) ?? { symbol, strategy: own, position: FLAT };
    const fill = { qty, price: 0, fee: ZERO, value: money(value) };
    after.set(own, { ...held, position: afterFill(held.position, fill, instrument) });
  }
  return [...after.values()].filter(({ position }) => position.qty !== 0n);
}

/** Equal while the lines, and what they cost, are the same. */
export const stampOf = (lines: readonly PositionRecord[]): string =>
  lines.map(({ strategy, position }) => `${strategy} ${position.qty} ${position.cost}`).join(",");

export type Share = { readonly strategy: string; readonly qty: bigint };

/**
 * Whose a change of the account's position is. What closes is taken from the lines that hold that side, the largest first; what opens goes
 * to the only line there is, else to the account's default.
 */
export function sharesOf(state: RiskState, lines: readonly PositionRecord[], change: bigint): Share[] {
  const { shares, left } = closingShares(lines, change);
  if (left === 0n) return shares;
  const [only, ...others] = lines;
  const opening = only !== undefined && others.length === 0 ? only.strategy : defaultStrategy(state);
  const present = shares.find(({ strategy }) => strategy === opening);
  return present === undefined
    ? [...shares, { strategy: opening, qty: left }]
    : shares.map((share) => (share === present ? { ...share, qty: share.qty + left } : share));
}

function closingShares(
  lines: readonly PositionRecord[],
  change: bigint,
): { readonly shares: Share[]; readonly left: bigint } {
  const shares: Share[] = [];
  const net = netQty(lines);
  if (net === 0n || net > 0n === change > 0n) return { shares, left: change };
  const sign = change < 0n ? -1n : 1n;
  let left = sizeOf(change);
  const held = lines.filter(({ position }) => position.qty > 0n === net > 0n);
  for (const { strategy, position } of held.sort(largestFirst)) {
    const size = sizeOf(position.qty);
    const taken = size < left ? size : left;
    if (taken === 0n) break;
    shares.push({ strategy, qty: sign * taken });
    left -= taken;
  }
  return { shares, left: sign * left };
}

/** Sorting is stable: of two that hold as much the first by name. */
function largestFirst(one: PositionRecord, other: PositionRecord): number {
  const difference = sizeOf(other.position.qty) - sizeOf(one.position.qty);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

const sizeOf = (qty: bigint): bigint => (qty < 0n ? -qty : qty);
