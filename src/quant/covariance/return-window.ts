/**
 * Returns of many symbols, aligned by bar: one ring of columns for all, the newest `length` of them. A bar is called by its slot, a number
 * that grows with time and is the same for all symbols; a symbol that has no bar of a column has a return of 0 there, and is known to lack it.
 */

/** What a bar returned on the one before it. */
export type BarReturn = readonly [slot: number, value: number];

export type ReturnRow = {
  /** By place in the ring. */
  readonly values: Float64Array;
  /** 1 where the symbol has told the bar. */
  readonly known: Uint8Array;
  observations: number;
};

/**
 * `column`: one value has changed. `opened`: the newest column is a new one, which is empty but for it. `row`: any value of the symbol may be
 * another. `aligned`: any column may be.
 */
export type Told =
  | { readonly kind: "nothing" }
  | { readonly kind: "row" }
  | { readonly kind: "aligned" }
  | { readonly kind: "column" | "opened"; readonly place: number; readonly change: number };

const NOTHING: Told = { kind: "nothing" };
const ROW: Told = { kind: "row" };
const ALIGNED: Told = { kind: "aligned" };

export class ReturnWindow {
  readonly length: number;
  readonly #rows = new Map<string, ReturnRow>();
  /** By place. */
  #slots: Float64Array;
  #oldest = 0;
  #columns = 0;

  constructor(length: number) {
    this.length = length;
    this.#slots = new Float64Array(length);
  }

  get size(): number {
    return this.#rows.size;
  }

  get columns(): number {
    return this.#columns;
  }

  /** Undefined while there is no column. */
  get newest(): number | undefined {
    return this.#columns === 0 ? undefined : this.slotAt(this.#columns - 1);
  }

  get oldest(): number | undefined {
    return this.#columns === 0 ? undefined : this.slotAt(0);
  }

  row(symbol: string): ReturnRow | undefined {
    return this.#rows.get(symbol);
  }

  /** A return in each column. */
  isFull(symbol: string): boolean {
    return this.#rows.get(symbol)?.observations === this.#columns;
  }

  /** It would be a new column at the newest end. */
  opens(slot: number): boolean {
    return this.#columns === 0 || slot > this.slotAt(this.#columns - 1);
  }

  /** Of the column that is the `index`th from the oldest. */
  placeOf(index: number): number {
    return (this.#oldest + index) % this.length;
  }

  slotAt(index: number): number {
    return this.#slots[this.placeOf(index)] ?? 0;
  }

  forget(symbol: string): void {
    this.#rows.delete(symbol);
  }

  /** One bar: the newest as it closes, or one that was revised. */
  tell(symbol: string, [slot, value]: BarReturn): Told {
    if (this.opens(slot)) {
      const place = this.#open(slot);
      set(this.#rowOf(symbol), place, value);
      return { kind: "opened", place, change: value };
    }
    const index = this.#indexOf(slot);
    if (this.slotAt(index) !== slot) return this.tellAll(symbol, [[slot, value]]);
    const place = this.placeOf(index);
    const change = set(this.#rowOf(symbol), place, value);
    return { kind: "column", place, change };
  }

  /** A symbol's history: bars that no other symbol has become columns, and columns beyond the length leave. */
  tellAll(symbol: string, bars: readonly BarReturn[]): Told {
    const row = this.#rowOf(symbol);
    if (bars.length === 0) return NOTHING;
    let told: Told = this.#align(bars) ? ALIGNED : NOTHING;
    for (const [slot, value] of bars) {
      const index = this.#indexOf(slot);
      if (index >= this.#columns || this.slotAt(index) !== slot) continue;
      set(row, this.placeOf(index), value);
      if (told === NOTHING) told = ROW;
    }
    return told;
  }

  /** All that is known of a symbol, but for bars that it has told since the newest of these. */
  retell(symbol: string, bars: readonly BarReturn[]): Told {
    const until = bars.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
    const row = this.#rowOf(symbol);
    for (let index = 0; index < this.#columns && this.slotAt(index) <= until; index++)
      clear(row, this.placeOf(index));
    const told = this.tellAll(symbol, bars);
    return told === NOTHING ? ROW : told;
  }

  /** Slot of the newest bar that the symbol has told. */
  newestOf(symbol: string): number | undefined {
    const known = this.#rows.get(symbol)?.known;
    for (let index = this.#columns - 1; index >= 0; index--)
      if (known?.[this.placeOf(index)] === 1) return this.slotAt(index);
    return undefined;
  }

  #rowOf(symbol: string): ReturnRow {
    const present = this.#rows.get(symbol);
    if (present !== undefined) return present;
    const row = emptyRow(this.length);
    this.#rows.set(symbol, row);
    return row;
  }

  /** Where a slot stands among the columns, or would. */
  #indexOf(slot: number): number {
    let low = 0;
    let high = this.#columns;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.slotAt(middle) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A column at the new end, in the place of the oldest where the ring is full. */
  #open(slot: number): number {
    const isFull = this.#columns === this.length;
    if (isFull) this.#oldest = this.placeOf(1);
    else this.#columns += 1;
    const place = this.placeOf(this.#columns - 1);
    this.#slots[place] = slot;
    if (isFull) for (const row of this.#rows.values()) clear(row, place);
    return place;
  }

  /** Makes columns of those slots that are none, as far as they are among the newest `length`. False where there are none of them. */
  #align(bars: readonly BarReturn[]): boolean {
    const present = Array.from({ length: this.#columns }, (_, index) => this.slotAt(index));
    const union = [...new Set([...present, ...bars.map(([slot]) => slot)])].sort((one, other) => one - other);
    const slots = union.slice(-this.length);
    if (slots.length === present.length && slots.every((slot, index) => slot === present[index]))
      return false;
    const places = slots.map((slot) => {
      const index = this.#indexOf(slot);
      return index < present.length && present[index] === slot ? this.placeOf(index) : -1;
    });
    for (const row of this.#rows.values()) rearrange(row, places);
    this.#slots = new Float64Array(this.length);
    this.#slots.set(slots);
    this.#oldest = 0;
    this.#columns = slots.length;
    return true;
  }
}

const emptyRow = (length: number): ReturnRow => ({
  values: new Float64Array(length),
  known: new Uint8Array(length),
  observations: 0,
});

/** How much the value has changed by. */
function set(row: ReturnRow, place: number, value: number): number {
  const change = value - (row.values[place] ?? 0);
  row.observations += 1 - (row.known[place] ?? 0);
  row.values[place] = value;
  row.known[place] = 1;
  return change;
}

function clear(row: ReturnRow, place: number): void {
  row.observations -= row.known[place] ?? 0;
  row.values[place] = 0;
  row.known[place] = 0;
}

/** `places`: by new place the old one, −1 where there was none. */
function rearrange(row: ReturnRow, places: readonly number[]): void {
  const [values, known] = [row.values.slice(), row.known.slice()];
  row.values.fill(0);
  row.known.fill(0);
  row.observations = 0;
  for (const [place, from] of places.entries()) {
    if (from < 0) continue;
    row.values[place] = values[from] ?? 0;
    row.known[place] = known[from] ?? 0;
    row.observations += known[from] ?? 0;
  }
}
