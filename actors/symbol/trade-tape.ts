/** The newest trades in order of arrival, as a subscriber of trades is shown them first. A group of turns rewrites one slot of a ring. */
import type { StreamTrade } from "../../src/contracts/streams.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Sql } from "../runtime/sql.ts";
import type { SymbolEvent, TradeTaken } from "./events.ts";
import { TRADES_SHOWN } from "./limits.ts";

/** A slot holds the trades of one group, `ordinal` counts groups: so many slots hold so many trades at least. */
export const TRADE_TAPE_TABLE =
  "CREATE TABLE recent_trades (slot INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, trades TEXT NOT NULL) STRICT";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;
/** At the instrument's scales; the id where the venue gave one. */
type Shown = readonly [ts: number, price: number, size: number, id?: string | number];

export class TradeTape {
  readonly #sql: Sql;
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
    this.#newest = rows.flatMap(({ trades }) => JSON.parse(trades) as Shown[]).slice(-TRADES_SHOWN);
  }

  get size(): number {
    return this.#newest.length;
  }

  /** The trades among what a turn took. */
  note(events: readonly SymbolEvent[]): readonly TradeTaken[] {
    const trades = events.filter((event) => event.kind === "trade-taken");
    if (trades.length === 0) return trades;
    const shown = trades.slice(-TRADES_SHOWN).map(shownOf);
    this.#newest = [...this.#newest, ...shown].slice(-TRADES_SHOWN);
    this.#pending = [...this.#pending, ...shown].slice(-TRADES_SHOWN);
    return trades;
  }

  /** JSON text, oldest first. */
  text(scales: Scales): string {
    return listText(this.#newest, scales);
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#pending.length === 0) return;
    this.#ordinal += 1;
    this.#sql.exec(
      "INSERT OR REPLACE INTO recent_trades (slot, ordinal, trades) VALUES (?1, ?2, ?3)",
      this.#ordinal % TRADES_SHOWN,
      this.#ordinal,
      JSON.stringify(this.#pending),
    );
    this.#pending = [];
  }
}

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
