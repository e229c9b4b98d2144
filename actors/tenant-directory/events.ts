/**
 * Facts of a tenant's directory, as they go to the archiver. `account-admitted`: `{tenant, account, at}`. `strategy-admitted`:
 * `{tenant, strategy, account, at}`. `at` in epoch ms. Both say that a name is taken, not that the thing was made: that is a fact of the
 * account's risk shard.
 */
import type { StrategyRow } from "./state.ts";

export type AccountAdmitted = {
  readonly kind: "account-admitted";
  readonly account: string;
  readonly at: number;
};
export type StrategyAdmitted = {
  readonly kind: "strategy-admitted";
  readonly strategy: string;
  readonly account: string;
  readonly at: number;
};
/** Local: what a risk shard told of a strategy, with the row as it was before. */
export type StrategyHeard = {
  readonly kind: "strategy-heard";
  readonly row: StrategyRow;
  readonly before: StrategyRow | undefined;
};
/** Local: a strategy that was announced and never opened made room. */
export type StrategyForgotten = { readonly kind: "strategy-forgotten"; readonly strategy: string };

/** Local: closed ones beyond the bound, the oldest first, leave the list. They stay known. */
export type StrategiesUnlisted = { readonly kind: "strategies-unlisted"; readonly count: number };

export type TenantEvent =
  | AccountAdmitted
  | StrategyAdmitted
  | StrategyHeard
  | StrategyForgotten
  | StrategiesUnlisted;

/** The payload of a fact; undefined for what stays in the object. */
export function factOf(tenant: string, event: TenantEvent): string | undefined {
  switch (event.kind) {
    case "account-admitted":
      return JSON.stringify({ tenant, account: event.account, at: event.at });
    case "strategy-admitted":
      return JSON.stringify({ tenant, strategy: event.strategy, account: event.account, at: event.at });
    case "strategy-heard":
    case "strategy-forgotten":
    case "strategies-unlisted":
      return undefined;
  }
}
