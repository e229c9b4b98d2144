/** What the account has, as it is shown: equity and its parts, by currency, and the margin that its positions and orders ask for. */
import type { BalancesReply } from "../../src/contracts/balances.ts";
import { decimalText, divideHalfEven } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { moneyText } from "../../src/domain/money.ts";
import { valueOf } from "../../src/domain/worth.ts";
import { NO_PURSE } from "./book-records.ts";
import { worthIn } from "./exposure.ts";
import { grossOf, magnitude } from "./extremes.ts";
import { fxEntries, fxOf } from "./fx.ts";
import { marginShare, rateOf, shareOf } from "./margin.ts";
import { totalIn } from "./purses.ts";
import type { Account, FxMark, Purse, RiskState } from "./state.ts";
import { figuresAtOpen, figuresNow, tradingDayAt } from "./trading-day.ts";

const RATE_SCALE = 12;

export function balancesText(state: RiskState, account: Account, now: number): string {
  const { funds, seq } = state;
  const figures = figuresNow(state);
  const opening = figuresAtOpen(state);
  const { initial, maintenance } = marginOf(state);
  const free = funds.equity - initial;
  return JSON.stringify({
    account: account.account,
    currency: account.currency,
    equity: moneyText(funds.equity),
    startingEquity: moneyText(account.equity),
    ...partsOf(figures),
    dayPnl: opening === undefined ? null : moneyText(totalIn(figures) - totalIn(opening)),
    marginInitial: moneyText(initial),
    marginMaintenance: moneyText(maintenance),
    buyingPower: moneyText(free > 0n ? free : 0n),
    unpriced: unpricedIn(state, account),
    currencies: currenciesOf(state, account).map((currency) => currencyIn(state, account, currency, now)),
    day: tradingDayAt(state, now).date,
    seq,
  } satisfies Record<keyof BalancesReply, unknown>);
}

const partsOf = (purse: Purse) => ({
  cash: moneyText(purse.cash),
  realised: moneyText(purse.realised),
  unrealised: moneyText(purse.unrealised),
  fees: moneyText(purse.fees),
  funding: moneyText(purse.funding),
  total: moneyText(totalIn(purse)),
});

/** Its own, then those that it names or has something in. */
function currenciesOf({ purses }: RiskState, account: Account): string[] {
  const others = new Set([...purses.keys(), ...fxEntries(account).map(([currency]) => currency)]);
  others.delete(account.currency);
  return [account.currency, ...[...others].sort()];
}

function currencyIn(state: RiskState, account: Account, currency: string, now: number) {
  const fx = fxOf(state, currency);
  const mark = fx === "own" ? undefined : fx;
  return {
    currency,
    ...partsOf(state.purses.get(currency) ?? NO_PURSE),
    fxRate: fx === undefined ? null : rateText(fx),
    fxSymbol: account.fx?.[currency] ?? null,
    fxAgeMs: mark === undefined ? null : Math.max(0, now - mark.at),
  };
}

function rateText(fx: FxMark | "own"): string {
  return fx === "own" ? "1" : decimalText(divideHalfEven(fx.times, fx.over, RATE_SCALE), RATE_SCALE);
}

/** What counts 0 for want of a price or a rate; and rates that what was earned waits for. */
function unpricedIn({ symbolLines, purses, fxMarks }: RiskState, account: Account): string[] {
  const rates = fxEntries(account).filter(([currency]) => purses.has(currency) && !fxMarks.has(currency));
  const lines = [...symbolLines].filter(([, { priced }]) => !priced);
  return [...new Set([...lines.map(([symbol]) => symbol), ...rates.map(([, symbol]) => symbol)])].sort();
}

/** Netted over strategies: the account stands for all of them. */
function marginOf(state: RiskState): { readonly initial: bigint; readonly maintenance: bigint } {
  let initial = 0n;
  let maintenance = 0n;
  for (const [symbol, line] of state.symbolLines) {
    const instrument = state.instruments.get(symbol);
    initial += marginShare(grossOf(line), instrument);
    maintenance += shareOf(heldValue(state, symbol, line.pos), rateOf(instrument?.marginMaintenance));
  }
  return { initial, maintenance };
}

function heldValue(state: RiskState, symbol: Symbol, pos: bigint): bigint {
  const worth = pos === 0n ? undefined : worthIn(state, symbol);
  return worth === undefined ? 0n : magnitude(valueOf(pos, worth));
}
