/** What names no strategy goes to the account's default one, where it has one. */
import { describe, expect, test } from "vitest";
import { AAPL, codeOf, type Json, json, MSFT, RiskBench } from "./bench.ts";

async function withDefault(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.strategy("alpha");
  await bench.strategy("beta");
  await bench.account({ defaultStrategy: "alpha" });
  return bench;
}
const close = (bench: RiskBench, id: string) => bench.desk.account.closeStrategy(bench.envelope(), id);
const lines = async (bench: RiskBench) =>
  (await bench.list("positions")).map(({ symbol, strategy, qty }) => [symbol, strategy, qty]);

describe("a default strategy", () => {
  test("is one that is open in the account, is shown with it, and leaves with a PUT that names none", async () => {
    const bench = await new RiskBench().ready();
    const before = bench.facts().length;
    expect(codeOf(await bench.account({ defaultStrategy: "ghost" }))).toBe("strategy-unknown");
    expect(bench.facts(before)).toEqual([]);
    await bench.strategy("alpha");
    expect(json(await bench.account({ defaultStrategy: "alpha" }))).toMatchObject({
      defaultStrategy: "alpha",
    });
    bench.restart();
    expect(await bench.shown()).toMatchObject({ defaultStrategy: "alpha" });
    expect(bench.facts().at(-1)).toMatchObject({
      kind: "account-put",
      payload: { defaultStrategy: "alpha" },
    });
    expect(json(await bench.account())).not.toHaveProperty("defaultStrategy");
  });

  test("gets orders and their fills that name none; those that name one go there", async () => {
    const bench = await withDefault();
    await bench.send({ clientOrderId: "a" });
    await bench.send({ clientOrderId: "b", strategy: "beta" });
    await bench.fill("a", "10");
    await bench.fill("b", "10");
    expect(await lines(bench)).toEqual([
      [AAPL, "alpha", "10"],
      [AAPL, "beta", "10"],
    ]);
    expect((await bench.heard("strategy/t/alpha")).at(-1)).toMatchObject({
      kind: "fill-booked",
      payload: { qty: 10 },
    });
    const decided = bench.facts().find(({ kind }) => kind === "order-decided");
    expect(decided?.payload).toMatchObject({ clientOrderId: "a", strategy: "alpha" });
  });

  test("gets fills of no known order, still unsolicited", async () => {
    const bench = await withDefault();
    await bench.report({
      type: "fill",
      clientOrderId: "who",
      symbol: MSFT,
      side: "sell",
      qty: "3",
      price: "100",
    });
    expect(await lines(bench)).toEqual([[MSFT, "alpha", "-3"]]);
    expect(await bench.list("violations")).toMatchObject([{ code: "unsolicited-fill", strategy: "alpha" }]);
  });

  test("holds its orders to its limits and states, as if they had named it", async () => {
    const scope = { kind: "strategy", id: "alpha" };
    const bench = await new RiskBench().ready([{ kind: "max-position-qty", scope, threshold: "15" }]);
    await bench.strategy("alpha");
    expect(await bench.send({ qty: "20" })).toMatchObject({ decision: "accept" });
    await bench.account({ defaultStrategy: "alpha" });
    expect(await bench.send({ qty: "20" })).toMatchObject({ decision: "reject", code: "max-position-qty" });
    await bench.state_(scope, "halted");
    expect(await bench.check({ qty: "1" })).toMatchObject({ code: "state-halted" });
  });

  test("an order is remembered as it was sent: a repeat is answered whatever the default is by then", async () => {
    const bench = await withDefault();
    const sent = bench.order({ clientOrderId: "a" });
    const [first] = await bench.orders([sent]);
    await bench.account({ defaultStrategy: "beta" });
    bench.restart();
    expect(await bench.orders([sent])).toEqual([first]);
    expect(bench.state.orders.get("a")?.strategy).toBe("alpha");
    expect(await bench.send({ ...sent, strategy: "alpha" } as Json)).toMatchObject({
      code: "order-id-reused",
    });
  });

  test("a replacement of an order from before there was a default stays without a strategy", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "old" });
    await bench.strategy("alpha");
    await bench.account({ defaultStrategy: "alpha" });
    await bench.send({ clientOrderId: "young" });
    expect(await bench.send({ clientOrderId: "old2", replaces: "old" })).toMatchObject({
      decision: "accept",
    });
    expect(await bench.send({ clientOrderId: "young2", replaces: "young" })).toMatchObject({
      decision: "accept",
    });
    expect(["old2", "young2"].map((id) => bench.state.orders.get(id)?.strategy)).toEqual(["", "alpha"]);
  });

  test("is not closed while orders go to it", async () => {
    const bench = await withDefault();
    expect(codeOf(await close(bench, "alpha"))).toBe("strategy-default");
    await bench.account({ defaultStrategy: "beta" });
    expect(codeOf(await close(bench, "alpha"))).toBeUndefined();
  });

  test("of an account of the version before there is none", async () => {
    const bench = await withDefault();
    bench.sql.exec("UPDATE account SET payload = json_remove(payload, '$.defaultStrategy')");
    bench.restart();
    await bench.send({ clientOrderId: "a" });
    expect(bench.state.orders.get("a")?.strategy).toBe("");
  });
});
