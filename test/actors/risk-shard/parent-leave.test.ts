/** An account leaves its parent: also where its object was loaded anew, or its parent has not answered since. */
import { describe, expect, test } from "vitest";
import { codeOf } from "./bench.ts";
import { child } from "./child-bench.ts";

describe("an account that leaves its parent", () => {
  test("does so right after a load, under the name that its parent has not heard yet", async () => {
    const { bench, firm } = await child();
    await bench.send({ qty: "10" });
    const [order] = [...bench.state.orders.values()];
    await bench.report({ type: "cancel", clientOrderId: order?.clientOrderId ?? "" });
    bench.restart();
    expect(codeOf(await bench.account())).toBeUndefined();
    expect(firm.grants.children.size).toBe(0);
  });

  test("is told that its parent is away where that does not answer, and stays its child", async () => {
    const { bench, firm } = await child();
    bench.restart();
    firm.isAway = true;
    expect(codeOf(await bench.account())).toBe("parent-away");
    firm.isAway = false;
    expect(codeOf(await bench.account())).toBeUndefined();
  });
});
