/** An existing book enters the account, all of it or nothing: lines as openings, orders as working ones, cash as deposits. */
import type { ImportBody, ImportedOrder, ImportedPosition } from "../../src/contracts/account-import.ts";
import { scaledBigint, scaledInteger } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { type Money, money, moneyText, parseMoney, ZERO } from "../../src/domain/money.ts";
import { signOf } from "../../src/domain/order.ts";
import { FLAT } from "../../src/domain/position.ts";
import type { RefusalCode } from "../../src/domain/refusals.ts";
import { valueAtText } from "../../src/domain/worth.ts";
import { afterEntry } from "../../src/quant/money/average.ts";
import type { Trade } from "../../src/quant/money/entry.ts";
import { differenceOf } from "../../src/quant/money/holding.ts";
import { raised } from "./book-fill.ts";
import { bookable, type NotBookable } from "./bookable.ts";
import { withBrought } from "./brought.ts";
import { WORKING_ORDERS_MAX } from "./capacity.ts";
import type { Decided } from "./decide.ts";
import { defaultStrategy } from "./default-strategy.ts";
import type { Adjusted, CashMoved, ExecutionBooked, FillNews, RiskEvent } from "./events.ts";
import { isBookable } from "./fx.ts";
import { amountsOf, holdingText, legOf } from "./news.ts";
import { type Refused, refuse } from "./refused.ts";
import { inSequence, type Tell } from "./sequence.ts";
import { usesFor, violationOf } from "./standing-limits.ts";
import { lineKey, NO_STRATEGY, type Order, type RiskState } from "./state.ts";
import { orderPrice, usableMark } from "./valuation.ts";

export type ImportCommand = {
  readonly body: ImportBody;
  readonly by: string;
  /** clientOrderIds of it that were used before. */
  readonly taken: { has(clientOrderId: string): boolean };
};

/** What each part of an import is told by. */
type Import = ImportCommand & { readonly at: number; readonly busy: ReadonlySet<string> };
type Part = readonly RiskEvent[] | Refused;

export function decideImport(state: RiskState, command: ImportCommand, at: number): Decided {
  if (state.account === undefined) return refuse("account-unknown", "put the account first");
  const { body, by } = command;
  const { id, positions, orders = [], cash = [] } = body;
  const whole: Import = { ...command, at, busy: busyLines(state) };
  const parts: ((tell: Tell) => Part)[] = [
    ...positions.map((one, index) => (tell: Tell) => importLine(state, whole, one, index + 1, tell)),
    ...orders.map((one, index) => (tell: Tell) => importOrder(state, whole, one, index + 1, tell)),
    ...cash.map((one) => (tell: Tell) => importCash(state, whole, one, tell)),
  ];
  const counts = { positions: positions.length, orders: orders.length, cash: cash.length };
  const head: RiskEvent = { kind: "book-imported", at, id, ...counts, by };
  let refused: Refused | undefined;
  const decided = inSequence(state, [announced(head), ...parts], (part, tell): readonly RiskEvent[] => {
    if (refused !== undefined) return [];
    const events = part(tell);
    if (!("refuse" in events)) return events;
    refused = events;
    return [];
  });
  return refused ?? { events: decided.flat() };
}

const announced =
  (event: RiskEvent) =>
  (tell: Tell): Part => {
    tell(event);
    return [event];
  };

/** Lines that held or worked something before the import. */
const busyLines = ({ strategyLines }: RiskState): Set<string> => new Set(strategyLines.keys());

/** Where a part of the import goes, if it may: to a line that was free before, of an open strategy. */
function freeLine(
  state: RiskState,
  { busy }: Import,
  symbol: Symbol,
  named: string | undefined,
): { readonly strategy: string; readonly instrument: Instrument } | Refused {
  const strategy = named ?? defaultStrategy(state);
  if (strategy !== NO_STRATEGY && !state.strategies.has(strategy))
    return refuse("strategy-unknown", `the account has no open strategy ${strategy}`);
  const instrument = bookable(state, symbol, strategy);
  if (typeof instrument === "string") return refuse(REFUSALS[instrument], `${symbol}: ${instrument}`);
  if (busy.has(lineKey(symbol, strategy)))
    return refuse("import-not-flat", `${symbol} of ${strategy || "no strategy"} holds or works something`);
  return { strategy, instrument };
}

const REFUSALS: Readonly<Record<NotBookable, RefusalCode>> = {
  "instrument-unknown": "instrument-unknown",
  "strategy-unknown": "strategy-unknown",
  "fx-missing": "currency-unsupported",
  overloaded: "too-many",
};

function importLine(state: RiskState, whole: Import, stated: ImportedPosition, n: number, tell: Tell): Part {
  const symbol = stated.symbol as Symbol;
  const line = freeLine(state, whole, symbol, stated.strategy);
  if ("refuse" in line) return line;
  const { strategy, instrument } = line;
  const record = state.positions.get(lineKey(symbol, strategy)) ?? { symbol, strategy, position: FLAT };
  const held = record.position;
  if (held.qty !== 0n) return refuse("import-not-flat", `${symbol} is named twice for one strategy`);
  const entry = openingEntry(instrument, stated, `import.${whole.body.id}.${n}`, whole.at);
  if ("refuse" in entry) return entry;
  const subject = { symbol, strategy };
  const usedBefore = usesFor(state, subject, state.limits.limits, whole.at);
  const { position } = afterEntry(held, entry, instrument, record.splits);
  const booked = bookedEvent(subject, entry, withBrought(state, record, position));
  tell(booked);
  const events: RiskEvent[] = [booked];
  const change = holdingText(differenceOf(amountsOf(position), amountsOf(held)));
  const after = holdingText(amountsOf(position));
  if (strategy !== NO_STRATEGY)
    events.push(newsOf(booked, { leg: legOf(instrument, state.account), change, after }));
  for (const use of raised(usedBefore, usesFor(state, subject, state.limits.limits, whole.at)))
    events.push({ ...violationOf(use, whole.at), execId: entry.id });
  for (const event of events.slice(1)) tell(event);
  return events;
}

function openingEntry(
  instrument: Instrument,
  { symbol, qty, avgPrice, realised, fees }: ImportedPosition,
  id: string,
  ts: number,
): Trade | Refused {
  const size = scaledInteger(qty, instrument.sizeScale);
  if (!size.ok) return refuse(size.code, `qty of ${symbol} at its scale`);
  const exact = BigInt(size.value);
  const value = valueAtText(instrument, exact < 0n ? -exact : exact, avgPrice);
  const price = shownPrice(avgPrice, instrument);
  if (value === undefined || price === undefined)
    return refuse("number-range", `${symbol} has no value at ${avgPrice}`);
  const made = amountOf(realised);
  const paid = amountOf(fees);
  if (made === undefined || paid === undefined)
    return refuse("scale-exceeded", `realised and fees of ${symbol} have at most 12 decimals`);
  const brought = realised === undefined ? {} : { realised: made };
  return { kind: "opening", id, ts, qty: exact, price, value: money(value), fee: paid, ...brought };
}

/** What the instrument's scale shows of an average that may be finer. */
function shownPrice(text: string, { priceScale }: Instrument): number | undefined {
  const exact = scaledBigint(text, 18);
  if (!exact.ok) return undefined;
  const price = Number(exact.value / 10n ** BigInt(18 - priceScale));
  return Number.isSafeInteger(price) ? price : undefined;
}

function amountOf(text: string | undefined): Money | undefined {
  if (text === undefined) return ZERO;
  const amount = parseMoney(text);
  return amount.ok ? amount.value : undefined;
}

function bookedEvent(
  { symbol, strategy }: { readonly symbol: Symbol; readonly strategy: string },
  entry: Trade,
  position: NonNullable<ExecutionBooked["position"]>,
): ExecutionBooked {
  const { id, ts, qty, price, fee, realised } = entry;
  return {
    ...{ kind: "execution-booked", at: ts, type: "fill", execId: id, clientOrderId: undefined },
    ...{
      symbol,
      strategy,
      side: qty > 0n ? "buy" : "sell",
      qty: Number(qty < 0n ? -qty : qty),
      price,
      fee,
      ts,
    },
    ...{ opening: true, orders: [], position, realised: realised ?? ZERO, body: "", journal: { add: entry } },
  };
}

type Told = Pick<Extract<FillNews["news"], { readonly type: "fill-booked" }>, "leg" | "change" | "after">;

const newsOf = (booked: ExecutionBooked, told: Told): FillNews => ({
  kind: "fill-news",
  at: booked.at,
  news: {
    ...{ type: "fill-booked", strategy: booked.strategy, execId: booked.execId, side: booked.side },
    ...{
      qty: booked.qty ?? 0,
      price: booked.price ?? 0,
      fee: moneyText(booked.fee),
      ts: booked.ts,
      opening: true,
    },
    ...told,
  },
});

function importOrder(state: RiskState, whole: Import, stated: ImportedOrder, n: number, tell: Tell): Part {
  const symbol = stated.symbol as Symbol;
  const line = freeLine(state, whole, symbol, stated.strategy);
  if ("refuse" in line) return line;
  const { clientOrderId } = stated;
  if (state.orders.has(clientOrderId) || whole.taken.has(clientOrderId))
    return refuse("order-id-reused", `${clientOrderId} was used before`);
  if (state.orders.size >= WORKING_ORDERS_MAX) return refuse("too-many", "too many orders work");
  const order = orderFrom(state, stated, line.strategy, line.instrument, whole.at);
  if ("refuse" in order) return order;
  const { at, by, body } = whole;
  const event: Adjusted = {
    ...{
      kind: "adjusted",
      at,
      origin: "import",
      ref: body.id,
      n,
      what: "order",
      reason: "",
      by,
      id: clientOrderId,
    },
    ...{ symbol, strategy: line.strategy, orders: [order], added: true, revised: [] },
  };
  tell(event);
  return [event];
}

function orderFrom(
  state: RiskState,
  stated: ImportedOrder,
  strategy: string,
  instrument: Instrument,
  at: number,
): Order | Refused {
  const { clientOrderId, side, type, timeInForce, filledQty = "0" } = stated;
  const { sizeScale, priceScale, symbol } = instrument;
  const [qty, filled] = [scaledInteger(stated.qty, sizeScale), scaledInteger(filledQty, sizeScale)];
  if (!qty.ok || !filled.ok)
    return refuse("scale-exceeded", `${clientOrderId} at its instrument's size scale`);
  if (filled.value >= qty.value) return refuse("field-combination", `nothing of ${clientOrderId} works`);
  const prices: { price?: number; stopPrice?: number } = {};
  for (const field of ["price", "stopPrice"] as const) {
    const text = stated[field];
    if (text === undefined) continue;
    const exact = scaledInteger(text, priceScale);
    if (!exact.ok) return refuse(exact.code, `${field} of ${clientOrderId} at its instrument's scale`);
    prices[field] = exact.value;
  }
  const isInverse = instrument.contract === "inverse";
  const priced = { side: signOf(side), type, price: prices.price, stopPrice: prices.stopPrice, isInverse };
  const valuedAt = orderPrice(priced, usableMark(state.marks.get(symbol)));
  if (valuedAt === undefined) return refuse("price-missing", `${clientOrderId} has no price to be valued at`);
  const seq = state.seq + 1;
  return {
    ...{ seq, clientOrderId, orderId: `${state.account?.account}-${seq}`, strategy, symbol, side, type },
    ...{ qty: qty.value, ...prices, ...(timeInForce === undefined ? {} : { timeInForce }) },
    ...{ valuedAt, filled: BigInt(filled.value), status: "working", acceptedAt: at },
  };
}

type ImportedCash = NonNullable<ImportBody["cash"]>[number];

function importCash(
  state: RiskState,
  { body, by, at }: Import,
  { currency, amount: text }: ImportedCash,
  tell: Tell,
): Part {
  if (!isBookable(state.account, currency))
    return refuse("currency-unsupported", `the account names no fx symbol for ${currency}`);
  const amount = parseMoney(text);
  if (!amount.ok) return refuse(amount.code, `the amount in ${currency} at 12 decimals`);
  const type = amount.value < 0n ? "withdrawal" : "deposit";
  const id = `import.${body.id}.${currency}`;
  const moved: CashMoved = {
    ...{ kind: "cash-moved", at, id, type, currency, amount: amount.value, symbol: undefined },
    ...{ strategy: NO_STRATEGY, ts: at, note: undefined, by, body: "" },
  };
  tell(moved);
  return [moved];
}
