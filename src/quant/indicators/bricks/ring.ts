/**
 * The last `size` numbers, in a list with one place more. A number is written into the spare place, and the place of the one that leaves
 * becomes the spare: so whoever goes on from a fork (state.ts) with the same list has spoilt nothing for the other.
 */
export type Ring = { at: number; count: number; places: number[] };

export const ringOf = (size: number): Ring => ({ at: 0, count: 0, places: new Array(size + 1).fill(0) });

export const forkRing = ({ at, count, places }: Ring): Ring => ({ at, count, places });

/** Takes a number and gives the one that leaves; undefined while places are free. */
export function slide(ring: Ring, value: number): number | undefined {
  const { places } = ring;
  const size = places.length - 1;
  places[ring.at] = value;
  ring.at = ring.at === size ? 0 : ring.at + 1;
  if (ring.count === size) return places[ring.at];
  ring.count += 1;
  return undefined;
}

export const isFull = ({ count, places }: Ring): boolean => count === places.length - 1;

/** The number that came `back` before the newest; NaN where there is none. */
export function before({ at, count, places }: Ring, back: number): number {
  if (back >= count) return Number.NaN;
  const place = at - 1 - back;
  return places[place < 0 ? place + places.length : place] ?? Number.NaN;
}

/** As if nothing had come: a value that does not exist starts a window anew. */
export function empty(ring: Ring): void {
  ring.count = 0;
}
