/** The actors of a shard for people: pages in order of their names, and what readiness needs of all of them. */
import { type ActorItem, type ActorKind, TENANT_KINDS } from "../../src/contracts/actors.ts";
import { partsOf } from "../runtime/series.ts";
import type { Entry, MetricsState } from "./known.ts";
import type { DirectorySummary, ListedActors, ListQuery, OpenBreaker } from "./messages.ts";

export function pageOf({ actors }: MetricsState, query: ListQuery, now: number): ListedActors {
  const { kind, tenant, limit, after = "" } = query;
  const seen = [...actors]
    .filter(([, entry]) => (kind === undefined || entry.kind === kind) && isVisible(entry, tenant))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const page = seen.filter(([actor]) => actor > after).slice(0, limit);
  return { items: page.map(([, entry]) => itemOf(entry, now)), total: seen.length };
}

export function summaryOf({ actors }: MetricsState): DirectorySummary {
  const all = [...actors];
  const waiting: number[] = all.flatMap(([, { status }]) => status.waitingSince ?? []);
  return {
    actors: all.length,
    waiting: waiting.length,
    waitingSince: waiting.length === 0 ? undefined : waiting.reduce((one, other) => Math.min(one, other)),
    fenced: all.filter(([, { status }]) => status.fenced).length,
    breakers: all.flatMap(([actor, { status }]) => openBreakers(actor, status.breakers)),
  };
}

function isVisible({ kind, name }: Entry, tenant: string | undefined): boolean {
  if (tenant === undefined || !TENANT_KINDS.has(kind)) return true;
  return name === tenant || name.startsWith(`${tenant}/`);
}

function itemOf(
  { kind, name, since, incarnation, loadedAt, lastReportAt, status }: Entry,
  now: number,
): ActorItem {
  return {
    // SAFETY: kinds are those of our own actors; a newer one is shown as it calls itself.
    kind: kind as ActorKind,
    name,
    since,
    incarnation,
    loadedAt,
    lastReportAt,
    lastCommitAt: status.lastCommitAt ?? null,
    lastSeq: status.lastSeq,
    archivedSeq: status.archivedSeq,
    outboxDepth: status.outboxDepth,
    outboxLagMs: status.waitingSince === undefined ? 0 : Math.max(0, now - status.waitingSince),
    fenced: status.fenced,
    breakers: [...status.breakers],
    fullest: fullestOf(status.gauges),
  };
}

const RATIO = "outcry_bound_used_ratio";
const COLLECTION = /^collection="(.+)"$/;

function fullestOf(gauges: Readonly<Record<string, number>>): ActorItem["fullest"] {
  let fullest: ActorItem["fullest"] = null;
  for (const [series, ratio] of Object.entries(gauges)) {
    const { name, labels } = partsOf(series);
    const [, collection] = COLLECTION.exec(labels) ?? [];
    if (name !== RATIO || collection === undefined) continue;
    if (fullest === null || ratio > fullest.ratio) fullest = { collection, ratio };
  }
  return fullest;
}

const openBreakers = (actor: string, breakers: Entry["status"]["breakers"]): OpenBreaker[] =>
  breakers.flatMap(({ name, state, since }) => (state === "closed" ? [] : [{ actor, name, state, since }]));
