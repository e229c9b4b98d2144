/** What a hub remembers: who follows which symbols (on disk), and the newest prices with the changes that somebody has yet to hear (in memory only). */
import type { ReturnNews } from "../../src/domain/bar-return.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Liquidity } from "../../src/domain/liquidity.ts";
import type { PreviousClose } from "../../src/domain/past-price.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import type { PriceChange, SubscriberName } from "./messages.ts";

export type Price = {
  mark: PriceMark;
  /** Undefined until a push or a snapshot has brought it. */
  instrument: Instrument | undefined;
  /** Undefined where none was brought: the symbol may have none. */
  liquidity: Liquidity | undefined;
  /** As liquidity. */
  previousClose: PreviousClose | undefined;
  /** The newest of each width, and how many were told before since this hub was loaded: who has heard of fewer hears of them. */
  returns: readonly ToldReturn[];
  /** Ascending by number; those that every subscriber has heard leave. */
  changes: PriceChange[];
  /** Number of the change before the first one heard since this hub was loaded. */
  readonly since: number;
};

export type ToldReturn = { readonly count: number; readonly news: ReturnNews };

/** One subscriber's place in one symbol. Both sides have it, so that news costs no look-up of either. */
export type Subscription = {
  readonly symbol: Symbol;
  readonly subscriber: Subscriber;
  /** Number of the newest change it has heard; undefined where the hub has not heard the symbol itself since it was loaded. */
  n: number | undefined;
  /** Version of the reference data it has confirmed. */
  version: number | undefined;
  /** Version of the statistics of liquidity it has confirmed. */
  liquidity: number | undefined;
  /** Version of the previous close it has confirmed. */
  previousClose: number | undefined;
  /** Count of the returns that it has confirmed. */
  returns: number;
  /** Its place among its subscriber's news. */
  newsAt: number | undefined;
};

export type Subscriber = {
  readonly name: SubscriberName;
  readonly symbols: Map<Symbol, Subscription>;
  /** Those of them with something to tell, each once. A list: news comes for all followers of a symbol, far more often than it leaves. */
  news: Subscription[];
};

export type HubState = {
  readonly subscribers: Map<SubscriberName, Subscriber>;
  readonly followers: Map<Symbol, Set<Subscription>>;
  readonly prices: Map<Symbol, Price>;
  /** Subscribers with news, without those that are not waited for any more. */
  readonly waiting: Set<SubscriberName>;
  subscriptions: number;
  /** Changes kept, over all symbols. */
  changes: number;
};

export const initialState = (): HubState => ({
  subscribers: new Map(),
  followers: new Map(),
  prices: new Map(),
  waiting: new Set(),
  subscriptions: 0,
  changes: 0,
});
