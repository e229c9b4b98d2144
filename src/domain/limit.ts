/** Words of risk limits, as the public contract spells them. */

/** In the published order. The kind is also the code of its check. */
export const LIMIT_KINDS = [
  "max-order-qty",
  "max-order-notional",
  "max-position-qty",
  "max-position-notional",
  "max-long-notional",
  "max-short-notional",
  "max-gross-exposure",
  "max-net-exposure",
  "max-leverage",
  "max-working-orders",
  "max-order-rate",
  "max-message-rate",
  "max-daily-orders",
  "max-daily-trades",
  "max-daily-turnover",
  "price-collar",
  "price-collar-period",
  "max-price-age",
  "duplicate-order",
  "repeated-execution",
  "restricted-list",
  "max-weight",
  "max-top-weight",
  "max-concentration",
  "max-factor-exposure",
  "max-beta-exposure",
  "max-correlation",
  "max-cluster-gross",
  "max-adv-participation",
  "max-volume-participation",
  "max-spread",
  "max-days-to-liquidate",
  "max-impact",
  "max-margin-use",
  "max-var",
  "max-daily-loss",
  "max-drawdown",
  "self-match",
  "reduce-only",
] as const;
export const LIMIT_SCOPE_KINDS = [
  "account",
  "strategy",
  "symbol",
  "sector",
  "country",
  "currency",
  "issuer",
  "group",
] as const;
/** What reference data says of an instrument, by which limits may be scoped. */
export const CLASS_KINDS = ["sector", "country", "currency", "issuer"] as const;
export const LIMIT_ACTIONS = ["reject", "reduce", "warn"] as const;
export const LIMIT_UNITS = ["money", "equity-percent"] as const;
export const PRICE_REFERENCES = ["last", "mid", "close"] as const;

/** Levels of use, the mildest first: told, one order a second, and no more than closing. */
export const LIMIT_LEVELS = ["warn", "slow", "stop"] as const;

export type LimitKind = (typeof LIMIT_KINDS)[number];
export type LimitScopeKind = (typeof LIMIT_SCOPE_KINDS)[number];
export type ClassKind = (typeof CLASS_KINDS)[number];
export type LimitAction = (typeof LIMIT_ACTIONS)[number];
export type LimitUnit = (typeof LIMIT_UNITS)[number];
export type LimitLevel = (typeof LIMIT_LEVELS)[number];
/** Each in percent of the threshold. */
export type LimitLevels = { readonly [Level in LimitLevel]?: number };
export type PriceReference = (typeof PRICE_REFERENCES)[number];

/** Decimals of parts of one: participation, confidence, correlation. */
export const PART_SCALE = 6;
