/** All symbols of one exchange, for charts that ask by groups. */
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import { PAGE_ITEMS_MAX } from "../contracts/common.ts";
import type { InstrumentReply } from "../contracts/instruments.ts";
import { UDF_GROUP_SYMBOLS_MAX } from "../contracts/udf-symbols.ts";
import { onInstruments } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { symbolInfo } from "../http/udf/symbol-info.ts";
import { udfSymbol } from "../http/udf/symbols.ts";

/** Where every symbol has hours of its own a column of them is long; half of what one answer of ours ever holds. */
const INFO_UNITS_MAX = 4 * 1024 * 1024;

export async function udfSymbolInfo(c: Call, group: string): Promise<ActorReply<string>> {
  const instruments: InstrumentReply[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await pageOf(c, group, after);
    if (!page.ok) return page;
    const { items, total, next } = page.value;
    if (total === 0) return refusal("not-found", "no instrument is listed at this exchange");
    if (total > UDF_GROUP_SYMBOLS_MAX) return tooMany(`${total} symbols`);
    // SAFETY: the directory's texts, in the public shape.
    for (const item of items) instruments.push(JSON.parse(item) as InstrumentReply);
    after = next;
    more = next !== undefined;
  }
  const now = c.env.edge.clock.now();
  const text = JSON.stringify(symbolInfo(instruments.map((instrument) => udfSymbol(instrument, now))));
  return text.length > INFO_UNITS_MAX ? tooMany("too many hours of trading") : answer(text);
}

const pageOf = (c: Call, exchange: string, after: string | undefined) =>
  onInstruments(c, (directory, envelope) =>
    directory.search(envelope, { exchange, limit: PAGE_ITEMS_MAX, after }),
  );

const tooMany = (what: string) =>
  refusal("too-many-items", `the group has ${what}, more than one reply holds: ask for symbols one by one`);
