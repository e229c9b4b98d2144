/**
 * Bars' spans by brute force, by another road than the code under test: the wall clock of Intl says of each minute which trading day and
 * which stretch of it the minute is of, and a span is found by looking for the minutes where that changes.
 */
import { assert } from "../../src/domain/assert.ts";

type Window = { readonly start: number; readonly end: number };
type Wall = { readonly date: number; readonly minute: number };
export type OracleSpan = { readonly start: number; readonly end: number; readonly closesAt: number };

const MINUTE = 60_000;
const DAY_MINUTES = 1_440;
const WIDTHS: Readonly<Record<string, number>> = {
  ...{ "1": 1, "3": 3, "5": 5, "15": 15, "30": 30, "60": 60, "240": 240 },
};
/** How far around a moment its bar can reach, in minutes. */
const REACH: Readonly<Record<string, number>> = {
  ...{ "1D": 3 * DAY_MINUTES, "1W": 10 * DAY_MINUTES, "1M": 35 * DAY_MINUTES },
};

export class SpanOracle {
  readonly #format: Intl.DateTimeFormat;
  readonly #windows: readonly (readonly Window[])[];
  readonly #walls = new Map<number, Wall>();
  readonly #names = new Map<string, OracleSpan>();
  readonly #spans = new Map<string, Map<number, OracleSpan>>();

  constructor({ timezone, session }: { readonly timezone: string; readonly session: string }) {
    this.#format = new Intl.DateTimeFormat("en-GB", {
      timeZone: session === "24x7" ? "UTC" : timezone,
      ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
      hourCycle: "h23",
    } as Intl.DateTimeFormatOptions);
    this.#windows = [1, 2, 3, 4, 5, 6, 7].map((day) => windowsOn(session, day));
  }

  spanOf(resolution: string, at: number): OracleSpan {
    const minute = Math.floor(at / MINUTE);
    const ofWidth = this.#spans.get(resolution) ?? new Map<number, OracleSpan>();
    this.#spans.set(resolution, ofWidth);
    const span = ofWidth.get(minute) ?? this.#measure(resolution, minute);
    ofWidth.set(minute, span);
    return span;
  }

  /** By the name of what it is in: minutes of one stretch, or trading days of one week or month. */
  #measure(resolution: string, minute: number): OracleSpan {
    const name = `${resolution} ${this.#nameOf(resolution, minute)}`;
    const known = this.#names.get(name);
    if (known !== undefined && known.start <= minute * MINUTE && minute * MINUTE < known.end) return known;
    const span =
      WIDTHS[resolution] === undefined ? this.#dated(resolution, minute) : this.#within(resolution, minute);
    this.#names.set(name, span);
    return span;
  }

  dayOf(at: number): number {
    return this.#dayOf(Math.floor(at / MINUTE));
  }

  #dated(resolution: string, minute: number): OracleSpan {
    const name = this.#nameOf(resolution, minute);
    const isSame = (other: number) => this.#nameOf(resolution, other) === name;
    const [start, end] = edges(minute, REACH[resolution] ?? 0, isSame);
    let last = end - 1;
    while (last >= start && this.#windowOf(last) === undefined) last -= 1;
    return { start: start * MINUTE, end: end * MINUTE, closesAt: (last < start ? end : last + 1) * MINUTE };
  }

  #within(resolution: string, minute: number): OracleSpan {
    const width = WIDTHS[resolution] ?? 1;
    const stretch = this.#stretchOf(minute);
    const [from, to] = edges(minute, 3 * DAY_MINUTES, (other) => this.#stretchOf(other) === stretch);
    const anchor =
      this.#windowOf(minute) === undefined ? this.#midnightOf(this.#dayOf(minute), minute) : from;
    const grid = anchor + Math.floor((minute - anchor) / width) * width;
    const [start, end] = [Math.max(grid, from), Math.min(grid + width, to)];
    return { start: start * MINUTE, end: end * MINUTE, closesAt: end * MINUTE };
  }

  #midnightOf(day: number, near: number): number {
    let minute = near;
    while (this.#wall(minute).date >= day) minute -= 30;
    while (this.#wall(minute).date < day) minute += 1;
    return minute;
  }

  #nameOf(resolution: string, minute: number): string {
    const day = this.#dayOf(minute);
    if (resolution === "1D") return String(day);
    if (resolution === "1W") return String(Math.floor((day + 3) / 7));
    if (resolution === "1M") return new Date(day * 86_400_000).toISOString().slice(0, 7);
    return this.#stretchOf(minute);
  }

  /** The day and, of its open stretches, the one that began last. */
  #stretchOf(minute: number): string {
    const day = this.#dayOf(minute);
    const at = this.#minuteOf(day, minute);
    const began = this.#windowsOf(day).filter(({ start }) => start <= at).length;
    const ended = this.#windowsOf(day).filter(({ end }) => end <= at).length;
    return `${day} ${began} ${ended}`;
  }

  #windowOf(minute: number): Window | undefined {
    const day = this.#dayOf(minute);
    const at = this.#minuteOf(day, minute);
    return this.#windowsOf(day).find(({ start, end }) => start <= at && at < end);
  }

  /** Tomorrow's as soon as tomorrow's session has opened this evening. */
  #dayOf(minute: number): number {
    const { date } = this.#wall(minute);
    const opens = this.#windowsOf(date + 1)[0]?.start ?? 0;
    const closes = this.#windowsOf(date).at(-1)?.end ?? Number.NEGATIVE_INFINITY;
    const at = this.#minuteOf(date + 1, minute);
    return at >= opens && at + DAY_MINUTES >= closes ? date + 1 : date;
  }

  #windowsOf(day: number): readonly Window[] {
    return this.#windows[new Date(day * 86_400_000).getUTCDay()] ?? [];
  }

  /** Minutes of the wall since that day's midnight. */
  #minuteOf(day: number, minute: number): number {
    const wall = this.#wall(minute);
    return wall.minute + (wall.date - day) * DAY_MINUTES;
  }

  #wall(minute: number): Wall {
    const known = this.#walls.get(minute);
    if (known !== undefined) return known;
    const [date = "", time = ""] = this.#format.format(minute * MINUTE).split(", ");
    const [day, month, year] = date.split("/").map(Number);
    const [hour = 0, of = 0] = time.split(":").map(Number);
    assert(day !== undefined && month !== undefined && year !== undefined, "Intl tells a date");
    const wall = { date: Date.UTC(year, month - 1, day) / 86_400_000, minute: hour * 60 + of };
    this.#walls.set(minute, wall);
    return wall;
  }
}

/** 1 is Sunday. */
function windowsOn(session: string, day: number): Window[] {
  if (session === "24x7") return [{ start: 0, end: DAY_MINUTES }];
  const rule = session.split("|").find((one) => (one.split(":")[1] ?? "1234567").includes(String(day)));
  return (rule?.split(":")[0]?.split(",") ?? []).map((window) => {
    const [start = 0, end = 0] = window
      .split("-")
      .map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(2)));
    const until = end === 0 ? DAY_MINUTES : end;
    return start < until ? { start, end: until } : { start: start - DAY_MINUTES, end: until };
  });
}

/** The first minute around that is the same, and the first behind that is not. What is the same hangs together. */
function edges(minute: number, reach: number, isSame: (minute: number) => boolean): [number, number] {
  const seek = (same: number, other: number): [number, number] => {
    let [inside, outside] = [same, other];
    while (Math.abs(outside - inside) > 1) {
      const middle = Math.trunc((inside + outside) / 2);
      if (isSame(middle)) inside = middle;
      else outside = middle;
    }
    return [inside, outside];
  };
  return [seek(minute, minute - reach)[0], seek(minute, minute + reach)[1]];
}
