/** What a metrics shard does with each report and each question, and what of it goes to the disk. */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "../runtime/clock.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { ActorReport, StatusReport } from "../runtime/report.ts";
import type { Sql } from "../runtime/sql.ts";
import { ifWithin } from "../runtime/within.ts";
import type { Entry, MetricsState } from "./known.ts";
import { pageOf, summaryOf } from "./listing.ts";
import type { DirectorySummary, EdgeReport, KindReadings, ListedActors, ListQuery } from "./messages.ts";
import { readingsOf } from "./readings.ts";
import { MetricsStore } from "./store.ts";
import { type Taken, takeEdgeReport, takeReport, takeStatus } from "./take.ts";

/**
 * What was counted goes to the disk this often while actors report: a few rows, and a kill loses no more than that. Once they are silent it
 * goes at the next look, and nothing is left in a memory that may go.
 */
const TOTALS_MS = 10_000;
/** When an actor was last heard of is on disk this exactly: it says who leaves first. */
const HEARD_MS = 600_000;
/** Reports come every five seconds from an actor that has something to report. */
const SILENT_MS = 5_000;
/**
 * An actor that has fallen silent is asked once for what it has not told yet: later than its next report would have come, and before
 * the ten idle seconds are over after which its counts are gone.
 */
const FOLLOW_MS = 6_000;
/** How exactly that is kept. */
const LOOK_MS = 1_000;
/** Actors asked at the same time. */
export const ASKED_MAX = 100;
/** What a question for readings waits for those who have more to tell. */
const TOLD_MS = 1_000;

/** Asks an actor itself, which tells what it has not told yet; undefined where it does not answer. */
export type Ask = (actor: string) => Promise<StatusReport | undefined>;
export type RegistryOptions = {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly ask: Ask;
  readonly arm: (run: () => void, afterMs: number) => void;
};

export class Registry {
  readonly #store: MetricsStore;
  readonly #state: MetricsState;
  readonly #clock: Clock;
  readonly #options: RegistryOptions;
  readonly #asked = new Set<string>();
  /** Who has reported and was not asked since, and when, the longest ago first. */
  readonly #followed = new Map<string, EpochMs>();
  #looking = false;
  /** When each row was written, of those that were since the load. */
  readonly #keptAt = new WeakMap<Entry, number>();
  #totalsAt: EpochMs;
  #totalsChanged = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#store = new MetricsStore(options.sql);
    this.#state = this.#store.load();
    this.#clock = options.clock;
    this.#totalsAt = options.clock.now();
  }

  report(report: ActorReport): ActorReply<boolean> {
    const { actor } = report;
    const before = this.#state.actors.get(actor);
    const taken = takeReport(this.#state, report, this.#clock.now());
    this.#keep(actor, before, taken);
    this.#counted();
    this.#follow(actor, taken.left);
    return answer(taken.taken);
  }

  count(report: EdgeReport): ActorReply<null> {
    takeEdgeReport(this.#state, report);
    this.#counted();
    return answer(null);
  }

  /** Exact where few actors are busy: those who have reported lately are asked for the rest first. */
  async readings(): Promise<ActorReply<readonly KindReadings[]>> {
    await ifWithin(Promise.all([...this.#followed.keys()].map((actor) => this.#askOne(actor))), TOLD_MS);
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
      const isTroubled =
        status.waitingSince !== undefined || status.breakers.some(({ state }) => state !== "closed");
      if (isTroubled && now - lastReportAt >= SILENT_MS) void this.#askOne(actor);
    }
  }

  #follow(actor: string, left: string | undefined): void {
    if (left !== undefined) this.#followed.delete(left);
    this.#followed.delete(actor);
    this.#followed.set(actor, this.#clock.now());
    this.#look();
  }

  /** Ends when nobody is followed and all counts are on disk. */
  #look(): void {
    if (this.#looking || (this.#followed.size === 0 && !this.#totalsChanged)) return;
    this.#looking = true;
    this.#options.arm(() => {
      this.#looking = false;
      const due = this.#clock.now() - FOLLOW_MS;
      for (const [actor, at] of this.#followed) {
        if (at > due) break;
        void this.#askOne(actor);
      }
      if (this.#followed.size === 0) this.#keepTotals();
      this.#look();
    }, LOOK_MS);
  }

  async #askOne(actor: string): Promise<void> {
    if (this.#asked.size >= ASKED_MAX || this.#asked.has(actor)) return;
    this.#followed.delete(actor);
    this.#asked.add(actor);
    const report = await this.#options.ask(actor);
    this.#asked.delete(actor);
    if (report === undefined) return;
    const before = this.#state.actors.get(actor);
    const taken = takeStatus(this.#state, report, this.#clock.now());
    this.#keep(actor, before, taken);
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
    this.#look();
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
