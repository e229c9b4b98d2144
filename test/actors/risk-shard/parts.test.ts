import { describe, expect, test } from "vitest";
import { loadState } from "../../../actors/risk-shard/load.ts";
import type { PartSettings, PartsWork } from "../../../actors/risk-shard/parts-messages.ts";
import { AAPL, BY, type Json, MSFT, type RiskBench, WIDE } from "./bench.ts";
import { FakeFirm } from "./fake-firm.ts";
import { PartsBench } from "./parts-bench.ts";

async function trading(limits: readonly Json[] = [WIDE]): Promise<PartsBench> {
  const bench = new PartsBench(2);
  const main = bench.part(0);
  await main.ready(limits);
  for (const part of bench.parts.slice(1)) {
    part.platform.marks.set(AAPL, main.platform.marks.get(AAPL)!);
    part.platform.marks.set(MSFT, main.platform.marks.get(MSFT)!);
  }
  return bench;
}

const positionsOf = async (bench: RiskBench): Promise<Json[]> => {
  const page = bench.desk.ledger.state.positions;
  return [...page.values()].map(({ symbol, position }) => ({ symbol, qty: String(position.qty) }));
};

const refused = (bench: RiskBench, changes: Json) =>
  bench.desk.orders.run(bench.envelope(), JSON.stringify({ orders: [bench.order(changes)] }), "all", false);
const reported = (bench: RiskBench, report: Json) => {
  const executions = [{ execId: `x${bench.nextId()}`, ts: bench.now, ...report }];
  return bench.desk.executions.run(bench.envelope(), JSON.stringify({ executions }));
};

describe("a symbol that moves", () => {
  test("takes lines, orders, remembered ids and journals along, and leaves nothing of them", async () => {
    const bench = await trading();
    const [main, other] = [bench.part(0), bench.part(1)];
    const first = await main.send({ clientOrderId: "m1", symbol: MSFT });
    await main.fill("m1", "4", "101");
    await main.send({ clientOrderId: "m2", symbol: MSFT, replaces: "m1", qty: "12" });
    await main.send({ clientOrderId: "a1" });
    await main.fill("a1", "3");
    await bench.adopt();
    const before = main.state.totals;
    await bench.move([MSFT], 1);
    expect(await positionsOf(main)).toEqual([{ symbol: AAPL, qty: "3" }]);
    expect(await positionsOf(other)).toEqual([{ symbol: MSFT, qty: "4" }]);
    expect([...main.state.orders.keys()]).toEqual(["a1"]);
    expect([...other.state.orders.keys()]).toEqual(["m1", "m2"]);
    expect(main.state.totals.gross + other.state.totals.gross).toBe(before.gross);
    for (const part of bench.parts) {
      const { positions, orders } = loadState(part.sql, part.outbox.lastSeq);
      expect(positions).toEqual(part.state.positions);
      expect(orders).toEqual(part.state.orders);
    }
    expect(await other.orders([main.order({ clientOrderId: "m1", symbol: MSFT })])).toEqual([first]);
  });

  test("is decided by nobody while it is fenced, and by its new part alone afterwards", async () => {
    const bench = await trading();
    const [main, other] = [bench.part(0), bench.part(1)];
    await main.send({ clientOrderId: "m1", symbol: MSFT });
    await bench.adopt();
    const move = bench.moveOf([MSFT], 1);
    expect(await bench.fence(move)).toEqual({ symbols: [MSFT], blockers: [] });
    expect(await refused(main, { symbol: MSFT })).toMatchObject({ code: "overloaded", retryAfterMs: 500 });
    expect(await refused(other, { symbol: MSFT })).toMatchObject({ code: "account-split", parts: bench.map });
    expect(await reported(main, { type: "cancel", clientOrderId: "m1" })).toMatchObject({
      code: "overloaded",
    });
    expect((await main.send({})).decision).toBe("accept");
    await bench.cut(move, await bench.copy(move));
    expect(await refused(main, { symbol: MSFT })).toMatchObject({ code: "account-split", parts: move.map });
    expect(await reported(main, { type: "cancel", clientOrderId: "m1" })).toMatchObject({
      code: "account-split",
    });
    expect(await other.report({ type: "cancel", clientOrderId: "m1" })).toMatchObject({ status: "applied" });
    expect((await other.send({ symbol: MSFT })).decision).toBe("accept");
    expect(await bench.tell(0, { type: "knows", clientOrderIds: ["m1", "o1"] })).toEqual({
      clientOrderIds: [],
      map: bench.part(1).state.parts?.map,
    });
    expect(await bench.tell(1, { type: "knows", clientOrderIds: ["m1", "x"] })).toMatchObject({
      clientOrderIds: ["m1"],
    });
  });

  test("stays where it is when the move is aborted, and a late step of that move does nothing", async () => {
    const bench = await trading();
    const main = bench.part(0);
    await main.send({ clientOrderId: "m1", symbol: MSFT });
    await bench.adopt();
    const move = bench.moveOf([MSFT], 1);
    await bench.fence(move);
    const pages = await bench.copy(move);
    for (const part of [0, 1]) await bench.tell(part, { type: "abort", move: move.id });
    expect(await main.report({ type: "cancel", clientOrderId: "m1" })).toMatchObject({ status: "applied" });
    expect(bench.part(1).sql.exec("SELECT * FROM part_page")).toEqual([]);
    const late: PartsWork[] = [
      { type: "fence", move },
      { type: "import", move, number: 0, page: "[]" },
      { type: "activate", move, pages },
      { type: "drop", move },
      { type: "export", move: move.id },
    ];
    const codes: (string | undefined)[] = [];
    for (const work of late)
      codes.push(await bench.code(["import", "activate"].includes(work.type) ? 1 : 0, work));
    expect(codes).toEqual(late.map(() => "move-outdated"));
    expect([...main.state.positions.keys(), ...bench.part(1).state.positions.keys()]).toEqual([]);
    expect((await main.send({ symbol: MSFT })).decision).toBe("accept");
  });

  test("comes back under its own numbers, so that lists go on where they were", async () => {
    const bench = await trading();
    const main = bench.part(0);
    await main.send({ clientOrderId: "m1", symbol: MSFT });
    const { seq, orderId } = main.state.orders.get("m1")!;
    await bench.adopt();
    await bench.move([MSFT], 1);
    const abroad = bench.part(1).state.orders.get("m1")!;
    expect(abroad).toMatchObject({ orderId });
    expect(abroad.seq).toBeLessThan(0);
    await bench.part(1).send({ clientOrderId: "m2", symbol: MSFT });
    await bench.move([MSFT], 0);
    expect(main.state.orders.get("m1")).toMatchObject({ seq, orderId });
    expect(main.state.orders.get("m2")!.orderId).toMatch(/^main-1\.\d+$/);
    expect(await main.list("orders", {}).catch((error: Error) => error.message)).toHaveLength(2);
  });

  test("takes its own end along: an order whose time is over while it moves ends where it goes", async () => {
    const bench = await trading();
    const [main, other] = [bench.part(0), bench.part(1)];
    await main.send({ clientOrderId: "m1", symbol: MSFT, ttlMs: 1_000 });
    await bench.adopt();
    const move = bench.moveOf([MSFT], 1);
    await bench.fence(move);
    for (const part of bench.parts) part.clock.pass(2_000);
    await main.desk.wake(main.timers.takeDue(main.clock.now()));
    expect(main.state.orders.size).toBe(1);
    await bench.cut(move, await bench.copy(move));
    await other.desk.wake(other.timers.takeDue(other.clock.now()));
    expect([main.state.orders.size, other.state.orders.size]).toEqual([0, 0]);
    expect(other.facts().at(-1)).toMatchObject({ kind: "execution-booked", payload: { reason: "ttl" } });
  });

  test("is told by facts of both parts, with the lines that it took along", async () => {
    const bench = await trading();
    await bench.part(0).send({ clientOrderId: "m1", symbol: MSFT });
    await bench.part(0).fill("m1", "4", "101");
    await bench.adopt();
    await bench.move([MSFT], 1);
    const told = (part: number) =>
      bench
        .part(part)
        .facts()
        .filter(({ kind }) => kind.startsWith("part-"));
    expect(told(0).map(({ kind }) => kind)).toEqual(["part-fenced", "part-exported"]);
    expect(told(1).map(({ kind }) => kind)).toEqual(["part-adopted", "part-imported"]);
    expect(told(1)[1]?.payload).toMatchObject({
      ...{ move: 1, from: 0, to: 1, map: 1, positions: 1, orders: 1, working: 1 },
      lines: [{ symbol: MSFT, strategy: null, qty: "4", cost: "404" }],
    });
  });
});

describe("settings", () => {
  test("make a part that decides as the account does, without its capital", async () => {
    const bench = await trading([{ kind: "max-order-qty", threshold: "5", action: "reduce" }]);
    const [main, other] = [bench.part(0), bench.part(1)];
    await main.state_({ kind: "symbol", id: AAPL }, "halted");
    await bench.adopt();
    expect(other.state.account).toEqual({ ...main.state.account, equity: 0n });
    expect(other.state.tradingStates).toEqual(main.state.tradingStates);
    await bench.move([AAPL, MSFT], 1);
    expect(await other.send({ symbol: MSFT })).toMatchObject({ decision: "reduce", allowedQty: "5" });
    expect(await other.send({})).toMatchObject({ code: "state-halted" });
    const version = bench.map.version;
    await main.desk.account.setState(
      main.envelope({ parts: version }),
      JSON.stringify({ scope: { kind: "symbol", id: AAPL }, state: "active", reason: "r", by: BY }),
    );
    await bench.adopt();
    expect(other.state.tradingStates.size).toBe(0);
    const facts = other.outbox.lastSeq;
    await bench.adopt();
    expect(other.facts(facts).map(({ kind }) => kind)).toEqual(["part-adopted"]);
  });

  test("are refused with everything that stands in the way", async () => {
    const bench = await trading([
      { kind: "max-gross-exposure", threshold: "1000000" },
      { kind: "max-leverage", threshold: "9" },
      { kind: "max-gross-exposure", threshold: "90", unit: "equity-percent" },
      { kind: "max-position-qty", threshold: "10", scope: { kind: "symbol" } },
      { kind: "max-long-notional", threshold: "1000", warnAt: "500" },
    ]);
    const main = bench.part(0);
    expect(main.state.limits.limits).toHaveLength(5);
    await main.strategy("alpha");
    main.firm("acme");
    await main.account({ parent: "acme" });
    const reply = await bench.ask(0, { type: "settings" });
    expect(reply).toMatchObject({ ok: false, code: "not-splittable" });
    const paths = reply.ok ? [] : (reply.errors ?? []).map(({ path }) => path);
    expect(paths.sort()).toEqual(["limits.l1", "limits.l2", "limits.l4", "strategies"]);
  });

  test("say which limits become quotas", async () => {
    const bench = await trading([
      { kind: "max-gross-exposure", threshold: "1000000" },
      { kind: "max-order-rate", threshold: "100", windowMs: 1_000 },
      { kind: "max-order-qty", threshold: "10" },
    ]);
    const { wide } = await bench.tell<PartSettings>(0, { type: "settings" });
    expect(wide).toEqual([
      { id: "l0", kind: "max-gross-exposure", threshold: "1000000", action: "reject" },
      { id: "l1", kind: "max-order-rate", threshold: "100", action: "reject", windowMs: 1_000 },
    ]);
  });
});

describe("account-wide limits", () => {
  const GROSS = { kind: "max-gross-exposure", threshold: "3000" };

  async function joined(): Promise<PartsBench> {
    const bench = await trading([GROSS, { kind: "max-order-qty", threshold: "100" }]);
    const firm = new FakeFirm(bench.part(0).clock, "account:main");
    firm.limits([{ id: "l0", ...GROSS }]);
    for (const [part, { platform }] of bench.parts.entries()) {
      platform.firms.set("main/split", firm);
      firm.children.set(`part:${part}`, () => bench.part(part).desk.parent.called());
    }
    await bench.adopt();
    for (const part of [0, 1]) await bench.tell(part, { type: "join", n: bench.n, isIn: true });
    return bench;
  }

  test("are one sum over all parts: together they use what the account could use alone", async () => {
    const bench = await joined();
    const [main, other] = [bench.part(0), bench.part(1)];
    await main.send({ qty: "10" });
    await bench.move([MSFT], 1);
    expect(await other.send({ symbol: MSFT, qty: "15" })).toMatchObject({ decision: "accept" });
    expect(await main.send({ qty: "6" })).toMatchObject({ decision: "reject", code: "max-gross-exposure" });
    expect(await main.send({ qty: "5" })).toMatchObject({ decision: "accept" });
    expect(await other.send({ symbol: MSFT, qty: "1" })).toMatchObject({ code: "max-gross-exposure" });
    expect(main.state.totals.gross + other.state.totals.gross).toBe(3_000n * 10n ** 12n);
  });

  test("stay as they were put, and hold for the account itself again when it is one", async () => {
    const bench = await joined();
    const main = bench.part(0);
    const limits = () => main.state.limits.limits.map(({ id, quota }) => [id, quota?.budget]);
    await main.send({ qty: "10" });
    expect(limits()).toEqual([
      ["l1", undefined],
      ["account:main/l0", "account:main/l0"],
    ]);
    const text = main.state.limits.text;
    main.restart();
    expect(main.state.limits.text).toBe(text);
    expect(limits()).toHaveLength(2);
    await bench.tell(0, { type: "join", n: bench.n + 1, isIn: false });
    expect(limits()).toEqual([
      ["l1", undefined],
      ["l0", undefined],
    ]);
    expect(await main.send({ qty: "21" })).toMatchObject({ code: "max-gross-exposure" });
    expect(await main.send({ qty: "20" })).toMatchObject({ decision: "accept" });
  });

  test("are held by a part that was loaded anew as before: it is no stranger to the node", async () => {
    const bench = await joined();
    const main = bench.part(0);
    await main.send({ qty: "10" });
    const held = main.state.above?.held;
    main.restart();
    expect(main.state.above).toMatchObject({ parent: "main/split", held });
    expect(await main.send({ qty: "1" })).toMatchObject({ decision: "accept" });
  });

  test("are shared again where the account is split once more: no part is a stranger to the node", async () => {
    const bench = await joined();
    await bench.part(0).send({ qty: "10" });
    for (const part of [1, 0]) await bench.tell(part, { type: "join", n: bench.n, isIn: false });
    expect(await bench.part(0).send({ qty: "1" })).toMatchObject({ decision: "accept" });
    for (const part of [0, 1]) await bench.tell(part, { type: "join", n: bench.n, isIn: true });
    await bench.move([MSFT], 1);
    expect(await bench.part(1).send({ symbol: MSFT, qty: "5" })).toMatchObject({ decision: "accept" });
    expect(await bench.part(0).send({ qty: "2" })).toMatchObject({ decision: "accept" });
  });
});
