/** What became of the ticks of a feed. */

export type Totals = {
  sent: number;
  accepted: number;
  duplicates: number;
  late: number;
  rejected: number;
  /** Bars by what became of them. */
  readonly bars: Record<string, number>;
  /** Rejections by code. */
  readonly codes: Record<string, number>;
  /** Lines that made no tick to send, by reason. */
  readonly skipped: Record<string, number>;
};

export const emptyTotals = (): Totals => ({
  ...{ sent: 0, accepted: 0, duplicates: 0, late: 0, rejected: 0 },
  ...{ bars: {}, codes: {}, skipped: {} },
});

export const countIn = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** `accepted 37,797 · duplicates 0 · late 0 · rejected 3 (overloaded 2, ts-range 1)` */
export function totalsText(totals: Totals): string {
  const { accepted, duplicates, late, rejected, codes } = totals;
  const parts = [`accepted ${number(accepted)}`, `duplicates ${number(duplicates)}`, `late ${number(late)}`];
  return [...parts, `rejected ${number(rejected)}${listed(codes)}`].join(" · ");
}

export function skippedText(totals: Totals): string | undefined {
  const entries = Object.entries(totals.skipped);
  if (entries.length === 0) return undefined;
  const lines = entries.reduce((sum, [, count]) => sum + count, 0);
  return `Lines that made no tick: ${number(lines)}${listed(totals.skipped)}.`;
}

export function barsText({ bars }: Totals): string | undefined {
  const counted = Object.entries(bars).filter(([, count]) => count > 0);
  return counted.length === 0
    ? undefined
    : `bars ${counted.map(([outcome, count]) => `${outcome} ${number(count)}`).join(" · ")}`;
}

export function rateText(ticks: number, milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  const rate = seconds > 0 ? Math.round(ticks / seconds) : ticks;
  return `${seconds.toFixed(1)} s · ${number(rate)} ticks/s`;
}

export const number = (value: number): string => value.toLocaleString("en-US");

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.length === 0
    ? ""
    : ` (${entries.map(([name, count]) => `${name} ${number(count)}`).join(", ")})`;
}
