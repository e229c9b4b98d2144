/** What a symbol tells of its bars of quotes: `<side>.<width>.<symbol>`, as `bars.<width>.<symbol>` is told of trades. */
import { QUOTE_SIDES, type QuoteSide, RESOLUTIONS, type Resolution } from "../../../src/domain/bar.ts";
import type { Gap } from "../../../src/domain/gap.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { BarSpan } from "../../../src/quant/span.ts";
import type { Sockets, TopicRefusal, TopicSource } from "../../runtime/sockets.ts";
import type { BarRows } from "../bars/bar-rows.ts";
import { closedStateOf } from "../bars/bar-text.ts";
import type { MinuteBar } from "../bars/bars.ts";
import { isClosed } from "../bars/closing.ts";
import { foldOf } from "../bars/window.ts";
import type { BarChanges, ToldBar } from "../changes.ts";
import type { QuoteTrack, SymbolState } from "../state.ts";
import { quoteBarPage } from "./quote-bar-page.ts";
import { isQuotePartial, sideText } from "./quote-bar-text.ts";

type Topic = { readonly name: string; readonly side: QuoteSide; readonly resolution: Resolution };

export class QuoteStreams {
  readonly #state: SymbolState;
  readonly #sockets: Pick<Sockets, "watches" | "publish">;
  readonly #rows: Pick<BarRows, "page" | "oldest">;
  readonly #topics: readonly Topic[];

  constructor(
    state: SymbolState,
    sockets: Pick<Sockets, "watches" | "publish">,
    rows: Pick<BarRows, "page" | "oldest">,
  ) {
    this.#state = state;
    this.#sockets = sockets;
    this.#rows = rows;
    this.#topics = QUOTE_SIDES.flatMap((side) =>
      RESOLUTIONS.map((resolution) => ({ name: `${side}.${resolution}.${state.symbol}`, side, resolution })),
    );
  }

  /** Of the turn; what nobody watches is not built. */
  tell({ told, minutes }: BarChanges, instrument: Instrument): void {
    const { quotes } = this.#state;
    if (quotes === undefined || (told.size === 0 && minutes.size === 0)) return;
    for (const topic of this.#watched()) {
      for (const change of told.values())
        if (change.resolution === topic.resolution) this.#tellClosed(topic, change, instrument);
      for (const minute of minutes) this.#tellForming(topic, quotes, minute, instrument);
    }
  }

  tellGap(gap: Gap): void {
    if (gap.kind === "sequence") return;
    for (const { name } of this.#watched()) this.#sockets.publish(name, "gap", JSON.stringify(gap));
  }

  /** Undefined where it is no topic of this kind. */
  topicOf(name: string, instrument: Instrument): TopicSource | TopicRefusal | undefined {
    const topic = this.#topics.find((one) => one.name === name);
    if (topic === undefined) return undefined;
    if (this.#state.quotes === undefined)
      return { code: "topic-unsupported", detail: "no bars are built of this instrument's quotes" };
    const { side, resolution } = topic;
    const newest = (): string => {
      const page = quoteBarPage(this.#state, this.#rows, instrument, { side, resolution, limit: 1 });
      return (page.ok ? page.value.bars.at(-1) : undefined) ?? "null";
    };
    return { topic: name, snapshot: newest };
  }

  #watched(): readonly Topic[] {
    return this.#state.quotes === undefined
      ? []
      : this.#topics.filter(({ name }) => this.#sockets.watches(name));
  }

  #tellClosed({ name, side }: Topic, { resolution, bar }: ToldBar, instrument: Instrument): void {
    const partial = isQuotePartial(this.#state, resolution, bar.start);
    const text = sideText(bar, side, closedStateOf(bar), partial, instrument);
    if (bar.rev === 0) this.#sockets.publish(name, "bar", text);
    else this.#sockets.publish(name, "rev", text, `rev ${bar.start}`);
  }

  /** Once in a group, as it stands at the end; not where it has closed by then. */
  #tellForming(topic: Topic, track: QuoteTrack, minute: MinuteBar, instrument: Instrument): void {
    const span = track.calendar.spanOf(topic.resolution, minute.start);
    if (isClosed(track, span)) return;
    const forming = () => this.#forming(topic, track, span, instrument);
    this.#sockets.publish(topic.name, "bar", forming, `bar ${span.start}`);
  }

  #forming(
    { side, resolution }: Topic,
    track: QuoteTrack,
    span: BarSpan,
    instrument: Instrument,
  ): string | undefined {
    const bar = isClosed(track, span) ? undefined : foldOf(track, span, 0);
    if (bar === undefined) return undefined;
    return sideText(bar, side, "forming", isQuotePartial(this.#state, resolution, bar.start), instrument);
  }
}
