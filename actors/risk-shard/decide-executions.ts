/** Executions are truths: they are booked, not judged. What should not have happened is booked too, and raises a violation. */
import { scaledInteger } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { type Money, parseMoney, ZERO } from "../../src/domain/money.ts";
import { FUTURE_TOLERANCE_MS } from "../../src/domain/time.ts";
import { isPriceable } from "../../src/domain/worth.ts";
import { bookFill } from "./book-fill.ts";
import { decideRevision } from "./decide-revisions.ts";
import { defaultStrategy } from "./default-strategy.ts";
import type { ExecutionBooked, RiskEvent } from "./events.ts";
import type { ExecutionCode } from "./execution-codes.ts";
import { isBookable } from "./fx.ts";
import { EMPTY_BOOK, type ReadBook } from "./line-book.ts";
import type { ExecutionTerms } from "./messages.ts";
import { type EndType, ordersAfterAcknowledge, ordersAfterEnd } from "./pairs.ts";
import { References, type RememberedReport } from "./references.ts";
import { hasPositionRoom } from "./room.ts";
import { inSequence, type Tell } from "./sequence.ts";
import type { Order, RiskState } from "./state.ts";

export type ExecutionsCommand = {
  readonly executions: readonly ExecutionTerms[];
  /** Bodies by execId. */
  readonly remembered: ReadonlyMap<string, string>;
  /** Orders that ended before, by clientOrderId. */
  readonly ended: ReadonlyMap<string, Order>;
  /** Reports that busts and corrections are about, by execId. */
  readonly referred?: ReadonlyMap<string, RememberedReport>;
  /** The journal of a line, as it was before these. */
  readonly readBook?: ReadBook;
};

export type ExecutionVerdict = {
  readonly execId: string;
  readonly status: "applied" | "duplicate" | "refused";
  readonly code?: ExecutionCode;
  /** In the order of their facts; empty unless applied. */
  readonly events: readonly RiskEvent[];
};

type Decided = readonly RiskEvent[] | ExecutionCode;

export function decideExecutions(
  state: RiskState,
  command: ExecutionsCommand,
  at: number,
): ExecutionVerdict[] {
  const { executions, remembered, ended, referred, readBook = () => EMPTY_BOOK } = command;
  const bodies = new Map(remembered);
  const references = new References(state, new Map(referred), readBook);
  return inSequence(state, executions, (terms, tell): ExecutionVerdict => {
    const { execId } = terms;
    const body = bodies.get(execId);
    if (body === terms.body) return { execId, status: "duplicate", events: [] };
    if (body !== undefined) return refused(execId, "exec-id-reused");
    const order =
      state.orders.get(terms.clientOrderId) ??
      state.ended.get(terms.clientOrderId) ??
      ended.get(terms.clientOrderId);
    const decided = decideOne(state, terms, order, references, at, tell);
    if (typeof decided === "string") return refused(execId, decided);
    bodies.set(execId, terms.body);
    references.note(decided);
    return { execId, status: "applied", events: decided };
  });
}

const refused = (execId: string, code: ExecutionCode): ExecutionVerdict => ({
  execId,
  status: "refused",
  code,
  events: [],
});

function decideOne(
  state: RiskState,
  terms: ExecutionTerms,
  order: Order | undefined,
  references: References,
  at: number,
  tell: Tell,
): Decided {
  if (state.account === undefined) return "account-unknown";
  if (terms.ts > at + FUTURE_TOLERANCE_MS) return "ts-future";
  if (order !== undefined && contradicts(terms, order)) return "order-mismatch";
  const { type } = terms;
  if (type === "fill") return decideFill(state, terms, order, at, tell);
  if (type === "bust" || type === "correct") {
    const referred = references.of(terms, order);
    if (typeof referred === "string") return referred;
    return decideRevision(state, { ...terms, type, refExecId: referred.refExecId }, referred, at, tell);
  }
  if (order === undefined) return "order-unknown";
  const decided =
    type === "acknowledge"
      ? acknowledged(state, terms, order, at)
      : decideEnd(state, { ...terms, type }, order, at);
  if (typeof decided === "string") return decided;
  tell(decided);
  return [decided];
}

const contradicts = (terms: ExecutionTerms, order: Order): boolean =>
  (terms.symbol !== undefined && terms.symbol !== order.symbol) ||
  (terms.side !== undefined && terms.side !== order.side);

function decideFill(
  state: RiskState,
  terms: ExecutionTerms,
  order: Order | undefined,
  at: number,
  tell: Tell,
): Decided {
  const symbol = order?.symbol ?? terms.symbol;
  const side = order?.side ?? terms.side;
  if (symbol === undefined || side === undefined) return "order-unknown";
  const instrument = state.instruments.get(symbol);
  if (instrument === undefined) return "instrument-unknown";
  if (!isBookable(state.account, instrument.currency)) return "fx-missing";
  if (terms.feeCurrency !== undefined && terms.feeCurrency !== instrument.currency)
    return "fee-currency-unsupported";
  const numbers = numbersOf(terms, instrument);
  if (typeof numbers === "string") return numbers;
  const strategy = order?.strategy ?? defaultStrategy(state);
  if (order === undefined && !hasPositionRoom(state, symbol, strategy)) return "overloaded";
  const { execId, clientOrderId, ts, body } = terms;
  const fill = { ...numbers, execId, clientOrderId, symbol, strategy, side, ts, order, body, opening: false };
  return bookFill(state, fill, at, tell);
}

type Numbers = { readonly qty: number; readonly price: number; readonly fee: Money };

/** Exact at the instrument's scales; on the grid or not. */
function numbersOf(terms: ExecutionTerms, instrument: Instrument): Numbers | ExecutionCode {
  const qty = scaledInteger(terms.qty ?? "", instrument.sizeScale);
  const price = scaledInteger(terms.price ?? "", instrument.priceScale);
  const fee = terms.fee === undefined ? ({ ok: true, value: ZERO } as const) : parseMoney(terms.fee);
  if (price.ok && !isPriceable(instrument, price.value)) return "number-range";
  if (qty.ok && price.ok && fee.ok) return { qty: qty.value, price: price.value, fee: fee.value };
  const codes = [qty, price, fee].map((one) => (one.ok ? undefined : one.code));
  return codes.includes("scale-exceeded") ? "scale-exceeded" : "number-range";
}

/** Reports overtake each other: an order that has ended meanwhile is told so all the same. */
function acknowledged(
  state: RiskState,
  terms: ExecutionTerms,
  named: Order,
  at: number,
): ExecutionBooked | ExecutionCode {
  const { ts, venueOrderId } = terms;
  const orders = ordersAfterAcknowledge(state, named, ts, venueOrderId);
  return {
    ...reported(terms, named, at),
    ...{ type: "acknowledge", orders },
    ...(venueOrderId === undefined ? {} : { venueOrderId }),
  };
}

/** Everything else ends an order of those that it is about. */
function decideEnd(
  state: RiskState,
  terms: ExecutionTerms & { readonly type: EndType },
  named: Order,
  at: number,
): ExecutionBooked | ExecutionCode {
  const orders = ordersAfterEnd(state, terms.type, named);
  return typeof orders === "string" ? orders : { ...reported(terms, named, at), type: terms.type, orders };
}

/** A report that is about the order alone. */
export const reported = (
  { execId, clientOrderId, ts, body }: Pick<ExecutionTerms, "execId" | "clientOrderId" | "ts" | "body">,
  { symbol, strategy, side }: Order,
  at: number,
): Omit<ExecutionBooked, "type" | "orders"> => ({
  ...{ kind: "execution-booked", at, execId, clientOrderId, symbol, strategy, side },
  ...{ fee: ZERO, ts, opening: false, body },
});
