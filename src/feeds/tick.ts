/** What a feed hands on: ticks in the shape of `POST /v1/ticks`, with every decimal as the venue wrote it. */

export type TradeTick = {
  readonly type: "trade";
  readonly symbol: string;
  readonly ts: number;
  readonly price: string;
  readonly size: string;
  readonly id?: string;
  readonly seq?: number;
  readonly conditions?: readonly string[];
};

export type QuoteTick = {
  readonly type: "quote";
  readonly symbol: string;
  readonly ts: number;
  readonly bid: string;
  readonly bidSize: string;
  readonly ask: string;
  readonly askSize: string;
  readonly seq?: number;
};

export type DepthLevel = readonly [price: string, size: string];

export type DepthTick = {
  readonly type: "depth";
  readonly symbol: string;
  readonly ts: number;
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
  readonly snapshot?: boolean;
  readonly firstSeq?: number;
  readonly lastSeq?: number;
  readonly prevSeq?: number;
};

export type CorrectionTick = {
  readonly type: "cancel" | "correct";
  readonly symbol: string;
  readonly ts: number;
  readonly id: string;
  readonly price?: string;
  readonly size?: string;
};

/** Trades between two moments, both included, that the feed could not have. */
export type GapTick = {
  readonly type: "gap";
  readonly symbol: string;
  readonly ts: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly missing: number;
};

export type FeedTick = TradeTick | QuoteTick | DepthTick | CorrectionTick | GapTick;

/** A bar that a source has made itself, in the shape that `POST /v1/symbols/{symbol}/bars` takes; `date` in place of `t` for a trading day. */
export type FeedBar = {
  readonly symbol: string;
  readonly resolution: string;
  readonly t?: number;
  readonly date?: string;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly v: string;
  readonly n?: number;
};

/** The body of `PUT /v1/instruments/{symbol}`, with the symbol that the address carries. */
export type FeedInstrument = { readonly symbol: string } & Readonly<Record<string, unknown>>;

/**
 * What one line of a tape says. `ignored` names why a line makes no tick (a count in the summary); `malformed` is a
 * line that nobody can read. `receivedAt` is when the recorder got it, in epoch milliseconds with a fraction.
 */
export type TapeEntry =
  | { readonly kind: "tick"; readonly tick: FeedTick; readonly receivedAt?: number }
  | { readonly kind: "bar"; readonly bar: FeedBar }
  | { readonly kind: "instrument"; readonly instrument: FeedInstrument }
  | { readonly kind: "ignored"; readonly why: string; readonly receivedAt?: number }
  | { readonly kind: "malformed"; readonly why: string };

/** Reads the lines of one tape in order; it may remember what earlier lines said. */
export type TapeParser = (line: string) => TapeEntry;
