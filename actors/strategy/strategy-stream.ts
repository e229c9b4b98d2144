/**
 * What a strategy's socket tells: candles as they form, become final and are revised, and its profit and loss. Finals and revisions are
 * told in the turn that says them; what forms once for all turns of a group. Nothing is built while nobody watches.
 */
import { M2M_WIDTHS } from "../../src/domain/bar.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Sockets } from "../runtime/sockets.ts";
import type { TopicRefusal, TopicSource } from "../runtime/streams/topic.ts";
import type { StrategyAddress } from "./address.ts";
import { type Candle, candleText } from "./candle.ts";
import { formingCandle } from "./closing.ts";
import { M2M_RESOLUTION } from "./events.ts";
import type { MinuteFold } from "./fold.ts";
import { FORMING_TOLD_MAX } from "./limits.ts";
import { pnl } from "./profit-view.ts";
import type { StrategyStore } from "./store.ts";
import { formingCandles, formingMinutes, m2m } from "./view.ts";
import { WideTopics } from "./wide-stream.ts";

export type StreamBricks = { readonly sockets: Pick<Sockets, "watches" | "publish">; readonly clock: Clock };

const NOTHING = "null";

export class StrategyStream {
  readonly #strategy: string;
  readonly #store: StrategyStore;
  readonly #bricks: StreamBricks;
  readonly #candles: string;
  readonly #profit: string;
  readonly #wide: WideTopics;
  /** What was told last of each minute that forms, by its start, where all who listen have heard it. */
  readonly #forming = new Map<number, string>();
  /** The same of the profit. */
  #made = "";

  constructor({ strategy }: StrategyAddress, store: StrategyStore, bricks: StreamBricks) {
    this.#strategy = strategy;
    this.#store = store;
    this.#bricks = bricks;
    this.#candles = `m2m.${M2M_RESOLUTION}.${strategy}`;
    this.#profit = `pnl.${strategy}`;
    this.#wide = new WideTopics(strategy, store, bricks.sockets, () =>
      formingCandles(store.state, bricks.clock.now()),
    );
  }

  get initialTopics(): readonly string[] {
    return [this.#candles];
  }

  get formingCount(): number {
    return this.#forming.size + this.#wide.formingCount;
  }

  readonly topicOf = (topic: string): TopicSource | TopicRefusal => {
    if (topic === this.#candles) return { topic, snapshot: () => this.#candleSnapshot() };
    if (topic === this.#profit) return { topic, snapshot: () => this.#profitSnapshot() };
    const wide = this.#wide.topicOf(topic);
    if (wide !== undefined) return wide;
    return topic.startsWith("m2m.") && topic.endsWith(`.${this.#strategy}`)
      ? { code: "topic-unsupported", detail: `candles are built at ${M2M_WIDTHS.join(", ")}` }
      : { code: "topic-unknown", detail: `this stream has ${this.#candles} and ${this.#profit}` };
  };

  /** After a load: what stands was told before it. */
  resume(): void {
    if (this.#isWatched(this.#candles))
      for (const minute of this.#newestForming()) this.#forming.set(minute.start, this.#textOf(minute));
    if (this.#isWatched(this.#profit)) this.#made = this.#profitNow();
    this.#wide.resume();
  }

  closed(candle: Candle): void {
    this.#wide.closed(candle);
    if (!this.#isWatched(this.#candles)) return;
    const type = candle.state === "revised" ? "rev" : "bar";
    this.#bricks.sockets.publish(this.#candles, type, candleText(candle));
  }

  /** In each turn that changed something. */
  changed(): void {
    if (this.#isWatched(this.#candles)) this.#tellForming();
    this.#wide.changed();
    if (this.#isWatched(this.#profit))
      this.#bricks.sockets.publish(this.#profit, "delta", () => this.#changedProfit(), "profit");
  }

  /** One message for each minute; what it says is worked out at the end of the group. */
  #tellForming(): void {
    const minutes = this.#newestForming();
    const first = minutes[0]?.start ?? Infinity;
    for (const start of this.#forming.keys()) if (start < first) this.#forming.delete(start);
    for (const { start } of minutes)
      this.#bricks.sockets.publish(this.#candles, "bar", () => this.#changedForming(start), String(start));
  }

  /** Undefined where it says the same as before, or has become final in the same group. */
  #changedForming(start: number): string | undefined {
    const minute = this.#newestForming().find((one) => one.start === start);
    if (minute === undefined) return undefined;
    const text = this.#textOf(minute);
    if (this.#forming.get(start) === text) return undefined;
    this.#forming.set(start, text);
    return text;
  }

  #changedProfit(): string | undefined {
    const made = this.#profitNow();
    if (made === this.#made) return undefined;
    this.#made = made;
    return made;
  }

  #isWatched(topic: string): boolean {
    return this.#bricks.sockets.watches(topic);
  }

  #newestForming(): readonly MinuteFold[] {
    return formingMinutes(this.#store.state).slice(-FORMING_TOLD_MAX);
  }

  #textOf(minute: MinuteFold): string {
    return candleText(formingCandle(this.#store.state, minute, this.#bricks.clock.now()));
  }

  /** A snapshot may show what was told to nobody, so the next is told whatever it is: else a way back to the last one would not be. */
  #candleSnapshot(): string {
    this.#forming.clear();
    return this.#newestCandle();
  }

  #profitSnapshot(): string {
    this.#made = "";
    return this.#profitNow();
  }

  #newestCandle(): string {
    const page = m2m(this.#store, { resolution: M2M_RESOLUTION, limit: 1 }, this.#bricks.clock.now());
    return (page.ok ? page.value.candles.at(-1) : undefined) ?? NOTHING;
  }

  /** One that is closed makes nothing. */
  #profitNow(): string {
    const reply = pnl(this.#store.state, this.#strategy, "average", this.#bricks.clock.now());
    return reply.ok ? reply.value : NOTHING;
  }
}
