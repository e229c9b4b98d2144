/** Rules of what the account is: its currency and equity, its limits, its trading states. Orders, executions and strategies have files of their own. */
import type { Symbol } from "../../src/domain/ids.ts";
import { parseMoney } from "../../src/domain/money.ts";
import { isCalendar } from "../../src/quant/account-days.ts";
import { STATES_MAX } from "./capacity.ts";
import { inheriting } from "./decide-above.ts";
import { putLimits } from "./decide-limits.ts";
import type { RiskEvent } from "./events.ts";
import { directionOf } from "./fx.ts";
import { askedByState } from "./mass-cancel.ts";
import type { AccountCommand } from "./messages.ts";
import { type Refused, refuse } from "./refused.ts";
import { givenModel } from "./risk-model.ts";
import type { Account, RiskState, StandingState } from "./state.ts";
import { heardOfAccount } from "./strategy-news.ts";
import { stateKey } from "./trading-states.ts";

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
  const { currency, calendar } = body;
  const eyes = eyesOf(state, body);
  if ("refuse" in eyes) return eyes;
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
    ...parentIn(body),
    ...(defaultStrategy === undefined ? {} : { defaultStrategy }),
    ...(calendar === undefined ? {} : { calendar }),
    ...eyes,
    ...givenModel(body),
    ...sinceOf(state, at),
    ...named,
  };
  const left = body.parent === state.account?.parent ? [] : inheriting(state, [], { by }, at);
  return {
    events: [{ kind: "account-put", at, account: put, by }, ...left, ...heardOfAccount(state, put, at)],
  };
}

const parentIn = ({
  parent,
  priority,
}: Command<"put-account">["body"]): Pick<Account, "parent" | "priority"> => ({
  ...(parent === undefined ? {} : { parent }),
  ...(priority === undefined ? {} : { priority }),
});

/** One person may ask for a second one, and not do without: limits would be as loose as that person likes. */
function eyesOf(
  { account }: RiskState,
  { fourEyes, parent }: Command<"put-account">["body"],
): Pick<Account, "fourEyes"> | Refused {
  if (account?.fourEyes === true && leaves(account, parent)) return LEAVES_ALONE;
  if (fourEyes === true) return { fourEyes };
  return account?.fourEyes === true
    ? refuse("approval-required", "that nobody has to approve limits any more is proposed and approved")
    : {};
}

/** Limits of the parent that it leaves are limits fewer, whatever the next one has. To name a first one is tighter. */
const leaves = ({ parent: present }: Account, parent: string | undefined): boolean =>
  present !== undefined && present !== parent;

const LEAVES_ALONE = refuse(
  "approval-required",
  "an account with four eyes leaves its parent once a second person has approved that it goes without them",
);

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
  // Whatever stands, the account itself can be stopped.
  if (
    kind !== "account" &&
    state.tradingStates.size >= STATES_MAX &&
    !state.tradingStates.has(stateKey(kind, id))
  ) {
    return refuse("too-many", "too many states stand; lift some first");
  }
  const scope = kind === "account" || id === undefined ? { kind } : { kind, id };
  const standing: StandingState = { scope, state: body.state, reason: body.reason, by, at };
  return { events: [{ kind: "state-set", at, standing }, ...askedByState(state, standing)] };
}
