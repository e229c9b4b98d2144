/** Cancels, states and what only closes never wait behind orders, however many of those are waiting. */
import { expect, test } from "vitest";
import { LANES } from "../../../actors/risk-shard/lanes.ts";
import { BY, type Json, RiskBench } from "./bench.ts";
import { settled } from "./socket-bench.ts";

/** Holds 10, works one order, and has as many orders waiting as may; the next group is run by hand. */
async function full() {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "held" });
  await bench.fill("held", "10");
  const worked = bench.order({ clientOrderId: "worked" });
  await bench.orders([worked]);
  const groups: (() => void)[] = [];
  bench.arm = (run) => void groups.push(run);
  let answered = 0;
  for (let each = 0; each < LANES.orders.depthMax; each++)
    void post(bench, worked).then(() => {
      answered += 1;
    });
  await settled();
  return { bench, runOne: () => groups.shift()!(), answered: () => answered };
}
const post = (bench: RiskBench, order: Json) =>
  bench.desk.orders.run(bench.envelope(), JSON.stringify(order), "telling", false);

test("a full lane of orders refuses the next one, and none of what goes before them", async () => {
  const { bench, runOne, answered } = await full();
  expect(await post(bench, bench.order())).toMatchObject({ ok: false, code: "overloaded" });
  const before = bench.state.seq;
  void post(bench, bench.order({ side: "sell", qty: "4" }));
  void bench.report({ type: "cancel", clientOrderId: "worked" });
  void bench.state_({ kind: "account" }, "killed", BY);
  await settled();
  runOne();
  await settled();
  expect(answered()).toBeLessThan(LANES.orders.depthMax);
  expect(
    bench
      .facts(before)
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(["execution-booked", "mass-cancel-asked", "order-decided", "state-set"]);
});
