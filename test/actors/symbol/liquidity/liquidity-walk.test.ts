/** A symbol's life of trades, late ones, cancels, corrections and loads: its statistics are those of a list of the trades that stand. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DAY, MINUTE, NOON, quote, SymbolBench, trade } from "../bench.ts";

/** Open for half an hour on weekdays, in two parts: 12:00 to 12:20 and 12:30 to 12:40. */
const HOURS = { timezone: "UTC", session: "1200-1220,1230-1240:23456", type: "equity" } as const;
const PARTS = [
  [0, 20],
  [30, 40],
] as const;
type Standing = { readonly ts: number; readonly order: number; price: number; size: number };

/** Of each session up to `newest`, what it says, from the trades alone. */
function sessionsOf(trades: readonly Standing[], newest: number) {
  const first = dayOf(trades[0]!.ts);
  return Array.from({ length: newest - first + 1 }, (_, at) => first + at)
    .filter(isWeekday)
    .map((day) => {
      const own = trades
        .filter(({ ts }) => dayOf(ts) === day)
        .toSorted((a, b) => a.ts - b.ts || a.order - b.order);
      const noon = NOON + day * DAY;
      const slots = PARTS.flatMap(([from, to]) =>
        Array.from({ length: (to - from) / 5 }, (_, slot) => noon + (from + 5 * slot) * MINUTE),
      );
      const volumeIn = (from: number, to: number): number =>
        own.filter(({ ts }) => from <= ts && ts < to).reduce((sum, { size }) => sum + size, 0);
      return {
        volume: volumeIn(0, Number.POSITIVE_INFINITY),
        value: own.reduce((sum, { price, size }) => sum + price * size, 0),
        close: own.at(-1)?.price,
        intervals: slots.map((from) => volumeIn(from, from + 5 * MINUTE)),
      };
    });
}
const dayOf = (ts: number): number => Math.floor((ts - NOON + 12 * 60 * MINUTE) / DAY);
/** The bench's first day is a Tuesday. */
const isWeekday = (day: number): boolean => (day + 1) % 7 < 5;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function expected(trades: readonly Standing[], newest: number) {
  const sessions = sessionsOf(trades, newest);
  const short = sessions.slice(-20);
  const moves = sessions.flatMap((session, at) => {
    const before = sessions.slice(0, at).findLast(({ close }) => close !== undefined)?.close;
    return session.close === undefined || before === undefined
      ? []
      : [{ at, r: Math.log(session.close / before), session }];
  });
  const recent = moves.filter(({ at }) => at >= sessions.length - 20);
  const average = mean(recent.map(({ r }) => r));
  const ascending = short.flatMap(({ intervals }) => intervals).sort((a, b) => a - b);
  return {
    sessions: sessions.length,
    sessionsWithoutTrades: sessions.filter(({ close }) => close === undefined).length,
    adv20: mean(short.map(({ volume }) => volume)),
    adv60: mean(sessions.map(({ volume }) => volume)),
    percentiles: [25, 50, 75].map((percent) => ascending[Math.ceil((percent / 100) * ascending.length) - 1]),
    volatilityDaily: Math.sqrt(
      recent.reduce((sum, { r }) => sum + (r - average) ** 2, 0) / (recent.length - 1),
    ),
    amihudPerMillion: mean(
      recent.map(({ r, session }) => Math.abs(Math.exp(r) - 1) / (session.value / 1_000_000)),
    ),
  };
}

const step = fc.record({
  /** Mostly minutes; now and then some days without anything. */
  aheadMs: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 1, max: 9 * MINUTE }) },
    { weight: 6, arbitrary: fc.integer({ min: 20, max: 24 * 60 }).map((minutes) => minutes * MINUTE) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 5 }).map((days) => days * DAY) },
  ),
  lateMs: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 14 * MINUTE }) },
  ),
  price: fc.integer({ min: 9_000, max: 11_000 }),
  size: fc.integer({ min: 1, max: 50 }),
  amends: fc.constantFrom("", "", "", "", "cancel", "correct"),
  reloads: fc.boolean(),
});

/** Of this seed the first trades are of a weekend: they are no close before the first session. */
const BEGINS_ON_A_WEEKEND = -1_087_672_522;

test.each([{}, { seed: BEGINS_ON_A_WEEKEND }])(
  "statistics are those of the trades that stand, whatever became of them and whenever the symbol was loaded %o",
  (walk) => {
    void fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 90 }), (steps) => {
        const bench = new SymbolBench(HOURS);
        bench.clock.time = (NOON + 900 * DAY) as typeof bench.clock.time;
        const trades: Standing[] = [];
        let now = NOON;
        steps.forEach(({ aheadMs, lateMs, price, size, amends, reloads }, order) => {
          now += aheadMs;
          const ts = Math.max(NOON, now - lateMs);
          bench.take(quote(now, "1", "2"));
          bench.take(trade(ts, String(price / 100), { size: String(size), id: `t${order}` }));
          trades.push({ ts, order, price: price / 100, size });
          const amended = trades.find((standing) => standing.order === order - 1);
          if (amends !== "" && amended !== undefined && now - amended.ts < 10 * MINUTE && trades.length > 2) {
            const over = { type: amends, symbol: "TEST:ABC", ts: now, id: `t${order - 1}` };
            bench.take(amends === "cancel" ? over : { ...over, size: "60" });
            if (amends === "cancel") trades.splice(trades.indexOf(amended), 1);
            else amended.size = 60;
          }
          if (reloads) bench.reload();
        });
        // On the Monday after: all that was traded is of sessions that have closed.
        const last = dayOf(now) + 7;
        const newest = [last, last - 1, last - 2].find(isWeekday) ?? last;
        bench.take(quote(NOON + newest * DAY + 41 * MINUTE, "1", "2"));
        const { liquidity } = bench.liquidity.fresh();
        const { percentiles, adv20, adv60, volatilityDaily, amihudPerMillion, ...counts } = expected(
          trades,
          newest,
        );
        expect(liquidity).toMatchObject(counts);
        expect([liquidity?.volumeP25, liquidity?.volumeP50, liquidity?.volumeP75].map(Number)).toEqual(
          percentiles,
        );
        expect(Number(liquidity?.adv20)).toBeCloseTo(adv20, 7);
        if (counts.sessions <= 60) expect(Number(liquidity?.adv60)).toBeCloseTo(adv60, 7);
        if (Number.isFinite(volatilityDaily))
          expect(liquidity?.volatilityDaily).toBeCloseTo(volatilityDaily, 9);
        if (amihudPerMillion > 0) {
          const found = liquidity?.amihudPerMillion ?? Number.NaN;
          expect(found / amihudPerMillion).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 3, ...walk },
    );
  },
);
