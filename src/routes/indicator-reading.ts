/** A read of indicators: bars read once, with a run before the page, and every definition stepped through them together. */
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import type { IndicatorsQuery } from "../contracts/indicators.ts";
import { BARS_DEFAULT } from "../contracts/time-window.ts";
import type { Call } from "../http/context.ts";
import {
  definitionOf,
  lookbacksOf,
  type ReadBar,
  type ReadBars,
  steppedRows,
} from "../http/indicators/stepped.ts";
import { openCursor, sealCursor } from "../http/list.ts";
import { barCalendarOf } from "../quant/bar-calendar.ts";
import { adjusting } from "./adjusted-bars.ts";
import { barsOf } from "./bars.ts";
import { joinedRows } from "./joined-rows.ts";

export async function readIndicators(
  c: Call,
  symbol: string,
  query: IndicatorsQuery,
): Promise<ActorReply<string>> {
  const found = lookbacksOf(query.defs, query.resolution);
  if (!found.ok) return found;
  const read = await readBars(c, symbol, query, Math.max(...found.value.map((one) => one.lookbackBars)));
  if (!read.ok) return read;
  const listing = await c.env.edge.known.listing(c.env.envelope, symbol);
  if (!listing.ok) return listing;
  if (listing.value === undefined) return refusal("symbol-unknown");
  const rows = steppedRows(found.value, read.value, barCalendarOf(listing.value));
  const head = `{"symbol":"${symbol}","resolution":"${query.resolution}"`;
  const definitions = JSON.stringify(found.value.map(definitionOf));
  const nextCursor = JSON.stringify(await cursorOf(c, query, read.value));
  return answer(
    `${head},"definitions":${definitions},"bars":[${rows.join(",")}],"nextCursor":${nextCursor}}`,
  );
}

/** One read: the bars of the page, those that a run begins with, and one more that tells whether there are older ones. */
async function readBars(
  c: Call,
  symbol: string,
  query: IndicatorsQuery,
  lookbackBars: number,
): Promise<ActorReply<ReadBars>> {
  const { resolution, countback, limit, adjust } = query;
  const cursor = await openCursor(c, query.cursor);
  if (!cursor.ok) return cursor;
  const to = cursor.value === undefined ? query.to : Number(cursor.value);
  const counts = [countback, limit].filter((count) => count !== undefined);
  const shown = counts.length === 0 ? BARS_DEFAULT : Math.min(...counts);
  const window = { limit: shown + lookbackBars + 1, ...(to === undefined ? {} : { to }) };
  const joined = await joinedRows(barsOf(c, symbol, resolution), window);
  if (!joined.ok) return joined;
  const adjusted = adjusting(c, symbol, { resolution, adjust });
  const page = { rows: joined.value, before: undefined, window };
  const rows = adjusted === undefined ? joined : await adjusted(page);
  if (!rows.ok) return rows;
  // SAFETY: rows of our own actors or of the mirror, in the public shape.
  const bars = rows.value.map((row) => JSON.parse(row) as ReadBar);
  const within = bars.filter((bar) => isWithin(query, bar)).length;
  const first = bars.length - Math.min(within, shown);
  return answer({ bars, first, isWhole: bars.length < window.limit });
}

async function cursorOf(c: Call, query: IndicatorsQuery, { bars, first }: ReadBars): Promise<string | null> {
  const [before, oldest] = [bars[first - 1], bars[first]];
  if (before === undefined || oldest === undefined || !isWithin(query, before)) return null;
  return sealCursor(c, String(oldest.t));
}

/** `countback` outranks `from`: so many bars before `to`, wherever `from` stands. */
const isWithin = ({ from, countback }: IndicatorsQuery, { t }: ReadBar): boolean =>
  from === undefined || countback !== undefined || t >= from;
