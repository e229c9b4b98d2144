/** The newest trades in order of arrival, as a subscriber of trades is shown them first; after an eviction the trade log has them. */
import type { StreamTrade, StreamTradeRevision } from "../../../src/contracts/streams.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { SymbolEvent, TradeAmended, TradeTaken } from "../events.ts";
import { TRADES_SHOWN } from "../limits.ts";
import type { LoggedTrade } from "../log/log-entries.ts";
import type { TakenKey } from "../ticks/taken-keys.ts";

/** Where versions before the trade log kept them. */
export const RECENT_TRADES_TABLE =
  "CREATE TABLE recent_trades (slot INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, trades TEXT NOT NULL) STRICT";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;
/** At the instrument's scales; the id where the venue gave one. */
type Shown = readonly [ts: number, price: number, size: number, id?: string | number];

export class TradeTape {
  /** The newest of those that nobody has asked for since: most leave again before they are shown. */
  #unread: TradeTaken[] = [];
  #newest: Shown[];

  /** `newest` are the newest of the log, oldest first. */
  constructor(newest: readonly LoggedTrade[]) {
    this.#newest = newest
      .map(({ ts, price, size, name }) => shown(ts, price, size, name))
      .slice(-TRADES_SHOWN);
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
      this.#newest = amendedBy(this.#newest, [ts, price, size, name.name]);
    }
  }

  /** JSON text, oldest first. */
  text(scales: Scales): string {
    this.#read();
    return listText(this.#newest, scales);
  }

  #read(): void {
    this.#newest = newestOf(this.#newest, this.#unread.map(shownOf));
    this.#unread = [];
  }
}

const newestOf = <Trade>(present: readonly Trade[], more: readonly Trade[]): Trade[] =>
  more.length >= TRADES_SHOWN ? more.slice(-TRADES_SHOWN) : [...present, ...more].slice(-TRADES_SHOWN);

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

const shownOf = ({ ts, price, size, key }: TradeTaken): Shown => shown(ts, price, size, key);

const shown = (ts: number, price: number, size: number, name: TakenKey | undefined): Shown =>
  name === undefined || name.space !== "" ? [ts, price, size] : [ts, price, size, name.name];

function listText(trades: readonly Shown[], { priceScale, sizeScale }: Scales): string {
  const list: StreamTrade[] = trades.map(([ts, price, size, id]) => ({
    ts,
    price: decimalText(price, priceScale),
    size: decimalText(size, sizeScale),
    ...(id === undefined ? {} : { id: String(id) }),
  }));
  return JSON.stringify(list);
}
