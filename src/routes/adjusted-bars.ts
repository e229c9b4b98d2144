/** Bars adjusted for corporate actions on their way out; what is stored and streamed is raw. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { ActionEntry } from "../../actors/symbol/messages.ts";
import type { BarObject, BarsQuery } from "../contracts/bars.ts";
import { CORPORATE_ACTIONS_MAX } from "../domain/corporate-action.ts";
import { adjustedRows, planOf } from "../http/actions/adjusting.ts";
import { entryOf } from "../http/actions/factored.ts";
import { onSymbol } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { dayFoldsOf } from "./day-folds.ts";
import type { PageStep } from "./windows.ts";

type Adjusted = Pick<BarsQuery, "resolution"> & Partial<Pick<BarsQuery, "adjust" | "asOf">>;

/** Nothing where raw bars are asked for. */
export function adjusting(c: Call, symbol: string, query: Adjusted): PageStep | undefined {
  const { adjust: mode = "raw", asOf, resolution } = query;
  if (mode === "raw") return undefined;
  // The rows of one reply are adjusted by the same actions, however often this step is taken.
  let asked: ReturnType<typeof allActions> | undefined;
  return async ({ rows }) => {
    if (rows.length === 0) return answer(rows);
    asked ??= allActions(c, symbol, resolution);
    const actions = await asked;
    if (!actions.ok) return actions;
    // SAFETY: rows of our own actors or of the mirror, in the public shape.
    const bars = rows.map((row) => JSON.parse(row) as BarObject);
    const known = { mode, asOf, now: c.env.edge.clock.now() };
    const plan = planOf(bars, actions.value, known);
    if (plan.actions.length === 0) return answer(rows);
    const folds = await dayFoldsOf(c, symbol, plan.ranges, asOf);
    return folds.ok ? adjustedRows(rows, bars, plan, folds.value, known) : folds;
  };
}

/** In order of ex-date; with `resolution` those of weeks and months tell the bar that they lie in. */
export async function allActions(
  c: Call,
  symbol: string,
  resolution?: string,
): Promise<ActorReply<readonly ActionEntry[]>> {
  const query = { limit: CORPORATE_ACTIONS_MAX, ...(resolution === undefined ? {} : { resolution }) };
  const page = await onSymbol(c, symbol, (actor, envelope) =>
    sinceDeploy("actions", () => actor.actions(envelope, query)),
  );
  return page.ok ? answer(page.value.items.map(entryOf)) : page;
}
