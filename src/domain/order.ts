/** Words of orders and executions, as the public contract spells them. */
export const SIDES = ["buy", "sell"] as const;
export const ORDER_TYPES = ["market", "limit", "stop", "stop-limit"] as const;
export const TIMES_IN_FORCE = ["day", "gtc", "ioc", "fok"] as const;
export const ORDER_STATUSES = ["working", "filled", "cancelled", "rejected", "expired", "replaced"] as const;
/** Of `bust` and `correct` a fill was reported before: it never was, or it was another. By `acknowledge` the venue has the order. */
export const EXECUTION_TYPES = [
  "fill",
  "cancel",
  "reject",
  "expire",
  "replace",
  "bust",
  "correct",
  "acknowledge",
] as const;
export const TRADING_STATES = ["active", "reducing", "halted", "killed"] as const;

export type Side = (typeof SIDES)[number];
export type OrderType = (typeof ORDER_TYPES)[number];
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type ExecutionType = (typeof EXECUTION_TYPES)[number];
export type TradingState = (typeof TRADING_STATES)[number];

export const signOf = (side: Side): 1 | -1 => (side === "buy" ? 1 : -1);

/** Less could be over before the venue has heard of it. */
export const TTL_MS_MIN = 100;
/** A year: what shall work longer is sent without an end. */
export const TTL_MS_MAX = 366 * 86_400_000;
export const isTtl = (ttlMs: number): boolean =>
  Number.isSafeInteger(ttlMs) && ttlMs >= TTL_MS_MIN && ttlMs <= TTL_MS_MAX;
