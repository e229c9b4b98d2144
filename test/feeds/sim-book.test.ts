/** The order books of the generated market, stitched by the platform's own rules. */
import { describe, expect, test } from "vitest";
import { scaledInteger } from "../../src/domain/decimal.ts";
import { SimMarket, simSteps } from "../../src/feeds/sim.ts";
import { SIM_PROFILES, type SimProfile } from "../../src/feeds/sim-profiles.ts";
import type { DepthLevel, DepthTick } from "../../src/feeds/tick.ts";
import { isCrossed } from "../../src/quant/book/book.ts";
import type { DepthChange } from "../../src/quant/book/depth-change.ts";
import { StitchedBook } from "../../src/quant/book/stitch.ts";

const FIRST = 7_000_003;
const STEPS = 100;

function changeOf({ priceDecimals, sizeDecimals }: SimProfile, tick: DepthTick): DepthChange {
  const scaled = (text: string, scale: number): number => {
    const read = scaledInteger(text, scale);
    return read.ok ? read.value : expect.unreachable(`${text}: ${read.code}`);
  };
  const flat = (levels: readonly DepthLevel[]) =>
    levels.flatMap(([price, size]) => [scaled(price, priceDecimals), scaled(size, sizeDecimals)]);
  return {
    ...{ ts: tick.ts, isSnapshot: tick.snapshot === true, bids: flat(tick.bids), asks: flat(tick.asks) },
    ...{ lastSeq: tick.lastSeq, afterSeq: tick.firstSeq === undefined ? undefined : tick.firstSeq - 1 },
    ...{ checksum: undefined, levelsKept: undefined },
  };
}

describe.each(SIM_PROFILES)("the book of $instrument.symbol", (profile) => {
  const scales = { priceScale: profile.priceDecimals, sizeScale: profile.sizeDecimals };
  const market = new SimMarket(profile, 1, 0);
  const told = Array.from({ length: STEPS }, (_, at) => market.depthOf(FIRST + at)).filter(
    (tick) => tick !== undefined,
  );

  test("goes on without a hole, two sides of twenty-five levels that never cross", () => {
    const book = new StitchedBook();
    const outcomes = new Set(told.map((tick) => book.take(changeOf(profile, tick), scales)));
    if (told.length === 0) return;
    expect([...outcomes].filter((outcome) => outcome !== "waits")).toEqual(["applied"]);
    expect([book.view.count("bids"), book.view.count("asks")]).toEqual([25, 25]);
    expect([isCrossed(book.view), book.marks.gaps]).toEqual([false, 0]);
  });

  test("has the best prices of the quote of its step", () => {
    const book = new StitchedBook();
    for (let step = FIRST; step < FIRST + STEPS; step++) {
      const tick = market.depthOf(step);
      if (tick !== undefined) book.take(changeOf(profile, tick), scales);
      const quote = market.ticksOf(step).find(({ type }) => type === "quote");
      if (quote?.type !== "quote" || book.marks.state !== "live") continue;
      const price = (text: string) => Math.round(Number(text) * 10 ** profile.priceDecimals);
      expect([book.view.bestBid?.[0], book.view.bestAsk?.[0]]).toEqual([price(quote.bid), price(quote.ask)]);
    }
  });
});

test("books are told where they are asked for, and change nothing else of the market", () => {
  const run = (depth: boolean) => {
    const steps = simSteps({ seed: 1, profiles: SIM_PROFILES, origin: 0, firstStep: FIRST, depth });
    return Array.from({ length: 20 }, () => steps.next().value.ticks).flat();
  };
  expect(run(true).filter(({ type }) => type !== "depth")).toEqual(run(false));
  expect(run(true).some(({ type }) => type === "depth")).toBe(true);
});
