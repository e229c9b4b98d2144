/** How the account stands, as facts: what it is worth in all, by currency, and each position. */
import { decimalText, divideHalfEven } from "../../src/domain/decimal.ts";
import { moneyText } from "../../src/domain/money.ts";
import { averagePriceText, signedCost, unrealisedAt } from "../../src/domain/position.ts";
import { worthAt } from "../../src/domain/worth.ts";
import type { AccountDay } from "../../src/quant/account-days.ts";
import { SNAPSHOT_PART_POSITIONS_MAX } from "./capacity.ts";
import type { AccountSnapshot } from "./events.ts";
import { fxOf } from "./fx.ts";
import { linesNow, madeByStrategy, rateNow } from "./profit.ts";
import { totalIn } from "./purses.ts";
import type {
  AccountSnapshotFact,
  MoneyFact,
  SnapshotCurrency,
  SnapshotHead,
  SnapshotPosition,
} from "./snapshot-facts.ts";
import { type FxMark, NO_STRATEGY, type PositionRecord, type Purse, type RiskState } from "./state.ts";
import { broughtNow, figuresAtOpen, figuresNow } from "./trading-day.ts";
import { usableMark } from "./valuation.ts";

const RATE_SCALE = 12;

export type SnapshotCause = {
  readonly kind: AccountSnapshotFact["kind"];
  readonly day: AccountDay;
  readonly reason: string | null;
  readonly by: string | null;
};

/** One event for each part; what it closes stands in the first. */
export function snapshotOf(state: RiskState, cause: SnapshotCause, at: number): AccountSnapshot[] {
  const positions = [...state.positions.values()].map((record) => positionIn(state, record));
  const figures = figuresNow(state);
  const parts = Math.max(1, Math.ceil(positions.length / SNAPSHOT_PART_POSITIONS_MAX));
  const isWhole = state.funds.unconverted === 0 && unpricedIn(state).length === 0;
  return Array.from({ length: parts }, (_, index) => {
    const from = index * SNAPSHOT_PART_POSITIONS_MAX;
    const isFirst = index === 0;
    const fact: AccountSnapshotFact = {
      ...cause,
      part: index + 1,
      parts,
      head: isFirst ? headOf(state, figures, positions.length) : null,
      rates: isFirst ? ratesOf(state) : null,
      positions: positions.slice(from, from + SNAPSHOT_PART_POSITIONS_MAX),
      at,
    };
    const isClosing = isFirst && cause.kind === "close";
    return {
      kind: "account-snapshot",
      at,
      part: index + 1,
      closes: cause.kind === "close",
      payload: JSON.stringify(fact),
      ...(isClosing
        ? { closing: { date: cause.day.date, at, ...closingFigures(state, isWhole ? figures : undefined) } }
        : {}),
    };
  });
}

const closingFigures = (state: RiskState, figures: Purse | undefined) => ({
  figures,
  ofStrategies: figures && madeByStrategy(linesNow(state), rateNow(state)),
});

function headOf(state: RiskState, figures: Purse, positions: number): SnapshotHead {
  const { account, funds } = state;
  const opening = figuresAtOpen(state);
  const total = totalIn(figures);
  return {
    currency: account?.currency ?? "",
    equity: moneyText(funds.equity),
    startingEquity: moneyText(account?.equity ?? 0n),
    ...moneyFact(figures),
    total: moneyText(total),
    dayPnl: opening === undefined ? null : moneyText(total - totalIn(opening)),
    ...broughtFact(broughtNow(state)),
    currencies: [...state.purses]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([currency, purse]) => currencyIn(currency, purse, fxOf(state, currency))),
    positions,
    unpriced: unpricedIn(state),
  };
}

/** Held, and without a mark. */
export const unpricedIn = (state: RiskState): string[] => [
  ...new Set(
    [...state.positions.values()]
      .filter(({ symbol, position }) => position.qty !== 0n && worthIn(state, symbol) === undefined)
      .map(({ symbol }) => symbol),
  ),
];

const currencyIn = (currency: string, purse: Purse, fx: FxMark | "own" | undefined): SnapshotCurrency => ({
  currency,
  ...moneyFact(purse),
  total: moneyText(totalIn(purse)),
  fxRate: fx === undefined ? null : fx === "own" ? "1" : rateText(fx),
});

const rateText = ({ times, over }: FxMark): string =>
  decimalText(divideHalfEven(times, over, RATE_SCALE), RATE_SCALE);

function ratesOf(state: RiskState): NonNullable<AccountSnapshotFact["rates"]> {
  const rates: Record<string, readonly [string, string]> = {};
  for (const currency of state.purses.keys()) {
    const fx = fxOf(state, currency);
    if (fx !== undefined && fx !== "own") rates[currency] = [String(fx.times), String(fx.over)];
  }
  return rates;
}

function broughtFact(brought: Purse): Pick<SnapshotHead, "broughtIn"> {
  const { realised, unrealised, fees } = brought;
  if (realised === 0n && unrealised === 0n && fees === 0n) return {};
  const made = { realised: moneyText(realised), unrealised: moneyText(unrealised), fees: moneyText(fees) };
  return { broughtIn: { ...made, total: moneyText(totalIn(brought)) } };
}

const moneyFact = ({ cash, realised, unrealised, fees, funding }: Purse): MoneyFact => ({
  cash: moneyText(cash),
  realised: moneyText(realised),
  unrealised: moneyText(unrealised),
  fees: moneyText(fees),
  funding: moneyText(funding),
});

function positionIn(state: RiskState, { symbol, strategy, position }: PositionRecord): SnapshotPosition {
  const instrument = state.instruments.get(symbol);
  const { doubled } = usableMark(state.marks.get(symbol));
  const worth = worthIn(state, symbol);
  const isGain = instrument !== undefined && worth !== undefined && position.qty !== 0n;
  return {
    symbol,
    strategy: strategy === NO_STRATEGY ? null : strategy,
    currency: instrument?.currency ?? state.account?.currency ?? "",
    qty: decimalText(position.qty, instrument?.sizeScale ?? 0),
    cost: moneyText(signedCost(position)),
    avgPrice: instrument === undefined ? null : (averagePriceText(position, instrument) ?? null),
    // Twice the mark has one decimal more when it is halved.
    marketPrice:
      instrument === undefined || doubled === undefined
        ? null
        : decimalText(doubled * 5, instrument.priceScale + 1),
    unrealised: moneyText(isGain ? unrealisedAt(position, worth, instrument) : 0n),
    realised: moneyText(position.realised),
    fees: moneyText(position.fees),
    funding: moneyText(position.funding),
  };
}

/** In its own currency; undefined without a mark. */
function worthIn(state: RiskState, symbol: PositionRecord["symbol"]) {
  const instrument = state.instruments.get(symbol);
  const { doubled } = usableMark(state.marks.get(symbol));
  return instrument === undefined || doubled === undefined ? undefined : worthAt(instrument, doubled);
}
