import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SOCKET_HEADER, type SocketTicket } from "../../../../actors/runtime/connection.ts";
import { secondsPage } from "../../../../actors/symbol/bars/seconds.ts";
import { SECONDS_PER_TURN_MAX } from "../../../../actors/symbol/limits.ts";
import type { BarObject } from "../../../../src/contracts/bars.ts";
import { SECOND_RESOLUTIONS, type SecondResolution } from "../../../../src/domain/bar.ts";
import { CREDENTIAL, type FakeSocket } from "../../../support/fake-sockets.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import type { Said } from "../../../support/stream-messages.ts";
import {
  DAY,
  HOUR,
  INSTRUMENT,
  MINUTE,
  NOON,
  quote,
  type Sent,
  SYMBOL,
  SymbolBench,
  trade,
} from "../bench.ts";
import { World } from "../pit-world.ts";
import { step, Walk } from "../walk.ts";

function seconds(
  bench: SymbolBench,
  resolution: SecondResolution,
  range: { from?: number; to?: number; limit?: number } = {},
) {
  const { state, store } = bench;
  const { bars } = secondsPage(state, store.log, INSTRUMENT, resolution, {
    ...{ from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 },
    ...range,
  });
  return bars.map((text): BarObject => JSON.parse(text));
}
const cancel = (id: string): Sent => ({ type: "cancel", symbol: SYMBOL, ts: NOON, id });

describe("bars of seconds", () => {
  test("form, become final two seconds after their end, and are revised", () => {
    const bench = new SymbolBench();
    bench.take(
      trade(NOON - MINUTE, "9"),
      trade(NOON + 100, "10", { id: "a" }),
      trade(NOON + 900, "11"),
      trade(NOON + 1_000, "12"),
    );
    expect(seconds(bench, "1S", { from: NOON })).toMatchObject([
      { t: NOON, o: "10", c: "11", v: "2", n: 2, rev: 0, state: "forming" },
      { t: NOON + 1_000, o: "12", n: 1, state: "forming" },
    ]);
    bench.take(quote(NOON + 3_000, "1", "2"));
    expect(seconds(bench, "1S").map(({ state }) => state)).toEqual(["final", "final", "forming"]);
    bench.take(trade(NOON + 200, "13"), cancel("a"));
    expect(seconds(bench, "1S", { from: NOON, limit: 2 })[0]).toMatchObject({
      o: "13",
      n: 2,
      rev: 2,
      state: "revised",
    });
    expect(seconds(bench, "5S", { from: NOON })).toMatchObject([{ t: NOON, o: "13", c: "12", n: 3, rev: 0 }]);
  });

  test("one whose trades are all cancelled is none any more", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10", { id: "a" }), trade(NOON + 1_000, "11"), cancel("a"));
    expect(seconds(bench, "1S").map(({ t }) => t)).toEqual([NOON + 1_000]);
  });

  test("the newest so many of a range, however far apart they lie", () => {
    const bench = new SymbolBench();
    for (let index = 0; index < 12; index++)
      bench.take(trade(NOON + index * index * MINUTE, `${10 + index}`));
    const all = seconds(bench, "5S");
    expect(all).toHaveLength(12);
    expect(seconds(bench, "5S", { limit: 5 })).toEqual(all.slice(-5));
    expect(seconds(bench, "5S", { to: NOON + 100 * MINUTE, limit: 3 })).toEqual(all.slice(7, 10));
    expect(seconds(bench, "5S", { from: NOON + 81 * MINUTE })).toEqual(all.slice(9));
  });

  test("only as far back as the log has all trades", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + 500, "10"), trade(NOON + 700, "10"), trade(NOON + 1_000, "11"));
    bench.sql.exec("UPDATE trade_log_reach SET ts = ?1", NOON + 600);
    bench.reload();
    expect(seconds(bench, "1S").map(({ t }) => t)).toEqual([NOON + 1_000]);
  });

  test("the seconds of a minute fold to the minute, after any walk", () => {
    void fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
        const bench = new SymbolBench();
        const walk = new Walk(bench, NOON);
        bench.clock.time = (NOON + 1_000 * HOUR) as typeof bench.clock.time;
        for (const move of steps) walk.take(move);
        const plain = bench.bars("1").filter(({ n }) => n > 0);
        for (const resolution of SECOND_RESOLUTIONS) {
          const all = seconds(bench, resolution);
          for (const { t, o, c } of plain) {
            const within = all.filter((bar) => t <= bar.t && bar.t < t + MINUTE);
            expect([within[0]?.o, within.at(-1)?.c]).toEqual([o, c]);
          }
        }
      }),
      { numRuns: 30, seed: 21 },
    );
  });
});

/** In order, late, cancelled at once and cancelled later. */
function* moves(): Generator<Sent[]> {
  for (let index = 0; index < 200; index++) {
    const ts = NOON + index * 370;
    yield [trade(ts, `${10 + (index % 7)}`, { id: `t${index}` })];
    if (index % 3 === 0) yield [trade(ts - 5_000, "9")];
    if (index % 5 === 0) yield [cancel(`t${index}`), trade(ts + 1, "8")];
    if (index % 11 === 0) yield [cancel(`t${Math.max(0, index - 3)}`)];
  }
}

/** What a client makes of the messages of a topic: since noon, by start. */
function heldOf(said: readonly Said[], topic: string): BarObject[] {
  const bars = new Map<number, BarObject>();
  for (const { data } of said.filter((one) => one.topic === topic && one.data !== null)) {
    if (data.withdrawn === true) bars.delete(data.t);
    else bars.set(data.t, data);
  }
  return [...bars.values()].filter(({ t }) => t >= NOON - 5_000).sort((one, other) => one.t - other.t);
}

describe("who watches seconds", () => {
  async function watching(world: World) {
    const ticket: SocketTicket = { envelope: envelope(), credential: CREDENTIAL };
    await world.pit.fetch(
      new Request("https://actor/stream", { headers: { [SOCKET_HEADER]: JSON.stringify(ticket) } }),
    );
    const socket: FakeSocket = world.port.sockets.at(-1) ?? expect.unreachable();
    const topics = SECOND_RESOLUTIONS.map((resolution) => `bars.${resolution}.${SYMBOL}`);
    world.sockets.message(socket, JSON.stringify({ op: "subscribe", id: 1, topics }));
    return socket;
  }
  const heard = (socket: FakeSocket): Said[] => socket.said;

  test("holds what readers get, whatever comes late or is cancelled", async () => {
    const world = new World();
    await world.take(trade(NOON - HOUR, "10"));
    const socket = await watching(world);
    for (const ticks of moves()) await world.take(...ticks);
    for (const resolution of SECOND_RESOLUTIONS) {
      const page = await world.pit.bars(envelope(), { resolution, from: NOON - 5_000, limit: 1_000 });
      const read: BarObject[] = page.ok ? page.value.bars.map((text) => JSON.parse(text)) : [];
      expect(read.length).toBeGreaterThan(10);
      expect(heldOf(heard(socket), `bars.${resolution}.${SYMBOL}`)).toEqual(read);
    }
  });

  test("hears of a second that a late trade is folded into when its day closes", async () => {
    const world = new World();
    const yesterday = NOON - DAY;
    await world.take(trade(yesterday, "10"));
    const socket = await watching(world);
    await world.take(trade(yesterday + HOUR, "11"));
    await world.take(trade(yesterday + 200, "12"));
    await world.take(trade(NOON - HOUR, "13"));
    const told = heard(socket).filter(
      ({ topic, data }) => topic === `bars.1S.${SYMBOL}` && data?.t === yesterday,
    );
    expect(told.at(-1)).toMatchObject({ type: "rev", data: { h: "12", n: 2, rev: 1, state: "revised" } });
  });

  test("hears of a gap that marks seconds, and when it is filled", async () => {
    const world = new World();
    await world.take(trade(NOON, "10"), trade(NOON + 9_000, "11"));
    const socket = await watching(world);
    const before = heard(socket).length;
    const gap = { type: "gap", symbol: SYMBOL, ts: NOON + 9_000, from: NOON, to: NOON + 500, reason: "cut" };
    await world.take(gap);
    await world.take({ ...gap, filled: true });
    const told = heard(socket).slice(before);
    for (const resolution of SECOND_RESOLUTIONS) {
      const ofTopic = told.filter(({ topic }) => topic === `bars.${resolution}.${SYMBOL}`);
      expect(ofTopic).toMatchObject([
        { type: "gap", data: { number: 1, from: NOON, to: NOON + 500 } },
        { type: "gap", data: { number: 1, filledAt: expect.any(Number) } },
      ]);
    }
  });

  test("gets one snapshot in place of a tape", async () => {
    const world = new World();
    await world.take(trade(NOON - HOUR, "10"));
    const socket = await watching(world);
    const before = heard(socket).length;
    await world.take(
      ...Array.from({ length: SECONDS_PER_TURN_MAX + 10 }, (_, index) =>
        trade(NOON - HOUR + (index + 1) * 1_000, "10"),
      ),
    );
    await world.take(trade(NOON, "11"));
    const later = heard(socket)
      .slice(before)
      .filter(({ topic }) => topic === `bars.1S.${SYMBOL}`);
    expect(later.map(({ type }) => type)).toContain("snap");
    expect(later.length).toBeLessThan(20);
  });
});
