/** A read of bars: rows from wherever they are, as known at a moment, then adjusted, then filled. Each step that the query asks for, in this order. */
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { BarsQuery } from "../contracts/bars.ts";
import { BARS_DEFAULT } from "../contracts/time-window.ts";
import type { QuoteSide } from "../domain/bar.ts";
import type { Call } from "../http/context.ts";
import { adjusting } from "./adjusted-bars.ts";
import { barsOf } from "./bars.ts";
import { asOfRefusal, barsAsOf } from "./bars-as-of.ts";
import { filling } from "./filled-bars.ts";
import { quoteBarsOf, quoteBarsRefusal } from "./quote-bars.ts";
import { timeWindow, type WindowQuery } from "./windows.ts";

export async function readBars(c: Call, symbol: string, query: BarsQuery): Promise<ActorReply<string>> {
  const { resolution, asOf, series } = query;
  if (series !== "trades") return readQuoteBars(c, symbol, series, query);
  const refused = asOf === undefined ? undefined : asOfRefusal(asOf, resolution, c.env.edge.clock.now());
  if (refused !== undefined) return refused;
  const head = `{"symbol":"${symbol}","resolution":"${resolution}"`;
  const source = asOf === undefined ? barsOf(c, symbol, resolution) : barsAsOf(c, symbol, resolution, asOf);
  const adjusted = adjusting(c, symbol, query);
  const filled = filling(c, symbol, query, source, adjusted);
  const steps = [adjusted, filled].filter((step) => step !== undefined);
  return timeWindow(
    c,
    barWindow(query),
    source,
    (bars, nextCursor) => `${head},"bars":[${bars}],"nextCursor":${nextCursor}}`,
    steps,
  );
}

/** Of quotes: there is no earlier version of them, and an adjustment is one of trades. */
async function readQuoteBars(
  c: Call,
  symbol: string,
  series: QuoteSide,
  query: BarsQuery,
): Promise<ActorReply<string>> {
  const refused = quoteBarsRefusal(query);
  if (refused !== undefined) return refused;
  const head = `{"symbol":"${symbol}","resolution":"${query.resolution}","series":"${series}"`;
  const source = quoteBarsOf(c, symbol, series, query.resolution);
  const filled = filling(c, symbol, query, source);
  return timeWindow(
    c,
    barWindow(query),
    source,
    (bars, nextCursor) => `${head},"bars":[${bars}],"nextCursor":${nextCursor}}`,
    filled === undefined ? [] : [filled],
  );
}

/** `countback` outranks `from`: so many bars before `to`, wherever `from` stands. */
function barWindow({ from, to, countback, limit, cursor }: BarsQuery): WindowQuery {
  const counts = [countback, limit].filter((count) => count !== undefined);
  return {
    from: countback === undefined ? from : undefined,
    to,
    limit: counts.length === 0 ? BARS_DEFAULT : Math.min(...counts),
    cursor,
  };
}
