/**
 * What the fills of the account's trading day were worth, and what may still be traded: working orders with this one, at the prices that
 * they are valued at. An order and its pending replacement count once, the larger of the two. Each currency is converted by the rate of now.
 * More of an order is never less turnover, so what passes passes when it is made smaller. What closes is counted and let through.
 */
import { converted } from "../../../src/domain/worth.ts";
import { currenciesOf, dayCountAt } from "../day-counts.ts";
import { magnitude } from "../extremes.ts";
import { fxOf } from "../fx.ts";
import { closesIn, orderValue, type Scene } from "../scene.ts";
import type { RiskState } from "../state.ts";
import { workingKey, workingValueOf } from "../working-values.ts";
import type { Asked, LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { MONEY } from "./units.ts";

export const maxDailyTurnover: LimitCheck = {
  kind: "max-daily-turnover",
  fixCode: 3,
  riskLimitType: 14,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: MONEY,
  standing: true,
  gather: (asked) => {
    const traded = tradedOf(asked);
    const original = originalOf(asked);
    return traded === undefined || original === undefined ? undefined : [traded, original];
  },
  measure: (scene, { scope }, found) => {
    const value = valueIn(scene);
    const [traded, original] = found ?? [];
    if (value === undefined) return undefined;
    if (traded === undefined || original === undefined)
      return missing("rate-missing", closesIn(scene, scope));
    const replaced = value > original ? value : original;
    return measured(traded, traded - original + replaced, closesIn(scene, scope));
  },
};

/** Fills of the day and all that works, in the account's currency. */
export function tradedOf({
  state,
  scope,
  member,
  at,
}: Pick<Asked, "state" | "scope" | "member" | "at">): bigint | undefined {
  const key = `${scope}:${member}`;
  const { turnover } = dayCountAt(state, key, at);
  let sum = 0n;
  for (const currency of currenciesOf(state)) {
    const working = state.workingValues.get(workingKey(key, currency)) ?? 0n;
    const own = inOwn(state, currency, (turnover[currency] ?? 0n) + working);
    if (own === undefined) return undefined;
    sum += own;
  }
  return sum;
}

/** What the order to be replaced has in that. */
function originalOf({ state, instrument, original }: Asked): bigint | undefined {
  if (instrument === undefined || original === undefined) return 0n;
  return inOwn(state, instrument.currency, workingValueOf(instrument, original));
}

function inOwn(state: RiskState, currency: string, amount: bigint): bigint | undefined {
  const fx = amount === 0n ? "own" : fxOf(state, currency);
  if (fx === undefined) return undefined;
  return fx === "own" ? amount : converted(amount, fx);
}

/** Of no quantity there is none, whatever the price. */
function valueIn(scene: Scene): bigint | undefined {
  const value = scene.qty === 0n ? 0n : orderValue(scene);
  return value === undefined ? undefined : magnitude(value);
}
