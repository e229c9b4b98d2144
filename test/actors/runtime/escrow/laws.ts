/** E1 and E2 of what is durable and of what is in memory, by sums of their own. */
import { amountOf, NOTHING } from "../../../../actors/runtime/escrow/amounts.ts";
import type { Place } from "./place.ts";

export type Sums = ReadonlyMap<string, bigint>;

/** As an assertion, but made millions of times. */
export function must(holds: boolean, rule: () => string): void {
  if (!holds) throw new Error(rule());
}

export function sumsOf(node: Place): Sums {
  const sums = new Map<string, bigint>();
  for (const { granted } of node.grants.children.values()) {
    for (const [budget, amount] of Object.entries(granted)) {
      sums.set(budget, (sums.get(budget) ?? 0n) + amount);
    }
  }
  return sums;
}

/** E1, and that no grant is lost or counted twice. Answers the sums, to be compared with next time. */
export function checkSums(node: Place, before: Sums | undefined): Sums {
  const sums = sumsOf(node);
  const known = node.grants.granted;
  const isSame = sums.size === known.size && [...sums].every(([name, sum]) => known.get(name) === sum);
  must(isSame, () => `${node.name} knows what it granted in all`);
  must(knowsUncovered(node), () => `${node.name} knows what is used beyond that`);
  for (const [budget, sum] of sums) {
    const [ceiling, was] = [ceilingOf(node, budget), before?.get(budget) ?? 0n];
    must(sum <= ceiling || sum <= was, () => `E1: ${node.name} grants ${sum} of ${ceiling}, ${was} before`);
  }
  return sums;
}

function knowsUncovered(node: Place): boolean {
  const sums = new Map<string, bigint>();
  for (const { granted, committed } of node.grants.children.values()) {
    for (const [budget, amount] of Object.entries(committed)) {
      const beyond = amount - (granted[budget] ?? 0n);
      if (beyond > 0n) sums.set(budget, (sums.get(budget) ?? 0n) + beyond);
    }
  }
  const known = node.grants.uncovered;
  return sums.size === known.size && [...sums].every(([name, sum]) => known.get(name) === sum);
}

function ceilingOf(node: Place, budget: string): bigint {
  const own = node.pending.own.get(budget);
  return own === undefined ? amountOf(node.holding?.held ?? NOTHING, budget) : own.limit;
}

/** E2. What an old copy of a disk holds is nothing to go by until its parent has confirmed it. */
export function checkHeld(child: Place, parent: Place): void {
  const row = parent.durable.rows.get(child.name);
  const isConfirmed = child.holding?.isConfirmed === true;
  if (child.isStale && !isConfirmed) return;
  child.isStale = false;
  for (const held of [child.holding?.held, child.durable.stored?.held]) {
    for (const [budget, amount] of Object.entries(held ?? NOTHING)) {
      const granted = amountOf(row?.granted ?? NOTHING, budget);
      must(amount <= granted, () => `E2: ${child.name} holds ${amount} of ${granted} of ${budget}`);
    }
  }
}
