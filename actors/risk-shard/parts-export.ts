/**
 * What belongs to the symbols of a move, read from the disk page by page. Nothing of it changes while they are fenced, so that a page is the
 * same whenever it is asked for; a place is a table and a key of it.
 */
import { encodeInstrument } from "../../src/domain/instrument-codec.ts";
import type { Sql } from "../runtime/sql.ts";
import type { MovedBasis } from "./loss-records.ts";
import { purseText } from "./moved-lines.ts";
import type { MovedRow } from "./parts-content.ts";
import { type ExportPage, PAGE_UNITS_MAX } from "./parts-messages.ts";
import {
  type Moving,
  movingIn,
  symbolOfContent,
  symbolOfDay,
  symbolOfLine,
  symbolOfRate,
} from "./parts-symbols.ts";
import { POSITION_COLUMNS, type PositionRow } from "./position-rows.ts";
import { parseOrder } from "./rows.ts";
import { lineKey, type RiskState, type Trip } from "./state.ts";

/** Rows of one query: each is some hundred bytes, but of a journal's entries, which are read one by one. */
const QUERY_ROWS = 500;
/** Steps without a row that one page looks at: some ten milliseconds. */
const IDLE_STEPS_MAX = 64;

/** `row` is undefined where only time has passed: a batch of what is another symbol's. */
export type Placed = { readonly place: string; readonly row?: MovedRow | undefined };
type Source = (from: ExportFrom, isMoving: Moving, after: string) => Iterable<Placed>;

export type ExportFrom = {
  readonly sql: Sql;
  readonly state: RiskState;
  /** What lines had made when the day began. */
  readonly basis: () => readonly MovedBasis[];
  /** Remembered ids, with their replies. */
  readonly ids: (isMoving: Moving, after: string) => Iterable<Placed>;
};

export function exportPage(from: ExportFrom, slots: readonly number[], after = "0|"): ExportPage {
  const isMoving = movingIn(slots);
  const bar = after.indexOf("|");
  let place = after.slice(bar + 1);
  const rows: string[] = [];
  let units = 2;
  let idle = 0;
  for (let table = Number(after.slice(0, bar)); table < SOURCES.length; table++) {
    for (const step of SOURCES[table]?.(from, isMoving, place) ?? []) {
      const text = step.row === undefined ? "" : JSON.stringify(step.row);
      idle += Number(text === "");
      const isFull = rows.length > 0 && units + text.length >= PAGE_UNITS_MAX;
      if (isFull || idle > IDLE_STEPS_MAX) return { page: pageOf(rows), next: `${table}|${place}` };
      place = step.place;
      if (text === "") continue;
      rows.push(text);
      units += text.length + 1;
    }
    place = "";
  }
  return { page: pageOf(rows) };
}

const pageOf = (rows: readonly string[]): string => `[${rows.join(",")}]`;

/** All rows behind a key, a query at a time. */
function* walked<Row extends { readonly at: string }>(
  read: (after: string) => readonly Row[],
  after: string,
): Iterable<Row> {
  for (let last = after; ; ) {
    const rows = read(last);
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < QUERY_ROWS) return;
    last = end.at;
  }
}

type Keyed = { readonly statement: string; readonly bind?: (after: string) => readonly (string | number)[] };
type RowOf = (key: string, payload: string, isMoving: Moving) => MovedRow | undefined;

/** Of a table whose rows are read as a key and a text. */
const keyed = ({ statement, bind = (after) => [after] }: Keyed, rowOf: RowOf): Source =>
  function* ({ sql }, isMoving, after) {
    const read = (last: string) =>
      sql.exec<{ at: string; payload: string }>(`${statement} LIMIT ${QUERY_ROWS}`, ...bind(last));
    for (const { at, payload } of walked(read, after)) {
      const row = rowOf(at, payload, isMoving);
      if (row !== undefined) yield { place: at, row };
    }
  };

/** A key of two columns, as one text. */
const pairAt = (key: string, separator: string): readonly [string, string] => {
  const at = key.lastIndexOf(separator);
  return at < 0 ? ["", ""] : [key.slice(0, at), key.slice(at + 1)];
};
const numberOf = (text: string): number => (text === "" ? Number.MIN_SAFE_INTEGER : Number(text));

function* instruments({ state }: ExportFrom, isMoving: Moving, after: string): Iterable<Placed> {
  const symbols = [...state.instruments.keys()].filter((symbol) => symbol > after && isMoving(symbol)).sort();
  for (const symbol of symbols) {
    const instrument = state.instruments.get(symbol);
    if (instrument !== undefined) yield { place: symbol, row: ["instrument", encodeInstrument(instrument)] };
  }
}

const GROUPS = `SELECT line || '|' || first_seq AS at, line, first_seq FROM position_journal
  WHERE (line, first_seq) > (?1, ?2) ORDER BY line, first_seq LIMIT ${QUERY_ROWS}`;
const ENTRIES = "SELECT size, entries FROM position_journal WHERE line = ?1 AND first_seq = ?2";

function* journals({ sql }: ExportFrom, isMoving: Moving, after: string): Iterable<Placed> {
  type Group = { at: string; line: string; first_seq: number };
  const read = (last: string) => {
    const [line, first] = pairAt(last, "|");
    return sql.exec<Group>(GROUPS, line, numberOf(first));
  };
  for (const { at, line, first_seq } of walked(read, after)) {
    if (!isMoving(symbolOfLine(line))) continue;
    const [group] = sql.exec<{ size: number; entries: string }>(ENTRIES, line, first_seq);
    if (group !== undefined) yield { place: at, row: ["journal", line, group.size, group.entries] };
  }
}

function* trips({ state }: ExportFrom, isMoving: Moving, after: string): Iterable<Placed> {
  const moving = [...state.trips].filter(
    ([key, { member }]) => key > after && member !== "" && isMoving(member),
  );
  for (const [key, trip] of moving.sort(([one], [other]) => (one < other ? -1 : 1)))
    yield { place: key, row: ["trip", key, JSON.stringify(trip satisfies Trip)] };
}

const ifMoving = (symbol: string | undefined, isMoving: Moving, row: MovedRow): MovedRow | undefined =>
  symbol !== undefined && isMoving(symbol) ? row : undefined;

function* opened({ state }: ExportFrom, _isMoving: Moving, after: string): Iterable<Placed> {
  if (after === "") yield { place: "1", row: ["open", state.closing?.date ?? ""] };
}

function* basis(from: ExportFrom, isMoving: Moving, after: string): Iterable<Placed> {
  const lines = from.basis().map((line) => ({ ...line, key: lineKey(line.symbol, line.strategy) }));
  const moving = lines.filter(({ symbol, key }) => key > after && isMoving(symbol));
  for (const { key, symbol, strategy, currency, made } of moving.sort((one, other) =>
    one.key < other.key ? -1 : 1,
  ))
    yield { place: key, row: ["basis", symbol, strategy, currency, purseText(made)] };
}

/** What an import brought along is part of what its line had made when the day began. */
const BROUGHT = 8;
const withoutBrought = (row: PositionRow): PositionRow =>
  // SAFETY: the same columns, the last of them empty.
  row.with(BROUGHT, "") as unknown as PositionRow;

const SOURCES: readonly Source[] = [
  opened,
  instruments,
  basis,
  keyed(
    {
      statement: `SELECT symbol || '/' || strategy AS at, json_array(${POSITION_COLUMNS}) AS payload FROM position
        WHERE (symbol, strategy) > (?1, ?2) ORDER BY symbol, strategy`,
      bind: (after) => pairAt(after, "/"),
    },
    // SAFETY: the columns are those of the row's type.
    (line, payload, isMoving) =>
      ifMoving(symbolOfLine(line), isMoving, [
        "position",
        ...withoutBrought(JSON.parse(payload) as PositionRow),
      ]),
  ),
  keyed(
    {
      statement: "SELECT CAST(seq AS TEXT) AS at, payload FROM risk_order WHERE seq > ?1 ORDER BY seq",
      bind: (after) => [numberOf(after)],
    },
    (_seq, payload, isMoving) => ifMoving(parseOrder(payload).symbol, isMoving, ["order", payload]),
  ),
  keyed(
    { statement: "SELECT line AS at, payload FROM position_checkpoint WHERE line > ?1 ORDER BY line" },
    (line, payload, isMoving) => ifMoving(symbolOfLine(line), isMoving, ["checkpoint", line, payload]),
  ),
  journals,
  keyed(
    {
      statement:
        "SELECT symbol || '|' || id AS at, payload FROM applied_action WHERE (symbol, id) > (?1, ?2) ORDER BY symbol, id",
      bind: (after) => pairAt(after, "|"),
    },
    (at, payload, isMoving) =>
      ifMoving(pairAt(at, "|")[0], isMoving, ["action", pairAt(at, "|")[0], payload]),
  ),
  keyed(
    { statement: "SELECT member AS at, payload FROM day_count WHERE member > ?1 ORDER BY member" },
    (member, payload, isMoving) => ifMoving(symbolOfDay(member), isMoving, ["day", member, payload]),
  ),
  keyed(
    { statement: "SELECT key AS at, payload FROM rate_window WHERE key > ?1 ORDER BY key" },
    (key, payload, isMoving) => ifMoving(symbolOfRate(key), isMoving, ["rate", key, payload]),
  ),
  trips,
  keyed(
    {
      statement:
        "SELECT content AS at, CAST(at AS TEXT) AS payload FROM order_content WHERE content > ?1 ORDER BY content",
    },
    (content, at, isMoving) => ifMoving(symbolOfContent(content), isMoving, ["content", content, Number(at)]),
  ),
  ({ ids }, isMoving, after) => ids(isMoving, after),
];
