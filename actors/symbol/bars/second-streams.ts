/** What a symbol tells of its seconds, `bars.1S.<symbol>` and `bars.5S.<symbol>`, to those who watch them. They close with the next turn, whatever causes it. */
import { SECOND_RESOLUTIONS, type SecondResolution } from "../../../src/domain/bar.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { bucketStart } from "../../../src/domain/time.ts";
import type { Sockets, TopicSource } from "../../runtime/sockets.ts";
import type { Changes } from "../changes.ts";
import type { SymbolEvent } from "../events.ts";
import { SECONDS_PER_TURN_MAX } from "../limits.ts";
import type { TradeLog } from "../log/trade-log.ts";
import type { SymbolState } from "../state.ts";
import { type Bar, isPriced } from "./bars.ts";
import { isClosed } from "./closing.ts";
import { SECOND_WIDTHS, secondsIn, secondsPage, secondText } from "./seconds.ts";

type Topic = { readonly name: string; readonly resolution: SecondResolution; readonly widthMs: number };
type Log = Pick<TradeLog, "entries" | "reach" | "newestTs">;

export class SecondStreams {
  readonly #state: SymbolState;
  readonly #sockets: Pick<Sockets, "watches" | "publish" | "leaveOut">;
  readonly #log: Log;
  readonly #topics: readonly Topic[];
  /** Seconds that ended by then have been told as final. */
  #closedUntil: number;

  constructor(state: SymbolState, sockets: Pick<Sockets, "watches" | "publish" | "leaveOut">, log: Log) {
    this.#state = state;
    this.#sockets = sockets;
    this.#log = log;
    this.#closedUntil = state.closedUntil;
    this.#topics = SECOND_RESOLUTIONS.map((resolution) => {
      return { name: `bars.${resolution}.${state.symbol}`, resolution, widthMs: SECOND_WIDTHS[resolution] };
    });
  }

  /** Of the turn, whose lines are in the log; what nobody watches is not built. */
  tell(
    events: readonly SymbolEvent[],
    { amended, foldedTrades, gaps }: Changes,
    instrument: Instrument,
  ): void {
    const taken = [...events, ...foldedTrades];
    const before = this.#closedUntil;
    this.#closedUntil = this.#state.closedUntil;
    for (const topic of this.#topics) {
      if (!this.#sockets.watches(topic.name)) continue;
      for (const gap of gaps) this.#sockets.publish(topic.name, "gap", JSON.stringify(gap));
      const touched = new Map<number, number>();
      for (const event of taken)
        if (event.kind === "trade-taken") touched.set(bucketStart(event.ts, topic.widthMs), event.price);
      for (const { trade } of amended) touched.set(bucketStart(trade.ts, topic.widthMs), trade.price);
      if (touched.size > SECONDS_PER_TURN_MAX) this.#sockets.leaveOut(topic.name);
      else this.#tellTopic(topic, touched, before, instrument);
    }
  }

  /** Undefined where it is no topic of this kind. */
  topicOf(name: string, instrument: Instrument): TopicSource | undefined {
    const topic = this.#topics.find((one) => one.name === name);
    if (topic === undefined) return undefined;
    const range = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1 };
    const newest = () =>
      secondsPage(this.#state, this.#log, instrument, topic.resolution, range).bars.at(-1) ?? "null";
    return { topic: name, snapshot: newest };
  }

  /** Those that have closed since, and those that the turn has changed, in their order. */
  #tellTopic(
    topic: Topic,
    touched: ReadonlyMap<number, number>,
    before: number,
    instrument: Instrument,
  ): void {
    const { widthMs, name } = topic;
    const { closedUntil } = this.#state;
    const hasEnded = ({ start }: Bar): boolean => before < start + widthMs && start + widthMs <= closedUntil;
    const ended =
      before < closedUntil ? this.#read(before - widthMs, closedUntil, widthMs).filter(hasEnded) : [];
    const others = [...touched.keys()].filter((start) => !ended.some((bar) => bar.start === start));
    const changed = others.flatMap((start) => this.#read(start, start + widthMs, widthMs));
    const bars = [...ended, ...changed].sort((one, other) => one.start - other.start);
    if (bars.length > SECONDS_PER_TURN_MAX) this.#sockets.leaveOut(name);
    else for (const bar of bars) this.#tellBar(topic, withPrice(bar, touched.get(bar.start)), instrument);
  }

  #read(from: number, to: number, widthMs: number): Bar[] {
    return secondsIn(this.#log, widthMs, from, to).filter(({ start }) => from <= start && start < to);
  }

  #tellBar({ name, widthMs }: Topic, bar: Bar, instrument: Instrument): void {
    const { start, rev } = bar;
    if (!isPriced(bar) && bar.withdrawn !== true) return;
    const text = secondText(this.#state, bar, widthMs, instrument);
    const isForming = !isClosed(this.#state, { start, closesAt: start + widthMs });
    if (isForming) this.#sockets.publish(name, "bar", text, `bar ${start}`);
    else if (rev === 0) this.#sockets.publish(name, "bar", text);
    else this.#sockets.publish(name, "rev", text, `rev ${start}`);
  }
}

/** One whose trades are all cancelled is told once more, at the price of the last of them. */
function withPrice(bar: Bar, price: number | undefined): Bar {
  if (isPriced(bar) || price === undefined) return bar;
  return { ...bar, o: price, h: price, l: price, c: price, v: 0n, n: 0, pv: 0n, withdrawn: true };
}
