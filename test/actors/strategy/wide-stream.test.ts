/** What topics of wider candles tell: after each group they say what HTTP shows, whatever was told on the way. */
import { describe, expect, test } from "vitest";
import { strategyAddress } from "../../../actors/strategy/address.ts";
import { StrategyStream } from "../../../actors/strategy/strategy-stream.ts";
import { m2m } from "../../../actors/strategy/view.ts";
import type { M2mCandleObject } from "../../../src/contracts/strategies.ts";
import { M2M_WIDTHS } from "../../../src/domain/bar.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { Bench, filled, MINUTE, opened, T0 } from "./bench.ts";
import { type Random, randomFrom } from "./story.ts";

const A = "XNAS:AAA";
const WIDE = M2M_WIDTHS.filter((width) => width !== "1");
type Said = { readonly topic: string; readonly type: string; readonly candle: M2mCandleObject };

/** Sockets that somebody watches: what is published in a group is made at its end, the newest of each key. */
class Watched {
  readonly #bench: Bench;
  readonly #waiting = new Map<string, () => Said | undefined>();
  stream: StrategyStream;
  watching: (topic: string) => boolean = () => true;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.stream = this.#open();
  }

  reload(): void {
    this.#bench.reload();
    this.stream = this.#open();
    this.stream.resume();
  }

  group(): Said[] {
    const said = [...this.#waiting.values()].flatMap((make) => make() ?? []);
    this.#waiting.clear();
    return said.filter(({ topic }) => topic.startsWith("m2m."));
  }

  #open(): StrategyStream {
    const publish = (
      topic: string,
      type: string,
      data: string | (() => string | undefined),
      key = `${this.#waiting.size}`,
    ): void => {
      this.#waiting.delete(`${topic} ${key}`);
      this.#waiting.set(`${topic} ${key}`, () => {
        const text = typeof data === "string" ? data : data();
        return text === undefined ? undefined : { topic, type, candle: JSON.parse(text) as M2mCandleObject };
      });
    };
    const sockets = { watches: (topic: string) => this.watching(topic), publish };
    const { clock } = this.#bench;
    const stream = new StrategyStream(strategyAddress("acme/carry"), this.#bench.store, { sockets, clock });
    this.#bench.turns.listener = stream;
    return stream;
  }
}

function shown(bench: Bench, width: string): M2mCandleObject[] {
  const reply = m2m(bench.store, { resolution: width, limit: 1_000 }, bench.clock.now());
  if (!reply.ok) throw new Error(reply.code);
  return reply.value.candles.map((text) => JSON.parse(text) as M2mCandleObject);
}
/** The clock alone makes a price stale: that is told with the next change. */
const known = ({ staleLegs: _stale, ...candle }: M2mCandleObject) => candle;

class Walk {
  readonly bench = new Bench().hear(opened([A]), filled(A, 10, 100_00, T0));
  readonly watched = new Watched(this.bench);
  /** The newest that was told of each span. */
  readonly heard = new Map<number, M2mCandleObject>();
  readonly #random: Random;
  #now = T0;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  step(step: number): void {
    const random = this.#random;
    this.#now += random(4 * MINUTE);
    this.bench.clock.time = this.#now as EpochMs;
    const late = random(4) === 0 ? random(12 * MINUTE) : 0;
    this.bench.tick(A, step, Math.max(T0, this.#now - late), 90_00 + random(2_000));
    if (random(6) === 0)
      this.bench.hear(filled(A, 1, 100_00, this.#now - random(5 * MINUTE), { execId: `e${step}` }));
  }

  maybeReload(): void {
    if (this.#random(12) === 0) this.watched.reload();
  }

  /** One group. Nothing is told twice the same. */
  hear(topic: string): void {
    for (const { candle } of this.watched.group().filter((said) => said.topic === topic)) {
      expect(candle).not.toEqual(this.heard.get(candle.t));
      this.heard.set(candle.t, candle);
    }
  }

  expectAsShown(width: string): void {
    const all = shown(this.bench, width);
    const told = all.filter(({ t }) => this.heard.has(t));
    expect(told.map(({ t }) => known(this.heard.get(t)!))).toEqual(told.map(known));
    expect(told.at(-1)).toEqual(all.at(-1));
  }
}

describe.each(fewOrAll([1], [1, 2, 3]))("a walk with late prices, fills and loads (seed %i)", (seed) => {
  test.each(WIDE)("tells of %s what is shown, and of nothing twice the same", (width) => {
    const walk = new Walk(seed);
    for (let step = 1; step <= 150; step++) {
      walk.step(step);
      walk.hear(`m2m.${width}.carry`);
      walk.maybeReload();
      walk.expectAsShown(width);
    }
    expect([...walk.heard.values()].some(({ state }) => state !== "forming")).toBe(true);
  });
});

test("a span that is over is told as final once, and again when one of its minutes is revised", () => {
  const bench = new Bench().hear(opened([A]), filled(A, 10, 100_00, T0));
  const watched = new Watched(bench);
  const said = () => watched.group().filter(({ topic }) => topic === "m2m.5.carry");
  const start = T0 - (T0 % (5 * MINUTE));
  bench.tick(A, 1, start + MINUTE, 101_00);
  expect(said().map(({ type, candle }) => [type, candle.state])).toEqual([["bar", "forming"]]);
  bench.tick(A, 2, start + 5 * MINUTE + 3_000, 102_00);
  expect(said().map(({ type, candle }) => [type, candle.t - start, candle.state])).toEqual([
    ["bar", 0, "final"],
    ["bar", 5 * MINUTE, "forming"],
  ]);
  bench.clock.pass(5_000);
  bench.hear(filled(A, 5, 90_00, start + 2 * MINUTE, { execId: "late" }));
  const revised = said().find(({ candle }) => candle.t === start);
  expect([revised?.type, revised?.candle.state]).toEqual(["rev", "revised"]);
});

test("nothing is folded of a width that nobody watches; a snapshot shows the newest candle", () => {
  const bench = new Bench().hear(opened([A]), filled(A, 10, 100_00, T0));
  const watched = new Watched(bench);
  watched.watching = (topic) => topic === "m2m.60.carry";
  bench.tick(A, 1, T0 + 1_000, 101_00);
  expect(watched.group().map(({ topic }) => topic)).toEqual(["m2m.60.carry"]);
  const source = watched.stream.topicOf("m2m.240.carry");
  expect("snapshot" in source && JSON.parse(source.snapshot())).toEqual(shown(bench, "240").at(-1));
  expect(watched.stream.topicOf("m2m.3.carry")).toMatchObject({ code: "topic-unsupported" });
});
