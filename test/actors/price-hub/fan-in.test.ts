/** What many symbols cost one subscriber, and many subscribers one symbol: calls are counted, and no change is lost or late. */
import { describe, expect, test } from "vitest";
import { PRICE_HUBS, priceHubOf } from "../../../actors/price-hub/address.ts";
import { CADENCE_MS, RUSH_CADENCE_MS } from "../../../actors/price-hub/delivery.ts";
import { CHANGES_PER_SYMBOL_MAX } from "../../../actors/price-hub/limits.ts";
import type { PriceBatch, SubscriberName } from "../../../actors/price-hub/messages.ts";
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import { LEGS_MAX } from "../../../actors/strategy/limits.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { instrumentOf } from "../../support/instruments.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import { RiskBench } from "../risk-shard/bench.ts";
import { filled, opened } from "../strategy/bench.ts";
import { DeskWorld } from "../strategy/desk-world.ts";
import { turns } from "./bench.ts";
import { FanInWorld } from "./fan-in-world.ts";
import { Listener } from "./listener.ts";

const LEGS = 2_000;
const ACCOUNTS = 500;
/** Each symbol changes so often a second. */
const CHANGES_A_SECOND = 5;
const SECOND_MS = 1_000;
/** Changes come in slices of this length, a slice of the symbols in each. */
const SLICE_MS = 20;

/** For some seconds each symbol changes five times in each, spread over it; then everything is told. */
async function market(world: FanInWorld, symbols: readonly Symbol[], seconds: number): Promise<void> {
  const slices = SECOND_MS / CHANGES_A_SECOND / SLICE_MS;
  for (let slice = 0; slice < seconds * CHANGES_A_SECOND * slices; slice++) {
    for (let at = slice % slices; at < symbols.length; at += slices)
      world.change(symbols[at] as Symbol, 10_000 + slice + at);
    await world.pass(SLICE_MS);
  }
  await world.pass(2 * CADENCE_MS);
}

/** Rounds that hubs can have had in a time. */
const roundsIn = (ms: number, cadenceMs: number): number => Math.ceil(ms / cadenceMs) + 1;

async function strategyOf(symbols: readonly Symbol[]) {
  const desk = new DeskWorld();
  const world = new FanInWorld(desk.clock);
  const name: SubscriberName = "strategy/acme/carry";
  world.listen(name, (batch) => desk.desk.prices(envelope(desk.clock.now() + 10_000), batch));
  desk.hub = (asked, own) => {
    const hub = priceHubOf(own[0] as Symbol);
    return world[asked](hub, name, own as Symbol[]);
  };
  for (const symbol of symbols) {
    const mark = { lastChanges: 1, last: 10_000, lastTs: (desk.clock.now() - 1) as EpochMs };
    world.marks.set(symbol, mark);
    desk.marks.set(symbol, mark);
  }
  await desk.tell(opened(symbols), ...symbols.map((symbol) => held(symbol, desk.clock.now())));
  // The account's answer does not wait for all of them; on a busy machine they are still being asked.
  while (snapshotsOf(desk).length < symbols.length) await turns(1);
  await world.pass(2 * CADENCE_MS);
  return { desk, world };
}

const snapshotsOf = ({ asked }: DeskWorld) => asked.filter((one) => one.startsWith("snapshot"));
const held = (symbol: string, now: number) => filled(symbol, 1, 100_00, now - 1, { opening: true });

test("a strategy of 2,000 legs subscribes once at each hub, and is told by hubs and rounds, not by symbols: every change, in time", async () => {
  const symbols = new FanInWorld().symbols(LEGS);
  const { desk, world } = await strategyOf(symbols);
  expect(LEGS).toBeLessThanOrEqual(LEGS_MAX);
  expect(world.calls.subscribe).toBe(PRICE_HUBS);
  expect(snapshotsOf(desk)).toHaveLength(LEGS);

  const [before, start] = [world.calls.prices, world.clock.now()];
  await market(world, symbols, 1);
  const calls = world.calls.prices - before;
  expect(calls).toBeLessThanOrEqual(PRICE_HUBS * roundsIn(world.clock.now() - start, RUSH_CADENCE_MS));
  expect(world.oldestMs).toBeLessThanOrEqual(CADENCE_MS);
  expect(desk.candles().reduce((sum, { tickCount }) => sum + tickCount, 0)).toBe(LEGS * CHANGES_A_SECOND);
  expect(desk.candles().every(({ sampled }) => !sampled)).toBe(true);
  expect(lastPrices(desk)).toEqual(new Map(symbols.map((symbol) => [symbol, world.marks.get(symbol)?.last])));
  // What was heard by all leaves with a hub's next round.
  for (const symbol of symbols) world.change(symbol, 1);
  await world.pass(2 * CADENCE_MS);
  expect(await world.kept()).toBeLessThanOrEqual(LEGS);
});

/** In hundredths, as the symbols say them. */
function lastPrices(desk: DeskWorld): Map<string, number> {
  const reply = desk.desk.positions();
  if (!reply.ok) throw new Error(reply.code);
  const { items } = JSON.parse(reply.value) as { items: { symbol: string; marketPrice: string }[] };
  return new Map(items.map(({ symbol, marketPrice }) => [symbol, Math.round(Number(marketPrice) * 100)]));
}

describe("an account of 2,000 symbols", () => {
  test("is told by hubs and rounds, and has the newest price of each", async () => {
    const bench = new RiskBench();
    const world = new FanInWorld(bench.clock, (symbol) => instrumentOf({ symbol }));
    const symbols = world.symbols(LEGS);
    meets(bench, world);
    await bench.ready();
    for (let from = 0; from < LEGS; from += ACCOUNTS)
      await bench.executions(symbols.slice(from, from + ACCOUNTS).map(unsolicited));
    await world.pass(2 * CADENCE_MS);
    expect(world.calls.subscribe).toBeLessThanOrEqual(PRICE_HUBS * (LEGS / ACCOUNTS));

    const [before, start] = [world.calls.prices, world.clock.now()];
    await market(world, symbols, 1);
    const calls = world.calls.prices - before;
    expect(calls).toBeLessThanOrEqual(PRICE_HUBS * roundsIn(world.clock.now() - start, RUSH_CADENCE_MS));
    expect(world.oldestMs).toBeLessThanOrEqual(CADENCE_MS);
    for (const symbol of symbols) expect(bench.state.marks.get(symbol)).toEqual(world.marks.get(symbol));
  });
});

const unsolicited = (symbol: string, at: number) => ({
  ...{ type: "fill", clientOrderId: `c${symbol.slice(4)}-${at}`, symbol, side: "buy", qty: "1", price: "1" },
});

/** Symbols and hubs of the world instead of those that the test speaks for. */
function meets(bench: RiskBench, world: FanInWorld): void {
  const name: SubscriberName = "risk-shard/t/main";
  world.listen(name, (batch) => bench.desk.takePrices(bench.envelope(), batch));
  const { symbol: known } = bench.platform.actors;
  Object.assign(bench.platform.actors, {
    symbol: (symbol: string) =>
      symbol.startsWith("SIM:")
        ? { snapshot: async () => world.snapshot(symbol as Symbol) }
        : known(symbol as Symbol),
    priceHub: (hub: string) => ({
      subscribe: (_envelope: unknown, _name: string, own: readonly Symbol[]) =>
        world.subscribe(hub, name, own),
      unsubscribe: (_envelope: unknown, _name: string, own: readonly Symbol[]) =>
        world.unsubscribe(hub, name, own),
    }),
    instrumentDirectory: () => ({
      known: async (_envelope: unknown, own: readonly Symbol[]) => answer(own),
    }),
  });
}

describe("500 accounts on one symbol", () => {
  async function crowd(accounts: number) {
    const world = new FanInWorld();
    const [symbol] = world.symbols(1) as [Symbol];
    const listeners = Array.from({ length: accounts }, () => new Listener());
    for (const [at, listener] of listeners.entries()) {
      const name = `risk-shard/acme/a${at}` as SubscriberName;
      world.listen(name, async (batch) => heardBy(listener, batch));
      await world.subscribe(priceHubOf(symbol), name, [symbol]);
    }
    await world.pass(2 * CADENCE_MS);
    return { world, symbol, listeners };
  }

  test("are each told once a round, whatever the symbol does", async () => {
    const { world, symbol, listeners } = await crowd(ACCOUNTS);
    const [before, start] = [world.calls.prices, world.clock.now()];
    for (let at = 0; at < 250; at++) {
      world.change(symbol, 10_000 + at);
      await world.pass(4);
    }
    await world.pass(2 * CADENCE_MS);
    const rounds = roundsIn(world.clock.now() - start, CADENCE_MS);
    expect(world.calls.prices - before).toBeLessThanOrEqual(ACCOUNTS * rounds);
    expect(world.oldestMs).toBeLessThanOrEqual(CADENCE_MS);
    for (const { heard } of listeners) expect(heard.get(symbol)).toEqual({ n: 251, missing: false });
  });

  test("do not wait for one of them that hangs, and what is kept for it has a bound", async () => {
    const { world, symbol, listeners } = await crowd(20);
    const hanging = Promise.withResolvers<ActorReply<null>>();
    world.listen("risk-shard/acme/a0", () => hanging.promise);
    for (let at = 0; at < CHANGES_PER_SYMBOL_MAX + 200; at++) {
      world.change(symbol, 10_000 + at);
      if (at % 20 === 0) await world.pass(CADENCE_MS);
    }
    await world.pass(2 * CADENCE_MS);
    const n = CHANGES_PER_SYMBOL_MAX + 201;
    for (const { heard } of listeners.slice(1)) expect(heard.get(symbol)).toEqual({ n, missing: false });
    expect(world.oldestMs).toBeLessThanOrEqual(CADENCE_MS);
    expect(await world.kept()).toBe(CHANGES_PER_SYMBOL_MAX);
    hanging.resolve(answer(null));
  });
});

function heardBy(listener: Listener, batch: PriceBatch): ActorReply<null> {
  listener.take(batch.updates);
  return answer(null);
}
