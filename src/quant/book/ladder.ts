/** One side of a book: prices in order, best first, in blocks, so that no update moves more than one block of them. */

/** 64 numbers move in some 20 ns; smaller blocks make more of them to look through, larger ones more to move. */
const BLOCK_LEVELS_MAX = 64;

/** Keys ascend from the best price outwards. */
type Block = { readonly keys: Float64Array; readonly sizes: Float64Array; count: number };

export class Ladder {
  readonly #toKey: 1 | -1;
  readonly #levelsMax: number;
  #blocks: Block[] = [];
  #count = 0;
  /** Keys behind this one are not known whole. */
  #knownTo = Number.POSITIVE_INFINITY;

  /** `best` is the highest price of bids, the lowest of asks. */
  constructor(best: "highest" | "lowest", levelsMax: number) {
    this.#toKey = best === "highest" ? -1 : 1;
    this.#levelsMax = levelsMax;
  }

  get count(): number {
    return this.#count;
  }

  /** The farthest price up to which every level is known; undefined where all are. */
  get knownTo(): number | undefined {
    return Number.isFinite(this.#knownTo) ? this.#price(this.#knownTo) : undefined;
  }

  /** Levels up to that price. */
  get countKnown(): number {
    if (this.#knownTo === Number.POSITIVE_INFINITY) return this.#count;
    let count = 0;
    for (const block of this.#blocks) {
      if ((block.keys[block.count - 1] ?? 0) > this.#knownTo) {
        const at = placeIn(block, this.#knownTo);
        return count + at + (block.keys[at] === this.#knownTo ? 1 : 0);
      }
      count += block.count;
    }
    return count;
  }

  /** Size 0 where there is no level. */
  sizeAt(price: number): number {
    const key = this.#key(price);
    const block = this.#blocks[blockFor(this.#blocks, key)];
    if (block === undefined) return 0;
    const at = placeIn(block, key);
    return at < block.count && block.keys[at] === key ? (block.sizes[at] ?? 0) : 0;
  }

  bestPrice(): number | undefined {
    const key = this.#blocks[0]?.keys[0];
    return key === undefined ? undefined : this.#price(key);
  }

  bestSize(): number | undefined {
    return this.#blocks[0]?.sizes[0];
  }

  /** Size 0 takes the level away. Beyond the bound the farthest level leaves. */
  set(price: number, size: number): void {
    const key = this.#key(price);
    const index = blockFor(this.#blocks, key);
    const block = this.#blocks[index];
    if (block === undefined) {
      if (size !== 0) this.#append(key, size);
      return;
    }
    const at = placeIn(block, key);
    if (at < block.count && block.keys[at] === key) {
      if (size === 0) this.#remove(index, at);
      else block.sizes[at] = size;
    } else if (size !== 0) this.#insert(index, at, key, size);
  }

  /** Whatever the order they come in; `knownTo` is then the farthest of them. */
  replace(levels: Iterable<readonly [price: number, size: number]>): void {
    this.clear();
    for (const [price, size] of levels) this.set(price, size);
    this.#knowToFarthest();
  }

  /** So many levels, and no others, are what there is to know: what is kept of them is known. */
  trim(levelsMax: number): void {
    while (this.#count > levelsMax) this.#dropFarthest();
    this.#knowToFarthest();
  }

  /** As it was written down: see `knownTo`. */
  limitKnown(price: number): void {
    this.#knownTo = this.#key(price);
  }

  clear(): void {
    this.#blocks = [];
    this.#count = 0;
    this.#knownTo = Number.POSITIVE_INFINITY;
  }

  /** The nearest `most` levels, best first. */
  levels(most = this.#count): { prices: number[]; sizes: number[] } {
    const prices: number[] = [];
    const sizes: number[] = [];
    for (const block of this.#blocks) {
      const end = Math.min(block.count, most - prices.length);
      for (let at = 0; at < end; at++) {
        prices.push(this.#price(block.keys[at] ?? 0));
        sizes.push(block.sizes[at] ?? 0);
      }
      if (prices.length >= most) break;
    }
    return { prices, sizes };
  }

  /** Not minus zero, which no reader expects of a price. */
  #price(key: number): number {
    return key * this.#toKey + 0;
  }

  #key(price: number): number {
    return price * this.#toKey + 0;
  }

  /** Behind all others. */
  #append(key: number, size: number): void {
    if (this.#count === this.#levelsMax) {
      this.#leaveOut(key);
      return;
    }
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.count < BLOCK_LEVELS_MAX) put(last, last.count, key, size);
    else {
      const block = newBlock();
      put(block, 0, key, size);
      this.#blocks.push(block);
    }
    this.#count++;
  }

  #insert(index: number, at: number, key: number, size: number): void {
    const block = this.#blocks[index];
    if (block === undefined) return;
    if (block.count === BLOCK_LEVELS_MAX) {
      this.#split(index, block);
      this.#insert(at > block.count ? index + 1 : index, at > block.count ? at - block.count : at, key, size);
      return;
    }
    put(block, at, key, size);
    this.#count++;
    if (this.#count > this.#levelsMax) this.#dropFarthest();
  }

  #split(index: number, block: Block): void {
    const half = BLOCK_LEVELS_MAX / 2;
    const upper = newBlock();
    upper.keys.set(block.keys.subarray(half));
    upper.sizes.set(block.sizes.subarray(half));
    upper.count = block.count - half;
    block.count = half;
    this.#blocks.splice(index + 1, 0, upper);
  }

  #remove(index: number, at: number): void {
    const block = this.#blocks[index];
    if (block === undefined) return;
    block.keys.copyWithin(at, at + 1, block.count);
    block.sizes.copyWithin(at, at + 1, block.count);
    block.count--;
    this.#count--;
    if (block.count === 0) this.#blocks.splice(index, 1);
  }

  #dropFarthest(): void {
    const index = this.#blocks.length - 1;
    const last = this.#blocks[index];
    if (last !== undefined) this.#remove(index, last.count - 1);
    this.#leaveOut(Number.POSITIVE_INFINITY);
  }

  #knowToFarthest(): void {
    const last = this.#blocks.at(-1);
    this.#knownTo = last?.keys[last.count - 1] ?? Number.POSITIVE_INFINITY;
  }

  /** A level with this key, or one behind the farthest kept, is not there any more. */
  #leaveOut(key: number): void {
    const last = this.#blocks.at(-1);
    const farthest = last?.keys[last.count - 1] ?? key;
    this.#knownTo = Math.min(this.#knownTo, farthest);
  }
}

const newBlock = (): Block => ({
  keys: new Float64Array(BLOCK_LEVELS_MAX),
  sizes: new Float64Array(BLOCK_LEVELS_MAX),
  count: 0,
});

function put(block: Block, at: number, key: number, size: number): void {
  block.keys.copyWithin(at + 1, at, block.count);
  block.sizes.copyWithin(at + 1, at, block.count);
  block.keys[at] = key;
  block.sizes[at] = size;
  block.count++;
}

/** The first block whose last key is not below the key; one past the last where there is none. */
function blockFor(blocks: readonly Block[], key: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const block = blocks[middle];
    if (block !== undefined && (block.keys[block.count - 1] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first place whose key is not below the key. */
function placeIn({ keys, count }: Block, key: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
