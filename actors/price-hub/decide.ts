/** Who may subscribe to what: everybody to everything, within the bounds. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { HubEvent } from "./events.ts";
import { SUBSCRIBERS_MAX, SUBSCRIPTIONS_MAX, SYMBOLS_PER_SUBSCRIBER_MAX } from "./limits.ts";
import type { SubscriberName } from "./messages.ts";
import type { HubState } from "./state.ts";

export type SubscribeDecision =
  | { readonly ok: true; readonly events: readonly HubEvent[] }
  | { readonly ok: false; readonly detail: string };

/** All of the symbols or none. Subscribing again changes nothing. */
export function decideSubscribe(
  state: HubState,
  subscriber: SubscriberName,
  symbols: readonly Symbol[],
): SubscribeDecision {
  const present = state.subscribers.get(subscriber);
  const fresh = [...new Set(symbols)].filter((symbol) => !present?.symbols.has(symbol));
  if (fresh.length === 0) return { ok: true, events: [] };
  if (present === undefined && state.subscribers.size >= SUBSCRIBERS_MAX)
    return { ok: false, detail: "the hub has too many subscribers" };
  if ((present?.symbols.size ?? 0) + fresh.length > SYMBOLS_PER_SUBSCRIBER_MAX)
    return { ok: false, detail: "a subscriber follows too many symbols of one hub" };
  if (state.subscriptions + fresh.length > SUBSCRIPTIONS_MAX)
    return { ok: false, detail: "the hub has too many subscriptions" };
  return { ok: true, events: fresh.map((symbol) => ({ kind: "subscribed", subscriber, symbol })) };
}

/** Leaving twice is normal: an answer may have been lost. */
export function decideUnsubscribe(
  state: HubState,
  subscriber: SubscriberName,
  symbols: readonly Symbol[],
): readonly HubEvent[] {
  const present = state.subscribers.get(subscriber);
  return [...new Set(symbols)]
    .filter((symbol) => present?.symbols.has(symbol))
    .map((symbol) => ({ kind: "unsubscribed", subscriber, symbol }));
}
