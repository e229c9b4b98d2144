/** How large a whole number is, whatever its sign. */
export const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
