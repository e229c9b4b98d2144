/** What one subscriber is told at a time: of each symbol with news the newest state, and the changes that it has not heard. */
import type { ReturnNews } from "../../src/domain/bar-return.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { CHANGES_PER_BATCH_MAX } from "./limits.ts";
import type { PriceUpdate, SubscriberName } from "./messages.ts";
import { noteNewsFor } from "./prices.ts";
import type { HubState, Price, Subscription } from "./state.ts";

/** The updates of one moment: who stands at the same place is told the same object, so it can be made and encoded once. */
export type Round = Map<Symbol, { readonly from: number; readonly update: PriceUpdate }>;

/** Takes the subscriber's news; until the batch is confirmed or has failed no other is made for it. A round spans no change of the state. */
export function takeBatch(
  state: HubState,
  name: SubscriberName,
  round: Round = new Map(),
): readonly PriceUpdate[] {
  const subscriber = state.subscribers.get(name);
  if (subscriber === undefined) return [];
  const { news } = subscriber;
  subscriber.news = [];
  state.waiting.delete(name);
  let room = CHANGES_PER_BATCH_MAX;
  const updates: PriceUpdate[] = [];
  for (const subscription of news) {
    subscription.newsAt = undefined;
    const price = state.prices.get(subscription.symbol);
    if (price === undefined) continue;
    const update = fitted(updateFor(round, price, subscription), room);
    room -= update.changes.length;
    updates.push(update);
  }
  return updates;
}

export function confirmBatch(state: HubState, name: SubscriberName, updates: readonly PriceUpdate[]): void {
  const subscriber = state.subscribers.get(name);
  for (const { symbol, mark, instrument, liquidity, previousClose, returns } of updates) {
    const subscription = subscriber?.symbols.get(symbol);
    if (subscription === undefined) continue;
    subscription.n = mark.lastChanges;
    subscription.version = instrument?.version ?? subscription.version;
    subscription.liquidity = liquidity?.version ?? subscription.liquidity;
    subscription.previousClose = previousClose?.version ?? subscription.previousClose;
    if (returns !== undefined) subscription.returns = heardUntil(state, symbol, returns);
  }
}

/** It is not known whether the subscriber took the batch: it is told again, and the numbers say what it has heard before. */
export function failBatch(state: HubState, name: SubscriberName, updates: readonly PriceUpdate[]): void {
  for (const { symbol } of updates) noteNewsFor(state, name, symbol);
}

/** Of those that are still kept; what was told meanwhile is heard next. */
function heardUntil(state: HubState, symbol: Symbol, heard: readonly ReturnNews[]): number {
  const told = state.prices.get(symbol)?.returns ?? [];
  return told.findLast(({ news }) => heard.includes(news))?.count ?? 0;
}

/** Mostly none, and then nothing is made. */
function untoldReturns({ returns }: Price, subscription: Subscription): readonly ReturnNews[] {
  const newest = returns.at(-1);
  if (newest === undefined || newest.count <= subscription.returns) return NO_RETURNS;
  return returns.filter(({ count }) => count > subscription.returns).map(({ news }) => news);
}
const NO_RETURNS: readonly ReturnNews[] = [];

/** Reference data, statistics of liquidity, the previous close and returns are told once, so they are not shared. */
function updateFor(round: Round, price: Price, subscription: Subscription): PriceUpdate {
  const { symbol, n, version } = subscription;
  const { mark, since, instrument, liquidity, previousClose } = price;
  const from = Math.min(n ?? since, mark.lastChanges);
  const isNewReference = instrument !== undefined && instrument.version !== version;
  const isNewLiquidity = liquidity !== undefined && liquidity.version !== subscription.liquidity;
  const isNewClose = previousClose !== undefined && previousClose.version !== subscription.previousClose;
  const returns = untoldReturns(price, subscription);
  if (isNewReference || isNewLiquidity || isNewClose || returns.length > 0)
    return {
      ...updateSince(from, symbol, price),
      ...(isNewReference ? { instrument } : {}),
      ...(isNewLiquidity ? { liquidity } : {}),
      ...(isNewClose ? { previousClose } : {}),
      ...(returns.length > 0 ? { returns } : {}),
    };
  const shared = round.get(symbol);
  if (shared?.from === from) return shared.update;
  const update = updateSince(from, symbol, price);
  round.set(symbol, { from, update });
  return update;
}

/**
 * `sampled` where changes are missing that the subscriber has a right to: those after what it has confirmed. Before its first
 * confirmation it has a right to what this hub has heard since it was loaded; the numbers show the rest.
 */
function updateSince(from: number, symbol: Symbol, { mark, changes: kept }: Price): PriceUpdate {
  const changes = kept.filter(([n]) => n > from);
  return { symbol, mark, changes, sampled: changes.length < mark.lastChanges - from };
}

/** Where a batch has no room left the newest change alone is told, and how far the others went. */
function fitted(update: PriceUpdate, room: number): PriceUpdate {
  const { changes, sampled } = update;
  if (changes.length <= room) return update;
  const newest = { ...update, changes: changes.slice(-1), sampled: sampled || changes.length > 1 };
  return sampled ? newest : { ...newest, leftOut: extremesOf(update) };
}

function extremesOf({ changes, mark }: PriceUpdate): NonNullable<PriceUpdate["leftOut"]> {
  const [low, high] = changes.reduce(
    ([lowest, highest], [, , last]) => [Math.min(lowest, last), Math.max(highest, last)],
    [Number.MAX_SAFE_INTEGER, 0],
  );
  return [mark.lastChanges - changes.length, low ?? 0, high ?? 0];
}
