/** An existing book enters an account: all of it as it was, or nothing. */
import { describe, expect, test } from "vitest";
import { importBody } from "../../../src/contracts/account-import.ts";
import { AAPL, BTC, codeOf, type Json, json, MSFT, RiskBench, WIDE } from "./bench.ts";

const enter = (bench: RiskBench, body: Json) => {
  const whole = { id: "book", positions: [], ...body };
  importBody.parse(whole);
  return bench.desk.broker.importBook(bench.envelope(), JSON.stringify(whole));
};
const held = (symbol: string, qty: string, avgPrice: string, more: Json = {}): Json => ({
  symbol,
  qty,
  avgPrice,
  ...more,
});
const works = (clientOrderId: string, more: Json = {}): Json => ({
  clientOrderId,
  symbol: MSFT,
  side: "buy",
  type: "limit",
  qty: "10",
  price: "95",
  ...more,
});

describe("an import", () => {
  test("enters lines as openings, orders as working ones with their reservation, and cash as deposits", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    const before = bench.facts().length;
    const reply = await enter(bench, {
      positions: [
        held(AAPL, "10", "90.5", { strategy: "alpha", realised: "7", fees: "-0.25" }),
        held(MSFT, "-4", "110"),
      ],
      orders: [
        works("a", { filledQty: "4" }),
        works("b", {
          symbol: AAPL,
          side: "sell",
          strategy: "alpha",
          type: "stop",
          price: undefined,
          stopPrice: "80",
        }),
      ],
      cash: [{ currency: "USD", amount: "-12.5" }],
    });
    expect(json(reply)).toMatchObject({
      id: "book",
      positions: 2,
      cash: 1,
      orders: [{ clientOrderId: "a" }, { clientOrderId: "b" }],
    });
    expect(await bench.list("positions")).toMatchObject([
      { symbol: AAPL, strategy: "alpha", qty: "10", avgPrice: "90.5", realised: "7", fees: "-0.25" },
      { symbol: MSFT, strategy: null, qty: "-4", avgPrice: "110", realised: "0" },
    ]);
    expect(await bench.list("orders")).toMatchObject([
      { clientOrderId: "b", status: "working", remainingQty: "10", reservedNotional: "800" },
      { clientOrderId: "a", status: "working", filledQty: "4", remainingQty: "6", reservedNotional: "570" },
    ]);
    expect(bench.facts(before).map(({ kind }) => kind)).toEqual([
      "book-imported",
      "execution-booked",
      "fill-booked",
      "execution-booked",
      "adjusted",
      "adjusted",
      "cash-moved",
    ]);
    expect(bench.facts(before)[1]?.payload).toMatchObject({
      opening: true,
      execId: "import.book.1",
      clientOrderId: null,
      realised: "7",
    });
    expect(bench.facts(before).at(-1)?.payload).toMatchObject({
      type: "withdrawal",
      currency: "USD",
      amount: "-12.5",
    });
    expect(await bench.list("violations")).toEqual([]);
    const shown = [await bench.list("positions"), await bench.list("orders"), await bench.shown()];
    bench.restart();
    await bench.price(AAPL, { last: "100" });
    expect([await bench.list("positions"), await bench.list("orders"), await bench.shown()]).toEqual(shown);
  });

  test("keeps an average finer than the instrument's prices exactly, to its twelfth decimal", async () => {
    const bench = await new RiskBench().ready();
    await enter(bench, { positions: [held(AAPL, "3", "33.333333333333")] });
    expect(await bench.list("positions")).toMatchObject([{ avgPrice: "33.333333333333" }]);
  });

  test("tells a strategy what it holds since, with what it brings along", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await enter(bench, {
      positions: [held(AAPL, "10", "90", { strategy: "alpha", realised: "7", fees: "1" })],
    });
    expect((await bench.heard("strategy/t/alpha")).at(-1)).toMatchObject({
      kind: "fill-booked",
      payload: {
        opening: true,
        qty: 10,
        fee: "1",
        after: { qty: "10", cost: "900", realised: "7", fees: "1" },
      },
    });
  });

  test("what it brings can be traded on: fills of its orders, closes of its lines", async () => {
    const bench = await new RiskBench().ready();
    await enter(bench, { positions: [held(AAPL, "10", "90")], orders: [works("a", { filledQty: "4" })] });
    expect(await bench.fill("a", "6", "95")).toMatchObject({ status: "applied" });
    expect(await bench.list("orders")).toMatchObject([{ status: "filled", filledQty: "10" }]);
    await bench.send({ clientOrderId: "z", side: "sell" });
    await bench.fill("z", "10", "100");
    expect((await bench.list("positions"))[0]).toMatchObject({ symbol: AAPL, qty: "0", realised: "100" });
  });

  test("the id of an order of it is taken: no other order gets it, nor a second import", async () => {
    const bench = await new RiskBench().ready();
    await enter(bench, { orders: [works("a")] });
    expect(await bench.send({ clientOrderId: "a" })).toMatchObject({
      decision: "reject",
      code: "order-id-reused",
    });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    bench.restart();
    expect(await bench.send({ clientOrderId: "a" })).toMatchObject({
      decision: "reject",
      code: "order-id-reused",
    });
    expect(codeOf(await enter(bench, { id: "second", orders: [works("a", { symbol: AAPL })] }))).toBe(
      "order-id-reused",
    );
  });

  test("again with the same body is the same reply and changes nothing; with another body it is refused", async () => {
    const bench = await new RiskBench().ready();
    const body = { positions: [held(AAPL, "10", "90")] };
    const first = json(await enter(bench, body));
    const facts = bench.facts().length;
    bench.restart();
    expect(json(await enter(bench, body))).toEqual(first);
    expect(codeOf(await enter(bench, { positions: [held(AAPL, "11", "90")] }))).toBe(
      "idempotency-key-reused",
    );
    expect(bench.facts().length).toBe(facts);
  });

  test("lines without a strategy go to the account's default", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await bench.account({ defaultStrategy: "alpha" });
    await enter(bench, { positions: [held(AAPL, "10", "90")], orders: [works("a")] });
    expect(await bench.list("positions")).toMatchObject([{ strategy: "alpha" }]);
    expect(bench.state.orders.get("a")?.strategy).toBe("alpha");
  });

  test("above a limit it is a violation, since what is held is a truth", async () => {
    const bench = await new RiskBench().ready([{ kind: "max-gross-exposure", threshold: "500" }]);
    expect((await enter(bench, { positions: [held(AAPL, "10", "90")] })).ok).toBe(true);
    expect(await bench.list("violations")).toMatchObject([{ code: "max-gross-exposure", observed: "1000" }]);
  });
});

describe("an import that cannot be is refused whole, and nothing is changed", () => {
  type Case = readonly [
    title: string,
    code: string,
    body: Json,
    arrange?: (bench: RiskBench) => Promise<unknown>,
  ];
  const good = held(MSFT, "1", "1");
  const CASES: readonly Case[] = [
    [
      "a line that holds something",
      "import-not-flat",
      { positions: [good, held(AAPL, "1", "1")] },
      async (bench) => {
        await bench.send({ clientOrderId: "x" });
        await bench.fill("x", "10");
      },
    ],
    [
      "a line that works something",
      "import-not-flat",
      { positions: [good, held(AAPL, "1", "1")] },
      (bench) => bench.send({ clientOrderId: "x" }),
    ],
    [
      "an order on such a line",
      "import-not-flat",
      { positions: [good], orders: [works("a", { symbol: AAPL })] },
      (bench) => bench.send({ clientOrderId: "x" }),
    ],
    ["an unknown symbol", "instrument-unknown", { positions: [good, held("XNAS:NOPE", "1", "1")] }],
    [
      "an unknown strategy",
      "strategy-unknown",
      { positions: [good, held(AAPL, "1", "1", { strategy: "ghost" })] },
    ],
    ["another currency", "currency-unsupported", { positions: [good, held("XPAR:AIR", "1", "1")] }],
    [
      "a quantity finer than the instrument's",
      "scale-exceeded",
      { positions: [good, held(AAPL, "1.5", "1")] },
    ],
    [
      "an amount that is too fine",
      "scale-exceeded",
      { positions: [good, held(AAPL, "1", "1", { fees: "0.0000000000001" })] },
    ],
    [
      "an order finer than its instrument",
      "scale-exceeded",
      { positions: [good], orders: [works("a", { price: "1.00001" })] },
    ],
    [
      "an order of which nothing works",
      "field-combination",
      { positions: [good], orders: [works("a", { filledQty: "10" })] },
    ],
    [
      "an order without any price",
      "price-missing",
      { positions: [good], orders: [works("a", { symbol: BTC, type: "market", price: undefined })] },
    ],
    [
      "an order whose id was used",
      "order-id-reused",
      { positions: [good], orders: [works("x", { symbol: AAPL })] },
      async (bench) => {
        await bench.send({ clientOrderId: "x", symbol: MSFT });
        await bench.report({ type: "cancel", clientOrderId: "x" });
      },
    ],
    [
      "cash in a currency that leads nowhere",
      "currency-unsupported",
      { positions: [good], cash: [{ currency: "EUR", amount: "5" }] },
    ],
  ];
  const nothing = async () => {};
  for (const [title, code, body, arrange = nothing] of CASES)
    test(`${title}: ${code}`, async () => {
      const bench = await new RiskBench().ready([WIDE]);
      bench.instrument("XPAR:AIR", { currency: "EUR" });
      await arrange(bench);
      const facts = bench.facts().length;
      const before = structuredClone(bench.state);
      expect(codeOf(await enter(bench, body))).toBe(code);
      expect(bench.facts().length).toBe(facts);
      expect({ ...structuredClone(bench.state), instruments: 0, marks: 0 }).toEqual({
        ...before,
        instruments: 0,
        marks: 0,
      });
    });

  test("before the account is put", async () => {
    expect(codeOf(await enter(new RiskBench(), { positions: [] }))).toBe("account-unknown");
  });
});
