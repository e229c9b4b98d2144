/** How many of each the tenant has. The names themselves stay on disk: a hundred thousand would crowd out other tenants' objects. */
export type TenantState = { accounts: number; strategies: number; open: number };

export const initialState = (): TenantState => ({ accounts: 0, strategies: 0, open: 0 });

/** Announced, then opened and listed, then closed and kept for its history. */
export type StrategyStatus = "admitted" | "open" | "closed";

export type StrategyRow = {
  readonly strategy: string;
  readonly account: string;
  readonly status: StrategyStatus;
  readonly admittedAt: number;
  /** JSON text of the public object; empty unless open. */
  readonly shown: string;
};
