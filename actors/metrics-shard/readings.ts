/** What the actors of each kind make together: counts added up, gauges summed or their largest. */

import { SECOND_MS } from "../../src/domain/time.ts";
import { metricOf } from "../runtime/metrics.ts";
import { partsOf } from "../runtime/series.ts";
import type { Entry, MetricsState } from "./known.ts";
import type { KindReadings } from "./messages.ts";

/** After three reports that did not come, nobody waits in that actor's mailbox any more. */
const LIVE_MS = 15_000;

type Gauges = Record<string, number>;

export function readingsOf(state: MetricsState, now: number): KindReadings[] {
  const gauges = gaugesByKind(state, now);
  const kinds = new Set([...state.totals.keys(), ...gauges.keys()]);
  return [...kinds].sort().map((kind) => ({
    kind,
    counts: Object.fromEntries(state.totals.get(kind) ?? []),
    gauges: gauges.get(kind) ?? {},
  }));
}

function gaugesByKind({ actors }: MetricsState, now: number): Map<string, Gauges> {
  const byKind = new Map<string, Gauges>();
  for (const entry of actors.values()) {
    const gauges = byKind.get(entry.kind) ?? {};
    byKind.set(entry.kind, gauges);
    for (const [series, value] of Object.entries(entry.status.gauges))
      merge(gauges, series, value, entry, now);
    gauges["outcry_actors"] = (gauges["outcry_actors"] ?? 0) + 1;
    mergeStanding(gauges, entry, now);
  }
  return byKind;
}

function merge(gauges: Gauges, series: string, value: number, entry: Entry, now: number): void {
  const metric = metricOf(partsOf(series).name);
  if (metric?.type !== "gauge") return;
  const isOver = metric.live === true && now - entry.lastReportAt > LIVE_MS;
  const present = gauges[series] ?? 0;
  const counted = isOver ? 0 : value;
  gauges[series] = metric.over === "sum" ? present + counted : Math.max(present, counted);
}

/** What the shard itself knows of how they stand: a lag grows while its actor is silent. */
function mergeStanding(gauges: Gauges, { status: { waitingSince, fenced } }: Entry, now: number): void {
  const lagMs = waitingSince === undefined ? 0 : Math.max(0, now - waitingSince);
  gauges["outcry_outbox_lag_seconds"] = Math.max(gauges["outcry_outbox_lag_seconds"] ?? 0, lagMs / SECOND_MS);
  gauges["outcry_outbox_waiting_actors"] =
    (gauges["outcry_outbox_waiting_actors"] ?? 0) + Number(waitingSince !== undefined);
  gauges["outcry_fenced_actors"] = (gauges["outcry_fenced_actors"] ?? 0) + Number(fenced);
}
