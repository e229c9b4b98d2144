/** The highest or lowest of the last values, and how long ago it was. */
import { before, empty, forkRing, isFull, type Ring, ringOf, slide } from "./ring.ts";

export type Extreme = { ring: Ring; value: number; age: number };
export type Side = 1 | -1;

export const HIGHEST: Side = 1;
export const LOWEST: Side = -1;

export const extremeOf = (size: number): Extreme => ({ ring: ringOf(size), value: 0, age: 0 });

export const forkExtreme = ({ ring, value, age }: Extreme): Extreme => ({ ring: forkRing(ring), value, age });

/** The extreme with this value, the latest of equal ones; NaN until the window is full. A value that does not exist starts it anew. */
export function extreme(state: Extreme, side: Side, value: number): number {
  const { ring } = state;
  if (Number.isNaN(value)) {
    empty(ring);
    return Number.NaN;
  }
  const first = ring.count === 0;
  slide(ring, value);
  state.age += 1;
  if (first || (value - state.value) * side >= 0) take(state, value, 0);
  else if (state.age >= ring.count) search(state, side);
  return isFull(ring) ? state.value : Number.NaN;
}

/** The last one has left the window: only now are all of it looked at. */
function search(state: Extreme, side: Side): void {
  const { ring } = state;
  take(state, before(ring, 0), 0);
  for (let back = 1; back < ring.count; back += 1) {
    const value = before(ring, back);
    if ((value - state.value) * side > 0) take(state, value, back);
  }
}

function take(state: Extreme, value: number, age: number): void {
  state.value = value;
  state.age = age;
}
