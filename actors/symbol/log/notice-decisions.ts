/** What a request says beside trades and quotes: gaps, cancels, corrections, volumes of a day. Each has its own judge, made when the first of its kind comes. */

import type { FactRoom } from "../bars/fact-room.ts";
import type {
  AmendmentTold,
  GapTold,
  SymbolEvent,
  TickTold,
  TradeTaken,
  VolumeHeard,
  VolumeTold,
} from "../events.ts";
import { GapDecisions, overloaded } from "../gaps/gap-decisions.ts";
import type { TickReport } from "../messages.ts";
import type { SymbolState } from "../state.ts";
import { DayVolumes } from "../ticks/day-volumes.ts";
import { RequestTrades, type TradesKnown } from "../ticks/request-trades.ts";
import { AmendmentDecisions } from "./amendment-decisions.ts";

type Request = {
  readonly state: SymbolState;
  readonly ticks: readonly { readonly tick: TickTold }[];
  readonly now: number;
  readonly log: TradesKnown;
  readonly room: FactRoom;
  /** They grow while the request is decided. */
  readonly events: SymbolEvent[];
  readonly report: TickReport;
};

export class NoticeDecisions {
  readonly #request: Request;
  #trades: RequestTrades | undefined;
  #gaps: GapDecisions | undefined;
  #amendments: AmendmentDecisions | undefined;
  #volumes: DayVolumes | undefined;
  #untold: VolumeHeard | undefined;

  constructor(request: Request) {
    this.#request = request;
  }

  decide(told: GapTold | AmendmentTold, index: number, watermark: number): void {
    const { state, ticks, now, log, room } = this.#request;
    if (told.kind === "gap-told") {
      this.#gaps ??= new GapDecisions(state.gaps, now);
      this.#gaps.decide(told, index, (cost) => room.takes(cost), this.#request);
      return;
    }
    this.#amendments ??= new AmendmentDecisions(state, log, this.#ofRequest(), amendmentsOf(ticks));
    this.#amendments.decide(told, index, room, watermark, this.#request);
  }

  /** The trade that a day's volume tells, with its size; undefined where it tells none: then it is judged. */
  tradeOf(told: VolumeTold, index: number, watermark: number): TradeTaken | undefined {
    const { state, log, events, report } = this.#request;
    this.#volumes ??= new DayVolumes(state, log, this.#ofRequest());
    const verdict = this.#volumes.judge(told);
    if (verdict === "duplicate") {
      report.duplicates += 1;
      return undefined;
    }
    this.#untold = verdict.heard;
    if ("trade" in verdict) return verdict.trade;
    if (this.#hasRoom(verdict.corrections, watermark)) {
      report.accepted += 1;
      events.push(...verdict.corrections);
      this.#heard();
    } else report.rejected.push(overloaded(index));
    return undefined;
  }

  /** Where a volume told it, the next one counts from there. */
  taken({ kind }: TickTold): void {
    if (kind === "volume-told") this.#heard();
  }

  #heard(): void {
    if (this.#untold === undefined) return;
    this.#volumes?.hear(this.#untold);
    this.#request.events.push(this.#untold);
    this.#untold = undefined;
  }

  #hasRoom(corrections: readonly { readonly trade: { readonly ts: number } }[], watermark: number): boolean {
    return corrections.every(({ trade }) => this.#request.room.takesTick(trade.ts, watermark));
  }

  #ofRequest(): RequestTrades {
    this.#trades ??= new RequestTrades(this.#request.state.arrivals, this.#request.events);
    return this.#trades;
  }
}

const amendmentsOf = (ticks: Request["ticks"]): AmendmentTold[] =>
  ticks.flatMap(({ tick }) => (tick.kind === "amendment-told" ? [tick] : []));
