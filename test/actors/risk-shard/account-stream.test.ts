/** What an account's topic tells, without a platform: only to who watches, and only what is new to somebody. */
import { describe, expect, test } from "vitest";
import { connect, gathered, heard, ready, say } from "./socket-bench.ts";

describe("the account's topic", () => {
  test("builds nothing while nobody watches", async () => {
    const bench = await ready();
    await connect(bench);
    bench.clock.pass(60_000);
    await bench.send();
    expect(bench.sql.exec("SELECT * FROM stream_ring")).toEqual([]);
  });

  test("tells the use of limits once a group, and only where it changed", async () => {
    const bench = await ready([{ id: "held", kind: "max-position-qty", threshold: "100" }]);
    const run = gathered(bench);
    const socket = await connect(bench, ["risk:trade"], false);
    for (const id of ["a", "b", "c"])
      say(bench, socket, { op: "order", id, orders: [bench.order({ clientOrderId: id })] });
    run();
    const told = heard(socket).filter(({ type }) => type === "utilisation");
    expect(told).toMatchObject([{ data: [{ id: "held", observed: "30" }] }]);
    bench.clock.pass(1_000);
    say(bench, socket, { op: "order", id: "r", orders: [bench.order({ qty: "0.5" })] });
    run();
    expect(heard(socket).map(({ op, type }) => op ?? type)).toEqual(["decisions", "decision"]);
  });

  test("tells a use that came back to what was told last, where a snapshot has shown another since", async () => {
    const bench = await ready([{ id: "held", kind: "max-position-qty", threshold: "100" }]);
    const socket = await connect(bench, ["risk:trade"], false);
    const told = () => heard(socket).filter(({ type }) => type === "utilisation");
    const trade = async (clientOrderId: string): Promise<void> => {
      bench.clock.pass(1_000);
      await bench.send({ clientOrderId });
    };
    await trade("a");
    expect(told()).toMatchObject([{ data: [{ observed: "10" }] }]);
    say(bench, socket, { op: "unsubscribe", topics: ["account.main"] });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    say(bench, socket, { op: "subscribe", topics: ["account.main"] });
    const snap = heard(socket).find(({ type }) => type === "snap");
    expect(snap).not.toMatchObject({ data: { utilisation: [{ observed: "10" }] } });
    await trade("b");
    expect(told()).toMatchObject([{ data: [{ observed: "10" }] }]);
  });
});
