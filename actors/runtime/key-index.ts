/**
 * In memory: the places that a key was filed under. That it has none is certain; the places that it names have to be looked at, since
 * another key may share its hash, or what was there may have left. Some twenty bytes a key, whatever its length.
 */

/** The smallest index: 12 KB. */
const SLOTS_MIN = 1_024;
/** Open addressing slows down beyond this. */
const FILL_MAX = 0.7;
/** An index of so many is not worth making anew. */
const STALE_MIN = 1_000;
const NOWHERE: readonly number[] = [];

export class KeyIndex {
  /** 0 is a free slot. */
  #hashes = new Int32Array(SLOTS_MIN);
  #places = new Float64Array(SLOTS_MIN);
  #size = 0;

  /** Whether most of what it names has left, when so many keys are there: time to make it anew. */
  isStale(live: number): boolean {
    return this.#size > STALE_MIN && this.#size > 2 * live;
  }

  add(key: string, place: number): void {
    if (this.#size >= this.#hashes.length * FILL_MAX) this.#grow();
    this.#put(hashOf(key), place);
    this.#size += 1;
  }

  /** In no particular order. */
  placesOf(key: string): readonly number[] {
    const hash = hashOf(key);
    const last = this.#hashes.length - 1;
    let found = NOWHERE;
    for (let slot = hash & last; this.#hashes[slot] !== 0; slot = (slot + 1) & last)
      if (this.#hashes[slot] === hash) found = [...found, this.#places[slot] ?? 0];
    return found;
  }

  #put(hash: number, place: number): void {
    const last = this.#hashes.length - 1;
    let slot = hash & last;
    while (this.#hashes[slot] !== 0) slot = (slot + 1) & last;
    this.#hashes[slot] = hash;
    this.#places[slot] = place;
  }

  #grow(): void {
    const [hashes, places] = [this.#hashes, this.#places];
    this.#hashes = new Int32Array(2 * hashes.length);
    this.#places = new Float64Array(2 * hashes.length);
    for (let slot = 0; slot < hashes.length; slot++) {
      const hash = hashes[slot] ?? 0;
      if (hash !== 0) this.#put(hash, places[slot] ?? 0);
    }
  }
}

/** FNV-1a, mixed so that its low bits depend on all of it. Never 0. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  const half = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (half ^ (half >>> 15)) | 0 || 1;
}
