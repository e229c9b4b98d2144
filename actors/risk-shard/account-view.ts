/** The account as it is shown: exposure, states, and how far each standing limit is used. */
import { decimalText } from "../../src/domain/decimal.ts";
import { moneyText } from "../../src/domain/money.ts";
import { ratioText } from "./decision-record.ts";
import { grossOf, longOf, netOf, shortOf } from "./exposure.ts";
import { type LimitUse, usesOf } from "./standing-limits.ts";
import { type Line, NO_STRATEGY, type RiskState, type Totals } from "./state.ts";
import { stateKey } from "./trading-states.ts";

/** Empty where the account was never put: who asks is refused before. */
export function accountText({ state }: { readonly state: RiskState }, at: number): string {
  const { account, totals, limits, seq } = state;
  return JSON.stringify({
    account: account?.account,
    currency: account?.currency,
    equity: moneyText(account?.equity ?? 0n),
    ...(account?.parent === undefined ? {} : { parent: account.parent }),
    ...exposureOf(totals),
    state: state.tradingStates.get(stateKey("account", undefined))?.state ?? "active",
    limitsVersion: limits.version,
    utilisation: limits.limits.flatMap((limit) => shownUse(nearest(usesOf(state, limit, at)))),
    seq,
  });
}

export function exposuresText(state: RiskState): string {
  const unpriced = [...state.symbolLines].filter(([, line]) => !line.priced).map(([symbol]) => symbol);
  return JSON.stringify({
    currency: state.account?.currency,
    ...exposureOf(state.totals),
    unpriced,
    symbols: [...state.symbolLines].sort(byName).map(([symbol, line]) => {
      const scale = state.instruments.get(symbol)?.sizeScale ?? 0;
      return {
        symbol,
        ...exposureOfLine(line),
        qty: decimalText(line.pos, scale),
        buys: decimalText(line.buys, scale),
        sells: decimalText(line.sells, scale),
      };
    }),
    strategies: [...state.strategyTotals]
      .filter(([strategy]) => strategy !== NO_STRATEGY)
      .sort(byName)
      .map(([strategy, totals]) => ({ strategy, ...exposureOf(totals) })),
    seq: state.seq,
  });
}

const exposureOf = (totals: Totals) => ({
  gross: moneyText(totals.gross),
  net: moneyText(netOf(totals)),
  long: moneyText(totals.long),
  short: moneyText(totals.short),
});

const exposureOfLine = (line: Line) => ({
  gross: moneyText(grossOf(line)),
  net: moneyText(netOf(line)),
  long: moneyText(longOf(line)),
  short: moneyText(shortOf(line)),
});

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

/** Of all members of a limit's scope the one that uses it most. */
function nearest(uses: readonly LimitUse[]): LimitUse | undefined {
  return uses.reduce<LimitUse | undefined>((most, use) => {
    if (most === undefined) return use;
    // observed/bound compared crosswise; members of one scope can have bounds at different scales.
    return use.observed * most.bound > most.observed * use.bound ? use : most;
  }, undefined);
}

function shownUse(use: LimitUse | undefined): object[] {
  if (use === undefined) return [];
  const { limit, subject, observed, bound, scale } = use;
  const kind = limit.scope.kind;
  const id = kind === "account" ? undefined : kind === "symbol" ? subject.symbol : subject.strategy;
  const limitText = decimalText(bound, scale);
  const observedText = decimalText(observed, scale);
  return [
    {
      id: limit.id,
      kind: limit.kind,
      scope: id === undefined ? { kind } : { kind, id },
      limit: limitText,
      observed: observedText,
      utilisation: ratioText(observedText, limitText),
    },
  ];
}
