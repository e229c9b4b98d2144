/**
 * What an indicator remembers: numbers, lists of numbers, and records of them. It survives JSON bit for bit, since JavaScript prints the
 * shortest text that reads back as the same float64; a value that does not exist is therefore never kept as NaN.
 */
export type State = { [slot: string]: number | number[] | State };

/** A state of its own: what is done to one is not seen in the other. */
export function copyState<S extends State>(state: S): S {
  return recordOf(state, (list) => list.slice());
}

/**
 * A state that may be stepped once and is then thrown away. It shares the lists of the other: a step writes only into the spare place of a
 * ring (bricks/ring.ts), which nobody reads. So a look ahead costs a few numbers, however long the window is.
 */
export function forkState<S extends State>(state: S): S {
  return recordOf(state, (list) => list);
}

function recordOf<S extends State>(state: S, listOf: (list: number[]) => number[]): S {
  const record: State = { ...state };
  for (const slot in record) {
    const value = record[slot];
    if (typeof value !== "object") continue;
    record[slot] = Array.isArray(value) ? listOf(value) : recordOf(value, listOf);
  }
  // SAFETY: the same slots with values of the same kind.
  return record as S;
}
