/** A strategy's object is named `<tenant>/<strategy>`; the mirror and the price hubs know it by that name too. */
import { assert } from "../../src/domain/assert.ts";
import type { SubscriberName } from "../price-hub/messages.ts";

export type StrategyAddress = {
  readonly tenant: string;
  readonly strategy: string;
  /** As the mirror knows it. */
  readonly actor: string;
  /** As a price hub knows it. */
  readonly subscriber: SubscriberName;
};

export function strategyAddress(objectName: string | undefined): StrategyAddress {
  const slash = objectName?.indexOf("/") ?? -1;
  assert(objectName !== undefined && slash > 0, "a strategy is addressed by <tenant>/<strategy>");
  return {
    tenant: objectName.slice(0, slash),
    strategy: objectName.slice(slash + 1),
    actor: `strategy:${objectName}`,
    subscriber: `strategy/${objectName}`,
  };
}
