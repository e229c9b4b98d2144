/** How a page of bars is adjusted: which actions count, what must be known of days, and the numbers that follow. Pure; reading is the route's. */
import { type ActorReply, answer, type Refusal, refusal } from "../../../actors/runtime/reply.ts";
import type { ActionEntry, DayFold, DayRange } from "../../../actors/symbol/messages.ts";
import type { BarObject } from "../../contracts/bars.ts";
import { adjustedNumbers, type BarNumbers, compared, foldedNumbers } from "../../quant/adjusted-bar.ts";
import {
  type AdjustMode,
  factorsAt,
  isInMode,
  ladderOf,
  ratioOf,
  type Step,
  UNCHANGED,
} from "../../quant/adjustment.ts";
import { closeRangeOf, factoredBy } from "./factored.ts";

/** `asOf`: as it was known then; else as it is known at `now`. */
export type Knowledge = {
  readonly mode: AdjustMode;
  readonly now: number;
  readonly asOf?: number | undefined;
};
/** A week or month with an ex-date inside: its stretches between one action and the next. */
type Cut = { readonly start: number; readonly stretches: readonly DayRange[] };
export type Plan = {
  readonly actions: readonly ActionEntry[];
  readonly cuts: readonly Cut[];
  /** Days to fold, all by one read. */
  readonly ranges: readonly DayRange[];
};

/** Of the actions those that change the first of these bars, and so all that change any. */
export function planOf(bars: readonly BarObject[], entries: readonly ActionEntry[], known: Knowledge): Plan {
  const first = bars[0]?.t ?? Number.POSITIVE_INFINITY;
  const actions = entries.filter((entry) => entry.startsAt > first && counts(entry, known));
  const cuts = bars.flatMap((bar) => cutOf(bar, actions) ?? []);
  const closes = actions.map((entry) => closeRange(entry, known)).filter((range) => range !== undefined);
  return { actions, cuts, ranges: [...closes, ...cuts.flatMap(({ stretches }) => stretches)] };
}

/** An announced action changes nothing before its ex-date has come. */
function counts(entry: ActionEntry, { mode, now, asOf = now }: Knowledge): boolean {
  const { type, recordedAt, revokedAt = Number.POSITIVE_INFINITY, startsAt } = entry;
  return isInMode(type, mode) && recordedAt <= asOf && asOf < revokedAt && startsAt <= asOf;
}

const closeRange = (entry: ActionEntry, { now, asOf = now }: Knowledge): DayRange | undefined =>
  closeRangeOf(entry, asOf);

function cutOf({ t }: BarObject, actions: readonly ActionEntry[]): Cut | undefined {
  const inside = actions.filter(({ bucket, startsAt }) => bucket?.start === t && startsAt > t);
  const end = inside[0]?.bucket?.end;
  if (end === undefined) return undefined;
  const edges = [...new Set([t, ...inside.map(({ startsAt }) => startsAt), end])].toSorted(
    (one, other) => one - other,
  );
  return { start: t, stretches: edges.slice(1).map((to, index): DayRange => [edges[index] ?? t, to]) };
}

/** `rows` are the texts of `bars`; those that nothing changes stay to the letter. `folds` are those of the plan's ranges, in order. */
export function adjustedRows(
  rows: readonly string[],
  bars: readonly BarObject[],
  plan: Plan,
  folds: readonly (DayFold | null)[],
  known: Knowledge,
): ActorReply<readonly string[]> {
  const days = [...folds];
  const steps: Step[] = [];
  for (const entry of plan.actions) {
    const factored = factoredBy(entry, closeRange(entry, known) === undefined ? undefined : days.shift());
    if (!factored.ok) return refusal(factored.code, WHY[factored.code](entry));
    steps.push({ from: entry.startsAt, factors: factored.factors });
  }
  const ladder = ladderOf(steps);
  const cuts = new Map(plan.cuts.map((cut) => [cut.start, foldedCut(cut, days, ladder)]));
  const adjusted: string[] = [];
  for (const [index, bar] of bars.entries()) {
    const cut = cuts.get(bar.t);
    const factors = factorsAt(ladder, bar.t);
    if (cut === undefined && factors === UNCHANGED) {
      adjusted.push(rows[index] ?? "");
      continue;
    }
    const numbers = cut === undefined ? adjustedNumbers(bar, factors) : numbersOf(bar, cut);
    if ("code" in numbers) return numbers;
    adjusted.push(JSON.stringify({ ...bar, ...numbers }));
  }
  return answer(adjusted);
}

const WHY = {
  "reference-price-unknown": ({ id, exDate }: ActionEntry) =>
    `no close of the days before ${exDate} is known (action ${id}): record it with its referencePrice`,
  "factor-invalid": ({ id, exDate }: ActionEntry) =>
    `action ${id} of ${exDate} would leave a share nothing, or make it worth more`,
} as const;

type Parts = Parameters<typeof foldedNumbers>[0];

function foldedCut({ stretches }: Cut, days: (DayFold | null)[], ladder: readonly Step[]): Parts {
  return stretches.flatMap(([from]) => {
    const fold = days.shift() ?? null;
    return fold === null ? [] : [{ fold, factors: factorsAt(ladder, from) }];
  });
}

/** A week that was built from more than the days that we have cannot be taken apart. */
function numbersOf(bar: BarObject, parts: Parts): BarNumbers | Refusal {
  if (parts.length > 0 && hasAll(bar, foldedNumbers(parts.map(({ fold }) => ({ fold, factors: UNCHANGED })))))
    return foldedNumbers(parts);
  return refusal(
    "adjust-unsupported",
    `an ex-date lies inside the bar of ${bar.t}, and its days are not all known`,
  );
}

/** The days may be newer than the bar, never less. */
const hasAll = (bar: BarNumbers, days: BarNumbers): boolean =>
  compared(ratioOf(days.v), ratioOf(bar.v)) >= 0 &&
  compared(ratioOf(days.h), ratioOf(bar.h)) >= 0 &&
  compared(ratioOf(days.l), ratioOf(bar.l)) <= 0;
