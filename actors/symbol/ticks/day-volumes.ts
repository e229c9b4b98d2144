/**
 * Feeds that tell the volume of the trading day so far in place of each trade's size, as those of India do. A trade's size is what the day's
 * volume has grown by since that source's newest trade; the first one that is ever heard of a source only says where it stands.
 */
import { MINUTE_MS } from "../../../src/domain/time.ts";
import { countsForVolume } from "../../../src/quant/trade-conditions.ts";
import type {
  DayVolume,
  StandingTrade,
  TradeAmended,
  TradeTaken,
  VolumeHeard,
  VolumeTold,
} from "../events.ts";
import { amendedBy } from "../log/amendment-decisions.ts";
import type { SymbolState } from "../state.ts";
import type { RequestTrades, TradesKnown } from "./request-trades.ts";

/** A trade with its size; corrections, where the volume has shrunk; or what was known already. */
export type VolumeVerdict =
  | { readonly trade: TradeTaken; readonly heard: VolumeHeard | undefined }
  | { readonly corrections: readonly TradeAmended[]; readonly heard: VolumeHeard }
  | "duplicate";

export class DayVolumes {
  readonly #state: SymbolState;
  readonly #log: TradesKnown;
  readonly #request: RequestTrades;
  readonly #heard = new Map<string, DayVolume>();

  constructor(state: SymbolState, log: TradesKnown, request: RequestTrades) {
    this.#state = state;
    this.#log = log;
    this.#request = request;
  }

  judge(told: VolumeTold): VolumeVerdict {
    const { source, ts, ordinal, volume } = told;
    const day = this.#state.calendar.dayAt(ts).start;
    const known = this.#heard.get(source) ?? this.#state.dayVolumes.get(source);
    const heard: VolumeHeard = { kind: "volume-heard", source, known: { day, volume, ts, ordinal } };
    if (known === undefined) return { trade: tradeOf(told, 0), heard };
    // What was traded until then is in the size of a newer trade already.
    if (day < known.day || ts < known.ts || (ts === known.ts && ordinal < known.ordinal))
      return { trade: tradeOf(told, 0), heard: undefined };
    const grown = volume - (day === known.day ? known.volume : 0);
    if (grown === 0) return "duplicate";
    if (grown > 0) return { trade: tradeOf(told, grown), heard };
    return { corrections: this.#less(-grown, day, told), heard };
  }

  /** It was taken: the next one of the request counts from here. */
  hear({ source, known }: VolumeHeard): void {
    this.#heard.set(source, known);
  }

  /** So much is taken back from the day's trades, the newest first, and from none more than it had. */
  #less(volume: number, day: number, { ts }: VolumeTold): TradeAmended[] {
    let left = volume;
    const corrections: TradeAmended[] = [];
    for (const trade of this.#newestFirst(day, volume)) {
      if (left === 0) break;
      const taken = Math.min(left, trade.size);
      left -= taken;
      corrections.push(amendedBy({ how: "correct", ts, price: undefined, size: trade.size - taken }, trade));
    }
    return corrections;
  }

  /** With a size, as far back in the day as it takes for so much volume. */
  #newestFirst(day: number, volume: number): StandingTrade[] {
    const until = this.#state.watermark + 1;
    for (let widthMs = MINUTE_MS; ; widthMs *= 4) {
      const from = Math.max(day, this.#log.reach.ts, until - widthMs);
      const trades = this.#request
        .standing(this.#log.trades(from, Number.MAX_SAFE_INTEGER))
        .filter((trade) => trade.ts >= from && trade.size > 0 && countsForVolume(trade.counts));
      const enough = trades.reduce((sum, { size }) => sum + size, 0) >= volume;
      if (enough || from > until - widthMs) return trades.sort(newestFirst);
    }
  }
}

const newestFirst = (one: StandingTrade, other: StandingTrade): number =>
  other.ts - one.ts || other.ordinal - one.ordinal || other.arrival - one.arrival;

const tradeOf = ({ ts, price, ordinal, counts, key }: VolumeTold, size: number): TradeTaken => ({
  ...{ kind: "trade-taken", ts, price, size, ordinal, counts, key },
});
