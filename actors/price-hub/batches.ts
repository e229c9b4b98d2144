/** What one subscriber is told at a time: of each symbol with news the newest state, and the changes that it has not heard. */
import type { Symbol } from "../../src/domain/ids.ts";
import { CHANGES_PER_BATCH_MAX } from "./limits.ts";
import type { PriceUpdate, SubscriberName } from "./messages.ts";
import { noteNewsFor } from "./prices.ts";
import type { Heard, HubState, Price } from "./state.ts";

/** Takes the subscriber's news; until the batch is confirmed or has failed no other is made for it. */
export function takeBatch(state: HubState, name: SubscriberName): readonly PriceUpdate[] {
  const subscriber = state.subscribers.get(name);
  if (subscriber === undefined) return [];
  const { news } = subscriber;
  subscriber.news = new Set();
  state.waiting.delete(name);
  let room = CHANGES_PER_BATCH_MAX;
  return [...news].flatMap((symbol) => {
    const price = state.prices.get(symbol);
    const heard = subscriber.symbols.get(symbol);
    if (price === undefined || heard === undefined) return [];
    const update = updateFor(symbol, price, heard, room);
    room -= update.changes.length;
    return [update];
  });
}

export function confirmBatch(state: HubState, name: SubscriberName, updates: readonly PriceUpdate[]): void {
  for (const { symbol, mark, instrument } of updates) {
    const heard = state.subscribers.get(name)?.symbols.get(symbol);
    if (heard === undefined) continue;
    heard.n = mark.lastChanges;
    heard.version = instrument?.version ?? heard.version;
  }
}

/** It is not known whether the subscriber took the batch: it is told again, and the numbers say what it has heard before. */
export function failBatch(state: HubState, name: SubscriberName, updates: readonly PriceUpdate[]): void {
  for (const { symbol } of updates) noteNewsFor(state, name, symbol);
}

/**
 * `sampled` where changes are missing that the subscriber has a right to: those after what it has confirmed. Before its first
 * confirmation it has a right to what this hub has heard since it was loaded; the numbers show the rest.
 */
function updateFor(symbol: Symbol, price: Price, heard: Heard, room: number): PriceUpdate {
  const { mark, instrument } = price;
  const from = Math.min(heard.n ?? price.since, mark.lastChanges);
  const unheard = price.changes.filter(([n]) => n > from);
  const changes = unheard.length <= room ? unheard : unheard.slice(-1);
  const tellReference = instrument !== undefined && instrument.version !== heard.version;
  return {
    symbol,
    mark,
    changes,
    sampled: changes.length < mark.lastChanges - from,
    ...(tellReference ? { instrument } : {}),
  };
}
