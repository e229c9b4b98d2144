/**
 * Quotes of the symbols that are on the screen: streamed, as far as a connection has room for topics; the others are asked for by turns, and a
 * streamed row is asked for too while the stream is away.
 */

import type { QuoteReply } from "../contracts/quote.ts";

/** Half of the topics that a connection may have: what is open beside the list needs some. */
export const STREAMS_MAX = 500;
/** What a reader of a list still takes for live. */
const POLL_MS = 2_000;
/** A browser has six connections to a host, and the page needs some for other things. */
const POLLS_AT_ONCE_MAX = 3;
/** A reader goes to and fro between some lists; a row that comes back shows at once what it last knew, with its age. */
const REMEMBERED_MAX = 500;

export type QuoteWorld = {
  readonly stream: (
    symbol: string,
    events: { live(isLive: boolean): void; quote(quote: QuoteReply): void },
  ) => { close(): void };
  readonly poll: (symbol: string) => Promise<QuoteReply>;
  readonly later: (run: () => void, ms: number) => () => void;
  readonly now: () => number;
};

export type SeenQuote = { readonly quote: QuoteReply; readonly receivedAt: number; readonly live: boolean };
type Listener = (seen: SeenQuote) => void;
type Watched = {
  readonly listeners: Set<Listener>;
  stream: { close(): void } | undefined;
  live: boolean;
  seen: SeenQuote | undefined;
};

export class QuoteFeed {
  readonly #world: QuoteWorld;
  readonly #watched = new Map<string, Watched>();
  readonly #remembered = new Map<string, SeenQuote>();
  #cancelPoll: (() => void) | undefined;
  #closed = false;

  constructor(world: QuoteWorld) {
    this.#world = world;
  }

  /** Tells what is known already, then each change; the answer ends it. */
  watch(symbol: string, listener: Listener): () => void {
    const watched = this.#watched.get(symbol) ?? this.#begin(symbol);
    watched.listeners.add(listener);
    if (watched.seen !== undefined) listener(watched.seen);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0) this.#end(symbol, watched);
    };
  }

  close(): void {
    this.#closed = true;
    this.#cancelPoll?.();
    for (const { stream } of this.#watched.values()) stream?.close();
  }

  #begin(symbol: string): Watched {
    const known = this.#remembered.get(symbol);
    const seen = known === undefined ? undefined : { ...known, live: false };
    const watched: Watched = { listeners: new Set(), stream: undefined, live: false, seen };
    this.#watched.set(symbol, watched);
    this.#giveStreams();
    void this.#ask(symbol, watched);
    this.#cancelPoll ??= this.#world.later(() => this.#pollAll(), POLL_MS);
    return watched;
  }

  #end(symbol: string, watched: Watched): void {
    if (this.#watched.get(symbol) !== watched) return;
    this.#watched.delete(symbol);
    watched.stream?.close();
    this.#remember(symbol, watched.seen);
    this.#giveStreams();
  }

  #remember(symbol: string, seen: SeenQuote | undefined): void {
    if (seen === undefined) return;
    this.#remembered.delete(symbol);
    this.#remembered.set(symbol, seen);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED_MAX) return;
      this.#remembered.delete(oldest);
    }
  }

  /** To those that have waited longest. */
  #giveStreams(): void {
    let free = STREAMS_MAX - [...this.#watched.values()].filter(({ stream }) => stream !== undefined).length;
    for (const [symbol, watched] of this.#watched) {
      if (free <= 0) return;
      if (watched.stream !== undefined) continue;
      free -= 1;
      watched.stream = this.#world.stream(symbol, {
        live: (isLive) => {
          watched.live = isLive;
        },
        quote: (quote) => this.#tell(watched, quote, true),
      });
    }
  }

  async #pollAll(): Promise<void> {
    const waiting = [...this.#watched].filter(([, { live }]) => !live);
    const one = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.#ask(...next);
    };
    await Promise.all(Array.from({ length: POLLS_AT_ONCE_MAX }, one));
    if (this.#closed) return;
    this.#cancelPoll =
      this.#watched.size === 0 ? undefined : this.#world.later(() => void this.#pollAll(), POLL_MS);
  }

  async #ask(symbol: string, watched: Watched): Promise<void> {
    try {
      const quote = await this.#world.poll(symbol);
      // The stream may have said something newer in the meantime.
      if ((watched.seen?.quote.seq ?? -1) <= quote.seq) this.#tell(watched, quote, watched.live);
    } catch {
      // The row keeps what it shows, and its age tells how old that is.
    }
  }

  #tell(watched: Watched, quote: QuoteReply, live: boolean): void {
    watched.seen = { quote, receivedAt: this.#world.now(), live };
    for (const listener of watched.listeners) listener(watched.seen);
  }
}
