/** Every consequence of a hub's events, folded in place. */
import { unreachable } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { HubEvent } from "./events.ts";
import type { SubscriberName } from "./messages.ts";
import type { HubState, Subscriber, Subscription } from "./state.ts";

export function apply(state: HubState, event: HubEvent): void {
  switch (event.kind) {
    case "subscribed":
      subscribe(state, event.subscriber, event.symbol);
      break;
    case "unsubscribed":
      unsubscribe(state, event.subscriber, event.symbol);
      break;
    default:
      unreachable(event);
  }
}

/** From now on: what the symbol did before is in the state that the first batch tells. */
function subscribe(state: HubState, name: SubscriberName, symbol: Symbol): void {
  const known = state.subscribers.get(name);
  const subscriber: Subscriber = known ?? { name, symbols: new Map(), news: [] };
  const n = state.prices.get(symbol)?.mark.lastChanges;
  const heard = { n, version: undefined, liquidity: undefined, previousClose: undefined, returns: 0 };
  const subscription: Subscription = { symbol, subscriber, ...heard, newsAt: undefined };
  state.subscribers.set(name, subscriber);
  subscriber.symbols.set(symbol, subscription);
  state.followers.set(symbol, (state.followers.get(symbol) ?? new Set()).add(subscription));
  state.subscriptions += 1;
}

/** What nobody follows any more is forgotten, prices and all. */
function unsubscribe(state: HubState, name: SubscriberName, symbol: Symbol): void {
  const subscriber = state.subscribers.get(name);
  const subscription = subscriber?.symbols.get(symbol);
  if (subscriber === undefined || subscription === undefined) return;
  state.subscriptions -= 1;
  subscriber.symbols.delete(symbol);
  leaveNews(subscriber.news, subscription);
  if (subscriber.news.length === 0) state.waiting.delete(name);
  if (subscriber.symbols.size === 0) state.subscribers.delete(name);
  const followers = state.followers.get(symbol);
  followers?.delete(subscription);
  if (followers?.size !== 0) return;
  state.followers.delete(symbol);
  state.changes -= state.prices.get(symbol)?.changes.length ?? 0;
  state.prices.delete(symbol);
}

/** The last one takes its place. */
function leaveNews(news: Subscription[], subscription: Subscription): void {
  const { newsAt } = subscription;
  if (newsAt === undefined) return;
  subscription.newsAt = undefined;
  const last = news.pop();
  if (last === undefined || last === subscription) return;
  news[newsAt] = last;
  last.newsAt = newsAt;
}
