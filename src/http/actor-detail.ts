/** What an actor says of itself, as the inspector shows it. */
import { spread } from "../../actors/runtime/meter.ts";
import type { Inspection } from "../../actors/runtime/vitals.ts";
import type { ActorDetail, ActorKind } from "../contracts/actors.ts";

type Named = { readonly kind: ActorKind; readonly name: string };
type Heard = { readonly since: number; readonly lastReportAt: number };

export function actorDetail(actor: Named, heard: Heard, inspection: Inspection): ActorDetail {
  const { status, incarnation, loadedAt, mailboxDepth, sockets, timers, sizes, counts } = inspection;
  const { at, lastCommitAt, lastSeq, archivedSeq, outboxDepth, waitingSince, fenced, breakers, gauges } =
    status;
  return {
    ...actor,
    ...heard,
    incarnation,
    loadedAt,
    lastCommitAt: lastCommitAt ?? null,
    lastSeq,
    archivedSeq,
    outboxDepth,
    outboxLagMs: waitingSince === undefined ? 0 : Math.max(0, at - waitingSince),
    fenced,
    breakers: [...breakers],
    mailboxDepth,
    sockets,
    timers: [...timers],
    sizes: sizes.map(({ collection, unit, max, atBound, used }) => ({
      collection,
      unit,
      used: used ?? null,
      max,
      atBound,
    })),
    counts: Object.entries(counts).map(([series, reading]) => countOf(series, reading)),
    gauges: Object.entries(gauges).map(([series, value]) => ({ series, value })),
  };
}

function countOf(series: string, reading: Inspection["counts"][string]): ActorDetail["counts"][number] {
  if (typeof reading === "number") return { series, value: reading };
  const { buckets, count, sum } = spread(series, reading);
  return { series, value: count, sum, buckets: buckets.map(([bound, below]) => [bound, below]) };
}
