/** What a broker says against what the account has: every difference, with what would set it right. Nothing is changed here. */
import type { BrokerOrder, BrokerPosition, ReconcileBody } from "../../src/contracts/reconcile.ts";
import { decimalsOf, decimalText, scaledBigint, scaledInteger } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { money, moneyText, parseMoney } from "../../src/domain/money.ts";
import { averagePriceText } from "../../src/domain/position.ts";
import type {
  Difference,
  DifferenceCode,
  DifferenceKind,
  Proposal,
} from "../../src/domain/reconciliation.ts";
import { costAt, isOneSided, linesAfter, linesIn, netCost, netQty, sharesOf, stampOf } from "./book-lines.ts";
import { defaultStrategy } from "./default-strategy.ts";
import { isBookable } from "./fx.ts";
import type { Order, PositionRecord, RiskState } from "./state.ts";
import { usableMark } from "./valuation.ts";

/** Orders that have ended here, by clientOrderId: a broker may still work one. */
export type EndedOrders = ReadonlyMap<string, Order>;

export function differencesFrom(state: RiskState, body: ReconcileBody, ended: EndedOrders): Difference[] {
  return [
    ...positionDifferences(state, body.positions),
    ...(body.orders === undefined ? [] : orderDifferences(state, body.orders, ended)),
    ...(body.cash === undefined ? [] : cashDifferences(state, body.cash)),
  ];
}

function positionDifferences(state: RiskState, theirs: readonly BrokerPosition[]): Difference[] {
  const stated = new Map(theirs.map((one) => [one.symbol, one]));
  const held = [...state.symbolLines].filter(
    ([, { pos, strategies }]) => pos !== 0n || strategies.length > 0,
  );
  const symbols = new Set([...stated.keys(), ...held.map(([symbol]) => symbol)]);
  return [...symbols]
    .sort()
    .flatMap((symbol) => ofSymbol(state, symbol as Symbol, stated.get(symbol) ?? { symbol, qty: "0" }));
}

function ofSymbol(state: RiskState, symbol: Symbol, theirs: BrokerPosition): Difference[] {
  const lines = linesIn(state, symbol);
  const net = netQty(lines);
  const instrument = state.instruments.get(symbol);
  const stamp = stampOf(lines);
  const isNothing = !/[1-9]/.test(theirs.qty);
  if (instrument === undefined)
    return isNothing
      ? []
      : [
          unbookable(
            "position-missing-here",
            { symbol, ours: null, theirs: theirs.qty, stamp },
            "instrument-unknown",
          ),
        ];
  const wanted = scaledBigint(theirs.qty, instrument.sizeScale);
  const about = { symbol, ours: net === 0n ? null : decimalText(net, instrument.sizeScale), stamp };
  if (!wanted.ok) {
    const code = wanted.code === "scale-exceeded" ? wanted.code : "number-range";
    return [unbookable(quantityKind(net, 1n), { ...about, theirs: theirs.qty }, code)];
  }
  const quantity =
    wanted.value === net
      ? undefined
      : quantityDifference(state, instrument, lines, wanted.value, { ...about, price: theirs.avgPrice });
  const price =
    theirs.avgPrice === undefined ? [] : priceDifference(instrument, lines, quantity, theirs.avgPrice, stamp);
  return quantity === undefined ? price : [quantity, ...price];
}

const quantityKind = (ours: bigint, theirs: bigint): DifferenceKind =>
  ours === 0n ? "position-missing-here" : theirs === 0n ? "position-missing-there" : "position-quantity";

type About = { readonly symbol: string; readonly ours: string | null; readonly stamp: string };

function quantityDifference(
  state: RiskState,
  instrument: Instrument,
  lines: readonly PositionRecord[],
  wanted: bigint,
  about: About & { readonly price: string | undefined },
): Difference {
  const { price: average, ...rest } = about;
  const { sizeScale } = instrument;
  const net = netQty(lines);
  const kind = quantityKind(net, wanted);
  const stated = { ...rest, theirs: wanted === 0n ? null : decimalText(wanted, sizeScale) };
  if (!isBookable(state.account, instrument.currency)) return unbookable(kind, stated, "fx-missing");
  const price = average ?? markText(state, instrument);
  if (price === undefined) return unbookable(kind, stated, "price-missing");
  const shares = sharesOf(state, lines, wanted - net);
  const proposal: Proposal = {
    action: "trade",
    lines: shares.map(({ strategy, qty }) => ({
      strategy: strategy || null,
      qty: decimalText(qty, sizeScale),
    })),
    price,
  };
  return { kind, ...stated, proposal };
}

/** A position is marked at the last trade, else in the middle of bid and ask: twice the mark has one decimal more when it is halved. */
function markText(state: RiskState, { symbol, priceScale }: Instrument): string | undefined {
  const { doubled } = usableMark(state.marks.get(symbol));
  return doubled === undefined ? undefined : decimalText(doubled * 5, priceScale + 1);
}

/** Of what is held once the quantity is set right: the broker's average is of that. A long and a short line have no average in common. */
function priceDifference(
  instrument: Instrument,
  lines: readonly PositionRecord[],
  quantity: Difference | undefined,
  price: string,
  stamp: string,
): Difference[] {
  const after = linesAfter(instrument, lines, quantity?.proposal ?? null);
  if (netQty(after) === 0n || !isOneSided(after) || isSameAverage(instrument, after, price)) return [];
  const about = { symbol: instrument.symbol, ours: averageOf(instrument, lines), theirs: price, stamp };
  if (costAt(after, instrument, price) === undefined)
    return [unbookable("position-price", about, "number-range")];
  return [{ kind: "position-price", ...about, proposal: { action: "set-average-price", price } }];
}

function averageOf(instrument: Instrument, lines: readonly PositionRecord[]): string | null {
  if (netQty(lines) === 0n || !isOneSided(lines)) return null;
  const cost = netCost(lines);
  const held = { qty: netQty(lines), cost: money(cost < 0n ? -cost : cost) };
  return averagePriceText(held, instrument) ?? null;
}

/** A price that ours rounds to, at its own decimals or at those of the tick, says the same. */
function isSameAverage(instrument: Instrument, lines: readonly PositionRecord[], price: string): boolean {
  const cost = netCost(lines);
  if (costAt(lines, instrument, price) === cost) return true;
  const tick = decimalText(instrument.tickSize, instrument.priceScale);
  const scale = Math.max(decimalsOf(price), decimalsOf(tick)) + 1;
  const exact = scaledBigint(price, scale);
  if (!exact.ok) return false;
  const [low, high] = [exact.value - HALF_OF_TEN, exact.value + HALF_OF_TEN].map((one) =>
    costAt(lines, instrument, decimalText(one, scale)),
  );
  if (low === undefined || high === undefined) return false;
  return low < high ? low <= cost && cost <= high : high <= cost && cost <= low;
}
const HALF_OF_TEN = 5n;

function orderDifferences(
  state: RiskState,
  theirs: readonly BrokerOrder[],
  ended: EndedOrders,
): Difference[] {
  const stated = new Set(theirs.map(({ clientOrderId }) => clientOrderId));
  const missingThere = [...state.orders.values()].filter(({ clientOrderId }) => !stated.has(clientOrderId));
  return [
    ...theirs.flatMap((one) => ofOrder(state, one, ended)),
    ...missingThere.map((order): Difference => {
      const { clientOrderId, symbol } = order;
      const about = { clientOrderId, symbol, ours: orderText(state, order), theirs: null };
      return {
        kind: "order-missing-there",
        ...about,
        stamp: orderStamp(order, undefined),
        proposal: { action: "end-order" },
      };
    }),
  ];
}

function ofOrder(state: RiskState, theirs: BrokerOrder, ended: EndedOrders): Difference[] {
  const { clientOrderId, filledQty } = theirs;
  const symbol = theirs.symbol as Symbol;
  const instrument = state.instruments.get(symbol);
  const ours = state.orders.get(clientOrderId);
  const about = {
    clientOrderId,
    symbol,
    ours: ours === undefined ? null : orderText(state, ours),
    theirs: `${filledQty ?? "0"}/${theirs.qty}`,
    stamp: orderStamp(ours, ended.get(clientOrderId)),
  };
  const kind = ours === undefined ? "order-missing-here" : "order-quantity";
  if (instrument === undefined) return [unbookable(kind, about, "instrument-unknown")];
  const qty = scaledInteger(theirs.qty, instrument.sizeScale);
  const filled = scaledInteger(filledQty ?? "0", instrument.sizeScale);
  if (!qty.ok || !filled.ok) return [unbookable(kind, about, "scale-exceeded")];
  if (ours !== undefined)
    return workingOrder(instrument, ours, theirs, { qty: qty.value, filled: filled.value }, about);
  // All of it was filled: that is a matter of positions.
  if (filled.value >= qty.value) return [];
  return [missingHere(state, instrument, theirs, ended.get(clientOrderId), about)];
}

/** What the venue works under this id may be of another symbol or side than what was accepted here: no number sets that right. */
function workingOrder(
  instrument: Instrument,
  ours: Order,
  theirs: BrokerOrder,
  wanted: { readonly qty: number; readonly filled: number },
  about: AboutOrder,
): Difference[] {
  const kind = "order-quantity";
  if (ours.symbol !== instrument.symbol || ours.side !== theirs.side)
    return [unbookable(kind, about, "order-final")];
  const { qty, filledQty = decimalText(ours.filled, instrument.sizeScale) } = theirs;
  const isSame =
    ours.qty === wanted.qty && (theirs.filledQty === undefined || ours.filled === BigInt(wanted.filled));
  return isSame ? [] : [{ kind, ...about, proposal: { action: "change-order", qty, filledQty } }];
}

type AboutOrder = Pick<Difference, "clientOrderId" | "symbol" | "ours" | "theirs" | "stamp">;

function missingHere(
  state: RiskState,
  instrument: Instrument,
  theirs: BrokerOrder,
  ended: Order | undefined,
  about: AboutOrder,
): Difference {
  const kind = "order-missing-here";
  if (ended !== undefined && (ended.symbol !== instrument.symbol || ended.side !== theirs.side))
    return unbookable(kind, about, "order-final");
  const price = theirs.price ?? markText(state, instrument);
  if (price === undefined) return unbookable(kind, about, "price-missing");
  const strategy = ended?.strategy ?? defaultStrategy(state);
  const { side, qty, filledQty = "0" } = theirs;
  const type = theirs.price === undefined ? "market" : "limit";
  const order = { action: "add-order", strategy: strategy || null, side, type } as const;
  const proposal: Proposal = { ...order, qty, filledQty, price };
  return { kind, ...about, proposal };
}

const orderText = (state: RiskState, { symbol, filled, qty }: Order): string => {
  const scale = state.instruments.get(symbol)?.sizeScale ?? 0;
  return `${decimalText(filled, scale)}/${decimalText(qty, scale)}`;
};

/** As it works here, else as it has ended here. */
export const orderStamp = (working: Order | undefined, ended: Order | undefined): string => {
  if (working !== undefined) return `${working.qty} ${working.filled} ${working.partner ?? ""}`;
  return ended === undefined ? "" : `${ended.status} ${ended.qty} ${ended.filled}`;
};

function cashDifferences(state: RiskState, theirs: NonNullable<ReconcileBody["cash"]>): Difference[] {
  const stated = new Map(theirs.map(({ currency, amount }) => [currency, amount]));
  const own = [...state.purses].filter(([, { cash }]) => cash !== 0n).map(([currency]) => currency);
  const currencies = [...new Set([...stated.keys(), ...own])].sort();
  return currencies.flatMap((currency): Difference[] => {
    const ours = cashOf(state, currency);
    const amount = stated.get(currency) ?? "0";
    const wanted = parseMoney(amount);
    const about = { currency, ours: moneyText(ours), theirs: amount, stamp: String(ours) };
    if (!wanted.ok) return [unbookable("cash", about, "scale-exceeded")];
    if (wanted.value === ours) return [];
    if (!isBookable(state.account, currency)) return [unbookable("cash", about, "fx-missing")];
    return [
      { kind: "cash", ...about, proposal: { action: "adjust-cash", amount: moneyText(wanted.value - ours) } },
    ];
  });
}

export const cashOf = ({ purses }: RiskState, currency: string): bigint => purses.get(currency)?.cash ?? 0n;

const unbookable = (
  kind: DifferenceKind,
  about: Omit<Difference, "kind" | "proposal" | "code">,
  code: DifferenceCode,
): Difference => ({ kind, ...about, proposal: null, code });
