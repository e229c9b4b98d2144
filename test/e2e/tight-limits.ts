/** Limits of each kind that an order to buy 10 at 100 goes past. */

export type Limit = { readonly kind: string } & Readonly<Record<string, unknown>>;

const ACME = "XTEST:ACME";

const EXTRA: Readonly<Record<string, object>> = {
  "max-order-rate": { windowMs: 1_000 },
  "max-message-rate": { windowMs: 1_000 },
  "price-collar-period": { windowMs: 60_000 },
  "repeated-execution": { windowMs: 60_000, scope: { kind: "account" } },
  "max-top-weight": { n: 1 },
  "max-factor-exposure": { factor: "momentum" },
  "max-cluster-gross": { rho: "0.1" },
  "max-days-to-liquidate": { participation: "0.1" },
  "max-var": { confidence: "0.95", horizonDays: 1 },
};
export const WITHOUT_THRESHOLD: Readonly<Record<string, object>> = {
  "restricted-list": { symbols: [ACME] },
  "self-match": {},
  "reduce-only": {},
};
export const limitOf = (kind: string, threshold: string): Limit => ({
  kind,
  ...(WITHOUT_THRESHOLD[kind] ?? { threshold }),
  ...EXTRA[kind],
});

/** What each kind is put to, so that the order goes past it; and the order, where it is not to buy 10 at 100. */
export const TIGHT: readonly (readonly [kind: string, threshold: string, order?: object])[] = [
  ["max-order-qty", "9"],
  ["max-order-notional", "999"],
  ["max-position-qty", "9"],
  ["max-position-notional", "999"],
  ["max-long-notional", "999"],
  ["max-short-notional", "999", { side: "sell", qty: "30" }],
  ["max-gross-exposure", "999"],
  ["max-net-exposure", "999"],
  ["max-leverage", "0.009"],
  ["max-working-orders", "0"],
  ["max-order-rate", "0"],
  ["max-message-rate", "0"],
  ["max-daily-orders", "0"],
  ["max-daily-trades", "0"],
  ["max-daily-turnover", "999"],
  ["price-collar", "500", { price: "106" }],
  ["price-collar-period", "500", { price: "106" }],
  ["max-price-age", "0"],
  ["repeated-execution", "0"],
  ["restricted-list", ""],
  ["max-weight", "10"],
  ["max-top-weight", "10"],
  ["max-concentration", "0.1"],
  ["max-factor-exposure", "0.001"],
  ["max-beta-exposure", "0.1"],
  ["max-correlation", "-1"],
  ["max-cluster-gross", "999"],
  ["max-adv-participation", "1"],
  ["max-volume-participation", "0"],
  ["max-spread", "1"],
  ["max-days-to-liquidate", "0.1"],
  ["max-impact", "1"],
  ["max-margin-use", "0.5"],
  ["max-var", "1"],
  ["reduce-only", ""],
];
