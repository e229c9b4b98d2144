/** What the account's bookings mean: its own figures where it tells them, compared with ours; and what it has revised since. */
import { parseMoney } from "../../src/domain/money.ts";
import { signOf } from "../../src/domain/order.ts";
import { afterFill, signedCost } from "../../src/domain/position.ts";
import { type HoldingAmounts, isNothing, NO_AMOUNTS, negated, sumOf } from "../../src/quant/money/holding.ts";
import type { StrategyEvent } from "./events.ts";
import { type LegFold, positionOf } from "./holdings.ts";
import { CURRENCIES_MAX } from "./limits.ts";
import type { Holding, LegInstrument, StrategyNews } from "./messages.ts";
import { type BookingMoment, type HeardMoment, isBooking } from "./moment.ts";
import { minutesFrom, placed } from "./placing.ts";
import type { Profile, StrategyState } from "./state.ts";

type FillNews = Extract<StrategyNews, { type: "fill-booked" }>;
type RevisionNews = Extract<StrategyNews, { type: "holding-revised" }>;

export type Decided = readonly StrategyEvent[] | { readonly reason: string };

type ToldChange = {
  readonly told: Pick<RevisionNews["changes"][number], "ts" | "execId">;
  readonly change: HoldingAmounts | "unreadable";
};

/** Where a booking stands, so that it can be told anew. */
type Entry = Pick<BookingMoment, "ts" | "order">;

/** How far a batch has been decided. */
export type Draft = {
  readonly state: StrategyState;
  profile: Profile | undefined;
  /** What lines hold, as far as this batch has changed them. */
  readonly lines: Map<string, HoldingAmounts>;
  readonly currencies: Set<string>;
  /** Of bookings of this batch; of those before it once it is asked for. */
  entries: Map<string, Entry>;
  indexed: boolean;
  order: number;
};

export const draftOf = (state: StrategyState): Draft => ({
  state,
  profile: state.profile,
  lines: new Map(),
  currencies: new Set(state.timeline.tip.currencies.keys()),
  entries: new Map(),
  indexed: false,
  order: state.nextOrder,
});

/** What a leg held on opening counts from the start; opened later, from where the strategy's event time is, whatever the clock says. */
export function decideFill(draft: Draft, news: FillNews): Decided {
  const { leg, execId } = news;
  const change = news.change === undefined ? ownChange(draft, news) : changeOf(news.change);
  const account = news.after === undefined || isGroup(draft) ? undefined : changeOf(news.after);
  if (change === "unreadable" || account === "unreadable") return { reason: "an amount that is none" };
  if (!hasRoom(draft, leg)) return { reason: "a currency too many" };
  const eventTime = draft.state.priceTime;
  const ts = news.opening ? (eventTime ?? 0) : news.ts;
  const line = lineBooked(draft, news);
  const { healed, events: found, from } = checked(draft, leg, change, account, ts);
  const events = [...found, ...linesBooked(line, news.opening ? "opening" : "fill", change, healed, ts)];
  if (news.opening && eventTime === undefined)
    return [{ type: "start-held", symbol: leg.symbol, change: healed }, ...events];
  const kind = news.opening ? "opening" : "fill";
  const moment = { kind, ts, symbol: leg.symbol, order: next(draft), change: healed, entry: execId } as const;
  return [book(draft, moment, from), ...events];
}

/** Each change counts at its own moment: of a booking that is known there as if it had always been so. */
export function decideRevision(draft: Draft, news: RevisionNews): Decided {
  const { leg, at } = news;
  const account = isGroup(draft) ? undefined : changeOf(news.after);
  const changes = news.changes.map((told) => ({ told, change: changeOf(told) }));
  if (account === "unreadable" || changes.some(({ change }) => change === "unreadable"))
    return { reason: "an amount that is none" };
  if (!hasRoom(draft, leg)) return { reason: "a currency too many" };
  const sum = changes.reduce(
    (all, { change }) => (change === "unreadable" ? all : sumOf(all, change)),
    NO_AMOUNTS,
  );
  const line = lineBooked(draft, news);
  const { healed, events: found, from } = checked(draft, leg, sum, account, at);
  const events = [...found, ...linesBooked(line, "revision", sum, healed, at)];
  const heard = withSplit(news, changes).flatMap(({ told, change }) =>
    change === "unreadable" ? [] : [revise(draft, news, told, change)],
  );
  const adjusting = sumOf(healed, negated(sum));
  if (isNothing(adjusting)) return [...heard, ...events];
  const moment = { kind: "fill", ts: at, symbol: leg.symbol, order: next(draft), change: adjusting } as const;
  return [...heard, book(draft, moment, from), ...events];
}

/** A split of a line that held nothing has changed nothing but its price. */
function withSplit({ execId, ratio }: RevisionNews, changes: readonly ToldChange[]): readonly ToldChange[] {
  const isTold = changes.some(({ told }) => (told.execId ?? execId) === execId);
  if (ratio?.ts === undefined || isTold) return changes;
  return [{ told: { ts: ratio.ts }, change: NO_AMOUNTS }, ...changes];
}

/** What a booking was, and what news that was lost has brought to the line since. */
function linesBooked(
  line: BookedLine,
  how: "fill" | "opening" | "revision",
  change: HoldingAmounts,
  healed: HoldingAmounts,
  ts: number,
): StrategyEvent[] {
  const booked = { type: "line-booked", ...line, how, change, ts } as const;
  const missing = sumOf(healed, negated(change));
  if (isNothing(missing)) return [booked];
  const held = line.held === undefined ? undefined : line.held + change.qty;
  return [booked, { ...booked, how: "revision", change: missing, held }];
}

type BookedLine = Pick<Extract<StrategyEvent, { type: "line-booked" }>, "line" | "symbol" | "held">;

/** Before the news is taken. A group sums up lines of the same symbol, and what each of them held is not its own figure. */
function lineBooked(draft: Draft, { leg: { symbol }, strategy }: FillNews | RevisionNews): BookedLine {
  return isGroup(draft)
    ? { line: memberLine(strategy, symbol), symbol, held: undefined }
    : { line: symbol, symbol, held: lineOf(draft, symbol).qty };
}

export const memberLine = (member: string, symbol: string): string => `${member}/${symbol}`;
const isGroup = ({ profile }: Draft): boolean => profile?.members !== undefined;

function revise(
  draft: Draft,
  news: RevisionNews,
  { ts, execId = news.execId }: ToldChange["told"],
  change: HoldingAmounts,
): StrategyEvent {
  const { leg, ratio, reason } = news;
  const { symbol } = leg;
  const at = { ts, symbol, order: next(draft), change, entry: execId };
  const isNews = execId === news.execId;
  // Members of a group are split by one action: the price is divided once.
  const isSplit = ratio !== undefined && isNews;
  const shared = isSplit && isGroup(draft) ? entriesOf(draft).get(splitKey(symbol, ts)) : undefined;
  if (isSplit && shared === undefined) {
    const parts = { from: BigInt(ratio.from), to: BigInt(ratio.to), effective: ts };
    return book(draft, { kind: "split", ...at, ...parts });
  }
  const entries = entriesOf(draft);
  // What a split made of a fill that was booked after it is part of the split.
  const split = isNews && reason !== "split" ? shared : entries.get(splitKey(symbol, ts));
  const known =
    entries.get(bookingKey(symbol, execId, ts)) ?? entries.get(openingKey(symbol, execId)) ?? split;
  if (known === undefined) return book(draft, { kind: "fill", ...at });
  const { entry: _entry, ...of } = { ...at, ts: known.ts, of: known.order };
  return { type: "moments-heard", moments: [{ kind: "revised", ...of }], spans: [], late: 0 };
}

/**
 * What the account holds after a booking against what we would. Where it differs news has been lost between the last time that both agreed
 * and now: ours becomes the account's, and no candle in between is called exact. What a leg made before it came back is not kept here.
 */
function checked(
  draft: Draft,
  leg: LegInstrument,
  change: HoldingAmounts,
  account: HoldingAmounts | undefined,
  at: number,
): { readonly healed: HoldingAmounts; readonly events: readonly StrategyEvent[]; readonly from?: number } {
  const { symbol } = leg;
  const ours = sumOf(lineOf(draft, symbol), change);
  draft.lines.set(symbol, account === undefined ? ours : heldBy(draft, symbol, ours, account));
  if (account === undefined) return { healed: change, events: [] };
  const missing = sumOf(lineOf(draft, symbol), negated(ours));
  const agreed = { type: "line-agreed", symbol, at } as const;
  if (isNothing(missing)) return { healed: change, events: [agreed] };
  const from = draft.state.legs.get(symbol)?.agreedAt ?? draft.profile?.openedAt ?? 0;
  const drifted = { type: "position-drifted", leg, ours, account, at } as const;
  return { healed: sumOf(change, missing), events: [drifted, agreed], from };
}

/** The account's figures, as far as ours are of the same time. */
function heldBy(draft: Draft, symbol: string, ours: HoldingAmounts, account: HoldingAmounts): HoldingAmounts {
  const present = draft.state.legs.get(symbol);
  const isWhole = present === undefined ? draft.state.departed === 0 : present.whole;
  return isWhole ? account : { ...ours, qty: account.qty, cost: account.cost };
}

export function book(
  draft: Draft,
  moment: Parameters<typeof placed>[1],
  driftedFrom?: number,
): StrategyEvent {
  const put = placed(draft.state, moment);
  remember(draft, put.moment);
  const spans = put.span === undefined ? [] : [put.span];
  if (driftedFrom !== undefined) spans.push(minutesFrom(driftedFrom, put.moment.ts));
  return { type: "moments-heard", moments: [put.moment], spans, late: put.span === undefined ? 0 : 1 };
}

export function next(draft: Draft): number {
  draft.order += 1;
  return draft.order - 1;
}

/** Those of earlier batches are looked through once, with the first revision of a batch: there are few. */
function entriesOf(draft: Draft): ReadonlyMap<string, Entry> {
  if (draft.indexed) return draft.entries;
  const own = draft.entries;
  draft.entries = new Map();
  for (const moment of draft.state.timeline.moments()) remember(draft, moment);
  draft.entries = new Map([...draft.entries, ...own]);
  draft.indexed = true;
  return draft.entries;
}

function remember({ entries }: Draft, moment: HeardMoment): void {
  if (!isBooking(moment) || moment.entry === undefined) return;
  const { kind, ts, order, symbol, entry } = moment;
  const at = { ts, order };
  entries.set(bookingKey(symbol, entry, ts), at);
  if (kind === "opening") entries.set(openingKey(symbol, entry), at);
  if (kind === "split") entries.set(splitKey(symbol, ts), at);
}

/** An entry that a split restates has changed something at several moments. */
const bookingKey = (symbol: string, entry: string, ts: number): string => `${symbol} ${ts} ${entry}`;
/** It counts from where the strategy's event time was, and not at its own moment. */
const openingKey = (symbol: string, entry: string): string => `${symbol} opening ${entry}`;
const splitKey = (symbol: string, ts: number): string => `${symbol} split ${ts}`;

/** Of news that does not say what the account booked: average cost in the account's order. */
function ownChange(draft: Draft, { leg, side, qty, price, fee }: FillNews): HoldingAmounts | "unreadable" {
  const paid = parseMoney(fee);
  if (!paid.ok) return "unreadable";
  const before = lineOf(draft, leg.symbol);
  const { contract } = leg;
  const worth = { notionalUnit: BigInt(leg.notionalUnit), ...(contract === undefined ? {} : { contract }) };
  const signed = BigInt(signOf(side)) * BigInt(qty);
  const after = afterFill(positionOf(before), { qty: signed, price, fee: paid.value }, worth);
  return sumOf({ ...after, cost: signedCost(after) }, negated(before));
}

function lineOf({ lines, state }: Draft, symbol: string): HoldingAmounts {
  const present = lines.get(symbol) ?? state.timeline.tip.legs.get(symbol);
  return present === undefined ? NO_AMOUNTS : changeIn(present);
}

const changeIn = ({ qty, cost, realised, fees, funding }: HoldingAmounts | LegFold): HoldingAmounts => ({
  qty,
  cost,
  realised,
  fees,
  funding,
});

export function changeOf({ qty, cost, realised, fees, funding }: Holding): HoldingAmounts | "unreadable" {
  const amounts = [cost, realised, fees, funding].map((text) => parseMoney(text));
  const [spent, made, paid, received] = amounts.map((amount) => (amount.ok ? amount.value : undefined));
  if (spent === undefined || made === undefined || paid === undefined || received === undefined)
    return "unreadable";
  return { qty: BigInt(qty), cost: spent, realised: made, fees: paid, funding: received };
}

export function hasRoom({ currencies, profile }: Draft, { currency }: LegInstrument): boolean {
  if (currency === undefined || currency === profile?.currency) return true;
  if (!currencies.has(currency) && currencies.size >= CURRENCIES_MAX) return false;
  currencies.add(currency);
  return true;
}
