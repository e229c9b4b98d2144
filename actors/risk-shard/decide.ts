/** Rules of what the account is: its currency and equity, its limits, its trading states. Orders, executions and strategies have files of their own. */
import type { Symbol } from "../../src/domain/ids.ts";
import { parseMoney } from "../../src/domain/money.ts";
import { isCalendar } from "../../src/quant/account-days.ts";
import { memberOf } from "./applied-limits.ts";
import { STATES_MAX } from "./capacity.ts";
import type { RiskEvent } from "./events.ts";
import { directionOf } from "./fx.ts";
import { limitsFrom } from "./limit-set.ts";
import type { AccountCommand } from "./messages.ts";
import { type Refused, refuse } from "./refused.ts";
import { isOver, type LimitUse, usesMore, violationOf, visitUses } from "./standing-limits.ts";
import type { Account, Limit, LimitSet, RiskState, StandingState } from "./state.ts";
import { heardOfAccount } from "./strategy-news.ts";
import { stateKey } from "./trading-states.ts";
import { tripsLeftBy } from "./trips.ts";

export type Decided = { readonly events: readonly RiskEvent[] } | Refused;

export function decide(state: RiskState, command: AccountCommand, at: number): Decided {
  switch (command.type) {
    case "put-account":
      return putAccount(state, command, at);
    case "put-limits":
      return putLimits(state, command, at);
    case "set-state":
      return setState(state, command, at);
  }
}

type Command<Type> = Extract<AccountCommand, { readonly type: Type }>;

function putAccount(state: RiskState, { account, body, by }: Command<"put-account">, at: number): Decided {
  if (body.parent === account) {
    const detail = "an account is not its own parent";
    return {
      refuse: "field-combination",
      detail,
      errors: [{ path: "parent", code: "field-combination", detail }],
    };
  }
  const { positions, orders, purses, strategies } = state;
  // A strategy hears once which currency is the account's, and counts its legs by that.
  const isUsed = [positions, orders, purses, strategies].some(({ size }) => size > 0);
  if (isUsed && body.currency !== state.account?.currency)
    return refuse("currency-fixed", "the account has traded in its currency, or strategies are open in it");
  const equity = parseMoney(body.equity);
  if (!equity.ok) return refuse(equity.code, "equity has at most 12 decimals");
  const { currency, parent, calendar } = body;
  if (calendar !== undefined && !isCalendar(calendar))
    return refuse("calendar-unsupported", "GET /v1/calendars lists those that there are");
  const named = body.fx === undefined ? {} : fxFrom(state, currency, body.fx);
  if ("refuse" in named) return named;
  const { fx } = named;
  const dropped = heldCurrencies(state).find((held) => held !== currency && fx?.[held] === undefined);
  if (dropped !== undefined) return refuse("fx-in-use", `the account holds something in ${dropped}`);
  const { defaultStrategy } = body;
  if (defaultStrategy !== undefined && !state.strategies.has(defaultStrategy))
    return refuse("strategy-unknown", "the account has no open strategy of the default's id");
  const put: Account = {
    account,
    currency,
    equity: equity.value,
    ...(parent === undefined ? {} : { parent }),
    ...(defaultStrategy === undefined ? {} : { defaultStrategy }),
    ...(calendar === undefined ? {} : { calendar }),
    ...sinceOf(state, at),
    ...named,
  };
  return { events: [{ kind: "account-put", at, account: put, by }, ...heardOfAccount(state, put, at)] };
}

/** Of an account from before it was kept nobody knows. */
function sinceOf({ account }: RiskState, at: number): Pick<Account, "since"> {
  const since = account === undefined ? at : account.since;
  return since === undefined ? {} : { since };
}

/** Each symbol must lead from its currency to the account's. */
function fxFrom(
  state: RiskState,
  currency: string,
  named: Readonly<Record<string, string>>,
): Pick<Account, "fx"> | Refused {
  const fx: Record<string, Symbol> = {};
  for (const [foreign, name] of Object.entries(named)) {
    // SAFETY: the contract admits symbols only.
    const symbol = name as Symbol;
    const quoted = state.instruments.get(symbol);
    if (foreign === currency) return refuse("fx-symbol-invalid", `${foreign} is the account's own currency`);
    if (quoted === undefined) return refuse("instrument-unknown", `${symbol} is not known`);
    if (directionOf({ currency }, foreign, quoted) === undefined)
      return refuse("fx-symbol-invalid", `${symbol} has no price between ${foreign} and ${currency}`);
    // A price says what one of one thing is worth: of two currencies it would be wrong for one.
    if (Object.values(fx).includes(symbol))
      return refuse("fx-symbol-invalid", `${symbol} is named for another currency already`);
    fx[foreign] = symbol;
  }
  return { fx };
}

/** In which something is held, worked, or was earned. */
const heldCurrencies = ({ purses, foreignLines }: RiskState): string[] => [
  ...purses.keys(),
  ...[...foreignLines].flatMap(([currency, symbols]) => (symbols.size > 0 ? [currency] : [])),
];

function putLimits(state: RiskState, command: Command<"put-limits">, at: number): Decided {
  if (state.account === undefined) return refuse("account-unknown", "put the account first");
  const { version } = state.limits;
  if (command.ifMatch !== undefined && versionOf(command.ifMatch) !== version) {
    return refuse("version-conflict", `version ${version} is in force`);
  }
  const limits = limitsFrom(command.limits, state.account.account);
  if ("refuse" in limits) return limits;
  const set: LimitSet = { version: version + 1, limits, text: JSON.stringify(command.limits) };
  const put: RiskEvent = { kind: "limits-put", at, set, by: command.by };
  const gone = tripsLeftBy(state, limits, { version: set.version, by: command.by }, at);
  return { events: [put, ...gone, ...leftAbove(state, state.limits.limits, limits, at)] };
}

/** `3` or `"3"`. */
const versionOf = (ifMatch: string): number => Number(/^"?(\d{1,15})"?$/.exec(ifMatch)?.[1] ?? Number.NaN);

/**
 * The book stays as it is when a limit is lowered below it; that it stands above is said once, when it comes to stand there. Of each
 * limit one violation says how many members of its scope do, and names the one that is furthest above.
 */
function leftAbove(
  state: RiskState,
  before: readonly Limit[],
  after: readonly Limit[],
  at: number,
): RiskEvent[] {
  const raised = new Map<Limit, { worst: LimitUse; members: number }>();
  const wasOver = new Set<string>();
  visitUses(state, before, at, (uses) => {
    for (const use of uses) if (isOver(use)) wasOver.add(memberUse(use));
  });
  // Apart from each other: one group may have other symbols in each of them.
  visitUses(state, after, at, (uses) => {
    for (const use of uses) {
      if (!isOver(use) || wasOver.has(memberUse(use))) continue;
      const found = raised.get(use.limit);
      const worst = found === undefined || usesMore(use, found.worst) ? use : found.worst;
      raised.set(use.limit, { worst, members: (found?.members ?? 0) + 1 });
    }
  });
  return after.flatMap((limit) => {
    const found = raised.get(limit);
    return found === undefined ? [] : [{ ...violationOf(found.worst, at), members: found.members }];
  });
}

/** The same limit put again, whatever its threshold, of the same member. */
function memberUse({ limit, subject }: LimitUse): string {
  const { symbol, strategy } = subject;
  return `${limit.id} ${limit.kind} ${limit.scope.kind} ${symbol} ${strategy} ${memberOf(limit, subject)}`;
}

function setState(state: RiskState, { body, by }: Command<"set-state">, at: number): Decided {
  if (state.account === undefined) return refuse("account-unknown", "put the account first");
  if (body.by !== by) return refuse("principal-mismatch", "`by` is the subject of the credential");
  const { kind, id } = body.scope;
  if (kind === "account" && id !== undefined && id !== state.account.account) {
    return refuse("field-combination", "the scope names another account");
  }
  if (kind === "strategy" && !state.strategies.has(id ?? "")) {
    return refuse("strategy-unknown", "the account has no open strategy of this id");
  }
  if (state.tradingStates.size >= STATES_MAX && !state.tradingStates.has(stateKey(kind, id))) {
    return refuse("too-many", "too many states stand; lift some first");
  }
  const scope = kind === "account" || id === undefined ? { kind } : { kind, id };
  const standing: StandingState = { scope, state: body.state, reason: body.reason, by, at };
  return { events: [{ kind: "state-set", at, standing }] };
}
