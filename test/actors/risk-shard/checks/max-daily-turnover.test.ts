/** What was traded in the account's day, and what its working orders may still trade. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { recountWorking } from "../../../../actors/risk-shard/working-values.ts";
import { AAPL, BTC, checkIn, type Json, MSFT, RiskBench, WIDE } from "../bench.ts";

const KIND = "max-daily-turnover";
const limit = (changes: object = {}): Json => ({ kind: KIND, threshold: "3000", ...changes });

test.each([
  ["9", "pass", "2900"],
  ["10", "pass", "3000"],
  ["11", "fail", "3100"],
])("with 2000 done and worked of 3000 an order of %s at 100 is a %s", async (qty, verdict, projected) => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.send({ clientOrderId: "a" });
  await bench.fill("a", "10");
  await bench.send({ symbol: MSFT, side: "sell" });
  expect(checkIn(await bench.send({ qty, symbol: MSFT, side: "sell" }), KIND)).toMatchObject({
    verdict,
    limit: "3000",
    observed: "2000",
    projected,
    fixCode: 3,
    riskLimitType: 14,
  });
});

test("reduce allows what is left, one lot more is too much, and closing takes what it wants", async () => {
  const bench = await new RiskBench().ready([limit({ action: "reduce" })]);
  await bench.send({ clientOrderId: "a", qty: "25" });
  expect(await bench.send({ qty: "20" })).toMatchObject({ decision: "reduce", allowedQty: "5" });
  expect(await bench.send({ qty: "1" })).toMatchObject({ decision: "reject", allowedQty: "0" });
  await bench.fill("a", "25");
  expect(await bench.send({ side: "sell", qty: "25" })).toMatchObject({
    decision: "accept",
    warnings: [KIND],
  });
});

test("what a working order did not trade comes back, at the price that it was valued at", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.send({ clientOrderId: "a", qty: "20" });
  await bench.fill("a", "5", "102");
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "2010" });
  await bench.report({ type: "cancel", clientOrderId: "a" });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "510" });
});

test("an order and its pending replacement count once, the larger of the two", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.send({ clientOrderId: "a", qty: "20" });
  const smaller = await bench.send({ clientOrderId: "b", qty: "5", replaces: "a" });
  expect(checkIn(smaller, KIND)).toMatchObject({ observed: "2000", projected: "2000" });
  await bench.report({ type: "replace", clientOrderId: "b" });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "500" });
  const larger = await bench.send({ clientOrderId: "c", qty: "30", replaces: "b" });
  expect(checkIn(larger, KIND)).toMatchObject({ observed: "500", projected: "3000", verdict: "pass" });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "3000" });
});

test("a bust gives nothing back; a correction counts by what it has more", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.send({ clientOrderId: "a" });
  await bench.fill("a", "10", "100", { execId: "e1" });
  const about = { clientOrderId: "a", refExecId: "e1" };
  await bench.report({ type: "correct", execId: "e2", price: "110", ...about });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "1100" });
  await bench.report({ type: "correct", execId: "e3", price: "90", ...about });
  await bench.report({ type: "bust", execId: "e4", ...about });
  await bench.report({ type: "cancel", clientOrderId: "a" });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "1100" });
});

test("fills above the limit are booked, and a violation", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.fill("ghost", "31", "100", { symbol: AAPL, side: "buy" });
  const raised = await bench.list("violations");
  expect(raised.find(({ code }) => code === KIND)).toMatchObject({ limit: "3000", observed: "3100" });
});

async function inTwoCurrencies(limits: readonly Json[]): Promise<RiskBench> {
  const bench = new RiskBench();
  bench.instrument("TEST:EURUSD", { type: "fx", currency: "USD" });
  bench.instrument(BTC, { currency: "EUR", tickSize: "0.01", lotSize: "1" });
  await bench.account({ fx: { EUR: "TEST:EURUSD" } });
  await bench.limits(limits);
  await bench.price("TEST:EURUSD", { last: "1.5" });
  await bench.price(AAPL, { last: "100" });
  await bench.price(BTC, { last: "100" });
  return bench;
}

test("each currency is converted by the rate of now; without one nothing new is let through", async () => {
  const bench = await inTwoCurrencies([limit()]);
  await bench.send({ clientOrderId: "a", symbol: BTC });
  await bench.fill("a", "4");
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "1500" });
  await bench.price("TEST:EURUSD", { last: "2" });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "2000" });
  bench.state.fxMarks.clear();
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ verdict: "fail", reason: "rate-missing" });
});

test("each symbol and strategy has its own, also after a reload; another set of limits finds the working orders", async () => {
  const bench = await new RiskBench().ready();
  await bench.strategy("alpha");
  await bench.send({ strategy: "alpha", qty: "10" });
  await bench.send({ symbol: MSFT, qty: "20" });
  await bench.limits([WIDE, limit({ scope: { kind: "symbol" } }), limit({ scope: { kind: "strategy" } })]);
  for (const restart of [false, true]) {
    if (restart) bench.restart();
    for (const symbol of [AAPL, MSFT]) await bench.price(symbol, { last: "100" });
    const seen = (await bench.check({ symbol: MSFT, strategy: "alpha" })).checks.filter(
      ({ code }) => code === KIND,
    );
    expect(seen.map(({ scope, observed }) => [scope.kind, observed]).sort()).toEqual([
      ["strategy", "1000"],
      ["symbol", "2000"],
    ]);
  }
});

/** What the reports and decisions themselves say, summed anew. */
class Plain {
  readonly bench: RiskBench;
  done = 0;
  held = 0;
  readonly works = new Map<string, { side: string; qty: number; price: number }>();

  constructor(bench: RiskBench) {
    this.bench = bench;
  }

  get sum(): number {
    return [...this.works.values()].reduce((sum, { qty, price }) => sum + qty * price, this.done);
  }

  async order(side: string, qty: number, price: number): Promise<void> {
    const decided = await this.bench.send({ side, qty: String(qty), price: String(price) });
    const check = checkIn(decided, KIND);
    expect(check.observed).toBe(String(this.sum));
    const allowed = Number(decided.allowedQty);
    // A sell below the market is worth what the market pays.
    const worth = (Number(check.projected) - this.sum) / qty;
    if (check.verdict === "fail") {
      if (allowed > this.closable(side)) expect(this.sum + allowed * worth).toBeLessThanOrEqual(6_000);
      expect(this.sum + (allowed + 1) * worth).toBeGreaterThan(6_000);
    }
    if (allowed > 0) this.works.set(decided.clientOrderId, { side, qty: allowed, price: worth });
  }

  /** What an order of that side may close: what is held on the other, less what works already to close it. */
  closable(side: string): number {
    const closing = [...this.works.values()].filter((order) => order.side === side);
    const held = side === "sell" ? this.held : -this.held;
    return Math.max(
      0,
      closing.reduce((left, { qty }) => left - qty, held),
    );
  }

  async fill(id: string, qty: number, price: number): Promise<void> {
    const order = this.works.get(id)!;
    const filled = Math.min(qty, order.qty);
    await this.bench.fill(id, String(filled), String(price));
    this.done += filled * price;
    this.held += order.side === "buy" ? filled : -filled;
    order.qty -= filled;
    if (order.qty === 0) this.works.delete(id);
  }

  async cancel(id: string): Promise<void> {
    await this.bench.report({ type: "cancel", clientOrderId: id });
    this.works.delete(id);
  }
}

const steps = fc.array(
  fc.record({
    what: fc.constantFrom("order", "order", "fill", "cancel"),
    pick: fc.nat(9),
    side: fc.constantFrom("buy", "sell"),
    qty: fc.integer({ min: 1, max: 12 }),
    price: fc.integer({ min: 98, max: 102 }),
  }),
  { minLength: 5, maxLength: 25 },
);

test("over any sequence of orders, fills and cancels it is what was filled and what works, and new risk never passes it", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const plain = new Plain(await new RiskBench().ready([limit({ threshold: "6000", action: "reduce" })]));
      for (const { what, pick, side, qty, price } of steps) {
        const id = [...plain.works.keys()][pick % Math.max(1, plain.works.size)];
        if (what === "order" || id === undefined) await plain.order(side, qty, price);
        else if (what === "fill") await plain.fill(id, qty, price);
        else await plain.cancel(id);
        const { state } = plain.bench;
        const kept = new Map(state.workingValues);
        recountWorking(state);
        expect(state.workingValues).toEqual(kept);
      }
    }),
    { numRuns: 25 },
  );
});
