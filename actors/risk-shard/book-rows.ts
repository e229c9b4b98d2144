/** The book of record on disk: positions with the journals of their lines, cash, and which corporate actions were applied. */
import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { money } from "../../src/domain/money.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { encodeBrought } from "./brought-codec.ts";
import { APPLIED_ACTIONS_MAX } from "./capacity.ts";
import type { CashMoved, RiskEvent, ViolationRaised } from "./events.ts";
import { encodeSplits } from "./journal-codec.ts";
import { JournalRows } from "./journal-rows.ts";
import { changeOf } from "./line-book.ts";
import { type HeldAction, lineKey, type PositionRecord, type RiskState } from "./state.ts";

/** An action as it was applied here last. */
export type AppliedAction = { readonly action: HeldAction; readonly takenBack: boolean };

export class BookRows {
  readonly journals: JournalRows;
  readonly #sql: Sql;
  readonly #state: RiskState;
  readonly #positions = new Set<string>();
  readonly #currencies = new Set<string>();
  readonly #actions = new Map<string, AppliedAction & { readonly symbol: Symbol }>();

  constructor(sql: Sql, state: RiskState) {
    this.#sql = sql;
    this.#state = state;
    this.journals = new JournalRows(sql, (line) => this.#contractOf(line));
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
    }
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
    for (const line of this.journals.write()) this.#positions.add(line);
    this.#writePositions();
    this.#writeCash();
    this.#writeActions();
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

type StoredAction = Pick<HeldAction, "id" | "type" | "startsAt"> & {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly takenBack: boolean;
};

function encodeAction({ action, takenBack }: AppliedAction): string {
  const { id, type, startsAt, from, to, amount } = action;
  const texts = { from: String(from), to: String(to), amount: String(amount) };
  return JSON.stringify({ id, type, startsAt, ...texts, takenBack } satisfies StoredAction);
}

function decodeAction(text: string): AppliedAction {
  // SAFETY: only #writeActions fills this column.
  const { takenBack, from, to, amount, ...rest } = JSON.parse(text) as StoredAction;
  const numbers = { from: BigInt(from), to: BigInt(to), amount: money(BigInt(amount)) };
  return { action: { ...rest, ...numbers }, takenBack };
}

const PUT_POSITIONS = rowInsert(
  "INSERT OR REPLACE INTO position (symbol, strategy, qty, cost, realised, fees, funding, entries, splits, brought)",
);
const PUT_CASH = rowInsert("INSERT OR REPLACE INTO cash_balance (currency, amount)");
const PUT_ACTIONS = rowInsert("INSERT OR REPLACE INTO applied_action (symbol, id, starts_at, payload)");
const TRIM_ACTIONS = `DELETE FROM applied_action WHERE (symbol, id) IN
  (SELECT symbol, id FROM applied_action ORDER BY starts_at DESC LIMIT -1 OFFSET ?1)`;
