/** What every adapter is: it knows the beginning of its format, and reads one source of it line by line. */
import type { TimeUnit } from "./moments.ts";
import type { TapeParser } from "./tick.ts";

export const FEED_FORMATS = [
  "outcry",
  "binance",
  "binance-trades",
  "binance-agg-trades",
  "binance-klines",
  "coinbase",
  "csv",
] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

/** What a source does not say of itself. */
export type FeedSetting = {
  /** VENUE:TICKER of every line. */
  readonly symbol?: string;
  /** A file's name without its folder: the dumps of some venues name their symbol there alone. */
  readonly fileName?: string;
  /** Which column of a CSV file is which part: `ts:timestamp,price:px`. */
  readonly columns?: string;
  readonly time?: TimeUnit;
  readonly separator?: string;
  /** Width of the bars of a CSV file. */
  readonly resolution?: string;
  /** Symbols of this source are a broker's tokens: they are handed on as they are. */
  readonly tokens?: boolean;
};

export type Opened =
  | { readonly ok: true; readonly parse: TapeParser }
  | { readonly ok: false; readonly why: string };

export interface FeedAdapter {
  readonly format: FeedFormat;
  /** Whether a source that begins so can be of this format and of no other. */
  readonly begins: (firstLine: string) => boolean;
  /** A reader of one source, its first line included; or what is wrong with setting or first line. */
  readonly open: (setting: FeedSetting, firstLine: string) => Opened;
}

export const opened = (parse: TapeParser): Opened => ({ ok: true, parse });
export const unopened = (why: string): Opened => ({ ok: false, why });
