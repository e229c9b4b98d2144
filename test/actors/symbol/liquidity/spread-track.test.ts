/** For how long which spread stood, against a reader that looks at every hundredth of a second of the session. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noSpreads, type SessionSpreads } from "../../../../actors/symbol/liquidity/spread-state.ts";
import { trackFrom, trackText } from "../../../../actors/symbol/liquidity/spread-text.ts";
import { closeSpreads, countSpread } from "../../../../actors/symbol/liquidity/spread-track.ts";
import type { Quote } from "../../../../actors/symbol/state.ts";
import { barCalendarOf } from "../../../../src/quant/bar-calendar.ts";
import { binOf, SPREAD_BINS_MAX } from "../../../../src/quant/liquidity/spread-times.ts";
import { HOUR, MINUTE, NOON } from "../bench.ts";

/** Open from noon to 12:03 and from 12:04 to 12:05 each day of the week. */
const CALENDAR = barCalendarOf({ timezone: "UTC", session: "1200-1203,1204-1205" });
const STEP = 10_000;

type Said = { readonly ts: number; readonly bid: number; readonly ask: number };
const quoteOf = ({ ts, bid, ask }: Said): Quote => ({ bid, bidSize: 1, ask, askSize: 1, key: [ts, 0, 0] });

class Session {
  spreads = noSpreads();
  quote: Quote | undefined;
  readonly calendar = CALENDAR;
  readonly told: SessionSpreads[] = [];

  say(said: Said): void {
    this.closeAt(said.ts - 2_000);
    countSpread(this, said.ts, this.told);
    this.quote = quoteOf(said);
  }

  closeAt(at: number): void {
    closeSpreads(this, at, this.told);
  }

  reload(): void {
    this.spreads = trackFrom(trackText(this.spreads));
  }
}

const isOpen = (at: number): boolean => CALENDAR.isOpen(at);
/** Milliseconds by bin and trading day, step by step. Quotes stand on whole steps. */
function stepByStep(said: readonly Said[], until: number): Map<number, Map<number, number>> {
  const days = new Map<number, Map<number, number>>();
  for (let at = said[0]!.ts; at < until; at += STEP) {
    const { ts, bid, ask } = said.findLast((quote) => quote.ts <= at)!;
    if (at - ts >= MINUTE || !isOpen(at) || bid > ask) continue;
    const day = CALENDAR.dayAt(at).day;
    const times = days.get(day) ?? new Map<number, number>();
    const bin = binOf(((ask - bid) / ((ask + bid) / 2)) * 10_000);
    times.set(bin, (times.get(bin) ?? 0) + STEP);
    days.set(day, times);
  }
  return days;
}
const toldOf = (told: readonly SessionSpreads[]): Map<number, Map<number, number>> =>
  new Map(told.map(({ day, times }) => [day, new Map(times)]));

/** From before noon on, over up to two days. */
const quotes = fc
  .array(
    fc.record({
      step: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant((23 * HOUR) / STEP)),
      bid: fc.integer({ min: 990, max: 1_001 }),
      ask: fc.integer({ min: 1_000, max: 1_010 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((list) => {
    let ts = NOON - 2 * MINUTE;
    return list.map(({ step, bid, ask }): Said => {
      ts += step * STEP;
      return { ts, bid, ask };
    });
  });

describe("spreads of a session", () => {
  test("are counted for as long as each fresh quote stood while the market was open, whatever comes between", () => {
    void fc.assert(
      fc.property(quotes, fc.array(fc.boolean()), (said, reloads) => {
        const session = new Session();
        said.forEach((quote, at) => {
          if (reloads[at] === true) session.reload();
          session.say(quote);
        });
        const end = said.at(-1)!.ts + 24 * HOUR;
        session.closeAt(end);
        expect(toldOf(session.told)).toEqual(stepByStep(said, end));
      }),
      { numRuns: 25 },
    );
  });

  test("are told once, when their session has closed", () => {
    const session = new Session();
    session.say({ ts: NOON + MINUTE, bid: 999, ask: 1_001 });
    session.closeAt(NOON + 5 * MINUTE - 1);
    expect(session.told).toEqual([]);
    session.closeAt(NOON + 5 * MINUTE);
    session.closeAt(NOON + 6 * MINUTE);
    expect(session.told.map(({ times }) => [...times])).toEqual([[[binOf(20), MINUTE]]]);
  });

  test("of a quote without a price, or of a crossed one, are none", () => {
    const session = new Session();
    session.say({ ts: NOON, bid: 0, ask: 1_001 });
    session.say({ ts: NOON + 1_000, bid: 1_002, ask: 1_001 });
    session.closeAt(NOON + HOUR);
    expect(session.told).toEqual([]);
  });

  test("bound symbol/state:spreads: a spread of any width is in one of the bins", () => {
    const session = new Session();
    const bid = 10 ** 9;
    for (let at = 0; at < 1_740; at++) {
      session.say({ ts: NOON + at, bid, ask: bid + Math.floor(1.02 ** at) });
    }
    expect(session.spreads.times.size).toBeGreaterThan(600);
    expect(session.spreads.times.size).toBeLessThanOrEqual(SPREAD_BINS_MAX);
  });
});
