/**
 * The newest trades in order of arrival, as a subscriber of trades is shown them first. A write takes one slot of a ring: with each group while
 * somebody watches, else a moment after the first trade that is not written, so that a busy feed does not pay for a list that nobody reads.
 */
import type { StreamTrade, StreamTradeRevision } from "../../src/contracts/streams.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Sql } from "../runtime/sql.ts";
import type { SymbolEvent, TradeAmended, TradeTaken } from "./events.ts";
import { TRADES_SHOWN } from "./limits.ts";

/** A slot holds the trades of one group, `ordinal` counts groups: so many slots hold so many trades at least. */
export const TRADE_TAPE_TABLE =
  "CREATE TABLE recent_trades (slot INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, trades TEXT NOT NULL) STRICT";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;
/** At the instrument's scales; the id where the venue gave one. */
type Shown = readonly [ts: number, price: number, size: number, id?: string | number];

/** When an unwatched tape is written. */
export type TapeRest = {
  readonly isWatched: () => boolean;
  /** Has a group written in a while, also where no command comes. */
  readonly writeSoon: () => void;
};

export class TradeTape {
  readonly #sql: Sql;
  #rest: TapeRest | undefined;
  /** A write was asked for, and whether its time has come. */
  #asked = false;
  #isDue = false;
  /** The newest of those that nobody has asked for since: most leave again before they are shown or written. */
  #unread: TradeTaken[] = [];
  #newest: Shown[];
  #pending: Shown[] = [];
  #ordinal: number;

  constructor(sql: Sql) {
    this.#sql = sql;
    const rows = sql.exec<{ ordinal: number; trades: string }>(
      "SELECT ordinal, trades FROM recent_trades ORDER BY ordinal",
    );
    this.#ordinal = rows.at(-1)?.ordinal ?? 0;
    // SAFETY: only `write` fills this column.
    const trades = rows.flatMap((row) => JSON.parse(row.trades) as Shown[]);
    this.#newest = trades.reduce<Shown[]>(withOne, []).slice(-TRADES_SHOWN);
  }

  /** Without it each group is written. */
  restsWith(rest: TapeRest): void {
    this.#rest = rest;
  }

  /** The next group writes what is not written. */
  due(): void {
    this.#isDue = true;
  }

  /** The trades among what a turn took. */
  note(events: readonly SymbolEvent[]): readonly TradeTaken[] {
    const trades = events.filter((event) => event.kind === "trade-taken");
    if (trades.length === 0) return trades;
    this.#unread = newestOf(this.#unread, trades);
    return trades;
  }

  /** Cancelled trades leave the list, and corrected ones change in it. */
  amend(amended: readonly TradeAmended[]): void {
    this.#read();
    for (const { trade, price, size } of amended) {
      const { ts, name } = trade;
      // What a venue amends it has named.
      if (name === undefined) continue;
      const line: Shown = [ts, price, size, name.name];
      this.#newest = amendedBy(this.#newest, line);
      this.#pending = newestOf(this.#pending, [line]);
    }
  }

  /** JSON text, oldest first. */
  text(scales: Scales): string {
    this.#read();
    return listText(this.#newest, scales);
  }

  /** Called inside the group's transaction. */
  write(): void {
    if ((this.#unread.length === 0 && this.#pending.length === 0) || this.#mayWait()) return;
    this.#read();
    this.#asked = this.#isDue = false;
    this.#ordinal += 1;
    this.#sql.exec(
      "INSERT OR REPLACE INTO recent_trades (slot, ordinal, trades) VALUES (?1, ?2, ?3)",
      this.#ordinal % TRADES_SHOWN,
      this.#ordinal,
      JSON.stringify(this.#pending),
    );
    this.#pending = [];
  }

  #read(): void {
    const shown = this.#unread.map(shownOf);
    this.#unread = [];
    this.#newest = newestOf(this.#newest, shown);
    this.#pending = newestOf(this.#pending, shown);
  }

  #mayWait(): boolean {
    if (this.#rest === undefined || this.#isDue || this.#rest.isWatched()) return false;
    if (!this.#asked) this.#rest.writeSoon();
    this.#asked = true;
    return true;
  }
}

const newestOf = <Trade>(present: readonly Trade[], more: readonly Trade[]): Trade[] =>
  more.length >= TRADES_SHOWN ? more.slice(-TRADES_SHOWN) : [...present, ...more].slice(-TRADES_SHOWN);

/** A line on disk may be a trade or, where its id stands already, how that trade is now. */
function withOne(list: Shown[], line: Shown): Shown[] {
  const stands = line[3] !== undefined && list.some(([, , , id]) => id === line[3]);
  if (stands) return amendedBy(list, line);
  if (!isGone(line)) list.push(line);
  return list;
}

const amendedBy = (list: readonly Shown[], line: Shown): Shown[] =>
  list.flatMap((one) => (one[3] !== line[3] ? [one] : isGone(line) ? [] : [line]));

/** No trade has the price 0: a cancelled one has. */
const isGone = ([, price]: Shown): boolean => price === 0;

/** JSON text of a `rev` message: each trade as it is now, or that it was cancelled. */
export const amendedText = (amended: readonly TradeAmended[], { priceScale, sizeScale }: Scales): string => {
  const list: StreamTradeRevision[] = amended.map(({ how, trade: { ts, name }, price, size }) => ({
    ts,
    ...(name === undefined ? {} : { id: String(name.name) }),
    ...(how === "cancel"
      ? { cancelled: true }
      : { price: decimalText(price, priceScale), size: decimalText(size, sizeScale) }),
  }));
  return JSON.stringify(list);
};

export const tradesText = (trades: readonly TradeTaken[], scales: Scales): string =>
  listText(trades.map(shownOf), scales);

function shownOf({ ts, price, size, key }: TradeTaken): Shown {
  return key === undefined || key.space !== "" ? [ts, price, size] : [ts, price, size, key.name];
}

function listText(trades: readonly Shown[], { priceScale, sizeScale }: Scales): string {
  const list: StreamTrade[] = trades.map(([ts, price, size, id]) => ({
    ts,
    price: decimalText(price, priceScale),
    size: decimalText(size, sizeScale),
    ...(id === undefined ? {} : { id: String(id) }),
  }));
  return JSON.stringify(list);
}
