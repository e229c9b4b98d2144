/** Gathers the inputs of an order's checks from what the shard remembers: a fixed number of look-ups, however large the book. */
import { scaledInteger } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { signOf } from "../../src/domain/order.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import { isUnder } from "../runtime/escrow/holding.ts";
import { classesFor, limitsFor, memberOf, type Subject } from "./applied-limits.ts";
import { NO_LINE, NO_TOTALS } from "./book-records.ts";
import type { AppliedLimits, Asked } from "./checks/check.ts";
import { grossOf } from "./extremes.ts";
import {
  FITS,
  type Fit,
  type Inputs,
  type InstrumentInputs,
  OFF_SCALE,
  OUT_OF_RANGE,
  type StandingInputs,
  type View,
} from "./inputs.ts";
import { isSlowed } from "./levels.ts";
import type { OrderTerms } from "./messages.ts";
import type { Above } from "./parent-records.ts";
import { usableOf } from "./quota-uses.ts";
import { countAt, rateKey } from "./rates.ts";
import { hasRoomFor } from "./room.ts";
import {
  type Limit,
  type Line,
  lineKey,
  NO_STRATEGY,
  type Order,
  type RiskState,
  remainingOf,
  type Totals,
  tripKey,
} from "./state.ts";
import { REDUCING, severestOf, severitiesOf } from "./trading-states.ts";
import type { Quoted } from "./valuation.ts";

export function gather(state: RiskState, terms: OrderTerms, at: number): Inputs {
  const { symbol, strategy } = terms;
  const instrument = state.instruments.get(symbol);
  const original = replaceable(state, terms);
  const line = state.symbolLines.get(symbol);
  const unpriced = unpricedBeside(state, terms, line);
  const { limits } = state.limits;
  const classes = classesFor(limits, instrument);
  const subject = { symbol, strategy, classes };
  const applied = limitsFor(limits, subject);
  const severities = severitiesOf(state, { symbol, strategy, sector: instrument?.sector });
  return {
    at,
    order: orderInputs(terms, instrument),
    standing: {
      hasRoom: hasRoomFor(state, terms, at),
      strategyState: strategyStateOf(state, strategy),
      replacing: terms.replaces === undefined ? 0 : original === undefined ? 2 : 1,
      severities,
      equity: state.funds.equity,
      unpriced,
      unpricedSymbol: unpriced === 0 ? undefined : firstUnpriced(state, terms),
      symbolWorking: (line?.working ?? 0) - Number(original !== undefined),
      rates: ratesFor(state, applied.rates, terms, at),
      cutsFlips: severestOf(severities) === REDUCING || undefined,
    },
    instrument: instrument === undefined ? undefined : instrumentInputs(state, instrument),
    mark: quotedIn(state.marks.get(symbol)),
    fx: instrument === undefined ? undefined : state.fxMarks.get(instrument.currency),
    account: viewOf(terms, line, state.totals, original),
    strategy: strategy === NO_STRATEGY ? undefined : strategyView(state, terms, original),
    classes,
    found: foundFor({ state, terms, at, instrument, original }, subject, applied),
    tripped: trippedFor(state, subject, applied, at),
    quotas: state.above === undefined ? undefined : quotasFor(state, state.above, applied, at),
  };
}

/** A budget of which nothing was granted yet is held at nothing. */
function quotasFor(state: RiskState, above: Above, { quotas }: AppliedLimits, at: number): Inputs["quotas"] {
  if (!isUnder(above.currentUntil, at)) return "away";
  const usable = usableOf(state, above, at);
  return quotas.map(({ budget }) => usable[budget] ?? 0n);
}

type Asking = Pick<Asked, "state" | "terms" | "at" | "instrument" | "original">;

function foundFor(asking: Asking, subject: Subject, { gathering }: AppliedLimits): Inputs["found"] {
  const [first] = gathering;
  if (first === undefined) return undefined;
  const { state, terms, at, instrument, original } = asking;
  // One for all of them: to make it anew for each limit takes as long as what most of them gather.
  const asked: { -readonly [Field in keyof Asked]: Asked[Field] } = {
    ...{ state, terms, at, instrument, original },
    ...{ limit: first.limit, scope: first.scope, member: "" },
  };
  return gathering.map(({ limit, scope, gather }) => {
    asked.limit = limit;
    asked.scope = scope;
    asked.member = scope === "account" ? "" : memberOf(limit, subject);
    return gather(asked) ?? null;
  });
}

/** Below zero, less one, where the limit is slowed and not tripped. */
function trippedFor(
  { trips, levels }: RiskState,
  subject: Subject,
  { limits }: AppliedLimits,
  at: number,
): Inputs["tripped"] {
  if (trips.size === 0 && levels.size === 0) return undefined;
  const tripped = limits.flatMap(({ limit, place }) => {
    const key = tripKey(limit.id, memberOf(limit, subject));
    if (trips.has(key)) return [place];
    return isSlowed(levels.get(key), at) ? [-1 - place] : [];
  });
  return tripped.length === 0 ? undefined : tripped;
}

function strategyStateOf({ strategies }: RiskState, strategy: string): StandingInputs["strategyState"] {
  if (strategy === NO_STRATEGY) return 0;
  const present = strategies.get(strategy);
  if (present === undefined) return 2;
  return present.state === "draft" ? 3 : present.state === "paused" ? 4 : 1;
}

function ratesFor(state: RiskState, rates: readonly Limit[], terms: OrderTerms, at: number): number[] {
  return rates.map((limit) => countAt(state.rates.get(rateKey(limit, terms)), limit.windowMs ?? 0, at));
}

/** The order that this one may take the place of, if there is one. */
export function replaceable(state: RiskState, terms: OrderTerms): Order | undefined {
  const original = terms.replaces === undefined ? undefined : state.orders.get(terms.replaces);
  if (original === undefined || original.partner !== undefined) return undefined;
  const isSameLine =
    original.symbol === terms.symbol && original.side === terms.side && original.strategy === terms.strategy;
  return isSameLine ? original : undefined;
}

function orderInputs(terms: OrderTerms, instrument: Instrument | undefined): Inputs["order"] {
  const { sizeScale, priceScale } = instrument ?? { sizeScale: 0, priceScale: 0 };
  const qty = scaled(terms.qty, sizeScale);
  const price = scaled(terms.price, priceScale);
  const stopPrice = scaled(terms.stopPrice, priceScale);
  return {
    side: signOf(terms.side),
    type: terms.type,
    qty: qty.value ?? 0,
    qtyFit: qty.fit,
    price: price.value,
    stopPrice: stopPrice.value,
    priceFit: Math.max(price.fit, stopPrice.fit) as Fit,
    reduceOnly: terms.reduceOnly,
  };
}

function scaled(text: string | undefined, scale: number): { value: number | undefined; fit: Fit } {
  if (text === undefined) return { value: undefined, fit: FITS };
  const found = scaledInteger(text, scale);
  if (found.ok) return { value: found.value, fit: FITS };
  return { value: undefined, fit: found.code === "scale-exceeded" ? OFF_SCALE : OUT_OF_RANGE };
}

function instrumentInputs(state: RiskState, instrument: Instrument): InstrumentInputs {
  const inputs: { -readonly [Field in keyof InstrumentInputs]: InstrumentInputs[Field] } = {
    tickSize: instrument.tickSize,
    lotSize: instrument.lotSize,
    sizeScale: instrument.sizeScale,
    notionalUnit: instrument.notionalUnit,
    minQty: instrument.minQty,
    maxQty: instrument.maxQty,
    minNotional: instrument.minNotional,
    status: instrument.status,
    sameCurrency: instrument.currency === state.account?.currency,
  };
  if (instrument.contract !== undefined) inputs.contract = instrument.contract;
  return inputs;
}

/** What is no safe integer cannot stand in a fact: −1 stands for it, and prices nothing either. */
function quotedIn(mark: PriceMark | undefined): Quoted | undefined {
  if (mark === undefined || (isSane(mark.last) && isSane(mark.bid) && isSane(mark.ask))) return mark;
  const { last, lastTs, bid, ask, quoteTs } = mark;
  const quoted: { -readonly [Field in keyof Quoted]: Quoted[Field] } = {};
  if (last !== undefined) quoted.last = sane(last);
  if (lastTs !== undefined) quoted.lastTs = lastTs;
  if (bid !== undefined) quoted.bid = sane(bid);
  if (ask !== undefined) quoted.ask = sane(ask);
  if (quoteTs !== undefined) quoted.quoteTs = quoteTs;
  return quoted;
}

const isSane = (price: number | undefined): boolean => price === undefined || Number.isSafeInteger(price);
const sane = (price: number): number => (isSane(price) ? price : -1);

function strategyView(state: RiskState, terms: OrderTerms, original: Order | undefined): View {
  const line = state.strategyLines.get(lineKey(terms.symbol, terms.strategy));
  return viewOf(terms, line, state.strategyTotals.get(terms.strategy) ?? NO_TOTALS, original);
}

/** The sums hold the line as it stands, so they are cleared of it as it stands; only then the order to be replaced is taken out. */
function viewOf(
  { side }: OrderTerms,
  line: Line = NO_LINE,
  totals: Totals,
  original: Order | undefined,
): View {
  const { pos, buys, sells } = line;
  const freed = remainingOf(original);
  return {
    pos,
    buys: side === "buy" ? buys - freed : buys,
    sells: side === "sell" ? sells - freed : sells,
    restGross: totals.gross - grossOf(line),
    restHigh: totals.high - line.high,
    restLow: totals.low - line.low,
    working: totals.working - Number(original !== undefined),
  };
}

/** Held symbols without a price, but for the order's own: that one is missing by itself. */
function unpricedBeside(state: RiskState, terms: OrderTerms, line: Line | undefined): number {
  const ofAccount = state.totals.unpriced - Number(line?.priced === false);
  return Math.max(ofAccount, unpricedOfStrategy(state, terms), state.funds.unconverted);
}

function unpricedOfStrategy(state: RiskState, { symbol, strategy }: OrderTerms): number {
  if (strategy === NO_STRATEGY) return 0;
  const own = state.strategyLines.get(lineKey(symbol, strategy))?.priced === false;
  return (state.strategyTotals.get(strategy)?.unpriced ?? 0) - Number(own);
}

/** Of the account, or only of the strategy where another one holds the opposite. Looked for only while there is one. */
function firstUnpriced(state: RiskState, { symbol, strategy }: OrderTerms): string | undefined {
  for (const [held, { priced, strategies }] of state.symbolLines) {
    if (held === symbol) continue;
    const isOfStrategy = strategy !== NO_STRATEGY && strategies.includes(strategy);
    if (!priced || (isOfStrategy && state.strategyLines.get(lineKey(held, strategy))?.priced === false))
      return held;
  }
  return unconvertedSymbol(state);
}

/** Without it nobody knows what the account has. */
function unconvertedSymbol({ account, purses, fxMarks }: RiskState): string | undefined {
  if (account === undefined) return undefined;
  for (const currency of purses.keys())
    if (currency !== account.currency && !fxMarks.has(currency)) return account.fx?.[currency];
  return undefined;
}
