/** How a budget is shared out beyond what is needed, and who comes first where there is not enough for all. */
import type { QuotaPolicy } from "../../../src/domain/firm.ts";
import { atLeastNothing, least, most } from "./amounts.ts";
import type { GrantedChild } from "./grants-state.ts";

/** What may be shared out, among how many, and how much all of them use, smoothed. */
export type Pool = { readonly amount: bigint; readonly children: number; readonly smoothed: bigint };

/** Of a pool: what is shared out evenly also by use, so that whoever starts has something. */
const EVEN_PARTS = 10n;
/** Of an even share: the least that is granted beyond the use, so that few orders have to ask. */
const CHUNKS = 16n;
/** Of what nobody uses four fifths are shared out: everybody may keep a quarter more than that, and whoever has little is given some at once. */
const SHARED_PARTS = 4n;
const PARTS = 5n;

/** What a child gets in one go beyond what it uses. */
export const chunkOf = ({ amount, children }: Pool): bigint =>
  most(1n, amount / (CHUNKS * BigInt(Math.max(1, children))));

/** Less than a quarter is free: more is asked for, before an order has to wait for that. */
export const isScarce = (held: bigint, used: bigint): boolean => 4n * (held - used) < held;

/** What it may keep: its share, and never less than a chunk beyond what it uses. */
export function goalOf(policy: QuotaPolicy, pool: Pool, used: bigint, smoothed: bigint): bigint {
  return most(shareOf(policy, pool, smoothed), used + chunkOf(pool));
}

/**
 * What it is topped up to. By use not all of its share at once: what the others use was heard a while ago, and whoever is the first of
 * many that begin would be left with nearly everything.
 */
export function topUpGoalOf(policy: QuotaPolicy, pool: Pool, used: bigint, smoothed: bigint): bigint {
  const goal = goalOf(policy, pool, used, smoothed);
  return policy === "equal" ? goal : least(goal, used + most(used, chunkOf(pool)));
}

function shareOf(policy: QuotaPolicy, { amount, children, smoothed: all }: Pool, smoothed: bigint): bigint {
  const count = BigInt(Math.max(1, children));
  if (policy === "equal") return amount / count;
  const free = (SHARED_PARTS * atLeastNothing(amount - all)) / PARTS;
  const even = free / EVEN_PARTS;
  return smoothed + even / count + (all > 0n ? ((free - even) * smoothed) / all : 0n);
}

/** Free of it is a quarter more than of its goal: that goes back, down to the goal. Smaller moves are not worth a fact. */
export const isFarAbove = (granted: bigint, goal: bigint, used: bigint): boolean =>
  4n * (granted - used) > 5n * (goal - used);

/** Whose need is served first: the lower number where the policy says so, then who has waited longer. */
export function comesBefore(policy: QuotaPolicy, one: GrantedChild, other: GrantedChild): boolean {
  if (policy === "priority" && one.priority !== other.priority) return one.priority < other.priority;
  if (one.since !== other.since) return one.since < other.since;
  return one.child < other.child;
}

export type Giver = { readonly child: GrantedChild; readonly spare: bigint; readonly isWaiting: boolean };

/** Who gives back first: higher numbers where the policy says so, those who wait for nothing, then who has most to spare. */
export function givesBefore(policy: QuotaPolicy, one: Giver, other: Giver): number {
  const [first, second] = [one.child, other.child];
  if (policy === "priority" && first.priority !== second.priority) return second.priority - first.priority;
  if (one.isWaiting !== other.isWaiting) return one.isWaiting ? 1 : -1;
  if (one.isWaiting) return comesBefore(policy, first, second) ? 1 : -1;
  if (one.spare !== other.spare) return one.spare > other.spare ? -1 : 1;
  return first.child < second.child ? -1 : 1;
}
