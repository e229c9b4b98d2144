/** Gateways are numbered from 1: `g-1`, `g-2` and so on. This is how the mirror knows one. */

import { assert } from "../../src/domain/assert.ts";
import { GATEWAY_PATTERN } from "../../src/domain/gateway.ts";

export const gatewayActor = (gateway: string): string => `gateway:${gateway}`;

/** The name of a gateway's own object. */
export function gatewayNameOf(name: string | undefined): string {
  assert(name !== undefined && GATEWAY_PATTERN.test(name), "a gateway's object is named g-<number>");
  return name;
}
