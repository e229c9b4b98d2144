/**
 * Candles wider than a minute on a socket: as they form, once a group and where they say something else; when their span is over; and when
 * a minute of theirs is said again. Nothing is folded while nobody watches.
 */
import { bucketStart, MINUTE_MS } from "../../src/domain/time.ts";
import { type CandleSpan, WIDE_WIDTHS, type WideWidth } from "../../src/quant/m2m/widths.ts";
import type { Sockets } from "../runtime/sockets.ts";
import type { TopicSource } from "../runtime/streams/topic.ts";
import { type Candle, candleText } from "./candle.ts";
import { FORMING_TOLD_MAX } from "./limits.ts";
import type { StrategyState } from "./state.ts";
import { type MinuteRows, spansOf, wideCandle, wideCandles } from "./wide.ts";

type Minutes = MinuteRows & { candlesBetween(from: number, to: number): Candle[] };
/** Minutes of a span that are folded for good, up to `through`. */
type Settled = { readonly start: number; readonly through: number; readonly minutes: readonly Candle[] };
type Told = {
  readonly topic: string;
  readonly width: WideWidth;
  /** What was told last of each span that forms, by its start. */
  readonly forming: Map<number, string>;
  /** Starts of spans of which a minute was said in this turn. */
  readonly said: Set<number>;
  settled: Settled | undefined;
};

const NOTHING = "null";

export class WideTopics {
  readonly #minutes: Minutes;
  readonly #sockets: Pick<Sockets, "watches" | "publish">;
  readonly #forming: () => readonly Candle[];
  readonly #widths: readonly Told[];

  /** `forming`: the newest minutes that are not final. */
  constructor(
    strategy: string,
    minutes: Minutes,
    sockets: Pick<Sockets, "watches" | "publish">,
    forming: () => readonly Candle[],
  ) {
    this.#minutes = minutes;
    this.#sockets = sockets;
    this.#forming = forming;
    this.#widths = WIDE_WIDTHS.map((width) => ({
      ...{ topic: `m2m.${width}.${strategy}`, width, settled: undefined },
      ...{ forming: new Map(), said: new Set() },
    }));
  }

  get formingCount(): number {
    return this.#widths.reduce((sum, { forming }) => sum + forming.size, 0);
  }

  topicOf(topic: string): TopicSource | undefined {
    const told = this.#widths.find((one) => one.topic === topic);
    return told === undefined ? undefined : { topic, snapshot: () => this.#snapshot(told) };
  }

  /** After a load: what stands was told before it. */
  resume(): void {
    for (const told of this.#watched())
      for (const start of this.#startsOf(told)) told.forming.set(start, this.#textOf(told, start) ?? NOTHING);
  }

  /** A minute that was said. */
  closed(candle: Candle): void {
    for (const told of this.#watched()) {
      told.said.add(this.#spanAt(told.width, candle.start).start);
      if (told.settled !== undefined && candle.start < told.settled.through) told.settled = undefined;
    }
  }

  /** In each turn that changed something. */
  changed(): void {
    for (const told of this.#watched()) this.#tell(told);
  }

  #tell(told: Told): void {
    const { finalThrough } = this.#minutes.state;
    const starts = new Set([...told.forming.keys(), ...told.said, ...this.#startsOf(told)]);
    told.said.clear();
    for (const start of [...starts].sort((one, other) => one - other)) {
      const isOver = this.#spanAt(told.width, start).end <= finalThrough;
      if (isOver) this.#tellOver(told, start);
      else this.#sockets.publish(told.topic, "bar", () => this.#changedForming(told, start), String(start));
    }
    for (const start of [...told.forming.keys()].slice(0, -FORMING_TOLD_MAX)) told.forming.delete(start);
  }

  /** Under the key of its forming one, so that a group which ends it tells the end alone. */
  #tellOver(told: Told, start: number): void {
    told.forming.delete(start);
    const candle = this.#candleAt(told, start);
    if (candle === undefined) return;
    const type = candle.state === "revised" ? "rev" : "bar";
    this.#sockets.publish(told.topic, type, candleText(candle), String(start));
  }

  #changedForming(told: Told, start: number): string | undefined {
    const text = this.#textOf(told, start);
    if (text === undefined || told.forming.get(start) === text) return undefined;
    told.forming.set(start, text);
    return text;
  }

  #textOf(told: Told, start: number): string | undefined {
    const candle = this.#candleAt(told, start);
    return candle === undefined ? undefined : candleText(candle);
  }

  /** A snapshot may show what was told to nobody, so the next is told whatever it is. */
  #snapshot(told: Told): string {
    told.forming.clear();
    const { candles } = wideCandles(this.#minutes, told.width, { limit: 1 }, this.#forming());
    return candles.at(-1) ?? NOTHING;
  }

  /** Spans of the minutes that form. */
  #startsOf({ width }: Told): number[] {
    return [...new Set(this.#forming().map(({ start }) => this.#spanAt(width, start).start))];
  }

  #candleAt(told: Told, start: number): Candle | undefined {
    const { state } = this.#minutes;
    const { end } = this.#spanAt(told.width, start);
    const settled = this.#settledOf(told, start, end);
    const from = Math.max(start, settled.through);
    const newest = [...[...state.closed.values()], ...this.#forming()]
      .filter((minute) => minute.start >= from && minute.start < end)
      .sort((one, other) => one.start - other.start);
    return wideCandle([...settled.minutes, ...newest], start, end, state.finalThrough);
  }

  /** Folded into one candle, and kept while its span is the newest: a day is not read again with each price. */
  #settledOf(told: Told, start: number, end: number): Settled {
    const { state } = this.#minutes;
    const through = Math.min(end, Math.max(start, bucketStart(state.timeline.floor?.ts ?? 0, MINUTE_MS)));
    const known = told.settled?.start === start ? told.settled : { start, through: start, minutes: [] };
    if (known.through >= through) return known;
    const more = this.#minutes.candlesBetween(known.through, through - 1);
    const folded = wideCandle([...known.minutes, ...more], start, end, state.finalThrough);
    // As it stands in its own minutes: whether its span is over is not theirs to say.
    const minutes =
      folded === undefined ? [] : [{ ...folded, state: folded.rev > 0 ? "revised" : "final" } as const];
    const settled = { start, through, minutes };
    if (told.settled === undefined || start >= told.settled.start) told.settled = settled;
    return settled;
  }

  #watched(): Told[] {
    return this.#widths.filter(({ topic }) => this.#sockets.watches(topic));
  }

  #spanAt(width: WideWidth, at: number): CandleSpan {
    return spansOf(this.#minutes.state as StrategyState).of(width, at);
  }
}
