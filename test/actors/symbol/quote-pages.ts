/** Pages of a bench's bars of quotes. */
import { decodeFact, type QuoteBarFact } from "../../../actors/symbol/events.ts";
import { quoteBarPage } from "../../../actors/symbol/quotes/quote-bar-page.ts";
import type { BarObject } from "../../../src/contracts/bars.ts";
import type { QuoteSide } from "../../../src/domain/bar.ts";
import { INSTRUMENT, type SymbolBench } from "./bench.ts";

export function page(bench: SymbolBench, side: QuoteSide, resolution = "1", range: object = {}) {
  const { state, store } = bench;
  const query = { side, resolution, limit: 10_000, ...range };
  return quoteBarPage(state, store.quotes.bars, state.instrument ?? INSTRUMENT, query);
}

export function barsOf(
  bench: SymbolBench,
  side: QuoteSide,
  resolution = "1",
  range: object = {},
): BarObject[] {
  const reply = page(bench, side, resolution, range);
  if (!reply.ok) throw new Error(reply.code);
  return reply.value.bars.map((text) => JSON.parse(text));
}

export const quoteFacts = (bench: SymbolBench): QuoteBarFact[] =>
  bench.facts.flatMap(({ kind, payload }) => {
    const fact = kind === "quote-bar" ? decodeFact("quote-bar", payload) : undefined;
    return fact?.kind === "quote-bar" ? [fact.payload] : [];
  });
