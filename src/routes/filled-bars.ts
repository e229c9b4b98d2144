/** Intervals without a bar, filled with the close before on their way out. What is stored and streamed has gaps. */
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import type { BarObject, BarsQuery } from "../contracts/bars.ts";
import type { Call } from "../http/context.ts";
import { barCalendarOf } from "../quant/bar-calendar.ts";
import { type FilledBar, forwardFilled } from "../quant/forward-fill.ts";
import { joinedRows, type RowSource, startOf } from "./joined-rows.ts";
import type { PageRead, PageStep } from "./windows.ts";

/** Nothing where gaps are to stay gaps. `prepared` does to rows that were read beside the page what was done to the page. */
export function filling(
  c: Call,
  symbol: string,
  { fill, resolution }: BarsQuery,
  source: RowSource,
  prepared: PageStep = async ({ rows }) => answer(rows),
): PageStep | undefined {
  if (fill === undefined) return undefined;
  return async (page) => {
    const listing = await c.env.edge.known.listing(c.env.envelope, symbol);
    if (!listing.ok) return listing;
    if (listing.value === undefined) return refusal("symbol-unknown");
    const beside = await rowsBeside(page, source);
    if (!beside.ok) return beside;
    const older = await prepared({ ...page, rows: beside.value.older, before: undefined });
    if (!older.ok) return older;
    const { from = 0, to = Number.MAX_SAFE_INTEGER, limit } = page.window;
    const rows = [...older.value, ...page.rows, ...beside.value.newer].map(rowOf);
    const filled = forwardFilled(rows, barCalendarOf(listing.value), resolution, { from, to, limit });
    return answer(filled.map(textOf));
  };
}

type Beside = { readonly older: readonly string[]; readonly newer: readonly string[] };

/** The close that a page begins with stands in the bar before it; that it goes on behind its last one, in the newest bar. */
async function rowsBeside({ before, window }: PageRead, source: RowSource): Promise<ActorReply<Beside>> {
  const { from, to } = window;
  const older =
    before !== undefined || from === undefined ? NONE : await joinedRows(source, { to: from, limit: 1 });
  if (!older.ok) return older;
  const newest = to === undefined ? NONE : await joinedRows(source, { limit: 1 });
  if (!newest.ok) return newest;
  return answer({
    older: older.value,
    newer: newest.value.filter((row) => to !== undefined && startOf(row) >= to),
  });
}

const NONE = answer<readonly string[]>([]);

type Read = Pick<BarObject, "t" | "c"> & { readonly text: string };

function rowOf(text: string): Read {
  // SAFETY: a row of our own actors or of Postgres, in the public shape.
  const { t, c } = JSON.parse(text) as BarObject;
  return { t, c, text };
}

const textOf = (row: Read | FilledBar): string => ("text" in row ? row.text : JSON.stringify(row));
