/** Whether an account may trade. */
import type { Account } from "../shapes.ts";

const MEANING: Readonly<Record<Account["state"], string>> = {
  active: "orders are decided by the limits",
  reducing: "only orders that close are admitted",
  halted: "no order is admitted",
  killed: "no order is admitted, for good until an operator lifts it",
};

export const StateBadge = ({ state }: { state: Account["state"] }) => (
  <span class={`badge state-badge ${state}`} title={MEANING[state]}>
    {state}
  </span>
);
