/**
 * How an actor reports itself: the platform cannot list objects, so each tells its metrics shard. After commits, at most every five
 * seconds; at once where facts have begun to wait for Postgres, or no longer do. What came after its last report it tells when the shard
 * asks, some seconds later: a timer of its own would keep an idle actor in memory.
 */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "./clock.ts";
import type { Meter } from "./meter.ts";
import type { ActorReport, ActorStatus, Load, Report, StatusReport } from "./report.ts";
import type { Readings } from "./series.ts";

/** Often enough for a scrape each 15 s; ten thousand busy actors make two thousand short calls a second of it, over all shards. */
export const REPORT_MS = 5_000;
/** Facts are on their way for some milliseconds, under load for a second; from here on they wait. */
export const WAITING_MS = 2_000;
/** Where a push has failed: one hiccup is over by then, and the next try may be seconds away. */
const FAILING_MS = 1_000;

export type DirectoryOptions = {
  readonly load: Load;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly report: Report;
  /** All of a status but when facts began to wait. */
  readonly status: () => Omit<ActorStatus, "at" | "waitingSince">;
  /** Postgres lacks some facts. */
  readonly lags: () => boolean;
  /** They are on their way to it now. */
  readonly pushing: () => boolean;
  /** When the oldest of them was committed; costs a look at the disk. */
  readonly oldestWaiting: () => EpochMs | undefined;
  /** Runs once after that time, unless the answer is called before. */
  readonly arm: (run: () => void, afterMs: number) => () => void;
};

export class Directory {
  readonly #options: DirectoryOptions;
  #seq = 0;
  /** Counts on their way, until the shard has taken them. */
  #sent: { readonly seq: number; readonly counts: Readings } | undefined;
  #countsSeq = 0;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #saidWaiting = false;
  #failing = false;
  /** Something has happened since the last report. */
  #news = false;
  /** It has to be told that facts wait. */
  #urgent = false;
  /** The report under way. */
  #call: Promise<void> | undefined;
  #disarm: (() => void) | undefined;

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** Something worth a report has happened that is no commit. */
  active(): void {
    this.#news = true;
    this.#look();
  }

  /** What a commit made is reported together with its way to Postgres, where it is on it. */
  committed(): void {
    this.#news = true;
    if (this.#options.lags() && this.#options.pushing()) this.pushed();
    else this.#look();
  }

  /** Postgres has a further batch. */
  archived(): void {
    this.#failing = false;
    this.#news = true;
    if (!this.#options.lags()) this.#stopWatching();
    this.#look();
  }

  failed(): void {
    this.#failing = true;
    this.#news = true;
    this.#stopWatching();
    this.#lookForWaiting();
    this.#look();
  }

  /** What readiness asks for has changed: it does not wait for the next report. */
  turned(): void {
    this.#news = true;
    this.#urgent = true;
    this.#look();
  }

  /** A push begins, or was found under way: one that hangs is not waited for. */
  pushed(): void {
    const { lags, pushing, arm } = this.#options;
    if (this.#saidWaiting || this.#disarm !== undefined || !lags() || !pushing()) return;
    this.#disarm = arm(() => {
      this.#disarm = undefined;
      this.#lookForWaiting();
      this.#look();
    }, WAITING_MS);
  }

  /** Somebody asks: ends when everything that was not yet told has been. An actor that never reported says that it is there. */
  async asked(): Promise<void> {
    await this.#call;
    if (this.#call !== undefined || !(this.#news || this.#lastSentAt < 0)) return;
    this.#tell();
    await this.#call;
  }

  /** How it stands now, numbered among the reports. */
  statusNow(): StatusReport {
    const { load, clock, status } = this.#options;
    const at = clock.now();
    this.#seq += 1;
    return { ...load, seq: this.#seq, status: { at, waitingSince: this.#waitingSince(at), ...status() } };
  }

  #look(): void {
    if (this.#call !== undefined) return;
    const drained = this.#saidWaiting && !this.#options.lags();
    const isDue = this.#news && this.#options.clock.now() - this.#lastSentAt >= REPORT_MS;
    if (drained || this.#urgent || isDue) this.#tell();
    else this.pushed();
  }

  #lookForWaiting(): void {
    if (!this.#saidWaiting && this.#waitingSince(this.#options.clock.now()) !== undefined)
      this.#urgent = true;
  }

  #waitingSince(now: EpochMs): EpochMs | undefined {
    if (!this.#options.lags()) return undefined;
    const oldest = this.#options.oldestWaiting();
    const patience = this.#failing || this.#saidWaiting ? FAILING_MS : WAITING_MS;
    return oldest !== undefined && now - oldest >= patience ? oldest : undefined;
  }

  #tell(): void {
    const report = this.#nextReport();
    this.#news = false;
    this.#urgent = false;
    this.#lastSentAt = report.status.at;
    this.#call = this.#send(report).then((taken) => {
      this.#call = undefined;
      if (taken) this.#told(report);
      // It leaves again with the next event, or when somebody asks: there is no timer.
      else this.#news = true;
    });
  }

  #told({ status }: ActorReport): void {
    this.#sent = undefined;
    this.#saidWaiting = status.waitingSince !== undefined;
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

  #stopWatching(): void {
    this.#disarm?.();
    this.#disarm = undefined;
  }
}
