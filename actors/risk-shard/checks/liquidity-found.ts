/** What kinds that compare with liquidity gather: the numbers of the order's symbol, and until when they are good. */
import type { Found } from "../inputs.ts";
import { type LiquidityNumbers, liquidityNumbers } from "../liquidity-numbers.ts";
import { isReduction, type Scene } from "../scene.ts";
import type { Asked } from "./check.ts";
import { type LimitMeasure, type MissingReason, missing } from "./measure.ts";

type Field = Exclude<keyof LiquidityNumbers, "until">;

/** Until when, then the fields; undefined where one of them is not known. */
export const liquidityIn =
  (...fields: readonly Field[]) =>
  ({ state, terms, instrument }: Asked): Found | undefined => {
    const liquidity = state.liquidity.get(terms.symbol);
    if (liquidity === undefined || instrument === undefined) return undefined;
    const numbers = liquidityNumbers(liquidity, instrument);
    // As many orders look at the same numbers as come before the next session.
    const known = newest.get(fields);
    if (known?.numbers === numbers) return known.found;
    const found = foundIn(numbers, fields);
    newest.set(fields, { numbers, found });
    return found;
  };

/** Of each list of fields, for the numbers that were asked for last. */
const newest = new WeakMap<
  readonly Field[],
  { readonly numbers: LiquidityNumbers; readonly found: Found | undefined }
>();

function foundIn(numbers: LiquidityNumbers, fields: readonly Field[]): Found | undefined {
  const found = fields.flatMap((field) => numbers[field] ?? []);
  return found.length < fields.length ? undefined : [BigInt(numbers.until), ...found];
}

/** What says that they are missing or too old; undefined where they are there. */
export function liquidityMissing(scene: Scene, found: Found | undefined): LimitMeasure | undefined {
  const reason = liquidityLack(scene.inputs.at, found?.[0]);
  return reason === undefined ? undefined : missing(reason, isReduction(scene));
}

export function liquidityLack(at: number, until: bigint | undefined): MissingReason | undefined {
  if (until === undefined) return "liquidity-missing";
  return BigInt(at) >= until ? "liquidity-stale" : undefined;
}
