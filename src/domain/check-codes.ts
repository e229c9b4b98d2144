/** Codes of checks that stand without a limit, in the order in which they are published and speak. */

/** Version 1 of the registry, of 21 checks; how many letters a decision has tells its version. A stored decision names the version that it was made with: lists are added, never changed. */
const BUILT_IN_CODES_1 = [
  "account-unknown",
  "order-id-reused",
  "overloaded",
  "no-limits",
  "state-killed",
  "state-halted",
  "state-reducing",
  "strategy-unknown",
  "instrument-unknown",
  "fx-missing",
  "instrument-halted",
  "off-tick",
  "off-lot",
  "below-min",
  "above-max",
  "price-missing",
  "price-invalid",
  "price-stale",
  "warming",
  "replaces-invalid",
  "reduce-only",
] as const;

/** Version 2: a strategy has states. */
const BUILT_IN_CODES_2 = [
  "account-unknown",
  "order-id-reused",
  "overloaded",
  "no-limits",
  "state-killed",
  "state-halted",
  "state-reducing",
  "strategy-unknown",
  "strategy-inactive",
  "instrument-unknown",
  "fx-missing",
  "instrument-halted",
  "off-tick",
  "off-lot",
  "below-min",
  "above-max",
  "price-missing",
  "price-invalid",
  "price-stale",
  "warming",
  "replaces-invalid",
  "reduce-only",
] as const;

export const BUILT_IN_CODES = BUILT_IN_CODES_2;
export type BuiltInCode = (typeof BUILT_IN_CODES)[number];

export const REGISTRY_VERSION = 2;
export const CODES_OF_VERSION: Readonly<Record<number, readonly BuiltInCode[]>> = {
  1: BUILT_IN_CODES_1,
  2: BUILT_IN_CODES_2,
};
