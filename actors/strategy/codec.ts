/** What is folded for good beside the legs, as the text that the object's table keeps. Bigints are text. */
import { type Amounts, HOME } from "./currency-sums.ts";
import type { MinuteFold } from "./fold.ts";
import type { Moment } from "./moment.ts";
import { type Compact, compact, encode, expanded } from "./moment-text.ts";
import type { Span } from "./state.ts";

/** What the timeline needs beside its legs and moments. */
export type TimelineRow = {
  /** Of each currency, that of the account among them; legs that have left are in them still. */
  readonly made: Readonly<Record<string, Made>>;
  readonly minute: MinuteFold | undefined;
  readonly floor: Moment | undefined;
  readonly finalThrough: number;
  readonly spans: readonly Span[];
  readonly priceTime: number | undefined;
  readonly nextOrder: number;
  readonly lateMoments: number;
  readonly skippedNews: number;
  readonly departed: number;
};
export type Made = Readonly<Pick<Amounts, "realised" | "fees" | "funding">>;

export function encodeTimeline(row: TimelineRow): string {
  const floor = row.floor === undefined ? undefined : compact(row.floor);
  const made = Object.entries(row.made).map(([currency, { realised, fees, funding }]) => [
    currency,
    [realised, fees, funding],
  ]);
  return encode({ ...row, made: Object.fromEntries(made), floor });
}

export function decodeTimeline(text: string): TimelineRow {
  // SAFETY: encodeTimeline wrote it, or the version before it; an absent field is one that was undefined.
  const row = JSON.parse(text) as Omit<TimelineRow, "made" | "minute" | "floor"> & {
    /** Of the version that knew one currency. */
    readonly realised?: string;
    readonly fees?: string;
    readonly made?: Readonly<Record<string, MadeText>>;
    readonly minute?: MinuteText;
    readonly floor?: Compact;
  };
  const { realised = "0", fees = "0", made, minute, floor, ...kept } = row;
  return {
    ...kept,
    made: madeOf(made ?? { [HOME]: [realised, fees, "0"] }),
    minute: minute === undefined ? undefined : minuteOf(minute),
    // SAFETY: a floor has been folded, and a revision never is by itself.
    floor: floor === undefined ? undefined : (expanded(floor) as Moment),
    priceTime: row.priceTime,
    // Whether one had left was not kept then.
    departed: row.departed ?? 1,
  };
}

const madeOf = (made: Readonly<Record<string, MadeText>>): Record<string, Made> =>
  Object.fromEntries(
    Object.entries(made).map(([currency, [realised, fees, funding]]) => [
      currency,
      { realised: BigInt(realised), fees: BigInt(fees), funding: BigInt(funding) },
    ]),
  );

const AMOUNTS = [
  "open",
  "high",
  "low",
  "close",
  "realised",
  "unrealised",
  "fees",
  "funding",
  "gross",
] as const;
type Amount = (typeof AMOUNTS)[number];
type MadeText = readonly [realised: string, fees: string, funding: string];
/** One of an earlier version had no funding. */
type MinuteText = Omit<MinuteFold, Amount> &
  Readonly<Record<Exclude<Amount, "funding">, string>> & { readonly funding?: string };

function minuteOf(text: MinuteText): MinuteFold {
  const amounts = AMOUNTS.map((name) => [name, BigInt(text[name] ?? "0")]);
  return { ...text, ...Object.fromEntries(amounts) };
}
