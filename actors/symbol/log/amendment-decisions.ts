/** Which cancels and corrections are taken. The trade is found by the venue's id, among those of the log and those of the same request. */
import { HORIZON_MS } from "../../../src/domain/lateness.ts";
import { bucketStart, MINUTE_MS } from "../../../src/domain/time.ts";
import type { AmendmentTold, StandingTrade, SymbolEvent, TradeAmended } from "../events.ts";
import { overloaded } from "../gaps/gap-decisions.ts";
import type { TickReport } from "../messages.ts";
import type { SymbolState } from "../state.ts";
import { type KnownTrade, nameOf, type RequestTrades, type TradesKnown } from "../ticks/request-trades.ts";

type Verdict = TradeAmended | "duplicate" | "late" | "unknown" | "cancelled";
type Room = { takesTick(ts: number, watermark: number): boolean };
type Decided = { readonly events: SymbolEvent[]; readonly report: TickReport };

const DETAILS = {
  unknown: "no trade with this id was taken",
  cancelled: "the trade was cancelled",
} as const;

export class AmendmentDecisions {
  readonly #state: SymbolState;
  readonly #logged: ReadonlyMap<string, KnownTrade>;
  readonly #reach: number;
  readonly #request: RequestTrades;
  /** Notices that wait for the close of a day. */
  readonly #pending: Set<string>;

  constructor(state: SymbolState, log: TradesKnown, request: RequestTrades, told: readonly AmendmentTold[]) {
    this.#state = state;
    this.#logged = log.find(told.map(({ key }) => key));
    this.#reach = log.reach.ts;
    this.#request = request;
    this.#pending = new Set(
      state.latePending.flatMap(({ tick }) => (tick.kind === "amendment-told" ? [saying(tick)] : [])),
    );
  }

  /** `events` and `report` are those of the request so far. */
  decide(told: AmendmentTold, index: number, room: Room, watermark: number, decided: Decided): void {
    const { events, report } = decided;
    const verdict = this.#judge(told, watermark);
    if (verdict === "duplicate") report.duplicates += 1;
    else if (verdict === "unknown" || verdict === "cancelled")
      report.rejected.push({ index, code: "trade-unknown", detail: DETAILS[verdict] });
    else if (!room.takesTick(verdict === "late" ? 0 : verdict.trade.ts, watermark))
      report.rejected.push(overloaded(index));
    else if (verdict === "late") {
      report.late += 1;
      this.#pending.add(saying(told));
      events.push({ kind: "tick-late", tick: told, watermark });
    } else {
      report.accepted += 1;
      events.push(verdict);
    }
  }

  #judge(told: AmendmentTold, watermark: number): Verdict {
    const { key } = told;
    if (this.#pending.has(saying(told))) return "duplicate";
    const known = this.#request.named(key) ?? this.#logged.get(nameOf(key));
    if (known === undefined)
      return this.#request.isLate(key) || this.#state.tradeKeys.has(key) ? "late" : "unknown";
    if (isRepeat(told, known)) return "duplicate";
    if (known.cancelled) return "cancelled";
    const { ts } = known.trade;
    // A minute that had begun before there was a log cannot be built again.
    if (watermark - ts > HORIZON_MS || bucketStart(ts, MINUTE_MS) < this.#reach) return "late";
    return amendedBy(told, known.trade);
  }
}

/** What a notice says, whenever it was said. */
const saying = ({ key, how, price, size }: AmendmentTold): string => `${nameOf(key)} ${how} ${price} ${size}`;

/** A cancel of what is gone, a correction that changes nothing, or a notice that is older than one that was taken. */
export function isRepeat(told: AmendmentTold, { trade, cancelled, amendedAt }: KnownTrade): boolean {
  if (told.ts < amendedAt) return true;
  if (told.how === "cancel") return cancelled;
  if (cancelled) return false;
  return (told.price ?? trade.price) === trade.price && (told.size ?? trade.size) === trade.size;
}

export function amendedBy(
  { how, ts: at, price, size }: Pick<AmendmentTold, "how" | "ts" | "price" | "size">,
  trade: StandingTrade,
): TradeAmended {
  const { ts, ordinal, arrival, counts, name } = trade;
  const standing = { ts, ordinal, arrival, price: trade.price, size: trade.size, counts, name };
  const now =
    how === "cancel" ? { price: 0, size: 0 } : { price: price ?? trade.price, size: size ?? trade.size };
  return { kind: "trade-amended", how, trade: standing, ...now, at };
}
