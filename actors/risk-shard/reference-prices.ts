/**
 * Instruments and prices, as the symbols tell them. A symbol that is not met yet is fetched and subscribed before its order is queued;
 * from then on its hub sends every change.
 */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Liquidity } from "../../src/domain/liquidity.ts";
import type { PreviousClose } from "../../src/domain/past-price.ts";
import { markTime, type PriceMark } from "../../src/domain/price.ts";
import type { ActorPorts } from "../../src/ports.ts";
import type { Split } from "../../src/quant/money/entry.ts";
import { priceHubOf } from "../price-hub/address.ts";
import type { PriceBatch, SnapshotWants, SubscriberName } from "../price-hub/messages.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { ifWithin } from "../runtime/within.ts";
import { learnInstrument } from "./book-sums.ts";
import { MEETINGS_MAX, SYMBOLS_MAX } from "./capacity.ts";
import { rankDays } from "./days-book.ts";
import { fxEntries } from "./fx.ts";
import { remark } from "./marking.ts";
import { inNewShares, markAfter, splitsOf } from "./new-shares.ts";
import { followRange, lacksRange, learnRange, windowsOf } from "./price-ranges.ts";
import {
  followReturns,
  forgetReturns,
  isUnasked,
  lackingReturns,
  lacksReturns,
  learnReturns,
  wantedReturns,
} from "./return-book.ts";
import type { RiskState } from "./state.ts";
import { usedSymbols } from "./used-symbols.ts";
import { recountWorking } from "./working-values.ts";

/** What an order waits for its symbol at the most: then it is decided on what is known. */
export const MEETING_MS_MAX = 1_000;
/** A call that has not been answered by then may never be: the next order asks anew. A cold object is there in a second. */
const MEETING_OVER_MS = 5_000;
/** A price of this age is asked for again: half of what makes it stale. A hub that lost us is found out in that way. */
const QUIET_MS = 30_000;
/** A symbol that had nothing new, or could not be reached, is not asked more often than this. */
const ASK_AGAIN_MS = 1_000;

export type ReferenceOptions = {
  readonly state: RiskState;
  readonly subscriber: SubscriberName;
  readonly actors: Pick<ActorPorts, "symbol" | "priceHub" | "instrumentDirectory">;
  readonly clock: Clock;
  /** Reference data was learned, changed or forgotten: it is written with the next group. */
  readonly noteInstrument: (symbol: Symbol) => void;
};

export class ReferencePrices {
  readonly #options: ReferenceOptions;
  /** When each symbol was last asked, since the load. */
  readonly #met = new Map<Symbol, number>();
  readonly #meetings = new Map<Symbol, Promise<void>>();
  /** Held or worked without having been met since the load. */
  readonly #held: Set<Symbol>;
  #heldAskedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ReferenceOptions) {
    this.#options = options;
    const { symbolLines, account } = options.state;
    this.#held = new Set([...symbolLines.keys(), ...fxEntries(account).map(([, symbol]) => symbol)]);
  }

  get metCount(): number {
    return this.#met.size;
  }

  get heldCount(): number {
    return this.#held.size;
  }

  get meetingCount(): number {
    return this.#meetings.size;
  }

  /** Those of an order's symbols that nothing, or nothing new, is known of; with held ones that have no price yet. */
  unmet(symbols: readonly Symbol[]): Symbol[] {
    const now = this.#options.clock.now();
    const lacking = lackingReturns(this.#options.state, now, (symbol) => this.#meetings.has(symbol));
    const related = [...this.#withRates(symbols), ...lacking];
    const wanted = related.filter((symbol) => this.#isWanted(symbol, now));
    return this.#held.size === 0 ? [...new Set(wanted)] : [...new Set([...wanted, ...this.#heldUnmet(now)])];
  }

  /** Ends when each of them has been met or could not be, and after a second at the latest. Never throws. */
  async meet(envelope: Envelope, symbols: readonly Symbol[]): Promise<void> {
    if (symbols.some((symbol) => this.#held.has(symbol))) this.#heldAskedAt = this.#options.clock.now();
    const fresh = symbols.filter((symbol) => !this.#meetings.has(symbol));
    const admitted = fresh.slice(0, Math.max(0, MEETINGS_MAX - this.#meetings.size));
    if (admitted.length > 0) {
      const meeting = ifWithin(this.#fetch(envelope, admitted), MEETING_OVER_MS).then(() => {
        for (const symbol of admitted) this.#meetings.delete(symbol);
      });
      for (const symbol of admitted) this.#meetings.set(symbol, meeting);
    }
    const pending = new Set(symbols.flatMap((symbol) => this.#meetings.get(symbol) ?? []));
    await ifWithin(Promise.all(pending), MEETING_MS_MAX);
  }

  /** Something was booked in it: without a price of it the book's sums say too little. */
  follow(symbol: Symbol): void {
    if (this.#met.has(symbol) || this.#held.has(symbol)) return;
    this.#held.add(symbol);
    // That others were asked for just now is no reason for this one to wait.
    this.#heldAskedAt = Number.NEGATIVE_INFINITY;
  }

  /** True where reference data changed, which has to be written. */
  take(envelope: Envelope, batch: PriceBatch): boolean {
    let learned = false;
    const strays: Symbol[] = [];
    for (const update of batch.updates) {
      const { symbol, mark, instrument, liquidity, previousClose } = update;
      if (instrument !== undefined && this.#isOurs(symbol)) learned = this.#learn(instrument) || learned;
      if (this.#options.state.instruments.has(symbol)) {
        this.#mark(symbol, mark);
        this.#rate(symbol, liquidity);
        this.#closed(symbol, previousClose);
        followRange(this.#options.state, update, this.#options.clock.now());
        followReturns(this.#options.state, symbol, update.returns);
      } else if (!this.#meetings.has(symbol)) strays.push(symbol);
    }
    if (strays.length > 0) this.#unsubscribe(envelope, batch.hub, strays);
    return learned;
  }

  /** What trades in another currency is worth what its symbol says, too; of what is not known yet it may be any of them. */
  #withRates(symbols: readonly Symbol[]): readonly Symbol[] {
    const { account, instruments } = this.#options.state;
    const { fx } = account ?? {};
    if (fx === undefined) return symbols;
    const rates = symbols.flatMap((symbol) => {
      const instrument = instruments.get(symbol);
      return instrument === undefined ? Object.values(fx) : (fx[instrument.currency] ?? []);
    });
    return [...symbols, ...rates];
  }

  #isOurs(symbol: Symbol): boolean {
    return this.#options.state.instruments.has(symbol) || this.#meetings.has(symbol);
  }

  #isWanted(symbol: Symbol, now: number): boolean {
    const askedAt = this.#met.get(symbol);
    if (askedAt === undefined || isUnasked(this.#options.state, symbol)) return true;
    if (now - askedAt < ASK_AGAIN_MS) return false;
    if (lacksRange(this.#options.state, symbol) || lacksReturns(this.#options.state, symbol)) return true;
    const mark = this.#options.state.marks.get(symbol);
    const at = mark === undefined ? undefined : markTime(mark);
    return at === undefined || now - at > QUIET_MS;
  }

  /** All of them now and then; in between those that are on their way, so that who comes later waits for them too. */
  #heldUnmet(now: number): Symbol[] {
    const isDue = now - this.#heldAskedAt >= ASK_AGAIN_MS;
    return [...this.#held].filter((symbol) => isDue || this.#meetings.has(symbol));
  }

  /** Existence comes first: an object's storage comes into being when it is first called. */
  async #fetch(envelope: Envelope, symbols: readonly Symbol[]): Promise<void> {
    const existing = await this.#existing(envelope, symbols);
    const hubs = Map.groupBy(existing, priceHubOf);
    await Promise.all([...hubs].map(([hub, members]) => this.#fetchThrough(envelope, hub, members)));
  }

  async #existing(envelope: Envelope, symbols: readonly Symbol[]): Promise<Symbol[]> {
    const { state, actors } = this.#options;
    const unknown = symbols.filter((symbol) => !state.instruments.has(symbol));
    if (unknown.length === 0) return [...symbols];
    const reply = await settled(actors.instrumentDirectory().known(envelope, unknown));
    const found = new Set<string>(reply?.ok === true ? reply.value : []);
    return symbols.filter((symbol) => state.instruments.has(symbol) || found.has(symbol));
  }

  /** Subscribed before it is asked: what changes in between comes through the hub, and is newer. */
  async #fetchThrough(envelope: Envelope, hub: string, symbols: readonly Symbol[]): Promise<void> {
    const { actors, subscriber } = this.#options;
    const reply = await settled(actors.priceHub(hub).subscribe(envelope, subscriber, symbols));
    if (reply?.ok !== true) return;
    await Promise.all(symbols.map((symbol) => this.#fetchOne(envelope, symbol)));
  }

  async #fetchOne(envelope: Envelope, symbol: Symbol): Promise<void> {
    const { actors, state, clock } = this.#options;
    const reply = await settled(actors.symbol(symbol).snapshot(envelope, wantedOf(state)));
    if (reply?.ok !== true) return;
    const { instrument, mark, liquidity, previousClose } = reply.value;
    this.#learn(instrument);
    if (!state.instruments.has(symbol)) return;
    this.#mark(symbol, mark);
    this.#rate(symbol, liquidity);
    this.#closed(symbol, previousClose);
    learnRange(state, symbol, reply.value, clock.now());
    learnReturns(state, symbol, reply.value.returns);
    this.#met.set(symbol, clock.now());
    this.#held.delete(symbol);
  }

  /** False where nothing is new, or where no symbol can leave for a further one. */
  #learn(instrument: Instrument): boolean {
    const { state, noteInstrument } = this.#options;
    const { symbol, version } = instrument;
    const known = state.instruments.get(symbol);
    if (known !== undefined && known.version >= version) return false;
    if (known === undefined && state.instruments.size >= SYMBOLS_MAX && !this.#forgetIdle()) return false;
    learnInstrument(state, instrument);
    noteInstrument(symbol);
    remark(state, symbol);
    if (known !== undefined) recountWorking(state);
    return true;
  }

  #mark(symbol: Symbol, mark: PriceMark): void {
    const { state } = this.#options;
    const known = state.marks.get(symbol);
    if (known !== undefined && !isNewer(mark, known)) return;
    state.marks.set(symbol, inNewShares(mark, splitsOf(state, symbol)));
    remark(state, symbol);
  }

  /** After a split was booked or taken back: until a new share has traded, the mark says what the old price comes to. */
  splitSince(symbol: Symbol, before: readonly Split[]): void {
    const { state } = this.#options;
    const mark = state.marks.get(symbol);
    if (mark === undefined) return;
    state.marks.set(symbol, markAfter(mark, before, splitsOf(state, symbol)));
    state.ranges.delete(symbol);
    remark(state, symbol);
  }

  /** An older version never replaces a newer one. */
  #rate(symbol: Symbol, liquidity: Liquidity | undefined): void {
    const { state } = this.#options;
    if (liquidity === undefined || liquidity.version < (state.liquidity.get(symbol)?.version ?? 0)) return;
    state.liquidity.set(symbol, liquidity);
    rankDays(state, state.sums.days, symbol, state.symbolLines.get(symbol));
  }

  /** Of a later day, or of the same one as it is known by now. A day that begins with a split has another range, too. */
  #closed(symbol: Symbol, close: PreviousClose | undefined): void {
    const { previousCloses, ranges } = this.#options.state;
    const known = previousCloses.get(symbol);
    if (close === undefined || (known !== undefined && known.version > close.version)) return;
    if (close.rescaled === true && known?.rescaled !== true) ranges.delete(symbol);
    previousCloses.set(symbol, close);
  }

  /** The symbol that was met first and is neither held, worked nor a leg. Its hub is told when it sends the next price. */
  #forgetIdle(): boolean {
    const { state, noteInstrument } = this.#options;
    const used = usedSymbols(state);
    for (const symbol of state.instruments.keys()) {
      if (used.has(symbol) || this.#meetings.has(symbol)) continue;
      state.instruments.delete(symbol);
      state.marks.delete(symbol);
      state.liquidity.delete(symbol);
      state.previousCloses.delete(symbol);
      state.ranges.delete(symbol);
      forgetReturns(state, symbol);
      this.#met.delete(symbol);
      noteInstrument(symbol);
      return true;
    }
    return false;
  }

  #unsubscribe(envelope: Envelope, hub: string, symbols: readonly Symbol[]): void {
    const { actors, subscriber } = this.#options;
    void settled(actors.priceHub(hub).unsubscribe(envelope, subscriber, symbols));
  }
}

/** What limits need of the past beside what every snapshot tells. */
function wantedOf(state: RiskState): SnapshotWants | undefined {
  const returns = wantedReturns(state);
  const isRanged = windowsOf(state.limits.limits).length > 0;
  if (returns === undefined && !isRanged) return undefined;
  return { ...(isRanged ? { recent: true } : {}), ...(returns === undefined ? {} : { returns }) };
}

/** By the count of changes of the last price, then by the times of quote and trade; the later arrival wins a tie. */
function isNewer(mark: PriceMark, known: PriceMark): boolean {
  if (mark.lastChanges !== known.lastChanges) return mark.lastChanges > known.lastChanges;
  if (mark.quoteTs !== known.quoteTs) return (mark.quoteTs ?? 0) > (known.quoteTs ?? 0);
  return (mark.lastTs ?? 0) >= (known.lastTs ?? 0);
}

/** Undefined where the call failed: who decides goes on with what is known. */
const settled = <Value>(call: Promise<Value>): Promise<Value | undefined> => call.catch(() => undefined);
