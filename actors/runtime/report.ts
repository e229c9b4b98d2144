/** What an actor says of itself: to its metrics shard from time to time, and to whoever asks. */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Readings } from "./series.ts";

export type BreakerStanding = {
  readonly name: string;
  readonly state: "closed" | "half-open" | "open";
  /** Since when it is in that state. */
  readonly since: EpochMs;
};

/** How the actor stands at one moment. */
export type ActorStatus = {
  /** By the actor's own clock. */
  readonly at: EpochMs;
  /** Undefined before the first commit of this load. */
  readonly lastCommitAt: EpochMs | undefined;
  /** Seq of the newest fact, and up to where Postgres has them. Both 0 where an actor records none. */
  readonly lastSeq: number;
  readonly archivedSeq: number;
  /** Facts that some destination has not confirmed. */
  readonly outboxDepth: number;
  /** When the oldest fact was committed that waits for Postgres: only where that was more than WAITING_MS ago. */
  readonly waitingSince: EpochMs | undefined;
  readonly fenced: boolean;
  readonly breakers: readonly BreakerStanding[];
  readonly gauges: Readonly<Record<string, number>>;
};

/** One load of an actor: a restart begins another. */
export type Load = {
  /** `<kind>:<name>`. */
  readonly actor: string;
  /** Random, drawn at load. */
  readonly incarnation: string;
  readonly loadedAt: EpochMs;
};

export type StatusReport = Load & {
  /** Rises with each status of this incarnation. */
  readonly seq: number;
  readonly status: ActorStatus;
};

/** Counts leave once and come again unchanged, under the same `countsSeq`, until they were taken: whoever adds them up adds each once. */
export type ActorReport = StatusReport & {
  readonly countsSeq: number;
  readonly counts: Readings;
};

/** Takes a report. False: not taken, since a later load of that actor has reported before. */
export type Report = (report: ActorReport) => Promise<boolean>;
