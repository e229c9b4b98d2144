/**
 * Trades, cancels and corrections that came too late for their bars wait until the trading day has closed; then they go into those bars that
 * can still be built here, one revision for each. What is older is counted and stays in the ledger of facts alone.
 */
import { RESOLUTIONS } from "../../../src/domain/bar.ts";
import { bucketStart, MINUTE_MS } from "../../../src/domain/time.ts";
import { isClosed } from "../bars/closing.ts";
import type { Changes, LogBook } from "../changes.ts";
import type { AmendmentTold, LateFolded, PendingTick, SymbolEvent, TickLate, TradeTaken } from "../events.ts";
import { LATE_PENDING_MAX } from "../limits.ts";
import type { SymbolState } from "../state.ts";
import { type KnownTrade, nameOf, RequestTrades } from "../ticks/request-trades.ts";
import { amendTrade } from "./amend.ts";
import { amendedBy, isRepeat } from "./amendment-decisions.ts";
import { placeTrade } from "./take-trade.ts";

/** A quote changes nothing later on. One that finds no room is not folded. */
export function keepForFold(state: SymbolState, { tick, watermark }: TickLate, changes: Changes): void {
  if (tick.kind === "quote-taken") return;
  if (state.latePending.length >= LATE_PENDING_MAX) {
    changes.unfolded += 1;
    return;
  }
  const ordinal = (state.latePending.at(-1)?.ordinal ?? 0) + 1;
  const pending: PendingTick = { ordinal, tick, watermark };
  state.latePending.push(pending);
  changes.pending.push(pending);
}

/** What is due: the day in which the first of them came has closed, or there are as many as may wait. `room` is how many facts may be told. */
export function decideFold(state: SymbolState, room: number): LateFolded | undefined {
  const [first] = state.latePending;
  if (first === undefined || !isDue(state, first.watermark)) return undefined;
  const minutes = new Set<number>();
  let count = 0;
  for (const { tick } of state.latePending) {
    minutes.add(bucketStart(tick.ts, MINUTE_MS));
    if (minutes.size * RESOLUTIONS.length > room) break;
    count += 1;
  }
  return count === 0 ? undefined : { kind: "late-folded", ticks: state.latePending.slice(0, count) };
}

const isDue = (state: SymbolState, watermark: number): boolean =>
  state.latePending.length >= LATE_PENDING_MAX || isClosed(state, state.calendar.spanOf("1D", watermark));

/** `since` is the start of the first day whose minutes are all here. */
export function foldLate(
  state: SymbolState,
  { ticks }: LateFolded,
  since: number,
  changes: Changes,
  log: LogBook,
): void {
  const folding = new Folding(state, ticks, since, changes, log);
  for (const { tick } of ticks) {
    if (folding.fold(tick)) changes.folded += 1;
    else changes.unfolded += 1;
  }
  changes.settled = ticks.at(-1)?.ordinal ?? 0;
  state.latePending.splice(0, ticks.length);
}

/** The log is asked once for all trades that are amended; what the fold itself has done so far is known beside it. */
class Folding {
  readonly #state: SymbolState;
  readonly #since: number;
  readonly #changes: Changes;
  readonly #log: LogBook;
  readonly #logged: ReadonlyMap<string, KnownTrade>;
  readonly #done: SymbolEvent[] = [];
  readonly #here: RequestTrades;

  constructor(
    state: SymbolState,
    ticks: readonly PendingTick[],
    since: number,
    changes: Changes,
    log: LogBook,
  ) {
    this.#state = state;
    this.#since = since;
    this.#changes = changes;
    this.#log = log;
    this.#logged = log.find(ticks.flatMap(({ tick }) => (tick.kind === "amendment-told" ? [tick.key] : [])));
    this.#here = new RequestTrades(state.arrivals, this.#done);
  }

  /** False where it is too old, or changes nothing. */
  fold(tick: PendingTick["tick"]): boolean {
    return tick.kind === "trade-taken" ? this.#trade(tick) : this.#amendment(tick);
  }

  #trade(trade: TradeTaken): boolean {
    if (trade.ts < this.#since) return false;
    this.#state.arrivals += 1;
    placeTrade(this.#state, trade, this.#changes, this.#log);
    this.#changes.foldedTrades.push(trade);
    this.#done.push(trade);
    return true;
  }

  #amendment(told: AmendmentTold): boolean {
    const known = this.#here.named(told.key) ?? this.#logged.get(nameOf(told.key));
    if (known === undefined || known.cancelled || isRepeat(told, known)) return false;
    const { ts } = known.trade;
    if (ts < this.#since || bucketStart(ts, MINUTE_MS) < this.#log.reach.ts) return false;
    const amended = amendedBy(told, known.trade);
    amendTrade(this.#state, amended, this.#changes, this.#log);
    this.#done.push(amended);
    return true;
  }
}
