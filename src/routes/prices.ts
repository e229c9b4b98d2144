/** A symbol's price and its bars. */
import { getBars } from "../contracts/bars.ts";
import { getQuote } from "../contracts/quote.ts";
import { onSymbol } from "../http/actors.ts";
import type { Mount } from "../http/mount.ts";
import { readBars } from "./bar-reading.ts";

export function priceRoutes(mount: Mount): void {
  mount.on(getQuote, (c, { params: { symbol } }) =>
    onSymbol(c, symbol, (actor, envelope) => actor.quote(envelope)),
  );
  mount.on(getBars, (c, { params: { symbol }, query }) => readBars(c, symbol, query));
}
