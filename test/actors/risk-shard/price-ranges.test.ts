/** Windows of marks against a list of all of them. */
import { describe, expect, test } from "vitest";
import type { PriceChange } from "../../../actors/price-hub/messages.ts";
import {
  followRange,
  lacksRange,
  learnRange,
  RANGE_SLOTS,
  rangeAt,
  windowsOf,
} from "../../../actors/risk-shard/price-ranges.ts";
import { initialState, type Limit, type RiskState } from "../../../actors/risk-shard/state.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import type { PastStretch } from "../../../src/domain/past-price.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import { randomFrom } from "./walk.ts";

const ONE = "X:ONE" as Symbol;
const START = 1_700_000_000_000;
const MINUTE = 60_000;
const periodOf = (windowMs: number): Limit => ({
  ...{ id: `w${windowMs}`, kind: "price-collar-period", scope: { kind: "account" } },
  ...{ threshold: 0n, action: "reject", unit: "money", windowMs },
});
function stateWith(...windows: number[]): RiskState {
  const state = initialState();
  state.limits = { version: 1, limits: windows.map(periodOf), text: "[]" };
  return state;
}
/** A symbol that trades, a hub that tells it, and all marks that ever were. */
class Market {
  readonly state: RiskState;
  readonly trades: { ts: number; price: number }[] = [];
  now = START;
  told = 0;
  constructor(state: RiskState) {
    this.state = state;
  }
  get mark(): PriceMark {
    const newest = this.trades.at(-1);
    if (newest === undefined) return { lastChanges: 0 };
    return { last: newest.price, lastTs: newest.ts as never, lastChanges: this.trades.length };
  }
  trade(price: number): void {
    this.trades.push({ ts: this.now, price });
  }
  /** `lost`: the hub tells the newest alone; `cut`: with how far the others went. */
  push(lost = false, cut = false): void {
    const all = this.trades.map(({ ts, price }, at): PriceChange => [at + 1, ts, price]).slice(this.told);
    const changes = lost || cut ? all.slice(-1) : all;
    const prices = all.map(([, , price]) => price);
    const span = [this.told, Math.min(...prices), Math.max(...prices)] as const;
    const leftOut = cut && changes.length < all.length ? { leftOut: span } : {};
    this.told = this.trades.length;
    const { state, mark, now } = this;
    state.marks.set(ONE, mark);
    followRange(state, { symbol: ONE, mark, changes, ...leftOut }, now);
  }
  /** As the symbol folds them. */
  get stretches(): PastStretch[] {
    const minutes = Map.groupBy(this.trades, ({ ts }) => Math.floor(ts / MINUTE));
    return [...minutes].map(([minute, trades]) => {
      const prices = trades.map(({ price }) => price);
      const [high, low] = [Math.max(...prices), Math.min(...prices)];
      return [minute * MINUTE, (minute + 1) * MINUTE, high, low, prices.at(-1)!];
    });
  }
  answer(since = 0): void {
    const { state, mark, now } = this;
    if (mark.lastChanges >= (state.marks.get(ONE)?.lastChanges ?? 0)) state.marks.set(ONE, mark);
    learnRange(state, ONE, { mark, recent: { since, stretches: this.stretches } }, now);
  }
  /** Doubled, of marks that stood in (at − span, at]. */
  extremes(span: number): [number, number] {
    const from = this.now - span;
    const standing = this.trades.filter(({ ts }) => ts <= from).slice(-1);
    const prices = [...standing, ...this.trades.filter(({ ts }) => ts > from)].map(({ price }) => 2 * price);
    return [Math.min(...prices), Math.max(...prices)];
  }
  range(windowMs: number) {
    return rangeAt(this.state, ONE, windowMs, this.now);
  }
}

describe("the range of a window", () => {
  test("has the price that stood when it began, and leaves a price up to a slot late, never early", () => {
    const market = new Market(stateWith(MINUTE));
    market.answer();
    for (const price of [100, 300, 200]) {
      market.trade(price);
      market.push();
      market.now += 20_000;
    }
    expect(market.range(MINUTE)).toEqual([200, 600]);
    const slot = MINUTE / RANGE_SLOTS;
    // 100 stood until 300 was traded.
    market.now = START + 20_000 + MINUTE - 1;
    expect(market.range(MINUTE)).toEqual([200, 600]);
    market.now = START + 20_000 + MINUTE + slot;
    expect(market.range(MINUTE)).toEqual([400, 600]);
    market.now = START + 40_000 + MINUTE + slot;
    expect(market.range(MINUTE)).toEqual([400, 400]);
  });

  test("is not known after a load, until the symbol was asked or the window has passed", () => {
    const market = new Market(stateWith(MINUTE));
    market.trade(100);
    market.push();
    expect([market.range(MINUTE), lacksRange(market.state, ONE)]).toEqual([undefined, true]);
    market.now += MINUTE;
    expect(market.range(MINUTE)).toEqual([200, 200]);
    market.answer();
    expect(lacksRange(market.state, ONE)).toBe(false);
  });

  test("is not known where the symbol cannot tell so far back", () => {
    const market = new Market(stateWith(MINUTE));
    market.trade(100);
    market.answer(START - MINUTE + 1);
    expect(market.range(MINUTE)).toBeUndefined();
    market.now += 1;
    expect(market.range(MINUTE)).toEqual([200, 200]);
  });

  test("is not known once a change was missed, until the symbol has told what it was", () => {
    const market = new Market(stateWith(MINUTE));
    market.answer();
    market.trade(100);
    market.push();
    for (const price of [900, 100]) market.trade(price);
    market.push(true);
    expect([market.range(MINUTE), lacksRange(market.state, ONE)]).toEqual([undefined, true]);
    market.answer();
    expect([market.range(MINUTE), lacksRange(market.state, ONE)]).toEqual([[200, 1_800], false]);
  });

  test("is known where changes were left out and their extremes are told, and only there", () => {
    const market = new Market(stateWith(MINUTE));
    market.answer();
    for (const price of [100, 900, 50, 120]) market.trade(price);
    market.push(false, true);
    expect([market.range(MINUTE), lacksRange(market.state, ONE)]).toEqual([[100, 1_800], false]);
    const { state, mark, now } = market;
    const later = { ...mark, lastChanges: mark.lastChanges + 5 };
    state.marks.set(ONE, later);
    // Of the two before these nobody knows.
    const leftOut = [mark.lastChanges + 2, 100, 200] as const;
    followRange(state, { symbol: ONE, mark: later, changes: [[later.lastChanges, now, 120]], leftOut }, now);
    expect([market.range(MINUTE), lacksRange(state, ONE)]).toEqual([undefined, true]);
  });

  test("is not known by a mark that came another way", () => {
    const market = new Market(stateWith(MINUTE));
    market.answer();
    market.trade(100);
    market.state.marks.set(ONE, market.mark);
    expect([market.range(MINUTE), lacksRange(market.state, ONE)]).toEqual([undefined, true]);
  });

  test("is known of a new window when the symbol was asked; without a window nothing is kept", () => {
    const market = new Market(stateWith(MINUTE));
    market.trade(100);
    market.answer();
    market.state.limits = { version: 2, limits: [MINUTE, 5 * MINUTE].map(periodOf), text: "[]" };
    expect([market.range(5 * MINUTE), lacksRange(market.state, ONE)]).toEqual([undefined, true]);
    market.answer();
    expect(market.range(5 * MINUTE)).toEqual([200, 200]);
    market.state.limits = stateWith().limits;
    market.push();
    expect([market.state.ranges.size, lacksRange(market.state, ONE)]).toEqual([0, false]);
  });

  test("of what is only quoted has the middle of bid and ask, known from when it was followed on", () => {
    const state = stateWith(MINUTE);
    const quoted = (at: number, bid: number, ask: number): PriceMark => ({
      ...{ bid, ask, quoteTs: at as never, lastChanges: 0 },
    });
    const tell = (mark: PriceMark, now: number) => {
      state.marks.set(ONE, mark);
      followRange(state, { symbol: ONE, mark, changes: [] }, now);
    };
    const first = quoted(START, 99, 102);
    state.marks.set(ONE, first);
    learnRange(state, ONE, { mark: first, recent: { since: 0, stretches: [] } }, START);
    tell(quoted(START + 1_000, 100, 104), START + 1_000);
    expect(rangeAt(state, ONE, MINUTE, START + 1_000)).toBeUndefined();
    tell(quoted(START + MINUTE, 101, 102), START + MINUTE);
    // To be asked again because it is quiet forgets nothing.
    learnRange(state, ONE, { mark: first, recent: { since: 0, stretches: [] } }, START + MINUTE);
    expect(rangeAt(state, ONE, MINUTE, START + MINUTE)).toEqual([201, 204]);
  });

  test("takes windows of all limits once each", () => {
    const { limits } = stateWith(MINUTE, 1_000, MINUTE).limits;
    expect(windowsOf(limits)).toEqual([1_000, MINUTE]);
    expect(windowsOf(limits)).toBe(windowsOf(limits));
  });

  const WINDOWS = [3_000, MINUTE, 10 * MINUTE];

  function live(market: Market, random: () => number, cuts: number): void {
    market.now += Math.floor(random() ** 4 * 40_000);
    if (random() < 0.7) market.trade(100 + Math.floor(random() * 100));
    if (random() < 0.5) market.push(random() < 0.03, random() < cuts);
    if (lacksRange(market.state, ONE) && random() < 0.3) market.answer();
  }

  /** How often a range was known. */
  function walked(seed: number, cuts: number, holds: (market: Market, windowMs: number) => void): number {
    const random = randomFrom(seed);
    const market = new Market(stateWith(...WINDOWS));
    let known = 0;
    for (let step = 0; step < 1_500; step++) {
      live(market, random, cuts);
      if (market.told < market.trades.length) continue;
      const there = WINDOWS.filter((windowMs) => market.range(windowMs) !== undefined);
      for (const windowMs of there) holds(market, windowMs);
      known += there.length;
    }
    return known;
  }

  test.each([1, 2, 3, 4, 5, 6])(
    "holds all marks of its window and none from a slot before it (%i)",
    (seed) => {
      const known = walked(seed, 0, (market, windowMs) => {
        holdsAll(market, windowMs);
        holdsNoMore(market, windowMs);
      });
      expect(known).toBeGreaterThan(500);
    },
  );

  test.each([7, 8, 9])("holds all marks of its window also where hubs left some out (%i)", (seed) => {
    expect(walked(seed, 0.4, holdsAll)).toBeGreaterThan(500);
  });

  function holdsAll(market: Market, windowMs: number): void {
    const [low, high] = market.extremes(windowMs);
    const [lowest = Number.NaN, highest = Number.NaN] = market.range(windowMs) ?? [];
    expect(lowest).toBeLessThanOrEqual(low);
    expect(highest).toBeGreaterThanOrEqual(high);
  }

  /** A stretch that the symbol told is a minute wide. */
  function holdsNoMore(market: Market, windowMs: number): void {
    const [low, high] = market.extremes(windowMs + Math.ceil(windowMs / RANGE_SLOTS) + MINUTE);
    const [lowest = Number.NaN, highest = Number.NaN] = market.range(windowMs) ?? [];
    expect(lowest).toBeGreaterThanOrEqual(low);
    expect(highest).toBeLessThanOrEqual(high);
  }

  test("bound risk-shard/state:ranges: a window has at most 22 slots, however much is traded", () => {
    const market = new Market(stateWith(3_000));
    market.answer();
    for (let step = 0; step < 500; step++) {
      market.now += 149;
      market.trade(100 + step);
      market.push();
      const slots = market.state.ranges.get(ONE)?.windows[0]?.slots.length ?? 0;
      expect(slots).toBeLessThanOrEqual(RANGE_SLOTS + 2);
    }
  });
});
