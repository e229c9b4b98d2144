/**
 * What must hold of an account that was split and merged while it traded, by arithmetic of its own on what was acknowledged. Pure, so that forged
 * answers can be held against it.
 */
import type { Decision, Placed } from "./split-load.ts";

export type ShownPosition = { readonly symbol: string; readonly qty: string };
/** An order or a fill in Postgres: how often, by its id. */
export type Written = { readonly id: string; readonly times: number };

/** Each symbol once, with what its fills make. */
export function positionFaults(
  fills: ReadonlyMap<string, number>,
  shown: readonly ShownPosition[],
): readonly string[] {
  const faults: string[] = [];
  const seen = new Map<string, number>();
  for (const { symbol, qty } of shown) {
    if (seen.has(symbol)) faults.push(`${symbol} is shown twice`);
    seen.set(symbol, Number(qty));
  }
  for (const symbol of new Set([...fills.keys(), ...seen.keys()])) {
    const [made, told] = [fills.get(symbol) ?? 0, seen.get(symbol) ?? 0];
    if (made !== told) faults.push(`${symbol}: fills make ${made}, ${told} is shown`);
  }
  return faults;
}

/** An order that comes again has the decision that it got, word for word as far as somebody acts on it. */
export function repeatFaults(placed: readonly Placed[], again: readonly Decision[]): readonly string[] {
  return placed.flatMap(({ decision }, index) => {
    const second = again[index];
    const isSame = second !== undefined && told(second) === told(decision);
    return isSame ? [] : [`${decision.clientOrderId}: ${told(decision)}, and now ${second && told(second)}`];
  });
}

const told = ({ clientOrderId, decision, allowedQty, seq }: Decision): string =>
  `${clientOrderId} ${decision} ${allowedQty} at ${seq}`;

/** In Postgres is what was acknowledged, each once, whichever shard it was in. */
export function writtenFaults(
  what: string,
  acknowledged: readonly string[],
  written: readonly Written[],
): readonly string[] {
  const times = new Map(written.map((row) => [row.id, row.times]));
  const known = new Set(acknowledged);
  return [
    ...acknowledged
      .filter((id) => times.get(id) !== 1)
      .map((id) => `${what} ${id} stands ${times.get(id) ?? 0} times in Postgres`),
    ...written
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => `${what} ${id} stands in Postgres, and nobody was told`),
  ];
}
