/** Moments as the text that the object's tables keep. Bigints are text. */

import { type HoldingAmounts, NO_AMOUNTS } from "../../src/quant/money/holding.ts";
import type { BookingMoment, HeardMoment, Mark } from "./moment.ts";

export const encodeMoments = (moments: readonly HeardMoment[]): string => encode(moments.map(compact));
export const decodeMoments = (text: string): HeardMoment[] => (JSON.parse(text) as Compact[]).map(expanded); // SAFETY: encodeMoments wrote it.

/** Of an earlier version there is no funding. */
type ChangeText = readonly [qty: string, cost: string, realised: string, fees: string, funding?: string];
type MarkText = readonly [
  halves: string,
  source: Mark["source"],
  pricedAt: number,
  countsFrom: number,
  over?: string,
];
type Changed = readonly [ts: number, symbol: string, order: number, change: ChangeText, entry?: string];
export type Compact =
  | readonly ["p" | "r", ts: number, symbol: string, order: number, n: number, last: number, late: number]
  | readonly ["q", ts: number, symbol: string, order: number, bid: number, ask: number, late: number]
  | readonly ["s", ts: number, symbol: string, order: number]
  | readonly ["f" | "o", ...Changed]
  | readonly ["x", ts: number, symbol: string, order: number, change: ChangeText, ...SplitText]
  | readonly ["v", ts: number, symbol: string, order: number, change: ChangeText, of: number]
  | readonly ["b", ts: number, symbol: string, order: number, n: number, mark: MarkText | null];
type SplitText = readonly [entry: string | null, from: string, to: string, effective: number];

const BOOKED = { fill: "f", opening: "o" } as const;

export function compact(moment: HeardMoment): Compact {
  const { ts, symbol, order } = moment;
  switch (moment.kind) {
    case "price":
      return ["p", ts, symbol, order, moment.n, moment.last, ts - moment.pricedAt];
    case "rate":
      return ["r", ts, symbol, order, moment.n, moment.last, ts - moment.pricedAt];
    case "quote":
      return ["q", ts, symbol, order, moment.bid, moment.ask, ts - moment.pricedAt];
    case "seen":
      return ["s", ts, symbol, order];
    case "fill":
    case "opening": {
      const entry = moment.entry === undefined ? [] : [moment.entry];
      // SAFETY: a tuple whose last part is optional.
      return [
        BOOKED[moment.kind],
        ts,
        symbol,
        order,
        changeText(moment.change),
        ...entry,
      ] as unknown as Compact;
    }
    case "split":
      return ["x", ts, symbol, order, changeText(moment.change), ...splitText(moment)];
    case "revised":
      return ["v", ts, symbol, order, changeText(moment.change), moment.of];
    case "baseline":
      return ["b", ts, symbol, order, moment.n, markText(moment.mark)];
  }
}

export function expanded(text: Compact): HeardMoment {
  const [, ts, symbol, order] = text;
  const at = { ts, symbol, order };
  switch (text[0]) {
    case "p":
      return { kind: "price", ...at, n: text[4], last: text[5], pricedAt: ts - text[6] };
    case "r":
      return { kind: "rate", ...at, n: text[4], last: text[5], pricedAt: ts - text[6] };
    case "q":
      return { kind: "quote", ...at, bid: text[4], ask: text[5], pricedAt: ts - text[6] };
    case "s":
      return { kind: "seen", ...at };
    case "f":
      return { kind: "fill", ...at, change: changeOf(text[4]), ...named(text[5]) };
    case "o":
      return { kind: "opening", ...at, change: changeOf(text[4]), ...named(text[5]) };
    case "x":
      return { ...splitOf(text), ...at };
    case "v":
      return { kind: "revised", ...at, change: changeOf(text[4]), of: text[5] };
    case "b":
      return { kind: "baseline", ...at, n: text[4], mark: text[5] === null ? undefined : markOf(text[5]) };
  }
}

const named = (entry: string | null | undefined): Pick<BookingMoment, "entry"> =>
  entry === undefined || entry === null ? {} : { entry };

type Split = Extract<HeardMoment, { kind: "split" }>;

const splitText = ({ entry, from, to, effective }: Split): SplitText => [
  entry ?? null,
  String(from),
  String(to),
  effective,
];

function splitOf(
  text: Extract<Compact, readonly ["x", ...unknown[]]>,
): Omit<Split, "ts" | "symbol" | "order"> {
  const [, , , , change, entry, from, to, effective] = text;
  const ratio = { from: BigInt(from), to: BigInt(to), effective };
  return { kind: "split", change: changeOf(change), ...named(entry), ...ratio };
}

/** A booking that moved no cash is as short as it was before there was any. */
const changeText = ({ qty, cost, realised, fees, funding }: HoldingAmounts): ChangeText => {
  const text = [String(qty), String(cost), String(realised), String(fees)] as const;
  return funding === 0n ? text : [...text, String(funding)];
};
const changeOf = ([qty, cost, realised, fees, funding]: ChangeText): HoldingAmounts => ({
  qty: BigInt(qty),
  cost: BigInt(cost),
  realised: BigInt(realised),
  fees: BigInt(fees),
  funding: funding === undefined ? NO_AMOUNTS.funding : BigInt(funding),
});

function markText(mark: Mark | undefined): MarkText | null {
  if (mark === undefined) return null;
  const text = [String(mark.halves), mark.source, mark.pricedAt, mark.countsFrom] as const;
  return mark.over === undefined ? text : [...text, String(mark.over)];
}
const markOf = ([halves, source, pricedAt, countsFrom, over]: MarkText): Mark => ({
  halves: BigInt(halves),
  ...(over === undefined ? {} : { over: BigInt(over) }),
  source,
  pricedAt,
  countsFrom,
});

export const encode = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) => (typeof part === "bigint" ? String(part) : part));
