/** Codes of checks that stand without a limit, in the order in which they are published and speak. */

export const BUILT_IN_CODES = [
  "account-unknown",
  "order-id-reused",
  "overloaded",
  "no-limits",
  "state-killed",
  "state-halted",
  "state-reducing",
  "parent-away",
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
export type BuiltInCode = (typeof BUILT_IN_CODES)[number];

/** Which codes came after version 1 of the registry, and with which. */
const SINCE: Partial<Readonly<Record<BuiltInCode, number>>> = { "strategy-inactive": 2, "parent-away": 3 };

export const REGISTRY_VERSION = 2;
/** Of decisions of accounts that have a parent: the same, with what is looked at beside. */
export const CHILD_REGISTRY_VERSION = 3;
/** A stored decision has a letter for each code of the version that it was made with: codes are added, never taken away or moved. */
export const CODES_OF_VERSION: Readonly<Record<number, readonly BuiltInCode[]>> = {
  1: codesOf(1),
  2: codesOf(2),
  3: codesOf(3),
};

function codesOf(version: number): readonly BuiltInCode[] {
  return BUILT_IN_CODES.filter((code) => (SINCE[code] ?? 1) <= version);
}
