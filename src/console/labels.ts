/** What a chart knows of a symbol's labels, and on which candle each stands. */
import type { LabelGone, LabelObject } from "../contracts/labels.ts";

/** The newest word on each label, as a stream says it. */
export class Labels {
  readonly #byId = new Map<string, LabelObject>();

  get all(): readonly LabelObject[] {
    return [...this.#byId.values()];
  }

  /** A snapshot stands for everything before it. */
  snapshot(labels: readonly LabelObject[]): void {
    this.#byId.clear();
    for (const label of labels) this.#byId.set(label.id, label);
  }

  change(label: LabelObject | LabelGone): void {
    if ("deleted" in label) this.#byId.delete(label.id);
    else this.#byId.set(label.id, label);
  }
}

/** One for all labels of a candle. */
export type Marker = { readonly t: number; readonly text: string; readonly color: string | undefined };

/** Of a text, as much as stands above a candle without hiding its neighbours. */
const MARKER_CHARACTERS_MAX = 16;

/** Ascending, as the candles are. What lies before the first of them, or after the last is over, has no place. */
export function markersOn(
  candles: readonly { readonly t: number }[],
  labels: readonly LabelObject[],
): Marker[] {
  const held = new Map<number, LabelObject[]>();
  for (const label of labels) {
    const at = candleAt(candles, label.ts);
    if (at !== undefined) held.set(at, [...(held.get(at) ?? []), label]);
  }
  return [...held].sort(([one], [other]) => one - other).map(([t, stand]) => markerOf(t, stand));
}

function markerOf(t: number, labels: readonly LabelObject[]): Marker {
  const [first] = labels.toSorted((one, other) => one.ts - other.ts);
  const more = labels.length > 1 ? ` +${labels.length - 1}` : "";
  return { t, text: `${shortened(first?.text ?? "")}${more}`, color: first?.color };
}

/** The first line, in whole characters. */
function shortened(text: string): string {
  const [line = ""] = text.trim().split("\n");
  const characters = [...line];
  return characters.length <= MARKER_CHARACTERS_MAX
    ? line
    : `${characters.slice(0, MARKER_CHARACTERS_MAX - 1).join("")}…`;
}

/** The start of the candle that this moment falls on, or on whose heels it came. */
function candleAt(candles: readonly { readonly t: number }[], ts: number): number | undefined {
  const [newest, before] = [candles.at(-1), candles.at(-2)];
  const width = newest === undefined || before === undefined ? Number.POSITIVE_INFINITY : newest.t - before.t;
  if (newest === undefined || ts >= newest.t + width) return undefined;
  let [low, high] = [0, candles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candles[middle]?.t ?? 0) <= ts) low = middle + 1;
    else high = middle;
  }
  return candles[low - 1]?.t;
}
