/** A symbol's price and its bars. */
import { BARS_DEFAULT, type BarsQuery, getBars } from "../contracts/bars.ts";
import { getQuote } from "../contracts/quote.ts";
import { onSymbol } from "../http/actors.ts";
import type { Mount } from "../http/mount.ts";
import { barsOf } from "./bars.ts";
import { timeWindow, type WindowQuery } from "./windows.ts";

export function priceRoutes(mount: Mount): void {
  mount.on(getQuote, (c, { params: { symbol } }) =>
    onSymbol(c, symbol, (actor, envelope) => actor.quote(envelope)),
  );
  mount.on(getBars, (c, { params: { symbol }, query }) => {
    const head = `{"symbol":"${symbol}","resolution":"${query.resolution}"`;
    return timeWindow(
      c,
      barWindow(query),
      barsOf(c, symbol, query.resolution),
      (bars, nextCursor) => `${head},"bars":[${bars}],"nextCursor":${nextCursor}}`,
    );
  });
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
