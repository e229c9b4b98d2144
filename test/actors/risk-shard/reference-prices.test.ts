import { describe, expect, test, vi } from "vitest";
import type { EpochMs } from "../../../src/domain/time.ts";
import { AAPL, BTC, checkIn, codeOf, MSFT, RiskBench } from "./bench.ts";

const shown = async (bench: RiskBench) =>
  JSON.parse(
    ((await bench.desk.readPriced(bench.envelope(), (reads) => reads.exposures())) as { value: string })
      .value,
  );

describe("the first order in a symbol", () => {
  test("fetches reference data and price and subscribes, once; the directory is asked before the symbol", async () => {
    const bench = await new RiskBench().ready();
    expect(await bench.send()).toMatchObject({ decision: "accept" });
    expect(bench.platform.calls).toEqual([`known ${AAPL}`, `snapshot ${AAPL}`]);
    expect([...bench.platform.subscribed]).toEqual([AAPL]);
    await bench.send();
    await bench.check();
    expect(bench.platform.calls).toHaveLength(2);
  });

  test("of a symbol that does not exist addresses no object of it", async () => {
    const bench = await new RiskBench().ready();
    expect(await bench.send({ symbol: "XNAS:NOPE" })).toMatchObject({ code: "instrument-unknown" });
    expect(bench.platform.calls).toEqual(["known XNAS:NOPE"]);
    expect(bench.platform.subscribed.size).toBe(0);
  });

  test("of a symbol that does not answer waits a second at the most, and fails closed", async () => {
    const bench = await new RiskBench().ready();
    vi.useFakeTimers();
    try {
      bench.platform.actors.symbol = () => ({ snapshot: () => new Promise(() => {}) }) as never;
      const sent = bench.send();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await sent).toMatchObject({ decision: "reject", code: "instrument-unknown" });
    } finally {
      vi.useRealTimers();
    }
  });

  test("of a symbol whose answer never comes is asked for again after some seconds", async () => {
    const bench = await new RiskBench().ready();
    const { symbol } = bench.platform.actors;
    vi.useFakeTimers();
    try {
      bench.platform.actors.symbol = () => ({ snapshot: () => new Promise(() => {}) }) as never;
      const sent = bench.send();
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await sent).toMatchObject({ code: "instrument-unknown" });
    } finally {
      vi.useRealTimers();
    }
    bench.platform.actors.symbol = symbol;
    expect(await bench.send()).toMatchObject({ decision: "accept" });
  });

  test("of a symbol that is known and does not answer is `price-missing`", async () => {
    const bench = await new RiskBench().ready();
    await bench.send();
    bench.restart();
    bench.platform.away.add(AAPL);
    expect(await bench.send()).toMatchObject({ decision: "reject", code: "price-missing" });
  });

  test("asks for many symbols in parallel and once each, also from two requests at the same time", async () => {
    const bench = await new RiskBench().ready();
    await bench.price(BTC, { last: "100" });
    const both = [bench.order(), bench.order({ symbol: MSFT }), bench.order({ symbol: BTC, qty: "1" })];
    const [one, other] = await Promise.all([bench.orders(both), bench.orders([bench.order()])]);
    expect([...one, ...other].map(({ decision }) => decision)).toEqual([
      "accept",
      "accept",
      "accept",
      "accept",
    ]);
    expect(bench.platform.calls.filter((call) => call.startsWith("snapshot"))).toHaveLength(3);
  });
});

describe("after a load", () => {
  async function reloaded(): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "held", symbol: MSFT });
    await bench.fill("held", "10");
    await bench.send({ clientOrderId: "worked", symbol: AAPL });
    bench.restart();
    bench.platform.calls.length = 0;
    return bench;
  }

  test("what is held or worked is priced again before an order is decided, or the account is shown", async () => {
    const bench = await reloaded();
    expect(await shown(bench)).toMatchObject({ gross: "2000", unpriced: [] });
    const other = await reloaded();
    await other.limits([{ kind: "max-gross-exposure", threshold: "2500" }]);
    expect(checkIn(await other.check({ qty: "1" }), "max-gross-exposure").observed).toBe("2000");
    expect(other.platform.calls.sort()).toEqual([`snapshot ${AAPL}`, `snapshot ${MSFT}`]);
  });

  test("executions wait for no price", async () => {
    const bench = await reloaded();
    expect(await bench.fill("worked", "10")).toMatchObject({ status: "applied" });
    expect(bench.platform.calls).toEqual([]);
  });

  test("a held symbol that stays away is asked again once a second, not for every order", async () => {
    const bench = await reloaded();
    bench.platform.away.add(MSFT);
    for (let index = 0; index < 5; index++) expect(await bench.send()).toMatchObject({ code: "warming" });
    expect(bench.platform.calls.filter((call) => call === `snapshot ${MSFT}`)).toHaveLength(1);
    bench.clock.pass(1_000);
    bench.platform.away.clear();
    expect(await bench.send()).toMatchObject({ decision: "accept" });
  });

  test("a fill in a symbol that was not held before is followed too", async () => {
    const bench = await reloaded();
    bench.platform.away.add(BTC);
    await bench.price(BTC, { last: "100" });
    bench.platform.away.clear();
    await bench.fill("ghost", "1", "100", { symbol: BTC, side: "buy" });
    expect(await shown(bench)).toMatchObject({ gross: "2100", unpriced: [] });
  });

  test("a fill in one that is flat has its price asked for at once, though all others were a moment ago", async () => {
    const bench = await new RiskBench().ready();
    await bench.fill("in", "10", "100", { symbol: MSFT, side: "buy" });
    await bench.fill("out", "10", "100", { symbol: MSFT, side: "sell" });
    await bench.fill("other", "1", "100", { symbol: AAPL, side: "buy" });
    bench.restart();
    await shown(bench);
    const [flat] = (await bench.list("positions")).filter(({ symbol }) => symbol === MSFT);
    expect(flat).toMatchObject({ qty: "0", marketPrice: null, notional: "0", unrealised: "0" });
    await bench.fill("again", "10", "100", { symbol: MSFT, side: "buy" });
    expect(await shown(bench)).toMatchObject({ unpriced: [] });
  });
});

describe("a hub's batch", () => {
  test("moves marks and sums; an older price never comes back", async () => {
    const bench = await new RiskBench().ready();
    await bench.send();
    await bench.price(AAPL, { last: "110" });
    expect(await shown(bench)).toMatchObject({ gross: "1100" });
    await bench.told(AAPL, { lastChanges: 1, last: 900_000, lastTs: bench.now as EpochMs });
    expect(await shown(bench)).toMatchObject({ gross: "1100" });
  });

  test("brings reference data that changed, which is kept", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    const halted = bench.instrument(AAPL, { status: "halted" });
    await bench.told(AAPL, bench.platform.marks.get(AAPL)!, halted);
    expect(await bench.send()).toMatchObject({ code: "instrument-halted" });
    bench.restart();
    expect(bench.state.instruments.get(AAPL as never)?.status).toBe("halted");
  });

  test("about a symbol that is nobody's any more ends that subscription", async () => {
    const bench = await new RiskBench().ready();
    bench.platform.subscribed.add(BTC);
    await bench.told(BTC, { lastChanges: 9, last: 1, lastTs: bench.now as EpochMs });
    expect(bench.platform.subscribed.has(BTC)).toBe(false);
    expect(bench.state.marks.has(BTC as never)).toBe(false);
  });
});

describe("a hub that lost us", () => {
  test("is found out: a price that is half stale is asked for again with the next order", async () => {
    const bench = await new RiskBench().ready();
    await bench.send();
    bench.clock.pass(40_000);
    // The symbol has traded; its hub told nobody.
    bench.platform.marks.set(AAPL, { lastChanges: 9, last: 1_010_000, lastTs: bench.now as EpochMs });
    bench.platform.subscribed.clear();
    const decided = await bench.send();
    expect(checkIn(decided, "price-stale").observed).toBe("0");
    expect(bench.platform.subscribed.has(AAPL)).toBe(true);
  });

  test("and a quiet symbol is asked once a second at the most", async () => {
    const bench = await new RiskBench().ready();
    await bench.send();
    bench.clock.pass(40_000);
    for (let index = 0; index < 5; index++) await bench.send();
    expect(bench.platform.calls.filter((call) => call.startsWith("snapshot"))).toHaveLength(2);
    expect(codeOf(await bench.desk.read((reads, now) => reads.limits(7, now)))).toBe("limits-unknown");
  });
});
