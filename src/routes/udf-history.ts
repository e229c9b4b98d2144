/** Bars for charts: the same ones as /v1 answers, at their places on the chart. */
import { type ActorReply, answer, type Refusal, refusal } from "../../actors/runtime/reply.ts";
import type { UdfHistoryQuery } from "../contracts/udf.ts";
import type { Call } from "../http/context.ts";
import { barClock, historyText, historyWindow, noDataText, olderThan } from "../http/udf/history.ts";
import { barsOf } from "./bars.ts";
import { joinedRows } from "./joined-rows.ts";

export const NO_SUCH_NAME = refusal(
  "symbol-unknown",
  "no symbol has this name, or several have it: ask for EXCHANGE:NAME",
);

export async function udfHistory(c: Call, query: UdfHistoryQuery): Promise<ActorReply<string>> {
  const { known, clock } = c.env.edge;
  const listing = await known.listing(c.env.envelope, query.symbol);
  if (!listing.ok) return listing;
  if (listing.value === undefined) return NO_SUCH_NAME;
  const { symbol, currency } = listing.value;
  const refused = foreignCurrency(query.currencyCode, { currency });
  if (refused !== undefined) return refused;

  const barTimes = barClock(query.resolution, listing.value);
  const window = historyWindow(query, barTimes, clock.now());
  const source = barsOf(c, symbol, query.resolution);
  const rows = await joinedRows(source, window);
  if (!rows.ok) return rows;
  if (rows.value.length > 0) return answer(historyText(rows.value, barTimes));
  // Without a beginning everything older was looked through.
  if (window.from === undefined) return answer(noDataText(undefined, barTimes));
  const older = await joinedRows(source, olderThan(window));
  return older.ok ? answer(noDataText(older.value[0], barTimes)) : older;
}

/** Nothing is converted, and nobody is shown dollars for euros. */
export const foreignCurrency = (
  asked: string | undefined,
  { currency }: { readonly currency: string },
): Refusal | undefined =>
  asked === undefined || asked === "" || asked === currency
    ? undefined
    : refusal("currency-unsupported", `prices are in ${currency}, and are not converted`);
