/** Facts of bars of quotes: rows of `quote_bar`. A lower revision never replaces a higher one. */
import type { QuoteBarFact, SidePriceTexts } from "../../../actors/symbol/events.ts";
import type { QuoteSide } from "../../domain/bar.ts";
import { quoteBar } from "../quote-bar-table.ts";
import type { Row } from "../statements.ts";
import { originOf, type Projection } from "./projection.ts";

export const quoteBarRow: Projection = (fact) => {
  // SAFETY: a payload of another shape leaves a NOT NULL column empty, or throws, and the fact is parked.
  const { symbol, resolution, t, bid, ask, mid, n, rev, state, partial } = JSON.parse(
    fact.payload,
  ) as QuoteBarFact;
  const prices = { ...columnsOf("bid", bid), ...columnsOf("ask", ask), ...columnsOf("mid", mid) };
  const told = { quotes: n, rev, state, partial, ...originOf(fact) };
  return [
    {
      table: quoteBar,
      change: { put: "higher-revision" },
      rows: [{ symbol, resolution, start: t, ...prices, ...told }],
    },
  ];
};

const columnsOf = (side: QuoteSide, { o, h, l, c }: SidePriceTexts): Row => ({
  [`${side}_open`]: o,
  [`${side}_high`]: h,
  [`${side}_low`]: l,
  [`${side}_close`]: c,
});
