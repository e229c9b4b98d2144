/**
 * The trade log as text: the lines of one turn are one chunk, a JSON list. Six plain values for a trade, since a symbol's log has as many of
 * them as the day has trades.
 */

import type { TakenKey } from "../ticks/taken-keys.ts";
import type { Amendment, LogEntry, LoggedAmendment } from "./log-entries.ts";

/** Values of one trade in a chunk's row list: `stepAndCounts` is the arrival's step from the trade before, and what it counts for; `behind` is how far `closedUntil` was ahead of the trade's own time. */
const ROW_VALUES = 7;
/** Beside the step stands a set of three. */
const COUNTS_VALUES = 8;
/** No id of a venue begins so: a numeric id that is not the trade's ordinal. */
const NUMBER_MARK = "#";
/** The venue's numeric id is the ordinal; or the ordinal is the source's sequence and names the trade. */
const NAMED_BY_ORDINAL = 0;
const NAMED_BY_SEQUENCE = 1;

export type RowValue = number | string | null;

/** Lines of one turn. `source` is that of its sequences; `ts` and `arrival` are what the first row counts from. */
export type Chunk = {
  takenAt: number;
  /** As they stand at the end of the turn. */
  closedUntil: number;
  endedAt: number;
  source: string;
  readonly ts: number;
  readonly arrival: number;
  readonly rows: RowValue[];
  readonly amendments: AmendmentValues[];
};
type AmendmentValues = readonly [
  kind: Amendment["kind"],
  arrival: number,
  ts: number,
  of: number,
  price: number,
  size: number,
  at: number,
  closedUntil: number,
  counts: number,
];

/** What is written down of a trade. */
export type TradeLine = {
  readonly ts: number;
  readonly price: number;
  readonly size: number;
  readonly ordinal: number;
  readonly counts: number;
  readonly key: TakenKey | undefined;
};

/** `previous` is the arrival of the trade before in this chunk, or the chunk's own. */
export function pushTrade(
  chunk: Chunk,
  trade: TradeLine,
  arrival: number,
  previous: number,
  closedUntil: number,
): void {
  const { ts, price, size, ordinal, counts, key } = trade;
  chunk.rows.push(
    ts - chunk.ts,
    price,
    size,
    ordinal,
    nameValue(chunk, ordinal, key),
    (arrival - previous) * COUNTS_VALUES + counts,
    closedUntil - ts,
  );
}

export function pushAmendment(chunk: Chunk, amendment: LoggedAmendment): void {
  const { kind, arrival, ts, of, price, size, at, closedUntil, counts } = amendment;
  chunk.amendments.push([kind, arrival, ts, of, price, size, at, closedUntil, counts]);
}

export const linesOf = ({ rows, amendments }: Chunk): number => rows.length / ROW_VALUES + amendments.length;

export function chunkText({
  takenAt,
  closedUntil,
  endedAt,
  source,
  ts,
  arrival,
  rows,
  amendments,
}: Chunk): string {
  return JSON.stringify([takenAt, closedUntil, endedAt, source, ts, arrival, rows, amendments]);
}

/** Chunks that stand one after another, separated by commas. */
export function chunksFrom(text: string): Chunk[] {
  // SAFETY: only `chunkText` makes these texts.
  const lists = JSON.parse(`[${text}]`) as [
    number,
    number,
    number,
    string,
    number,
    number,
    RowValue[],
    AmendmentValues[],
  ][];
  return lists.map(([takenAt, closedUntil, endedAt, source, ts, arrival, rows, amendments]) => ({
    takenAt,
    closedUntil,
    endedAt,
    source,
    ts,
    arrival,
    rows,
    amendments,
  }));
}

/** In order of arrival, then how the turn left the bars. */
export function entriesOf(chunk: Chunk): LogEntry[] {
  const { takenAt, closedUntil, endedAt } = chunk;
  const lines = [...tradesOf(chunk), ...amendmentsOf(chunk)];
  if (chunk.amendments.length > 0) lines.sort((one, other) => one.arrival - other.arrival);
  return [...lines, { kind: "closing", takenAt, closedUntil, endedAt }];
}

function nameValue(chunk: Chunk, ordinal: number, key: TakenKey | undefined): RowValue {
  if (key === undefined) return null;
  const { space, name } = key;
  if (space !== "") {
    chunk.source = space;
    return NAMED_BY_SEQUENCE;
  }
  if (name === ordinal) return NAMED_BY_ORDINAL;
  return typeof name === "number" ? NUMBER_MARK + name : name;
}

function nameFrom(value: RowValue, ordinal: number, source: string): TakenKey | undefined {
  if (value === null) return undefined;
  if (value === NAMED_BY_ORDINAL) return { space: "", name: ordinal };
  if (typeof value === "number") return { space: source, name: ordinal };
  return {
    space: "",
    name: value.startsWith(NUMBER_MARK) ? Number(value.slice(NUMBER_MARK.length)) : value,
  };
}

/** In order of arrival. */
export function tradesOf({ takenAt, endedAt, source, ts: base, arrival: first, rows }: Chunk) {
  const trades: Extract<LogEntry, { kind: "trade" }>[] = [];
  let arrival = first;
  for (let at = 0; at < rows.length; at += ROW_VALUES) {
    // SAFETY: `pushTrade` alone fills the list, seven values at a time.
    const [after, price, size, ordinal, name, stepAndCounts, behind] = rows.slice(at, at + ROW_VALUES) as [
      number,
      number,
      number,
      number,
      RowValue,
      number,
      number,
    ];
    const ts = base + after;
    arrival += Math.floor(stepAndCounts / COUNTS_VALUES);
    trades.push({
      kind: "trade",
      ts,
      price,
      size,
      ordinal,
      arrival,
      counts: stepAndCounts % COUNTS_VALUES,
      name: nameFrom(name, ordinal, source),
      takenAt,
      closedUntil: ts + behind,
      endedAt,
    });
  }
  return trades;
}

const amendmentsOf = ({ takenAt, endedAt, amendments }: Chunk): Amendment[] =>
  amendments.map(([kind, arrival, ts, of, price, size, at, closedUntil, counts]) => ({
    kind,
    arrival,
    ts,
    of,
    price,
    size,
    at,
    closedUntil,
    counts,
    takenAt,
    endedAt,
  }));
