/** TradingView's Universal Data Feed: a translation at the edge, of the very calls that /v1 makes. */
import { answer } from "../../actors/runtime/reply.ts";
import type { InstrumentReply } from "../contracts/instruments.ts";
import type { QuoteReply } from "../contracts/quote.ts";
import { getUdfHistory, getUdfQuotes, getUdfTime, getUdfTimescaleMarks } from "../contracts/udf.ts";
import { getUdfMarks } from "../contracts/udf-marks.ts";
import {
  getUdfConfig,
  getUdfSymbol,
  getUdfSymbolInfo,
  searchUdf,
  UDF_SEARCH_DEFAULT,
  UDF_SEARCH_MAX,
} from "../contracts/udf-symbols.ts";
import { SECOND_MS } from "../domain/time.ts";
import { onInstruments, onSymbol } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import type { Mount } from "../http/mount.ts";
import { failedLine, quoteLine } from "../http/udf/quotes.ts";
import { typeNamed, udfConfig, udfFound, udfSymbol } from "../http/udf/symbols.ts";
import { foreignCurrency, NO_SUCH_NAME, udfHistory } from "./udf-history.ts";
import { marks } from "./udf-marks.ts";
import { udfSymbolInfo } from "./udf-symbol-info.ts";
import { timescaleMarks } from "./udf-timescale-marks.ts";

export function udfRoutes(mount: Mount): void {
  mount.on(getUdfConfig, async (c) => {
    const exchanges = await onInstruments(c, (directory, envelope) => directory.exchanges(envelope));
    // A client without this reply falls back to calls that nobody serves. A shorter menu does less harm.
    return answer(JSON.stringify(udfConfig(exchanges.ok ? exchanges.value : [])));
  });
  mount.on(getUdfTime, (c) => answer(String(Math.floor(c.env.edge.clock.now() / SECOND_MS))));
  mount.on(getUdfSymbol, async (c, { query: { symbol, currencyCode } }) => {
    const found = await instrumentsNamed(c, [symbol]);
    if (!found.ok) return found;
    const [instrument] = found.value;
    if (instrument === undefined) return NO_SUCH_NAME;
    const refused = foreignCurrency(currencyCode, instrument);
    return refused ?? answer(JSON.stringify(udfSymbol(instrument, c.env.edge.clock.now())));
  });
  mount.on(getUdfSymbolInfo, (c, { query: { group } }) => udfSymbolInfo(c, group));
  mount.on(searchUdf, async (c, { query: { query = "", type = "", exchange = "", limit } }) => {
    const ours = typeNamed(type);
    if (type !== "" && ours === undefined) return answer("[]");
    const asked = {
      query,
      exchange,
      type: ours,
      limit: Math.min(limit ?? UDF_SEARCH_DEFAULT, UDF_SEARCH_MAX),
    };
    const page = await onInstruments(c, (directory, envelope) => directory.search(envelope, asked));
    return page.ok ? answer(JSON.stringify(page.value.items.map(instrumentOf).map(udfFound))) : page;
  });
  mount.on(getUdfHistory, (c, { query }) => udfHistory(c, query));
  mount.on(getUdfMarks, (c, { query }) => marks(c, query));
  mount.on(getUdfTimescaleMarks, (c, { query }) => timescaleMarks(c, query));
  mount.on(getUdfQuotes, async (c, { query: { symbols } }) => {
    const found = await instrumentsNamed(c, symbols);
    if (!found.ok) return found;
    const lines = await Promise.all(symbols.map((n, index) => lineOf(c, n, found.value[index])));
    return answer(`{"s":"ok","d":[${lines.join(",")}]}`);
  });
}

const instrumentsNamed = (c: Call, names: readonly string[]) => c.env.edge.known.named(c.env.envelope, names);

async function lineOf(c: Call, n: string, instrument: InstrumentReply | undefined): Promise<string> {
  if (instrument === undefined) return failedLine(n, NO_SUCH_NAME);
  const quote = await onSymbol(c, instrument.symbol, (actor, envelope) => actor.quote(envelope));
  // SAFETY: our own actor's text, in the public shape.
  return quote.ok ? quoteLine(n, instrument, JSON.parse(quote.value) as QuoteReply) : failedLine(n, quote);
}

// SAFETY: the directory's text, in the public shape.
const instrumentOf = (text: string): InstrumentReply => JSON.parse(text) as InstrumentReply;
