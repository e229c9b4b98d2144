/** What an account made on each of its trading days: those that have closed, and the one that is open. */
import type { SnapshotObject } from "../contracts/statements.ts";
import type { Balances } from "./shapes.ts";

export type DayPnl = {
  /** `2026-11-22` */
  readonly day: string;
  readonly pnl: string;
  /** At its end, or now. */
  readonly equity: string;
  /** It is not over. */
  readonly open: boolean;
};

type Closed = Pick<SnapshotObject, "dayPnl" | "equity" | "kind"> & {
  readonly day: { readonly date: string };
};
type Open = Pick<Balances, "day" | "dayPnl" | "equity">;

/** Ascending. A day that has nothing before it to compare with is left out: what it made is not known. */
export function pnlDays(snapshots: readonly Closed[], now: Open | undefined): readonly DayPnl[] {
  const days = new Map<string, DayPnl>();
  for (const { day, dayPnl, equity, kind } of snapshots)
    if (kind === "close" && dayPnl !== null)
      days.set(day.date, { day: day.date, pnl: dayPnl, equity, open: false });
  if (now !== undefined && now.dayPnl !== null && !days.has(now.day))
    days.set(now.day, { day: now.day, pnl: now.dayPnl, equity: now.equity, open: true });
  return [...days.values()].sort((one, other) => (one.day < other.day ? -1 : 1));
}
