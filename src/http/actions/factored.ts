/** Corporate actions and the factors that they stand for: what each needs of the days before its ex-date, and what becomes of it. */
import type { ActionEntry, DayFold, DayRange } from "../../../actors/symbol/messages.ts";
import type { CorporateActionObject } from "../../contracts/corporate-actions.ts";
import { CLOSE_AGE_MS_MAX } from "../../domain/corporate-action.ts";
import { type Factored, factorsOf, needsPrice, type Ratio, shown } from "../../quant/adjustment.ts";

/** Decimals of a factor that is shown; it is applied as a fraction. */
const SHOWN_SCALE = 15;

// SAFETY: a text of our own actors.
export const entryOf = (text: string): ActionEntry => JSON.parse(text) as ActionEntry;

/** The days of which the last close is wanted: none where no price is needed, or it was given, or its day has not come. */
export const closeRangeOf = (
  { type, referencePrice, startsAt }: ActionEntry,
  now: number,
): DayRange | undefined =>
  needsPrice(type) && referencePrice === undefined && startsAt <= now
    ? [startsAt - CLOSE_AGE_MS_MAX, startsAt, true]
    : undefined;

export const factoredBy = (entry: ActionEntry, days: DayFold | null | undefined): Factored =>
  factorsOf(entry, priceBefore(entry, days));

const priceBefore = (entry: ActionEntry, days: DayFold | null | undefined): string | undefined =>
  entry.referencePrice ?? days?.c;

/** As the public contract has it. `days` is a word where they could not be read. */
export function publicAction(
  entry: ActionEntry,
  days: DayFold | null | undefined | "history-unavailable",
  tenant: string,
): CorporateActionObject {
  const { startsAt: _startsAt, bucket: _bucket, recordedBy, revokedBy, ...recorded } = entry;
  const who = {
    ...(recordedBy.tenant === tenant ? { recordedBy: recordedBy.subject } : {}),
    ...(revokedBy?.tenant === tenant ? { revokedBy: revokedBy.subject } : {}),
  };
  return { ...recorded, ...who, ...factorFields(entry, days) };
}

type FactorFields = Pick<CorporateActionObject, "factors" | "factorsCode">;

function factorFields(
  entry: ActionEntry,
  days: DayFold | null | undefined | "history-unavailable",
): FactorFields {
  if (days === "history-unavailable") return { factors: null, factorsCode: days };
  const factored = factoredBy(entry, days);
  if (!factored.ok) return { factors: null, factorsCode: factored.code };
  const { price, volume } = factored.factors;
  const before = needsPrice(entry.type) ? priceBefore(entry, days) : undefined;
  return {
    factors: {
      price: shownRatio(price),
      volume: shownRatio(volume),
      ...(before === undefined ? {} : { priceBefore: before }),
    },
  };
}

const shownRatio = (ratio: Ratio) => ({
  numerator: String(ratio.numerator),
  denominator: String(ratio.denominator),
  value: shown(ratio, SHOWN_SCALE),
});
