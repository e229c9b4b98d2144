/** What the account has made, as it is shown. */
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { NO_PURSE } from "./book-records.ts";
import { broughtLines } from "./brought.ts";
import { HOLDINGS_PAGE_MAX } from "./capacity.ts";
import { purseFrom } from "./closing-rows.ts";
import type { Ledger } from "./ledger.ts";
import type { CostMethod, HeldLine, HoldingsPage, HoldingsQuery, ProfitQuery } from "./messages.ts";
import {
  dayText,
  grouped,
  type LineProfit,
  linesAtOpen,
  linesNow,
  profitText,
  rateAtOpen,
  rateNow,
  summed,
} from "./profit.ts";
import { addedTo } from "./purses.ts";
import { unpricedIn } from "./snapshot.ts";
import { NO_STRATEGY, type Purse } from "./state.ts";
import { figuresAtOpen, tradingDayAt } from "./trading-day.ts";

type Holdings = { holdings(query: HoldingsQuery): ActorReply<HoldingsPage> };

/** Every line by a method that folds journals. Between two pages others have their turns: each line stands for itself. */
export async function heldBy(reads: Holdings, method: CostMethod): Promise<ActorReply<readonly HeldLine[]>> {
  const held: HeldLine[] = [];
  let after: string | undefined;
  do {
    if (after !== undefined) await new Promise<void>((go) => setTimeout(go, 0));
    const query = { method, limit: HOLDINGS_PAGE_MAX, ...(after === undefined ? {} : { after }) };
    const page = reads.holdings(query);
    if (!page.ok) return page;
    held.push(...page.value.items);
    after = page.value.next;
  } while (after !== undefined);
  return answer(held);
}

/** `held`: every line, where the method is not average cost. */
export function profitOf(
  ledger: Ledger,
  { method, by }: ProfitQuery,
  now: number,
  held?: readonly HeldLine[],
): ActorReply<string> {
  const { state, store } = ledger;
  const { account } = state;
  if (account === undefined) return refusal("account-unknown");
  const isKnown = figuresAtOpen(state) !== undefined;
  const parts = state.closing === undefined ? [] : store.closing.parts();
  const [average, opening] = [linesNow(state), linesAtOpen(parts)];
  const lines = held === undefined ? average : held.map(lineOf);
  const sides = [
    [lines, rateNow(state)],
    [average, rateNow(state)],
    [opening, rateAtOpen(state, parts)],
    [broughtLines(state), rateNow(state)],
  ] as const;
  const isAverage = held === undefined;
  const shown = (made: Purse, averageMade: Purse, atOpen: Purse) => ({
    day: isKnown ? dayText(averageMade, atOpen, isAverage) : null,
    inception: profitText(made),
  });
  const whole = sides.map(([each, rate]) => summed(each, rate));
  const groups = sides.map(([each, rate]) =>
    by === "account" ? new Map<string, Purse>() : grouped(each, (line) => line[by], rate),
  );
  const names = [...new Set(groups.flatMap((group) => [...group.keys()]))].sort();
  const shownSides = (of: (side: number) => Purse | undefined) => {
    const [now = NO_PURSE, averageNow = NO_PURSE, atOpen = NO_PURSE, brought = NO_PURSE] = [0, 1, 2, 3].map(
      of,
    );
    return shown(now, averageNow, addedTo(atOpen, brought));
  };
  return answer(
    JSON.stringify({
      ...{ account: account.account, currency: account.currency, method, by },
      tradingDay: tradingDayAt(state, now),
      ...shownSides((side) => whole[side]),
      items: names.map((name) => ({
        ...(by === "symbol" ? { symbol: name } : { strategy: name === NO_STRATEGY ? null : name }),
        ...shownSides((side) => groups[side]?.get(name)),
      })),
      unpriced: unpricedIn(state),
      unconverted: [...state.purses.keys()].filter((currency) => rateNow(state)(currency) === undefined),
      unavailable: (held ?? []).flatMap(({ symbol, strategy, unavailable }) =>
        unavailable === undefined
          ? []
          : [{ symbol, strategy: strategy === NO_STRATEGY ? null : strategy, reason: unavailable }],
      ),
      seq: state.seq,
    }),
  );
}

/** What has no price gains nothing that is known of. */
const lineOf = ({ symbol, strategy, currency, unrealised, ...made }: HeldLine): LineProfit => ({
  ...{ symbol, strategy, currency },
  made: purseFrom({ ...made, cash: "0", unrealised: unrealised ?? "0" }),
});
