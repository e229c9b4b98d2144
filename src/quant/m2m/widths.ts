/** Widths of mark-to-market candles. Those of a day lie on the clock of UTC; a day is a trading day of the account. */
import { M2M_WIDTHS } from "../../domain/bar.ts";
import { bucketStart, DAY_MS, type EpochMs, MINUTE_MS } from "../../domain/time.ts";
import { type AccountDays, accountDays, isCalendar } from "../account-days.ts";
import { ALWAYS_OPEN } from "../session-grammar.ts";

export type M2mWidth = (typeof M2M_WIDTHS)[number];
/** Folded from minutes. */
export type WideWidth = Exclude<M2mWidth, "1">;
export const WIDE_WIDTHS = M2M_WIDTHS.filter((width): width is WideWidth => width !== "1");

export const isM2mWidth = (text: string): text is M2mWidth => M2M_WIDTHS.some((width) => width === text);

const MINUTES: Readonly<Record<Exclude<M2mWidth, "1D">, number>> = {
  "1": 1,
  "5": 5,
  "15": 15,
  "30": 30,
  "60": 60,
  "240": 240,
};

/** Undefined for a day, which has no one width. */
export const widthMs = (width: M2mWidth): number | undefined =>
  width === "1D" ? undefined : MINUTES[width] * MINUTE_MS;

export type CandleSpan = { readonly start: EpochMs; readonly end: EpochMs };

/** Spans of one account. Its day is one of UTC where it names no calendar, or one that this version does not know. */
export class CandleSpans {
  readonly #days: AccountDays | undefined;
  /** The day that was asked for last: most questions are about the newest. */
  #day: CandleSpan | undefined;

  constructor(calendar: string | undefined) {
    const isPlain = calendar === undefined || calendar === ALWAYS_OPEN || !isCalendar(calendar);
    this.#days = isPlain ? undefined : accountDays(calendar);
  }

  /** Days are those of UTC. */
  get isPlain(): boolean {
    return this.#days === undefined;
  }

  /** The span that holds the moment. */
  of(width: M2mWidth, at: number): CandleSpan {
    if (width !== "1D") return onClock(at, MINUTES[width] * MINUTE_MS);
    if (this.#days === undefined) return onClock(at, DAY_MS);
    if (this.#day !== undefined && this.#day.start <= at && at < this.#day.end) return this.#day;
    const { start, end } = this.#days.dayAt(at);
    this.#day = { start, end };
    return this.#day;
  }
}

const plain = new CandleSpans(undefined);
/** One for each calendar that there is. */
const opened = new Map<string, CandleSpans>();

/** Shared by all of an isolate that have the same calendar. */
export function candleSpans(calendar: string | undefined): CandleSpans {
  if (calendar === undefined || !isCalendar(calendar)) return plain;
  const known = opened.get(calendar);
  if (known !== undefined) return known;
  const spans = new CandleSpans(calendar);
  opened.set(calendar, spans);
  return spans;
}

function onClock(at: number, ms: number): CandleSpan {
  const start = bucketStart(at, ms);
  return { start, end: (start + ms) as EpochMs };
}
