/** What a group makes of a strategy that joins it or leaves: its lines enter as they stand, or are taken out. They make no candle by themselves. */

import { type HoldingAmounts, NO_AMOUNTS, negated } from "../../src/quant/money/holding.ts";
import { book, changeOf, type Decided, type Draft, hasRoom, memberLine, next } from "./decide-holdings.ts";
import type { StrategyEvent } from "./events.ts";
import type { StrategyNews } from "./messages.ts";

type MoveNews = Extract<StrategyNews, { type: "group-moved" }>;

export function decideMove(draft: Draft, news: MoveNews): Decided {
  if (draft.profile?.members === undefined) return { reason: "a member of what is no group" };
  const lines = news.lines.map(({ leg, held }) => ({ leg, held: changeOf(held) }));
  if (lines.some(({ held }) => held === "unreadable")) return { reason: "an amount that is none" };
  if (lines.some(({ leg }) => !hasRoom(draft, leg))) return { reason: "a currency too many" };
  return lines.flatMap(({ leg, held }) =>
    held === "unreadable" ? [] : moved(draft, news, leg.symbol, news.joined ? held : negated(held)),
  );
}

function moved(draft: Draft, news: MoveNews, symbol: string, change: HoldingAmounts): StrategyEvent[] {
  const lines = linesMoved(news, symbol, change);
  const eventTime = draft.state.priceTime;
  if (eventTime === undefined) return [{ type: "start-held", symbol, change }, ...lines];
  const moment = { kind: "opening", ts: eventTime, symbol, order: next(draft), change } as const;
  return [book(draft, moment), ...lines];
}

/** What was made before it joined is of no round trip here. */
function linesMoved(
  { member, joined, at }: MoveNews,
  symbol: string,
  change: HoldingAmounts,
): StrategyEvent[] {
  const booked = { type: "line-booked", line: memberLine(member, symbol), symbol, ts: at } as const;
  if (!joined) return [{ ...booked, how: "revision", change, held: undefined }];
  const made = { ...change, qty: 0n, cost: 0n };
  const held = { ...NO_AMOUNTS, qty: change.qty, cost: change.cost };
  return [
    { ...booked, how: "revision", change: made, held: 0n },
    { ...booked, how: "opening", change: held, held: 0n },
  ];
}
