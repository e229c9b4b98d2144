/** Where a reader of a topic stands, and what a message is to him. */
import type { TopicMessage } from "./message.ts";

export type Place = { readonly epoch: string; readonly seq: number };

/**
 * `snapshot` stands for everything before it; `next` follows, also over what was left out on purpose; `repeat` is known already; `hole`:
 * something is missing before it; `early`: nothing counts before the first snapshot; `about`: it says something of the topic and is no
 * change of it.
 */
export type Verdict = "snapshot" | "next" | "repeat" | "hole" | "early" | "about";

const ABOUT: readonly string[] = ["hb", "lagging", "status"];

export function verdictOf(place: Place | undefined, { epoch, seq, prev, type }: TopicMessage): Verdict {
  if (type === "snap") return "snapshot";
  if (place === undefined) return "early";
  if (ABOUT.includes(type)) return "about";
  if (epoch !== place.epoch) return "hole";
  if (seq <= place.seq) return "repeat";
  return (prev ?? seq - 1) <= place.seq ? "next" : "hole";
}

/** Whether a topic that stands there has said something that a reader at `place` has not heard. */
export const isBehind = (place: Place, told: Place): boolean =>
  told.epoch !== place.epoch || told.seq > place.seq;
