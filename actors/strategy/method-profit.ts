/**
 * Profit and loss by lots. The account's journal says what was realised and what the lots that are held have cost; what they are worth is
 * said by the marks of this strategy, so the total is that of average cost.
 */
import { scaledBigint } from "../../src/domain/decimal.ts";
import { parseMoney } from "../../src/domain/money.ts";
import { type ActorPorts, lacksMethod } from "../../src/ports.ts";
import type { HeldLine, HoldingsPage } from "../risk-shard/messages.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { termsOf } from "./apply.ts";
import { HOME } from "./currency-sums.ts";
import {
  addChange,
  addLeg,
  emptyHoldings,
  type Holdings,
  type LegTerms,
  legOf,
  setMark,
  setSources,
} from "./holdings.ts";
import { profitShown } from "./profit-view.ts";
import type { Profile, StrategyState } from "./state.ts";
import { UNKNOWN } from "./view.ts";

export type LotMethod = "fifo" | "lifo";
export const isLotMethod = (method: string): method is LotMethod => method === "fifo" || method === "lifo";

/** As many lines as an account tells at once. */
const PAGE_LINES = 500;
/** Pages of one reading: all lines that a strategy can have had, where a page ends early because journals are long. */
const PAGES_MAX = 200;

export async function profitByLots(
  state: StrategyState,
  strategy: string,
  method: LotMethod,
  now: number,
  page: (after: string | undefined) => Promise<ActorReply<HoldingsPage>>,
): Promise<ActorReply<string>> {
  if (state.profile === undefined) return UNKNOWN;
  const read = await linesFrom(page);
  if (!read.ok) return read;
  const folded = read.value.find(({ unavailable }) => unavailable !== undefined);
  if (folded !== undefined)
    return refusal("pnl-method-unavailable", `the oldest lots of ${folded.symbol} are not kept any more`);
  // The profile stays where it was while the account was asked.
  return answer(
    profitShown(state.profile, strategy, method, holdingsOf(state, state.profile, read.value), now),
  );
}

/** Asks the strategy's account, page by page. */
export const pagesOf =
  (
    actors: Pick<ActorPorts, "riskShard">,
    envelope: Envelope,
    account: string,
    strategy: string,
    method: LotMethod,
  ) =>
  async (after: string | undefined): Promise<ActorReply<HoldingsPage>> => {
    const query = { method, strategy, limit: PAGE_LINES, ...(after === undefined ? {} : { after }) };
    try {
      return await actors.riskShard(envelope.principal.tenant, account).holdings(envelope, query);
    } catch (error) {
      if (!lacksMethod(error, "holdings")) throw error;
      return refusal("dependency-unavailable", "a new version has not reached the account yet");
    }
  };

async function linesFrom(
  page: (after: string | undefined) => Promise<ActorReply<HoldingsPage>>,
): Promise<ActorReply<readonly HeldLine[]>> {
  const lines: HeldLine[] = [];
  let after: string | undefined;
  for (let count = 0; count < PAGES_MAX; count++) {
    const reply = await page(after);
    if (!reply.ok) return reply;
    lines.push(...reply.value.items);
    after = reply.value.next;
    if (after === undefined) return answer(lines);
  }
  return refusal("pnl-method-unavailable", "its journals are too long to be folded at once");
}

/** What the account says is held, at the marks and rates of here. */
function holdingsOf(
  { legs, timeline }: StrategyState,
  profile: Profile,
  lines: readonly HeldLine[],
): Holdings {
  const holdings = emptyHoldings();
  setSources(holdings, profile.fx ?? []);
  for (const leg of legs.values()) addLeg(holdings, termsOf(leg, leg.overBound));
  for (const line of lines) {
    if (!holdings.legs.has(line.symbol)) addLeg(holdings, gone(line, profile));
    const scale = legs.get(line.symbol)?.sizeScale ?? WHOLE;
    addChange(holdings, legOf(holdings, line.symbol), {
      qty: exact(scaledBigint(line.qty, scale)),
      cost: exact(parseMoney(line.cost)),
      realised: exact(parseMoney(line.realised)),
      fees: exact(parseMoney(line.fees)),
      funding: exact(parseMoney(line.funding)),
    });
  }
  for (const { symbol, mark } of timeline.tip.legs.values()) setMark(holdings, legOf(holdings, symbol), mark);
  return holdings;
}

/** Of a leg that has left only what it made counts; the finest scale takes any quantity. */
const WHOLE = 18;
const gone = ({ symbol, currency }: HeldLine, profile: Profile): LegTerms => ({
  symbol,
  notionalUnit: 0n,
  currency: currency === profile.currency ? HOME : currency,
  overBound: false,
});

/** The account has written it. */
function exact(read: { readonly ok: true; readonly value: bigint } | { readonly ok: false }): bigint {
  if (!read.ok) throw new TypeError("an account tells decimal text");
  return read.value;
}
