/** What the trading day lost, with what is open, at its limit: it trips, and stays so until a person releases it. */
import { beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "../../../../src/domain/time.ts";
import { AAPL, BY, codeOf, type Decision, type Json, MSFT, RiskBench, WIDE } from "../bench.ts";
import { EURUSD, funded, SAP } from "../currency-market.ts";

const LOSS = { id: "loss", kind: "max-daily-loss", threshold: "100" };
const OF_EACH = { id: "each", kind: "max-daily-loss", threshold: "100", scope: { kind: "strategy" } };

let bench: RiskBench;
beforeEach(async () => {
  bench = await new RiskBench().ready([WIDE, LOSS]);
});

/** Ten shares at 100, held by a strategy or by none. */
async function hold(side: "buy" | "sell", strategy?: string, symbol = AAPL): Promise<void> {
  const named = strategy === undefined ? {} : { strategy };
  const { clientOrderId } = await bench.send({ symbol, side, ...named });
  await bench.fill(clientOrderId, "10", "100");
}
const release = (limitId: string, member?: string) => {
  const body = JSON.stringify({ reason: "looked at", by: BY, ...(member === undefined ? {} : { member }) });
  return bench.desk.watch.answer(bench.envelope(), { type: "release", limitId, body });
};
const lossOf = (decision: Decision): Json =>
  decision.checks.find(({ code }) => code === "max-daily-loss")! as never;
const tripped = (): Json[] =>
  bench
    .facts()
    .filter(({ kind }) => kind === "limit-tripped")
    .map(({ payload }) => payload);

describe.each([
  ["long", "buy", "90.01", "90", "89.99"],
  ["short", "sell", "109.99", "110", "110.01"],
] as const)("of what is held %s", (_title, side, below, at, above) => {
  test.each([
    ["below the limit passes", below, "99.9", "pass", "accept"],
    ["at the limit passes", at, "100", "pass", "accept"],
  ])("a loss %s", async (_case, last, observed, verdict, decision) => {
    await hold(side);
    await bench.price(AAPL, { last });
    const decided = await bench.send({ symbol: MSFT, side, qty: "1" });
    expect(decided).toMatchObject({ decision });
    expect(lossOf(decided)).toMatchObject({ verdict, observed, projected: observed, limit: "100" });
    expect(tripped()).toEqual([]);
  });

  test("a cent a share above it trips, in the batch of prices that brings it", async () => {
    await hold(side);
    const before = bench.state.seq;
    await bench.price(AAPL, { last: above });
    expect(bench.facts(before)).toMatchObject([
      {
        kind: "limit-tripped",
        payload: { limitId: "loss", kind: "max-daily-loss", member: null, observed: "100.1" },
      },
      { kind: "violation-raised", payload: { code: "max-daily-loss", limitId: "loss", limit: "100" } },
    ]);
    const opening = await bench.send({ symbol: MSFT, side, qty: "1" });
    expect(opening).toMatchObject({ decision: "reject", code: "max-daily-loss" });
    const closing = side === "buy" ? "sell" : "buy";
    expect(await bench.send({ side: closing, qty: "10", price: above })).toMatchObject({
      decision: "accept",
      warnings: ["max-daily-loss"],
    });
  });
});

test("it stays tripped when the loss is made up for, and is said once", async () => {
  await hold("buy");
  await bench.price(AAPL, { last: "80" });
  await bench.price(AAPL, { last: "79" });
  await bench.price(AAPL, { last: "120" });
  expect(tripped()).toHaveLength(1);
  expect(lossOf(await bench.send({ symbol: MSFT, qty: "1" }))).toMatchObject({
    verdict: "fail",
    reason: "tripped",
  });
});

test("a price that comes back before the group is written has tripped it all the same", async () => {
  await hold("buy");
  const groups: (() => void)[] = [];
  bench.arm = (run) => void groups.push(run);
  await bench.price(AAPL, { last: "80" });
  await bench.price(AAPL, { last: "120" });
  for (const run of groups) run();
  expect(tripped()).toMatchObject([{ observed: "200" }]);
});

test.each([
  ["trips where the same limit is put again meanwhile", "100", 1],
  ["does not where it was raised meanwhile", "500", 0],
])("a price that comes back %s", async (_title, threshold, count) => {
  await hold("buy");
  const groups: (() => void)[] = [];
  bench.arm = (run) => void groups.push(run);
  await bench.price(AAPL, { last: "80" });
  await bench.price(AAPL, { last: "120" });
  const put = bench.limits([WIDE, { ...LOSS, threshold }]);
  for (let run = groups.shift(); run !== undefined; run = groups.shift()) run();
  expect((await put).ok).toBe(true);
  expect(tripped()).toHaveLength(count);
});

test("a fill reaches it as a price does: what is realised and paid counts", async () => {
  await hold("buy");
  const { clientOrderId } = await bench.send({ side: "sell", qty: "10", price: "91" });
  await bench.fill(clientOrderId, "10", "91", { fee: "10.01" });
  expect(tripped()).toMatchObject([{ observed: "100.01" }]);
});

test("an order that flips is cut to the close where its limit reduces: one lot more fails", async () => {
  await bench.limits([WIDE, { ...LOSS, action: "reduce" }]);
  await hold("buy");
  await bench.price(AAPL, { last: "80" });
  for (const [qty, allowed] of [
    ["9", "9"],
    ["10", "10"],
    ["11", "10"],
    ["25", "10"],
  ])
    expect((await bench.check({ side: "sell", qty, price: "80" })).allowedQty, `of ${qty}`).toBe(allowed);
  expect((await bench.check({ side: "buy", qty: "5", price: "80" })).allowedQty).toBe("0");
});

test("a dry run says the same as the order, tripped or not", async () => {
  await hold("buy");
  for (const price of ["95", "80"]) {
    await bench.price(AAPL, { last: price });
    const order = { clientOrderId: `at${price}`, symbol: MSFT, qty: "1" };
    const { decision, code, checks } = await bench.check(order);
    expect(await bench.send(order)).toMatchObject({
      decision,
      checks,
      ...(code === undefined ? {} : { code }),
    });
  }
});

test("with action warn it refuses nothing, and says so once", async () => {
  await bench.limits([WIDE, { ...LOSS, action: "warn" }]);
  await hold("buy");
  await bench.price(AAPL, { last: "80" });
  expect(await bench.send({ symbol: MSFT, qty: "1" })).toMatchObject({
    decision: "accept",
    warnings: ["max-daily-loss"],
  });
  expect(tripped()).toHaveLength(1);
});

describe("the day", () => {
  const toTomorrow = async (): Promise<void> => {
    bench.clock.pass(DAY_MS);
    await bench.wake();
    await bench.price(AAPL, { last: "95" });
    await bench.price(MSFT, { last: "100" });
  };
  const observed = async (more: Json = {}) =>
    lossOf(await bench.check({ symbol: MSFT, ...more }))["observed"];

  test.each([
    ["the account", LOSS, {}],
    ["a strategy", OF_EACH, { strategy: "alpha" }],
  ])(
    "of %s begins anew with each close, and what was lost before is no loss of it",
    async (_title, limit, more) => {
      await bench.strategy("alpha");
      await bench.limits([WIDE, limit]);
      await hold("buy", "alpha");
      await bench.price(AAPL, { last: "95" });
      expect(await observed(more)).toBe("50");
      await toTomorrow();
      expect(await observed(more)).toBe("0");
      await bench.price(AAPL, { last: "92" });
      expect(await observed(more)).toBe("30");
      bench.restart();
      expect(await observed(more)).toBe("30");
    },
  );

  test("a trip outlasts it", async () => {
    await hold("buy");
    await bench.price(AAPL, { last: "80" });
    await toTomorrow();
    expect(await bench.send({ symbol: MSFT, qty: "1" })).toMatchObject({ decision: "reject" });
    expect(codeOf(await release("loss"))).toBeUndefined();
    expect(await bench.send({ symbol: MSFT, qty: "1" })).toMatchObject({ decision: "accept" });
  });

  test("cash that comes and goes is neither gained nor lost", async () => {
    await hold("buy");
    await bench.price(AAPL, { last: "95" });
    await bench.cash([{ type: "withdrawal", amount: "-500" }]);
    expect(await observed()).toBe("50");
  });

  test("a gain is a loss of nothing", async () => {
    await hold("buy");
    await bench.price(AAPL, { last: "105" });
    expect(await observed()).toBe("0");
  });
});

describe("a release", () => {
  test("while the day's loss is above the limit is refused, and passes once it is not", async () => {
    await hold("buy");
    await bench.price(AAPL, { last: "80" });
    expect(codeOf(await release("loss"))).toBe("limit-reached");
    await bench.price(AAPL, { last: "95" });
    expect(codeOf(await release("loss"))).toBeUndefined();
    expect(await bench.send({ symbol: MSFT, qty: "1" })).toMatchObject({ decision: "accept" });
    await bench.price(AAPL, { last: "80" });
    expect(tripped()).toHaveLength(2);
  });

  test("passes under a limit that was raised", async () => {
    await hold("buy");
    await bench.price(AAPL, { last: "80" });
    await bench.limits([WIDE, { ...LOSS, threshold: "250" }]);
    expect(codeOf(await release("loss"))).toBeUndefined();
  });
});

test("after a load the first price of anything has the prices of all that is held fetched: the loss is found", async () => {
  await hold("buy");
  await hold("buy", undefined, MSFT);
  bench.restart();
  await bench.price(AAPL, { last: "95" });
  await bench.price(MSFT, { last: "94" });
  await expect.poll(tripped).toMatchObject([{ observed: "110" }]);
});

describe("what is not known", () => {
  test("while something that is held has no price, new risk fails closed and nothing trips", async () => {
    await hold("buy");
    await bench.price(AAPL, { last: "95" });
    bench.platform.away.add(AAPL);
    bench.restart();
    await bench.price(MSFT, { last: "100" });
    const decided = await bench.check({ symbol: MSFT, qty: "1" });
    expect(lossOf(decided)).toMatchObject({ verdict: "fail", reason: "day-start-missing" });
    bench.flush();
    expect(tripped()).toEqual([]);
  });

  test("after a close that lacked a price the day has no start; what closes passes", async () => {
    await hold("buy");
    bench.platform.marks.delete(AAPL);
    bench.clock.pass(DAY_MS + 60_000);
    bench.restart();
    await bench.wake();
    await bench.price(AAPL, { last: "100" });
    await bench.price(MSFT, { last: "100" });
    expect(lossOf(await bench.check({ symbol: MSFT, qty: "1" }))).toMatchObject({
      reason: "day-start-missing",
    });
    expect(await bench.check({ side: "sell", qty: "10" })).toMatchObject({ decision: "accept" });
  });
});

test("a loss in another currency is one in the account's, and a rate alone can bring it", async () => {
  bench = await funded();
  await bench.limits([WIDE, LOSS]);
  await hold("buy", undefined, SAP);
  await bench.price(SAP, { last: "92" });
  expect(lossOf(await bench.check({ symbol: MSFT }))).toMatchObject({ observed: "100", verdict: "pass" });
  await bench.price(EURUSD, { last: "1.2501" });
  expect(tripped()).toMatchObject([{ observed: "100.008" }]);
});

test("its use stands with those of the other limits", async () => {
  await hold("buy");
  await bench.price(AAPL, { last: "95" });
  expect((await bench.shown())["utilisation"]).toContainEqual(
    expect.objectContaining({ id: "loss", observed: "50", limit: "100", utilisation: "0.5" }),
  );
});
