/**
 * A corporate action of a symbol, as the account has it: what was held before its ex-date, by event time, becomes more or fewer shares at
 * the same cost, or receives cash; orders from before follow. Once, line by line; one that was revoked is taken back.
 */

import { divideHalfEven } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { money, ZERO } from "../../src/domain/money.ts";
import { FLAT } from "../../src/domain/position.ts";
import type { Cash, HoldingChange, Split } from "../../src/quant/money/entry.ts";
import { fold, type Revised, type Revision, revise } from "../../src/quant/money/journal.ts";
import { fractionOf, withSplit } from "../../src/quant/money/splits.ts";
import { entryOfAction } from "./action-ids.ts";
import { ordersAfterAction } from "./action-orders.ts";
import { REVISED_PER_FACT_MAX } from "./capacity.ts";
import type { ActionApplied, JournalChange, RiskEvent } from "./events.ts";
import type { LineBook, ReadBook } from "./line-book.ts";
import { holdingNews } from "./news.ts";
import { inSequence } from "./sequence.ts";
import { type HeldAction, lineKey, type Order, type PositionRecord, type RiskState } from "./state.ts";

export type ActionCommand = {
  readonly symbol: Symbol;
  /** Of type `manual` where it is none that can be applied here. */
  readonly action: HeldAction;
  readonly revoked: boolean;
  /** Of a new share at the ex-date, in the instrument's units; undefined where nobody knows. */
  readonly price: number | undefined;
  readonly by: string;
};
export type ActionOutcome = "applied" | "taken-back" | "unchanged" | "not-due" | "manual";
export type ActionVerdict = { readonly outcome: ActionOutcome; readonly events: readonly RiskEvent[] };

/** Orders of one fact, at some 250 bytes each: of more there are further facts. */
const ORDERS_PER_FACT = 200;

export function decideAction(
  state: RiskState,
  command: ActionCommand,
  readBook: ReadBook,
  at: number,
): ActionVerdict {
  const { symbol, action, revoked } = command;
  const instrument = state.instruments.get(symbol);
  if (instrument === undefined) return { outcome: "unchanged", events: [] };
  if (action.startsAt > at) return { outcome: "not-due", events: [] };
  if (action.type === "manual") return revoked ? UNCHANGED : manual(state, command, at);
  const orders = ordersAfterAction(state, symbol, action, instrument, revoked);
  if (orders === undefined) return manual(state, command, at);
  const lines = linesAfter(state, command, [...orders.keys()], readBook, instrument);
  if (lines === "manual") return manual(state, command, at);
  const events = eventsOf(state, command, lines, orders, at);
  const isOther = orders.size > 0 || lines.some(({ differences }) => differences.length > 0);
  // A split is noted in a line that it changed nothing of too: a late fill may be from before it.
  return { outcome: !isOther ? "unchanged" : revoked ? "taken-back" : "applied", events };
}

const UNCHANGED: ActionVerdict = { outcome: "unchanged", events: [] };

/** Only where there is something that somebody would have to look at. */
function manual(state: RiskState, { symbol, action }: ActionCommand, at: number): ActionVerdict {
  if (!state.symbolLines.has(symbol)) return UNCHANGED;
  const about = { code: "corporate-action-manual", symbol, strategy: "", execId: action.id };
  const event: RiskEvent = { kind: "violation-raised", at, ...about, action: { ...action, type: "manual" } };
  return { outcome: "manual", events: [event] };
}

type LineAfter = {
  readonly after: PositionRecord;
  readonly journal: JournalChange;
  readonly differences: readonly HoldingChange[];
};

function linesAfter(
  state: RiskState,
  command: ActionCommand,
  working: readonly string[],
  readBook: ReadBook,
  instrument: Instrument,
): readonly LineAfter[] | "manual" {
  const lines: LineAfter[] = [];
  for (const held of linesOf(state, command.symbol, working)) {
    const line = lineAfter(command, held, readBook(lineKey(held.symbol, held.strategy)), instrument);
    if (line === "manual") return line;
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

/** With those in which nothing was filled yet: a fill of an order that works may come late. */
function linesOf(state: RiskState, symbol: Symbol, working: readonly string[]): readonly PositionRecord[] {
  const held = [...state.positions.values()].filter((record) => record.symbol === symbol);
  const fresh = working.filter((strategy) => !state.positions.has(lineKey(symbol, strategy)));
  return [...held, ...fresh.map((strategy) => ({ symbol, strategy, position: FLAT }))];
}

/** Undefined where it has been done already, or there is nothing to do. What older entries came to is not taken apart again. */
function lineAfter(
  { action, revoked, price }: ActionCommand,
  held: PositionRecord,
  book: LineBook,
  instrument: Instrument,
): LineAfter | "manual" | undefined {
  const id = entryOfAction(action.id);
  const isThere = book.entries.some((entry) => entry.id === id);
  const isFolded = book.from.latest >= action.startsAt;
  if (!revoked && (isThere || wasFolded(book, id))) return undefined;
  if (revoked && !isThere) return wasFolded(book, id) ? "manual" : undefined;
  if (!revoked && isFolded) return foldedBefore(held, book);
  const revision = revoked ? { bust: id } : additionOf(action, id, price, book, instrument);
  if (revision === undefined || revision === "manual") return revision;
  const revised = revise(book.entries, revision, instrument, book.from);
  if (revised === undefined) return undefined;
  const journal = "add" in revision ? { add: revision.add } : { remove: id };
  return { after: recordAfter(held, revision, revised, id), journal, differences: revised.differences };
}

const wasFolded = ({ from }: LineBook, id: string): boolean => from.splits.some((split) => split.id === id);

/** Nothing was ever held here that it could have been about. */
const foldedBefore = ({ position }: PositionRecord, { entries, from }: LineBook): "manual" | undefined =>
  position.qty === 0n && entries.length === 0 && from.position.qty === 0n ? undefined : "manual";

type Addition = Extract<Revision, { readonly add: unknown }>;

function additionOf(
  action: HeldAction,
  id: string,
  price: number | undefined,
  { entries, from }: LineBook,
  instrument: Instrument,
): Addition | "manual" | undefined {
  const { startsAt: ts, to } = action;
  const before = entries.filter((entry) => entry.ts < ts);
  const { qty } = fold(before, instrument, from).position;
  if (action.type === "dividend") {
    const paid = divideHalfEven(action.amount * qty, 10n ** BigInt(instrument.sizeScale), 0);
    const dividend: Cash = { kind: "cash", id, ts, funding: money(paid), fees: ZERO };
    return qty === 0n ? undefined : { add: dividend };
  }
  const split: Split = { kind: "split", id, ts, from: action.from, to };
  if (price !== undefined) return { add: { ...split, price } };
  return fractionOf(qty, split) === 0n ? { add: split } : "manual";
}

function recordAfter(
  held: PositionRecord,
  revision: Revision,
  { position }: Revised,
  id: string,
): PositionRecord {
  const { splits: before = [], ...line } = held;
  const isSplit = "add" in revision && revision.add.kind === "split";
  const splits = isSplit ? withSplit(before, revision.add as Split) : before.filter((one) => one.id !== id);
  return { ...line, position, ...(splits.length === 0 ? {} : { splits }) };
}

function eventsOf(
  state: RiskState,
  command: ActionCommand,
  lines: readonly LineAfter[],
  orders: ReadonlyMap<string, readonly (readonly Order[])[]>,
  at: number,
): readonly RiskEvent[] {
  const byStrategy = new Map(lines.map((line) => [line.after.strategy, line]));
  const strategies = [...new Set([...byStrategy.keys(), ...orders.keys()])];
  const [events = []] = inSequence(state, [strategies], (names, tell) =>
    names.flatMap((strategy) => {
      const line = byStrategy.get(strategy);
      const facts = factsOf(command, strategy, line, orders.get(strategy) ?? [], at);
      const all = [...facts, ...(line === undefined ? [] : newsOf(state, command, line, at))];
      for (const event of all) tell(event);
      return all;
    }),
  );
  return events;
}

function factsOf(
  { symbol, action, revoked, by }: ActionCommand,
  strategy: string,
  line: LineAfter | undefined,
  pairs: readonly (readonly Order[])[],
  at: number,
): ActionApplied[] {
  const about = {
    kind: "corporate-action-applied",
    at,
    symbol,
    strategy,
    action,
    takenBack: revoked,
    by,
  } as const;
  const differences = parted(line?.differences ?? [], REVISED_PER_FACT_MAX);
  // Both of a pair stand in one fact.
  const orders = parted(pairs, ORDERS_PER_FACT / 2).map((some) => some.flat());
  const facts = Math.max(1, differences.length, orders.length);
  return Array.from({ length: facts }, (_, index) => ({
    ...about,
    revised: differences[index] ?? [],
    orders: orders[index] ?? [],
    ...(index === 0 && line !== undefined ? { position: line.after, journal: line.journal } : {}),
  }));
}

/** A split is told where nothing was held too: prices from before it are of the old shares. */
function newsOf(state: RiskState, { action, revoked }: ActionCommand, line: LineAfter, at: number) {
  const { after, differences } = line;
  const isCash = action.type === "dividend";
  if (differences.length === 0 && isCash) return [];
  const shared = { execId: action.id, revised: differences, at };
  if (isCash) return holdingNews(state, after, { reason: "cash", ...shared });
  const { from, to, startsAt: ts } = action;
  const ratio = revoked ? { from: to, to: from, ts } : { from, to, ts };
  return holdingNews(state, after, { reason: "split", ratio, ...shared });
}

function parted<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; from += size) parts.push(items.slice(from, from + size));
  return parts;
}
