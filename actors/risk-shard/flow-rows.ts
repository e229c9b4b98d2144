/** Counts of a trading day, and contents of orders, on disk. */

import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { DAY_COUNTS_MAX, ORDER_CONTENTS_MAX } from "./capacity.ts";
import { dayKey, spentDays } from "./day-counts.ts";
import { decodeDay, encodeDay } from "./day-rows.ts";
import type { ExecutionBooked, OrderDecided } from "./events.ts";
import { flowFor, releasedKey } from "./flow.ts";
import { contentOf, spentContents } from "./order-contents.ts";
import type { PartEvent } from "./parts-events.ts";
import { flowOfMove } from "./parts-rows.ts";
import { rateKey } from "./rates.ts";
import type { RiskState } from "./state.ts";
import type { LimitReleased, LimitTripped } from "./watch-events.ts";

export const FLOW_TABLES: readonly string[] = [
  `CREATE TABLE day_count (member TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE order_content (content TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
];

export class FlowRows {
  readonly #sql: Sql;
  readonly #state: RiskState;
  readonly #days = new Set<string>();
  readonly #contents = new Set<string>();
  /** Before then no content is spent. */
  #spentAt = 0;

  constructor(sql: Sql, state: RiskState) {
    this.#sql = sql;
    this.#state = state;
  }

  /** After the event was applied; the windows that it counted in. */
  note(event: OrderDecided | ExecutionBooked): readonly string[] {
    const member = event.kind === "order-decided" ? event.terms : event;
    const { messages, executions, days, hasContents } = flowFor(this.#state, member);
    for (const scope of days) this.#days.add(dayKey(scope, member));
    const isOrder = event.kind === "order-decided";
    if (isOrder && hasContents && event.orders.length > 0) this.#contents.add(contentOf(event.terms));
    return (isOrder ? messages : executions).map((limit) => rateKey(limit, member));
  }

  noteDays(members: readonly string[]): void {
    for (const member of members) this.#days.add(member);
  }

  /** What comes from another part, or goes to one. */
  notePart(event: PartEvent): void {
    const { days, contents } = flowOfMove(this.#sql, event);
    for (const member of days) this.#days.add(member);
    for (const content of contents) this.#contents.add(content);
  }

  /** The window that begins anew. */
  noteReleased({ kind, limitId, member }: LimitTripped | LimitReleased): readonly string[] {
    const key = kind === "limit-released" ? releasedKey(this.#state, limitId, member) : undefined;
    return key === undefined ? [] : [key];
  }

  /** Called inside the group's transaction. */
  write(now: number): void {
    this.#leaveDays(now);
    this.#leaveContents(now);
    this.#writeDays();
    this.#writeContents();
  }

  /** At the bound those of earlier days leave memory and disk together. */
  #leaveDays(now: number): void {
    const { dayCounts } = this.#state;
    if (dayCounts.size <= DAY_COUNTS_MAX) return;
    for (const key of spentDays(this.#state, now)) {
      dayCounts.delete(key);
      this.#days.add(key);
    }
  }

  /** From half of the bound on, so that there is room while any can leave. */
  #leaveContents(now: number): void {
    const { contents } = this.#state;
    if (contents.size <= ORDER_CONTENTS_MAX / 2 || now < this.#spentAt) return;
    const { spent, nextAt } = spentContents(this.#state, now);
    this.#spentAt = nextAt;
    for (const content of spent) {
      contents.delete(content);
      this.#contents.add(content);
    }
  }

  #writeDays(): void {
    if (this.#days.size === 0) return;
    const { dayCounts } = this.#state;
    const rows = [...this.#days].map((key) => [key, dayCounts.get(key)] as const);
    this.#days.clear();
    insertRows(
      this.#sql,
      PUT_DAYS,
      rows.flatMap(([key, count]) => (count === undefined ? [] : [[key, encodeDay(count)] as const])),
    );
    this.#forget("DELETE FROM day_count WHERE member", gone(rows));
  }

  #writeContents(): void {
    if (this.#contents.size === 0) return;
    const { contents } = this.#state;
    const rows = [...this.#contents].map((content) => [content, contents.get(content)] as const);
    this.#contents.clear();
    insertRows(
      this.#sql,
      PUT_CONTENTS,
      rows.flatMap(([content, at]) => (at === undefined ? [] : [[content, at] as const])),
    );
    this.#forget("DELETE FROM order_content WHERE content", gone(rows));
  }

  #forget(from: string, keys: readonly string[]): void {
    if (keys.length === 0) return;
    this.#sql.exec(`${from} IN (SELECT value FROM json_each(?1))`, JSON.stringify(keys));
  }
}

const gone = (rows: readonly (readonly [key: string, value: unknown])[]): string[] =>
  rows.flatMap(([key, value]) => (value === undefined ? [key] : []));

export function loadFlow(sql: Sql, state: RiskState): void {
  for (const { member, payload } of sql.exec<{ member: string; payload: string }>("SELECT * FROM day_count"))
    state.dayCounts.set(member, decodeDay(payload));
  for (const { content, at } of sql.exec<{ content: string; at: number }>("SELECT * FROM order_content"))
    state.contents.set(content, at);
}

const PUT_DAYS = rowInsert("INSERT OR REPLACE INTO day_count (member, payload)");
const PUT_CONTENTS = rowInsert("INSERT OR REPLACE INTO order_content (content, at)");
