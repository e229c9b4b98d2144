/** Moments and what is folded for good, as the text that the object's tables keep. Bigints are text. */
import type { MinuteFold } from "./fold.ts";
import type { HoldingChange, Mark, Moment } from "./moment.ts";
import type { Span } from "./state.ts";

/** What the timeline needs beside its legs and moments. */
export type TimelineRow = {
  readonly realised: bigint;
  readonly fees: bigint;
  readonly minute: MinuteFold | undefined;
  readonly floor: Moment | undefined;
  readonly finalThrough: number;
  readonly spans: readonly Span[];
  readonly priceTime: number | undefined;
  readonly nextOrder: number;
  readonly lateMoments: number;
  readonly skippedNews: number;
};

export const encodeMoments = (moments: readonly Moment[]): string => encode(moments.map(compact));
export const decodeMoments = (text: string): Moment[] => (JSON.parse(text) as Compact[]).map(expanded); // SAFETY: encodeMoments wrote it.

export function encodeTimeline(row: TimelineRow): string {
  const floor = row.floor === undefined ? undefined : compact(row.floor);
  return encode({ ...row, floor });
}

export function decodeTimeline(text: string): TimelineRow {
  // SAFETY: encodeTimeline wrote it; an absent field is one that was undefined.
  const row = JSON.parse(text) as Omit<TimelineRow, "realised" | "fees" | "minute" | "floor"> & {
    readonly realised: string;
    readonly fees: string;
    readonly minute?: MinuteText;
    readonly floor?: Compact;
  };
  return {
    ...row,
    realised: BigInt(row.realised),
    fees: BigInt(row.fees),
    minute: row.minute === undefined ? undefined : minuteOf(row.minute),
    floor: row.floor === undefined ? undefined : expanded(row.floor),
    priceTime: row.priceTime,
  };
}

const AMOUNTS = ["open", "high", "low", "close", "realised", "unrealised", "fees", "gross"] as const;
type Amount = (typeof AMOUNTS)[number];
type MinuteText = Omit<MinuteFold, Amount> & Readonly<Record<Amount, string>>;

function minuteOf(text: MinuteText): MinuteFold {
  const amounts = AMOUNTS.map((name) => [name, BigInt(text[name])]);
  return { ...text, ...Object.fromEntries(amounts) };
}

type ChangeText = readonly [qty: string, cost: string, realised: string, fees: string];
type MarkText = readonly [halves: string, source: Mark["source"], pricedAt: number, countsFrom: number];
type Compact =
  | readonly ["p", ts: number, symbol: string, order: number, n: number, last: number, late: number]
  | readonly ["q", ts: number, symbol: string, order: number, bid: number, ask: number, late: number]
  | readonly ["s", ts: number, symbol: string, order: number]
  | readonly ["f" | "o", ts: number, symbol: string, order: number, change: ChangeText]
  | readonly ["b", ts: number, symbol: string, order: number, n: number, mark: MarkText | null];

function compact(moment: Moment): Compact {
  const { ts, symbol, order } = moment;
  switch (moment.kind) {
    case "price":
      return ["p", ts, symbol, order, moment.n, moment.last, ts - moment.pricedAt];
    case "quote":
      return ["q", ts, symbol, order, moment.bid, moment.ask, ts - moment.pricedAt];
    case "seen":
      return ["s", ts, symbol, order];
    case "fill":
      return ["f", ts, symbol, order, changeText(moment.change)];
    case "opening":
      return ["o", ts, symbol, order, changeText(moment.change)];
    case "baseline":
      return ["b", ts, symbol, order, moment.n, markText(moment.mark)];
  }
}

function expanded(text: Compact): Moment {
  const [, ts, symbol, order] = text;
  const at = { ts, symbol, order };
  switch (text[0]) {
    case "p":
      return { kind: "price", ...at, n: text[4], last: text[5], pricedAt: ts - text[6] };
    case "q":
      return { kind: "quote", ...at, bid: text[4], ask: text[5], pricedAt: ts - text[6] };
    case "s":
      return { kind: "seen", ...at };
    case "f":
      return { kind: "fill", ...at, change: changeOf(text[4]) };
    case "o":
      return { kind: "opening", ...at, change: changeOf(text[4]) };
    case "b":
      return { kind: "baseline", ...at, n: text[4], mark: text[5] === null ? undefined : markOf(text[5]) };
  }
}

const changeText = ({ qty, cost, realised, fees }: HoldingChange): ChangeText => [
  String(qty),
  String(cost),
  String(realised),
  String(fees),
];
const changeOf = ([qty, cost, realised, fees]: ChangeText): HoldingChange => ({
  qty: BigInt(qty),
  cost: BigInt(cost),
  realised: BigInt(realised),
  fees: BigInt(fees),
});

const markText = (mark: Mark | undefined): MarkText | null =>
  mark === undefined ? null : [String(mark.halves), mark.source, mark.pricedAt, mark.countsFrom];
const markOf = ([halves, source, pricedAt, countsFrom]: MarkText): Mark => ({
  halves: BigInt(halves),
  source,
  pricedAt,
  countsFrom,
});

const encode = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) => (typeof part === "bigint" ? String(part) : part));
