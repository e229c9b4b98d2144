/** Square roots of whole numbers, exact to the last unit. */

/** The largest whole number whose square is not above `value`; of what is below zero 0. */
export function rootFloor(value: bigint): bigint {
  if (value <= 0n) return 0n;
  if (value <= SAFE) return BigInt(safeRoot(Number(value)));
  // From above, so that each step comes nearer and the first that does not is the end.
  let root = firstGuess(value);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** The smallest whole number whose square is not below `value`. */
export function rootCeil(value: bigint): bigint {
  const root = rootFloor(value);
  return root * root < value ? root + 1n : root;
}

/** Never below the root: by the float's own root where there is one, with what it was rounded by on top. */
function firstGuess(value: bigint): bigint {
  const near = Math.sqrt(Number(value));
  if (!Number.isFinite(near)) return 1n << BigInt((value.toString(16).length * 4 + 1) >> 1);
  return BigInt(Math.ceil(near * ROUNDED_UP)) + 1n;
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The float's root may be rounded up to the next whole number, by no more than that. */
function safeRoot(value: number): number {
  const root = Math.floor(Math.sqrt(value));
  return root * root > value ? root - 1 : root;
}

/** Two units in the last place of a float, upwards. */
const ROUNDED_UP = 1 + 2 ** -51;
