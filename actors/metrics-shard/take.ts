/** What a report changes. Counts come as differences that repeat unchanged until they were taken: each is added once, however often it comes. */

import { metricOf } from "../runtime/metrics.ts";
import type { ActorReport, StatusReport } from "../runtime/report.ts";
import { added, partsOf, type Readings } from "../runtime/series.ts";
import type { Entry, MetricsState } from "./known.ts";
import { ACTORS_MAX, KINDS_MAX, SENDERS_MAX, SERIES_MAX } from "./limits.ts";
import type { EdgeReport } from "./messages.ts";

/** The name that the edge's own counts go by. */
export const EDGE_KIND = "edge";
/** Of the shards themselves. */
const OWN_KIND = "metrics-shard";
const DROPPED = "outcry_series_dropped_total";

export type Taken = {
  /** False: a later load of the actor has reported before. */
  readonly taken: boolean;
  /** Who left to make room. */
  readonly left?: string | undefined;
};

export function takeReport(state: MetricsState, report: ActorReport, now: number): Taken {
  const before = state.actors.get(report.actor);
  const known = before?.incarnation === report.incarnation ? before.countsSeq : 0;
  const noted = takeStatus(state, report, now, Math.max(known, report.countsSeq));
  if (noted.taken && report.countsSeq > known) addCounts(state, kindOf(report.actor), report.counts);
  return noted;
}

/** Reports of one load are told apart by their number; loads by the time of their reports, since only one is the newest. */
export function takeStatus(
  state: MetricsState,
  report: StatusReport,
  now: number,
  countsSeq?: number,
): Taken {
  const { actor, incarnation, loadedAt, seq, status } = report;
  const before = state.actors.get(actor);
  const same = before?.incarnation === incarnation;
  if (before !== undefined && !same && status.at <= before.status.at) return { taken: false };
  const newer = !same || seq > before.seq;
  const entry: Entry = {
    kind: kindOf(actor),
    name: actor.slice(actor.indexOf(":") + 1),
    since: before?.since ?? now,
    incarnation,
    loadedAt,
    seq: newer ? seq : before.seq,
    countsSeq: countsSeq ?? (same ? before.countsSeq : 0),
    lastReportAt: now,
    status: newer ? status : before.status,
  };
  const left = before === undefined ? makeRoom(state) : undefined;
  // At the end of the line: whoever has been silent for longest stands in front.
  state.actors.delete(actor);
  state.actors.set(actor, entry);
  return { taken: true, left };
}

export function takeEdgeReport(state: MetricsState, { sender, seq, counts }: EdgeReport): void {
  const known = state.senders.get(sender) ?? 0;
  state.senders.delete(sender);
  state.senders.set(sender, Math.max(seq, known));
  if (state.senders.size > SENDERS_MAX) deleteFirst(state.senders);
  if (seq > known) addCounts(state, EDGE_KIND, counts);
}

export const kindOf = (actor: string): string => actor.slice(0, actor.indexOf(":"));

/** An actor whose facts wait is news as long as they do, so it is passed over where others are silent too. */
function makeRoom({ actors }: MetricsState): string | undefined {
  if (actors.size < ACTORS_MAX) return undefined;
  let leaving: string | undefined;
  for (const [actor, { status }] of actors) {
    leaving ??= actor;
    if (status.waitingSince !== undefined) continue;
    leaving = actor;
    break;
  }
  if (leaving !== undefined) actors.delete(leaving);
  return leaving;
}

function addCounts(state: MetricsState, kind: string, counts: Readings): void {
  let dropped = 0;
  for (const [series, count] of Object.entries(counts)) {
    const totals = totalsWithRoom(state, kind, series);
    if (totals === undefined) dropped += 1;
    else totals.set(series, added(totals.get(series), count));
  }
  if (dropped === 0) return;
  const own = state.totals.get(OWN_KIND) ?? new Map();
  state.totals.set(OWN_KIND, own.set(DROPPED, added(own.get(DROPPED), dropped)));
}

function totalsWithRoom(state: MetricsState, kind: string, series: string) {
  const present = state.totals.get(kind);
  if (present?.has(series)) return present;
  // A report may come from newer code, which declares more.
  const { name } = partsOf(series);
  const declared = metricOf(name);
  if (declared === undefined || declared.type === "gauge" || seriesIn(state) >= SERIES_MAX) return undefined;
  if (present !== undefined) return present;
  // One place is the shard's own.
  if (state.totals.size - Number(state.totals.has(OWN_KIND)) >= KINDS_MAX - 1) return undefined;
  const fresh = new Map();
  state.totals.set(kind, fresh);
  return fresh;
}

function seriesIn({ totals }: MetricsState): number {
  let series = 0;
  for (const ofKind of totals.values()) series += ofKind.size;
  return series;
}

function deleteFirst(map: Map<string, unknown>): void {
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}
