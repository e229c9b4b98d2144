/** A read of indicators: bars read once, with a run before the page, and every definition stepped through them together. */
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import { BARS_DEFAULT, type BarObject, type BarsQuery } from "../contracts/bars.ts";
import { DEFINITIONS_PER_READ_MAX, type IndicatorsQuery } from "../contracts/indicators.ts";
import type { Call } from "../http/context.ts";
import { openCursor, sealCursor } from "../http/list.ts";
import { type BarCalendar, barCalendarOf, widthMsOf } from "../quant/bar-calendar.ts";
import type { IndicatorBar } from "../quant/indicators/bar.ts";
import type { Indicator } from "../quant/indicators/definition.ts";
import { indicatorOf } from "../quant/indicators/registry.ts";
import { Stepper, startRun } from "../quant/indicators/run.ts";
import { runInBars } from "../quant/indicators/run-in.ts";
import { adjusting } from "./adjusted-bars.ts";
import { barsOf } from "./bars.ts";
import { joinedRows } from "./joined-rows.ts";

type Lookback = { readonly indicator: Indicator; readonly lookbackBars: number };
type ReadBar = Pick<BarObject, "t" | "o" | "h" | "l" | "c" | "v" | "state" | "rev">;
/** Bars, ascending; those from `first` on are the page. `isWhole`: there is none before them. */
type Read = { readonly bars: readonly ReadBar[]; readonly first: number; readonly isWhole: boolean };

export async function readIndicators(
  c: Call,
  symbol: string,
  query: IndicatorsQuery,
): Promise<ActorReply<string>> {
  const found = definitionsOf(query);
  if (!found.ok) return found;
  const read = await readBars(c, symbol, query, Math.max(...found.value.map((one) => one.lookbackBars)));
  if (!read.ok) return read;
  const listing = await c.env.edge.known.listing(c.env.envelope, symbol);
  if (!listing.ok) return listing;
  if (listing.value === undefined) return refusal("symbol-unknown");
  const rows = rowsOf(found.value, read.value, barCalendarOf(listing.value));
  const { bars, first } = read.value;
  const oldest = bars[first]?.t;
  const isMore = first > 0 && (query.from === undefined || isFrom(query, bars[first - 1]));
  const nextCursor = isMore && oldest !== undefined ? await sealCursor(c, String(oldest)) : null;
  const head = `{"symbol":"${symbol}","resolution":"${query.resolution}"`;
  const definitions = JSON.stringify(found.value.map(definitionOf));
  return answer(
    `${head},"definitions":${definitions},"bars":[${rows.join(",")}],"nextCursor":${JSON.stringify(nextCursor)}}`,
  );
}

/** Each once, in the order in which they are asked for. */
function definitionsOf({ defs, resolution }: IndicatorsQuery): ActorReply<readonly Lookback[]> {
  const byId = new Map<string, Lookback>();
  const texts = defs.split(",");
  if (texts.length > DEFINITIONS_PER_READ_MAX)
    return refusal("too-many-items", `at most ${DEFINITIONS_PER_READ_MAX} definitions`);
  for (const text of texts) {
    const found = indicatorOf(text);
    if (!found.ok) return refusal(found.code, `${text}: ${found.detail}`);
    const { indicator } = found;
    byId.set(indicator.id, { indicator, lookbackBars: runInBars(indicator, widthMsOf(resolution)) });
  }
  return answer([...byId.values()]);
}

/** One read: the bars of the page, those that the run begins with, and one more that tells whether there are older ones. */
async function readBars(
  c: Call,
  symbol: string,
  query: IndicatorsQuery,
  lookbackBars: number,
): Promise<ActorReply<Read>> {
  const { resolution, countback, limit, from, adjust } = query;
  const cursor = await openCursor(c, query.cursor);
  if (!cursor.ok) return cursor;
  const to = cursor.value === undefined ? query.to : Number(cursor.value);
  const counts = [countback, limit].filter((count) => count !== undefined);
  const shown = counts.length === 0 ? BARS_DEFAULT : Math.min(...counts);
  const asked = shown + lookbackBars + 1;
  const source = barsOf(c, symbol, resolution);
  const window = { limit: asked, ...(to === undefined ? {} : { to }) };
  const joined = await joinedRows(source, window);
  if (!joined.ok) return joined;
  const adjusted = adjusting(c, symbol, { resolution, adjust } as BarsQuery);
  const rows =
    adjusted === undefined ? joined : await adjusted({ rows: joined.value, before: undefined, window });
  if (!rows.ok) return rows;
  // SAFETY: rows of our own actors or of the mirror, in the public shape.
  const bars = rows.value.map((row) => JSON.parse(row) as ReadBar);
  const within = countback === undefined && from !== undefined ? bars.findIndex((bar) => bar.t >= from) : 0;
  const first = Math.max(within < 0 ? bars.length : within, bars.length - shown);
  return answer({ bars, first, isWhole: bars.length < asked });
}

const isFrom = ({ from, countback }: IndicatorsQuery, bar: ReadBar | undefined): boolean =>
  countback !== undefined || (bar !== undefined && from !== undefined && bar.t >= from);

/** The run of each definition begins as many bars before the page as it remembers, or with the first that there is. */
function rowsOf(
  definitions: readonly Lookback[],
  { bars, first, isWhole }: Read,
  calendar: BarCalendar,
): string[] {
  const read = bars.map((bar) => indicatorBarOf(bar, calendar));
  const told = bars.slice(first).map((): string[] => []);
  for (const { indicator, lookbackBars } of definitions) {
    const stepper = new Stepper(indicator);
    const begin = Math.max(0, first - lookbackBars);
    const run = startRun(indicator, isWhole && begin === 0);
    for (let place = begin; place < read.length; place++) {
      const bar = read[place] as IndicatorBar;
      if (place < first) stepper.take(run, bar);
      else told[place - first]?.push(`"${indicator.id}":${stepper.tell(run, bar)}`);
    }
  }
  return bars.slice(first).map(({ t, state, rev }, place) => {
    const values = told[place]?.join(",") ?? "";
    return `{"t":${t},"state":"${state}","rev":${rev},"values":{${values}}}`;
  });
}

const indicatorBarOf = ({ t, o, h, l, c, v }: ReadBar, calendar: BarCalendar): IndicatorBar => ({
  t,
  o: Number(o),
  h: Number(h),
  l: Number(l),
  c: Number(c),
  v: Number(v),
  day: calendar.dayAt(t).start,
});

function definitionOf({ indicator, lookbackBars }: Lookback) {
  const { id, definition, parameters, warmUpBars } = indicator;
  const { name, version, outputs, seed } = definition;
  return { id, name, version, parameters, outputs, seed, warmUpBars, lookbackBars };
}
