/**
 * How an actor reports itself: the platform cannot list objects, so each tells its metrics shard. After commits, at most every five
 * seconds; at once where facts have begun to wait for Postgres, or no longer do. Timers here are one-shot and end with the news that
 * they were set for: an idle actor is left alone.
 */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "./clock.ts";
import type { Meter } from "./meter.ts";
import type { ActorReport, ActorStatus, Load, Report, StatusReport } from "./report.ts";
import type { Readings } from "./series.ts";

/** Often enough for a scrape each 15 s; ten thousand busy actors make two thousand short calls a second of it, over all shards. */
export const REPORT_MS = 5_000;
/** What follows a commit within this time (its way to Postgres, further commands) shares its report. */
const GATHER_MS = 1_000;
/** Facts are on their way for some milliseconds; from here on they wait. With REPORT_MS this leaves room within ten seconds. */
export const WAITING_MS = 2_000;
/** A shard that does not answer is left alone until there is more to tell. */
const ATTEMPTS_MAX = 6;

export type DirectoryOptions = {
  readonly load: Load;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly report: Report;
  /** All of a status but when facts began to wait. */
  readonly status: () => Omit<ActorStatus, "at" | "waitingSince">;
  readonly lags: () => boolean;
  /** When the oldest fact was committed that Postgres lacks; costs a look at the disk. */
  readonly oldestWaiting: () => EpochMs | undefined;
  readonly arm: (run: () => void, afterMs: number) => void;
};

export class Directory {
  readonly #options: DirectoryOptions;
  #seq = 0;
  /** Counts on their way, until the shard has taken them. */
  #sent: { readonly seq: number; readonly counts: Readings } | undefined;
  #countsSeq = 0;
  #saidWaiting = false;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #news = false;
  #attempts = 0;
  #calling = false;
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** Something has changed: a commit, a push that went through or failed. Called after each of them. */
  note(): void {
    this.#news = true;
    this.#attempts = 0;
    this.#look();
  }

  /** Says once in each load that the actor is there, though it has committed nothing. */
  introduce(): void {
    if (this.#seq === 0) this.note();
  }

  /** How it stands now, numbered among the reports. */
  statusNow(): StatusReport {
    const { load, clock, status } = this.#options;
    const at = clock.now();
    this.#seq += 1;
    return { ...load, seq: this.#seq, status: { at, waitingSince: this.#waitingSince(at), ...status() } };
  }

  #look(): void {
    if (this.#calling || this.#attempts >= ATTEMPTS_MAX) return;
    const drained = this.#saidWaiting && !this.#options.lags();
    if (drained && this.#attempts === 0) void this.#tell();
    else this.#armAt(this.#nextLook(this.#options.clock.now()));
  }

  #nextLook(now: EpochMs): number {
    const report = this.#news ? Math.max(this.#lastSentAt + REPORT_MS, now + GATHER_MS) : Infinity;
    const lag = !this.#saidWaiting && this.#options.lags() ? now + WAITING_MS : Infinity;
    return Math.min(report, lag);
  }

  #armAt(due: number): void {
    if (due >= this.#armedFor) return;
    this.#armedFor = due;
    this.#options.arm(() => this.#wake(due), Math.max(0, due - this.#options.clock.now()));
  }

  /** An earlier look may have been armed since; then that one does it. */
  #wake(due: number): void {
    if (due !== this.#armedFor) return;
    this.#armedFor = Infinity;
    if (this.#calling) return;
    const now = this.#options.clock.now();
    const isDue = this.#news && now >= this.#lastSentAt + REPORT_MS;
    const beginsToWait = !this.#saidWaiting && this.#waitingSince(now) !== undefined;
    if (isDue || beginsToWait) void this.#tell();
    else this.#look();
  }

  #waitingSince(now: EpochMs): EpochMs | undefined {
    if (!this.#options.lags()) return undefined;
    const oldest = this.#options.oldestWaiting();
    return oldest !== undefined && now - oldest >= WAITING_MS ? oldest : undefined;
  }

  async #tell(): Promise<void> {
    const report = this.#nextReport();
    this.#calling = true;
    this.#news = false;
    this.#lastSentAt = report.status.at;
    const taken = await this.#send(report);
    this.#calling = false;
    if (taken) {
      this.#sent = undefined;
      this.#attempts = 0;
      this.#saidWaiting = report.status.waitingSince !== undefined;
    } else {
      this.#attempts += 1;
      this.#news = true;
    }
    this.#look();
  }

  /** Counts that were not confirmed leave again as they were: what came since goes with the next report. */
  #nextReport(): ActorReport {
    this.#sent ??= { seq: ++this.#countsSeq, counts: this.#options.meter.takeCounts() };
    return { ...this.statusNow(), countsSeq: this.#sent.seq, counts: this.#sent.counts };
  }

  async #send(report: ActorReport): Promise<boolean> {
    try {
      return await this.#options.report(report);
    } catch {
      return false;
    }
  }
}
