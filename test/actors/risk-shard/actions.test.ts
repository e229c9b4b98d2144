/** Corporate actions: what was held and worked before the ex-date, by event time, is another since; once, and taken back when revoked. */
import { describe, expect, test } from "vitest";
import { accountActionReply } from "../../../src/contracts/account-actions.ts";
import { AAPL, BY, codeOf, type Json, json, MSFT, RiskBench } from "./bench.ts";

const DAY = 86_400_000;
const EX_DATE = "2023-11-15";
/** 2023-11-15 00:00 UTC; the bench begins on the evening before. */
const EX = 1_700_006_400_000;

/** `a` holds 10 AAPL at 100 before the ex-date, then the ex-date has come. */
async function held(more: Json = {}): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  if (more["strategy"] !== undefined) await bench.strategy(String(more["strategy"]));
  await bench.send({ clientOrderId: "a", ...more });
  await bench.fill("a", "10", "100", { execId: "x1" });
  return bench;
}
const pass = (bench: RiskBench): void => void bench.clock.pass(EX - bench.now + 3_600_000);
function announce(bench: RiskBench, entry: Json): void {
  const whole = { exDate: EX_DATE, startsAt: EX, recordedAt: 1, recordedBy: { tenant: "t", subject: BY } };
  bench.platform.recorded.set(String(entry["symbol"] ?? AAPL), [{ id: "act", ...whole, ...entry } as never]);
}
async function apply(bench: RiskBench, symbol = AAPL, id = "act"): Promise<Json> {
  const body = JSON.stringify({ symbol, id, by: BY });
  return accountActionReply.parse(json(await bench.desk.actions.run(bench.envelope(), body)));
}
const position = (bench: RiskBench, strategy = "") =>
  bench.state.positions.get(`${AAPL}/${strategy}`)!.position;
const SPLIT = { type: "split", from: "1", to: "4" };

describe("a split", () => {
  test("multiplies what was held before, at the same cost; a fill from after it stands", async () => {
    const bench = await held();
    announce(bench, SPLIT);
    pass(bench);
    await bench.report({
      ...{ type: "fill", clientOrderId: "n", symbol: AAPL, side: "buy", qty: "2", price: "25", ts: EX + 1 },
    });
    expect(await apply(bench)).toMatchObject({ outcome: "applied", positions: 1, orders: 0 });
    expect(position(bench)).toMatchObject({ qty: 42n, cost: 1_050_000_000_000_000n, realised: 0n });
    expect(bench.state.symbolLines.get(AAPL as never)?.pos).toBe(42n);
  });

  test("is applied once, whoever asks, also after a reload", async () => {
    const bench = await held();
    announce(bench, SPLIT);
    pass(bench);
    await apply(bench);
    const before = bench.facts().length;
    expect(await apply(bench)).toMatchObject({ outcome: "unchanged" });
    bench.restart();
    expect(await apply(bench)).toMatchObject({ outcome: "unchanged" });
    expect(bench.facts(before)).toEqual([]);
    expect(position(bench).qty).toBe(40n);
  });

  test("that is revoked is taken back", async () => {
    const bench = await held();
    const before = position(bench);
    announce(bench, SPLIT);
    pass(bench);
    await apply(bench);
    announce(bench, { ...SPLIT, revokedAt: bench.now });
    bench.restart();
    expect(await apply(bench)).toMatchObject({ outcome: "taken-back", positions: 1 });
    expect(position(bench)).toEqual(before);
    expect(await apply(bench)).toMatchObject({ outcome: "unchanged" });
  });

  test("whose day has not come changes nothing", async () => {
    const bench = await held();
    announce(bench, SPLIT);
    expect(await apply(bench)).toMatchObject({ outcome: "not-due" });
    expect(position(bench).qty).toBe(10n);
  });

  test("of which not all can be had pays the rest at the reference price of the new shares", async () => {
    const bench = await held();
    announce(bench, { type: "split", from: "4", to: "1", referencePrice: "100" });
    pass(bench);
    await apply(bench);
    expect(position(bench)).toMatchObject({ qty: 2n, funding: 200_000_000_000_000n });
  });

  test("restates a late fill from before it, also in its order", async () => {
    const bench = await held();
    await bench.send({ clientOrderId: "b", qty: "8", price: "99" });
    announce(bench, SPLIT);
    pass(bench);
    await apply(bench);
    bench.restart();
    await bench.fill("b", "8", "99", { execId: "late", ts: EX - 1 });
    expect(position(bench)).toMatchObject({ qty: 72n, cost: 1_792_000_000_000_000n });
    const orders = await bench.list("orders");
    expect(orders.find((one) => one["clientOrderId"] === "b")).toMatchObject({
      status: "filled",
      filledQty: "32",
    });
    expect(await bench.list("violations")).toEqual([]);
  });

  test("tells the strategy what changed when, and the ratio", async () => {
    const bench = await held({ strategy: "alpha" });
    announce(bench, SPLIT);
    pass(bench);
    await apply(bench);
    const heard = await bench.heard("strategy/t/alpha");
    expect(heard.at(-1)!.payload).toMatchObject({
      ...{ type: "holding-revised", reason: "split", execId: "act", ratio: { from: "1", to: "4" } },
      changes: [{ execId: "action:act", ts: EX, qty: "30", cost: "0" }],
      after: { qty: "40", cost: "1000" },
    });
  });
});

describe("orders from before a split", () => {
  test.each([
    ["buy", 333_300],
    ["sell", 333_400],
  ])(
    "a limit to %s: what remains follows, the price stays on the grid and gives no more",
    async (side, price) => {
      const bench = await new RiskBench().ready();
      await bench.send({ clientOrderId: "o", side, qty: "10", price: "100.01" });
      announce(bench, { type: "split", from: "1", to: "3" });
      pass(bench);
      expect(await apply(bench)).toMatchObject({ outcome: "applied", orders: 1 });
      expect(bench.state.orders.get("o")).toMatchObject({ qty: 30, price, adjusted: ["act"] });
      const line = bench.state.symbolLines.get(AAPL as never)!;
      expect([line.buys, line.sells]).toEqual(side === "buy" ? [30n, 0n] : [0n, 30n]);
    },
  );

  test("stops move the other way; a part that was filled counts in new shares", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "o", type: "stop", stopPrice: "100.01", qty: "10" });
    await bench.fill("o", "4", "100.01");
    announce(bench, { type: "split", from: "1", to: "3" });
    pass(bench);
    await apply(bench);
    expect(bench.state.orders.get("o")).toMatchObject({ qty: 30, filled: 12n, stopPrice: 333_400 });
    bench.restart();
    expect(bench.state.orders.get("o")).toMatchObject({ qty: 30, filled: 12n, adjusted: ["act"] });
  });

  test("an order from after it stays; one of which nothing is left ends", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "o", qty: "3" });
    pass(bench);
    await bench.price(AAPL, { last: "100" });
    await bench.send({ clientOrderId: "p", qty: "3" });
    announce(bench, { type: "split", from: "10", to: "1" });
    await apply(bench);
    expect([...bench.state.orders.keys()]).toEqual(["p"]);
    expect((await bench.list("orders")).at(-1)).toMatchObject({ clientOrderId: "o", status: "cancelled" });
    expect(bench.state.symbolLines.get(AAPL as never)).toMatchObject({ buys: 3n, working: 1 });
  });

  test("an order and its pending replacement reserve the larger of both, in new shares", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "o", qty: "3" });
    await bench.send({ clientOrderId: "r", qty: "5", replaces: "o" });
    announce(bench, SPLIT);
    pass(bench);
    await apply(bench);
    expect(bench.state.symbolLines.get(AAPL as never)).toMatchObject({ buys: 20n, working: 1 });
  });
});

describe("a dividend", () => {
  test("is received for what was held before, and paid by who was short", async () => {
    const bench = await held();
    announce(bench, { type: "dividend", amount: "0.25" });
    const sale = { type: "fill", clientOrderId: "s", symbol: AAPL, side: "sell", price: "100" };
    pass(bench);
    await bench.report({ ...sale, qty: "10", ts: EX });
    await apply(bench);
    expect(position(bench)).toMatchObject({ qty: 0n, funding: 2_500_000_000_000n });
    const short = await new RiskBench().ready();
    await short.report({ ...sale, qty: "4" });
    announce(short, { type: "dividend", amount: "0.25" });
    pass(short);
    await apply(short);
    expect(position(short)).toMatchObject({ qty: -4n, funding: -1_000_000_000_000n });
  });

  test("of a bonus issue none is paid: shares are", async () => {
    const bench = await held();
    announce(bench, { type: "bonus", bonusShares: "1", heldShares: "2" });
    pass(bench);
    await apply(bench);
    expect(position(bench)).toMatchObject({ qty: 15n, cost: 1_000_000_000_000_000n, funding: 0n });
  });
});

describe("what cannot be applied", () => {
  test.each([
    ["rights", { type: "rights", offered: "1", held: "4", price: "50" }],
    ["a spin-off", { type: "spin-off", value: "3" }],
  ])("%s raises `corporate-action-manual`, and nothing else", async (_title, entry) => {
    const bench = await held();
    announce(bench, entry);
    pass(bench);
    expect(await apply(bench)).toMatchObject({ outcome: "manual" });
    expect(await bench.list("violations")).toMatchObject([
      { code: "corporate-action-manual", symbol: AAPL, execId: "act" },
    ]);
    expect(position(bench).qty).toBe(10n);
  });

  test.each([
    ["an action that nobody recorded", { symbol: MSFT, id: "act", by: BY }, "action-unknown"],
    ["a symbol that nobody knows", { symbol: "XNAS:NOPE", id: "act", by: BY }, "instrument-unknown"],
    [
      "another principal than the credential's",
      { symbol: AAPL, id: "act", by: "else" },
      "principal-mismatch",
    ],
  ])("%s is refused", async (_title, body, code) => {
    const bench = await held();
    announce(bench, SPLIT);
    pass(bench);
    expect(codeOf(await bench.desk.actions.run(bench.envelope(), JSON.stringify(body)))).toBe(code);
  });
});

test("while the symbol does not answer an action is neither applied nor unknown", async () => {
  const bench = await held();
  announce(bench, SPLIT);
  pass(bench);
  bench.platform.away.add(AAPL);
  const body = JSON.stringify({ symbol: AAPL, id: "act", by: BY });
  expect(codeOf(await bench.desk.actions.run(bench.envelope(), body))).toBe("dependency-unavailable");
  expect(position(bench).qty).toBe(10n);
});

describe("by itself", () => {
  const wake = (bench: RiskBench, name = "actions") =>
    bench.desk.actions.wake([{ name, due: bench.now as never, payload: "" }]);

  test("once a day the symbols that are held are asked, and what is due is applied once", async () => {
    const bench = await held();
    announce(bench, SPLIT);
    await wake(bench);
    expect(position(bench).qty).toBe(10n);
    pass(bench);
    await wake(bench);
    await wake(bench);
    expect(position(bench).qty).toBe(40n);
    announce(bench, { ...SPLIT, revokedAt: bench.now });
    bench.clock.pass(DAY);
    await wake(bench);
    expect(position(bench).qty).toBe(10n);
  });

  test("where an ex-date begins within the account's day it is applied then, and not a day later", async () => {
    const bench = await held();
    announce(bench, { ...SPLIT, startsAt: EX + 5 * 3_600_000 });
    bench.clock.pass(EX + 60_000 - bench.now);
    const alarm = () => bench.desk.wake(bench.timers.takeDue(bench.now as never));
    await alarm();
    bench.restart();
    bench.clock.pass(EX + 5 * 3_600_000 - bench.now);
    await alarm();
    expect(position(bench).qty).toBe(40n);
    expect([bench.timers.dueOf("actions-due"), bench.timers.dueOf("actions")]).toEqual([
      undefined,
      EX + DAY + 60_000,
    ]);
  });

  test("a symbol that has become another version is asked soon; what must be done by hand is said once", async () => {
    const bench = await held();
    announce(bench, { type: "spin-off", value: "3" });
    pass(bench);
    await bench.told(AAPL, bench.platform.marks.get(AAPL)!, bench.instrument(AAPL));
    await wake(bench, "actions-soon");
    await wake(bench);
    expect(await bench.list("violations")).toMatchObject([{ code: "corporate-action-manual" }]);
  });

  test("a symbol that cannot be reached holds up no other", async () => {
    const bench = await held();
    await bench.send({ clientOrderId: "m", symbol: MSFT });
    bench.platform.away.add(MSFT);
    announce(bench, SPLIT);
    pass(bench);
    await wake(bench);
    expect(position(bench).qty).toBe(40n);
  });
});
