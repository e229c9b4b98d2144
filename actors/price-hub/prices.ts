/** Prices as they come in: from a symbol's own pushes, and from snapshots that were asked for. */
import type { ReturnNews } from "../../src/domain/bar-return.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import { CHANGES_MAX, CHANGES_PER_SYMBOL_MAX } from "./limits.ts";
import type { PriceChange, PriceSnapshot, PriceUpdate, SubscriberName } from "./messages.ts";
import type { HubState, Price, Subscription, ToldReturn } from "./state.ts";

/**
 * True where it is news to somebody; what nobody follows is forgotten at once. A symbol tells its changes in order, but a push that it
 * has given up may still come after the one that followed it: that one has said everything.
 */
export function takeUpdate(state: HubState, update: PriceUpdate): boolean {
  const { symbol, mark, changes, instrument, liquidity, previousClose, returns = [] } = update;
  if (!state.followers.has(symbol)) return false;
  const known = state.prices.get(symbol);
  const price: Price = known ?? priceSince(mark, (changes[0]?.[0] ?? mark.lastChanges + 1) - 1);
  if (known !== undefined && isOlder(mark, known.mark)) return false;
  const heardUntil = known?.mark.lastChanges ?? price.since;
  const fresh = changes.filter(([n]) => n > heardUntil);
  const isNewReference = instrument !== undefined && isNewer(instrument, price.instrument);
  const isNewLiquidity = isNewerVersion(liquidity, price.liquidity);
  const isNewClose = isNewerVersion(previousClose, price.previousClose);
  const isNew = isNewReference || isNewLiquidity || isNewClose || returns.length > 0;
  const isNews = known === undefined || isNew || !isSameMark(price.mark, mark);
  price.mark = mark;
  if (isNewReference) price.instrument = instrument;
  if (isNewLiquidity) price.liquidity = liquidity;
  if (isNewClose) price.previousClose = previousClose;
  for (const news of returns) price.returns = withReturn(price.returns, news);
  state.prices.set(symbol, price);
  keepChanges(state, price, fresh);
  if (isNews) noteNews(state, symbol);
  return isNews;
}

/** What the symbol said when asked. Its own pushes carry the changes too: where there was one, only reference data is taken. */
export function takeSnapshot(state: HubState, symbol: Symbol, snapshot: PriceSnapshot): void {
  const { mark, instrument, liquidity, previousClose } = snapshot;
  if (!state.followers.has(symbol)) return;
  const price: Price = state.prices.get(symbol) ?? priceSince(mark, mark.lastChanges);
  if (isNewer(instrument, price.instrument)) price.instrument = instrument;
  if (isNewerVersion(liquidity, price.liquidity)) price.liquidity = liquidity;
  if (isNewerVersion(previousClose, price.previousClose)) price.previousClose = previousClose;
  state.prices.set(symbol, price);
  noteNews(state, symbol);
}

/** Everyone who follows the symbol has something to hear. */
function noteNews(state: HubState, symbol: Symbol): void {
  for (const subscription of state.followers.get(symbol) ?? []) note(state, subscription);
}

export function noteNewsFor(state: HubState, name: SubscriberName, symbol: Symbol): void {
  const subscription = state.subscribers.get(name)?.symbols.get(symbol);
  if (subscription !== undefined) note(state, subscription);
}

function note(state: HubState, subscription: Subscription): void {
  const { subscriber } = subscription;
  subscription.newsAt ??= subscriber.news.push(subscription) - 1;
  state.waiting.add(subscriber.name);
}

/** Changes that all subscribers have heard leave. Once for each cadence: it looks at every pair of symbol and follower. */
export function forgetHeard(state: HubState): void {
  if (state.changes === 0) return;
  for (const [symbol, price] of state.prices) {
    if (price.changes.length === 0) continue;
    const heard = heardByAll(state, symbol, price);
    const left = price.changes.filter(([n]) => n > heard);
    state.changes -= price.changes.length - left.length;
    price.changes = left;
  }
}

function heardByAll(state: HubState, symbol: Symbol, price: Price): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const { n } of state.followers.get(symbol) ?? []) lowest = Math.min(lowest, n ?? price.since);
  return lowest;
}

/** What does not fit leaves, and the count of changes in the mark shows that it is missing. */
function keepChanges(state: HubState, price: Price, fresh: readonly PriceChange[]): void {
  const others = state.changes - price.changes.length;
  const all = [...price.changes, ...fresh].slice(-CHANGES_PER_SYMBOL_MAX);
  price.changes = others + all.length > CHANGES_MAX ? [] : all;
  state.changes = others + price.changes.length;
}

/** Of one width two: the newest bar, and one that was revised. Who has missed more sees it by the bar before. */
const RETURNS_OF_WIDTH_MAX = 2;

function withReturn(told: readonly ToldReturn[], news: ReturnNews): readonly ToldReturn[] {
  const [resolution, slot] = news;
  const count = (told.at(-1)?.count ?? 0) + 1;
  const others = told.filter((one) => one.news[0] !== resolution);
  const alike = told.filter((one) => one.news[0] === resolution && one.news[1] !== slot);
  return [...others, ...alike.slice(1 - RETURNS_OF_WIDTH_MAX), { count, news }].sort(byCount);
}
const byCount = (one: ToldReturn, other: ToldReturn): number => one.count - other.count;

const priceSince = (mark: PriceMark, since: number): Price => ({
  mark,
  instrument: undefined,
  liquidity: undefined,
  previousClose: undefined,
  returns: [],
  changes: [],
  since,
});

const isNewer = (offered: Instrument, known: Instrument | undefined): boolean =>
  known === undefined || offered.version > known.version;

type Versioned = { readonly version: number } | undefined;
const isNewerVersion = (offered: Versioned, known: Versioned): boolean =>
  offered !== undefined && (known === undefined || offered.version > known.version);

/** What counts and times a symbol's prices never falls. */
const isOlder = (one: PriceMark, other: PriceMark): boolean =>
  one.lastChanges < other.lastChanges ||
  (one.lastTs ?? 0) < (other.lastTs ?? 0) ||
  (one.quoteTs ?? 0) < (other.quoteTs ?? 0);

const isSameMark = (one: PriceMark, other: PriceMark): boolean =>
  one.lastChanges === other.lastChanges &&
  one.last === other.last &&
  one.lastTs === other.lastTs &&
  one.bid === other.bid &&
  one.ask === other.ask &&
  one.quoteTs === other.quoteTs;
