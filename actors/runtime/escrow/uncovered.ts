/**
 * What a child uses beyond what it is granted: prices carried it there, or a limit is lower than what was used of it already. That is promised
 * to it before anybody else grows.
 */
import { amountOf, amountsBy, atLeastNothing, NOTHING } from "./amounts.ts";
import type { GrantedChild } from "./grants-state.ts";
import type { Amounts } from "./messages.ts";

type Using = Pick<GrantedChild, "committed" | "granted">;

export const uncoveredOf = ({ committed, granted }: Using, budget: string): bigint =>
  atLeastNothing(amountOf(committed, budget) - amountOf(granted, budget));

export const uncoveredIn = (child: Using | undefined): Amounts =>
  child === undefined
    ? NOTHING
    : amountsBy(Object.keys(child.committed), (budget) => uncoveredOf(child, budget));

/** What it waits for beyond that: what is uncovered is needed, too, and is counted once. */
export const waitsBeyond = (child: GrantedChild, budget: string): bigint =>
  atLeastNothing(amountOf(child.waiting, budget) - uncoveredOf(child, budget));
