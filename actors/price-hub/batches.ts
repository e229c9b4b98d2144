/** What one subscriber is told at a time: of each symbol with news the newest state, and the changes that it has not heard. */
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
  subscriber.news = new Set();
  state.waiting.delete(name);
  let room = CHANGES_PER_BATCH_MAX;
  const updates: PriceUpdate[] = [];
  for (const subscription of news) {
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
  for (const { symbol, mark, instrument, liquidity, previousClose } of updates) {
    const subscription = subscriber?.symbols.get(symbol);
    if (subscription === undefined) continue;
    subscription.n = mark.lastChanges;
    subscription.version = instrument?.version ?? subscription.version;
    subscription.liquidity = liquidity?.version ?? subscription.liquidity;
    subscription.previousClose = previousClose?.version ?? subscription.previousClose;
  }
}

/** It is not known whether the subscriber took the batch: it is told again, and the numbers say what it has heard before. */
export function failBatch(state: HubState, name: SubscriberName, updates: readonly PriceUpdate[]): void {
  for (const { symbol } of updates) noteNewsFor(state, name, symbol);
}

/** Reference data, statistics of liquidity and the previous close are told once, so they are not shared. */
function updateFor(round: Round, price: Price, subscription: Subscription): PriceUpdate {
  const { symbol, n, version } = subscription;
  const { mark, since, instrument, liquidity, previousClose } = price;
  const from = Math.min(n ?? since, mark.lastChanges);
  const isNewReference = instrument !== undefined && instrument.version !== version;
  const isNewLiquidity = liquidity !== undefined && liquidity.version !== subscription.liquidity;
  const isNewClose = previousClose !== undefined && previousClose.version !== subscription.previousClose;
  if (isNewReference || isNewLiquidity || isNewClose)
    return {
      ...updateSince(from, symbol, price),
      ...(isNewReference ? { instrument } : {}),
      ...(isNewLiquidity ? { liquidity } : {}),
      ...(isNewClose ? { previousClose } : {}),
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

/** Where a batch has no room left the newest change alone is told. */
function fitted(update: PriceUpdate, room: number): PriceUpdate {
  const { changes, sampled } = update;
  if (changes.length <= room) return update;
  return { ...update, changes: changes.slice(-1), sampled: sampled || changes.length > 1 };
}
