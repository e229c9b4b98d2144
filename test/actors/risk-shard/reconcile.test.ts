/** The account beside its broker: every difference is listed, with what would set it right. */
import { describe, expect, test } from "vitest";
import { RECONCILIATIONS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { keptOf } from "../../../actors/risk-shard/decide-reconcile.ts";
import { RECONCILIATION_TABLE, ReconcileRows } from "../../../actors/risk-shard/reconcile-rows.ts";
import { MIGRATIONS } from "../../../actors/risk-shard/store.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import {
  DIFFERENCES_MAX,
  DIFFERENCES_UNITS_MAX,
  type Difference,
} from "../../../src/domain/reconciliation.ts";
import { memorySql } from "../../support/node-sql.ts";
import { AAPL, BTC, BY, codeOf, MSFT, RiskBench } from "./bench.ts";
import { compare, post, read, resolve, told, trading } from "./broker.ts";

describe("a reconciliation", () => {
  test("of the same book finds nothing, and changes nothing but for its own fact", async () => {
    const bench = await trading();
    const before = bench.facts().length;
    const positions = [
      { symbol: AAPL, qty: "10.0", avgPrice: "90" },
      { symbol: MSFT, qty: "4" },
      { symbol: BTC, qty: "0" },
    ];
    const orders = [{ clientOrderId: "a", symbol: MSFT, side: "buy", qty: "10", filledQty: "4" }];
    expect(await compare(bench, { positions, orders, cash: [] })).toMatchObject({
      differences: [],
      total: 0,
      by: BY,
    });
    expect(bench.facts(before).map(({ kind }) => kind)).toEqual(["reconciled"]);
  });

  test("with a broker who has nothing knows after a sleep too what is held is worth", async () => {
    const bench = await trading();
    const empty = { positions: [], orders: [] };
    const awake = await compare(bench, empty);
    bench.restart();
    const { differences } = await compare(bench, empty);
    expect(differences).toEqual(awake.differences);
    expect(differences).toMatchObject([
      { symbol: AAPL, proposal: { price: "100" } },
      { symbol: MSFT, proposal: { price: "100" } },
      { kind: "order-missing-there" },
    ]);
  });

  test("finds every kind of difference, and proposes what would set it right", async () => {
    const bench = await trading();
    await bench.strategy("beta", [{ symbol: BTC, qty: "2", avgPrice: "50" }]);
    await bench.price(BTC, { bid: "60", ask: "60.01" });
    await bench.send({ clientOrderId: "b", symbol: AAPL });
    const found = await compare(bench, {
      positions: [
        { symbol: AAPL, qty: "12", avgPrice: "91" },
        { symbol: MSFT, qty: "4", avgPrice: "100.5" },
        { symbol: "XNAS:NEW", qty: "1" },
      ],
      orders: [
        { clientOrderId: "a", symbol: MSFT, side: "buy", qty: "10", filledQty: "5" },
        { clientOrderId: "c", symbol: AAPL, side: "sell", qty: "3" },
      ],
      cash: [{ currency: "USD", amount: "5" }],
    });
    expect(told(found)).toEqual([
      ["position-missing-there", BTC, "2", null],
      ["position-quantity", AAPL, "10", "12"],
      ["position-price", AAPL, "90", "91"],
      ["position-price", MSFT, "100", "100.5"],
      ["position-missing-here", "XNAS:NEW", null, "1"],
      ["order-quantity", MSFT, "a", "4/10", "5/10"],
      ["order-missing-here", AAPL, "c", null, "0/3"],
      ["order-missing-there", AAPL, "b", "0/10", null],
      ["cash", "USD", "0", "5"],
    ]);
    expect(found.differences.map(({ proposal, code }) => proposal ?? code)).toMatchObject([
      { action: "trade", lines: [{ strategy: "beta", qty: "-2" }], price: "60.005" },
      { action: "trade", lines: [{ strategy: "alpha", qty: "2" }], price: "91" },
      { action: "set-average-price", price: "91" },
      { action: "set-average-price", price: "100.5" },
      "instrument-unknown",
      { action: "change-order", qty: "10", filledQty: "5" },
      {
        action: "add-order",
        side: "sell",
        type: "market",
        qty: "3",
        filledQty: "0",
        price: "100",
        strategy: null,
      },
      { action: "end-order" },
      { action: "adjust-cash", amount: "5" },
    ]);
    expect(found.differences.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("does not compare the lists that are not there", async () => {
    const bench = await trading();
    const positions = [
      { symbol: AAPL, qty: "10" },
      { symbol: MSFT, qty: "4" },
    ];
    expect(told(await compare(bench, { positions }))).toEqual([]);
  });

  test.each([
    ["100.4", "100.3333", undefined],
    ["100.33", "100.3333", undefined],
    ["100.34", "100.3333", "position-price"],
    ["100.333", "100.3333", undefined],
    ["100.3334", "100.3333", "position-price"],
  ])("an average of %s beside ours of %s: %s", async (theirs, _ours, kind) => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", qty: "3" });
    await bench.fill("a", "1", "101");
    await bench.fill("a", "2", "100");
    const { differences } = await compare(bench, {
      positions: [{ symbol: AAPL, qty: "3", avgPrice: theirs }],
    });
    expect(differences[0]?.kind).toBe(theirs === "100.4" ? "position-price" : kind);
  });

  test("an average over a long and a short line beside each other is not compared: no broker knows it", async () => {
    const bench = await trading();
    await bench.strategy("beta", [{ symbol: AAPL, qty: "-4", avgPrice: "99" }]);
    expect(
      told(
        await compare(bench, {
          positions: [
            { symbol: AAPL, qty: "6", avgPrice: "1" },
            { symbol: MSFT, qty: "4" },
          ],
        }),
      ),
    ).toEqual([]);
  });

  test("is read by its id, also after a load; the same under one key, and refused where it cannot be", async () => {
    const bench = await trading();
    const asOf = bench.now;
    const first = read(await post(bench, { asOf }, { idempotencyKey: "k" }));
    bench.restart();
    expect(read(await post(bench, { asOf }, { idempotencyKey: "k" }))).toEqual(first);
    expect(read(bench.desk.broker.find(first.id))).toEqual(first);
    expect(read(bench.desk.broker.find("newest"))).toEqual(first);
    const second = read(await post(bench, { asOf }));
    expect(read(bench.desk.broker.find("newest"))).toEqual(second);
    expect(codeOf(bench.desk.broker.find("r1"))).toBe("reconcile-unknown");
    expect(codeOf(await post(bench, { asOf: bench.now + 3_000 }))).toBe("ts-future");
    expect(codeOf(await post(new RiskBench(), {}))).toBe("account-unknown");
  });
});

describe("bounds", () => {
  test("bound risk-shard/table:reconciliation: the oldest leaves, and can be neither read nor resolved", async () => {
    const bench = await trading();
    const first = await compare(bench, {});
    for (let index = 1; index < RECONCILIATIONS_MAX; index++) await compare(bench, {});
    expect(bench.desk.broker.find(first.id).ok).toBe(true);
    await compare(bench, {});
    expect(bench.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM reconciliation")[0]?.n).toBe(
      RECONCILIATIONS_MAX,
    );
    expect(codeOf(bench.desk.broker.find(first.id))).toBe("reconcile-unknown");
    expect(codeOf(await resolve(bench, first.id, [1]))).toBe("reconcile-unknown");
  });

  test("of more differences than are kept the first are shown, with how many there are", async () => {
    const bench = await trading();
    const orders = Array.from({ length: DIFFERENCES_MAX + 5 }, (_, index) => ({
      clientOrderId: `x${index}`,
      symbol: AAPL,
      side: "buy",
      qty: "1",
    }));
    const found = await compare(bench, {
      positions: [
        { symbol: AAPL, qty: "10" },
        { symbol: MSFT, qty: "4" },
      ],
      orders: [...orders, { clientOrderId: "a", symbol: MSFT, side: "buy", qty: "10" }],
    });
    expect([found.differences.length, found.total]).toEqual([DIFFERENCES_MAX, DIFFERENCES_MAX + 5]);
  });

  test("differences of very many lines are kept as far as they are one value on disk", () => {
    const line = { strategy: "s".repeat(60), qty: "1" };
    const proposal = { action: "trade", lines: Array.from({ length: 400 }, () => line), price: "1" } as const;
    const wide: Difference = {
      kind: "position-quantity",
      symbol: AAPL,
      ours: "1",
      theirs: "2",
      proposal,
      stamp: "",
    };
    const kept = keptOf(Array.from({ length: DIFFERENCES_MAX }, () => wide));
    expect(JSON.stringify(kept).length).toBeLessThanOrEqual(DIFFERENCES_UNITS_MAX + kept.length + 2);
    expect(JSON.stringify([...kept, wide]).length).toBeGreaterThan(DIFFERENCES_UNITS_MAX);
    expect(kept.map(({ n }) => n)).toEqual(kept.map((_, index) => index + 1));
  });

  test("a disk of the version before has no reconciliations, and loses nothing of the rest", () => {
    const sql = memorySql();
    const place = MIGRATIONS.findIndex(({ statements }) => statements.includes(RECONCILIATION_TABLE));
    migrateLocally(sql, MIGRATIONS.slice(0, place));
    sql.exec("INSERT INTO account (id, payload) VALUES (1, '{}')");
    migrateLocally(sql, MIGRATIONS);
    expect(sql.exec("SELECT payload FROM account")).toEqual([{ payload: "{}" }]);
    expect(new ReconcileRows(sql).find("r1")).toBeUndefined();
  });
});
