/** Busts and corrections: a fill that was booked never was, or was another. Everything that followed from it is what it would have been. */
import { scaledInteger } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { money, parseMoney } from "../../src/domain/money.ts";
import type { Side } from "../../src/domain/order.ts";
import { isPriceable, valueAtPrice } from "../../src/domain/worth.ts";
import type { Trade } from "../../src/quant/money/entry.ts";
import { type Correction, type Revised, revise } from "../../src/quant/money/journal.ts";
import { filledBy, withLimits } from "./book-fill.ts";
import { REVISED_PER_FACT_MAX } from "./capacity.ts";
import type { ExecutionBooked, JournalChange, RiskEvent } from "./events.ts";
import type { ExecutionCode } from "./execution-codes.ts";
import { magnitude } from "./extremes.ts";
import type { LineBook } from "./line-book.ts";
import type { ExecutionTerms } from "./messages.ts";
import { holdingNews } from "./news.ts";
import { ordersAfterRevision } from "./pairs.ts";
import type { Tell } from "./sequence.ts";
import { NO_STRATEGY, type Order, type PositionRecord, type RiskState, remainingOf } from "./state.ts";

/** The fill that a report is about: what is held in its line, and all that was booked there. */
export type Referred = {
  readonly held: PositionRecord;
  readonly book: LineBook;
  readonly order: Order | undefined;
};
type RevisionTerms = ExecutionTerms & { readonly type: "bust" | "correct"; readonly refExecId: string };

type Plan = {
  readonly terms: RevisionTerms;
  readonly referred: Referred;
  readonly instrument: Instrument;
  readonly was: Trade;
  /** Undefined where it never was. */
  readonly is: Trade | undefined;
  readonly revised: Revised;
  /** By how much more of its order is filled. */
  readonly filled: bigint;
};

export function decideRevision(
  state: RiskState,
  terms: RevisionTerms,
  referred: Referred,
  at: number,
  tell: Tell,
): readonly RiskEvent[] | ExecutionCode {
  const instrument = state.instruments.get(referred.held.symbol);
  if (instrument === undefined) return "instrument-unknown";
  if (terms.feeCurrency !== undefined && terms.feeCurrency !== instrument.currency)
    return "fee-currency-unsupported";
  const { entries, removed, from } = referred.book;
  if (removed.has(terms.refExecId)) return "already-busted";
  const was = entries.find(({ id }) => id === terms.refExecId);
  if (was === undefined) return "ref-too-old";
  if (was.kind !== "fill") return "ref-not-a-fill";
  const { symbol = referred.held.symbol, side = sideOf(was) } = terms;
  if (symbol !== referred.held.symbol || side !== sideOf(was)) return "order-mismatch";
  const correction = terms.type === "bust" ? undefined : correctionOf(terms, instrument);
  if (typeof correction === "string") return correction;
  const id = terms.refExecId;
  const revision = correction === undefined ? { bust: id } : { correct: id, ...correction };
  const revised = revise(entries, revision, instrument, from);
  if (revised === undefined) return "ref-not-a-fill";
  // SAFETY: a corrected fill is one still.
  const is = revised.entries.find((entry) => entry.id === id) as Trade | undefined;
  const { order, held } = referred;
  const filledOf = (trade: Trade | undefined): bigint =>
    trade === undefined ? 0n : filledBy(order, trade, held.splits, instrument);
  const filled = filledOf(is) - filledOf(was);
  return book(state, { terms, referred, instrument, was, is, revised, filled }, at, tell);
}

const sideOf = ({ qty }: Trade): Side => (qty > 0n ? "buy" : "sell");

/** Exact at the instrument's scales; what is not stated stays. */
function correctionOf(terms: RevisionTerms, instrument: Instrument): Correction | ExecutionCode {
  const qty = terms.qty === undefined ? undefined : scaledInteger(terms.qty, instrument.sizeScale);
  const price = terms.price === undefined ? undefined : scaledInteger(terms.price, instrument.priceScale);
  const fee = terms.fee === undefined ? undefined : parseMoney(terms.fee);
  for (const one of [qty, price, fee])
    if (one !== undefined && !one.ok) return one.code === "scale-exceeded" ? one.code : "number-range";
  if (price?.ok === true && !isPriceable(instrument, price.value)) return "number-range";
  return {
    ...(qty?.ok === true ? { qty: BigInt(qty.value) } : {}),
    ...(price?.ok === true ? { price: price.value } : {}),
    ...(fee?.ok === true ? { fee: fee.value } : {}),
  };
}

function book(state: RiskState, plan: Plan, at: number, tell: Tell): readonly RiskEvent[] {
  const { terms, referred, revised, filled } = plan;
  const { held, order } = referred;
  const { execId, refExecId } = terms;
  const after = { ...held, position: revised.position };
  const about = { symbol: held.symbol, strategy: held.strategy, clientOrderId: terms.clientOrderId, execId };
  const isOver = order !== undefined && filled > remainingOf(order) && filled > 0n;
  return withLimits(state, held, execId, at, tell, (tellOne) => {
    tellOne(bookedEvent(state, plan, after, at));
    for (const part of further(revised.differences))
      tellOne({
        ...{ kind: "execution-revised", at, execId, refExecId },
        ...{ symbol: held.symbol, strategy: held.strategy, revised: part },
      });
    if (isOver) tellOne({ kind: "violation-raised", at, code: "overfill", ...about });
    if (isLeftHolding(state, held, after))
      tellOne({ kind: "violation-raised", at, code: "closed-strategy-holds", ...about });
    if (held.strategy === NO_STRATEGY) return;
    const revision = { reason: terms.type, execId, refExecId, revised: revised.differences, at };
    for (const news of holdingNews(state, after, revision)) tellOne(news);
  });
}

/** A strategy is closed flat, and nobody looks after what a revision makes it hold again. */
const isLeftHolding = ({ strategies }: RiskState, held: PositionRecord, after: PositionRecord): boolean =>
  held.strategy !== NO_STRATEGY &&
  !strategies.has(held.strategy) &&
  held.position.qty === 0n &&
  after.position.qty !== 0n;

function bookedEvent(state: RiskState, plan: Plan, after: PositionRecord, at: number): ExecutionBooked {
  const { terms, referred, was, is, revised, filled } = plan;
  const { held, order } = referred;
  const { type, execId, refExecId, clientOrderId, ts, body } = terms;
  const stated = is ?? was;
  const size = stated.qty < 0n ? -stated.qty : stated.qty;
  const journal: JournalChange = is === undefined ? { remove: was.id } : { replace: is };
  return {
    ...{ kind: "execution-booked", at, type, execId, clientOrderId, ts, opening: false, body },
    ...{ symbol: held.symbol, strategy: held.strategy, side: sideOf(was) },
    ...{ qty: Number(size), price: stated.price, fee: stated.fee },
    orders: order === undefined ? [] : ordersAfterRevision(state, order, filled),
    position: after,
    realised: money(after.position.realised - held.position.realised),
    ...{ refExecId, revised: revised.differences.slice(0, REVISED_PER_FACT_MAX), journal },
    ...tradedMore(plan),
  };
}

function tradedMore({ instrument, was, is }: Plan): Pick<ExecutionBooked, "tradedMore"> {
  const more = is === undefined ? 0n : valueOfTrade(instrument, is) - valueOfTrade(instrument, was);
  return more > 0n ? { tradedMore: more } : {};
}

const valueOfTrade = (instrument: Instrument, { qty, price }: Trade): bigint =>
  magnitude(valueAtPrice(instrument, qty, price));

function further<Item>(items: readonly Item[]): (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let from = REVISED_PER_FACT_MAX; from < items.length; from += REVISED_PER_FACT_MAX)
    parts.push(items.slice(from, from + REVISED_PER_FACT_MAX));
  return parts;
}
