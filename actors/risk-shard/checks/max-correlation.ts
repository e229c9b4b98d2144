/** How the order's symbol moves with the rest of the book, in the order's direction: 1 as it does, −1 against it, 0 where there is no rest. */

import { rootFloor } from "../../../src/domain/integer-root.ts";
import { PART_SCALE } from "../../../src/domain/limit.ts";
import { netOf } from "../extremes.ts";
import type { Found } from "../inputs.ts";
import { valuesIn } from "../views.ts";
import { bookRisk, toldOf } from "./book-risk.ts";
import type { LimitCheck } from "./check.ts";
import { measuredLate, missing } from "./measure.ts";
import { RATIO } from "./units.ts";

/** It does not depend on the quantity, but that what closes passes. `observed` is of what is held: 0 where that is nothing. */
export const maxCorrelation: LimitCheck = {
  kind: "max-correlation",
  fixCode: 99,
  scopes: ["account", "symbol"],
  scopeDefault: "account",
  unit: RATIO,
  standing: false,
  gather: bookRisk,
  measure: (scene, _measuring, found) => {
    const line = valuesIn(scene, "account");
    if (line === undefined) return undefined;
    const closes = line.gross.reduction;
    if (found === undefined) return missing("returns-missing", closes);
    const held = netOf(line.before);
    const direction = held > 0n ? 1 : held < 0n ? -1 : 0;
    const { side } = scene.inputs.order;
    return measuredLate(
      {
        exceeds: (bound) => correlation(found, side) > bound,
        projected: () => correlation(found, side),
        observed: () => correlation(found, direction),
        reduction: () => closes,
      },
      toldOf(found[4]),
    );
  },
};

const ONE = 10n ** BigInt(PART_SCALE);
/** From money over the root of a variance by a variance of money to a part of one. */
const TO_PART = ONE * 10n ** 3n;

/** Rounded up, within −1 and 1. */
export function correlation(
  [variance = 0n, covariance = 0n, rest = 0n]: Found,
  direction: 1 | 0 | -1,
): bigint {
  const size = rootFloor(variance * rest);
  if (size === 0n || direction === 0) return 0n;
  const scaled = BigInt(direction) * covariance * TO_PART;
  const part = scaled > 0n ? (scaled + size - 1n) / size : scaled / size;
  return part > ONE ? ONE : part < -ONE ? -ONE : part;
}
