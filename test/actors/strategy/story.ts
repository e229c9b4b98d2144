/** A seeded market: what happened to a strategy's legs, and the disorder in which it was told. */
import type { PriceChange, PriceUpdate } from "../../../actors/price-hub/messages.ts";
import type { OracleChange, OracleFill, OracleLeg } from "../../support/m2m-oracle.ts";
import { MINUTE, T0, update } from "./bench.ts";

export type Arrival = {
  readonly at: number;
  readonly updates: readonly PriceUpdate[];
  readonly fills: readonly OracleFill[];
  readonly repeated: boolean;
  readonly reload: boolean;
};
export type Story = {
  readonly legs: readonly (OracleLeg & { readonly startChanges: number })[];
  readonly changes: readonly OracleChange[];
  readonly fills: readonly OracleFill[];
  readonly arrivals: readonly Arrival[];
  /** The clock closes minutes too. */
  readonly live: boolean;
};
export type Weather = { readonly delayMax: number; readonly losing: boolean };

export type Random = (below: number) => number;
/** `toldAt`: a symbol tells its changes in order, whatever their times. */
type Numbered = OracleChange & { readonly n: number; readonly toldAt: number };

export function storyOf(seed: number, weather: Weather): Story {
  const random = randomFrom(seed);
  const legs = Array.from({ length: 1 + random(4) }, (_, index) => legOf(random, `XNAS:${"ABCD"[index]}`));
  const span = (3 + random(22)) * MINUTE;
  const changes = legs.flatMap((leg) => changesOf(random, leg, span, !weather.losing));
  const openings = legs
    .filter(() => random(2) === 0)
    .map(({ symbol }) => fillOf(random, symbol, T0 - 1, true));
  const fills = fillsOf(random, legs, span);
  return {
    legs,
    changes,
    fills: [...openings, ...fills],
    arrivals: [
      ...priceArrivals(random, legs, changes, weather),
      ...fillArrivals(random, fills, weather),
    ].sort((one, other) => one.at - other.at),
    live: random(2) === 0,
  };
}

function legOf(random: Random, symbol: string): Story["legs"][number] {
  const fresh = { symbol, multiplier: "1", startChanges: 0 };
  return random(3) === 0
    ? fresh
    : {
        ...fresh,
        startChanges: 1 + random(50),
        startPrice: { price: priceOf(random), ts: T0 - random(90_000) },
      };
}

/**
 * Mostly apart, sometimes several in a millisecond, rarely with a time before the one ahead of it: not where changes are lost, since the
 * one behind a hole then says a time that its place does not have.
 */
function changesOf(
  random: Random,
  { symbol, startChanges }: Story["legs"][number],
  span: number,
  backwards: boolean,
): Numbered[] {
  const count = 1 + random(40);
  const times = Array.from({ length: count }, () => T0 + random(span)).sort((one, other) => one - other);
  return times.map((toldAt, index) => ({
    symbol,
    n: startChanges + index + 1,
    price: priceOf(random),
    toldAt,
    ts: backwards && random(20) === 0 ? toldAt - random(40_000) : toldAt - (toldAt % 5),
  }));
}

function fillsOf(random: Random, legs: Story["legs"], span: number): OracleFill[] {
  const times = Array.from({ length: random(20) }, () => T0 + random(span)).sort((one, other) => one - other);
  return times.map((ts) =>
    fillOf(
      random,
      legs[random(legs.length)]?.symbol ?? "",
      ts - (ts % 5) - (random(6) === 0 ? random(200_000) : 0),
      false,
    ),
  );
}

const fillOf = (random: Random, symbol: string, ts: number, opening: boolean): OracleFill => ({
  symbol,
  side: random(2) === 0 ? "buy" : "sell",
  qty: String(1 + random(30)),
  price: priceOf(random),
  fee: `${random(3)}.${1 + random(9)}`,
  ts,
  ...(opening ? { opening } : {}),
});

const priceOf = (random: Random): string => `${50 + random(100)}.${String(random(100)).padStart(2, "0")}`;

/** Each hub sends its symbols' changes in order, at its own pace; the last of each symbol always comes. */
function priceArrivals(
  random: Random,
  legs: Story["legs"],
  changes: readonly OracleChange[],
  weather: Weather,
): Arrival[] {
  const hubs = Map.groupBy(legs, (_leg, index) => index % 2);
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

function fillArrivals(random: Random, fills: readonly OracleFill[], weather: Weather): Arrival[] {
  let at = 0;
  return fills.map((fill) => {
    at = Math.max(at + 1, fill.ts + delayOf(random, weather));
    return { ...arrival(random, at), fills: [fill] };
  });
}

const arrival = (random: Random, at: number): Arrival => ({
  at,
  updates: [],
  fills: [],
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
