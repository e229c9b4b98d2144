/** Movements of cash are truths, like executions: each is booked once by its id, or refused and nothing of it remembered. */
import { type Money, money, parseMoney, ZERO } from "../../src/domain/money.ts";
import { FLAT } from "../../src/domain/position.ts";
import { FUTURE_TOLERANCE_MS } from "../../src/domain/time.ts";
import type { Cash } from "../../src/quant/money/entry.ts";
import { entryOfCash } from "./action-ids.ts";
import { bookable } from "./bookable.ts";
import { CASH_CURRENCIES_MAX } from "./capacity.ts";
import { defaultStrategy } from "./default-strategy.ts";
import type { CashMoved, RiskEvent } from "./events.ts";
import { isBookable } from "./fx.ts";
import type { CashTerms } from "./messages.ts";
import { holdingNews } from "./news.ts";
import { inSequence, type Tell } from "./sequence.ts";
import { lineKey, NO_STRATEGY, type PositionRecord, type RiskState } from "./state.ts";

export type CashCode =
  | "cash-id-reused"
  | "ts-future"
  | "instrument-unknown"
  | "strategy-unknown"
  | "currency-mismatch"
  | "fx-missing"
  | "scale-exceeded"
  | "number-range"
  | "account-unknown"
  | "overloaded";

export type CashCommand = {
  readonly movements: readonly CashTerms[];
  /** Bodies by id. */
  readonly remembered: ReadonlyMap<string, string>;
  readonly by: string;
};

export type CashVerdict = {
  readonly id: string;
  readonly status: "applied" | "duplicate" | "refused";
  readonly code?: CashCode;
  readonly events: readonly RiskEvent[];
};

export function decideCash(state: RiskState, command: CashCommand, at: number): CashVerdict[] {
  const bodies = new Map(command.remembered);
  return inSequence(state, command.movements, (terms, tell): CashVerdict => {
    const { id } = terms;
    const body = bodies.get(id);
    if (body === terms.body) return { id, status: "duplicate", events: [] };
    const decided = body === undefined ? decideOne(state, terms, command.by, at, tell) : "cash-id-reused";
    if (typeof decided === "string") return { id, status: "refused", code: decided, events: [] };
    bodies.set(id, terms.body);
    return { id, status: "applied", events: decided };
  });
}

function decideOne(
  state: RiskState,
  terms: CashTerms,
  by: string,
  at: number,
  tell: Tell,
): readonly RiskEvent[] | CashCode {
  if (state.account === undefined) return "account-unknown";
  if (terms.ts > at + FUTURE_TOLERANCE_MS) return "ts-future";
  const amount = parseMoney(terms.amount);
  if (!amount.ok) return amount.code === "scale-exceeded" ? amount.code : "number-range";
  const held = lineOf(state, terms);
  if (typeof held === "string") return held;
  if (held === undefined && !isBookable(state.account, terms.currency)) return "fx-missing";
  if (held === undefined && !hasCashRoom(state, terms.currency)) return "overloaded";
  const moved = movedEvent(terms, amount.value, held, by, at);
  const events = [moved, ...newsOf(state, moved, held, at)];
  for (const event of events) tell(event);
  return events;
}

function hasCashRoom({ purses }: RiskState, currency: string): boolean {
  const own = purses.get(currency);
  if (own !== undefined && own.cash !== 0n) return true;
  return [...purses.values()].filter(({ cash }) => cash !== 0n).length < CASH_CURRENCIES_MAX;
}

/** What is held in the symbol of a movement, as it stands before; undefined where it is the account's own cash. */
function lineOf(
  state: RiskState,
  { symbol, strategy, currency }: CashTerms,
): PositionRecord | undefined | CashCode {
  if (symbol === undefined) return undefined;
  const line = strategy === NO_STRATEGY ? defaultStrategy(state) : strategy;
  const instrument = bookable(state, symbol, line);
  if (typeof instrument === "string") return instrument;
  if (instrument.currency !== currency) return "currency-mismatch";
  return state.positions.get(lineKey(symbol, line)) ?? { symbol, strategy: line, position: FLAT };
}

function movedEvent(
  terms: CashTerms,
  amount: Money,
  held: PositionRecord | undefined,
  by: string,
  at: number,
): CashMoved {
  const { id, type, currency, symbol, ts, note, body } = terms;
  return {
    ...{ kind: "cash-moved", at, id, type, currency, amount, symbol, ts, note, by, body },
    strategy: held?.strategy ?? NO_STRATEGY,
    ...(held === undefined ? {} : bookedIn(held, cashEntry(terms, amount))),
  };
}

/** Ids of reports hold no colon. A fee that is paid is what the account received less. */
const cashEntry = ({ id, type, ts }: CashTerms, amount: Money): Cash =>
  type === "fee"
    ? { kind: "cash", id: entryOfCash(id), ts, funding: ZERO, fees: money(-amount) }
    : { kind: "cash", id: entryOfCash(id), ts, funding: amount, fees: ZERO };

function bookedIn(held: PositionRecord, entry: Cash): Pick<CashMoved, "position" | "journal"> {
  const { position } = held;
  const fees = money(position.fees + entry.fees);
  const funding = money(position.funding + entry.funding);
  return { position: { ...held, position: { ...position, fees, funding } }, journal: { add: entry } };
}

function newsOf(
  state: RiskState,
  { id, ts, position }: CashMoved,
  before: PositionRecord | undefined,
  at: number,
): RiskEvent[] {
  if (position === undefined || before === undefined) return [];
  const fees = position.position.fees - before.position.fees;
  const funding = position.position.funding - before.position.funding;
  const change = { id: entryOfCash(id), ts, qty: 0n, cost: 0n, realised: 0n, fees, funding };
  return holdingNews(state, position, { reason: "cash", execId: id, revised: [change], at });
}
