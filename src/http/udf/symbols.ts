/** Our instruments in TradingView's words. */
import type { InstrumentReply } from "../../contracts/instruments.ts";
import type { UdfConfig, UdfFound, UdfSymbol } from "../../contracts/udf-symbols.ts";
import { assert } from "../../domain/assert.ts";
import { CONTRACT_RESOLUTIONS, isDated, RESOLUTIONS, SECOND_RESOLUTIONS } from "../../domain/bar.ts";
import { decimalsOf, scaledInteger } from "../../domain/decimal.ts";
import { INSTRUMENT_TYPES, type InstrumentType } from "../../domain/instrument.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { CalendarData } from "../../quant/calendars/calendar-data.ts";
import { CALENDARS } from "../../quant/calendars/calendars.ts";
import { type ChartSession, chartSession, ownSession } from "../../quant/calendars/chart-session.ts";
import { utcDayOf } from "../../quant/calendars/dates.ts";

/** The values that the chart has icons and filters for. */
const TYPES: Readonly<Record<InstrumentType, readonly [value: string, name: string]>> = {
  equity: ["stock", "Stock"],
  crypto: ["crypto", "Crypto"],
  fx: ["forex", "Forex"],
  index: ["index", "Index"],
  future: ["futures", "Futures"],
  option: ["option", "Option"],
};
/** The library knows this one name of UTC. */
const UTC = "Etc/UTC";
const NAMES_OF_UTC: ReadonlySet<string> = new Set(
  ["UTC", "GMT", "UCT", "Zulu", "Universal", "Greenwich"].flatMap((name) => [name, `Etc/${name}`]),
);

const INTRADAY = RESOLUTIONS.filter((resolution) => !isDated(resolution));

/** Undefined where no instrument of ours has that type. */
export const typeNamed = (value: string): InstrumentType | undefined =>
  INSTRUMENT_TYPES.find((type) => TYPES[type][0] === value);

export const udfConfig = (exchanges: readonly string[]): UdfConfig => ({
  supported_resolutions: [...CONTRACT_RESOLUTIONS],
  exchanges: [
    { value: "", name: "All exchanges", desc: "" },
    ...exchanges.map((exchange) => ({ value: exchange, name: exchange, desc: exchange })),
  ],
  symbols_types: [
    { name: "All types", value: "" },
    ...INSTRUMENT_TYPES.map((type) => ({ name: TYPES[type][1], value: TYPES[type][0] })),
  ],
  supports_search: true,
  supports_group_request: false,
  supports_marks: true,
  supports_timescale_marks: true,
  supports_time: true,
});

export function udfSymbol(instrument: InstrumentReply, now: number): UdfSymbol {
  const { symbol, description, type, exchange, currency, sizeScale, expiry } = instrument;
  const { timezone, ...hours } = hoursOf(instrument, now);
  return {
    name: tickerOf(symbol),
    ticker: symbol,
    description,
    type: TYPES[type][0],
    exchange,
    listed_exchange: exchange,
    timezone: NAMES_OF_UTC.has(timezone) ? UTC : timezone,
    ...hours,
    currency_code: currency,
    format: "price",
    ...tickOf(instrument),
    volume_precision: sizeScale,
    visible_plots_set: "ohlcv",
    data_status: "streaming",
    supported_resolutions: [...CONTRACT_RESOLUTIONS],
    has_intraday: true,
    intraday_multipliers: [...INTRADAY],
    has_daily: true,
    daily_multipliers: ["1"],
    has_weekly_and_monthly: true,
    weekly_multipliers: ["1"],
    monthly_multipliers: ["1"],
    has_seconds: true,
    seconds_multipliers: SECOND_RESOLUTIONS.map((resolution) => resolution.slice(0, -1)),
    has_ticks: false,
    has_empty_bars: false,
    ...(expiry === undefined
      ? {}
      : { expired: expiry <= now, expiration_date: Math.floor(expiry / SECOND_MS) }),
  };
}

/** Those of the published calendar, which bars follow where there is one. */
function hoursOf({ calendar, session, timezone }: InstrumentReply, now: number): ChartSession {
  const data = calendar === undefined ? undefined : CALENDARS.find(({ id }) => id === calendar);
  return data === undefined ? ownSession(session, timezone) : chartSessionOf(data, now);
}

/** A group of symbols asks for the same three years again and again; there are as many of them as calendars. */
const today = new Map<string, { readonly day: number; readonly hours: ChartSession }>();

function chartSessionOf(data: CalendarData, now: number): ChartSession {
  const day = utcDayOf(now);
  const known = today.get(data.id);
  if (known?.day === day) return known.hours;
  const hours = chartSession(data, now);
  today.set(data.id, { day, hours });
  return hours;
}

export const udfFound = ({ symbol, description, exchange, type }: InstrumentReply): UdfFound => ({
  symbol: tickerOf(symbol),
  full_name: symbol,
  ticker: symbol,
  description,
  exchange,
  type: TYPES[type][0],
});

export const tickerOf = (symbol: string): string => symbol.slice(symbol.indexOf(":") + 1);

/** The grid that orders lie on. Prints may be finer: their bars hold every digit, only labels on the chart are rounded to it. */
function tickOf({
  tickSize,
}: InstrumentReply): Pick<UdfSymbol, "pricescale" | "minmov" | "minmove2" | "fractional"> {
  const decimals = decimalsOf(tickSize);
  const minmov = scaledInteger(tickSize, decimals);
  assert(minmov.ok, "a stored tick size is exact");
  return {
    pricescale: 10 ** decimals,
    minmov: minmov.value,
    minmove2: 0,
    fractional: false,
  };
}
