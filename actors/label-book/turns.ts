/** The commands of a label book as turns, and its reads. Free of the platform, so tests run them too. */
import { assert } from "../../src/domain/assert.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Outbox } from "../runtime/outbox.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Vitals } from "../runtime/vitals.ts";
import { apply } from "./apply.ts";
import type { Attempt } from "./attempt.ts";
import { BOUNDS } from "./bounds.ts";
import { changeLabel, createLabel, type Decision, deleteLabel } from "./decide.ts";
import { factOf, type LabelEvent } from "./events.ts";
import type { LabelPage, LabelPatch, LabelQuery, NewLabel, VersionPage, VersionQuery } from "./messages.ts";
import type { LabelStore, Place } from "./store.ts";

type Surroundings = {
  readonly outbox: Pick<Outbox, "add">;
  readonly clock: Clock;
  readonly vitals: Pick<Vitals, "measures">;
};

export class LabelTurns {
  /** Hears of each change in its turn. */
  listener: { told(event: LabelEvent): void } | undefined;
  readonly #tenant: string;
  readonly #store: LabelStore;
  readonly #outbox: Pick<Outbox, "add">;
  readonly #clock: Clock;

  constructor(tenant: string, store: LabelStore, { outbox, clock, vitals }: Surroundings) {
    this.#tenant = tenant;
    this.#store = store;
    this.#outbox = outbox;
    this.#clock = clock;
    const sizes = {
      "table:label": () => store.state.labels,
      "table:label_gone": () => store.state.gone,
      "table:label_version": () => store.versionRows,
      "table:idempotency": () => store.calls.size,
    };
    vitals.measures(BOUNDS, sizes);
  }

  create(body: NewLabel, { id, keys, bodyHash }: Attempt, by: string): Turn<Decision, string> {
    const { calls } = this.#store;
    return {
      decide: () => {
        const remembered = [...calls.findAll(keys).values()];
        const isTaken = this.#store.label(id) !== undefined || this.#store.gone(id) !== undefined;
        const creation = { id, isOwn: body.id !== undefined, body, bodyHash };
        return createLabel(this.#store.state, creation, { remembered, isTaken }, this.#author(by));
      },
      settle: (decision) => {
        const reply = this.#settle(decision, id);
        // Under an id and a key that were not both there before too.
        if (reply.ok)
          for (const key of keys)
            if (calls.find(key) === undefined) calls.remember(key, bodyHash, reply.value);
        return reply;
      },
    };
  }

  change(id: string, patch: LabelPatch, ifMatch: string | undefined, by: string): Turn<Decision, string> {
    return {
      decide: () => changeLabel(this.#store.label(id), patch, ifMatch, this.#author(by)),
      settle: (decision) => this.#settle(decision, id),
    };
  }

  remove(id: string, ifMatch: string | undefined, by: string): Turn<Decision, null> {
    return {
      decide: () => {
        const oldestGone = () => this.#store.oldestGone();
        const found = { row: this.#store.label(id), gone: this.#store.gone(id), oldestGone };
        return deleteLabel(this.#store.state, found, ifMatch, this.#author(by));
      },
      settle: (decision) => {
        if (!decision.ok) return decision;
        this.#record(decision.events);
        return answer(null);
      },
    };
  }

  read(id: string): ActorReply<string> {
    const row = this.#store.label(id);
    return row === undefined ? UNKNOWN : answer(JSON.stringify(row.label));
  }

  list({ limit, after, ...range }: LabelQuery): LabelPage {
    const bodies = this.#store.labels(range, after === undefined ? undefined : placeIn(after), limit + 1);
    const items = bodies.slice(0, limit);
    const last = items.at(-1);
    const next = bodies.length > limit && last !== undefined ? { next: placeOf(last) } : {};
    return { items, total: this.#totalOf(range), ...next };
  }

  /** A symbol, or a span of time, is counted by its index. */
  #totalOf(range: Pick<LabelQuery, "symbol" | "from" | "to">): number {
    const isWhole = Object.values(range).every((limit) => limit === undefined);
    return isWhole ? this.#store.state.labels : this.#store.count(range);
  }

  history(id: string, { limit, before }: VersionQuery): ActorReply<VersionPage> {
    const live = this.#store.label(id);
    const { version, first } =
      live === undefined
        ? (this.#store.gone(id) ?? NOTHING)
        : { version: live.label.version, first: live.first };
    if (version === 0) return UNKNOWN;
    const rows = this.#store.versions(id, Math.min(before ?? version + 1, version + 1), limit);
    const items = rows.map(({ body }) => body);
    const reached = rows.at(-1)?.version ?? Math.min(before ?? version + 1, version + 1);
    const isElsewhere = rows.length < limit && reached > first;
    return answer({
      items,
      total: version - first + 1,
      first,
      ...(isElsewhere ? { olderThan: reached } : {}),
    });
  }

  /** Of a change that was accepted: the label as it stands now. */
  #settle(decision: Decision, id: string): ActorReply<string> {
    if (!decision.ok) return decision;
    this.#record(decision.events);
    if (decision.repeated !== undefined) return answer(decision.repeated);
    const row = this.#store.label(id);
    assert(row !== undefined, "what was put is there");
    return answer(JSON.stringify(row.label));
  }

  #record(events: readonly LabelEvent[]): void {
    const now = this.#clock.now();
    for (const event of events) {
      const payload = factOf(this.#tenant, event);
      const seq = payload === undefined ? 0 : this.#outbox.add(event.kind, payload, now);
      apply(this.#store.state, event);
      this.#store.mark(event, seq);
      this.listener?.told(event);
    }
  }

  #author(by: string) {
    return { at: this.#clock.now(), by };
  }
}

const NOTHING = { version: 0, first: 0 };
const UNKNOWN = refusal("label-unknown", "there is no such label");

/** A label's place in a list, as a cursor carries it. */
function placeOf(body: string): string {
  // SAFETY: only our own labels are stored.
  const { ts, id } = JSON.parse(body) as Place;
  return `${ts}/${id}`;
}

function placeIn(after: string): Place {
  const slash = after.indexOf("/");
  return { ts: Number(after.slice(0, slash)), id: after.slice(slash + 1) };
}
