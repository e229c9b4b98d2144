/** What a symbol's subscribers hold is what its readers get: quote, newest trades, bars of each width. */
import { describe, expect, test } from "vitest";
import { SOCKET_HEADER, type SocketTicket } from "../../../actors/runtime/connection.ts";
import { TRADES_PER_TURN_MAX, TRADES_SHOWN } from "../../../actors/symbol/limits.ts";
import type { BarObject } from "../../../src/contracts/bars.ts";
import { RESOLUTIONS } from "../../../src/domain/bar.ts";
import { CREDENTIAL, type FakeSocket } from "../../support/fake-sockets.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import type { Said } from "../../support/stream-messages.ts";
import { HOUR, MINUTE, NOON, quote, type Sent, SYMBOL, trade } from "./bench.ts";
import { World } from "./pit-world.ts";

const QUOTE = `quote.${SYMBOL}`;
const TRADES = `trades.${SYMBOL}`;
const barsOf = (resolution: string) => `bars.${resolution}.${SYMBOL}`;
const TOPICS = [QUOTE, TRADES, ...RESOLUTIONS.map(barsOf)];

async function connect(world: World): Promise<FakeSocket> {
  const ticket: SocketTicket = { envelope: envelope(), credential: CREDENTIAL };
  const headers = { [SOCKET_HEADER]: JSON.stringify(ticket) };
  await world.pit.fetch(new Request("https://actor/stream", { headers }));
  return world.port.sockets.at(-1) ?? expect.unreachable();
}
const say = (world: World, socket: FakeSocket, frame: unknown) =>
  world.sockets.message(socket, JSON.stringify(frame));

/** What a client makes of the messages: the newest quote, the newest trades, bars by their start. */
class Watcher {
  quote: Said;
  trades: Said[] = [];
  readonly bars = new Map(
    RESOLUTIONS.map((resolution) => [barsOf(resolution), new Map<number, BarObject>()]),
  );

  hear({ topic, type, data }: Said): void {
    if (topic === QUOTE) this.quote = data;
    else if (topic === TRADES && type === "rev") for (const line of data) this.#amend(line);
    else if (topic === TRADES) this.trades = [...this.trades, ...data];
    else if (data?.withdrawn === true) this.bars.get(topic)?.delete(data.t);
    else if (data !== null) this.bars.get(topic)?.set(data.t, data);
  }

  #amend({ id, cancelled, ...now }: Said): void {
    this.trades = this.trades.flatMap((one) =>
      one.id !== id ? [one] : cancelled === true ? [] : [{ ...one, ...now }],
    );
  }
}

async function readersGet(world: World) {
  const text = await world.pit.quote(envelope());
  const { ageMs: _age, ...shown } = JSON.parse(text.ok ? text.value : "{}");
  const bars = new Map<string, BarObject[]>();
  for (const resolution of RESOLUTIONS) {
    const page = await world.pit.bars(envelope(), { resolution, limit: 1_000 });
    bars.set(barsOf(resolution), page.ok ? page.value.bars.map((bar) => JSON.parse(bar)) : []);
  }
  return { quote: shown, bars };
}

/** A little of everything, mostly in order; some trades come minutes late, some are repeated. */
function* market(steps: number): Generator<Sent[]> {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  let ts = NOON - 3 * HOUR;
  for (let step = 0; step < steps; step++) {
    const ticks: Sent[] = [];
    for (let each = random(4) + 1; each > 0; each--) {
      ts += random(40_000);
      const late = random(6) === 0 ? random(10 * MINUTE) : 0;
      const price = (100 + random(500) / 100).toFixed(2);
      if (random(3) > 0) ticks.push(trade(ts - late, price, { id: `${random(5_000)}` }));
      else ticks.push(quote(ts, price, (Number(price) + 1).toFixed(2)));
      ticks.push(...notices(ts, price, ticks, random));
    }
    yield ticks;
  }
}

/** Cancels and corrections, mostly of trades of the same request. */
function notices(
  ts: number,
  price: string,
  ticks: readonly Sent[],
  random: (below: number) => number,
): Sent[] {
  const recent = ticks.find(({ id }) => id !== undefined)?.["id"];
  const named = { symbol: SYMBOL, ts, id: recent ?? `${random(5_000)}` };
  const cancelled = random(5) === 0 ? [{ type: "cancel", ...named }] : [];
  return random(5) === 0 ? [...cancelled, { type: "correct", ...named, price }] : cancelled;
}

/** Several requests in one group now and then; the object is loaded anew, and the feed ends, at times. */
async function play(world: World, ticks: readonly Sent[], step: number): Promise<void> {
  const requests = step % 5 === 0 ? [ticks.slice(0, 1), ticks.slice(1)] : [ticks];
  await Promise.all(requests.map((request) => world.take(...request)));
  if (step % 7 === 0) world.restart();
  if (step % 40 === 0) await world.pit.endFeed(envelope());
}

describe("a subscriber of everything", () => {
  test("from the first tick on holds what readers get, whatever comes late, in whatever order, over loads", async () => {
    const world = new World();
    const socket = await connect(world);
    say(world, socket, { op: "subscribe", topics: TOPICS });
    const watcher = new Watcher();
    const seen = new Set<string>();
    let step = 0;
    for (const ticks of market(250)) {
      await play(world, ticks, ++step);
      for (const message of socket.take().filter(({ op }) => op === undefined)) {
        watcher.hear(message);
        seen.add(message.type);
      }
    }
    const readers = await readersGet(world);
    const { ageMs: _age, ...told } = watcher.quote;
    expect(told).toEqual(readers.quote);
    for (const [topic, bars] of readers.bars) {
      const held = [...(watcher.bars.get(topic)?.values() ?? [])];
      expect(held.toSorted((one, other) => one.t - other.t)).toEqual(bars);
    }
    expect(seen).toEqual(new Set(["snap", "delta", "bar", "rev"]));
    const fresh = await connect(world);
    say(world, fresh, { op: "subscribe", topics: [TRADES] });
    expect(fresh.take().at(-1)).toMatchObject({
      type: "snap",
      data: watcher.trades.slice(-TRADES_SHOWN),
    });
  });
});

describe("bars", () => {
  test("each closing is told once as final, each revision as such, and the forming bar once in a group", async () => {
    const world = new World();
    const socket = await connect(world);
    say(world, socket, { op: "subscribe", topics: [barsOf("1")] });
    socket.take();
    const told = () => socket.take().map(({ type, data }) => [type, data.t - NOON, data.c, data.state]);
    await world.take(trade(NOON, "1"), trade(NOON + 1, "2"));
    expect(told()).toEqual([["bar", 0, "2", "forming"]]);
    await world.take(trade(NOON + MINUTE, "3"), trade(NOON + 2 * MINUTE + 5_000, "4"));
    expect(told()).toEqual([
      ["bar", 0, "2", "final"],
      ["bar", MINUTE, "3", "final"],
      ["bar", 2 * MINUTE, "4", "forming"],
    ]);
    await Promise.all([world.take(trade(NOON + 2, "5")), world.take(trade(NOON + 3, "6"))]);
    expect(told()).toEqual([["rev", 0, "6", "revised"]]);
  });
});

describe("a topic that this symbol does not have", () => {
  test.each([
    [`indicator.ema.${SYMBOL}`, "topic-unknown"],
    [`indicator.ema@1.${SYMBOL}`, "topic-unknown"],
    [`indicator.ema_20@7.${SYMBOL}`, "topic-unknown"],
    [`indicator.nosuch@1.${SYMBOL}`, "indicator-unknown"],
    [`indicator.ema_0@1.${SYMBOL}`, "indicator-parameters"],
    [barsOf("7"), "topic-unknown"],
    ["quote.OTHER:SYMBOL", "topic-unknown"],
    ["quote", "topic-unknown"],
    ["", "range"],
  ])("%s is refused %s", async (topic, code) => {
    const world = new World();
    const socket = await connect(world);
    say(world, socket, { op: "subscribe", topics: [topic] });
    const [said] = socket.take();
    expect(said.op === "error" ? said.code : said.errors[0].code).toBe(code);
  });
});

describe("trades", () => {
  test("of a turn that has more than anybody follows become one snapshot of the newest", async () => {
    const world = new World();
    const socket = await connect(world);
    say(world, socket, { op: "subscribe", topics: [TRADES] });
    socket.take();
    const ticks = Array.from({ length: TRADES_PER_TURN_MAX + 1 }, (_, index) =>
      trade(NOON + index, "1", { id: `${index}` }),
    );
    await world.take(...ticks);
    const [said, ...others] = socket.take();
    expect(others).toEqual([]);
    expect(said).toMatchObject({ type: "snap", seq: 2, reset: { reason: "too-much" } });
    expect(said.data.map(({ id }: Said) => id)).toEqual(ticks.slice(-TRADES_SHOWN).map(({ id }) => id));
  });

  test("of more than a list shows the newest are shown, over a load", async () => {
    const world = new World();
    say(world, await connect(world), { op: "subscribe", topics: [TRADES] });
    for (let each = 0; each < TRADES_SHOWN + 10; each++)
      await world.take(trade(NOON + each, "1", { id: `${each}` }));
    world.restart();
    const socket = await connect(world);
    say(world, socket, { op: "subscribe", topics: [TRADES] });
    const ids = socket.take()[1].data.map(({ id }: Said) => id);
    expect(ids).toEqual(Array.from({ length: TRADES_SHOWN }, (_, index) => `${index + 10}`));
  });
});

test("the newest trades are the same over a load, cancelled, made smaller by a day's volume, or folded in at the day's close", async () => {
  const world = new World();
  const dayVolume = (ts: number, volume: string, seq: number) => ({
    ...{ type: "trade", symbol: SYMBOL, ts, price: "3", dayVolume: volume, seq },
  });
  const ids = Array.from({ length: TRADES_SHOWN }, (_, id) => trade(NOON + id, "1", { id: `${id}` }));
  const snap = async () => {
    const socket = await connect(world);
    say(world, socket, { op: "subscribe", topics: [TRADES] });
    return socket.take().at(-1).data;
  };
  await world.take(...ids);
  await world.take(dayVolume(NOON + HOUR, "9", 7), dayVolume(NOON + HOUR + 1, "14", 8));
  const socket = await connect(world);
  say(world, socket, { op: "subscribe", topics: [TRADES] });
  socket.take();
  await world.take(trade(NOON + 60, "2", { id: "late" }), dayVolume(NOON + HOUR + 2, "12", 9));
  await world.take({ type: "cancel", symbol: SYMBOL, ts: NOON, id: "49" });
  await world.pit.endFeed(envelope());
  const told = socket.take().flatMap(({ type, data }: Said) => data.map(({ id }: Said) => [type, id]));
  expect(told).toContainEqual(["delta", "late"]);
  const held = await snap();
  world.restart();
  expect(await snap()).toEqual(held);
  expect(held).toHaveLength(TRADES_SHOWN);
  expect(held.slice(-2)).toMatchObject([{ price: "3", size: "3" }, { id: "late" }]);
});

test("while nobody watches no row of a stream is written", async () => {
  const world = new World();
  await world.take(trade(NOON, "1"), quote(NOON, "1", "2"));
  expect(world.sql.exec("SELECT * FROM stream_topic")).toEqual([]);
  expect(world.sql.exec("SELECT * FROM stream_ring")).toEqual([]);
});

test("an upgrade of a symbol that nobody has put is refused and opens nothing", async () => {
  const world = new World();
  world.lookup = () => Promise.resolve({ ok: false, code: "instrument-unknown" });
  const refused = await world.pit.fetch(new Request("https://actor/stream"));
  expect(await refused.json()).toMatchObject({ ok: false, code: "symbol-unknown" });
  expect(world.port.sockets).toEqual([]);
});
