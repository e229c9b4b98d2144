/**
 * What one isolate of the edge has answered: how often, how fast, with which refusals. Kept as differences and told to a metrics shard
 * once a second at most, beside a call that has ended. An isolate that dies takes its last second with it.
 */
import type { EdgeReport } from "../../actors/metrics-shard/messages.ts";
import type { Clock } from "../../actors/runtime/clock.ts";
import { type Counter, type Histogram, Meter } from "../../actors/runtime/meter.ts";
import type { Readings } from "../../actors/runtime/series.ts";
import type { RefusalCode } from "../domain/refusals.ts";
import { SECOND_MS } from "../domain/time.ts";

/** Declared routes times the statuses that they answer with are a third of it: what is beyond is not counted. */
const REQUEST_SERIES_MAX = 1_500;
/** Requests, durations and refusals together. */
const SERIES_MAX = 3_200;
/** A push that was cut off with its call does not keep others from pushing. */
const PUSH_MS_MAX = 10 * SECOND_MS;

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export type Answered = {
  readonly method: string;
  /** The declared path; undefined where none was met. */
  readonly route: string | undefined;
  readonly status: number;
  readonly ms: number;
  readonly refused: RefusalCode | undefined;
};

export type EdgeCountsOptions = {
  readonly sender: string;
  readonly clock: Clock;
  /** Whether the shard has taken it. */
  readonly send: (report: EdgeReport) => Promise<boolean>;
  readonly wait: (ms: number) => Promise<void>;
};

export class EdgeCounts {
  readonly #options: EdgeCountsOptions;
  readonly #meter = new Meter(SERIES_MAX);
  readonly #calls = new Map<string, { readonly requests: Counter; readonly durations: Histogram }>();
  readonly #refusals = this.#meter.counters<RefusalCode>("outcry_http_problems_total");
  readonly #rejectedTicks = this.#meter.counter("outcry_ticks_total", { outcome: "rejected" });
  /** Leaves again as it was until it is taken. */
  #sent: EdgeReport | undefined;
  #seq = 0;
  #pushingSince: number | undefined;
  #pushedAt = 0;
  #news = false;

  constructor(options: EdgeCountsOptions) {
    this.#options = options;
  }

  count({ method, route = "none", status, ms, refused }: Answered): void {
    const counted = this.#countedBy(METHODS.has(method) ? method : "other", route, String(status));
    if (counted === undefined) return;
    this.#news = true;
    counted.requests.add();
    counted.durations.observe(ms / SECOND_MS);
    if (refused !== undefined) this.#refusals(refused).add();
  }

  /** Ticks that no actor has taken and counted. */
  rejectTicks(ticks: number): void {
    this.#rejectedTicks.add(ticks);
  }

  /** Undefined where nothing waits, or somebody else will tell it; else what tells it, within a second. */
  push(): Promise<void> | undefined {
    const now = this.#options.clock.now();
    if (!this.#news || (this.#pushingSince !== undefined && now - this.#pushingSince < PUSH_MS_MAX))
      return undefined;
    this.#pushingSince = now;
    return this.#pushAfter(Math.max(0, this.#pushedAt + SECOND_MS - now));
  }

  /** Tells everything that has been counted. False where the shard did not take it. */
  async flush(): Promise<boolean> {
    // What has left before must be taken first; a call of another request is never awaited, but may be repeated.
    while (this.#sent !== undefined) if (!(await this.#tell(this.#sent))) return false;
    const counts: Readings = this.#meter.takeCounts();
    this.#news = false;
    if (Object.keys(counts).length === 0) return true;
    this.#seq += 1;
    this.#sent = { sender: this.#options.sender, seq: this.#seq, counts };
    return this.#tell(this.#sent);
  }

  async #pushAfter(ms: number): Promise<void> {
    await this.#options.wait(ms);
    this.#pushedAt = this.#options.clock.now();
    await this.flush();
    this.#pushingSince = undefined;
  }

  async #tell(report: EdgeReport): Promise<boolean> {
    try {
      const taken = await this.#options.send(report);
      if (taken && this.#sent === report) this.#sent = undefined;
      return taken;
    } catch {
      return false;
    }
  }

  #countedBy(method: string, route: string, status: string) {
    const key = `${method} ${route} ${status}`;
    const present = this.#calls.get(key);
    if (present !== undefined || this.#calls.size >= REQUEST_SERIES_MAX) return present;
    const requests = this.#meter.counter("outcry_http_requests_total", { method, route, status });
    const durations = this.#meter.histogram("outcry_http_request_duration_seconds", { method, route });
    this.#calls.set(key, { requests, durations });
    return { requests, durations };
  }
}
