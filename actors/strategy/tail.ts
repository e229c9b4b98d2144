/**
 * What stands after a late moment, in later minutes, where it has nothing of the leg that the moment is of. Such a moment moves every
 * total after it by the same amount, so those minutes move as they are: a feed that lies behind another folds nothing of it again. Not so
 * in another currency: what it moves there is worth something else with each rate, and is rounded anew.
 */
import { MINUTE_MS } from "../../src/domain/time.ts";
import { type HoldingAmounts, NO_AMOUNTS, negated, sumOf } from "../../src/quant/money/holding.ts";
import { advance, type Fold, type MinuteFold, type Step, sealBefore } from "./fold.ts";
import { addChange, flagOf, type LegFold, legOf, setMark, totalOf } from "./holdings.ts";
import { isBooking, type Mark } from "./moment.ts";

/** All that the tail does to one leg. */
type Passage = { readonly was: Mark | undefined; readonly is: Mark | undefined; change: HoldingAmounts };
type Sums = Pick<Fold, "realised" | "fees" | "funding" | "unrealised" | "gross" | "unsure"> & {
  readonly total: bigint;
  readonly close: bigint | undefined;
};

export type Tail = {
  readonly steps: readonly Step[];
  readonly minutes: readonly MinuteFold[];
  readonly passages: ReadonlyMap<string, Passage>;
  readonly before: Sums;
};

/** Whether what changes of this leg moves all that comes after it by the same amount. */
export const movesTail = ({ sums, rates }: LegFold): boolean => sums.isHome && rates.length === 0;

/** Where the tail begins: with the first minute that starts at `end` or later. */
export function tailIndex(steps: readonly Step[], end: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle]?.minute ?? -1) < end) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes the tail off in one go. Its minutes and steps stay as they are; the fold is as it was before it, but for the minute it sealed. */
export function setAside(fold: Fold, steps: readonly Step[]): Tail {
  const passages = new Map<string, Passage>();
  for (const { moment, was } of steps) {
    const { symbol } = moment;
    let passage = passages.get(symbol);
    if (passage === undefined) {
      passage = { was, is: legOf(fold, symbol).mark, change: NO_AMOUNTS };
      passages.set(symbol, passage);
    }
    if (isBooking(moment)) passage.change = sumOf(passage.change, moment.change);
  }
  for (const [symbol, { was, change }] of passages) {
    addChange(fold, legOf(fold, symbol), negated(change));
    setMark(fold, legOf(fold, symbol), was);
  }
  const first = steps[0]?.minute ?? Infinity;
  const index = fold.minutes.findIndex((minute) => minute.start >= first);
  const minutes = index < 0 ? [] : fold.minutes.splice(index);
  return { steps, minutes, passages, before: sumsOf(fold) };
}

/** The steps of the tail on top of what the fold is now. `late`: the legs that have changed below it. */
export function putBack(fold: Fold, tail: Tail, late: ReadonlySet<string>): readonly Step[] {
  const after = sumsOf(fold);
  if (!movesAlike(tail.before, after)) return tail.steps.map(({ moment }) => advance(fold, moment));
  sealBefore(fold, tail.steps[0]?.moment.ts ?? 0);
  for (const minute of tail.minutes) {
    move(minute, tail.before, after);
    if (minute.sealed) for (const symbol of late) flagAgain(fold, minute, symbol);
    fold.minutes.push(minute);
  }
  for (const [symbol, { is, change }] of tail.passages) {
    addChange(fold, legOf(fold, symbol), change);
    setMark(fold, legOf(fold, symbol), is);
  }
  return tail.steps;
}

/** The first minute of the tail opens where the one ahead of it closed: that moves as far as the total does. */
function movesAlike(before: Sums, after: Sums): boolean {
  if (before.close === undefined || after.close === undefined) return false;
  const alike = after.close - before.close === after.total - before.total;
  return alike && before.unsure === after.unsure;
}

function move(minute: MinuteFold, before: Sums, after: Sums): void {
  const by = after.total - before.total;
  minute.open += by;
  minute.high += by;
  minute.low += by;
  minute.close += by;
  minute.realised += after.realised - before.realised;
  minute.fees += after.fees - before.fees;
  minute.funding += after.funding - before.funding;
  minute.unrealised += after.unrealised - before.unrealised;
  minute.gross += after.gross - before.gross;
}

function flagAgain(fold: Fold, minute: MinuteFold, symbol: string): void {
  const flag = flagOf(legOf(fold, symbol), minute.start + MINUTE_MS);
  minute.staleLegs = named(minute.staleLegs, symbol, flag === "stale");
  minute.missingLegs = named(minute.missingLegs, symbol, flag === "missing");
}

const named = (names: readonly string[], name: string, isNamed: boolean): readonly string[] =>
  names.includes(name) === isNamed
    ? names
    : isNamed
      ? [...names, name].sort()
      : names.filter((other) => other !== name);

function sumsOf(fold: Fold): Sums {
  const { realised, fees, funding, unrealised, gross, unsure } = fold;
  return {
    realised,
    fees,
    funding,
    unrealised,
    gross,
    unsure,
    total: totalOf(fold),
    close: fold.minutes.at(-1)?.close,
  };
}
