/** Days folded over ranges of time, wherever they are: one call of the actor, and at most one query of Postgres for all ranges. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { BarObject } from "../contracts/bars.ts";
import { DAY_MS } from "../domain/time.ts";
import { type Folds, foldsIn, partsBefore, type Ranges } from "../http/actions/day-ranges.ts";
import { onSymbol } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { joinedFold } from "../quant/adjusted-bar.ts";
import { barsOf } from "./bars.ts";
import { barsAsOf } from "./bars-as-of.ts";
import { joinedRows } from "./joined-rows.ts";

export async function dayFoldsOf(
  c: Call,
  symbol: string,
  ranges: Ranges,
  asOf?: number,
): Promise<ActorReply<Folds>> {
  if (ranges.length === 0) return answer([]);
  if (asOf !== undefined) return foldsAsOf(c, symbol, ranges, asOf);
  const recent = await onSymbol(c, symbol, (actor, envelope) =>
    sinceDeploy("dayFolds", () => actor.dayFolds(envelope, ranges)),
  );
  if (!recent.ok) return recent;
  const { folds, olderThan = 0, alsoUntil } = recent.value;
  // Imported days among the actor's own are told apart day by day.
  if (alsoUntil !== undefined && ranges.some(([from, to]) => from < alsoUntil && to > olderThan))
    return foldsOfRows(c, symbol, ranges);
  const older = await foldsInPostgres(c, symbol, partsBefore(olderThan, ranges, folds));
  return older.ok ? answer(folds.map((fold, place) => joinedFold(older.value[place] ?? null, fold))) : older;
}

/** Postgres keeps what a day was before it was revised; one that had not closed then only the actor's log knows. */
async function foldsAsOf(c: Call, symbol: string, ranges: Ranges, asOf: number): Promise<ActorReply<Folds>> {
  if (ranges.some(([, to]) => to > asOf)) return foldsOfRows(c, symbol, ranges, asOf);
  return foldsInPostgres(c, symbol, ranges, asOf);
}

/** A range without any time is not asked about. */
async function foldsInPostgres(
  c: Call,
  symbol: string,
  ranges: Ranges,
  asOf?: number,
): Promise<ActorReply<Folds>> {
  const asked = [...ranges.entries()].filter(([, [from, to]]) => from < to);
  if (asked.length === 0) return answer(ranges.map(() => null));
  const { history } = c.env.edge.ports;
  const found = await history.dayFolds(
    c.env.envelope,
    symbol,
    asked.map(([, range]) => range),
    asOf,
  );
  if (!found.ok) return found;
  const byPlace = new Map(asked.map(([place], index) => [place, found.value[index] ?? null]));
  return answer(ranges.map((_range, place) => byPlace.get(place) ?? null));
}

/** From the first day of them to the last, as a page of bars tells them. */
async function foldsOfRows(
  c: Call,
  symbol: string,
  ranges: Ranges,
  asOf?: number,
): Promise<ActorReply<Folds>> {
  const from = Math.min(...ranges.map(([start]) => start));
  const to = Math.max(...ranges.map(([, end]) => end));
  const source = asOf === undefined ? barsOf(c, symbol, "1D") : barsAsOf(c, symbol, "1D", asOf);
  const rows = await joinedRows(source, { from, to, limit: Math.ceil((to - from) / DAY_MS) + 1 });
  if (!rows.ok) return rows;
  // SAFETY: rows of our own actors or of Postgres, in the public shape.
  return answer(
    foldsIn(
      ranges,
      rows.value.map((row) => JSON.parse(row) as BarObject),
    ),
  );
}
