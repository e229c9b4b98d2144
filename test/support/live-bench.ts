/** A live feed under test: the exchange and the platform that it stands between, and a clock that can be put forward. */
import { setTimeout as sleep } from "node:timers/promises";
import { type LiveFeed, runLive } from "../../scripts/binance/live-feed.ts";
import { ApiClient } from "../../scripts/client.ts";
import { FakePlatform } from "./fake-platform.ts";
import { FakeVenue, tradeFrame } from "./fake-venue.ts";
import { KEY } from "./tapes.ts";

export class LiveBench {
  readonly venue: FakeVenue;
  readonly platform: FakePlatform;
  readonly notes: string[] = [];
  readonly lines: Record<string, unknown>[] = [];
  /** Added to the clock of the feed. */
  ahead = 0;
  readonly #stop = new AbortController();
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(venue: FakeVenue, platform: FakePlatform) {
    this.venue = venue;
    this.platform = platform;
  }

  static async start(): Promise<LiveBench> {
    return new LiveBench(await FakeVenue.start(), await FakePlatform.start());
  }

  /** Resolves when the instruments are known; rejects where the feed refuses to begin. */
  run(more: Partial<LiveFeed> = {}): Promise<void> {
    const registered = Promise.withResolvers<void>();
    const signal = this.#stop.signal;
    const running = runLive({
      ...{ tickers: ["BTCUSDT", "ETHUSDT"], hosts: this.venue.hosts, signal, random: () => 0.1 },
      client: new ApiClient(
        { url: this.platform.url, apiKey: KEY },
        { patienceMs: Number.POSITIVE_INFINITY, signal },
      ),
      note: (text) => this.notes.push(text),
      log: (fields) => this.lines.push(fields),
      onRegistered: registered.resolve,
      now: () => performance.timeOrigin + performance.now() + this.ahead,
      ...more,
    });
    running.catch(registered.reject);
    this.#ended = running.catch(() => {});
    return registered.promise;
  }

  /** The ids of the trades that the platform has taken, in the order of their arrival. */
  ids(symbol = "BINANCE:BTCUSDT"): number[] {
    return this.platform.taken
      .filter(({ tick }) => tick["symbol"] === symbol && tick["type"] === "trade")
      .map(({ tick }) => Number(tick["id"]));
  }

  events(name: string): Record<string, unknown>[] {
    return this.lines.filter(({ event }) => event === name);
  }

  /** A minute later, in which the exchange has pinged: the feed reports. */
  async minuteLater(): Promise<void> {
    const pongs = this.venue.pongs.length;
    this.ahead += 30_000;
    for (const { socket } of this.venue.links) socket.ping("x");
    await until(() => this.venue.pongs.length > pongs);
    this.ahead += 30_000;
    await until(() => this.events("report").length > 0);
  }

  async linked(count = 1): Promise<void> {
    await until(() => this.venue.links.length === count);
  }

  trades(first: number, last: number, ticker = "BTCUSDT", links = this.venue.links): void {
    for (let id = first; id <= last; id++)
      for (const link of links)
        this.venue.sendTo(link, `${ticker.toLowerCase()}@trade`, tradeFrame(ticker, id, Date.now()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the test is over"));
    await this.#ended;
    await this.venue[Symbol.asyncDispose]();
    await this.platform[Symbol.asyncDispose]();
  }
}

/** The test's own time ends it where this never comes true. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10);
}

export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
