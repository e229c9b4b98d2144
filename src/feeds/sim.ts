/**
 * A market that is made up, the same for the same seed: what happens in a step depends on (seed, symbol, step) alone, so
 * any step can be made on its own, a restart goes on with the very path it left, and its ids repeat. The caller says
 * what time step 0 is; this file reads no clock.
 */
import { MINUTE_MS } from "../domain/time.ts";
import { curve, type Noise, noise } from "./noise.ts";
import { changedLots, type SimBook, type SimTouch, simBook } from "./sim-book.ts";
import type { SimProfile } from "./sim-profiles.ts";
import type { DepthLevel, DepthTick, FeedTick, QuoteTick, TradeTick } from "./tick.ts";

/** Four steps a second look alive on a chart and cost a laptop next to nothing. */
export const SIM_STEP_MS = 250;
const STEPS_PER_MINUTE = MINUTE_MS / SIM_STEP_MS;

/** A trend turns after hours: a demonstration of minutes sees one direction, a day sees both. */
const TREND_STEPS = 4 * 60 * STEPS_PER_MINUTE;
/** Swings of two hours, ten minutes, one minute and three seconds; shorter ones are smaller, as in real markets. */
const SWINGS: readonly (readonly [steps: number, weight: number])[] = [
  [120 * STEPS_PER_MINUTE, 0.6],
  [10 * STEPS_PER_MINUTE, 0.25],
  [STEPS_PER_MINUTE, 0.11],
  [12, 0.04],
];
/** Inside the platform's late horizon of 15 minutes, and beyond it. */
const LATE_MS = { least: 10_000, inside: 10 * MINUTE_MS, beyond: 25 * MINUTE_MS } as const;
/** One late trade in five is later than the platform accepts. */
const BEYOND_SHARE = 0.2;
/** Five seconds: so long a book is broken at most. */
const SNAPSHOT_STEPS = 20;
/** A repeated trade comes again within five seconds, as after a feed's reconnect. */
const REPEAT_STEPS_MAX = 20;

export type SimStep = { readonly step: number; readonly at: number; readonly ticks: readonly FeedTick[] };
export type SimRun = {
  readonly seed: number;
  readonly profiles: readonly SimProfile[];
  /** Epoch milliseconds of step 0. */
  readonly origin: number;
  readonly firstStep: number;
  /** With the order book of each. */
  readonly depth?: boolean;
};

/** Every step from the first on, without end. */
export function* simSteps(run: SimRun): Generator<SimStep, never> {
  const { seed, profiles, origin, firstStep, depth = false } = run;
  const markets = profiles.map((profile) => new SimMarket(profile, seed, origin));
  for (let step = firstStep; ; step++) {
    const ticks = markets.flatMap((market): readonly FeedTick[] => {
      const changed = depth ? market.depthOf(step) : undefined;
      return changed === undefined ? market.ticksOf(step) : [...market.ticksOf(step), changed];
    });
    yield { step, at: origin + step * SIM_STEP_MS, ticks };
  }
}

/** One symbol. It holds no state but its noise: asking for a step changes nothing. */
export class SimMarket {
  readonly #profile: SimProfile;
  readonly #origin: number;
  readonly #noise: (name: string) => Noise;
  readonly #chance: (name: string, step: number) => number;

  constructor(profile: SimProfile, seed: number, origin: number) {
    const sources = new Map<string, Noise>();
    this.#profile = profile;
    this.#origin = origin;
    this.#noise = (name) => {
      const known = sources.get(name) ?? noise(seed, `${profile.instrument.symbol}/${name}`);
      sources.set(name, known);
      return known;
    };
    this.#chance = (name, step) => this.#noise(name)(step);
  }

  ticksOf(step: number): FeedTick[] {
    if (this.#silent(step)) return [];
    const trade = this.#tradeOf(step);
    const ticks = [this.#quoteOf(step), trade, this.#lateTradeOf(step), this.#repeatOf(step)];
    return ticks.filter((tick) => tick !== undefined);
  }

  /** What has changed in the book since the step before, and all of it now and then: who comes later, or has lost a step, goes on from there. */
  depthOf(step: number): DepthTick | undefined {
    if (this.#silent(step)) return undefined;
    const { symbol } = this.#profile.instrument;
    const told = { type: "depth", symbol, ts: this.#timeOf(step), lastSeq: step } as const;
    const { bids, asks } = this.#bookOf(step);
    if (step % SNAPSHOT_STEPS === 0 || this.#silent(step - 1))
      return { ...told, snapshot: true, bids: this.#levels(bids), asks: this.#levels(asks) };
    const before = this.#bookOf(step - 1);
    const changed = (side: "bids" | "asks", now: SimBook["bids"]) =>
      this.#levels(changedLots(before[side], now));
    return { ...told, firstSeq: step, bids: changed("bids", bids), asks: changed("asks", asks) };
  }

  #bookOf(step: number): SimBook {
    const { sizeMax, instrument } = this.#profile;
    const at = this.#noise("depth");
    const chance = (price: number, period: number): number => at(price * 2 ** 16 + (period % 2 ** 16));
    return simBook(this.#touchAt(step), step, sizeMax / Number(instrument["lotSize"]), chance);
  }

  #levels(lots: Iterable<readonly [price: number, lots: number]>): readonly DepthLevel[] {
    const { priceDecimals, sizeDecimals, instrument } = this.#profile;
    const lot = Number(instrument["lotSize"]);
    return [...lots].map(([price, count]) => [
      (price / 10 ** priceDecimals).toFixed(priceDecimals),
      (count * lot).toFixed(sizeDecimals),
    ]);
  }

  #silent(step: number): boolean {
    return this.#chance("silent", Math.floor(step / STEPS_PER_MINUTE)) < this.#profile.silentShare;
  }

  /** The price between bid and ask. It is a function of the step alone: no walk has to be walked from step 0. */
  mid(step: number): number {
    const { basePrice, trend, trendPhase, volatility } = this.#profile;
    const cycle = step / TREND_STEPS + trendPhase;
    const carried = trend * (Math.abs((cycle - Math.floor(cycle)) * 2 - 1) - 0.5);
    let swing = 0;
    for (const [steps, weight] of SWINGS)
      swing += weight * curve(this.#noise(`swing-${steps}`), step / steps);
    return basePrice * Math.exp(carried + volatility * swing);
  }

  // A quote is sent only when it changed, as venues do.
  #quoteOf(step: number): QuoteTick | undefined {
    const quote = this.#bestAt(step);
    const before = this.#bestAt(step - 1);
    const changed =
      quote.bid !== before.bid || quote.ask !== before.ask || this.#chance("refresh", step) < 0.1;
    if (!changed) return undefined;
    const { symbol } = this.#profile.instrument;
    return {
      ...{ type: "quote", symbol, ts: this.#timeOf(step) },
      ...{ bid: quote.bid, bidSize: this.#sizeOf("bid-size", step) },
      ...{ ask: quote.ask, askSize: this.#sizeOf("ask-size", step), seq: step },
    };
  }

  #bestAt(step: number): { readonly bid: string; readonly ask: string } {
    const { priceDecimals } = this.#profile;
    const { bid, ask } = this.#touchAt(step);
    const text = (price: number): string => (price / 10 ** priceDecimals).toFixed(priceDecimals);
    return { bid: text(bid), ask: text(ask) };
  }

  /** Integers at the decimals of prices. */
  #touchAt(step: number): SimTouch {
    const { priceDecimals, spreadBps } = this.#profile;
    const scale = 10 ** priceDecimals;
    const mid = this.mid(step);
    const half = (mid * spreadBps) / 20_000;
    const bid = Math.max(1, Math.floor((mid - half) * scale));
    const ask = Math.max(bid + 1, Math.ceil((mid + half) * scale));
    return { bid, ask };
  }

  #tradeOf(step: number): TradeTick | undefined {
    return this.#chance("trade", step) < this.#profile.tradeShare ? this.#trade(step, `${step}`) : undefined;
  }

  #trade(step: number, id: string): TradeTick {
    const { bid, ask } = this.#bestAt(step);
    const price = this.#chance("side", step) < 0.5 ? bid : ask;
    const { symbol } = this.#profile.instrument;
    return { type: "trade", symbol, ts: this.#timeOf(step), price, size: this.#sizeOf("size", step), id };
  }

  // Its own id: it is a trade that nobody has told of yet, at the price that held when it happened.
  #lateTradeOf(step: number): TradeTick | undefined {
    if (this.#chance("late", step) >= this.#profile.lateShare) return undefined;
    const beyond = this.#chance("beyond", step) < BEYOND_SHARE;
    const [least, most] = beyond ? [LATE_MS.beyond, 2 * LATE_MS.beyond] : [LATE_MS.least, LATE_MS.inside];
    const late = least + this.#chance("lateness", step) * (most - least);
    const happened = step - Math.ceil(late / SIM_STEP_MS);
    return this.#silent(happened) ? undefined : this.#trade(happened, `${step}-late`);
  }

  // The very trade of an earlier step, id and all.
  #repeatOf(step: number): TradeTick | undefined {
    if (this.#chance("repeat", step) >= this.#profile.repeatShare) return undefined;
    const earlier = step - 1 - Math.floor(this.#chance("repeated", step) * REPEAT_STEPS_MAX);
    return this.#silent(earlier) ? undefined : this.#tradeOf(earlier);
  }

  // Small trades are common and large ones rare: the cube of an even chance.
  #sizeOf(name: string, step: number): string {
    const { sizeDecimals, sizeMax, instrument } = this.#profile;
    const lot = Number(instrument["lotSize"]);
    const lots = 1 + Math.floor(this.#chance(name, step) ** 3 * (sizeMax / lot));
    return (lots * lot).toFixed(sizeDecimals);
  }

  #timeOf(step: number): number {
    return this.#origin + step * SIM_STEP_MS;
  }
}
