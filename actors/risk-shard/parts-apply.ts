/** What a move brings into the state of a part, and what it takes out of it. */

import type { Symbol } from "../../src/domain/ids.ts";
import { FLAT } from "../../src/domain/position.ts";
import { learnInstrument } from "./book-sums.ts";
import type { MovedContent } from "./moved-content.ts";
import { placeMoved } from "./moved-lines.ts";
import { pairsIn } from "./pairs.ts";
import { type Above, aboveFor } from "./parent-records.ts";
import { applyCounts, forgetCounts } from "./parts-counts.ts";
import type { PartEvent } from "./parts-events.ts";
import type { PartsMove } from "./parts-messages.ts";
import { type PartsStanding, parentOf, standingOf } from "./parts-records.ts";
import { type Moving, movingIn, symbolOfContent, symbolOfDay, symbolOfRate } from "./parts-symbols.ts";
import { alone, lineKey, type Order, type PositionRecord, type RiskState } from "./state.ts";

/** A position as it stands now, with the orders of one pair, or none, that changed with it. */
export type Book = (
  held: PositionRecord | Pick<PositionRecord, "symbol" | "strategy">,
  orders: readonly Order[],
) => void;

export function applyPart(state: RiskState, event: PartEvent, book: Book): void {
  state.parts = standingAfter(standingOf(state.parts), event);
  state.above = joinedFor(parentOf(state), state.above, event);
  if (event.kind === "part-counted") applyCounts(state, event);
  if (event.kind === "part-joined" && !event.isIn && state.parts.part !== 0) forgetCounts(state);
  if (event.kind !== "part-imported" && event.kind !== "part-exported") return;
  const isMoving = movingIn(event.move.slots);
  if (event.kind === "part-imported") bring(state, event.content, book);
  else takeOut(state, isMoving, book);
  placeMoved(state, isMoving, event.content.basis);
}

/** The firm's states hold on until the new parent's book has come, as its limits do. */
function joinedFor(
  parent: string | undefined,
  before: Above | undefined,
  { kind }: PartEvent,
): Above | undefined {
  const above = aboveFor(parent, before);
  if (above === undefined || before === undefined || above === before || kind !== "part-joined") return above;
  return { ...above, book: before.book, severity: before.severity };
}

function standingAfter(before: PartsStanding, event: PartEvent): PartsStanding {
  const { leaving, ...stays } = before;
  switch (event.kind) {
    case "part-adopted": {
      const map = event.map.version > before.map.version ? event.map : before.map;
      return { ...before, part: event.part, map, n: event.n };
    }
    case "part-joined":
      return {
        ...{ ...before, isJoined: event.isIn, joinedN: event.n },
        ...(event.isIn || before.part === 0 ? {} : { leftAt: event.at }),
      };
    case "part-counted":
      return { ...before, counted: { ...before.counted, [event.part]: event.move } };
    case "part-fenced":
      return { ...before, leaving: event.move };
    case "part-imported":
      return { ...before, ...doneBy(event.move) };
    case "part-exported":
      return { ...stays, ...doneBy(event.move) };
    case "part-aborted":
      return {
        ...(leaving?.id === event.move ? stays : before),
        lastMove: Math.max(before.lastMove, event.move),
      };
  }
}

const doneBy = ({ id, map }: PartsMove) => ({ map, lastMove: id, lastDone: id });

function bring(state: RiskState, content: MovedContent, book: Book): void {
  for (const instrument of content.instruments) {
    const known = state.instruments.get(instrument.symbol);
    if (known === undefined || known.version < instrument.version) learnInstrument(state, instrument);
  }
  for (const position of content.positions) book(position, []);
  for (const pair of pairsIn(content.orders.filter(({ status }) => status === "working")))
    for (const first of pair.slice(0, 1)) book(lineOf(first), pair);
  for (const [key, count] of content.days) state.dayCounts.set(key, count);
  for (const [key, window] of content.rates) state.rates.set(key, window);
  for (const [key, trip] of content.trips) state.trips.set(key, trip);
  for (const [key, at] of content.contents) state.contents.set(key, at);
}

function takeOut(state: RiskState, isMoving: Moving, book: Book): void {
  const moving = (symbol: string | undefined): boolean => symbol !== undefined && isMoving(symbol);
  const orders = [...state.orders.values()].filter(({ symbol }) => isMoving(symbol));
  for (const pair of pairsIn(orders)) {
    const ended = pair.map((order): Order => ({ ...alone(order), status: "cancelled" }));
    for (const first of pair.slice(0, 1)) book(lineOf(first), ended);
    for (const { clientOrderId } of pair) state.ended.delete(clientOrderId);
  }
  for (const [key, { symbol, strategy }] of [...state.positions]) {
    if (!isMoving(symbol)) continue;
    book({ symbol, strategy, position: FLAT }, []);
    state.positions.delete(key);
  }
  forget(state.dayCounts, (key) => moving(symbolOfDay(key)));
  forget(state.rates, (key) => moving(symbolOfRate(key)));
  forget(state.contents, (key) => moving(symbolOfContent(key)));
  forget(state.trips, (_key, { member }) => member !== "" && isMoving(member));
  forget(state.levels, (_key, { member }) => member !== "" && isMoving(member));
}

function forget<Value>(map: Map<string, Value>, isOver: (key: string, value: Value) => boolean): void {
  for (const [key, value] of [...map]) if (isOver(key, value)) map.delete(key);
}

const lineOf = ({ symbol, strategy }: Order): { readonly symbol: Symbol; readonly strategy: string } => ({
  symbol,
  strategy,
});

/** Lines that the state has of them. */
export const linesOf = (state: RiskState, isMoving: Moving): string[] =>
  [...state.positions.values()].flatMap(({ symbol, strategy }) =>
    isMoving(symbol) ? [lineKey(symbol, strategy)] : [],
  );
