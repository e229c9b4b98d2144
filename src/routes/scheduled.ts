/** What cron asks for: each minute the mirror is held against the actors that it names, each day Postgres is kept in order. */
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { type Standing, standingIn } from "../../actors/runtime/standing.ts";
import { bucketStart, MINUTE_MS } from "../domain/time.ts";
import type { Ports } from "../ports.ts";

/** The cron pattern of `wrangler.toml` that stands for the daily upkeep; every other one is the minute's. */
export const DAILY_CRON = "5 0 * * *";
/** Actors asked in one minute. More of them take turns, so that a check never wakes ten thousand objects at once. */
export const AUDITED_PER_MINUTE_MAX = 500;
/** Calls under way at the same time. */
const PARALLEL_AUDITS_MAX = 25;

export type Drift = {
  readonly actor: string;
  readonly code: "mirror-behind" | "mirror-ahead" | "fenced" | "unanswered";
  readonly mirrorSeq: number;
  readonly standing?: Standing;
};

export type ScheduledReport =
  | { readonly kind: "audit"; readonly audited: number; readonly drift: readonly Drift[] }
  | { readonly kind: "upkeep"; readonly made: readonly string[]; readonly dropped: readonly string[] };

export async function runScheduled(
  ports: Ports,
  cron: string,
  now: number,
  envelope: Envelope,
): Promise<ScheduledReport> {
  if (cron === DAILY_CRON) return { kind: "upkeep", ...(await ports.mirror.maintain(now)) };
  const turn = bucketStart(now, MINUTE_MS) / MINUTE_MS;
  const watermarks = await ports.mirror.watermarks(turn, AUDITED_PER_MINUTE_MAX);
  const drift: Drift[] = [];
  for (let next = 0; next < watermarks.length; next += PARALLEL_AUDITS_MAX) {
    const asked = watermarks.slice(next, next + PARALLEL_AUDITS_MAX);
    const found = await Promise.all(asked.map(({ actor, seq }) => auditOf(ports, envelope, actor, seq)));
    drift.push(...found.filter((one) => one !== undefined));
  }
  return { kind: "audit", audited: watermarks.length, drift };
}

async function auditOf(
  ports: Ports,
  envelope: Envelope,
  actor: string,
  mirrorSeq: number,
): Promise<Drift | undefined> {
  try {
    const reply = await ports.actors.inspected(actor).inspect(envelope);
    return reply.ok
      ? driftOf(actor, mirrorSeq, standingIn(reply.value.status))
      : { actor, code: "unanswered", mirrorSeq };
  } catch {
    return { actor, code: "unanswered", mirrorSeq };
  }
}

/** The mirror may lag behind what was not yet confirmed; it may never lack what was, nor hold what the actor never committed. */
export function driftOf(actor: string, mirrorSeq: number, standing: Standing): Drift | undefined {
  if (standing.fenced) return { actor, code: "fenced", mirrorSeq, standing };
  if (mirrorSeq < standing.archivedSeq) return { actor, code: "mirror-behind", mirrorSeq, standing };
  if (mirrorSeq > standing.lastSeq) return { actor, code: "mirror-ahead", mirrorSeq, standing };
  return undefined;
}
