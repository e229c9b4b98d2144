/**
 * A symbol's news for its hub. Each commit that changed a price or the reference data is told once, in order; while the hub does not
 * answer the news gathers here, bounded. All of it is memory: after a load the first event tells the current mark, and the hub sees by
 * the change's number whether it missed one.
 *
 * A hub that says that nobody follows is told nothing more until it asks for a snapshot, as it does for whoever follows first. A snapshot
 * begins a new generation: what the hub said to a push of an earlier one may have been said before somebody followed.
 */
import type { ReturnNews, ReturnResolution } from "../../../src/domain/bar-return.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { Liquidity } from "../../../src/domain/liquidity.ts";
import type { PreviousClose } from "../../../src/domain/past-price.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { PriceChange, PriceUpdate, PushTaken } from "../../price-hub/messages.ts";
import type { ActorReply } from "../../runtime/reply.ts";
import { Telling, type TellingOptions } from "../../runtime/telling.ts";
import { WAITING_CHANGES_MAX } from "../limits.ts";
import { type UntoldBars, UntoldReturns } from "./past-returns.ts";

type Surroundings = Pick<
  TellingOptions<Push, PushTaken | null>,
  "clock" | "retryAt" | "allTold" | "later" | "randomFraction"
>;
export type PriceTellingOptions = Surroundings & {
  readonly symbol: PriceUpdate["symbol"];
  readonly current: () => {
    readonly mark: PriceMark;
    readonly instrument: Instrument | undefined;
    readonly liquidity?: Liquidity | undefined;
    readonly previousClose?: PreviousClose | undefined;
  };
  /** What bars that have closed or were revised have returned. */
  readonly returnsOf?: (untold: ReadonlyMap<ReturnResolution, UntoldBars>) => readonly ReturnNews[];
  readonly push: (update: PriceUpdate) => Promise<ActorReply<PushTaken | null>>;
};

/** What has left and was not answered yet. */
type Push = {
  readonly update: PriceUpdate;
  readonly bars: ReadonlyMap<ReturnResolution, UntoldBars>;
  readonly generation: number;
};

export class PriceTelling {
  readonly #options: PriceTellingOptions;
  readonly #telling: Telling<Push, PushTaken | null>;
  #changes: PriceChange[] = [];
  #sampled = false;
  #untold = true;
  #referenceUntold = true;
  #liquidityUntold = true;
  /** Version of the previous close that was told last: it goes with a price, and by itself with none. */
  #closeTold: number | undefined;
  readonly #untoldReturns = new UntoldReturns();
  /** After a load somebody may follow: the hub says where it is not so. */
  #isFollowed = true;
  #generation = 0;

  constructor(options: PriceTellingOptions) {
    this.#options = options;
    this.#telling = new Telling({
      ...options,
      hasNews: () => this.untold,
      // A price waits for the next one, reference data never does.
      isUrgent: () => this.#referenceUntold,
      take: () => this.#take(),
      send: ({ update }) => options.push(update),
      taken: (push, heard) => this.#taken(push, heard ?? FOLLOWED),
      failed: (push) => this.#failed(push),
    });
  }

  /** Changes that wait for the hub. */
  get waiting(): number {
    return this.#changes.length;
  }

  get untold(): boolean {
    return this.#untold || this.#referenceUntold;
  }

  /** News of a turn; told after its commit. */
  note(changes: readonly PriceChange[], reference: boolean): void {
    if (!this.#isFollowed) return;
    this.#untold = true;
    this.#referenceUntold ||= reference;
    this.#queue([...this.#changes, ...changes]);
  }

  /** Statistics of liquidity have changed: they go with what is told next, or by themselves. */
  noteLiquidity(): void {
    if (!this.#isFollowed) return;
    this.#untold = this.#liquidityUntold = true;
  }

  /** Bars have closed or were revised: what they returned goes with what is told next, or by itself. */
  noteBars(told: Parameters<UntoldReturns["note"]>[0]): void {
    if (this.#isFollowed && this.#untoldReturns.note(told)) this.#untold = true;
  }

  /** All of them may be others than were told. */
  noteRetold(): void {
    if (!this.#isFollowed) return;
    this.#untoldReturns.noteRetold();
    this.#untold = true;
  }

  /** Somebody is about to be told where the symbol stands, and may follow it from here on. */
  snapshotAsked(): void {
    this.#generation += 1;
    if (!this.#isFollowed) this.#untold = this.#referenceUntold = this.#liquidityUntold = true;
    if (!this.#isFollowed) this.#closeTold = undefined;
    this.#isFollowed = true;
  }

  /** Starts a push if there is news and none is under way. Never awaited by a command, never throws. */
  tell(): void {
    this.#telling.tell();
  }

  /** The alarm's part. */
  wake(): void {
    this.#telling.wake();
  }

  #take(): Push | undefined {
    const { symbol, current } = this.#options;
    const { mark, instrument, liquidity, previousClose } = current();
    if (instrument === undefined) return undefined;
    const [changes, sampled, reference] = [this.#changes, this.#sampled, this.#referenceUntold];
    this.#changes = [];
    const isNews = this.#liquidityUntold && liquidity !== undefined;
    const isNewClose = previousClose !== undefined && previousClose.version !== this.#closeTold;
    this.#sampled = this.#untold = this.#referenceUntold = this.#liquidityUntold = false;
    this.#closeTold = previousClose?.version;
    const bars = this.#untoldReturns.take();
    const returns = bars.size === 0 ? [] : (this.#options.returnsOf?.(bars) ?? []);
    const update = {
      ...{ symbol, mark, changes, sampled },
      ...(reference ? { instrument } : {}),
      ...(isNews ? { liquidity } : {}),
      ...(isNewClose ? { previousClose } : {}),
      ...(returns.length > 0 ? { returns } : {}),
    };
    return { update, bars, generation: this.#generation };
  }

  #taken({ generation }: Push, { followed, pauseMs }: PushTaken): number | undefined {
    if (!followed) this.#unfollowed(generation);
    return pauseMs;
  }

  #failed({ update, bars }: Push): void {
    const { changes, sampled, instrument, liquidity, previousClose } = update;
    this.#untoldReturns.putBack(bars);
    this.#untold = true;
    this.#referenceUntold ||= instrument !== undefined;
    this.#liquidityUntold ||= liquidity !== undefined;
    if (previousClose !== undefined) this.#closeTold = undefined;
    this.#sampled ||= sampled;
    this.#queue([...changes, ...this.#changes]);
  }

  /** What nobody hears is not kept. Where a snapshot was asked for meanwhile, the hub is told where the symbol stands: it has dropped that push. */
  #unfollowed(generation: number): void {
    this.#isFollowed = generation !== this.#generation;
    this.#untold = this.#referenceUntold = this.#liquidityUntold = this.#isFollowed;
    this.#closeTold = undefined;
    if (this.#isFollowed) return;
    this.#untoldReturns.take();
    this.#changes = [];
    this.#sampled = false;
  }

  /** Beyond the bound the newest stay, and the update says that some are missing. */
  #queue(changes: PriceChange[]): void {
    this.#changes = changes.slice(-WAITING_CHANGES_MAX);
    if (changes.length > WAITING_CHANGES_MAX) this.#sampled = true;
  }
}

/** What a hub of the version before means, which says nothing. */
const FOLLOWED: PushTaken = { followed: true };
