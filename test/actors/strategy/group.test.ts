/** A group sums up what its members do: every total at every moment, and candles that the brute-force program builds of all their fills. */
import { describe, expect, test } from "vitest";
import { totalOf } from "../../../actors/strategy/holdings.ts";
import type { Holding, StrategyNews } from "../../../actors/strategy/messages.ts";
import { statistics } from "../../../actors/strategy/statistics-view.ts";
import { formingCandles } from "../../../actors/strategy/view.ts";
import type { StatisticsObject } from "../../../src/contracts/statistics.ts";
import { moneyText } from "../../../src/domain/money.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import type { HoldingAmounts } from "../../../src/quant/money/holding.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { Bench, type FillNews, filled, leg, MINUTE, opened, T0, update } from "./bench.ts";
import { type Random, randomFrom } from "./story.ts";

const SYMBOLS = ["XNAS:AAA", "XNAS:BBB", "XNAS:CCC"] as const;
const MEMBERS = ["one", "two", "three"] as const;
const GROUP = "group:all";
const NOTHING: HoldingAmounts = { qty: 0n, cost: 0n, realised: 0n, fees: 0n, funding: 0n };

const text = ({ qty, cost, realised, fees, funding }: HoldingAmounts): Holding => ({
  qty: String(qty),
  ...{ cost: moneyText(cost), realised: moneyText(realised) },
  ...{ fees: moneyText(fees), funding: moneyText(funding) },
});
const groupOpened = (members: readonly string[]): StrategyNews =>
  opened(SYMBOLS, { strategy: GROUP, name: "All", members: [...members] });
const sums = (bench: Bench, symbol: string): HoldingAmounts => {
  const held = bench.state.timeline.tip.legs.get(symbol);
  return held === undefined
    ? NOTHING
    : { qty: held.qty, cost: held.cost, realised: held.realised, fees: held.fees, funding: held.funding };
};
const minus = (one: HoldingAmounts, other: HoldingAmounts): HoldingAmounts => ({
  qty: one.qty - other.qty,
  cost: one.cost - other.cost,
  realised: one.realised - other.realised,
  fees: one.fees - other.fees,
  funding: one.funding - other.funding,
});

/** An account with its members and their group: what a member books, its account tells both. */
class World {
  readonly members = new Map(
    MEMBERS.map((name) => [name, new Bench().hear(opened(SYMBOLS, { strategy: name }))]),
  );
  readonly group: Bench;
  readonly inside = new Set<string>();
  readonly counts = new Map<string, number>();
  now = T0;

  constructor(inside: readonly string[] = MEMBERS) {
    this.group = new Bench().hear(groupOpened(inside));
    for (const name of inside) this.inside.add(name);
  }

  pass(ms: number): void {
    this.now += ms;
    for (const bench of [this.group, ...this.members.values()]) bench.clock.time = this.now as EpochMs;
  }

  fill(
    name: (typeof MEMBERS)[number],
    symbol: string,
    qty: number,
    price: number,
    ts: number,
    execId: string,
  ): void {
    const member = this.members.get(name)!;
    const fill = filled(symbol, qty, price, ts, { strategy: name, execId, fee: "0.5" });
    const before = sums(member, symbol);
    member.hear(fill);
    if (this.inside.has(name)) this.group.hear(this.told(fill, minus(sums(member, symbol), before)));
  }

  told(fill: FillNews, change: HoldingAmounts): FillNews {
    return { ...fill, change: text(change), after: text(change) };
  }

  price(symbol: string, ts: number, last: number): void {
    const n = (this.counts.get(symbol) ?? 0) + 1;
    this.counts.set(symbol, n);
    for (const bench of [this.group, ...this.members.values()]) bench.prices(update(symbol, [[n, ts, last]]));
  }

  move(name: (typeof MEMBERS)[number], joined: boolean): void {
    const member = this.members.get(name)!;
    const lines = SYMBOLS.map((symbol) => ({ leg: leg(symbol), held: text(sums(member, symbol)) }));
    this.group.hear({ type: "group-moved", strategy: GROUP, member: name, joined, lines, at: this.now });
    if (joined) this.inside.add(name);
    else this.inside.delete(name);
  }

  get expected(): bigint {
    return [...this.inside].reduce(
      (sum, name) => sum + totalOf(this.members.get(name as "one")!.state.timeline.tip),
      0n,
    );
  }
}
const shown = (bench: Bench): StatisticsObject => {
  const reply = statistics(
    bench.state,
    GROUP,
    bench.book,
    {},
    formingCandles(bench.state, bench.clock.now()),
  );
  if (!reply.ok) throw new Error(reply.code);
  return JSON.parse(reply.value) as StatisticsObject;
};

/** A fill or a price, sometimes late; where members move, one of them at times. */
function happen(world: World, random: Random, step: number, moving: boolean): void {
  const symbol = SYMBOLS[random(SYMBOLS.length)]!;
  const name = MEMBERS[random(MEMBERS.length)]!;
  const ts = world.now - (random(5) === 0 ? random(8 * MINUTE) : 0);
  const price = 90_00 + random(2_000);
  const qty = (1 + random(9)) * (random(2) === 0 ? 1 : -1);
  if (random(3) === 0) world.fill(name, symbol, qty, price, ts, `e${step}`);
  else world.price(symbol, ts, price);
  if (moving && random(10) === 0) world.move(name, !world.inside.has(name));
}

describe.each(fewOrAll([1, 2, 3], [1, 2, 3, 4, 5, 6]))("a walk (seed %i)", (seed) => {
  const walk = (moving: boolean, check: (world: World) => void): World => {
    const random = randomFrom(seed);
    const world = new World(moving ? ["one"] : MEMBERS);
    for (const symbol of SYMBOLS) world.price(symbol, T0, 100_00);
    for (let step = 0; step < 120; step++) {
      world.pass(random(MINUTE));
      happen(world, random, step, moving);
      if (random(15) === 0) world.group.reload();
      check(world);
    }
    return world;
  };

  test("keeps the group's total that of its members, and its holdings theirs", () => {
    walk(true, (world) => {
      expect(totalOf(world.group.state.timeline.tip)).toBe(world.expected);
      for (const symbol of SYMBOLS) {
        const members = [...world.inside].map((name) => sums(world.members.get(name as "one")!, symbol));
        expect(sums(world.group, symbol).qty).toBe(members.reduce((sum, { qty }) => sum + qty, 0n));
      }
    });
  });

  test("closes each minute of the group at the sum of its members' closes", () => {
    const world = walk(false, () => {});
    const closes = [...world.members.values()].map((bench) => {
      const candles = bench.candles();
      return (t: number): number => Number(candles.findLast((candle) => candle.t <= t)?.close ?? 0);
    });
    const candles = world.group.candles();
    expect(candles.length).toBeGreaterThan(20);
    for (const { t, close, high, low } of candles) {
      expect(Number(close)).toBeCloseTo(
        closes.reduce((sum, closeAt) => sum + closeAt(t), 0),
        9,
      );
      expect(Number(high)).toBeGreaterThanOrEqual(Number(close));
      expect(Number(low)).toBeLessThanOrEqual(Number(close));
    }
  });

  test("judges the round trips of each member, and loses no money between them", () => {
    const world = walk(false, () => {});
    const one = [...world.members.values()].map(shown);
    const all = shown(world.group);
    for (const name of ["fills", "trips", "wins", "losses"] as const)
      expect(all[name]).toBe(one.reduce((sum, found) => sum + found[name], 0));
    expect(Number(all.won)).toBeCloseTo(
      one.reduce((sum, { won }) => sum + Number(won), 0),
      9,
    );
    expect(Number(all.traded)).toBeCloseTo(
      one.reduce((sum, { traded }) => sum + Number(traded), 0),
      6,
    );
  });
});

test("who joins brings what it has made and holds, makes no candle by it, and takes it along", () => {
  const world = new World([]);
  world.price(SYMBOLS[0], T0, 100_00);
  world.fill("one", SYMBOLS[0], 10, 90_00, T0 + 1, "e1");
  expect(world.group.candles()).toHaveLength(1);
  const before = world.group.candles();
  world.move("one", true);
  expect(totalOf(world.group.state.timeline.tip)).toBe(world.expected);
  expect(world.group.candles()).toEqual(before);
  world.move("one", false);
  expect(totalOf(world.group.state.timeline.tip)).toBe(0n);
  expect(world.group.rows.line("one/XNAS:AAA")).toBeUndefined();
});

test("the first candle of a group opens at what its members had made", () => {
  const world = new World([]);
  world.fill("one", SYMBOLS[0], 10, 90_00, T0, "e1");
  world.fill("one", SYMBOLS[0], -10, 95_00, T0 + 1, "e2");
  world.move("one", true);
  world.price(SYMBOLS[0], T0 + 2, 100_00);
  expect(world.group.candles()[0]).toMatchObject({ open: "49", high: "49", low: "49", close: "49" });
});

test("news of a member that is told to no group is passed over", () => {
  const bench = new Bench().hear(opened([...SYMBOLS]));
  bench.hear({ type: "group-moved", strategy: "carry", member: "one", joined: true, lines: [], at: T0 });
  expect(bench.state.skippedNews).toBe(1);
});

test("a split of what two members hold divides the price once, and changes no total", () => {
  const world = new World(["one", "two"]);
  for (const name of ["one", "two"] as const) world.fill(name, SYMBOLS[0], 10, 90_00, T0 + 1, `e-${name}`);
  world.price(SYMBOLS[0], T0 + 2, 100_00);
  const before = totalOf(world.group.state.timeline.tip);
  for (const name of ["one", "two"]) {
    const change = { ...text({ ...NOTHING, qty: 10n }), ts: T0 + 3, execId: "split-1" };
    const leg0 = {
      leg: leg(SYMBOLS[0]),
      reason: "split",
      execId: "split-1",
      ratio: { from: "1", to: "2" },
    } as const;
    const after = text({ ...NOTHING, qty: 20n, cost: 900_000_000_000_000n });
    world.group.hear({
      type: "holding-revised",
      strategy: name,
      ...leg0,
      changes: [change],
      after,
      at: T0 + 3,
    });
  }
  expect(sums(world.group, SYMBOLS[0]).qty).toBe(40n);
  expect(totalOf(world.group.state.timeline.tip)).toBe(before);
  world.price(SYMBOLS[0], T0 + 4, 50_00);
  expect(totalOf(world.group.state.timeline.tip)).toBe(before);
});
