/**
 * `--feed binance:SYMBOLS`: follows the exchange's public streams and hands every trade, best quote and change of the book to the platform,
 * with a snapshot of each book that the platform wants.
 * What could not be had is told with its symbol and its time: to the platform, whose ledger keeps it, and with its trade ids in the terminal
 * and as a line of the log.
 */

import { Unreachable } from "../../src/client/refused.ts";
import { binanceLive, SHUTDOWN_NOTICE, type VenueTime } from "../../src/feeds/binance.ts";
import { streamPath } from "../../src/feeds/binance-symbols.ts";
import { OVERLAP_MS } from "../../src/feeds/link-plan.ts";
import type { FeedTick, TapeEntry } from "../../src/feeds/tick.ts";
import { TickBuffer } from "../../src/feeds/tick-buffer.ts";
import { gapTick, type TradeGap, TradeGaps } from "../../src/feeds/trade-gaps.ts";
import { pause } from "../client.ts";
import { BATCH_TICKS_MAX, TickPoster } from "../replay/tick-poster.ts";
import { countIn, emptyTotals, type Totals } from "../replay/totals.ts";
import { emptyFaults, gapText, leftOutText, reportText } from "./feed-report.ts";
import { Links } from "./links.ts";
import { type Registering, registerSymbols } from "./register.ts";
import { Snapshots } from "./snapshots.ts";

/** Its client should never give up: what waits meanwhile is this feed's matter. */
export type LiveFeed = Registering & {
  /** One JSON object for each thing that an operator may look for later. */
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
  readonly onRegistered: () => void;
  /** A steady clock in epoch milliseconds. */
  readonly now?: () => number;
  readonly random?: () => number;
  readonly bufferMax?: number;
};

const SOURCE = "binance";
/** Twenty requests a second follow a market closely enough, and cost little while it is quiet. */
const SLICE_MS = 50;
/** A lost connection is noticed, and the next one tried, within this. */
const WATCH_MS = 100;
const REPORT_EVERY_MS = 60_000;
/** Both connections of an overlap have long said what they know of a trade. */
const SETTLED_MS = OVERLAP_MS + 5_000;

/** The machine's clock may be set while we run; this one only goes on. */
const steadyNow = (): number => performance.timeOrigin + performance.now();

/** Runs until the signal. */
export async function runLive(feed: LiveFeed): Promise<never> {
  const { now = steadyNow } = feed;
  const at = await registerSymbols(feed);
  feed.onRegistered();
  // Heard some time ago: what is added to it from now on is too little rather than too much.
  const run = new LiveRun(feed, at === undefined ? undefined : { at, heardAt: now() });
  const watch = setInterval(() => run.watch(), WATCH_MS);
  try {
    return await run.post();
  } finally {
    clearInterval(watch);
    run.end();
  }
}

class LiveRun {
  readonly #feed: LiveFeed;
  readonly #now: () => number;
  readonly #links: Links;
  readonly #parse: ReturnType<typeof binanceLive>;
  readonly #gaps = new TradeGaps();
  readonly #buffer: TickBuffer;
  readonly #totals: Totals = emptyTotals();
  readonly #faults = emptyFaults();
  readonly #poster: TickPoster;
  readonly #snapshots: Snapshots;
  #reportAt: number;

  constructor(feed: LiveFeed, venueTime: VenueTime | undefined) {
    const { client, signal, hosts, tickers, now = steadyNow, random = Math.random } = feed;
    this.#feed = feed;
    this.#now = now;
    this.#parse = binanceLive(venueTime);
    this.#buffer = new TickBuffer(feed.bufferMax);
    const onWanted = (symbol: string) => this.#snapshots.want(symbol);
    this.#poster = new TickPoster({ client, signal, totals: this.#totals, source: SOURCE, onWanted });
    this.#snapshots = new Snapshots({
      ...{ rest: hosts.rest, signal, now },
      take: (tick) => this.#buffer.add(tick),
      note: (event, symbol, text) => this.#say({ event, symbol }, `${symbol}: ${text}.`),
    });
    this.#reportAt = now() + REPORT_EVERY_MS;
    this.#links = new Links({
      ...{ url: `${hosts.stream}${streamPath(tickers)}`, now, random },
      frame: (text, link) => this.#hear(text, link),
      note: (event, text) => this.#say({ event }, text),
    });
  }

  /** Batches follow one another; what comes meanwhile waits in the buffer. */
  async post(): Promise<never> {
    for (;;) {
      const batch = this.#buffer.take(BATCH_TICKS_MAX);
      if (batch.length > 0) await this.#postAll(batch);
      if (batch.length < BATCH_TICKS_MAX) await pause(SLICE_MS, this.#feed.signal);
    }
  }

  watch(): void {
    this.#links.poll();
    this.#snapshots.poll();
    // A hole that another connection may still fill is no gap yet.
    this.#tell(
      this.#gaps.noticedUntil(this.#now() - (this.#links.open > 1 ? SETTLED_MS : 0)),
      "not received",
    );
    this.#tellLeftOut();
    if (this.#now() < this.#reportAt) return;
    this.#reportAt = this.#now() + REPORT_EVERY_MS;
    const faults = { ...this.#faults, connectionsLost: this.#links.lost };
    this.#say({ event: "report", ...this.#totals, ...faults }, reportText(this.#totals, faults));
  }

  end(): void {
    this.#links.closeAll();
    this.#tell(this.#gaps.noticedUntil(Number.POSITIVE_INFINITY), "not received");
  }

  // An actor that stays overloaded for minutes is no reason to lose what it was to have.
  async #postAll(batch: readonly FeedTick[]): Promise<void> {
    for (;;) {
      try {
        return await this.#poster.post(batch);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        this.#say({ event: "platform-away" }, `${error.message}; ${this.#buffer.size} ticks wait.`);
      }
    }
  }

  #hear(text: string, link: number): void {
    const entry = this.#parse(text, this.#now());
    this.#faults.frames += 1;
    if (entry.kind === "tick") this.#take(entry.tick);
    else this.#skip(entry, text, link);
  }

  #take(tick: FeedTick): void {
    if (tick.type === "trade") {
      const { symbol, ts } = tick;
      if (this.#gaps.hear({ symbol, ts, id: Number(tick.id) }, this.#now()) === "repeat")
        this.#faults.repeats += 1;
    }
    if (tick.type === "depth") this.#snapshots.heard(tick);
    // A repeat is handed on as well: the platform knows it by its id, whatever we remember.
    this.#buffer.add(tick);
  }

  #skip(entry: TapeEntry, text: string, link: number): void {
    if (entry.kind !== "ignored" && entry.kind !== "malformed") return;
    if (entry.kind === "malformed") {
      this.#faults.malformed += 1;
      const first = this.#totals.skipped[entry.why] === undefined;
      if (first) this.#feed.log({ event: "malformed", why: entry.why, frame: text.slice(0, 200) });
    }
    countIn(this.#totals.skipped, entry.why);
    if (entry.why !== SHUTDOWN_NOTICE) return;
    this.#links.announced(link);
    this.#say({ event: "shutdown-announced" }, "the exchange will cut this connection; a new one is opened.");
  }

  #tellLeftOut(): void {
    const { quotes, depths, trades } = this.#buffer.takeLeftOut();
    if (quotes + depths > 0) {
      this.#faults.quotesLeftOut += quotes;
      this.#faults.depthsLeftOut += depths;
      this.#say({ event: "quotes-left-out", quotes, depths }, leftOutText(quotes, depths));
    }
    this.#tell(trades, "left out: the platform is behind and the buffer is full");
  }

  #tell(gaps: readonly TradeGap[], why: string): void {
    for (const gap of gaps) {
      this.#faults.gaps += 1;
      this.#faults.missing += gap.missing;
      this.#buffer.tell(gapTick(gap, why));
      this.#say({ event: "gap", why, ...gap }, gapText(gap, why));
    }
  }

  #say(fields: Readonly<Record<string, unknown>>, text: string): void {
    this.#feed.note(`Binance: ${text}`);
    this.#feed.log(fields);
  }
}
