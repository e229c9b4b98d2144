/** What moves with symbols from one part of an account to another: rows as their tables have them, in pages of JSON text. */
import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { decodeInstrument } from "../../src/domain/instrument-codec.ts";
import { type AppliedAction, decodeAction } from "./action-rows.ts";
import { decodeDay } from "./day-rows.ts";
import type { MovedBasis } from "./loss-records.ts";
import type { MovedContent, MovedJournal } from "./moved-content.ts";
import { purseOf } from "./moved-lines.ts";
import { type PositionRow, positionFrom } from "./position-rows.ts";
import { parseOrder } from "./rows.ts";
import type { DayCount, Order, PositionRecord, RateWindow, Trip } from "./state.ts";

/** A kind, and the columns that its table has of it. */
export type MovedRow =
  | readonly ["instrument", payload: string]
  | readonly ["position", ...PositionRow]
  /** What its part's trading day is counted from; empty before the first close. */
  | readonly ["open", date: string]
  | readonly ["basis", symbol: string, strategy: string, currency: string, made: string]
  | readonly ["order", payload: string]
  | readonly ["checkpoint", line: string, payload: string]
  | readonly ["journal", line: string, size: number, entries: string]
  | readonly ["action", symbol: string, payload: string]
  | readonly ["day", member: string, payload: string]
  | readonly ["rate", key: string, payload: string]
  | readonly ["trip", key: string, payload: string]
  | readonly ["content", content: string, at: number]
  | readonly ["id", key: string, body: string, reply: string];

// SAFETY: pages are made by `exportPage` alone, of this or of the version before.
export const rowsIn = (page: string): readonly MovedRow[] => JSON.parse(page) as readonly MovedRow[];

/** Of all pages of one move. An order gets the number that it has in this part. */
export function contentOf(pages: Iterable<string>, part: number, account: string): MovedContent {
  const content = {
    instruments: [] as Instrument[],
    positions: [] as PositionRecord[],
    basis: [] as MovedBasis[],
    orders: [] as Order[],
    journals: new Map<string, MovedJournal>(),
    actions: [] as (readonly [Symbol, AppliedAction])[],
    days: [] as (readonly [string, DayCount])[],
    rates: [] as (readonly [string, RateWindow])[],
    trips: [] as (readonly [string, Trip])[],
    contents: [] as (readonly [string, number])[],
    ids: [] as (readonly [string, string, string])[],
  };
  const journalOf = (line: string): MovedJournal => {
    const known = content.journals.get(line) ?? { groups: [] };
    content.journals.set(line, known);
    return known;
  };
  const take = (row: MovedRow): void => {
    switch (row[0]) {
      case "instrument":
        content.instruments.push(decodeInstrument(row[1]));
        return;
      case "position": {
        const [, ...columns] = row;
        content.positions.push(positionFrom(columns));
        return;
      }
      case "open":
        return;
      case "basis":
        content.basis.push({ symbol: row[1], strategy: row[2], currency: row[3], made: purseOf(row[4]) });
        return;
      case "order":
        content.orders.push(renumbered(parseOrder(row[1]), part, account));
        return;
      case "checkpoint":
        journalOf(row[1]).checkpoint = row[2];
        return;
      case "journal":
        journalOf(row[1]).groups.push({ size: row[2], entries: row[3] });
        return;
      case "action":
        content.actions.push([row[1] as Symbol, decodeAction(row[2])]);
        return;
      case "day":
        content.days.push([row[1], decodeDay(row[2])]);
        return;
      case "rate":
        content.rates.push([row[1], JSON.parse(row[2]) as RateWindow]);
        return;
      case "trip":
        content.trips.push([row[1], JSON.parse(row[2]) as Trip]);
        return;
      case "content":
        content.contents.push([row[1], row[2]]);
        return;
      case "id":
        content.ids.push([row[1], row[2], row[3]]);
        return;
    }
  };
  for (const page of pages) for (const row of rowsIn(page)) take(row);
  content.orders.sort((one, other) => one.seq - other.seq);
  return content;
}

/** Below all numbers that a part gives itself: what came from elsewhere is found behind all that was accepted here. */
const ELSEWHERE = -(2 ** 52);

/**
 * Where an order was accepted, and as which fact, stands in its `orderId`: `main-57`, or `main-2.57` of part 2. Back where it came from it
 * has its number again; elsewhere one that no fact of that part can have, and no other order has.
 */
export function renumbered(order: Order, part: number, account: string): Order {
  const [origin, seq] = originOf(order.orderId, account);
  return { ...order, seq: origin === part ? seq : ELSEWHERE + seq * 8 + origin };
}

function originOf(orderId: string, account: string): readonly [part: number, seq: number] {
  const numbers = orderId
    .slice(account.length + 1)
    .split(".")
    .map(Number);
  const [first = Number.NaN, second] = numbers;
  const found = second === undefined ? ([0, first] as const) : ([first, second] as const);
  assert(found.every(Number.isSafeInteger), "an order's id says which fact accepted it");
  return found;
}
