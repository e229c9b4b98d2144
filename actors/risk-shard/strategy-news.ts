/** What a strategy hears of itself: its name, tags and legs, how its account counts other currencies, and the account's trading days. */
import type { StrategyChanged } from "./events.ts";
import { legOf, rateSources } from "./news.ts";
import type { Account, RiskState, Strategy } from "./state.ts";

type Ground = Pick<RiskState, "account" | "instruments">;

export function strategyNews(
  ground: Ground,
  strategy: Strategy,
  at: number,
  type: "strategy-opened" | "strategy-amended",
): StrategyChanged {
  const { id, name, tags } = strategy;
  const { account = "", currency = "", calendar } = ground.account ?? {};
  const fx = rateSources(ground);
  const first = {
    ...{ account, currency },
    ...(fx.length === 0 ? {} : { fx }),
    ...(calendar === undefined ? {} : { calendar }),
  };
  const own = { strategy: id, name, tags, legs: legsOf(ground, strategy), state: strategy.state, at };
  const news = type === "strategy-opened" ? { type, ...own, ...first } : { type, ...own };
  return { kind: "strategy-changed", at, strategy: id, registered: strategy, news };
}

/** Of an account that is put anew, where it is another for them; what is empty is named, since what is absent stays. */
export function heardOfAccount(state: RiskState, put: Account, at: number): StrategyChanged[] {
  const { account: was, instruments, strategies } = state;
  const ground = { account: put, instruments };
  const fx = rateSources(ground);
  const isAsBefore =
    JSON.stringify(rateSources(state)) === JSON.stringify(fx) && was?.calendar === put.calendar;
  if (isAsBefore) return [];
  return [...strategies.values()].map((strategy) => {
    const changed = strategyNews(ground, strategy, at, "strategy-amended");
    // SAFETY: an amendment; both fields are its own.
    const news = { ...changed.news, fx, calendar: put.calendar ?? "" } as StrategyChanged["news"];
    return { ...changed, news };
  });
}

const legsOf = ({ account, instruments }: Ground, { legs }: Strategy) =>
  legs.flatMap(({ symbol, targetQty }) => {
    const instrument = instruments.get(symbol);
    if (instrument === undefined) return [];
    return [{ ...legOf(instrument, account), ...(targetQty === undefined ? {} : { targetQty }) }];
  });
