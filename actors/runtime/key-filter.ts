/** Whether a key may be among those that were added: a no is certain, a yes has to be looked up. Some bits a key, whatever its length. */

/** With three of them set for each key, one look-up in thirty is for nothing when the filter is full, and far fewer before. */
const BITS_PER_KEY = 8;
/** The smallest filter: 512 bytes. */
const KEYS_MIN = 512;

export class KeyFilter {
  readonly #words: Uint32Array;
  readonly #mask: number;
  #room: number;

  /** With room for as many keys as there are, and half as many more. */
  constructor(keys: readonly string[]) {
    const wanted = Math.max(KEYS_MIN, keys.length * 1.5) * BITS_PER_KEY;
    const bits = 2 ** Math.ceil(Math.log2(wanted));
    this.#words = new Uint32Array(bits / 32);
    this.#mask = bits - 1;
    this.#room = bits / BITS_PER_KEY;
    for (const key of keys) this.add(key);
  }

  /** More keys were added than it was made for: it answers yes more and more often. */
  get isFull(): boolean {
    return this.#room <= 0;
  }

  add(key: string): void {
    const [one, step] = hashes(key);
    this.#set(one);
    this.#set(one + step);
    this.#set(one + 2 * step);
    this.#room -= 1;
  }

  mayHold(key: string): boolean {
    const [one, step] = hashes(key);
    return this.#has(one) && this.#has(one + step) && this.#has(one + 2 * step);
  }

  #set(hash: number): void {
    const bit = (hash & this.#mask) >>> 0;
    this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  #has(hash: number): boolean {
    const bit = (hash & this.#mask) >>> 0;
    return ((this.#words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }
}

/** Two of one pass, FNV-1a and a multiplicative one, each mixed so that its low bits depend on all of it. */
function hashes(key: string): [one: number, step: number] {
  let one = 0x811c9dc5;
  let other = 0x9e3779b9;
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other, 31) + unit;
  }
  return [mixed(one), mixed(other) | 1];
}

function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (half ^ (half >>> 15)) | 0;
}
