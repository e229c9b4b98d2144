/** A page of one side of a symbol's bars of quotes. */
import { isResolution } from "../../../src/domain/bar.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { type ActorReply, answer, refusal } from "../../runtime/reply.ts";
import { barsShown } from "../bars/bar-page.ts";
import type { BarRows } from "../bars/bar-rows.ts";
import { closedStateOf } from "../bars/bar-text.ts";
import type { BarPage, QuoteBarQuery } from "../messages.ts";
import type { SymbolState } from "../state.ts";
import { isQuotePartial, sideText } from "./quote-bar-text.ts";

export function quoteBarPage(
  state: SymbolState,
  rows: Pick<BarRows, "page" | "oldest">,
  instrument: Instrument,
  query: QuoteBarQuery,
): ActorReply<BarPage> {
  const { side, resolution, from = 0, to = Number.MAX_SAFE_INTEGER, limit } = query;
  if (state.quotes === undefined)
    return refusal("series-unsupported", "no bars are built of this instrument's quotes");
  if (!isResolution(resolution))
    return refusal("resolution-unsupported", "bars of quotes of this width are not built");
  const shown = barsShown(state.quotes, rows, resolution, { from, to, limit });
  const bars = shown.slice(-limit).map(({ bar, closed }) => {
    const partial = isQuotePartial(state, resolution, bar.start);
    return sideText(bar, side, closed ? closedStateOf(bar) : "forming", partial, instrument);
  });
  const oldest = rows.oldest(resolution);
  if (shown.length >= limit || oldest === undefined || from >= oldest) return answer({ bars });
  return answer({ bars, olderThan: Math.min(oldest, to) });
}
