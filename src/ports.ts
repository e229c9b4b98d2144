/** Every dependency of routes and actors, as interfaces. The production build of them is `wiring.ts`. */
import type { AccountSplitApi } from "../actors/account-split/messages.ts";
import type { ArchiverApi } from "../actors/archiver/messages.ts";
import type { FirmApi } from "../actors/firm/messages.ts";
import type { GatewayApi } from "../actors/gateway/messages.ts";
import type { GatewayDirectoryApi } from "../actors/gateway-directory/messages.ts";
import type { InstrumentDirectoryApi } from "../actors/instrument-directory/messages.ts";
import type { KeyringApi } from "../actors/keyring/messages.ts";
import type { LabelBookApi } from "../actors/label-book/messages.ts";
import type { MetricsShardApi } from "../actors/metrics-shard/messages.ts";
import type { PriceHubApi, PriceSubscriberApi, SubscriberName } from "../actors/price-hub/messages.ts";
import type { RiskShardApi } from "../actors/risk-shard/messages.ts";
import type { StillValid } from "../actors/runtime/connection.ts";
import type { Envelope } from "../actors/runtime/envelope.ts";
import type { ChildApi, ChildName } from "../actors/runtime/escrow/messages.ts";
import type { Confirmation, Deliver, TextBatch } from "../actors/runtime/fact.ts";
import type { ActorReply } from "../actors/runtime/reply.ts";
import type { Report } from "../actors/runtime/report.ts";
import type { InspectedApi } from "../actors/runtime/standing.ts";
import type { LinkHostApi, TellGateway } from "../actors/runtime/streams/link.ts";
import type { StrategyApi } from "../actors/strategy/messages.ts";
import type { DayFold, DayRange, SymbolApi } from "../actors/symbol/messages.ts";
import type { TenantDirectoryApi } from "../actors/tenant-directory/messages.ts";
import type { ViolationFilter } from "./contracts/violations.ts";
import type { QuoteSide } from "./domain/bar.ts";
import type { LogLevel } from "./env.ts";

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
/** One line of JSON for one thing that happened. Never bodies, never secrets. */
export type Log = (level: LogLevel, event: string, fields: LogFields) => void;

export interface Ports {
  readonly log: Log;
  readonly actors: ActorPorts;
  readonly mirror: Mirror;
  readonly history: HistoryReads;
  readonly imports: BarImports;
  /** Takes a batch to the destination it names: the archiver's shard, a symbol, a strategy, a tenant directory. */
  readonly deliver: Deliver;
  /** Takes what an actor says of itself to its metrics shard. */
  readonly report: Report;
  /** Asks the keyring about the credential of an open socket. */
  readonly stillValid: StillValid;
  /** Takes messages of an actor's topics to a gateway that is linked to them. */
  readonly tellGateway: TellGateway;
}

/** A stub for each actor by its own name; a new one each time, since a stub that threw is dead. */
export interface ActorPorts {
  symbol(symbol: string): SymbolApi;
  riskShard(tenant: string, account: string): RiskShardApi;
  strategy(tenant: string, strategy: string): StrategyApi;
  priceHub(hub: string): PriceHubApi;
  priceSubscriber(name: SubscriberName): PriceSubscriberApi;
  archiver(archiver: string): ArchiverApi;
  instrumentDirectory(): InstrumentDirectoryApi;
  tenantDirectory(tenant: string): TenantDirectoryApi;
  labelBook(tenant: string): LabelBookApi;
  /** Who splits and merges an account. */
  accountSplit(tenant: string, account: string): AccountSplitApi;
  /** A firm or desk, `<tenant>/<id>`, or the quotas of a split account, `<tenant>/<account>/split`. */
  firm(name: string): FirmApi;
  /** Who holds quotas of the firm, desk or split account of that name. */
  quotaChild(parent: string, child: ChildName): ChildApi;
  keyring(): KeyringApi;
  /** The metrics shard that hears of this actor or isolate. */
  metricsShard(reporter: string): MetricsShardApi;
  metricsShards(): readonly MetricsShardApi[];
  gateway(gateway: string): GatewayApi;
  gatewayDirectory(): GatewayDirectoryApi;
  /** An actor that hosts topics, by the name that the mirror knows it by. */
  linkHost(actor: string): LinkHostApi;
  /** Any actor, by the name that the mirror knows it by: `<kind>:<name>`. */
  inspected(actor: string): InspectedApi;
  /** A WebSocket's handshake, to an actor by the same name. */
  socket(actor: string, handshake: Request): Promise<Response>;
}

/** What became of one actor's batch in a mirror transaction that committed. */
export type MirrorOutcome = Confirmation;

/** Bad data in a batch (SQLSTATE class 22 or 23): no retry helps, so the archiver looks for the row. */
export class MirrorDataError extends Error {
  override readonly name = "MirrorDataError";
}

/** Postgres is there and refused for another reason: the same may do later. */
export class MirrorRefusedError extends Error {
  override readonly name = "MirrorRefusedError";
}

/** Postgres as the archiver sees it. */
export interface Mirror {
  /** One transaction for all batches: set-based upserts per table and each actor's watermark. Throws MirrorDataError, MirrorRefusedError, or what it met where nobody was there. */
  commit(batches: readonly TextBatch[]): Promise<readonly MirrorOutcome[]>;
  /** Parks one fact with its reason and moves the actor's watermark past it, in one transaction. */
  park(batch: TextBatch, reason: string): Promise<MirrorOutcome>;
  /** Up to `limit` watermarks that Postgres holds; where there are more, each `turn` answers another share of them. */
  watermarks(turn: number, limit: number): Promise<readonly { actor: string; seq: number }[]>;
  /** Partitions for the months around `now`, and retention. Answers what it made and dropped. */
  maintain(now: number): Promise<{ made: readonly string[]; dropped: readonly string[] }>;
  /** Answers when Postgres does. */
  ping(): Promise<void>;
}

/** A page of rows as JSON texts of public objects. */
export type HistoryPage = readonly string[];
type Range = { readonly from?: number; readonly before: number; readonly limit: number };
/** `asOf`: each bar in the newest version that was known then; without it as it stands. */
type BarRange = Range & { readonly asOf?: number };

/** The newest `limit` folds of minutes in [from, before). */
export type M2mFold = Range & { readonly widthMs: number };

export type ExecutionFilter = {
  readonly symbol?: string;
  readonly strategy?: string;
  readonly type?: string;
};
export type SnapshotFilter = {
  /** Taken in [from, to). */
  readonly from?: number;
  readonly to?: number;
  readonly kind?: string;
  /** Of a split account, from 1; absent for part 0. */
  readonly part?: number;
};
/** Newest first: below a seq, at most so many. */
type Below = { readonly before: number; readonly limit: number };

/** Of a part of a split account: below a seq of its own. */
export type PartBelow = { readonly part: number; readonly before: number };
/** JSON text of a public object, without the part. */
export type PartItem = { readonly part: number; readonly text: string };

/** Reads of what is older than an actor's bound. Each has a deadline of 3 s and refuses `history-unavailable` past it. */
export interface HistoryReads {
  /** Bars that start in [from, before), the newest `limit` of them, ascending. */
  bars(
    envelope: Envelope,
    symbol: string,
    resolution: string,
    range: BarRange,
  ): Promise<ActorReply<HistoryPage>>;
  /** The days of each range as one, as they stand or as they were known at a moment; by one query, however many ranges there are. */
  dayFolds(
    envelope: Envelope,
    symbol: string,
    ranges: readonly DayRange[],
    asOf?: number,
  ): Promise<ActorReply<readonly (DayFold | null)[]>>;
  /** Bars of one side of the quotes: as bars of trades. */
  quoteBars(
    envelope: Envelope,
    symbol: string,
    side: QuoteSide,
    resolution: string,
    range: Range,
  ): Promise<ActorReply<HistoryPage>>;
  /** Of a strategy of the caller's tenant. */
  m2m(
    envelope: Envelope,
    strategy: string,
    resolution: string,
    range: Range,
  ): Promise<ActorReply<HistoryPage>>;
  /** Minutes of one folded into candles of that width, on the clock of UTC; the first and the last may be cut by the range. */
  m2mFolds(envelope: Envelope, strategy: string, fold: M2mFold): Promise<ActorReply<HistoryPage>>;
  /** Booked in an account of the caller's tenant, newest first. */
  executions(
    envelope: Envelope,
    account: string,
    filter: ExecutionFilter,
    range: Below,
  ): Promise<ActorReply<HistoryPage>>;
  /** `isSplit`: of all parts that the account ever had. */
  executionCount(
    envelope: Envelope,
    account: string,
    filter: ExecutionFilter,
    isSplit?: boolean,
  ): Promise<ActorReply<number>>;
  /** Parts of an account of the caller's tenant, from 1, that have ever told Postgres anything. */
  accountParts(envelope: Envelope, account: string): Promise<ActorReply<readonly number[]>>;
  /** Executions of several parts of an account by one query: of each the newest `limit`, newest first. */
  partExecutions(
    envelope: Envelope,
    account: string,
    filter: ExecutionFilter,
    below: readonly PartBelow[],
    limit: number,
  ): Promise<ActorReply<readonly PartItem[]>>;
  /** Violations of several parts: as their executions. */
  partViolations(
    envelope: Envelope,
    account: string,
    filter: ViolationFilter,
    below: readonly PartBelow[],
    limit: number,
  ): Promise<ActorReply<readonly PartItem[]>>;
  /** Raised in an account of the caller's tenant, newest first. */
  violations(
    envelope: Envelope,
    account: string,
    filter: ViolationFilter,
    range: Below,
  ): Promise<ActorReply<HistoryPage>>;
  /** Of an account of the caller's tenant, newest first. */
  snapshots(
    envelope: Envelope,
    account: string,
    filter: SnapshotFilter,
    range: Below,
  ): Promise<ActorReply<HistoryPage>>;
  snapshotCount(envelope: Envelope, account: string, filter: SnapshotFilter): Promise<ActorReply<number>>;
  /** The trading day of that date as a public object, as that part closed it; undefined where it was not closed. */
  statement(
    envelope: Envelope,
    account: string,
    date: string,
    part?: number,
  ): Promise<ActorReply<string | undefined>>;
  /** A set of limits that an account of the caller's tenant had: JSON text of `{version, limits}`; undefined where there was none. */
  limitsAt(
    envelope: Envelope,
    account: string,
    wanted: { readonly version: number } | { readonly asOf: number },
  ): Promise<ActorReply<string | undefined>>;
  /** Versions of its limits, newest first. */
  limitVersions(envelope: Envelope, account: string, range: Below): Promise<ActorReply<HistoryPage>>;
  /** The payload of the fact that records the account's decision of this seq; undefined where Postgres has none. */
  decisionFact(
    envelope: Envelope,
    account: string,
    seq: number,
    part?: number,
  ): Promise<ActorReply<string | undefined>>;
  /** Versions of a label of the caller's tenant in [from, before), the newest `limit` of them, ascending. */
  labelVersions(envelope: Envelope, label: string, range: Range): Promise<ActorReply<HistoryPage>>;
}

/** An imported bar, or a fold of some; decimals. Without `rev` whatever differs from what stands is its next revision. */
export type BarRow = {
  readonly resolution: string;
  readonly start: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly trades: number;
  /** Null where the import does not tell. */
  readonly priceVolume: string | null;
  readonly vwap: string | null;
  readonly rev: number | null;
};
export type BarChild = Omit<BarRow, "resolution" | "vwap" | "rev">;
/** Bars of one width that start in any of these stretches. */
export type BarsOver = {
  readonly resolution: string;
  readonly spans: readonly (readonly [from: number, to: number])[];
};
/** Puts `rows`, then reads. With `since` nothing is put where one of those bars was imported after the stamp: the report is then stale. */
export type BarPut = {
  readonly symbol: string;
  readonly source: string;
  readonly made: "import" | "fold";
  readonly rows: readonly BarRow[];
  readonly since?: BarsOver & { readonly stamp: number };
  readonly read?: BarsOver;
};
export type BarPutReport = {
  readonly inserted: number;
  readonly revised: number;
  readonly unchanged: number;
  readonly kept: number;
  readonly isStale: boolean;
  /** What was read, ascending, and the newest import among it. */
  readonly children: readonly BarChild[];
  readonly stamp: number;
};

/** Bars from elsewhere into Postgres, one transaction a call. Refused `history-unavailable` while it is away; a repeat does no harm. */
export interface BarImports {
  put(envelope: Envelope, put: BarPut): Promise<ActorReply<BarPutReport>>;
}

/**
 * Whether a call failed because the object does not have that method: a deploy reaches objects one by one, and one of the version before
 * may be asked for what is new. Nothing was called then, so asking in the old form is safe.
 */
export const lacksMethod = (error: unknown, method: string): boolean =>
  error instanceof TypeError &&
  // The platform and its test double say it in two ways.
  [`does not implement "${method}"`, `does not implement the method "${method}"`].some((words) =>
    error.message.includes(words),
  );
