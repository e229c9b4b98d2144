/** Every consequence of a tenant directory's event for what it keeps in memory. */
import type { TenantEvent } from "./events.ts";
import type { StrategyRow, TenantState } from "./state.ts";

export function apply(state: TenantState, event: TenantEvent): void {
  switch (event.kind) {
    case "account-admitted":
      state.accounts += 1;
      return;
    case "strategy-admitted":
      state.strategies += 1;
      return;
    case "strategy-heard":
      state.strategies += event.before === undefined ? 1 : 0;
      state.open += isOpen(event.row) - isOpen(event.before);
      state.closed += isListedClosed(event.row) - isListedClosed(event.before);
      return;
    case "strategy-forgotten":
      state.strategies -= 1;
      return;
    case "strategies-unlisted":
      state.closed -= event.count;
      return;
  }
}

const isListedClosed = (row: StrategyRow | undefined): number => (row?.listed === "closed" ? 1 : 0);
const isOpen = (row: StrategyRow | undefined): number => (row?.status === "open" ? 1 : 0);
