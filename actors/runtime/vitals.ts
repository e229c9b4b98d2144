/** What is known of an actor from inside: its counts, its sizes against their bounds, how it stands. It reports them, and answers who asks. */
import type { RefusalCode } from "../../src/domain/refusals.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Bound } from "./bounds.ts";
import type { Clock } from "./clock.ts";
import { Directory, type DirectoryOptions } from "./directory.ts";
import { randomHex } from "./id.ts";
import type { MailboxObserver } from "./mailbox.ts";
import { Meter } from "./meter.ts";
import { outboxBounds } from "./outbox.ts";
import type { BreakerStanding, Load, Report, StatusReport } from "./report.ts";
import type { Readings } from "./series.ts";
import { timersBound } from "./timers.ts";
import { ifWithin } from "./within.ts";

const SECOND_MS = 1_000;
/** A shard that does not take a report keeps nobody waiting who asks. */
const TOLD_MS = 1_000;

/** What an actor has of the bricks; an archiver has none of them. */
export type Organs = {
  readonly outbox?: {
    readonly depth: number;
    readonly freshUnits: number;
    readonly lastSeq: number;
    readonly archivedSeq: number;
    readonly fenced: boolean;
    readonly archiving: boolean;
    readonly oldestUnarchived: EpochMs | undefined;
  };
  readonly mailbox?: { readonly depth: number };
  readonly timers?: { readonly size: number; readonly standing: readonly StandingTimer[] };
  readonly sockets?: { readonly list: () => readonly unknown[] };
};
export type StandingTimer = { readonly name: string; readonly due: EpochMs };
/** How many a declared collection holds now, where that is known without counting. */
export type Sizes = Readonly<Record<string, () => number | undefined>>;

export type VitalsOptions = {
  readonly actor: string;
  readonly clock: Clock;
  /** An actor without it is on no list. */
  readonly report?: Report | undefined;
  readonly arm?: DirectoryOptions["arm"];
};

export type Size = Bound & { readonly used: number | undefined };
/** Everything that an actor says of itself when asked. */
export type Inspection = StatusReport & {
  readonly mailboxDepth: number;
  readonly sockets: number;
  readonly timers: readonly StandingTimer[];
  readonly sizes: readonly Size[];
  readonly counts: Readings;
};

export class Vitals {
  readonly meter = new Meter();
  readonly directory: Directory;
  readonly #options: VitalsOptions;
  readonly #sizes = new Map<string, Bound & { readonly read: Sizes[string] | undefined }>();
  readonly #breakers: (() => BreakerStanding)[] = [];
  readonly #facts = this.meter.counter("outcry_facts_total");
  #factsCounted = 0;
  #organs: Organs = {};
  #lastCommitAt: EpochMs | undefined;

  constructor(options: VitalsOptions) {
    this.#options = options;
    const { actor, clock, report = unheard, arm = armTimeout } = options;
    const load: Load = { actor, incarnation: randomHex(8), loadedAt: clock.now() };
    this.directory = new Directory({
      load,
      clock,
      meter: this.meter,
      report,
      status: () => this.#status(),
      lags: () => isBehind(this.#organs),
      pushing: () => this.#organs.outbox?.archiving ?? false,
      oldestWaiting: () => this.#organs.outbox?.oldestUnarchived,
      arm,
    });
  }

  /** Declared collections, and how full they are. `state` answers for every bound `state:<field>` whose field has a size. */
  measures(bounds: readonly Bound[], sizes: Sizes = {}, state?: () => object): void {
    for (const bound of bounds) {
      const { collection, max } = bound;
      const read = sizes[collection] ?? sizeWithin(state, collection);
      this.#sizes.set(collection, { ...bound, read });
      if (read === undefined) continue;
      this.meter.gauge("outcry_bound_used_ratio", () => (read() ?? 0) / max, { collection });
      if (collection === "table:idempotency") this.meter.gauge("outcry_idempotency_keys", () => read() ?? 0);
    }
  }

  /** A breaker of this actor: listed, and a reason for readiness to say `degraded` while it is open. */
  watches(breaker: () => BreakerStanding): void {
    this.#breakers.push(breaker);
    this.meter.gauge("outcry_breaker_state", () => STATES.indexOf(breaker().state), {
      breaker: breaker().name,
    });
  }

  /** Once all organs are there. Facts of an earlier load were counted by it. */
  loaded(organs: Organs): void {
    const { outbox, mailbox, timers, sockets } = organs;
    this.#organs = organs;
    this.#factsCounted = outbox?.lastSeq ?? 0;
    this.measures([...outboxBounds, timersBound], {
      "table:outbox": () => outbox?.depth,
      "memory:outboxFresh": () => outbox?.freshUnits,
      "table:timer": () => timers?.size,
    });
    this.meter.gauge("outcry_mailbox_depth", () => mailbox?.depth ?? 0);
    this.meter.gauge("outcry_outbox_facts", () => outbox?.depth ?? 0);
    this.meter.gauge("outcry_timers", () => timers?.size ?? 0);
    this.meter.gauge("outcry_sockets", () => sockets?.list().length ?? 0);
  }

  /** After each commit. */
  committed(): void {
    const { outbox } = this.#organs;
    if (outbox !== undefined) {
      this.#facts.add(outbox.lastSeq - this.#factsCounted);
      this.#factsCounted = outbox.lastSeq;
    }
    this.#lastCommitAt = this.#options.clock.now();
    this.directory.committed();
  }

  mailboxObserver(): MailboxObserver {
    const waits = this.meter.histogram("outcry_mailbox_wait_seconds");
    const groups = this.meter.histogram("outcry_group_commands");
    const commands = this.meter.counter("outcry_commands_total");
    const failures = this.meter.counter("outcry_failures_total");
    const refusals = this.meter.counters<RefusalCode>("outcry_refusals_total");
    return {
      waited: (ms) => waits.observe(ms / SECOND_MS),
      decided: (size) => {
        groups.observe(size);
        commands.add(size);
      },
      refused: (code) => refusals(code).add(),
      failed: () => failures.add(),
    };
  }

  /** Called with what each statement read and wrote. */
  storageObserver(): (read: number, written: number) => void {
    const reads = this.meter.counter("outcry_storage_rows_read_total");
    const writes = this.meter.counter("outcry_storage_rows_written_total");
    return (read, written) => {
      reads.add(read);
      writes.add(written);
    };
  }

  /** Called with the age of each batch's oldest fact once Postgres has it. */
  archiveObserver(): (committedAt: EpochMs) => void {
    const delays = this.meter.histogram("outcry_archive_delay_seconds");
    return (committedAt) => {
      delays.observe(Math.max(0, this.#options.clock.now() - committedAt) / SECOND_MS);
      this.directory.archived();
    };
  }

  /** Being asked is a sign of life: what was not yet reported is reported first. */
  async inspect(): Promise<Inspection> {
    await ifWithin(this.directory.asked(), TOLD_MS);
    const { mailbox, sockets, timers } = this.#organs;
    return {
      ...this.directory.statusNow(),
      mailboxDepth: mailbox?.depth ?? 0,
      sockets: sockets?.list().length ?? 0,
      timers: timers?.standing ?? [],
      sizes: [...this.#sizes.values()].map(({ read, ...bound }) => ({ ...bound, used: read?.() })),
      counts: this.meter.counts(),
    };
  }

  #status() {
    const { outbox } = this.#organs;
    return {
      lastCommitAt: this.#lastCommitAt,
      lastSeq: outbox?.lastSeq ?? 0,
      archivedSeq: outbox?.archivedSeq ?? 0,
      outboxDepth: outbox?.depth ?? 0,
      fenced: outbox?.fenced ?? false,
      breakers: this.#breakers.map((breaker) => breaker()),
      gauges: this.meter.gauges(),
    };
  }
}

const STATES: readonly BreakerStanding["state"][] = ["closed", "half-open", "open"];

const isBehind = ({ outbox }: Organs): boolean => outbox !== undefined && outbox.archivedSeq < outbox.lastSeq;

/** Maps and sets have a size, lists a length; of anything else nothing is known. */
function sizeWithin(state: (() => object) | undefined, collection: string) {
  const [place, field = ""] = collection.split(":");
  if (state === undefined || place !== "state") return undefined;
  return (): number | undefined => {
    const held = (state() as Readonly<Record<string, unknown>>)[field];
    if (typeof held !== "object" || held === null) return undefined;
    const { size, length } = held as { size?: unknown; length?: unknown };
    return [size, length].find((count) => typeof count === "number");
  };
}

const unheard: Report = async () => true;
const armTimeout: DirectoryOptions["arm"] = (run, afterMs) => {
  const timer = setTimeout(run, afterMs);
  return () => clearTimeout(timer);
};
