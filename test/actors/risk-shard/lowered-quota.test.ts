import { expect, test } from "vitest";
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
