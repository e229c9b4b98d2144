/** Which accounts are split, and by which map, as parts have told lately. Only where to ask first depends on it: a part that is asked for what is not its own says so. */

import type { PartsMap } from "../../domain/parts-map.ts";
import type { EpochMs } from "../../domain/time.ts";
import { ExpiringMap } from "../expiring-map.ts";

/** Of one isolate, at about 200 bytes a name. */
export const SPLIT_MAPS_MAX = 10_000;
/** An account that was merged is asked as one again after that time. */
export const SPLIT_MAP_MS_MAX = 5_000;

export class SplitMaps {
  readonly #maps = new ExpiringMap<PartsMap>(SPLIT_MAPS_MAX, SPLIT_MAP_MS_MAX);

  /** Undefined of an account that is one, as far as anybody has said. */
  get(key: string, now: EpochMs): PartsMap | undefined {
    return this.#maps.get(key, now);
  }

  /** An older map than the one that is known is none. */
  learn(key: string, map: PartsMap, now: EpochMs): void {
    const known = this.#maps.get(key, now);
    if (known === undefined || known.version < map.version) this.#maps.set(key, map, now);
  }

  get size(): number {
    return this.#maps.size;
  }
}
