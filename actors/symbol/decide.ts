/** Every rule of a symbol: which ticks are taken, when the clock may close bars, which reference data is newer. */

import type { Instrument } from "../../src/domain/instrument.ts";
import { GRACE_MS, HORIZON_MS } from "../../src/domain/lateness.ts";
import { FUTURE_TOLERANCE_MS } from "../../src/domain/time.ts";
import { isQuiet, nextCloseAt } from "./bars/closing.ts";
import { FactRoom } from "./bars/fact-room.ts";
import { DepthDecisions } from "./book/depth-decisions.ts";
import type {
  AmendmentTold,
  ClockAdvanced,
  DepthTold,
  FeedEnded,
  GapTold,
  InstrumentTaken,
  QuoteTaken,
  SymbolEvent,
  TickTold,
  TradeTaken,
  VolumeTold,
} from "./events.ts";
import { overloaded } from "./gaps/gap-decisions.ts";
import { NoticeDecisions } from "./log/notice-decisions.ts";
import type { Rejection, TickReport } from "./messages.ts";
import type { SymbolState } from "./state.ts";
import type { TradesKnown } from "./ticks/request-trades.ts";
import { KeySet } from "./ticks/taken-keys.ts";

/** A tick whose form is right, at the instrument's scales, with its place in the request. */
export type ParsedTick = { readonly index: number; readonly tick: TickTold };
export type ParsedTicks = {
  readonly ticks: readonly ParsedTick[];
  readonly rejected: readonly Rejection[];
  /** Flags of trades that no table knows; the trades count as regular. */
  readonly unknownConditions: number;
};

export type TicksDecision = { readonly events: readonly SymbolEvent[]; readonly report: TickReport };

/** `factRoom` is how many facts the outbox may still take: ticks that could cause more are rejected for now, the others are taken. */
export function decideTicks(
  state: SymbolState,
  parsed: ParsedTicks,
  now: number,
  factRoom: number,
  log: TradesKnown,
): TicksDecision {
  const events: SymbolEvent[] = [];
  const report: TickReport = { accepted: 0, duplicates: 0, late: 0, rejected: [...parsed.rejected] };
  const trades = new KeySet();
  const fresh = { "trade-taken": trades, "volume-told": trades, "quote-taken": new KeySet() };
  let { watermark } = state;
  const room = new FactRoom(state, factRoom);
  const notices = new NoticeDecisions({ state, ticks: parsed.ticks, now, log, room, events, report });
  const depth = new DepthDecisions({ book: state.book, instrument: state.instrument, room, events, report });
  for (const { index, tick } of parsed.ticks) {
    if (tick.ts > now + FUTURE_TOLERANCE_MS) {
      report.rejected.push({ index, code: "ts-future", detail: "the tick is more than 2 s in the future" });
      continue;
    }
    if (isAside(tick)) {
      watermark = decideAside(tick, index, watermark, { notices, depth });
      continue;
    }
    const keys = fresh[tick.kind];
    if (isTaken(state, tick, keys)) {
      report.duplicates += 1;
      continue;
    }
    const taken = tick.kind === "volume-told" ? notices.tradeOf(tick, index, watermark) : tick;
    if (taken === undefined) continue;
    if (!room.takesTick(tick.ts, watermark)) {
      report.rejected.push(overloaded(index));
      continue;
    }
    watermark = take(taken, watermark, { events, report, keys });
    notices.taken(tick);
  }
  if (events.length > 0) events.push({ kind: "ticks-taken", at: now });
  report.rejected.sort((one, other) => one.index - other.index);
  return { events, report };
}

/** Neither a trade nor a quote. */
type Aside = GapTold | AmendmentTold | DepthTold;
const isAside = (tick: TickTold): tick is Aside =>
  tick.kind === "depth-told" || tick.kind === "gap-told" || tick.kind === "amendment-told";

/** Answers the watermark behind it. */
function decideAside(
  tick: Aside,
  index: number,
  watermark: number,
  { notices, depth }: { readonly notices: NoticeDecisions; readonly depth: DepthDecisions },
): number {
  if (tick.kind === "depth-told") return depth.decide(tick, index, watermark);
  notices.decide(tick, index, watermark);
  return watermark;
}

/** Answers the watermark behind it. */
function take(
  tick: TradeTaken | QuoteTaken,
  watermark: number,
  into: { readonly events: SymbolEvent[]; readonly report: TickReport; readonly keys: KeySet },
): number {
  const { events, report, keys } = into;
  if (tick.key !== undefined) keys.add(tick.key);
  if (watermark - tick.ts > HORIZON_MS) {
    report.late += 1;
    events.push({ kind: "tick-late", tick, watermark });
    return watermark;
  }
  report.accepted += 1;
  events.push(tick);
  return Math.max(watermark, tick.ts);
}

/**
 * The clock closes what has ended, while the feed keeps up with it and is quiet: a busy one closes its bars by its own ticks.
 * Asked too early, or for a tape, it does nothing.
 */
export function decideClose(state: SymbolState, now: number): readonly ClockAdvanced[] {
  const due = nextCloseAt(state, now);
  return due === undefined || due > now || !isQuiet(state, now)
    ? []
    : [{ kind: "clock-advanced", until: now - GRACE_MS }];
}

/** The feed has ended: what forms is closed. Said again before a newer tick was taken, it is no news. */
export function decideEnd({ watermark, endedAt }: SymbolState): readonly FeedEnded[] {
  return watermark > endedAt ? [{ kind: "feed-ended", at: watermark }] : [];
}

/** An older version never replaces a newer one. */
export function decideInstrument(
  state: SymbolState,
  offered: readonly Instrument[],
): readonly InstrumentTaken[] {
  let newest = state.instrument;
  for (const instrument of offered) {
    if (newest === undefined || instrument.version > newest.version) newest = instrument;
  }
  return newest === undefined || newest === state.instrument
    ? []
    : [{ kind: "instrument-taken", instrument: newest }];
}

/** Without a name a tick is never a repeat: equal real prints exist. */
function isTaken(
  state: SymbolState,
  { kind, key }: TradeTaken | VolumeTold | QuoteTaken,
  fresh: KeySet,
): boolean {
  if (key === undefined) return false;
  const taken = kind === "quote-taken" ? state.quoteKeys : state.tradeKeys;
  return taken.has(key) || fresh.has(key);
}
