/** Candles against a brute-force program that knows the definition and nothing of this code. */
import { describe, expect, test } from "vitest";
import type { M2mCandleObject } from "../../../src/contracts/strategies.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { m2mByBruteForce, type OracleCandle } from "../../support/m2m-oracle.ts";
import { Bench, MINUTE, markAt, opened, T0 } from "./bench.ts";
import { type Arrival, type Story, storyOf } from "./story.ts";
import { cents, legIn, ratesIn, StoryAccount } from "./story-account.ts";

const STORIES = fewOrAll(36, 90);

describe.each([
  ["nothing lost and nothing later than the horizon", { delayMax: 600_000, losing: false }],
  ["changes lost and conflated on the way", { delayMax: 60_000, losing: true }],
  ["batches later than the horizon", { delayMax: 3_600_000, losing: false }],
])("%s", (_name, weather) => {
  test.each(seeds(STORIES / 3))(
    "wherever a candle does not say sampled, it is the brute-force program's (seed %i)",
    (seed) => {
      const story = storyOf(seed, weather);
      const shown = told(story);
      const truth = new Map(
        m2mByBruteForce(story.legs, story.changes, story.bookings, story.rates).map((candle) => [
          candle.t,
          candle,
        ]),
      );
      for (const candle of shown) if (!candle.sampled) expect(sayingOf(candle)).toEqual(truth.get(candle.t));
      if (weather.losing || weather.delayMax > 600_000) return;
      expect(shown.filter((candle) => candle.sampled)).toEqual([]);
      expect(shown.map((candle) => candle.t)).toEqual([...truth.keys()]);
    },
  );
});

test("some stories with losses have candles that say sampled and candles that do not", () => {
  const flags = new Set(
    seeds(20).flatMap((seed) =>
      told(storyOf(seed, { delayMax: 5_000, losing: true })).map((candle) => candle.sampled),
    ),
  );
  expect([...flags].sort()).toEqual([false, true]);
});

/** Tells the strategy everything in the order in which it arrives, with repeats and reloads between, and checks what must always hold. */
function told(story: Story): M2mCandleObject[] {
  const legs = story.legs.map(legIn);
  const account = new StoryAccount(legs, story.telling);
  const fx = ratesIn(story);
  const bench = new Bench().hear(opened([], { legs, fx }));
  const openings = story.bookings.filter((booking) => "opening" in booking && booking.opening === true);
  bench.hear(...openings.flatMap((booking) => account.book(booking, T0)));
  for (const { symbol, startPrice, startChanges } of [...story.legs, ...story.rates])
    if (startPrice !== undefined)
      bench.baseline(symbol, markAt(startChanges, startPrice.ts, cents(startPrice.price)));
  for (const arrival of story.arrivals) arrive(bench, account, arrival, story.live);
  // Past every minute: the flags of a forming candle are those at its end.
  bench.clock.pass(60 * MINUTE);
  // What the last second owes is said by its timer.
  bench.closeByClock(bench.clock.now());
  const candles = bench.candles();
  expectInvariants(candles);
  expectFactsToSayTheSame(bench, candles);
  bench.sql.close();
  return candles;
}

function arrive(
  bench: Bench,
  account: StoryAccount,
  { at, updates, bookings, repeated, reload }: Arrival,
  live: boolean,
): void {
  bench.clock.time = at as EpochMs;
  if (updates.length > 0) bench.prices(...updates);
  if (repeated) bench.prices(...updates);
  if (bookings.length > 0) bench.hear(...bookings.flatMap((booking) => account.book(booking, at)));
  if (live && reload) bench.closeByClock(at);
  if (reload) expectReloadToChangeNothing(bench);
}

function expectReloadToChangeNothing(bench: Bench): void {
  const before = {
    candles: bench.candles(),
    tip: bench.state.timeline.tip,
    legs: bench.state.legs,
    spans: bench.state.spans,
  };
  bench.reload();
  expect({
    candles: bench.candles(),
    tip: bench.state.timeline.tip,
    legs: sorted(bench.state.legs),
    spans: bench.state.spans,
  }).toEqual({
    ...before,
    legs: sorted(before.legs),
  });
}

function expectInvariants(candles: readonly M2mCandleObject[]): void {
  let close = "0";
  for (const candle of candles) {
    expect(candle.open).toBe(close);
    const made = units(candle.realised) - units(candle.fees) + units(candle.funding ?? "");
    expect(units(candle.close)).toBe(made + units(candle.unrealised));
    for (const inside of [candle.open, candle.close]) {
      expect(units(inside) <= units(candle.high)).toBe(true);
      expect(units(inside) >= units(candle.low)).toBe(true);
    }
    close = candle.close;
  }
}

/** Revisions of a minute rise one by one, and the newest is what is shown. */
function expectFactsToSayTheSame(bench: Bench, candles: readonly M2mCandleObject[]): void {
  const facts = Map.groupBy(bench.facts(), ({ candle }) => candle.start);
  for (const said of facts.values())
    expect(said.map(({ candle }) => candle.rev)).toEqual(said.map((_, rev) => rev));
  for (const shown of candles) {
    const newest = facts.get(shown.t)?.at(-1)?.candle;
    if (shown.state === "forming") expect(newest).toBeUndefined();
    else
      expect([newest?.rev, newest?.state, newest?.sampled]).toEqual([shown.rev, shown.state, shown.sampled]);
  }
}

function sayingOf(candle: M2mCandleObject): OracleCandle {
  const { sampled: _sampled, rev: _rev, state: _state, funding = "", ...saying } = candle;
  return { ...saying, funding };
}

const sorted = <Value>(map: ReadonlyMap<string, Value>) =>
  [...map].sort(([one], [other]) => (one < other ? -1 : 1));
const units = (decimal: string): bigint => {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
};

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
