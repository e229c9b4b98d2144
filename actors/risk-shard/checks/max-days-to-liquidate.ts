/**
 * How many average days it takes to sell, or to buy back, what a position can become at most, at `participation` of the day's volume.
 * Of an account it is the longest of its symbols.
 */
import { areDaysAbove, DAYS_UNIT, type DaysBeside, daysBeside, daysOf } from "../days-book.ts";
import type { Found } from "../inputs.ts";
import { quantitiesIn } from "../views.ts";
import type { Asked, LimitCheck } from "./check.ts";
import { liquidityIn, liquidityLack } from "./liquidity-found.ts";
import { type MissingReason, measuredLate, missing } from "./measure.ts";
import { RATIO } from "./units.ts";

/** Six decimals of days, at a participation of six decimals. */
const SHOWN = 10n ** 12n;

/** The larger extreme of a line is convex in the order's quantity, and so is the longer of it and what does not change. */
export const maxDaysToLiquidate: LimitCheck = {
  kind: "max-days-to-liquidate",
  fixCode: 3,
  scopes: ["symbol", "account"],
  scopeDefault: "symbol",
  unit: RATIO,
  standing: true,
  parameters: ({ participation }) => String(participation),
  gather: (asked) =>
    asked.scope === "symbol" ? volumeIn(asked) : [...besideIn(asked), ...(volumeIn(asked) ?? [])],
  measure: (scene, { limit, scope }, found) => {
    const line = quantitiesIn(scene, "symbol")?.gross;
    const { participation = 0n } = limit;
    if (line === undefined || participation <= 0n) return undefined;
    const reduction = line.reduction || line.projected <= line.observed;
    const beside = scope === "symbol" ? undefined : besideOf(found);
    const own = scope === "symbol" ? found : found?.slice(BESIDE_FIELDS);
    const isFlat = line.observed === 0n && line.projected === 0n;
    const lacking =
      (isFlat ? undefined : liquidityLack(scene.inputs.at, own?.[0])) ?? lackIn(beside, scene.inputs.at);
    if (lacking !== undefined) return missing(lacking, reduction);
    const [, adv = 1n] = own ?? [];
    const longest = beside?.longest ?? 0n;
    const days = (gross: bigint): bigint => shownDays(larger(daysOf(gross, adv), longest), participation);
    return measuredLate({
      exceeds: (bound) => {
        const most = bound * participation * UNSHOWN;
        return longest > most || areDaysAbove(line.projected, adv, most);
      },
      projected: () => days(line.projected),
      observed: () => days(line.observed),
      reduction: () => reduction,
    });
  },
};

const volumeIn = liquidityIn("adv");

const BESIDE_FIELDS = 3;

function besideIn({ state, terms }: Asked): Found {
  const { days } = state.sums;
  if (days === undefined) return [0n, 0n, 0n];
  const { longest, until, isWhole } = daysBeside(days, terms.symbol);
  return [longest, until, BigInt(isWhole)];
}

const besideOf = ([longest = 0n, until = 0n, isWhole = 0n]: Found = []): DaysBeside => ({
  ...{ longest, until, isWhole: isWhole === 1n },
});

function lackIn(beside: DaysBeside | undefined, at: number): MissingReason | undefined {
  if (beside === undefined) return undefined;
  return liquidityLack(at, beside.isWhole ? beside.until : undefined);
}

const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** A bound of what is shown, times the participation, in the units of `daysOf`. */
const UNSHOWN = DAYS_UNIT / SHOWN;

/** Rounded up. */
const shownDays = (days: bigint, participation: bigint): bigint => {
  const whole = participation * DAYS_UNIT;
  return (days * SHOWN + whole - 1n) / whole;
};
