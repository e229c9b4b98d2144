/** What the account says that it booked, holds, and has revised since. */
import { describe, expect, test } from "vitest";
import type { Holding, StrategyNews } from "../../../actors/strategy/messages.ts";
import { waitingFacts } from "../../support/runtime-fakes.ts";
import { Bench, filled, leg, MINUTE, markAt, opened, T0 } from "./bench.ts";

const A = "XNAS:AAA";
const B = "XNAS:BBB";
type Revised = Extract<StrategyNews, { type: "holding-revised" }>;

const holding = (qty: number, cost: string, over: Partial<Holding> = {}): Holding => ({
  qty: String(qty),
  cost,
  realised: "0",
  fees: "0",
  funding: "0",
  ...over,
});
const revised = (over: Partial<Revised> & Pick<Revised, "changes" | "after">): Revised => ({
  type: "holding-revised",
  strategy: "carry",
  leg: leg(A),
  reason: "bust",
  execId: "r1",
  at: T0 + MINUTE,
  ...over,
});
const started = () => new Bench().hear(opened([A])).baseline(A, markAt(1, T0 - 1_000, 100_00));
const drifts = (bench: Bench): unknown[] =>
  waitingFacts(bench.sql).flatMap(([, , kind, payload]) =>
    kind === "position-drift" ? [JSON.parse(payload)] : [],
  );

describe("what the account booked", () => {
  test("counts as it says, whatever we would have worked out", () => {
    const told = { change: holding(10, "999", { fees: "1" }), after: holding(10, "999", { fees: "1" }) };
    const bench = started().hear(filled(A, 10, 100_00, T0, { fee: "1", ...told }));
    expect(bench.candles()).toMatchObject([{ close: "0", unrealised: "1", fees: "1", sampled: false }]);
    expect(drifts(bench)).toEqual([]);
  });

  test("where it holds something else afterwards, that is taken, both are told, and nothing since both agreed is exact", () => {
    const first = { change: holding(10, "1000"), after: holding(10, "1000") };
    const bench = started().hear(filled(A, 10, 100_00, T0, first));
    bench.tick(A, 2, T0 + MINUTE, 101_00).tick(A, 3, T0 + 2 * MINUTE, 102_00);
    // News of 5 more at 100 was lost.
    const second = { change: holding(1, "102"), after: holding(16, "1602") };
    bench.hear(filled(A, 1, 102_00, T0 + 3 * MINUTE, second)).tick(A, 4, T0 + 4 * MINUTE, 103_00);
    bench.closeByClock(T0 + 3 * MINUTE);
    expect(bench.candles().map(({ t, sampled, close }) => [t - T0, sampled, close])).toEqual([
      [0, true, "0"],
      [MINUTE, true, "10"],
      [2 * MINUTE, true, "20"],
      [3 * MINUTE, true, "30"],
      [4 * MINUTE, false, "46"],
    ]);
    const ours = { qty: "11", cost: "1102", realised: "0", fees: "0", funding: "0" };
    const account = { ...ours, qty: "16", cost: "1602" };
    expect(drifts(bench)).toEqual([
      { tenant: "acme", strategy: "carry", symbol: A, ours, account, at: T0 + 3 * MINUTE },
    ]);
    bench.reload();
    bench.hear(filled(A, -16, 103_00, T0 + 5 * MINUTE, { after: holding(0, "0", { realised: "46" }) }));
    expect(drifts(bench)).toHaveLength(1);
  });

  test("a leg that came back is compared by what it holds: what it made before is not known here", () => {
    const bench = started();
    bench.state.departed = 1;
    const over = { leg: leg(B), change: holding(1, "5"), after: holding(1, "5", { realised: "77" }) };
    bench.hear(filled(B, 1, 5_00, T0, over));
    expect(drifts(bench)).toEqual([]);
    expect(bench.candles()).toMatchObject([{ realised: "0" }]);
  });

  test("an amount that is none is passed over", () => {
    const bench = started().hear(filled(A, 1, 1_00, T0, { change: holding(1, "1e3") }));
    expect([bench.state.skippedNews, bench.candles()]).toEqual([1, []]);
  });
});

describe("what it has revised since", () => {
  test("a busted fill has never changed anything: no candle shows what it would have made", () => {
    const bench = started().hear(filled(A, 10, 50_00, T0, { execId: "x" }));
    expect(bench.candles()).toMatchObject([{ high: "500" }]);
    const changes = [{ ...holding(-10, "-500"), ts: T0, execId: "x" }];
    bench.hear(revised({ refExecId: "x", changes, after: holding(0, "0") }));
    expect(bench.candles()).toMatchObject([{ high: "0", low: "0", close: "0", sampled: false }]);
    bench.reload();
    expect(bench.candles()).toMatchObject([{ high: "0", close: "0" }]);
  });

  test("of fills at one moment the one that it is of changes, and the candle between them with it", () => {
    const bench = started().hear(
      filled(A, 10, 100_00, T0, { execId: "x" }),
      filled(A, -10, 90_00, T0, { execId: "y" }),
    );
    expect(bench.candles()).toMatchObject([{ high: "0", low: "-100" }]);
    // `y` is corrected to a price of 103.
    const changes = [{ ...holding(0, "0", { realised: "130" }), ts: T0, execId: "y" }];
    bench.hear(revised({ reason: "correct", changes, after: holding(0, "0", { realised: "30" }) }));
    expect(bench.candles()).toMatchObject([{ high: "30", low: "0", close: "30" }]);
  });

  test("news of a fill and of its bust come in one batch", () => {
    const changes = [{ ...holding(-10, "-500"), ts: T0, execId: "x" }];
    const bench = started().hear(
      filled(A, 10, 50_00, T0, { execId: "x" }),
      revised({ changes, after: holding(0, "0") }),
    );
    expect(bench.candles()).toMatchObject([{ high: "0", close: "0" }]);
  });

  test("later than the horizon it counts where nothing is final, and the candles in between are not exact", () => {
    const bench = started().hear(filled(A, 10, 50_00, T0, { execId: "x" }));
    for (let minute = 1; minute <= 20; minute++) bench.tick(A, 1 + minute, T0 + minute * MINUTE, 100_00);
    const changes = [{ ...holding(-10, "-500"), ts: T0, execId: "x" }];
    bench.hear(revised({ changes, after: holding(0, "0") })).tick(A, 30, T0 + 21 * MINUTE, 100_00);
    const shown = bench.candles();
    expect(shown.at(-1)).toMatchObject({ close: "0", sampled: true });
    expect(shown.slice(0, 20).every(({ sampled }) => sampled)).toBe(true);
    expect(bench.state.lateMoments).toBe(1);
  });

  test("cash is a moment of its own, and part of the total", () => {
    const bench = started().hear(filled(A, 10, 100_00, T0));
    const changes = [{ ...holding(0, "0", { funding: "-2.5" }), ts: T0 + MINUTE }];
    const after = holding(10, "1000", { funding: "-2.5" });
    bench.hear(revised({ reason: "cash", changes, after }));
    expect(bench.candles()).toMatchObject([
      { close: "0", funding: "0" },
      { close: "-2.5", funding: "-2.5", unrealised: "0" },
    ]);
  });
});

describe("a split", () => {
  const split = (over: Partial<Revised>) =>
    revised({
      reason: "split",
      ratio: { from: "1", to: "4", ts: T0 + 5 },
      at: T0 + 9,
      changes: [],
      ...over,
    } as Revised);

  test("takes the mark along: the total is as it was, until a price of the new shares comes", () => {
    const bench = started().hear(filled(A, 10, 80_00, T0));
    const changes = [{ ...holding(30, "0"), ts: T0 + 5, execId: "r1" }];
    bench.hear(split({ changes, after: holding(40, "800") }));
    expect(bench.candles()).toMatchObject([{ close: "200", high: "200", grossExposure: "1000" }]);
    bench.reload();
    expect(bench.tick(A, 2, T0 + 7, 26_00).candles()).toMatchObject([{ close: "240", high: "240" }]);
  });

  test("prices of before it that come late are of the old shares, those of its moment of the new ones", () => {
    const bench = started().hear(filled(A, 10, 80_00, T0));
    const changes = [{ ...holding(30, "0"), ts: T0 + 5, execId: "r1" }];
    bench.hear(split({ changes, after: holding(40, "800") }));
    bench.tick(A, 2, T0 + 4, 120_00);
    expect(bench.candles()).toMatchObject([{ high: "400", close: "400", low: "0" }]);
    bench.tick(A, 3, T0 + 5, 25_00);
    expect(bench.candles()).toMatchObject([{ high: "400", close: "200" }]);
  });

  test("where nothing was held the price is of the new shares all the same", () => {
    const bench = started().hear(split({ after: holding(0, "0") }), filled(A, 4, 25_00, T0 + 6));
    expect(bench.candles()).toMatchObject([{ close: "0", high: "0", low: "0" }]);
  });

  test("a price that three does not divide stays exact", () => {
    const bench = started().hear(filled(A, 1, 100_00, T0));
    const ratio = { from: "1", to: "3", ts: T0 + 5 };
    const changes = [{ ...holding(2, "0"), ts: T0 + 5, execId: "r1" }];
    bench.hear(split({ ratio, changes, after: holding(3, "100") }));
    bench.reload();
    expect(bench.candles()).toMatchObject([{ close: "0", grossExposure: "100" }]);
  });
});
