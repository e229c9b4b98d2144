/** Many symbols in columns, as a client that asks by groups reads them. */
import type { UdfSymbol, UdfSymbolInfo } from "../../contracts/udf-symbols.ts";
import { assert } from "../../domain/assert.ts";

/** At least one symbol. Resolutions and what a feed can do are the same for all of ours. */
export function symbolInfo(symbols: readonly UdfSymbol[]): UdfSymbolInfo {
  const [first] = symbols;
  assert(first !== undefined, "a group has a symbol");
  const column = <Value>(of: (symbol: UdfSymbol) => Value): Value | Value[] => oneOrEach(symbols.map(of));
  return {
    symbol: symbols.map(({ name }) => name),
    ticker: symbols.map(({ ticker }) => ticker),
    description: column(({ description }) => description),
    type: column(({ type }) => type),
    "exchange-traded": column(({ exchange }) => exchange),
    "exchange-listed": column(({ listed_exchange }) => listed_exchange),
    timezone: column(({ timezone }) => timezone),
    "session-regular": column(({ session }) => session),
    "session-holidays": column(({ session_holidays = "" }) => session_holidays),
    corrections: column(({ corrections = "" }) => corrections),
    "currency-code": column(({ currency_code }) => currency_code),
    pricescale: column(({ pricescale }) => pricescale),
    minmovement: column(({ minmov }) => minmov),
    minmovement2: first.minmove2,
    fractional: first.fractional,
    "volume-precision": column(({ volume_precision }) => volume_precision),
    "visible-plots-set": first.visible_plots_set,
    "supported-resolutions": first.supported_resolutions,
    "has-intraday": first.has_intraday,
    "intraday-multipliers": first.intraday_multipliers,
    "has-seconds": first.has_seconds,
    "seconds-multipliers": first.seconds_multipliers,
    "has-daily": first.has_daily,
    "has-weekly-and-monthly": first.has_weekly_and_monthly,
    "has-empty-bars": first.has_empty_bars,
  };
}

function oneOrEach<Value>(values: Value[]): Value | Value[] {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : values;
}
