/** An account leaves its parent: also where its object was loaded anew, or its parent has not answered since. */
import { describe, expect, test } from "vitest";
import { codeOf } from "./bench.ts";
import { called, child } from "./child-bench.ts";
import type { FakeFirm } from "./fake-firm.ts";

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

  test("is no child of it again by a call that comes before the account itself has moved, and no stranger when it comes back", async () => {
    const { bench, firm } = await child();
    bench.firm("beta").limits([{ id: "gross", kind: "max-gross-exposure", threshold: "5000" }]);
    const { leave } = firm.api;
    const asked = callsWhileLeaving(firm, () => called(bench));
    expect(codeOf(await bench.account({ parent: "beta" }))).toBeUndefined();
    await asked();
    expect([...firm.grants.children.keys()]).toEqual([]);
    firm.api.leave = leave;
    expect(codeOf(await bench.account({ parent: "acme" }))).toBeUndefined();
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
  });

  test("keeps the name under which the next one knows it where the first is asked twice to let it go, and answers late", async () => {
    const { bench, firm } = await child();
    bench.firm("beta").limits([{ id: "gross", kind: "max-gross-exposure", threshold: "5000" }]);
    const late = answersLate(firm);
    const second = bench.account({ parent: "beta" });
    await late.asked;
    expect(codeOf(await bench.account({ parent: "beta" }))).toBeUndefined();
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
    late.answer();
    await second;
    await called(bench);
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
  });

  test("asks it again where the account could not be put after all", async () => {
    const { bench, firm } = await child();
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
    expect(codeOf(await bench.account())).toBe("child-holds");
    await called(bench);
    expect([...firm.grants.children.keys()]).toEqual(["account:main"]);
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
  });
});

/** Its parent calls it over and over from the moment on that it has let it go; gives what waits for all calls. */
function callsWhileLeaving(firm: FakeFirm, call: () => Promise<unknown>): () => Promise<unknown> {
  const { leave } = firm.api;
  const calls: Promise<unknown>[] = [];
  firm.api.leave = async (...args: Parameters<typeof leave>) => {
    const reply = await leave(...args);
    const rounds = async () => {
      for (let each = 0; each < 40; each++) {
        await null;
        calls.push(call());
      }
    };
    calls.push(rounds());
    return reply;
  };
  return () => Promise.all(calls);
}

/** The first answer of its parent to a leave comes when the test says so, those that come after it at once. */
function answersLate(firm: FakeFirm): { readonly asked: Promise<void>; readonly answer: () => void } {
  const { leave } = firm.api;
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  firm.api.leave = async (...args: Parameters<typeof leave>) => {
    firm.api.leave = leave;
    const reply = await leave(...args);
    asked.resolve();
    await answered.promise;
    return reply;
  };
  return { asked: asked.promise, answer: () => answered.resolve() };
}
