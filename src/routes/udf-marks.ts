/** The caller's labels on the bars of a chart. */
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { LabelObject } from "../contracts/labels.ts";
import type { UdfMarksQuery } from "../contracts/udf.ts";
import { UDF_MARKS_MAX } from "../contracts/udf-marks.ts";
import { SECOND_MS } from "../domain/time.ts";
import { onLabels } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { udfMarks } from "../http/udf/marks.ts";
import { NO_SUCH_NAME } from "./udf-history.ts";

export async function marks(c: Call, query: UdfMarksQuery): Promise<ActorReply<string>> {
  const listing = await c.env.edge.known.listing(c.env.envelope, query.symbol);
  if (!listing.ok) return listing;
  if (listing.value === undefined) return NO_SUCH_NAME;
  const { symbol } = listing.value;
  // A mark stands at its second: with `to` comes all of that second.
  const range = { from: query.from * SECOND_MS, to: (query.to + 1) * SECOND_MS, limit: UDF_MARKS_MAX };
  const page = await onLabels(c, (book, envelope) => book.list(envelope, { symbol, ...range }));
  if (!page.ok) return page;
  // SAFETY: our own texts, in the public shape.
  return answer(JSON.stringify(udfMarks(page.value.items.map((item) => JSON.parse(item) as LabelObject))));
}
