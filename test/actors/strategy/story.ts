/** A seeded market: what happened to a strategy's legs, and the disorder in which it was told. */
import type { PriceChange, PriceUpdate } from "../../../actors/price-hub/messages.ts";
import type {
  OracleBooking,
  OracleChange,
  OracleFill,
  OracleLeg,
  OracleRate,
} from "../../support/m2m-oracle.ts";
import { MINUTE, T0, update } from "./bench.ts";

export type Arrival = {
  readonly at: number;
  readonly updates: readonly PriceUpdate[];
  readonly bookings: readonly OracleBooking[];
  readonly repeated: boolean;
  readonly reload: boolean;
};
type Counted = { readonly startChanges: number };
export type Story = {
  readonly legs: readonly (OracleLeg & Counted)[];
  readonly rates: readonly (OracleRate & Counted)[];
  readonly changes: readonly OracleChange[];
  /** In the account's order; legs that were held on opening first. */
  readonly bookings: readonly OracleBooking[];
  readonly arrivals: readonly Arrival[];
  /** The clock closes minutes too. */
  readonly live: boolean;
  /** News of fills says what the account booked and holds. */
  readonly telling: boolean;
};
export type Weather = { readonly delayMax: number; readonly losing: boolean };
type Priced = Pick<OracleLeg, "symbol" | "startPrice"> & Counted;

export type Random = (below: number) => number;
/** `toldAt`: a symbol tells its changes in order, whatever their times. */
type Numbered = OracleChange & { readonly n: number; readonly toldAt: number };

export function storyOf(seed: number, weather: Weather): Story {
  const random = randomFrom(seed);
  const rates = RATES.map((rate) => ({ ...rate, ...startOf(random, "rate") }));
  const legs = Array.from({ length: 1 + random(4) }, (_, index) => legOf(random, `XNAS:${"ABCD"[index]}`));
  const used = rates.filter(({ currency }) => legs.some((leg) => leg.currency === currency));
  const span = (3 + random(22)) * MINUTE;
  const changes = [...legs, ...used].flatMap((one) => changesOf(random, one, span, !weather.losing));
  const openings = legs
    .filter(() => random(2) === 0)
    .map(({ symbol }, index) => fillOf(random, `open-${index}`, symbol, T0 - 1, true));
  const told = bookingArrivals(random, bookingsOf(random, legs, span), weather);
  return {
    legs,
    rates: used,
    changes,
    bookings: [...openings, ...told.flatMap(({ bookings }) => bookings)],
    arrivals: [...priceArrivals(random, [...legs, ...used], changes, weather), ...told].sort(
      (one, other) => one.at - other.at,
    ),
    live: random(2) === 0,
    telling: random(3) !== 0,
  };
}

/** The account's own currency is none of them. */
const RATES = [
  { currency: "EUR", symbol: "FX:EURUSD", direction: "multiply" },
  { currency: "JPY", symbol: "FX:USDJPY", direction: "divide" },
] as const;

function legOf(random: Random, symbol: string): Story["legs"][number] {
  const currency = random(3) === 0 ? {} : { currency: RATES[random(2)]?.currency ?? "" };
  const inverse = random(4) === 0 ? { inverse: true } : {};
  return { symbol, multiplier: "1", ...currency, ...inverse, ...startOf(random, "leg") };
}

function startOf(random: Random, of: Kind): Pick<Priced, "startPrice" | "startChanges"> {
  if (random(3) === 0) return { startChanges: 0 };
  return {
    startChanges: 1 + random(50),
    startPrice: { price: priceOf(random, of), ts: T0 - random(90_000) },
  };
}

/**
 * Mostly apart, sometimes several in a millisecond, rarely with a time before the one ahead of it: not where changes are lost, since the
 * one behind a hole then says a time that its place does not have.
 */
function changesOf(
  random: Random,
  { symbol, startChanges }: Priced,
  span: number,
  backwards: boolean,
): Numbered[] {
  const count = 1 + random(40);
  const times = Array.from({ length: count }, () => T0 + random(span)).sort((one, other) => one - other);
  return times.map((toldAt, index) => ({
    symbol,
    n: startChanges + index + 1,
    price: priceOf(random, symbol.startsWith("FX") ? "rate" : "leg"),
    toldAt,
    ts: backwards && random(20) === 0 ? toldAt - random(40_000) : toldAt - (toldAt % 5),
  }));
}

/** In the order in which the account books them: fills, and now and then a bust or a correction of a recent one, cash, a split. */
function bookingsOf(random: Random, legs: Story["legs"], span: number): OracleBooking[] {
  const times = Array.from({ length: random(24) }, () => T0 + random(span)).sort((one, other) => one - other);
  const past: Past = { fills: [] };
  return times.map((time, index) => {
    const leg = legs[random(legs.length)] as Story["legs"][number];
    const at = { id: `b-${index}`, symbol: leg.symbol, ts: time - (time % 5) };
    const recent = past.fills.filter((fill) => fill.time > time - 180_000);
    const fate = random(12);
    if (fate === 0 && leg.inverse !== true) return splitOf(random, at);
    if (fate === 1) return { type: "cash", ...at, funding: `${random(2) === 0 ? "-" : ""}${random(9)}.25` };
    if (fate < 5 && recent.length > 0)
      return revisionOf(random, recent[random(recent.length)]?.id ?? "", past);
    return lateFillOf(random, at, past);
  });
}

type At = { readonly id: string; readonly symbol: string; readonly ts: number };
/** `time`: when it was booked. */
type Past = {
  fills: readonly { readonly id: string; readonly time: number }[];
};

function splitOf(random: Random, at: At): OracleBooking {
  const [from, to] = RATIOS[random(RATIOS.length)] ?? ["1", "1"];
  return { type: "split", ...at, from, to, price: priceOf(random) };
}

/** What is busted is not revised any more. */
function revisionOf(random: Random, ref: string, past: Past): OracleBooking {
  if (random(3) > 0) return { type: "correct", ref, ...correction(random) };
  past.fills = past.fills.filter(({ id }) => id !== ref);
  return { type: "bust", ref };
}

function lateFillOf(random: Random, { id, symbol, ts }: At, past: Past): OracleFill {
  const late = random(6) === 0 ? random(100_000) : 0;
  past.fills = [...past.fills, { id, time: ts }];
  return fillOf(random, id, symbol, ts - late, false);
}

const RATIOS = [
  ["1", "2"],
  ["1", "3"],
  ["2", "3"],
  ["10", "1"],
] as const;

const correction = (random: Random) => ({
  ...(random(2) === 0 ? { qty: String(1 + random(30)) } : { price: priceOf(random) }),
  ...(random(3) === 0 ? { fee: `${random(3)}.5` } : {}),
});

const fillOf = (random: Random, id: string, symbol: string, ts: number, opening: boolean): OracleFill => ({
  id,
  symbol,
  side: random(2) === 0 ? "buy" : "sell",
  qty: String(1 + random(30)),
  price: priceOf(random),
  fee: `${random(3)}.${1 + random(9)}`,
  ts,
  ...(opening ? { opening } : {}),
});

type Kind = "leg" | "rate";
const priceOf = (random: Random, of: Kind = "leg"): string =>
  `${of === "leg" ? 50 + random(100) : 1 + random(2)}.${String(random(100)).padStart(2, "0")}`;

/** Each hub sends its symbols' changes in order, at its own pace; the last of each symbol always comes. */
function priceArrivals(
  random: Random,
  priced: readonly Priced[],
  changes: readonly OracleChange[],
  weather: Weather,
): Arrival[] {
  const hubs = Map.groupBy(priced, (_one, index) => index % 2);
  return [...hubs.values()].flatMap((own) => {
    const symbols = new Set(own.map(({ symbol }) => symbol));
    const queue = (changes as readonly Numbered[])
      .filter(({ symbol }) => symbols.has(symbol))
      .sort((one, other) => one.toldAt - other.toldAt || one.n - other.n);
    const arrivals: Arrival[] = [];
    let at = 0;
    let sent = 0;
    while (sent < queue.length) {
      const first = queue[sent]?.toldAt ?? 0;
      const batch = queue.slice(sent, sent + 1 + random(8)).filter(({ toldAt }) => toldAt < first + MINUTE);
      sent += batch.length;
      at = Math.max(at + 1, (batch.at(-1)?.ts ?? 0) + delayOf(random, weather));
      const final = sent >= queue.length;
      arrivals.push({
        ...arrival(random, at),
        updates: [...Map.groupBy(batch, ({ symbol }) => symbol)].flatMap(([symbol, own]) =>
          updateOf(random, symbol, own, weather.losing && !final),
        ),
      });
    }
    // What was lost shows at the latest when the symbol's newest price is told again.
    const newest = own.flatMap(({ symbol }) =>
      queue
        .filter((change) => change.symbol === symbol)
        .sort((one, other) => other.n - one.n)
        .slice(0, 1),
    );
    return [
      ...arrivals,
      {
        ...arrival(random, at + 1),
        updates: newest.map((change) => update(change.symbol, [changed(change)])),
      },
    ];
  });
}

function updateOf(
  random: Random,
  symbol: string,
  changes: readonly Numbered[],
  losing: boolean,
): PriceUpdate[] {
  const inOrder = [...changes].sort((one, other) => one.n - other.n).map(changed);
  const fate = losing ? random(8) : 7;
  if (fate === 0) return [];
  if (fate === 1) return [update(symbol, inOrder.slice(-1), { sampled: true })];
  if (fate === 2)
    return [
      update(
        symbol,
        inOrder.filter(() => random(2) === 0),
      ),
    ].filter((kept) => kept.changes.length > 0);
  return [update(symbol, inOrder)];
}

const changed = ({ n, ts, price }: Numbered): PriceChange => [n, ts, Math.round(Number(price) * 100)];

/** The account tells in its order; what is about an earlier fill comes whenever it comes. */
function bookingArrivals(random: Random, bookings: readonly OracleBooking[], weather: Weather): Arrival[] {
  let at = 0;
  return bookings.map((booking) => {
    at = Math.max(at + 1, ("ts" in booking ? booking.ts : at) + delayOf(random, weather));
    return { ...arrival(random, at), bookings: [booking] };
  });
}

const arrival = (random: Random, at: number): Arrival => ({
  at,
  updates: [],
  bookings: [],
  repeated: random(10) === 0,
  reload: random(12) === 0,
});

/** Mostly the hub's own 200 ms, sometimes seconds, rarely as long as the weather lets it. */
function delayOf(random: Random, { delayMax }: Weather): number {
  const fate = random(30);
  if (fate === 0) return random(delayMax);
  return fate < 6 ? random(5_000) : random(400);
}

/** mulberry32: the same seed, the same story. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
