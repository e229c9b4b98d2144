/** The book of record on disk: positions with the journals of their lines, cash, and which corporate actions were applied. */

import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { type AppliedAction, decodeAction, encodeAction } from "./action-rows.ts";
import { encodeBrought } from "./brought-codec.ts";
import { APPLIED_ACTIONS_MAX } from "./capacity.ts";
import type { CashMoved, RiskEvent, ViolationRaised } from "./events.ts";
import { encodeSplits } from "./journal-codec.ts";
import { JournalRows } from "./journal-rows.ts";
import { changeOf } from "./line-book.ts";
import type { MovedContent } from "./moved-content.ts";
import { isFenced } from "./parts-records.ts";
import { leavingActions, leavingLines } from "./parts-rows.ts";
import { type Moving, movingIn, symbolOfLine } from "./parts-symbols.ts";
import { lineKey, type PositionRecord, type RiskState } from "./state.ts";

export class BookRows {
  readonly journals: JournalRows;
  readonly #sql: Sql;
  readonly #state: RiskState;
  readonly #positions = new Set<string>();
  readonly #currencies = new Set<string>();
  #leaving: Moving | undefined;
  readonly #actions = new Map<string, AppliedAction & { readonly symbol: Symbol }>();

  constructor(sql: Sql, state: RiskState) {
    this.#sql = sql;
    this.#state = state;
    this.journals = new JournalRows(sql, (line) => this.#contractOf(line), {
      isFenced: (line) => state.parts !== undefined && isFenced(state, symbolOfLine(line)),
    });
  }

  /** After the event was applied: its seq is the state's. */
  note(event: RiskEvent): void {
    const change = changeOf(event);
    if (change !== undefined) this.journals.note(change.line, change.change, this.#state.seq);
    switch (event.kind) {
      case "execution-booked":
        this.#notePosition(event.position);
        return;
      case "adjusted":
        this.#notePosition(event.position);
        return;
      case "cash-moved":
        this.#noteCash(event);
        return;
      case "corporate-action-applied":
        this.#notePosition(event.position);
        this.#actions.set(lineKey(event.symbol, event.action.id), event);
        return;
      case "violation-raised":
        this.#noteManual(event);
        return;
      case "part-imported":
        this.#noteMoved(event.content);
        return;
      case "part-exported":
        this.#leaving = movingIn(event.move.slots);
        return;
    }
  }

  #noteMoved({ positions, journals, actions }: MovedContent): void {
    for (const position of positions) this.#notePosition(position);
    for (const [line, journal] of journals) this.journals.noteMoved(line, journal);
    for (const [symbol, applied] of actions)
      this.#actions.set(lineKey(symbol, applied.action.id), { symbol, ...applied });
  }

  #notePosition(record: PositionRecord | undefined): void {
    if (record !== undefined) this.#positions.add(lineKey(record.symbol, record.strategy));
  }

  #noteManual({ symbol, action }: ViolationRaised): void {
    if (action !== undefined && symbol !== undefined)
      this.#actions.set(lineKey(symbol, action.id), { symbol: symbol as Symbol, action, takenBack: false });
  }

  #noteCash({ position, currency }: CashMoved): void {
    if (position === undefined) this.#currencies.add(currency);
    else this.#notePosition(position);
  }

  /** Those of a symbol that were applied here, by id. */
  appliedIn(symbol: Symbol): Map<string, AppliedAction> {
    const rows = this.#sql.exec<{ id: string; payload: string }>(
      "SELECT id, payload FROM applied_action WHERE symbol = ?1",
      symbol,
    );
    const applied = new Map(rows.map(({ id, payload }) => [id, decodeAction(payload)]));
    for (const { symbol: own, action, takenBack } of this.#actions.values())
      if (own === symbol) applied.set(action.id, { action, takenBack });
    return applied;
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#leaving !== undefined) this.#letGo(this.#leaving);
    for (const line of this.journals.write()) this.#positions.add(line);
    this.#writePositions();
    this.#writeCash();
    this.#writeActions();
  }

  /** To another part. */
  #letGo(isMoving: Moving): void {
    this.#leaving = undefined;
    const lines = leavingLines(this.#sql, isMoving);
    this.journals.forget(lines);
    this.#sql.exec(
      "DELETE FROM position WHERE symbol || '/' || strategy IN (SELECT value FROM json_each(?1))",
      JSON.stringify(lines),
    );
    this.#sql.exec(
      "DELETE FROM applied_action WHERE symbol IN (SELECT value FROM json_each(?1))",
      JSON.stringify(leavingActions(this.#sql, isMoving)),
    );
  }

  #writePositions(): void {
    if (this.#positions.size === 0) return;
    const keys = [...this.#positions];
    this.#positions.clear();
    const rows = keys.flatMap((key) => {
      const record = this.#state.positions.get(key);
      return record === undefined ? [] : [rowOf(record, this.journals.sizeOf(key))];
    });
    insertRows(this.#sql, PUT_POSITIONS, rows);
  }

  #writeCash(): void {
    if (this.#currencies.size === 0) return;
    const rows = [...this.#currencies].map((currency) => {
      const cash = this.#state.purses.get(currency)?.cash ?? 0n;
      return [currency, String(cash)] as const;
    });
    this.#currencies.clear();
    insertRows(this.#sql, PUT_CASH, rows);
    this.#sql.exec("DELETE FROM cash_balance WHERE amount = '0'");
  }

  /** Older ones than those that stay are known by the journals of their lines. */
  #writeActions(): void {
    if (this.#actions.size === 0) return;
    const rows = [...this.#actions.values()].map(
      ({ symbol, action, takenBack }) =>
        [symbol, action.id, action.startsAt, encodeAction({ action, takenBack })] as const,
    );
    this.#actions.clear();
    insertRows(this.#sql, PUT_ACTIONS, rows);
    this.#sql.exec(TRIM_ACTIONS, APPLIED_ACTIONS_MAX);
  }

  #contractOf(line: string) {
    const symbol = line.slice(0, line.lastIndexOf("/")) as Symbol;
    const instrument = this.#state.instruments.get(symbol);
    assert(instrument !== undefined, "a line is of a known instrument");
    return instrument;
  }
}

const rowOf = ({ symbol, strategy, position, splits, brought }: PositionRecord, entries: number) =>
  [
    ...[symbol, strategy],
    ...[position.qty, position.cost, position.realised, position.fees, position.funding].map(String),
    ...[entries, encodeSplits(splits), encodeBrought(brought)],
  ] as const;

const PUT_POSITIONS = rowInsert(
  "INSERT OR REPLACE INTO position (symbol, strategy, qty, cost, realised, fees, funding, entries, splits, brought)",
);
const PUT_CASH = rowInsert("INSERT OR REPLACE INTO cash_balance (currency, amount)");
const PUT_ACTIONS = rowInsert("INSERT OR REPLACE INTO applied_action (symbol, id, starts_at, payload)");
const TRIM_ACTIONS = `DELETE FROM applied_action WHERE (symbol, id) IN
  (SELECT symbol, id FROM applied_action ORDER BY starts_at DESC LIMIT -1 OFFSET ?1)`;
