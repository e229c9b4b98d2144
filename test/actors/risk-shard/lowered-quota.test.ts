import { expect, test } from "vitest";
import { AAPL, MSFT } from "./bench.ts";
import { called, child, GROSS } from "./child-bench.ts";

const USD = 10n ** 12n;
const BUDGET = "firm:acme/gross";

test("an account that has heard of a lower limit grows no more by what it was granted of the one before", async () => {
  const { bench, firm } = await child();
  for (const [clientOrderId, qty] of [
    ["large", "30"],
    ["small", "1"],
  ])
    expect(await bench.send({ clientOrderId, qty })).toMatchObject({ decision: "accept" });
  await bench.executions([{ clientOrderId: "large", type: "cancel" }]);
  expect(bench.state.above?.held[BUDGET]).toBeGreaterThan(2_000n * USD);
  firm.other("account:other", { [BUDGET]: 1_500n * USD });
  firm.limits([{ ...GROSS, threshold: "2000" }]);
  // It hears of it, and then nothing more.
  const { ask } = firm.api;
  let asked = 0;
  firm.api.ask = (envelope, one) => (asked++ === 0 ? ask(envelope, one) : Promise.reject(new Error("away")));
  await called(bench);
  expect(bench.state.above?.held[BUDGET]).toBe(100n * USD);
  expect(await bench.send({ qty: "5" })).toMatchObject({ code: "max-gross-exposure" });
  expect(await bench.send({ side: "sell", qty: "1" })).toMatchObject({ decision: "accept" });
});

test("while more is granted of a limit than there is, nobody grows by what he has come to use less", async () => {
  const { bench, firm } = await child();
  expect(await bench.send({ clientOrderId: "long", qty: "10" })).toMatchObject({ decision: "accept" });
  await bench.fill("long", "10", "100");
  firm.other("account:other", { [BUDGET]: 1_500n * USD });
  firm.limits([{ ...GROSS, threshold: "2000" }]);
  await called(bench);
  firm.api.ask = () => Promise.reject(new Error("away"));
  expect(await bench.send({ clientOrderId: "less", side: "sell", qty: "4" })).toMatchObject({
    decision: "accept",
  });
  await bench.fill("less", "4", "100");
  expect(bench.state.above?.held[BUDGET]).toBe(1_000n * USD);
  expect(await bench.send({ qty: "3" })).toMatchObject({ code: "max-gross-exposure" });
  expect(await bench.send({ side: "sell", qty: "6" })).toMatchObject({ decision: "accept" });
});

test("who has no price when it hears of a lower limit keeps what it holds, and grows by none of it once it has one", async () => {
  const { bench, firm } = await child();
  for (const [clientOrderId, qty] of [
    ["large", "30"],
    ["small", "1"],
  ])
    expect(await bench.send({ clientOrderId, qty })).toMatchObject({ decision: "accept" });
  await bench.executions([{ clientOrderId: "large", type: "cancel" }]);
  await bench.fill("small", "1", "100");
  firm.other("account:other", { [BUDGET]: 1_500n * USD });
  const before = bench.state.above?.held[BUDGET] ?? 0n;
  bench.platform.marks.clear();
  bench.restart();
  firm.limits([{ ...GROSS, threshold: "2000" }]);
  await called(bench);
  expect(bench.state.above?.held[BUDGET]).toBe(before);
  expect(await bench.send({ qty: "1", symbol: MSFT })).toMatchObject({ decision: "reject" });
  firm.api.ask = () => Promise.reject(new Error("away"));
  for (const symbol of [AAPL, MSFT]) await bench.price(symbol, { last: "100" });
  expect(await bench.send({ qty: "1", symbol: MSFT })).toMatchObject({ code: "max-gross-exposure" });
  expect(await bench.send({ side: "sell", qty: "1" })).toMatchObject({ decision: "accept" });
});
