/** What a metrics shard knows: every actor's newest report, and what all of them have counted. */
import type { ActorStatus } from "../runtime/report.ts";
import type { Reading } from "../runtime/series.ts";

export type Entry = {
  readonly kind: string;
  readonly name: string;
  /** When the actor was first heard of. */
  readonly since: number;
  readonly incarnation: string;
  readonly loadedAt: number;
  /** Of the newest report of that incarnation. */
  readonly seq: number;
  /** Of the newest counts that were added. */
  readonly countsSeq: number;
  readonly lastReportAt: number;
  readonly status: ActorStatus;
};

export type MetricsState = {
  /** By `<kind>:<name>`, whoever has been silent for longest first. */
  readonly actors: Map<string, Entry>;
  /** By kind, then by series. `edge` is a kind here. */
  readonly totals: Map<string, Map<string, Reading>>;
  /** The newest report of each isolate of the edge, the longest silent first. */
  readonly senders: Map<string, number>;
};

export const initialState = (): MetricsState => ({
  actors: new Map(),
  totals: new Map(),
  senders: new Map(),
});
