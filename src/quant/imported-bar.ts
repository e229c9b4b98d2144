/** One bar from elsewhere: is it a bar of ours (B14), at the instrument's scales, and over? */
import { isDated, type Resolution } from "../domain/bar.ts";
import {
  decimalText,
  divideHalfEven,
  type ScaledFailure,
  scaledBigint,
  scaledInteger,
} from "../domain/decimal.ts";
import { type EpochMs, isEpochMs } from "../domain/time.ts";
import type { BarCalendar } from "./bar-calendar.ts";
import type { FoldedBar } from "./bar-fold.ts";
import { dayOfText } from "./calendars/dates.ts";

export type GivenBar = {
  readonly t?: number | undefined;
  readonly date?: string | undefined;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly v: string;
  readonly n?: number | undefined;
  readonly vw?: string | null | undefined;
};
export type ImportTerms = {
  readonly resolution: Resolution;
  readonly calendar: BarCalendar;
  readonly priceScale: number;
  readonly sizeScale: number;
  readonly now: number;
};
type Scales = Pick<ImportTerms, "priceScale" | "sizeScale">;
/** `isWeighed`: its volume-weighted price is known, so `pv` is. */
export type ScaledBar = FoldedBar & { readonly isWeighed: boolean };
export type Fault = { readonly ok: false; readonly code: string; readonly detail: string };
export type JudgedBar = { readonly ok: true; readonly bar: ScaledBar } | Fault;

/** Of `vw` on the wire. */
export const VWAP_SCALE = 8;
/** As many as a bar in Postgres counts. */
const TRADES_MAX = 2_147_483_647;
/** Σ price × size of imports: from a `vw`, or from children that were built of trades, whichever is finer. */
export const pvScaleOf = ({ priceScale, sizeScale }: Scales): number =>
  Math.max(VWAP_SCALE, priceScale) + sizeScale;

export function judgeBar(given: GivenBar, terms: ImportTerms): JudgedBar {
  const start = startOf(given, terms);
  if (typeof start !== "number") return start;
  const scaled = scaledBar(given, start, terms);
  return scaled.ok ? judgedShape(scaled.bar, terms) : scaled;
}

function startOf({ t, date }: GivenBar, { resolution, calendar, now }: ImportTerms): EpochMs | Fault {
  const at = t ?? momentOf(date ?? "", resolution, calendar);
  if (typeof at !== "number") return at;
  if (!isEpochMs(at)) return fault("ts-range", "a time is integer epoch milliseconds");
  const { start, closesAt } = calendar.spanOf(resolution, at);
  if (start !== at) return fault("misaligned", `no bar of this width starts there; one starts at ${start}`);
  return closesAt > now ? fault("ts-future", "this bar is not over yet") : start;
}

/** The start of the trading day that is called by that date. */
function momentOf(date: string, resolution: Resolution, calendar: BarCalendar): number | Fault {
  if (!isDated(resolution)) return fault("field-combination", "bars below a day are told by t");
  const day = dayOfText(date);
  if (day === undefined) return fault("ts-range", "there is no such date");
  const { start, end } = calendar.daySpanOn(day);
  return start < end ? start : fault("misaligned", "this date has no day in the instrument's zone");
}

function scaledBar(given: GivenBar, start: EpochMs, terms: ImportTerms): JudgedBar {
  const [o, h, l, c] = (["o", "h", "l", "c"] as const).map((field) =>
    scaledInteger(given[field], terms.priceScale),
  );
  const v = scaledBigint(given.v, terms.sizeScale);
  const vw = typeof given.vw === "string" ? scaledBigint(given.vw, VWAP_SCALE) : undefined;
  const read = { o, h, l, c, v, ...(vw === undefined ? {} : { vw }) };
  for (const [field, value] of Object.entries(read))
    if (value !== undefined && !value.ok) return fault(value.code, `${field}: ${SCALE_FAULTS[value.code]}`);
  if (!(o?.ok && h?.ok && l?.ok && c?.ok && v.ok)) return fault("number-format", "not a decimal");
  const pv = vw?.ok
    ? vw.value * v.value * 10n ** BigInt(pvScaleOf(terms) - VWAP_SCALE - terms.sizeScale)
    : 0n;
  const prices = { o: o.value, h: h.value, l: l.value, c: c.value };
  return {
    ok: true,
    bar: { start, ...prices, v: v.value, n: given.n ?? 0, pv, rev: 0, isWeighed: vw !== undefined },
  };
}

const SCALE_FAULTS: Readonly<Record<ScaledFailure, string>> = {
  "number-format": "not a plain decimal",
  "scale-exceeded": "more decimals than the instrument has",
  "number-range": "too large a number",
};

function judgedShape(bar: ScaledBar, terms: ImportTerms): JudgedBar {
  const { o, h, l, c, v, n, isWeighed } = bar;
  if (n > TRADES_MAX) return fault("number-range", "n: too large a number");
  if (Math.min(o, h, l, c) <= 0) return fault("price-not-positive", "a price is above zero");
  if (v < 0n) return fault("size-negative", "a volume is not below zero");
  if (h < Math.max(o, c, l)) return fault("bar-inconsistent", "the high is below another price");
  if (l > Math.min(o, c)) return fault("bar-inconsistent", "the low is above another price");
  if (!isWeighed) return { ok: true, bar };
  if (v === 0n) return fault("bar-inconsistent", "without volume there is no vw");
  return isWithin(bar, terms)
    ? { ok: true, bar }
    : fault("bar-inconsistent", "vw lies outside of low and high");
}

/** A rounded average may lie outside of its prices by no more than it was rounded. */
function isWithin({ l, h, v, pv }: ScaledBar, scales: Scales): boolean {
  const weightScale = pvScaleOf(scales) - scales.sizeScale;
  const rounding = 10n ** BigInt(weightScale - VWAP_SCALE);
  const unit = 10n ** BigInt(weightScale - scales.priceScale);
  return pv >= (BigInt(l) * unit - rounding) * v && pv <= (BigInt(h) * unit + rounding) * v;
}

const fault = (code: string, detail: string): Fault => ({ ok: false, code, detail });

/** What a bar says in decimals; a fold of many bars counts no further than it can. */
export function barDecimals(bar: ScaledBar, scales: Scales) {
  const { priceScale, sizeScale } = scales;
  const pvScale = pvScaleOf(scales);
  const isWeighed = bar.isWeighed && bar.v > 0n;
  return {
    trades: Math.min(bar.n, TRADES_MAX),
    open: decimalText(bar.o, priceScale),
    high: decimalText(bar.h, priceScale),
    low: decimalText(bar.l, priceScale),
    close: decimalText(bar.c, priceScale),
    volume: decimalText(bar.v, sizeScale),
    priceVolume: isWeighed ? decimalText(bar.pv, pvScale) : null,
    vwap: isWeighed
      ? decimalText(
          divideHalfEven(bar.pv, bar.v * 10n ** BigInt(pvScale - sizeScale), VWAP_SCALE),
          VWAP_SCALE,
        )
      : null,
  };
}
