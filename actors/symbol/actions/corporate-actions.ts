/** What a symbol does about corporate actions: records and revokes them, lists them, and folds the days that factors stand on. */

import { corporateActionBody } from "../../../src/contracts/corporate-actions.ts";
import { faultsOf, requestCodeOf } from "../../../src/contracts/issues.ts";
import { isResolution } from "../../../src/domain/bar.ts";
import type { CorporateAction } from "../../../src/domain/corporate-action.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { parsedJson } from "../../../src/domain/json.ts";
import type { BarCalendar } from "../../../src/quant/bar-calendar.ts";
import { dayOfText } from "../../../src/quant/calendars/dates.ts";
import type { Span } from "../../../src/quant/span.ts";
import type { Bricks } from "../../runtime/bricks.ts";
import type { Envelope } from "../../runtime/envelope.ts";
import { type ActorReply, answer } from "../../runtime/reply.ts";
import type { BarRows } from "../bars/bar-rows.ts";
import { closeBefore, dayFolds } from "../bars/day-folds.ts";
import type { ImportedBars } from "../bars/imported-bars.ts";
import type { LANES } from "../bounds.ts";
import { encodeFact } from "../events.ts";
import type { ActionEntry, ActionPage, ActionQuery, DayFolds, DayRange } from "../messages.ts";
import type { SymbolState } from "../state.ts";
import { CorporateActionRows } from "./corporate-action-rows.ts";
import {
  type ActionDecision,
  type ActionRecord,
  corporateActionFact,
  decideRecord,
  decideRevoke,
} from "./corporate-action-rules.ts";

type Surroundings = Pick<Bricks<keyof typeof LANES>, "clock" | "sql" | "outbox" | "mailbox"> & {
  readonly known: (envelope: Envelope) => Promise<ActorReply<Instrument>>;
  readonly state: SymbolState;
  readonly bars: BarRows;
  readonly imported: ImportedBars;
  /** Inside the turn that has recorded or revoked one. */
  readonly changed: () => void;
};
/** Where an action stands among bars, by the calendar that cut them. */
type Place = { readonly calendar: BarCalendar; readonly startsAt: number };

export class CorporateActions {
  readonly rows: CorporateActionRows;
  readonly #around: Surroundings;
  /** Worked out once for each record: a calendar's day costs as much as reading a hundred rows. */
  readonly #places = new WeakMap<ActionRecord, Place>();

  constructor(around: Surroundings) {
    this.#around = around;
    this.rows = new CorporateActionRows(around.sql);
  }

  async record(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const known = await this.#around.known(envelope);
    if (!known.ok) return known;
    const action = parsedAction(body);
    if (!action.ok) return action;
    const decide = () => this.#decideRecord(envelope, action.value, known.value);
    return this.#run(envelope, body.length, decide, ({ record }) => recordText(record, envelope));
  }

  async revoke(envelope: Envelope, id: string): Promise<ActorReply<null>> {
    const decide = () => decideRevoke(this.rows.all, id, this.#momentOf(envelope));
    return this.#run(envelope, id.length, decide, () => null);
  }

  /** By ex-date, then id. */
  async page(envelope: Envelope, query: ActionQuery): Promise<ActorReply<ActionPage>> {
    const known = await this.#around.known(envelope);
    if (!known.ok) return known;
    const all = [...this.rows.all.values()].toSorted((one, other) =>
      placeOf(one) < placeOf(other) ? -1 : 1,
    );
    const { after = "", limit, resolution = "" } = query;
    const following = all.filter((record) => placeOf(record) > after);
    const page = following.slice(0, limit);
    const last = page.at(-1);
    const items = page.map((record) => JSON.stringify(this.#entryOf(record, resolution)));
    const more = following.length > page.length && last !== undefined;
    return answer({ items, total: all.length, ...(more ? { next: placeOf(last) } : {}) });
  }

  /** Each range folded by itself, from the days that this object has. */
  async dayFolds(envelope: Envelope, ranges: readonly DayRange[]): Promise<ActorReply<DayFolds>> {
    const known = await this.#around.known(envelope);
    if (!known.ok) return known;
    const { state, bars, imported } = this.#around;
    return answer(dayFolds(state, bars, imported, known.value, ranges));
  }

  #decideRecord(envelope: Envelope, action: CorporateAction, instrument: Instrument): ActionDecision {
    const { state, bars } = this.#around;
    const moment = this.#momentOf(envelope);
    return decideRecord(this.rows.all, action, moment, () => {
      const startsAt = startOf(state.calendar, action);
      return startsAt > moment.now ? undefined : closeBefore(state, bars, instrument, startsAt);
    });
  }

  #run<Value>(
    envelope: Envelope,
    units: number,
    decide: () => ActionDecision,
    reply: (decided: Extract<ActionDecision, { ok: true }>) => Value,
  ): Promise<ActorReply<Value>> {
    return this.#around.mailbox.run("actions", envelope, units, decide, (decision) => {
      if (!decision.ok) return decision;
      if (decision.isNews) this.#keep(decision.record);
      return answer(reply(decision));
    });
  }

  #keep(record: ActionRecord): void {
    const { outbox, clock, state, changed } = this.#around;
    const fact = { kind: "corporate-action", payload: corporateActionFact(state.symbol, record) } as const;
    this.rows.put(record);
    outbox.add(fact.kind, encodeFact(fact), clock.now());
    changed();
  }

  #momentOf({ principal }: Envelope) {
    return { now: this.#around.clock.now(), by: principal };
  }

  #entryOf(record: ActionRecord, resolution: string): ActionEntry {
    const { calendar } = this.#around.state;
    let place = this.#places.get(record);
    if (place?.calendar !== calendar) {
      place = { calendar, startsAt: startOf(calendar, record) };
      this.#places.set(record, place);
    }
    const { startsAt } = place;
    return { ...record, startsAt, ...bucketOf(calendar, resolution, startsAt) };
  }
}

/** The bar that may hold an ex-date inside: days and shorter ones begin with their trading day, or lie in it. */
function bucketOf(calendar: BarCalendar, resolution: string, at: number): { bucket?: Span } {
  if (!isResolution(resolution) || (resolution !== "1W" && resolution !== "1M")) return {};
  const { start, end } = calendar.spanOf(resolution, at);
  return { bucket: { start, end } };
}

const startOf = (calendar: BarCalendar, { exDate }: CorporateAction): number =>
  calendar.daySpanOn(dayOfText(exDate) ?? 0).start;

const placeOf = ({ exDate, id }: CorporateAction): string => `${exDate} ${id}`;

function parsedAction(body: string): ActorReply<CorporateAction> {
  const value = parsedJson(body);
  const parsed = corporateActionBody.safeParse(value);
  if (parsed.success) return answer(parsed.data);
  const errors = faultsOf(parsed.error, value);
  return { ok: false, code: requestCodeOf(errors), errors };
}

/** As it was recorded, whatever became of it since: a repeat gets the same text. */
function recordText(record: ActionRecord, { principal }: Envelope): string {
  const { recordedBy, revokedAt: _at, revokedBy: _by, ...shown } = record;
  const isOwn = recordedBy.tenant === principal.tenant;
  return JSON.stringify(isOwn ? { ...shown, recordedBy: recordedBy.subject } : shown);
}
