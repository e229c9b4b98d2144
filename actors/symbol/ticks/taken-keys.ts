/**
 * Names of ticks that were taken, so that a repeat is known. Packed into slots of many names, since a row per name would cost more
 * than the tick; a slot is rewritten until it is full, which costs what a new small row would.
 */

/** `space` is empty for a venue's own ids, else the source whose sequence it is. */
export type TakenKey = { readonly space: string; readonly name: string | number };

export type KeySlot = { readonly slot: number; newestTs: number; size: number };
export type KeySlotRow = Readonly<KeySlot> & { readonly names: string };

/** About 3 KB of ids: less than the page that any write touches. */
export const SLOT_KEYS_MAX = 256;

export type KeyBounds = {
  /** So many of the newest names always stay. */
  readonly kept: number;
  /** Beyond this they leave even where their time says that they should stay. */
  readonly max: number;
};

export class KeySet {
  readonly #spaces = new Map<string, NameSet>();

  has({ space, name }: TakenKey): boolean {
    return this.#spaces.get(space)?.has(name) ?? false;
  }

  add({ space, name }: TakenKey): void {
    const names = this.#spaces.get(space) ?? new NameSet();
    if (names.size === 0) this.#spaces.set(space, names);
    names.add(name);
  }

  delete({ space, name }: TakenKey): void {
    const names = this.#spaces.get(space);
    names?.delete(name);
    if (names?.size === 0) this.#spaces.delete(space);
  }
}

/** As many that have left are carried along, at least, before those that stay move up. */
const GONE_MIN = 1_024;

/**
 * Venues count upwards, so a name is mostly a number above all that were there: it is new without a look, and a place at the end of a list
 * is all that it takes, a tenth of what a set costs in time and memory.
 */
class NameSet {
  /** Each was above all before it. They leave in that order too: those before `#first` have left. */
  #ascending: number[] = [];
  #first = 0;
  readonly #others = new Set<string | number>();
  /** No number was ever above it. */
  #highest = -1;

  get size(): number {
    return this.#ascending.length - this.#first + this.#others.size;
  }

  has(name: string | number): boolean {
    if (typeof name === "number" && name > this.#highest) return false;
    return this.#placeOf(name) >= 0 || this.#others.has(name);
  }

  add(name: string | number): void {
    if (typeof name === "number" && name > this.#highest) {
      this.#highest = name;
      this.#ascending.push(name);
    } else if (this.#placeOf(name) < 0) this.#others.add(name);
  }

  delete(name: string | number): void {
    const place = this.#placeOf(name);
    if (place < 0) this.#others.delete(name);
    else if (place === this.#first) this.#leave();
    else this.#ascending.splice(place, 1);
  }

  #leave(): void {
    this.#first += 1;
    if (this.#first < GONE_MIN || this.#first * 2 < this.#ascending.length) return;
    this.#ascending = this.#ascending.slice(this.#first);
    this.#first = 0;
  }

  /** Where it stands among those that ascend, or -1. */
  #placeOf(name: string | number): number {
    if (typeof name !== "number") return -1;
    let low = this.#first;
    let high = this.#ascending.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ascending[middle] ?? name) < name) low = middle + 1;
      else high = middle;
    }
    return this.#ascending[low] === name ? low : -1;
  }
}

type OpenSlot = KeySlot & { readonly names: NamesText };

/**
 * A slot's names as its row has them, grouped by space, so that a source's name stands once: `[["",[1,2]],["binance",[7]]]`. Text is made of
 * what came since it was asked for last: every group that takes a tick writes the slot again, and a hundred names of it were there before.
 */
class NamesText {
  readonly #lists = new Map<string, { text: string; fresh: (string | number)[] }>();

  constructor(keys: readonly TakenKey[] = []) {
    for (const key of keys) this.add(key);
  }

  add({ space, name }: TakenKey): void {
    const list = this.#lists.get(space);
    if (list === undefined) this.#lists.set(space, { text: "", fresh: [name] });
    else list.fresh.push(name);
  }

  get text(): string {
    const spaces: string[] = [];
    for (const [space, list] of this.#lists) {
      if (list.fresh.length > 0) {
        const fresh = JSON.stringify(list.fresh).slice(1, -1);
        list.text = list.text === "" ? fresh : `${list.text},${fresh}`;
        list.fresh = [];
      }
      spaces.push(`[${JSON.stringify(space)},[${list.text}]]`);
    }
    return `[${spaces.join(",")}]`;
  }
}

export class TakenKeys {
  readonly #bounds: KeyBounds;
  readonly #keys = new KeySet();
  /** Oldest first; the last one is open. */
  readonly #slots: KeySlot[] = [];
  /** Slots that changed since they were written, by number. */
  readonly #changed = new Map<number, OpenSlot>();
  #lastChanged: OpenSlot | undefined;
  #open: OpenSlot | undefined;
  #size = 0;

  constructor(bounds: KeyBounds, rows: readonly KeySlotRow[] = []) {
    this.#bounds = bounds;
    rows.forEach((row, index) => {
      const keys = keysFrom(row.names);
      for (const key of keys) this.#keys.add(key);
      this.#size += row.size;
      const slot: KeySlot = { slot: row.slot, newestTs: row.newestTs, size: row.size };
      if (index === rows.length - 1) this.#open = { ...slot, names: new NamesText(keys) };
      this.#slots.push(this.#open ?? slot);
    });
  }

  /** Names known now: the covered window. */
  get size(): number {
    return this.#size;
  }

  get slots(): readonly Readonly<KeySlot>[] {
    return this.#slots.map(({ slot, newestTs, size }) => ({ slot, newestTs, size }));
  }

  has(key: TakenKey): boolean {
    return this.#keys.has(key);
  }

  add(key: TakenKey, ts: number): void {
    this.#keys.add(key);
    const slot = this.#roomySlot(ts);
    slot.names.add(key);
    slot.size += 1;
    slot.newestTs = Math.max(slot.newestTs, ts);
    this.#size += 1;
    if (this.#lastChanged === slot) return;
    this.#lastChanged = slot;
    this.#changed.set(slot.slot, slot);
  }

  /** Rows of the slots that changed; after this they count as written. */
  takeChanged(): KeySlotRow[] {
    const rows = [...this.#changed.values()].map(({ slot, newestTs, size, names }) => ({
      slot,
      newestTs,
      size,
      names: names.text,
    }));
    this.#changed.clear();
    this.#lastChanged = undefined;
    return rows;
  }

  /** Slots that may leave, oldest first: the newest names stay, and so does whatever is younger than `horizon`. */
  leaving(horizon: number): number[] {
    const { kept, max } = this.#bounds;
    const leaving: number[] = [];
    let size = this.#size;
    for (const slot of this.#slots) {
      const left = size - slot.size;
      if (left < kept || (slot.newestTs >= horizon && size <= max)) break;
      leaving.push(slot.slot);
      size = left;
    }
    return leaving;
  }

  /** The slot has left the disk; these were its names. */
  forget(slot: number, names: string): void {
    const [oldest] = this.#slots;
    if (oldest?.slot !== slot) return;
    this.#slots.shift();
    this.#size -= oldest.size;
    for (const key of keysFrom(names)) this.#keys.delete(key);
  }

  #roomySlot(ts: number): OpenSlot {
    if (this.#open !== undefined && this.#open.size < SLOT_KEYS_MAX) return this.#open;
    const number = (this.#slots.at(-1)?.slot ?? 0) + 1;
    const slot: OpenSlot = { slot: number, newestTs: ts, size: 0, names: new NamesText() };
    const full = this.#open;
    this.#open = slot;
    this.#slots.push(slot);
    if (full !== undefined) this.#seal(full);
    return slot;
  }

  /** A full slot's names stay in the set and, until written, in `#changed`: a third copy would only cost memory. */
  #seal(full: OpenSlot): void {
    const at = this.#slots.lastIndexOf(full);
    if (at >= 0) this.#slots[at] = { slot: full.slot, newestTs: full.newestTs, size: full.size };
  }
}

function keysFrom(names: string): TakenKey[] {
  // SAFETY: only `NamesText` makes this text.
  const spaces = JSON.parse(names) as [space: string, names: (string | number)[]][];
  return spaces.flatMap(([space, list]) => list.map((name) => ({ space, name })));
}
