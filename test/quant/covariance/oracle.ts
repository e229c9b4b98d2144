/**
 * The full matrix, made of all returns with two loops: what the factored form is held to. A symbol's returns are multiplied by the root of
 * what all columns weigh over what those weigh in which it has one.
 */

export type Returns = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** The newest `length` slots that any symbol has. */
export const columnsOf = (returns: Returns, length: number): number[] =>
  [...new Set([...returns.values()].flatMap((bars) => [...bars.keys()]))]
    .sort((a, b) => a - b)
    .slice(-length);

export function matrixOf(
  returns: Returns,
  symbols: readonly string[],
  lambda: number,
  columns: readonly number[],
) {
  const factors = columns.map((_, index) => lambda ** (columns.length - 1 - index));
  const total = factors.reduce((sum, factor) => sum + factor, 0) || 1;
  const weightOf = (symbol: string) =>
    columns.reduce((sum, slot, index) => sum + (returns.get(symbol)?.has(slot) ? factors[index]! : 0), 0);
  const scales = new Map(symbols.map((symbol) => [symbol, Math.sqrt(total / (weightOf(symbol) || total))]));
  const at = (symbol: string, slot: number) => scales.get(symbol)! * (returns.get(symbol)?.get(slot) ?? 0);
  return symbols.map((one) =>
    symbols.map(
      (other) =>
        columns.reduce((sum, slot, index) => sum + factors[index]! * at(one, slot) * at(other, slot), 0) /
        total,
    ),
  );
}

export const times = (matrix: readonly (readonly number[])[], vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, index) => sum + value * vector[index]!, 0));

export const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, index) => sum + value * other[index]!, 0);
