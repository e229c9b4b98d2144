/**
 * Mark-to-market candles by brute force, from the public definition alone: every change of a last price or a rate and everything that the
 * account booked, each with its time, in public decimals. At each of them the whole past is walked again; nothing is remembered, nothing
 * of the product is used.
 *
 * A change counts at its own time, and never before the change of that symbol ahead of it. What a booking changes is worked out in the
 * account's order (`line-oracle.ts`) and counts at its own time. At the same millisecond splits count before prices and those before
 * everything else that was booked, then by symbol, then in order. Each sum of a currency is converted by itself.
 */
import { abs, halfEven, money, type Price, scaled, sum, text, UNIT } from "./exact.ts";
import { type Booked, bookedBy, type OracleBooking, type OracleContract } from "./line-oracle.ts";

export type { OracleBooking, OracleFill } from "./line-oracle.ts";

type Start = { readonly price: string; readonly ts: number };
export type OracleLeg = OracleContract & {
  readonly symbol: string;
  /** Absent: the account's. */
  readonly currency?: string;
  /** Its price before the first change. */
  readonly startPrice?: Start;
};
/** What leads from a currency to the account's. */
export type OracleRate = {
  readonly currency: string;
  readonly symbol: string;
  readonly direction: "multiply" | "divide";
  readonly startPrice?: Start;
};
export type OracleChange = { readonly symbol: string; readonly ts: number; readonly price: string };

export type OracleCandle = {
  readonly t: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly realised: string;
  readonly unrealised: string;
  readonly fees: string;
  readonly funding: string;
  readonly grossExposure: string;
  readonly tickCount: number;
  readonly staleLegs: readonly string[];
  readonly missingLegs: readonly string[];
};

type Happening = {
  readonly ts: number;
  readonly rank: number;
  readonly symbol: string;
  readonly at: number;
  readonly price?: bigint;
  readonly booked?: Booked;
};
type Market = { readonly legs: readonly OracleLeg[]; readonly rates: readonly OracleRate[] };
type Mark = Price & { readonly ts: number };

const MINUTE = 60_000;
const AMOUNTS = ["realised", "fees", "funding", "unrealised", "gross"] as const;

export function m2mByBruteForce(
  legs: readonly OracleLeg[],
  changes: readonly OracleChange[],
  bookings: readonly OracleBooking[],
  rates: readonly OracleRate[] = [],
): OracleCandle[] {
  const market = { legs, rates };
  const booked = legs.flatMap((leg) => bookedBy(leg, bookings));
  const held = booked.filter(({ opening }) => opening);
  const happenings: Happening[] = [
    ...pricesInOrder(market, changes),
    ...booked
      .filter(({ opening }) => !opening)
      .map((one) => ({
        ts: one.ts,
        rank: one.ratio === undefined ? 1 : -1,
        symbol: one.symbol,
        at: one.at,
        booked: one,
      })),
  ].sort(
    (a, b) =>
      a.ts - b.ts || a.rank - b.rank || (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : a.at - b.at),
  );

  const candles: OracleCandle[] = [];
  let open = 0n;
  for (const [start, inMinute] of Map.groupBy(happenings, ({ ts }) => Math.floor(ts / MINUTE) * MINUTE)) {
    const before = happenings.indexOf(inMinute[0] as Happening);
    const states = inMinute.map((_, index) =>
      stateAfter(market, held, happenings.slice(0, before + index + 1)),
    );
    const totals = states.map((state) => state.total);
    const last = states.at(-1) as ReturnType<typeof stateAfter>;
    const ticks = inMinute.filter(
      ({ symbol, price }) => price !== undefined && legs.some((leg) => leg.symbol === symbol),
    );
    candles.push({
      t: start,
      open: text(open),
      high: text([open, ...totals].reduce((a, b) => (b > a ? b : a))),
      low: text([open, ...totals].reduce((a, b) => (b < a ? b : a))),
      close: text(last.total),
      realised: text(last.realised),
      unrealised: text(last.unrealised),
      fees: text(last.fees),
      funding: text(last.funding),
      grossExposure: text(last.gross),
      tickCount: ticks.length,
      staleLegs: last.pricedAt.filter(([, ts]) => start + MINUTE - ts > 60_000).map(([symbol]) => symbol),
      missingLegs: last.missing,
    });
    open = last.total;
  }
  return candles;
}

/** A change never counts before the change of the same symbol ahead of it. */
function pricesInOrder({ legs, rates }: Market, changes: readonly OracleChange[]): Happening[] {
  const newest = new Map([...rates, ...legs].map(({ symbol, startPrice }) => [symbol, startPrice?.ts ?? 0]));
  return changes.map(({ symbol, ts, price }, at) => {
    const counted = Math.max(ts, newest.get(symbol) ?? 0);
    newest.set(symbol, counted);
    return { ts: counted, rank: 0, symbol, at, price: scaled(price) };
  });
}

function stateAfter(market: Market, held: readonly Booked[], past: readonly Happening[]) {
  const currencies = [...Map.groupBy(market.legs, ({ currency }) => currency)].map(([currency, legs]) => {
    const rate = currency === undefined ? PAR : rateOf(market, currency, past);
    const states = legs.map((leg) => legAfter(leg, held, past));
    const worth = AMOUNTS.map((name) => {
      const own = sum(states.map((state) => state[name]));
      return [name, rate === undefined ? 0n : halfEven(own * rate.times, rate.over)] as const;
    });
    return { worth: new Map(worth), rate, states };
  });
  const of = (name: (typeof AMOUNTS)[number]) => sum(currencies.map(({ worth }) => worth.get(name) ?? 0n));
  const all = { realised: of("realised"), fees: of("fees"), funding: of("funding"), gross: of("gross") };
  const unrealised = of("unrealised");
  const seen = currencies.flatMap(({ rate, states }) => states.map((state) => flagOf(state, rate)));
  return {
    ...all,
    unrealised,
    total: all.realised + unrealised - all.fees + all.funding,
    pricedAt: seen.flatMap(({ priced }) => priced).sort(),
    missing: seen.flatMap(({ missing }) => missing).sort(),
  };
}

/** The account's own currency is always worth itself. */
const PAR: Mark = { times: 1n, over: 1n, ts: Infinity };

/** Without a rate all that a leg has made counts 0; without a price what it holds. */
function flagOf({ symbol, lots, mark, hasTraded }: LegState, rate: Mark | undefined) {
  const missing = rate === undefined ? hasTraded : lots !== 0n && mark === undefined;
  const ts = Math.min(mark?.ts ?? 0, rate?.ts ?? 0);
  const priced: [string, number][] = lots === 0n || missing ? [] : [[symbol, ts]];
  return { priced, missing: missing ? [symbol] : [] };
}

type LegState = ReturnType<typeof legAfter>;
function legAfter(leg: OracleLeg, held: readonly Booked[], past: readonly Happening[]) {
  const own = past.filter(({ symbol }) => symbol === leg.symbol);
  const booked = [
    ...held.filter(({ symbol }) => symbol === leg.symbol),
    ...own.flatMap((happening) => happening.booked ?? []),
  ].map(({ delta }) => delta);
  const lots = sum(booked.map(({ qty }) => qty));
  const cost = sum(booked.map((delta) => delta.cost));
  const made = {
    realised: sum(booked.map(({ realised }) => realised)),
    fees: sum(booked.map(({ fee }) => fee)),
    funding: sum(booked.map(({ funding }) => funding)),
  };
  const hasTraded = lots !== 0n || made.realised !== 0n || made.fees !== 0n || made.funding !== 0n;
  const mark = markOf(leg, own);
  const { symbol } = leg;
  if (mark === undefined) return { symbol, lots, mark, hasTraded, ...made, unrealised: 0n, gross: 0n };
  const value = money(leg, lots, mark);
  const unrealised = leg.inverse === true ? cost - value : value - cost;
  return { symbol, lots, mark, hasTraded, ...made, unrealised, gross: abs(value) };
}

/** The newest price; a split since makes of it what it says of the new shares. */
function markOf({ startPrice }: Pick<OracleLeg, "startPrice">, own: readonly Happening[]): Mark | undefined {
  let mark: Mark | undefined =
    startPrice === undefined ? undefined : { times: scaled(startPrice.price), over: 1n, ts: startPrice.ts };
  for (const { ts, price, booked } of own) {
    if (price !== undefined) mark = { times: price, over: 1n, ts };
    const ratio = booked?.ratio;
    if (ratio !== undefined && mark !== undefined)
      mark = { ...mark, times: mark.times * ratio.from, over: mark.over * ratio.to };
  }
  return mark;
}

function rateOf({ rates }: Market, currency: string, past: readonly Happening[]): Mark | undefined {
  const source = rates.find((rate) => rate.currency === currency);
  const mark =
    source &&
    markOf(
      source,
      past.filter(({ symbol }) => symbol === source.symbol),
    );
  if (mark === undefined) return undefined;
  return source?.direction === "divide"
    ? { ...mark, times: UNIT, over: mark.times }
    : { ...mark, times: mark.times, over: UNIT };
}
