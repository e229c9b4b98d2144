/** What a strategy hears of its lines: what was booked, what is held since, and what was booked before and is another by now. */
import { assert } from "../../src/domain/assert.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { moneyText } from "../../src/domain/money.ts";
import { type Position, signedCost } from "../../src/domain/position.ts";
import type { HoldingChange } from "../../src/quant/money/entry.ts";
import { differenceOf, type HoldingAmounts, sumOf } from "../../src/quant/money/holding.ts";
import type { FillNews } from "./events.ts";
import { directionOf, fxEntries } from "./fx.ts";
import type { Holding, LegInstrument, RateSource, RevisionReason } from "./messages.ts";
import { type Account, NO_STRATEGY, type PositionRecord, type RiskState } from "./state.ts";

/** Changes of one piece of news, some hundred bytes each: more of them are further pieces. */
const CHANGES_PER_NEWS_MAX = 500;

/** Its currency only where it is another than the account's. */
export const legOf = (
  instrument: Instrument,
  account: Pick<Account, "currency"> | undefined,
): LegInstrument => ({
  symbol: instrument.symbol,
  priceScale: instrument.priceScale,
  sizeScale: instrument.sizeScale,
  notionalUnit: String(instrument.notionalUnit),
  ...(instrument.currency === account?.currency ? {} : { currency: instrument.currency }),
  ...(instrument.contract === undefined ? {} : { contract: instrument.contract }),
});

/** How other currencies lead to the account's, by the symbols that it names. */
export const rateSources = ({
  account,
  instruments,
}: Pick<RiskState, "account" | "instruments">): RateSource[] =>
  fxEntries(account).flatMap(([currency, symbol]) => {
    const quoted = instruments.get(symbol);
    const direction = account && quoted && directionOf(account, currency, quoted);
    return direction === undefined
      ? []
      : [{ currency, symbol, priceScale: quoted?.priceScale ?? 0, direction }];
  });

/** With the cost signed, so that changes are sums. */
export const amountsOf = (position: Position): HoldingAmounts => ({
  qty: position.qty,
  cost: signedCost(position),
  realised: position.realised,
  fees: position.fees,
  funding: position.funding,
});

export const holdingText = ({ qty, cost, realised, fees, funding }: HoldingAmounts): Holding => ({
  qty: String(qty),
  cost: moneyText(cost),
  realised: moneyText(realised),
  fees: moneyText(fees),
  funding: moneyText(funding),
});

type RevisedNews = Extract<FillNews["news"], { readonly type: "holding-revised" }>;

export type Revision = {
  readonly reason: RevisionReason;
  readonly execId: string;
  readonly refExecId?: string;
  readonly revised: readonly HoldingChange[];
  /** Of a split, and from when on prices are of the new shares. */
  readonly ratio?: { readonly from: bigint; readonly to: bigint; readonly ts: number };
  readonly at: number;
};

/** `held` stands after the revision. Who holds it without a strategy is told nothing. Each piece says what is held after its own changes. */
export function holdingNews(state: RiskState, held: PositionRecord, revision: Revision): FillNews[] {
  const { symbol, strategy, position } = held;
  if (strategy === NO_STRATEGY) return [];
  const instrument = state.instruments.get(symbol);
  assert(instrument !== undefined, "what is held is held in a known instrument");
  const { reason, execId, refExecId, revised, ratio, at } = revision;
  let after = revised.reduceRight<HoldingAmounts>(differenceOf, amountsOf(position));
  const pieces = chunked(revised);
  const own = pieces.find((piece) => piece.some(({ id }) => id === execId)) ?? pieces[0];
  return pieces.map((changes): FillNews => {
    after = changes.reduce<HoldingAmounts>(sumOf, after);
    const news: RevisedNews = {
      ...{ type: "holding-revised", strategy, leg: legOf(instrument, state.account), reason, execId },
      ...(refExecId === undefined ? {} : { refExecId }),
      changes: changes.map((change) => ({ ...holdingText(change), ts: change.ts, execId: change.id })),
      ...(ratio === undefined || changes !== own
        ? {}
        : { ratio: { from: String(ratio.from), to: String(ratio.to), ts: ratio.ts } }),
      ...{ after: holdingText(after), at },
    };
    return { kind: "fill-news", at, news };
  });
}

function chunked(revised: readonly HoldingChange[]): (readonly HoldingChange[])[] {
  const chunks: (readonly HoldingChange[])[] = [revised.slice(0, CHANGES_PER_NEWS_MAX)];
  for (let from = CHANGES_PER_NEWS_MAX; from < revised.length; from += CHANGES_PER_NEWS_MAX)
    chunks.push(revised.slice(from, from + CHANGES_PER_NEWS_MAX));
  return chunks;
}
