/** Days folded over ranges of time, wherever they are: one call of the actor, and at most one query of Postgres for all ranges. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { DayFold, DayRange } from "../../actors/symbol/messages.ts";
import { onSymbol } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { joinedFold } from "../quant/adjusted-bar.ts";

type Folds = readonly (DayFold | null)[];

/** As of a moment Postgres alone answers: it keeps what a day was before it was revised. */
export async function dayFoldsOf(
  c: Call,
  symbol: string,
  ranges: readonly DayRange[],
  asOf?: number,
): Promise<ActorReply<Folds>> {
  if (ranges.length === 0) return answer([]);
  const older = (wanted: readonly DayRange[]) =>
    c.env.edge.ports.history.dayFolds(c.env.envelope, symbol, wanted, asOf);
  if (asOf !== undefined) return older(ranges);
  const recent = await onSymbol(c, symbol, (actor, envelope) =>
    sinceDeploy("dayFolds", () => actor.dayFolds(envelope, ranges)),
  );
  if (!recent.ok) return recent;
  const { folds, olderThan = 0 } = recent.value;
  const reaching = ranges.flatMap(([from, to], place): { place: number; range: DayRange }[] =>
    from < olderThan ? [{ place, range: [from, Math.min(to, olderThan)] }] : [],
  );
  if (reaching.length === 0) return answer(folds);
  const found = await older(reaching.map(({ range }) => range));
  if (!found.ok) return found;
  const joined = [...folds];
  for (const [index, { place }] of reaching.entries())
    joined[place] = joinedFold(found.value[index] ?? null, folds[place] ?? null);
  return answer(joined);
}
