/** Strategies of the account: opened with their legs, renamed, given other legs, closed when nothing of theirs is left. */
import { type ScaledFailure, scaledInteger } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { ZERO } from "../../src/domain/money.ts";
import { isPriceable } from "../../src/domain/worth.ts";
import { bookFill } from "./book-fill.ts";
import { LEGS_MAX, STRATEGIES_MAX } from "./capacity.ts";
import type { Decided } from "./decide.ts";
import type { RiskEvent } from "./events.ts";
import { isBookable } from "./fx.ts";
import { isGroup } from "./groups.ts";
import type { StrategyCommand } from "./messages.ts";
import { type Refused, refuse } from "./refused.ts";
import { hasPositionRoom } from "./room.ts";
import { inSequence, type Tell } from "./sequence.ts";
import { lineKey, type RiskState, type Strategy, type StrategyLeg, type StrategyState } from "./state.ts";
import { strategyNews } from "./strategy-news.ts";

export function decideStrategy(state: RiskState, command: StrategyCommand, at: number): Decided {
  if (state.account === undefined) return refuse("account-unknown", "put the account first");
  if (command.type === "open-strategy") return open(state, command, at);
  const present = state.strategies.get(command.strategy);
  if (present === undefined) return refuse("strategy-unknown", "the account has no open strategy of this id");
  switch (command.type) {
    case "amend-strategy":
      return amend(state, present, command, at);
    case "replace-legs":
      return replaceLegs(state, present, command, at);
    case "close-strategy":
      return close(state, present, at);
  }
}

type Command<Type> = Extract<StrategyCommand, { readonly type: Type }>;
type PublicLeg = Command<"open-strategy">["body"]["instruments"][number];
/** A leg with what it is held at, if it is. */
type Opening = { readonly instrument: Instrument; readonly qty: number; readonly price: number };

function open(state: RiskState, { strategy, body }: Command<"open-strategy">, at: number): Decided {
  if (body.account !== state.account?.account)
    return refuse("account-unknown", "the strategy names another account");
  if (state.strategies.has(strategy)) return refuse("strategy-open", "a strategy of this id is open");
  if (state.strategies.size >= STRATEGIES_MAX) return refuse("too-many", "too many strategies are open");
  const bare: Strategy = {
    id: strategy,
    name: body.name,
    tags: body.tags ?? [],
    legs: [],
    state: body.state ?? "active",
    openings: 0,
    openedAt: at,
  };
  return withLegs(state, bare, body.instruments, at, "strategy-opened");
}

function amend(
  state: RiskState,
  present: Strategy,
  { body }: Command<"amend-strategy">,
  at: number,
): Decided {
  const from = present.state ?? "active";
  const to = body.state ?? from;
  if (from !== to && !NEXT_STATES[from].includes(to))
    return refuse("strategy-state", `a strategy goes from ${from} to ${NEXT_STATES[from].join()}`);
  const { name = present.name, tags = present.tags } = body;
  const amended = { ...present, name, tags, state: to };
  return { events: [strategyNews(state, amended, at, "strategy-amended")] };
}

/** A draft has never traded, so nothing becomes one again. */
const NEXT_STATES: Readonly<Record<StrategyState, readonly StrategyState[]>> = {
  draft: ["active"],
  active: ["paused"],
  paused: ["active"],
};

/** A leg that stays may be stated again as it was; it is not opened twice. One that is held may go unnamed: it trades out. */
const replaceLegs = (
  state: RiskState,
  present: Strategy,
  { body }: Command<"replace-legs">,
  at: number,
): Decided => withLegs(state, present, body.instruments, at, "strategy-amended");

function close(state: RiskState, present: Strategy, at: number): Decided {
  const traded = [...state.symbolLines].filter(([, { strategies }]) => strategies.includes(present.id));
  if (traded.length > 0) return refuse("strategy-open", "the strategy still holds or works something");
  if (state.account?.defaultStrategy === present.id)
    return refuse("strategy-default", "orders without a strategy go to it: name another default first");
  const news = { type: "strategy-closed", strategy: present.id, at } as const;
  return { events: [{ kind: "strategy-changed", at, strategy: present.id, registered: undefined, news }] };
}

/** Whatever can be wrong with one leg is found before the first is booked. */
function withLegs(
  state: RiskState,
  before: Strategy,
  stated: readonly PublicLeg[],
  at: number,
  type: "strategy-opened" | "strategy-amended",
): Decided {
  const isNew = (leg: PublicLeg): boolean =>
    before.legs.every(({ symbol }) => symbol !== leg.symbol) && !isHeld(state, before.id, leg.symbol);
  const restated = stated.find((leg) => !isNew(leg) && differs(before, leg));
  if (restated !== undefined)
    return refuse(
      "field-combination",
      `${restated.symbol} is there: it is named as it was opened, or without a quantity`,
    );
  const added = stated.filter(isNew);
  const named = stated.filter((leg) => before.legs.every(({ symbol }) => symbol !== leg.symbol));
  if (legsOf(state) + named.length > LEGS_MAX) return refuse("too-many", "too many legs over all strategies");
  const stray = stated.find((leg) => targetFault(state, leg) !== undefined);
  if (stray !== undefined)
    return refuse(targetFault(state, stray) ?? "invalid", `targetQty of ${stray.symbol} at its scale`);
  const openings: Opening[] = [];
  for (const leg of added) {
    const opening = openingOf(state, before.id, leg);
    if ("refuse" in opening) return opening;
    if (opening.qty !== 0) openings.push(opening);
  }
  const legs = stated.map(legFrom);
  const registered: Strategy = { ...before, legs, openings: before.openings + openings.length };
  const [events] = inSequence(state, [registered], (strategy, tell) => {
    const news = strategyNews(state, strategy, at, type);
    tell(news);
    return [news, ...openings.flatMap((one, index) => openLeg(state, before, one, index, at, tell))];
  });
  return { events: events ?? [] };
}

function targetFault(state: RiskState, { symbol, targetQty }: PublicLeg): ScaledFailure | undefined {
  const instrument = state.instruments.get(symbol as Symbol);
  if (targetQty === undefined || instrument === undefined) return undefined;
  const target = scaledInteger(targetQty, instrument.sizeScale);
  return target.ok ? undefined : target.code;
}

/** It may have been left out of the legs meanwhile, to trade out: named again it is not opened twice. */
const isHeld = (state: RiskState, strategy: string, symbol: string): boolean =>
  (state.positions.get(lineKey(symbol, strategy))?.position.qty ?? 0n) !== 0n;

const legFrom = ({ symbol, qty, avgPrice, targetQty }: PublicLeg): StrategyLeg => ({
  // SAFETY: the contract admits symbols only.
  symbol: symbol as Symbol,
  ...(qty === undefined || avgPrice === undefined ? {} : { opening: { qty, avgPrice } }),
  ...(targetQty === undefined ? {} : { targetQty }),
});

function differs(before: Strategy, leg: PublicLeg): boolean {
  const opening = before.legs.find(({ symbol }) => symbol === leg.symbol)?.opening;
  return leg.qty !== undefined && (leg.qty !== opening?.qty || leg.avgPrice !== opening.avgPrice);
}

function openingOf(state: RiskState, strategy: string, leg: PublicLeg): Opening | Refused {
  const instrument = state.instruments.get(leg.symbol as Symbol);
  if (instrument === undefined) return refuse("instrument-unknown", `${leg.symbol} is not known`);
  if (!isBookable(state.account, instrument.currency)) {
    return refuse("currency-unsupported", `the account names no fx symbol for the currency of ${leg.symbol}`);
  }
  if (leg.qty === undefined || leg.avgPrice === undefined) return { instrument, qty: 0, price: 0 };
  const qty = scaledInteger(leg.qty, instrument.sizeScale);
  const price = scaledInteger(leg.avgPrice, instrument.priceScale);
  if (!qty.ok) return refuse(qty.code, `qty of ${leg.symbol} at its scale`);
  if (!price.ok) return refuse(price.code, `avgPrice of ${leg.symbol} at its scale`);
  if (!isPriceable(instrument, price.value))
    return refuse("number-range", `${leg.symbol} is worth nothing at a price of zero`);
  if (!hasPositionRoom(state, leg.symbol, strategy)) return refuse("too-many", "too many positions");
  return { instrument, qty: qty.value, price: price.value };
}

function openLeg(
  state: RiskState,
  before: Strategy,
  { instrument, qty, price }: Opening,
  index: number,
  at: number,
  tell: Tell,
): RiskEvent[] {
  const fill = {
    execId: `opening.${before.id}.${before.openings + index + 1}`,
    clientOrderId: undefined,
    symbol: instrument.symbol,
    strategy: before.id,
    side: qty > 0 ? "buy" : "sell",
    qty: Math.abs(qty),
    price,
    fee: ZERO,
    ts: at,
    order: undefined,
    opening: true,
    body: "",
  } as const;
  return bookFill(state, fill, at, tell);
}

function legsOf(state: RiskState): number {
  let legs = 0;
  for (const strategy of state.strategies.values()) if (!isGroup(strategy)) legs += strategy.legs.length;
  return legs;
}
