/** Words of firms and desks: how they share their limits out, and which kinds of limits they may have. */
import type { LimitKind } from "./limit.ts";

/** How much beyond the need is granted, and who gives back first. */
export const QUOTA_POLICIES = ["equal", "by-use", "priority"] as const;
export type QuotaPolicy = (typeof QUOTA_POLICIES)[number];

/** Sums over accounts, which can be shared out. */
export const FIRM_LIMIT_KINDS = [
  "max-long-notional",
  "max-short-notional",
  "max-gross-exposure",
  "max-net-exposure",
  "max-order-rate",
  "max-daily-turnover",
  "max-daily-loss",
] as const satisfies readonly LimitKind[];
export type FirmLimitKind = (typeof FIRM_LIMIT_KINDS)[number];

export const isFirmLimitKind = (kind: string): kind is FirmLimitKind =>
  FIRM_LIMIT_KINDS.some((one) => one === kind);

export const FIRM_LIMIT_ACTIONS = ["reject", "reduce"] as const;
export type FirmLimitAction = (typeof FIRM_LIMIT_ACTIONS)[number];

/** Shared out as a long and a short half: what one account is long frees nobody else to be short. */
export const hasHalves = (kind: string): boolean => kind === "max-net-exposure";
/** Counts as they are; all others are money. */
export const isCountKind = (kind: string): boolean => kind === "max-order-rate";

/** Firms and desks share one space of ids. */
export const NODE_KINDS = ["firm", "desk"] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** Desks below one another: a bank's division, desk and book; each is one more that has to be asked in turn. */
export const DESK_DEPTH_MAX = 3;
/** Comes first, comes last, and stands where nobody says otherwise. */
export const PRIORITY_MIN = 1;
export const PRIORITY_MAX = 1_000;
export const PRIORITY_DEFAULT = 100;
/** Decimals of a reserve in percent. */
export const RESERVE_SCALE = 4;

/** A net limit counts as two. Five nodes stand above a part of a split account at the most, and each part keeps all their quotas. */
export const NODE_BUDGETS_MAX = 12;
export const budgetsOf = ({ kind }: { readonly kind: string }): number => (hasHalves(kind) ? 2 : 1);
