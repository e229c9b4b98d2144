/** The account as it is shown: exposure, states, and how far each standing limit is used. */
import { decimalText } from "../../src/domain/decimal.ts";
import { moneyText } from "../../src/domain/money.ts";
import { aboveOf } from "./above-view.ts";
import { memberOf } from "./applied-limits.ts";
import { ratioText } from "./decision-record.ts";
import { grossOf, longOf, netOf, shortOf } from "./extremes.ts";
import { type LimitUse, usesMore, visitUses } from "./standing-limits.ts";
import { type Limit, type Line, NO_STRATEGY, type RiskState, type Totals } from "./state.ts";
import { statesOf, trippedOf } from "./stops-view.ts";
import { stateKey } from "./trading-states.ts";

/** Empty where the account was never put: who asks is refused before. */
export function accountText({ state }: { readonly state: RiskState }, at: number): string {
  const { account, totals, limits, seq } = state;
  return JSON.stringify({
    account: account?.account,
    currency: account?.currency,
    equity: moneyText(state.funds.equity),
    ...(account?.parent === undefined ? {} : { parent: account.parent }),
    ...(account?.priority === undefined ? {} : { priority: account.priority }),
    ...(account?.defaultStrategy === undefined ? {} : { defaultStrategy: account.defaultStrategy }),
    ...(account?.fx === undefined ? {} : { fx: account.fx }),
    ...(account?.calendar === undefined ? {} : { calendar: account.calendar }),
    ...(account?.riskModel === undefined ? {} : { riskModel: account.riskModel }),
    ...(account?.fourEyes === true ? { fourEyes: true } : {}),
    ...exposureOf(totals),
    state: state.tradingStates.get(stateKey("account", undefined))?.state ?? "active",
    states: statesOf(state),
    tripped: trippedOf(state),
    ...aboveOf(state, at),
    limitsVersion: limits.version,
    utilisation: utilisationOf(state, at).entries,
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

/** Of each standing limit, in the order of the set, the member that uses it most; and how many uses were looked at. */
export function utilisationOf(state: RiskState, at: number): { entries: object[]; uses: number } {
  const { limits } = state.limits;
  let looked = 0;
  const nearest = new Map<Limit, LimitUse>();
  visitUses(state, limits, at, (uses) => {
    looked += uses.length;
    for (const use of uses) {
      const most = nearest.get(use.limit);
      if (most === undefined || usesMore(use, most)) nearest.set(use.limit, use);
    }
  });
  return { entries: limits.flatMap((limit) => shownUse(nearest.get(limit))), uses: looked };
}

function shownUse(use: LimitUse | undefined): object[] {
  if (use === undefined) return [];
  const { limit, subject, observed, bound, scale } = use;
  const kind = limit.scope.kind;
  const id = kind === "account" ? undefined : memberOf(limit, subject);
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
