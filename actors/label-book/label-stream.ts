/** What a label book's sockets tell: of each symbol its newest labels, then every change. Nothing is built while nobody watches. */
import { SYMBOL_PATTERN } from "../../src/domain/ids.ts";
import type { Sockets, TopicRefusal, TopicSource } from "../runtime/sockets.ts";
import type { LabelEvent } from "./events.ts";
import type { LabelGone } from "./messages.ts";
import type { LabelStore } from "./store.ts";

/** Of one symbol: more than a chart shows at a time. Older ones are in the list. */
export const SNAPSHOT_LABELS_MAX = 200;
/** In characters: a quarter of what may stand unacknowledged, so that a snapshot alone lets nobody lag. */
export const SNAPSHOT_UNITS_MAX = 262_144;
const PREFIX = "labels.";

export class LabelStream {
  readonly #store: LabelStore;
  readonly #sockets: Pick<Sockets, "watches" | "publish">;

  constructor(store: LabelStore, sockets: Pick<Sockets, "watches" | "publish">) {
    this.#store = store;
    this.#sockets = sockets;
  }

  /** A symbol without labels has an empty list: whether it exists is not known here. */
  readonly topicOf = (topic: string): TopicSource | TopicRefusal => {
    const symbol = topic.slice(PREFIX.length);
    if (!topic.startsWith(PREFIX) || !SYMBOL_PATTERN.test(symbol))
      return { code: "topic-unknown", detail: "this stream has labels.<symbol>" };
    return { topic, snapshot: () => this.#snapshot(symbol) };
  };

  told(event: LabelEvent): void {
    if (event.kind === "id-forgotten") return;
    const topic = PREFIX + (event.kind === "label-put" ? event.label.symbol : event.symbol);
    if (this.#sockets.watches(topic)) this.#sockets.publish(topic, "delta", JSON.stringify(shown(event)));
  }

  #snapshot(symbol: string): string {
    const texts: string[] = [];
    let units = 0;
    for (const text of this.#store.labels({ symbol }, undefined, SNAPSHOT_LABELS_MAX)) {
      units += text.length;
      if (units > SNAPSHOT_UNITS_MAX) break;
      texts.push(text);
    }
    return `[${texts.join(",")}]`;
  }
}

function shown(event: Exclude<LabelEvent, { kind: "id-forgotten" }>) {
  if (event.kind === "label-put") return event.label;
  const { id, symbol, version } = event;
  const gone: LabelGone = { id, symbol, deleted: true, version };
  return gone;
}
