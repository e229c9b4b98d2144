/** What a metrics shard does with each report and each question, and what of it goes to the disk. */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "../runtime/clock.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { ActorReport, StatusReport } from "../runtime/report.ts";
import type { Sql } from "../runtime/sql.ts";
import { pageOf, summaryOf } from "./listing.ts";
import type { DirectorySummary, EdgeReport, KindReadings, ListedActors, ListQuery } from "./messages.ts";
import { readingsOf } from "./readings.ts";
import type { Entry, MetricsState } from "./state.ts";
import { MetricsStore } from "./store.ts";
import { type Taken, takeEdgeReport, takeReport, takeStatus } from "./take.ts";

/** What was counted goes to the disk this often at most: a few rows, and a kill loses no more than that. */
const TOTALS_MS = 10_000;
/** When an actor was last heard of is on disk this exactly: it says who leaves first. */
const HEARD_MS = 600_000;
/** Reports come every five seconds from an actor that has something to report. */
const SILENT_MS = 5_000;
/** Actors asked at the same time how they stand. */
export const ASKED_MAX = 20;

/** Asks an actor itself; undefined where it does not answer. */
export type Ask = (actor: string) => Promise<StatusReport | undefined>;

export class Registry {
  readonly #store: MetricsStore;
  readonly #state: MetricsState;
  readonly #clock: Clock;
  readonly #ask: Ask;
  readonly #asked = new Set<string>();
  /** When each row was written, of those that were since the load. */
  readonly #keptAt = new WeakMap<Entry, number>();
  #totalsAt: EpochMs;
  #totalsChanged = false;

  constructor(sql: Sql, clock: Clock, ask: Ask) {
    this.#store = new MetricsStore(sql);
    this.#state = this.#store.load();
    this.#clock = clock;
    this.#ask = ask;
    this.#totalsAt = clock.now();
  }

  report(report: ActorReport): ActorReply<boolean> {
    const before = this.#state.actors.get(report.actor);
    const taken = takeReport(this.#state, report, this.#clock.now());
    this.#keep(report.actor, before, taken);
    this.#counted();
    return answer(taken.taken);
  }

  count(report: EdgeReport): ActorReply<null> {
    takeEdgeReport(this.#state, report);
    this.#counted();
    return answer(null);
  }

  readings(): ActorReply<readonly KindReadings[]> {
    this.#keepTotals();
    return answer(readingsOf(this.#state, this.#clock.now()));
  }

  list(query: ListQuery): ActorReply<ListedActors> {
    return answer(pageOf(this.#state, query, this.#clock.now()));
  }

  heardOf(actor: string): ActorReply<{ since: number; lastReportAt: number }> {
    const entry = this.#state.actors.get(actor);
    if (entry === undefined) return refusal("not-found", "no such actor has reported");
    return answer({ since: entry.since, lastReportAt: entry.lastReportAt });
  }

  summary(): ActorReply<DirectorySummary> {
    this.#askSilent();
    return answer(summaryOf(this.#state));
  }

  /** An actor may have been killed before it could say that its facts are through. */
  #askSilent(): void {
    const now = this.#clock.now();
    for (const [actor, { status, lastReportAt }] of this.#state.actors) {
      if (this.#asked.size >= ASKED_MAX) return;
      const isTroubled =
        status.waitingSince !== undefined || status.breakers.some(({ state }) => state !== "closed");
      if (isTroubled && now - lastReportAt >= SILENT_MS && !this.#asked.has(actor)) void this.#askOne(actor);
    }
  }

  async #askOne(actor: string): Promise<void> {
    this.#asked.add(actor);
    const report = await this.#ask(actor);
    this.#asked.delete(actor);
    if (report === undefined) return;
    const before = this.#state.actors.get(actor);
    this.#keep(actor, before, takeStatus(this.#state, report, this.#clock.now()));
  }

  #keep(actor: string, before: Entry | undefined, { taken, left }: Taken): void {
    const entry = this.#state.actors.get(actor);
    if (!taken || entry === undefined) return;
    if (left !== undefined) this.#store.forget(left);
    const keptAt = before === undefined ? undefined : (this.#keptAt.get(before) ?? before.lastReportAt);
    const isKept =
      before !== undefined &&
      keptAt !== undefined &&
      entry.lastReportAt - keptAt < HEARD_MS &&
      troubleOf(entry) === troubleOf(before);
    if (!isKept) this.#store.keep(actor, entry);
    this.#keptAt.set(entry, isKept ? keptAt : entry.lastReportAt);
  }

  #counted(): void {
    this.#totalsChanged = true;
    if (this.#clock.now() - this.#totalsAt >= TOTALS_MS) this.#keepTotals();
  }

  #keepTotals(): void {
    this.#totalsAt = this.#clock.now();
    if (!this.#totalsChanged) return;
    this.#totalsChanged = false;
    this.#store.keepTotals(this.#state.totals);
  }
}

/** What must be known after an eviction too. A fact that waits makes room for the next one: only that some do is kept. */
function troubleOf({ status: { waitingSince, fenced, breakers } }: Entry): string {
  return JSON.stringify([waitingSince !== undefined, fenced, breakers]);
}
