/** Differences from a broker are set right by adjustments that say whose they are, all or nothing. */
import { describe, expect, test } from "vitest";
import type { ReconciliationObject } from "../../../src/contracts/reconcile.ts";
import { AAPL, BY, codeOf, type Json, MSFT, RiskBench } from "./bench.ts";
import { compare, read, resolve, told, trading } from "./broker.ts";

describe("resolving", () => {
  const everything = ({ differences }: ReconciliationObject) =>
    differences.filter(({ proposal }) => proposal !== null).map(({ n }) => n);

  test("books adjustments in the name of who did it, tells the strategy, and says so of each difference", async () => {
    const bench = await trading();
    const found = await compare(bench, {
      positions: [
        { symbol: AAPL, qty: "12", avgPrice: "91" },
        { symbol: MSFT, qty: "4" },
      ],
    });
    const before = bench.facts().length;
    const after = read(await resolve(bench, found.id, [1]));
    expect(after.differences.map(({ resolved }) => resolved?.by)).toEqual([BY, undefined]);
    expect(read(bench.desk.broker.find(found.id))).toEqual(after);
    expect(bench.facts(before).map(({ kind }) => kind)).toEqual(["adjusted", "holding-revised"]);
    expect(bench.facts(before)[0]?.payload).toMatchObject({
      ...{
        origin: "reconcile",
        ref: found.id,
        n: 1,
        what: "position-quantity",
        symbol: AAPL,
        strategy: "alpha",
      },
      ...{ reason: "as the broker says", by: BY, position: { qty: "12", cost: "1082" } },
      revised: [{ execId: `${found.id}.1`, qty: "2", cost: "182", realised: "0" }],
    });
    expect((await bench.heard("strategy/t/alpha")).at(-1)?.payload).toMatchObject({
      ...{ type: "holding-revised", reason: "adjustment", after: { qty: "12", cost: "1082" } },
      changes: [{ qty: "2", cost: "182" }],
    });
  });

  test("an average sets what was paid, realises nothing, and is told as one change", async () => {
    const bench = await trading();
    const positions = [
      { symbol: AAPL, qty: "10", avgPrice: "91.5" },
      { symbol: MSFT, qty: "4" },
    ];
    const found = await compare(bench, { positions });
    await resolve(bench, found.id, [1]);
    expect((await bench.list("positions"))[0]).toMatchObject({ qty: "10", avgPrice: "91.5", realised: "0" });
    const news = (await bench.heard("strategy/t/alpha")).at(-1)?.payload;
    expect(news).toMatchObject({
      changes: [{ qty: "0", cost: "15", realised: "0" }],
      after: { qty: "10", cost: "915" },
    });
  });

  test("by lots the account has made as much as at average cost, before and after", async () => {
    const bench = await trading();
    for (const [id, qty, price] of [
      ["b", "6", "95"],
      ["c", "5", "120"],
    ] as const) {
      await bench.send({ clientOrderId: id, strategy: "alpha", qty });
      await bench.fill(id, qty, price);
    }
    const made = async (method: "average" | "fifo" | "lifo") => {
      const page = await bench.desk.read((reads) => reads.holdings({ method, limit: 10 }));
      if (!page.ok) throw new Error(page.code);
      return page.value.items.map(({ symbol, qty, realised, cost, unavailable }) => {
        expect(unavailable).toBeUndefined();
        return [symbol, qty, (Number(realised) - Number(cost)).toFixed(6)];
      });
    };
    const theirs = (qty: string, avgPrice: string) => ({
      positions: [
        { symbol: AAPL, qty, avgPrice },
        { symbol: MSFT, qty: "4" },
      ],
    });
    for (const [qty, price] of [
      ["21", "99.5"],
      ["9", "101"],
      ["-3", "88.123456"],
      ["4", "90"],
    ] as const) {
      const found = await compare(bench, theirs(qty, price));
      await resolve(
        bench,
        found.id,
        found.differences.map(({ n }) => n),
      );
      bench.restart();
      const average = await made("average");
      expect(average[0]?.[1]).toBe(qty);
      expect(await made("fifo")).toEqual(average);
      expect(await made("lifo")).toEqual(average);
    }
  });

  test("what the broker has no more is closed at the mark, line by line", async () => {
    const bench = await trading();
    await bench.strategy("beta", [{ symbol: AAPL, qty: "30", avgPrice: "80" }]);
    const found = await compare(bench, {
      positions: [
        { symbol: AAPL, qty: "5" },
        { symbol: MSFT, qty: "4" },
      ],
    });
    expect(found.differences[0]?.proposal).toMatchObject({
      lines: [
        { strategy: "beta", qty: "-30" },
        { strategy: "alpha", qty: "-5" },
      ],
      price: "100",
    });
    await resolve(bench, found.id, [1]);
    expect(await bench.list("positions")).toMatchObject([
      { symbol: AAPL, strategy: "alpha", qty: "5", realised: "50" },
      { symbol: AAPL, strategy: "beta", qty: "0", realised: "600" },
      { symbol: MSFT },
    ]);
  });

  test("all of it can be booked to one strategy that is named", async () => {
    const bench = await trading();
    await bench.strategy("beta");
    const found = await compare(bench, {
      positions: [
        { symbol: AAPL, qty: "4", avgPrice: "95" },
        { symbol: MSFT, qty: "4" },
      ],
    });
    await resolve(bench, found.id, [1], { strategy: "beta" });
    expect((await bench.list("positions")).map(({ strategy, qty }) => [strategy, qty])).toEqual([
      ["alpha", "10"],
      ["beta", "-6"],
      ["alpha", "4"],
    ]);
    expect(codeOf(await resolve(bench, found.id, [2], { strategy: "ghost" }))).toBe("strategy-unknown");
  });

  test("an order that ended here and works there works again; one that was never here appears, and its id is taken", async () => {
    const bench = await trading();
    await bench.report({ type: "cancel", clientOrderId: "a" });
    const orders = [
      { clientOrderId: "a", symbol: MSFT, side: "buy", qty: "10", filledQty: "4" },
      { clientOrderId: "new", symbol: AAPL, side: "sell", qty: "5", price: "120" },
    ];
    const positions = [
      { symbol: AAPL, qty: "10" },
      { symbol: MSFT, qty: "4" },
    ];
    const found = await compare(bench, { positions, orders });
    await resolve(bench, found.id, everything(found));
    bench.restart();
    expect(await bench.list("orders", { status: "working" })).toMatchObject([
      { clientOrderId: "new", qty: "5", price: "120", reservedNotional: "600" },
      { clientOrderId: "a", filledQty: "4", remainingQty: "6" },
    ]);
    expect(await bench.send({ clientOrderId: "new" })).toMatchObject({ code: "order-id-reused" });
    expect(await bench.fill("a", "6")).toMatchObject({ status: "applied" });
    expect(await bench.report({ type: "cancel", clientOrderId: "new" })).toMatchObject({ status: "applied" });
  });

  test("the id of an order that works again is taken, also where it was forgotten since", async () => {
    const bench = await trading();
    await bench.report({ type: "cancel", clientOrderId: "a" });
    bench.sql.exec("DELETE FROM idempotency");
    bench.restart();
    const orders = [{ clientOrderId: "a", symbol: MSFT, side: "buy", qty: "10", filledQty: "4" }];
    const positions = [
      { symbol: AAPL, qty: "10" },
      { symbol: MSFT, qty: "4" },
    ];
    const found = await compare(bench, { positions, orders });
    await resolve(bench, found.id, everything(found));
    bench.restart();
    expect(await bench.send({ clientOrderId: "a" })).toMatchObject({ code: "order-id-reused" });
    expect(bench.state.orders.get("a")?.filled).toBe(4n);
  });

  test("cash is booked as a movement of type adjustment, with the reason as its note", async () => {
    const bench = await trading();
    const positions = [
      { symbol: AAPL, qty: "10" },
      { symbol: MSFT, qty: "4" },
    ];
    const found = await compare(bench, { positions, cash: [{ currency: "USD", amount: "-7.25" }] });
    const before = bench.facts().length;
    await resolve(bench, found.id, [1]);
    expect(bench.facts(before)).toMatchObject([
      {
        kind: "cash-moved",
        payload: { type: "adjustment", amount: "-7.25", note: "as the broker says", by: BY },
      },
      { kind: "adjusted", payload: { what: "cash", ref: found.id, symbol: null } },
    ]);
    bench.restart();
    expect(told(await compare(bench, { positions, cash: [{ currency: "USD", amount: "-7.25" }] }))).toEqual(
      [],
    );
  });

  type Case = readonly [
    title: string,
    code: string,
    accept: readonly number[],
    more: Json,
    arrange: (bench: RiskBench) => Promise<unknown>,
  ];
  const nothing = async () => {};
  const CASES: readonly Case[] = [
    ["a fill has come since", "reconcile-outdated", [1, 2], {}, (bench) => bench.fill("a", "1")],
    [
      "the line was closed since",
      "reconcile-outdated",
      [1],
      {},
      async (bench) => {
        await bench.send({ clientOrderId: "z", side: "sell", strategy: "alpha" });
        await bench.fill("z", "10");
      },
    ],
    [
      "the order has ended since",
      "reconcile-outdated",
      [4],
      {},
      (bench) => bench.report({ type: "cancel", clientOrderId: "a" }),
    ],
    ["nothing can be booked for one of them", "reconcile-unresolvable", [1, 3], {}, nothing],
    ["there is no such difference", "range", [1, 99], {}, nothing],
    ["it is in another's name", "principal-mismatch", [1], { by: "somebody" }, nothing],
    ["the strategy is not open", "strategy-unknown", [1], { strategy: "ghost" }, nothing],
  ];
  test.each(CASES)(
    "is refused whole, and nothing is changed, where %s",
    async (_title, code, accept, more, arrange) => {
      const bench = await trading();
      const found = await compare(bench, {
        positions: [
          { symbol: AAPL, qty: "12", avgPrice: "90" },
          { symbol: MSFT, qty: "5", avgPrice: "100" },
          { symbol: "XNAS:NOPE", qty: "1" },
        ],
        orders: [],
        cash: [{ currency: "USD", amount: "3" }],
      });
      expect(found.differences.map(({ kind }) => kind)).toEqual([
        "position-quantity",
        "position-quantity",
        "position-missing-here",
        "order-missing-there",
        "cash",
      ]);
      await arrange(bench);
      const facts = bench.facts().length;
      const before = structuredClone(bench.state);
      expect(codeOf(await resolve(bench, found.id, accept, more))).toBe(code);
      expect(bench.facts().length).toBe(facts);
      expect(structuredClone(bench.state)).toEqual(before);
      expect(
        read(bench.desk.broker.find(found.id)).differences.every(({ resolved }) => resolved === undefined),
      ).toBe(true);
    },
  );

  test("the same difference twice is outdated, but under one key the same reply", async () => {
    const bench = await trading();
    const found = await compare(bench, {
      positions: [
        { symbol: AAPL, qty: "12", avgPrice: "90" },
        { symbol: MSFT, qty: "4" },
      ],
    });
    const body = JSON.stringify({ accept: [1], reason: "r", by: BY });
    const keyed = () => bench.desk.broker.resolve(bench.envelope({ idempotencyKey: "k" }), found.id, body);
    const first = read(await keyed());
    const facts = bench.facts().length;
    bench.restart();
    expect(read(await keyed())).toEqual(first);
    expect(codeOf(await resolve(bench, found.id, [1]))).toBe("reconcile-outdated");
    expect(bench.facts().length).toBe(facts);
  });

  test("what raises the book above a limit is a violation", async () => {
    const bench = await new RiskBench().ready([{ kind: "max-gross-exposure", threshold: "500" }]);
    const found = await compare(bench, { positions: [{ symbol: AAPL, qty: "8" }] });
    await resolve(bench, found.id, [1]);
    expect(await bench.list("violations")).toMatchObject([{ code: "max-gross-exposure", observed: "800" }]);
  });
});
