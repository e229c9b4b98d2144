/** When each tick of a tape is due, and by how much its time is moved. */
import type { FeedTick, TapeEntry } from "../../src/feeds/tick.ts";

/** 1 is the recorded speed, N is N-fold, "max" as fast as the platform takes it. */
export type Speed = number | "max";

export function parseSpeed(text: string): Speed | undefined {
  if (text === "max") return "max";
  const speed = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  return speed > 0 ? speed : undefined;
}

export const isSent = (entry: TapeEntry): entry is { kind: "tick"; tick: FeedTick; receivedAt?: number } =>
  entry.kind === "tick";

/**
 * Where on the tape's own clock an entry stands: when it was received, or when it happened where nobody noted that.
 * A tape's clock never runs backwards, whatever a line says.
 */
export class TapeClock {
  #at = Number.NEGATIVE_INFINITY;

  of(entry: TapeEntry): number {
    const said = "receivedAt" in entry ? entry.receivedAt : undefined;
    this.#at = Math.max(this.#at, said ?? (entry.kind === "tick" ? entry.tick.ts : this.#at));
    return this.#at;
  }
}

/** Milliseconds after the start of the replay at which a place on the tape is due. */
export const dueAfter = (place: number, firstPlace: number, speed: Speed): number =>
  speed === "max" ? 0 : (place - firstPlace) / speed;

/**
 * Collects, over all ticks, how far the tape can be moved at most so that none is ahead of the clock when it is sent.
 * At recorded speed or faster that puts the newest tick on the end of the replay (at most some milliseconds of the
 * recorder's jitter before it); at "max", on its start.
 */
export class ShiftBound {
  readonly #speed: Speed;
  #firstPlace: number | undefined;
  #least = Number.POSITIVE_INFINITY;

  constructor(speed: Speed) {
    this.#speed = speed;
  }

  hear(place: number, ts: number): void {
    this.#firstPlace ??= place;
    this.#least = Math.min(this.#least, dueAfter(place, this.#firstPlace, this.#speed) - ts);
  }

  /** The shift of a replay that starts at this moment. */
  shiftAt(startedAt: number): number {
    return Number.isFinite(this.#least) ? Math.floor(startedAt + this.#least) : 0;
  }
}
