/** How many of each the tenant has. The names themselves stay on disk: a hundred thousand would crowd out other tenants' objects. */
export type TenantState = { accounts: number; strategies: number; open: number; closed: number };

export const initialState = (): TenantState => ({ accounts: 0, strategies: 0, open: 0, closed: 0 });

/** Announced, then opened and listed, then closed and kept for its history. */
export type StrategyStatus = "admitted" | "open" | "closed" | "group";

/** As it is listed. Those that closed long ago are in no list, nor is what was only announced. */
export type ListedState = "draft" | "active" | "paused" | "closed";

export type StrategyRow = {
  readonly strategy: string;
  readonly account: string;
  readonly status: StrategyStatus;
  readonly admittedAt: number;
  /** JSON text of the public object; empty where it is not listed. */
  readonly shown: string;
  readonly listed: ListedState | "";
  readonly tags: readonly string[];
  /** 0 unless closed and listed. */
  readonly closedAt: number;
};
