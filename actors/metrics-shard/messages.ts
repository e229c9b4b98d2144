/** What a metrics shard is told, by actors and by the edge, and what it is asked. */
import type { ActorItem, ActorKind } from "../../src/contracts/actors.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { ActorReport } from "../runtime/report.ts";
import type { Readings } from "../runtime/series.ts";

/** Counts of one isolate of the edge since its report before. */
export type EdgeReport = {
  /** Random, drawn once per isolate. */
  readonly sender: string;
  readonly seq: number;
  readonly counts: Readings;
};

/** Of one kind of actor, or of the `edge`: counts of all loads there ever were, gauges of those that are. */
export type KindReadings = {
  readonly kind: string;
  readonly counts: Readings;
  readonly gauges: Readonly<Record<string, number>>;
};

export type ListQuery = {
  readonly kind?: ActorKind | undefined;
  /** Only what all tenants share, and what is this one's. */
  readonly tenant?: string | undefined;
  readonly limit: number;
  /** `<kind>:<name>` of the last one of the page before. */
  readonly after?: string | undefined;
};
export type ListedActors = { readonly items: readonly ActorItem[]; readonly total: number };

/** What readiness needs of the actors of one shard. Times are epoch ms. */
export type DirectorySummary = {
  readonly actors: number;
  /** Actors whose facts have waited for Postgres for more than two seconds, and since when the oldest of those facts has. */
  readonly waiting: number;
  readonly waitingSince: number | undefined;
  readonly fenced: number;
  /** Breakers that are not closed: of which actor, and how. */
  readonly breakers: readonly OpenBreaker[];
};
export type OpenBreaker = {
  readonly actor: string;
  readonly name: string;
  readonly state: "open" | "half-open";
  readonly since: number;
};

export interface MetricsShardApi {
  /** False: a later load of that actor has reported before, so this was not taken. A repeat is taken once and answered true. */
  report(envelope: Envelope, report: ActorReport): Promise<ActorReply<boolean>>;
  count(envelope: Envelope, report: EdgeReport): Promise<ActorReply<null>>;
  /** What was answered once is on disk: later answers count no less. */
  readings(envelope: Envelope): Promise<ActorReply<readonly KindReadings[]>>;
  list(envelope: Envelope, query: ListQuery): Promise<ActorReply<ListedActors>>;
  /** Since when an actor has been heard of, and when last; `not-found` where it never reported. */
  heardOf(envelope: Envelope, actor: string): Promise<ActorReply<{ since: number; lastReportAt: number }>>;
  /** Actors that were waiting and have been silent since are asked how they stand: the next summary knows. */
  summary(envelope: Envelope): Promise<ActorReply<DirectorySummary>>;
}
