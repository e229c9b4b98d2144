/** What a hub's turns decide. They are folded and written as rows; a hub has no facts for Postgres. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { SubscriberName } from "./messages.ts";

type Subscription = { readonly subscriber: SubscriberName; readonly symbol: Symbol };
export type HubEvent =
  | ({ readonly kind: "subscribed" } & Subscription)
  | ({ readonly kind: "unsubscribed" } & Subscription);
