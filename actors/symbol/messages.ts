/** What may be asked of a symbol. Bulk calls are text in, text out: a structured clone costs more than JSON and parsing together. */

import type { QuoteSide, Resolution } from "../../src/domain/bar.ts";
import type { CorporateAction } from "../../src/domain/corporate-action.ts";
import type { PriceSnapshot, SnapshotWants } from "../price-hub/messages.ts";
import type { Envelope, Principal } from "../runtime/envelope.ts";
import type { OutboxBatch } from "../runtime/outbox.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { LinkHostApi } from "../runtime/streams/link.ts";

/**
 * Bars of the actor's own window, newest last; `olderThan` says that more may stand in Postgres, strictly before it, and `alsoUntil` that
 * imported ones may stand there among these, before that moment.
 */
export type BarPage = {
  readonly bars: readonly string[];
  readonly olderThan?: number;
  readonly alsoUntil?: number;
  /** The moment that was asked for, again: an object that does not know of it tells bars as they are. */
  readonly asOf?: number;
};

/** The start of a bar of each width. */
export type BarMarks = Partial<Record<Resolution, number>>;

export type BarQuery = {
  /** One that is not built is refused `resolution-unsupported`. */
  readonly resolution: string;
  /** Inclusive start; exclusive end; epoch ms. */
  readonly from?: number;
  readonly to?: number;
  /** The newest so many of the range. */
  readonly limit: number;
  /** As they were known then. */
  readonly asOf?: number;
};

/** Decimals; at the instrument's scales or refused. */
export type DepthQuery = {
  readonly levels?: number;
  readonly sweepSizes?: readonly string[];
  readonly sweepNotionals?: readonly string[];
};
export type QuoteBarQuery = BarQuery & { readonly side: QuoteSide };

/** Entries of the gap ledger that reach into [from, to), the last found first; `after` is what the page before called `next`. */
export type GapQuery = {
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly after?: string;
};
export type GapPage = { readonly items: readonly string[]; readonly total: number; readonly next?: string };

/** By ex-date; `after` is what the page before called `next`. With the width of weeks or months each tells the bar that it lies in. */
export type ActionQuery = { readonly limit: number; readonly after?: string; readonly resolution?: string };
/** JSON texts of `ActionEntry`. */
export type ActionPage = {
  readonly items: readonly string[];
  readonly total: number;
  readonly next?: string;
};
/** An action as recorded. Bars that start before `startsAt`, where the trading day of its ex-date begins, are adjusted by it. */
export type ActionEntry = CorporateAction & {
  readonly recordedAt: number;
  readonly recordedBy: Principal;
  readonly revokedAt?: number;
  readonly revokedBy?: Principal;
  readonly startsAt: number;
  readonly bucket?: { readonly start: number; readonly end: number };
};

/** [from, to): days that start in it, or only the last of them. */
export type DayRange = readonly [from: number, to: number, last?: true];
/** Decimals; `pv` is the sum of price × size, null where an imported day does not tell it. */
export type DayFold = {
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly v: string;
  readonly pv: string | null;
  readonly n: number;
};
/** One for each range, null where no day lies in it; the rest as of a page of bars. */
export type DayFolds = Omit<BarPage, "bars" | "asOf"> & { readonly folds: readonly (DayFold | null)[] };

/** By name; `after` is what the page before called `next`. */
export type SeriesRange = { readonly limit: number; readonly after?: string };
/** JSON texts of the public series. */
export type SeriesList = {
  readonly items: readonly string[];
  readonly total: number;
  readonly next?: string;
};
/** Of first trades in [from, to), the newest so many; `before` is what the page before called `next`. */
export type SeriesBarQuery = {
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly before?: string;
};
/** JSON texts, ascending. */
export type SeriesBarPage = { readonly bars: readonly string[]; readonly next?: string };

export interface SymbolApi extends InspectedApi, LinkHostApi {
  /**
   * `rows` is a JSON array of plain ticks of this symbol (`src/contracts/plain-ticks.ts`), and of `[index, tick]` in the public shape where
   * the schema must judge. The reply is the JSON text of a TickReport.
   */
  tickRows(envelope: Envelope, source: string, rows: string): Promise<ActorReply<string>>;
  /** The same of `[index, tick]` alone, as an edge of the version before calls it, and one that meets a symbol of it. */
  ticks(envelope: Envelope, source: string, body: string): Promise<ActorReply<string>>;
  /** The feed of this symbol has ended: its forming bars are closed, at every width. Again is no news; it may be followed by ticks. */
  endFeed(envelope: Envelope): Promise<ActorReply<null>>;
  /** JSON text of the public quote. */
  quote(envelope: Envelope): Promise<ActorReply<string>>;
  bars(envelope: Envelope, query: BarQuery): Promise<ActorReply<BarPage>>;
  /** Bars of one side of the quotes; refused `series-unsupported` where none are built. */
  quoteBars(envelope: Envelope, query: QuoteBarQuery): Promise<ActorReply<BarPage>>;
  /** JSON text of the public statistics of liquidity. */
  liquidity(envelope: Envelope): Promise<ActorReply<string>>;
  /** JSON text of the public order book: the nearest `levels` of each side. */
  depth(envelope: Envelope, query: DepthQuery): Promise<ActorReply<string>>;
  /** The newest entries of the gap ledger, as JSON texts of the public shape. */
  gaps(envelope: Envelope, query: GapQuery): Promise<ActorReply<GapPage>>;
  /** Body: JSON text of the public action; the reply is what was recorded, the same text for the same id and terms. */
  recordAction(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  revokeAction(envelope: Envelope, id: string): Promise<ActorReply<null>>;
  actions(envelope: Envelope, query: ActionQuery): Promise<ActorReply<ActionPage>>;
  /** The days of each range as one. */
  dayFolds(envelope: Envelope, ranges: readonly DayRange[]): Promise<ActorReply<DayFolds>>;
  /** Bars up to these are about to be imported. Answers from where on bars are the symbol's own, which no import touches. */
  importing(envelope: Envelope, until: BarMarks): Promise<ActorReply<BarMarks>>;
  /** JSON text of the public series. Again is no news, and so is taking away what is not there. */
  putSeries(envelope: Envelope, series: string): Promise<ActorReply<string>>;
  deleteSeries(envelope: Envelope, series: string): Promise<ActorReply<null>>;
  series(envelope: Envelope, series: string): Promise<ActorReply<string>>;
  allSeries(envelope: Envelope, range: SeriesRange): Promise<ActorReply<SeriesList>>;
  seriesBars(envelope: Envelope, series: string, query: SeriesBarQuery): Promise<ActorReply<SeriesBarPage>>;
  /** For who meets this symbol for the first time: reference data and newest price. */
  snapshot(envelope: Envelope, wants?: SnapshotWants): Promise<ActorReply<PriceSnapshot>>;
  /** Facts of the instrument directory: `instrument-put`, payload the JSON of an encoded instrument. */
  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>>;
}

/** What became of the ticks of one call. accepted + duplicates + late + rejected = sent. */
export type TickReport = {
  accepted: number;
  duplicates: number;
  late: number;
  rejected: Rejection[];
  /** What the feed is asked for. */
  wanted?: readonly "depth-snapshot"[];
};
export type Rejection = { index: number; code: string; detail: string; retryable?: boolean };
