/** What a strategy shows of itself, as JSON text of public objects. */
import type { StrategyObject } from "../../src/contracts/strategies.ts";
import { M2M_WIDTHS } from "../../src/domain/bar.ts";
import { decimalText, scaledBigint } from "../../src/domain/decimal.ts";
import { isM2mWidth } from "../../src/quant/m2m/widths.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { type Candle, candleText } from "./candle.ts";
import { formingCandle } from "./closing.ts";
import type { MinuteFold } from "./fold.ts";
import type { M2mQuery } from "./messages.ts";
import type { NamedLeg, Profile, StrategyState } from "./state.ts";
import type { StrategyStore } from "./store.ts";
import { type WideReply, wideCandles } from "./wide.ts";

export const UNKNOWN = refusal("strategy-unknown", "no strategy has this id");

export function describe(state: StrategyState, strategy: string): ActorReply<string> {
  const { profile } = state;
  if (profile === undefined) return UNKNOWN;
  const { name, account, currency, tags, openedAt, closedAt } = profile;
  const shown: StrategyObject = {
    id: strategy,
    name,
    account,
    currency,
    instruments: shownLegs(state, profile).map((leg) => legShown(state, leg)),
    tags: [...tags],
    state: closedAt === undefined ? (profile.state ?? "active") : "closed",
    openedAt,
    ...(closedAt === undefined ? {} : { closedAt }),
  };
  return answer(JSON.stringify(shown));
}

/** By name, with what is held and no longer named. Of a profile from before they were kept in it, those that are declared. */
function shownLegs({ legs, timeline }: StrategyState, { named }: Profile): readonly NamedLeg[] {
  const own = named ?? [...legs.values()].filter((leg) => leg.declared);
  const names = new Set(own.map(({ symbol }) => symbol));
  const held = [...timeline.tip.legs].flatMap(([symbol, { qty }]) =>
    qty === 0n || names.has(symbol) ? [] : [{ symbol }],
  );
  return [...own, ...held].sort((one, other) => (one.symbol < other.symbol ? -1 : 1));
}

/** What it is meant to hold beside what it holds. */
function legShown({ legs, timeline }: StrategyState, { symbol, targetQty }: NamedLeg) {
  const scale = legs.get(symbol)?.sizeScale ?? 0;
  const held = timeline.tip.legs.get(symbol)?.qty ?? 0n;
  const target = targetQty === undefined ? undefined : scaledBigint(targetQty, scale);
  // The account has taken the target at the instrument's scale; of a leg that has left nothing is known.
  const isKnown = target?.ok === true;
  return {
    symbol,
    targetQty: targetQty ?? null,
    qty: decimalText(held, scale),
    difference: isKnown ? decimalText(target.value - held, scale) : null,
  };
}

export type M2mReply = WideReply;

/** Final candles from the table, then those that are forming. */
export function m2m(store: StrategyStore, query: M2mQuery, now: number): ActorReply<M2mReply> {
  const { state } = store;
  if (state.profile === undefined) return UNKNOWN;
  if (!isM2mWidth(query.resolution))
    return refusal("resolution-unsupported", `candles are built at ${M2M_WIDTHS.join(", ")}`);
  if (query.resolution !== "1")
    return answer(wideCandles(store, query.resolution, query, formingCandles(state, now)));
  const { texts, oldest, trimmed } = store.candleRows(query);
  const candles = [...texts, ...formingTexts(state, query, now)].slice(-query.limit);
  const before = oldest === undefined ? undefined : Math.min(oldest, query.to ?? oldest);
  const mayBeOlder =
    trimmed && candles.length < query.limit && before !== undefined && (query.from ?? 0) < before;
  return answer(mayBeOlder ? { candles, olderThan: before } : { candles });
}

const formingTexts = (state: StrategyState, { from, to }: M2mQuery, now: number): string[] =>
  formingCandles(state, now)
    .filter(({ start }) => start >= (from ?? 0) && start < (to ?? Infinity))
    .map(candleText);

export const formingCandles = (state: StrategyState, now: number): Candle[] =>
  formingMinutes(state).map((minute) => formingCandle(state, minute, now));

/** Those that are not final, ascending. */
export const formingMinutes = ({ timeline, finalThrough }: StrategyState): MinuteFold[] =>
  timeline.tip.minutes.filter(({ start }) => start >= finalThrough);

/** Of one that was closed there is nothing more to tell. */
export const isOpen = ({ profile }: StrategyState): boolean =>
  profile !== undefined && profile.closedAt === undefined;
