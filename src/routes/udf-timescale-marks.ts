/** Corporate actions on the time scale of a chart. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { UdfMarksQuery } from "../contracts/udf.ts";
import type { Call } from "../http/context.ts";
import { isInForce, timescaleMark } from "../http/udf/timescale-marks.ts";
import { allActions } from "./adjusted-bars.ts";
import { NO_SUCH_NAME } from "./udf-history.ts";

export async function timescaleMarks(
  c: Call,
  { symbol, from, to }: UdfMarksQuery,
): Promise<ActorReply<string>> {
  const listing = await c.env.edge.known.listing(c.env.envelope, symbol);
  if (!listing.ok) return listing;
  if (listing.value === undefined) return NO_SUCH_NAME;
  const actions = await allActions(c, listing.value.symbol);
  if (!actions.ok) return actions;
  const marks = actions.value.filter(isInForce).map(timescaleMark);
  return answer(JSON.stringify(marks.filter(({ time }) => from <= time && time <= to)));
}
