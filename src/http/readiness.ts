/** Whether calls can be served, as the isolate knows it: asked of actors and Postgres together, within a deadline, at most once a second. */
import type { DirectorySummary } from "../../actors/metrics-shard/messages.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { answer } from "../../actors/runtime/reply.ts";
import type { ReadyReply } from "../contracts/health.ts";
import { type EpochMs, SECOND_MS } from "../domain/time.ts";
import { ask } from "./ask.ts";
import type { Edge } from "./context.ts";

/** What takes longer does not serve. */
const PROBE_MS_MAX = 3 * SECOND_MS;
/** Public, so whoever asks often is told what is known. */
const FRESH_MS = SECOND_MS;
/** Facts are in Postgres within a second or two; from here on something holds them up. */
const WAITING_MS_MAX = 5 * SECOND_MS;

type Checks = ReadyReply["checks"];
export type Probed = {
  readonly checks: Checks;
  /** Undefined: no actor answered, so that nothing can be served. */
  readonly status: ReadyReply["status"] | undefined;
};

export class Readiness {
  #known: { readonly probed: Probed; readonly at: EpochMs } | undefined;
  #probingSince: EpochMs | undefined;

  async probed(edge: Edge, envelope: Envelope): Promise<Probed> {
    const now = edge.clock.now();
    if (this.#known !== undefined && now < this.#known.at + this.#freshMs(now)) return this.#known.probed;
    this.#probingSince = now;
    const probed = await probe(edge, { ...envelope, deadline: (now + PROBE_MS_MAX) as EpochMs });
    this.#known = { probed, at: edge.clock.now() };
    this.#probingSince = undefined;
    return probed;
  }

  /** While somebody else's probe hangs, the others hear what was known before: calls cannot wait for each other's. */
  #freshMs(now: EpochMs): number {
    const isProbing = this.#probingSince !== undefined && now < this.#probingSince + PROBE_MS_MAX;
    return isProbing ? FRESH_MS + PROBE_MS_MAX : FRESH_MS;
  }
}

async function probe({ ports, clock }: Edge, envelope: Envelope): Promise<Probed> {
  const { actors, mirror } = ports;
  const [directory, ping, summaries] = await Promise.all([
    ask(clock, envelope, () => actors.instrumentDirectory().known(envelope, [])),
    ask(clock, envelope, async () => answer(await mirror.ping())),
    Promise.all(
      actors.metricsShards().map((shard) => ask(clock, envelope, async () => shard.summary(envelope))),
    ),
  ]);
  const heard = summaries.flatMap((reply) => (reply.ok ? [reply.value] : []));
  // What a silent shard would have said is not known, so it is not called well.
  const isWhole = heard.length === summaries.length;
  const checks: Checks = {
    actors: said(directory.ok),
    postgres: said(ping.ok),
    outbox: said(isWhole && !heard.some((summary) => isHeldUp(summary, clock.now()))),
    breakers: said(isWhole && !heard.some(hasOpenBreaker)),
  };
  const isWell = Object.values(checks).every((check) => check === "ok");
  const serves = directory.ok || heard.length > 0;
  return { checks, status: serves ? (isWell ? "ready" : "degraded") : undefined };
}

const said = (isWell: boolean): Checks[keyof Checks] => (isWell ? "ok" : "failing");

const isHeldUp = ({ waitingSince }: DirectorySummary, now: EpochMs): boolean =>
  waitingSince !== undefined && now - waitingSince > WAITING_MS_MAX;

/** One that is half-open waits for a call to be its probe: the next one goes through. */
const hasOpenBreaker = ({ breakers }: DirectorySummary): boolean =>
  breakers.some(({ state }) => state === "open");
