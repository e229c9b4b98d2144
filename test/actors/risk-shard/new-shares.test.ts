import { describe, expect, test } from "vitest";
import { inNewShares } from "../../../actors/risk-shard/new-shares.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { AAPL, BY, json, RiskBench } from "./bench.ts";

const at = (ts: number): EpochMs => ts as EpochMs;
const SPLIT = { ts: 10, from: 1n, to: 3n };

describe("a mark of before a split", () => {
  test("says what new shares are worth, to the nearest price, each part by its own moment", () => {
    const mark = { lastChanges: 7, last: 100, lastTs: at(9), bid: 98, ask: 101, quoteTs: at(8) };
    expect(inNewShares(mark, [SPLIT])).toEqual({ ...mark, last: 33, bid: 33, ask: 34 });
    const traded = { ...mark, lastTs: at(10) };
    expect(inNewShares(traded, [SPLIT])).toEqual({ ...traded, bid: 33, ask: 34 });
  });

  test("goes through all of them that came since", () => {
    const mark = { lastChanges: 7, last: 600, lastTs: at(9) };
    expect(inNewShares(mark, [SPLIT, { ts: 20, from: 2n, to: 1n }]).last).toBe(400);
    expect(inNewShares({ ...mark, lastTs: at(15) }, [SPLIT, { ts: 20, from: 2n, to: 1n }]).last).toBe(1_200);
  });

  test("is itself without one, and where it was taken at its moment or later", () => {
    const mark = { lastChanges: 7, last: 600, lastTs: at(10) };
    expect(inNewShares(mark, [])).toBe(mark);
    expect(inNewShares(mark, [SPLIT])).toBe(mark);
  });
});

describe("until a new share has traded", () => {
  /** 2023-11-15 00:00 UTC; the bench begins on the evening before. */
  const EX = 1_700_006_400_000;
  const entry = { id: "act", type: "split", from: "1", to: "4", exDate: "2023-11-15", startsAt: EX };

  async function split(more: object = {}): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", qty: "9" });
    await bench.fill("a", "9", "90");
    bench.clock.pass(EX - bench.now + 60_000);
    await apply(bench, { ...entry, ...more });
    return bench;
  }
  async function apply(bench: RiskBench, told: object): Promise<void> {
    const recorded = { recordedAt: 1, recordedBy: { tenant: "t", subject: BY }, ...told };
    bench.platform.recorded.set(AAPL, [recorded as never]);
    const body = JSON.stringify({ symbol: AAPL, id: "act", by: BY });
    json(await bench.desk.actions.run(bench.envelope(), body));
  }
  const equityOf = async (bench: RiskBench) => (await bench.shown())["equity"];
  const heldOf = async (bench: RiskBench) => (await bench.list("positions"))[0];

  test("what is held is worth what it was, also after a reload", async () => {
    const bench = await split();
    const held = { qty: "36", marketPrice: "25", notional: "900", unrealised: "90" };
    for (const again of [false, true]) {
      if (again) bench.restart();
      expect(await equityOf(bench)).toBe("1000090");
      expect(await heldOf(bench)).toMatchObject(held);
    }
    await bench.price(AAPL, { last: "26" });
    expect(await equityOf(bench)).toBe("1000126");
  });

  test("a split that is taken back gives the old price back", async () => {
    const bench = await split();
    await apply(bench, { ...entry, revokedAt: bench.now });
    expect(await heldOf(bench)).toMatchObject({ qty: "9", marketPrice: "100", unrealised: "90" });
    expect(await equityOf(bench)).toBe("1000090");
  });

  test("a fraction of a share is paid by the old price too, where no reference price is known", async () => {
    const bench = await split({ from: "4", to: "1" });
    expect(await heldOf(bench)).toMatchObject({ qty: "2", marketPrice: "400", funding: "100" });
    expect(await equityOf(bench)).toBe("1000090");
  });
});
