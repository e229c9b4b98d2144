/** An order does not trade with the account's own. */
import { describe, expect, test } from "vitest";
import { WORKING_ORDERS_MAX } from "../../../../actors/risk-shard/capacity.ts";
import type { Trail } from "../../../../actors/risk-shard/changes.ts";
import { retrace, walkAgain } from "../../../../actors/risk-shard/changes.ts";
import { initialState, type Order } from "../../../../actors/risk-shard/state.ts";
import { movePrices, recountPrices, tradesWithOwn } from "../../../../actors/risk-shard/working-prices.ts";
import { AAPL, checkIn, type Json, MSFT, RiskBench, WIDE } from "../bench.ts";
import { randomFrom } from "../walk.ts";

const KIND = "self-match";
const LIMIT: Json = { kind: KIND, action: "reject" };
const bench = async (limits: readonly Json[] = [LIMIT]) => {
  const made = await new RiskBench().ready(limits);
  for (const id of ["alpha", "beta"]) await made.strategy(id);
  return made;
};

describe.each([
  ["buy", "sell", ["99.99", "100", "100.01"]],
  ["sell", "buy", ["100.01", "100", "99.99"]],
] as const)("beside an own order to %s at 100, one to %s", (own, side, [across, at, beyond]) => {
  test("a tick short of it passes, at it and a tick beyond it fails", async () => {
    const made = await bench();
    await made.send({ clientOrderId: "own", side: own, price: "100" });
    for (const [price, fails] of [
      [beyond, false],
      [at, true],
      [across, true],
    ] as const) {
      const decision = await made.check({ side, price });
      expect(decision).toMatchObject(
        fails ? { decision: "reject", code: KIND, fixCode: 99 } : { decision: "accept" },
      );
      expect(checkIn(decision, KIND)).toMatchObject({
        limit: "0",
        observed: "0",
        projected: fails ? "1" : "0",
      });
    }
  });

  test("at the market fails, whatever the own one's price; an own market order is met by any price", async () => {
    const made = await bench();
    await made.send({ clientOrderId: "own", side: own, price: own === "buy" ? "1" : "9000" });
    expect(await made.check({ side, type: "market" })).toMatchObject({ code: KIND });
    await made.report({ type: "cancel", clientOrderId: "own" });
    await made.send({ side: own, type: "market" });
    expect(await made.check({ side, price: side === "buy" ? "1" : "9000" })).toMatchObject({ code: KIND });
  });

  test("passes stops that rest nowhere yet, and is one itself", async () => {
    const made = await bench();
    await made.send({ side: own, type: "stop", stopPrice: "100" });
    await made.send({ side: own, type: "stop-limit", stopPrice: "100", price: "100" });
    expect(await made.check({ side, type: "market" })).toMatchObject({ decision: "accept" });
    await made.send({ side: own, price: "100" });
    expect(await made.check({ side, type: "stop", stopPrice: "100" })).toMatchObject({ decision: "accept" });
  });
});

describe("a limit on trading with oneself", () => {
  test("looks across strategies and within one, and at no other symbol", async () => {
    const made = await bench();
    await made.send({ side: "buy", strategy: "alpha" });
    for (const strategy of ["alpha", "beta"])
      expect(await made.check({ side: "sell", strategy })).toMatchObject({ code: KIND });
    expect(await made.check({ side: "sell", symbol: MSFT })).toMatchObject({ decision: "accept" });
    expect(await made.check({ side: "buy" })).toMatchObject({ decision: "accept" });
  });

  test("of a strategy or a symbol holds for orders of that alone, against all that work", async () => {
    const made = await bench([
      WIDE,
      { ...LIMIT, scope: { kind: "strategy", id: "alpha" } },
      { ...LIMIT, scope: { kind: "symbol", id: MSFT } },
    ]);
    await made.send({ side: "buy", strategy: "beta" });
    expect(await made.check({ side: "sell", strategy: "alpha" })).toMatchObject({ code: KIND });
    expect(await made.check({ side: "sell", strategy: "beta" })).toMatchObject({ decision: "accept" });
  });

  test("holds for what closes too, and lets it through once the own order has ended", async () => {
    const made = await bench();
    await made.send({ clientOrderId: "held" });
    await made.fill("held", "10");
    await made.send({ clientOrderId: "more", qty: "1" });
    expect(await made.check({ side: "sell", qty: "5" })).toMatchObject({ decision: "reject", code: KIND });
    await made.fill("more", "1");
    expect(await made.check({ side: "sell", qty: "5" })).toMatchObject({ decision: "accept" });
  });

  test("sees orders of the same request, a replacement beside its original, and what a load brings back", async () => {
    const made = await bench();
    const decisions = await made.orders([
      made.order({ clientOrderId: "a", price: "99" }),
      made.order({ side: "sell", price: "99" }),
    ]);
    expect(decisions.map(({ code }) => code)).toEqual([undefined, KIND]);
    await made.send({ clientOrderId: "b", replaces: "a", price: "98" });
    const at = (price: string) => made.check({ side: "sell", price });
    expect(await at("99")).toMatchObject({ code: KIND });
    made.restart();
    await made.price(AAPL, { last: "100" });
    expect(await at("99")).toMatchObject({ code: KIND });
    await made.report({ type: "replace", clientOrderId: "b" });
    expect(await at("99")).toMatchObject({ decision: "accept" });
    expect(await at("98")).toMatchObject({ code: KIND });
  });

  test("put later knows what works by then; without one nothing is kept", async () => {
    const made = await bench([WIDE]);
    await made.send({ side: "buy" });
    expect(made.state.workingPrices.counts.size).toBe(0);
    await made.limits([LIMIT]);
    expect(await made.check({ side: "sell" })).toMatchObject({ code: KIND });
    await made.limits([WIDE]);
    expect([made.state.workingPrices.counts.size, made.state.workingPrices.best.size]).toEqual([0, 0]);
  });

  test("with action warn says so; in a dry run it is what it is when sent", async () => {
    const made = await bench([{ ...LIMIT, action: "warn" }]);
    await made.send({ side: "buy" });
    const order = made.order({ side: "sell" });
    const [dry] = await made.orders([order], true);
    const [real] = await made.orders([order]);
    expect(dry).toMatchObject({ decision: "accept", warnings: [KIND] });
    expect(checkIn(real!, KIND)).toEqual(checkIn(dry!, KIND));
  });
});

/** A state whose set asks, and an order of it. */
function asking() {
  const state = initialState();
  state.limits = { version: 1, limits: [{ kind: KIND }] as never, text: "" };
  const order = (id: number, side: "buy" | "sell", price: number): Order =>
    ({ clientOrderId: `o${id}`, symbol: AAPL, side, type: "limit", price, status: "working" }) as Order;
  return { state, order };
}

test("best prices are those of all that work, after each change and each trial that was taken back", () => {
  const { state, order } = asking();
  const random = randomFrom(11);
  for (let step = 0; step < 1_500; step++) {
    const id = Math.floor(random() * 40);
    const before = state.orders.get(`o${id}`);
    const side = before?.side ?? (random() < 0.5 ? "buy" : "sell");
    const made = order(id, side, 1 + Math.floor(random() * 12));
    const after: Order = random() < 0.4 ? { ...made, status: "cancelled" } : made;
    const trail: Trail = [];
    movePrices(state, [before], [after], trail);
    if (random() < 0.5) {
      retrace(trail);
      if (random() < 0.5) continue;
      walkAgain(trail);
    }
    if (after.status === "working") state.orders.set(`o${id}`, after);
    else state.orders.delete(`o${id}`);
    const prices = (of: string) =>
      [...state.orders.values()].filter((one) => one.side === of).map(({ price }) => price!);
    for (let price = 0; price <= 13; price++) {
      const asked = { symbol: AAPL, type: "limit", price } as const;
      expect(tradesWithOwn(state, { ...asked, side: "buy" })).toBe(
        prices("sell").some((one) => one <= price),
      );
      expect(tradesWithOwn(state, { ...asked, side: "sell" })).toBe(
        prices("buy").some((one) => one >= price),
      );
    }
  }
});

test("bound risk-shard/memory:workingPrices: no more prices than working orders, and none once they have ended", () => {
  const { state, order } = asking();
  const count = (): number =>
    [...state.workingPrices.counts.values()].reduce((sum, { size }) => sum + size, 0);
  for (let id = 0; id < WORKING_ORDERS_MAX; id++)
    state.orders.set(`o${id}`, order(id, id % 2 ? "buy" : "sell", id + 1));
  recountPrices(state);
  expect(count()).toBe(WORKING_ORDERS_MAX);
  for (const one of state.orders.values()) movePrices(state, [one], [{ ...one, price: 7 }]);
  expect(count()).toBe(2);
  for (const one of state.orders.values())
    movePrices(state, [{ ...one, price: 7 }], [{ ...one, status: "filled" }]);
  expect([count(), state.workingPrices.best.size]).toEqual([0, 0]);
});
