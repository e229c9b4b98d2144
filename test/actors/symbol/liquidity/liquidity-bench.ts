/** A symbol that is open for an hour a day, and what it says of its liquidity. */
import { DAY, HOUR, MINUTE, NOON, type Sent, SymbolBench, trade } from "../bench.ts";

/** Midnight of the bench's first day. */
export const START = NOON - 12 * HOUR;
/** An hour a day on weekdays: twelve intervals. Day 0 is a Tuesday. */
export const HOURS = { timezone: "UTC", session: "1200-1300:23456", type: "equity" } as const;
export const at = (day: number, minute = 0): number => NOON + day * DAY + minute * MINUTE;

export class LiquidityBench extends SymbolBench {
  constructor(over: object = {}) {
    super({ ...HOURS, ...over });
    this.clock.time = (NOON + 400 * DAY) as typeof this.clock.time;
  }
  get found() {
    const { liquidity } = this.liquidity.fresh();
    if (liquidity === undefined) throw new Error("no session has closed");
    return liquidity;
  }
}
export const days = (count: number): number[] => Array.from({ length: count }, (_, day) => day);
/** One trade a weekday, of so much at that price. */
export const daily = (day: number): Sent =>
  trade(at(day, 7), String(100 + (day % 7)), { size: String(1 + (day % 5)), id: `d${day}` });
export const isWeekday = (day: number): boolean => (day + 2) % 7 !== 6 && (day + 2) % 7 !== 0;
