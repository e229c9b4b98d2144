import { describe, expect, test } from "vitest";
import { HOME } from "../../../actors/strategy/currency-sums.ts";
import { advance, emptyFold, type Fold } from "../../../actors/strategy/fold.ts";
import { type HeardMoment, isBooking, type Moment } from "../../../actors/strategy/moment.ts";
import { Timeline } from "../../../actors/strategy/timeline.ts";
import { type HoldingAmounts, sumOf } from "../../../src/quant/money/holding.ts";
import { MINUTE, T0 } from "./bench.ts";
import { type Random, randomFrom } from "./story.ts";

const SYMBOLS = ["XNAS:A", "XNAS:B", "XNAS:C", "XNAS:D"];
/** A leg in another currency, and one whose price leads from there to the account's. */
const ABROAD = "XNAS:C";
const RATE = "XNAS:D";

/** In the order in which they are folded, several of them at the same millisecond. */
function momentsOf(random: Random): Moment[] {
  const count = 20 + random(80);
  const times = Array.from({ length: count }, () => T0 + 50 * random(6_000)).sort(
    (one, other) => one - other,
  );
  const moments = times.map((ts, order) => momentOf(random, ts, order));
  return moments.sort(
    (one, other) =>
      one.ts - other.ts ||
      rankOf(one) - rankOf(other) ||
      (one.symbol < other.symbol ? -1 : one.symbol > other.symbol ? 1 : one.order - other.order),
  );
}

function momentOf(random: Random, ts: number, order: number): Moment {
  const at = { ts, symbol: SYMBOLS[random(4)] ?? "", order };
  const amount = () => BigInt(random(2_000) - 1_000);
  const change = { qty: amount(), cost: amount(), realised: amount(), fees: amount(), funding: amount() };
  const priced = { pricedAt: ts - random(90_000) };
  switch (random(10)) {
    case 8:
      return {
        kind: "split",
        ...at,
        change,
        from: 1n + BigInt(random(3)),
        to: 1n + BigInt(random(3)),
        effective: ts,
      };
    case 9:
      return { kind: "rate", ...at, ...priced, n: order, last: random(500) };
    case 0:
      return { kind: "fill", ...at, change };
    case 1:
      return { kind: "opening", ...at, change };
    case 2:
      return { kind: "quote", ...at, ...priced, bid: random(500), ask: random(500) };
    case 3:
      return { kind: "seen", ...at };
    case 4:
      return {
        kind: "baseline",
        ...at,
        n: 1,
        mark:
          random(4) === 0 ? undefined : { halves: amount(), source: "last", pricedAt: ts, countsFrom: ts },
      };
    default:
      return { kind: "price", ...at, ...priced, n: order, last: random(500) };
  }
}

const RANKS: Partial<Record<Moment["kind"], number>> = { split: -1, fill: 1, opening: 2 };
const rankOf = ({ kind }: Moment): number => RANKS[kind] ?? 0;

const timelineOf = (): Timeline => {
  const timeline = new Timeline(emptyFold());
  for (const symbol of SYMBOLS) {
    const currency = symbol === ABROAD ? "EUR" : HOME;
    timeline.addLeg({ symbol, notionalUnit: 3n, currency, overBound: false });
  }
  timeline.rateBy([{ currency: "EUR", symbol: RATE, priceScale: 2, direction: "multiply" }]);
  return timeline;
};
function inOrder(moments: readonly Moment[]): Fold {
  const { base } = timelineOf();
  for (const moment of moments) advance(base, moment);
  return base;
}
function inOrderHeld(moments: readonly Moment[]): Fold {
  const timeline = timelineOf();
  for (const symbol of ["XNAS:A", "XNAS:B"])
    timeline.holdFromStart(symbol, { qty: 10n, cost: 0n, realised: 0n, fees: 0n, funding: 0n });
  for (const moment of moments) advance(timeline.base, moment);
  return timeline.base;
}
/** Near its place, and at most `reach` moments from it. */
const disordered = <Heard>(random: Random, moments: readonly Heard[], reach: number): Heard[] =>
  moments
    .map((moment, index) => ({ moment, place: index + random(reach) }))
    .sort((one, other) => one.place - other.place)
    .map(({ moment }) => moment);

describe.each(Array.from({ length: 60 }, (_, seed) => seed + 1))("seed %i", (seed) => {
  test("in whatever order and batches moments come, the fold is that of their order", () => {
    const random = randomFrom(seed);
    const moments = momentsOf(random);
    const timeline = timelineOf();
    const arriving = disordered(random, moments, moments.length);
    while (arriving.length > 0) timeline.insert(arriving.splice(0, 1 + random(9)));
    expect(timeline.tip).toEqual(inOrder(moments));
    expect(timeline.moments()).toEqual(moments);
  });

  test("where one feed lies behind another, the fold is that of their order too", () => {
    const random = randomFrom(seed);
    const moments = momentsOf(random);
    const timeline = timelineOf();
    const feeds = SYMBOLS.map((symbol) => moments.filter((moment) => moment.symbol === symbol));
    const heard: Moment[] = [];
    for (const feed of feeds)
      while (feed.length > 0) {
        const batch = feed.splice(0, 1 + random(4));
        timeline.insert(batch);
        heard.push(...batch);
        expect(timeline.tip).toEqual(inOrder(moments.filter((moment) => heard.includes(moment))));
      }
    // Taken back and folded again over minutes that were moved.
    const early = { ts: T0, symbol: "XNAS:A", order: -1 };
    const change = { qty: 3n, cost: 70n, realised: 5n, fees: 1n, funding: 0n };
    timeline.insert([{ kind: "fill", ...early, change }]);
    expect(timeline.tip).toEqual(inOrder(timeline.moments()));
    expect(timeline.moments()).toHaveLength(moments.length + 1);
  });

  test("a booking that is told anew, in whatever batches, is folded as if it had always been so", () => {
    const random = randomFrom(seed);
    const moments = momentsOf(random);
    const amended = new Map<number, HoldingAmounts>();
    const told = moments.flatMap((moment): HeardMoment[] => {
      if (!isBooking(moment) || random(2) === 0) return [moment];
      const change = { qty: 7n, cost: BigInt(random(900)), realised: -4n, fees: 2n, funding: 1n };
      amended.set(moment.order, sumOf(moment.change, change));
      const { ts, symbol, order } = moment;
      // Behind it, whatever comes in between.
      return [moment, { kind: "revised", ts, symbol, order: 1_000 + order, of: order, change }];
    });
    const plain = told.filter((moment) => moment.kind !== "revised");
    const revisions = told.filter((moment) => moment.kind === "revised");
    const timeline = timelineOf();
    const arriving: HeardMoment[] = random(2) === 0 ? told : [...disordered(random, plain, 30), ...revisions];
    while (arriving.length > 0) timeline.insert(arriving.splice(0, 1 + random(9)));
    const truth = moments.map((moment): Moment => {
      const change = amended.get(moment.order);
      return change === undefined ? moment : ({ ...moment, change } as Moment);
    });
    expect(timeline.tip).toEqual(inOrder(truth));
    expect(timeline.moments()).toEqual(truth);
  });

  test("folding the oldest for good changes nothing of what is folded", () => {
    const random = randomFrom(seed);
    const moments = momentsOf(random);
    const timeline = timelineOf();
    const arriving = disordered(random, moments, 10);
    while (arriving.length > 0) {
      timeline.insert(arriving.splice(0, 1 + random(5)));
      if (timeline.size > 12) timeline.retire(random(timeline.size - 11));
    }
    const { minutes, ...sums } = timeline.tip;
    const { minutes: all, ...truth } = inOrder(moments);
    expect(sums).toEqual(truth);
    expect(minutes).toEqual(all.slice(all.length - minutes.length));
    expect(timeline.moments()).toEqual(moments.slice(moments.length - timeline.size));
  });

  test("what is held or priced from the start is so in every minute, whenever that is heard", () => {
    const random = randomFrom(seed);
    const moments = momentsOf(random).slice(0, 30);
    const change = { qty: 5n, cost: 700n, realised: 0n, fees: 0n, funding: 0n };
    const mark = { halves: 90n, source: "last", pricedAt: T0 - MINUTE, countsFrom: T0 - MINUTE } as const;
    const early = timelineOf();
    const late = timelineOf();
    early.priceFromStart("XNAS:B", mark);
    early.holdFromStart("XNAS:B", change);
    early.insert(moments);
    late.insert(moments);
    late.holdFromStart("XNAS:B", change);
    late.priceFromStart("XNAS:B", mark);
    expect(late.tip).toEqual(early.tip);
    expect(late.base).toEqual(early.base);
  });
});

test("a leg that was never held is priced without folding anything again", () => {
  const timeline = timelineOf();
  timeline.insert([{ kind: "price", ts: T0, symbol: "XNAS:A", order: 1, n: 1, last: 5, pricedAt: T0 }]);
  const before = timeline.tip;
  timeline.priceFromStart("XNAS:C", { halves: 10n, source: "last", pricedAt: T0, countsFrom: T0 });
  expect(timeline.tip).toBe(before);
  expect(timeline.tip.legs.get("XNAS:C")?.mark).toEqual(timeline.base.legs.get("XNAS:C")?.mark);
});

test("a late moment folds no later minute again that has nothing of its leg", () => {
  const timeline = timelineOf();
  const price = (symbol: string, order: number, ts: number, last: number): Moment => ({
    kind: "price",
    ts,
    symbol,
    order,
    n: order,
    last,
    pricedAt: ts,
  });
  for (const symbol of ["XNAS:A", "XNAS:B"])
    timeline.holdFromStart(symbol, { qty: 10n, cost: 0n, realised: 0n, fees: 0n, funding: 0n });
  timeline.insert([1, 2, 3, 4].map((n) => price("XNAS:A", n, T0 + n * MINUTE, n)));
  timeline.insert([price("XNAS:B", 5, T0 + MINUTE, 1)]);
  const later = timeline.tip.minutes.slice(1);
  timeline.insert([price("XNAS:B", 6, T0 + MINUTE + 1, 7)]);
  expect(timeline.tip.minutes.slice(1).every((minute, index) => minute === later[index])).toBe(true);
  expect(timeline.tip).toEqual(inOrderHeld(timeline.moments()));
});
