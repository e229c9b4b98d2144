/** Candles of all widths against minutes, folded by hand; over loads, and where the oldest minutes have left. */
import { describe, expect, test } from "vitest";
import type { StrategyNews } from "../../../actors/strategy/messages.ts";
import { m2m } from "../../../actors/strategy/view.ts";
import type { M2mCandleObject } from "../../../src/contracts/strategies.ts";
import { M2M_WIDTHS } from "../../../src/domain/bar.ts";
import { parseMoney } from "../../../src/domain/money.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { Bench, filled, MINUTE, opened, T0 } from "./bench.ts";
import { randomFrom } from "./story.ts";

const [A, B] = ["XNAS:AAA", "XNAS:BBB"] as const;
type Width = (typeof M2M_WIDTHS)[number];
const MINUTES: Record<Exclude<Width, "1D">, number> = {
  "1": 1,
  "5": 5,
  "15": 15,
  "30": 30,
  "60": 60,
  "240": 240,
};
const msOf = (width: Width): number => (width === "1D" ? 1_440 : MINUTES[width]) * MINUTE;

function shown(bench: Bench, width: Width, query: { from?: number; to?: number; limit?: number } = {}) {
  const reply = m2m(bench.store, { resolution: width, limit: 10_000, ...query }, bench.clock.now());
  if (!reply.ok) throw new Error(reply.code);
  const { candles, ...rest } = reply.value;
  return { candles: candles.map((text) => JSON.parse(text) as M2mCandleObject), ...rest };
}

const worth = (text: string): bigint => {
  const parsed = parseMoney(text);
  return parsed.ok ? parsed.value : 0n;
};
const most = (texts: readonly string[], sign: 1 | -1): string =>
  texts.toSorted((one, other) => sign * Number(worth(other) - worth(one)))[0] ?? "";

/** By the words of the contract. `finalThrough` is where event time has come to. */
function folded(minutes: readonly M2mCandleObject[], width: Width, finalThrough: number): M2mCandleObject[] {
  const groups = Map.groupBy(minutes, ({ t }) => Math.floor(t / msOf(width)) * msOf(width));
  return [...groups].map(([t, own]) => {
    const last = own.at(-1)!;
    const names = (of: (minute: M2mCandleObject) => readonly string[]) =>
      [...new Set(own.flatMap(of))].sort();
    const rev = own.reduce((sum, minute) => sum + minute.rev, 0);
    const isOver = t + msOf(width) <= finalThrough;
    return {
      ...last,
      t,
      open: own[0]!.open,
      high: most(
        own.map(({ high }) => high),
        1,
      ),
      low: most(
        own.map(({ low }) => low),
        -1,
      ),
      tickCount: own.reduce((sum, minute) => sum + minute.tickCount, 0),
      staleLegs: names((minute) => minute.staleLegs),
      missingLegs: names((minute) => minute.missingLegs),
      sampled: own.some(({ sampled }) => sampled),
      rev,
      state: isOver ? (rev > 0 ? "revised" : "final") : "forming",
    };
  });
}

/** Some hours of two legs, with late prices and fills; half of the minutes have nothing. */
function traded(seed: number, steps: number): Bench {
  const random = randomFrom(seed);
  const bench = new Bench().hear(opened([A, B]), filled(A, 10, 100_00, T0));
  const counts = { [A]: 0, [B]: 0 };
  let now = T0;
  for (let step = 0; step < steps; step++) {
    now += random(5 * MINUTE);
    bench.clock.time = now as never;
    const symbol = random(2) === 0 ? A : B;
    counts[symbol] += 1;
    const late = random(6) === 0 ? random(10 * MINUTE) : 0;
    bench.tick(symbol, counts[symbol], Math.max(T0, now - late), 90_00 + random(2_000));
    if (random(8) === 0)
      bench.hear(
        filled(B, 1 + random(5), 100_00, now - random(3 * MINUTE), { execId: `e${step}`, fee: "0.5" }),
      );
    if (random(20) === 0) bench.reload();
  }
  return bench;
}

describe.each(M2M_WIDTHS)("width %s", (width) => {
  test.each(fewOrAll([1, 2], [1, 2, 3, 4]))("is the fold of the minutes that are shown (seed %i)", (seed) => {
    const bench = traded(seed, 150);
    const minutes = shown(bench, "1").candles;
    const expected = width === "1" ? minutes : folded(minutes, width, bench.state.finalThrough);
    expect(shown(bench, width).candles).toEqual(expected);
    expect(expected.some(({ state }) => state === "forming")).toBe(true);
    bench.reload();
    expect(shown(bench, width).candles).toEqual(expected);
  });

  test("pages by starts: [from, to), the newest of them", () => {
    const bench = traded(5, 150);
    const all = shown(bench, width).candles;
    const [from, to] = [all[0]!.t + 1, all.at(-1)!.t];
    const inside = all.filter(({ t }) => t >= from && t < to);
    expect(shown(bench, width, { from, to }).candles).toEqual(inside);
    expect(shown(bench, width, { from, to, limit: 2 }).candles).toEqual(inside.slice(-2));
    expect(shown(bench, width, { from: all.at(-1)!.t, limit: 1 }).candles).toEqual(all.slice(-1));
  });
});

test("where the oldest minutes have left, the first candle says from where on it is told here", () => {
  const bench = traded(6, 60);
  const [first, second] = shown(bench, "1").candles;
  bench.sql.exec("DELETE FROM candle WHERE start <= ?1", first!.t);
  bench.sql.exec("UPDATE timeline SET trimmed = 1");
  const { candles, olderThan } = shown(bench, "60");
  expect(olderThan).toBe(second!.t);
  expect(candles[0]!.t).toBe(Math.floor(second!.t / msOf("60")) * msOf("60"));
  // Nothing of the newest candle can have left.
  expect(shown(bench, "60", { limit: 1 }).olderThan).toBeUndefined();
  expect(shown(bench, "60", { limit: candles.length }).olderThan).toBe(second!.t);
});

test("days go by the account's calendar, which may change", () => {
  const bench = new Bench().hear(
    opened([A], { calendar: "XNYS" }),
    filled(A, 1, 100_00, T0, { opening: true }),
  );
  const friday = Date.UTC(2023, 10, 17, 20);
  bench.tick(A, 1, friday, 101_00).tick(A, 2, friday + 60 * 60 * MINUTE, 102_00);
  expect(shown(bench, "1D").candles.map(({ t }) => t)).toEqual([
    Date.UTC(2023, 10, 17, 5),
    Date.UTC(2023, 10, 18, 5),
  ]);
  expect(shown(bench, "1D").calendar).toBe("XNYS");
  const { strategy, name, tags, legs, at } = opened([A]) as Extract<
    StrategyNews,
    { type: "strategy-opened" }
  >;
  bench.hear({ type: "strategy-amended", strategy, name, tags, legs, at, calendar: "" });
  expect(shown(bench, "1D").candles.map(({ t }) => t)).toEqual([
    Date.UTC(2023, 10, 17),
    Date.UTC(2023, 10, 20),
  ]);
});
