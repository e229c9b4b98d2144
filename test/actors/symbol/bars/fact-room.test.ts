import { expect, test } from "vitest";
import { FactRoom } from "../../../../actors/symbol/bars/fact-room.ts";
import type { Instrument } from "../../../../src/domain/instrument.ts";
import { HOUR, MINUTE, type Sent, SymbolBench, trade } from "../bench.ts";

const START = Date.parse("2024-07-30T13:00:00Z");

/** Ticks in order, late ones, and jumps; restarts and ends of the feed between them. */
class Feed {
  readonly bench: SymbolBench;
  /** What the room said that facts might be. */
  reckoned = 0;
  #seed = 11;
  #newest = START;

  constructor(hours: Partial<Instrument>) {
    this.bench = new SymbolBench(hours);
    this.bench.clock.time = (START + 40 * 24 * HOUR) as typeof this.bench.clock.time;
  }

  request(): void {
    const { state } = this.bench;
    const room = new FactRoom(state, Number.MAX_SAFE_INTEGER);
    let { watermark } = state;
    const ticks: Sent[] = Array.from({ length: 1 + this.#chance(5) }, () => {
      const ts = this.#nextTime();
      room.takesTick(ts, watermark);
      watermark = Math.max(watermark, ts);
      return trade(ts, `${1 + this.#chance(99)}`);
    });
    this.bench.take(...ticks);
    this.reckoned += Number.MAX_SAFE_INTEGER - room.left;
    if (this.#chance(40) === 0) this.bench.end();
    if (this.#chance(20) === 0) this.bench.reload();
  }

  #nextTime(): number {
    const kind = this.#chance(10);
    const late = this.#newest - this.#chance(15 * MINUTE);
    const ts = kind < 3 ? late : this.#newest + this.#chance(kind === 9 ? 20 * HOUR : MINUTE);
    this.#newest = Math.max(this.#newest, ts);
    return ts;
  }

  #chance(below: number): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed % below;
  }
}

test.each([
  ["around the clock", {}],
  ["Mumbai", { timezone: "Asia/Kolkata", session: "0915-1530:23456" }],
  ["New York", { timezone: "America/New_York", session: "0930-1600:23456", calendar: "XNYS" }],
  ["foreign exchange", { timezone: "America/New_York", session: "1700-1700:23456", calendar: "FX" }],
  ["stretches of minutes", { timezone: "UTC", session: "0907-0909,0910-0911:2345" }],
])("%s: ticks never cause more facts than were reckoned with", (_, hours) => {
  const feed = new Feed(hours);
  for (let request = 0; request < 600; request++) {
    feed.request();
    expect(feed.bench.facts.length).toBeLessThanOrEqual(feed.reckoned);
  }
  expect(feed.bench.facts.length).toBeGreaterThan(500);
});
