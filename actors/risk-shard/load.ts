/** The state as the tables have it. Prices are not among them: they are fetched anew. */
import { decodeInstrument } from "../../src/domain/instrument-codec.ts";
import type { Sql } from "../runtime/sql.ts";
import { loadAbove } from "./above-rows.ts";
import { reservedQty } from "./apply.ts";
import { demandOf, emptySums } from "./book-sums.ts";
import { ClosingRows, loadClosing } from "./closing-rows.ts";
import { changeLine } from "./exposure.ts";
import { loadFlow } from "./flow-rows.ts";
import { moveCash, putPosition, recount } from "./funds.ts";
import { loadLimits, loadPending } from "./limit-rows.ts";
import { madeFor } from "./losses.ts";
import { loadMoved, loadParts } from "./parts-rows.ts";
import { POSITION_COLUMNS, type PositionRow, positionFrom } from "./position-rows.ts";
import { linesAtOpen, madeByStrategy, rateAtOpen } from "./profit.ts";
import { emptyReturnBook } from "./return-records.ts";
import { modelOf } from "./risk-model.ts";
import { parseAccount, parseOrder } from "./rows.ts";
import {
  type Closing,
  initialState,
  type RateWindow,
  type RiskState,
  type StandingState,
  type Strategy,
  type Trip,
} from "./state.ts";
import { recountPrices } from "./working-prices.ts";
import { recountWorking } from "./working-values.ts";

/** `seq` is that of the newest fact in the outbox. */
export function loadState(sql: Sql, seq: number): RiskState {
  const state = initialState();
  state.seq = seq;
  const account = sql.exec<{ payload: string }>("SELECT payload FROM account")[0];
  if (account !== undefined) state.account = parseAccount(account.payload);
  state.parts = loadParts(sql);
  state.above = loadAbove(sql, state);
  loadMoved(sql, state);
  state.returns = emptyReturnBook(modelOf(state.account));
  state.closing = closingOf(state, sql);
  state.limits = loadLimits(sql, state);
  loadPending(sql, state);
  state.sums = emptySums(demandOf(state.limits.limits));
  fill<StandingState>(state.tradingStates, sql, "SELECT scope AS key, payload FROM trading_state");
  fill<Trip>(state.trips, sql, "SELECT key, payload FROM limit_trip");
  fill<Strategy>(state.strategies, sql, "SELECT id AS key, payload FROM strategy");
  fill<RateWindow>(state.rates, sql, "SELECT key, payload FROM rate_window");
  for (const { payload } of sql.exec<{ payload: string }>("SELECT payload FROM instrument")) {
    const instrument = decodeInstrument(payload);
    state.instruments.set(instrument.symbol, instrument);
  }
  loadPositions(sql, state);
  for (const { currency, amount } of sql.exec<{ currency: string; amount: string }>(CASH))
    moveCash(state, currency, BigInt(amount));
  loadOrders(sql, state);
  loadFlow(sql, state);
  recountWorking(state);
  recountPrices(state);
  recount(state);
  state.losses.made = madeFor(state, state.limits.limits);
  for (const { id, equity } of sql.exec<{ id: string; equity: string }>("SELECT id, equity FROM equity_peak"))
    state.losses.peaks.set(id, BigInt(equity));
  return state;
}

/** With what each strategy had made by then. */
function closingOf(state: RiskState, sql: Sql): Closing | undefined {
  const closing = loadClosing(sql);
  if (closing?.figures === undefined) return closing;
  const parts = new ClosingRows(sql).parts();
  return { ...closing, ofStrategies: madeByStrategy(linesAtOpen(parts), rateAtOpen(state, parts)) };
}

const CASH = "SELECT currency, amount FROM cash_balance";

/** SAFETY: the store writes one kind of record into each of these tables. */
function fill<Record>(map: Map<string, Record>, sql: Sql, statement: string): void {
  for (const { key, payload } of sql.exec<{ key: string; payload: string }>(statement))
    map.set(key, JSON.parse(payload) as Record);
}

function loadPositions(sql: Sql, state: RiskState): void {
  type Row = Record<"row", string>;
  for (const { row } of sql.exec<Row>(`SELECT json_array(${POSITION_COLUMNS}) AS row FROM position`)) {
    // SAFETY: the columns are those of the row's type.
    const record = positionFrom(JSON.parse(row) as PositionRow);
    putPosition(state, record);
    const { qty } = record.position;
    if (qty === 0n) continue;
    changeLine(state, record.symbol, record.strategy, { pos: qty, buys: 0n, sells: 0n, working: 0 });
  }
}

function loadOrders(sql: Sql, state: RiskState): void {
  const rows = sql.exec<{ payload: string }>(
    "SELECT payload FROM risk_order WHERE status = 'working' ORDER BY seq",
  );
  for (const { payload } of rows) {
    const order = parseOrder(payload);
    state.orders.set(order.clientOrderId, order);
  }
  for (const order of state.orders.values()) {
    const reserved = reservedQty(state, order);
    if (reserved === 0n) continue;
    const buys = order.side === "buy" ? reserved : 0n;
    changeLine(state, order.symbol, order.strategy, { pos: 0n, buys, sells: reserved - buys, working: 1 });
  }
}
