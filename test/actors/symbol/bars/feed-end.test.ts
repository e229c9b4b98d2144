import { describe, expect, test } from "vitest";
import { decideEnd } from "../../../../actors/symbol/decide.ts";
import { initialState } from "../../../../actors/symbol/state.ts";
import { RESOLUTIONS } from "../../../../src/domain/bar.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import { HOUR, MINUTE, NOON, quote, SYMBOL, SymbolBench, trade } from "../bench.ts";
import { World } from "../pit-world.ts";

const states = (bench: SymbolBench): string[][] =>
  RESOLUTIONS.map((resolution) => bench.bars(resolution).map(({ state, rev }) => `${state} ${rev}`));

describe("B4: at the end of a feed every forming bar becomes final", () => {
  test("at every width, and each is told once as a fact", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + 20 * MINUTE, "10"), trade(NOON + 26 * MINUTE, "11"));
    bench.end();
    expect(states(bench).flat()).toEqual(
      states(bench)
        .flat()
        .map(() => "final 0"),
    );
    for (const resolution of RESOLUTIONS)
      expect(bench.barFacts(resolution).map(({ t }) => t)).toEqual(bench.bars(resolution).map(({ t }) => t));
  });

  test("also the minute that waits out its grace beside the newest one", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + MINUTE - 500, "10"), trade(NOON + MINUTE + 500, "11"));
    bench.end();
    expect(bench.bars().map(({ state }) => state)).toEqual(["final", "final"]);
    expect(bench.barFacts()).toHaveLength(RESOLUTIONS.length + 1);
  });

  test("said again it is no news, also after a restart", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"));
    bench.end();
    bench.reload();
    expect(bench.turns.decideEnd()).toEqual([]);
    expect(states(bench).flat()).toEqual(RESOLUTIONS.map(() => "final 0"));
    bench.end();
    expect(bench.barFacts()).toHaveLength(RESOLUTIONS.length);
  });

  test("a symbol that took no tick has nothing to end", () => {
    expect(decideEnd(initialState(SYMBOL))).toEqual([]);
  });

  test("nothing is left for the alarm to close", () => {
    const bench = new SymbolBench();
    bench.clockTo(NOON + 30_000);
    bench.take(trade(NOON + 30_000, "10"));
    bench.end();
    expect(bench.timers.dueOf("close")).toBeUndefined();
  });
});

describe("B5: what comes after the end of a feed", () => {
  test("a trade for a minute that the end closed revises it and all bars above it", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + 10_000, "10"));
    bench.end();
    bench.take(trade(NOON + 20_000, "12"));
    expect(states(bench)).toEqual(RESOLUTIONS.map(() => ["revised 1"]));
    expect(bench.bars("1D")).toMatchObject([{ n: 2, c: "12" }]);
  });

  test("a minute that begins after the end forms as usual, while the bars around it are revised", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + 10_000, "10"));
    bench.end();
    bench.take(trade(NOON + MINUTE, "12"), trade(NOON + MINUTE + 1, "13"));
    expect(states(bench)).toEqual([
      ["final 0", "forming 0"],
      ...Array(RESOLUTIONS.length - 1).fill(["revised 2"]),
    ]);
    bench.take(trade(NOON + 2 * HOUR, "14"));
    expect(bench.bars("1").map(({ state, rev }) => `${state} ${rev}`)).toEqual([
      "final 0",
      "final 0",
      "forming 0",
    ]);
    expect(bench.bars("60").map(({ state, rev }) => `${state} ${rev}`)).toEqual(["revised 2", "forming 0"]);
  });

  test("a bar that the end has closed is not told again when its own end passes", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"));
    bench.end();
    bench.take(quote(NOON + 48 * HOUR, "9", "10"));
    expect(bench.barFacts()).toHaveLength(RESOLUTIONS.length);
  });

  test("a trade beyond the horizon goes to the late ledger", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + HOUR, "10"));
    bench.end();
    expect(bench.take(trade(NOON, "10"))).toMatchObject({ late: 1 });
  });
});

describe("the call", () => {
  test("ends after the ticks that waited before it, and its facts go out", async () => {
    const world = new World();
    await world.take(trade(NOON, "10"));
    const [, ended] = await Promise.all([
      world.take(trade(NOON + MINUTE + 1, "11")),
      world.pit.endFeed(envelope()),
    ]);
    expect(ended).toEqual({ ok: true, value: null });
    const reply = await world.pit.bars(envelope(), { resolution: "1", limit: 5 });
    expect(reply.ok && reply.value.bars.map((text) => JSON.parse(text).state)).toEqual(["final", "final"]);
    await world.outbox.drain();
    expect(world.destinations.got.get("archive")).toHaveLength(RESOLUTIONS.length + 1);
  });
});
