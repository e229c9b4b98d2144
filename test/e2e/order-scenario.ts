/** Random orders, fills and cancels get the decisions, and leave the position, of a model made of lists. */
import { beforeAll, expect, test } from "vitest";
import { seeded } from "../../scripts/faults/seeded.ts";
import { NaiveBook } from "./naive-book.ts";
import type { Decision, World } from "./world.ts";

export function orderScenario(world: () => World): void {
  const symbol = "XTEST:ORDERS";
  const limits = { orderQty: 40, positionQty: 100, grossReduce: 8_000 };

  beforeAll(async () => {
    await world().registerInstrument(symbol);
    await world().priceAt(symbol, "100");
    await world().put("/v1/accounts/naive", { currency: "USD", equity: "1000000" });
    await world().put("/v1/accounts/naive/limits", {
      limits: [
        { id: "clip", kind: "max-order-qty", threshold: String(limits.orderQty), action: "reject" },
        { id: "hold", kind: "max-position-qty", threshold: String(limits.positionQty), action: "reject" },
        { id: "gross", kind: "max-gross-exposure", threshold: String(limits.grossReduce), action: "reduce" },
      ],
    });
  });

  test("with their fills and cancels get the decisions and leave the position of a naive model", async () => {
    const random = seeded(99);
    const book = new NaiveBook(limits, 100);
    for (let step = 0; step < 120; step++) {
      if (step % 20 === 0) await world().priceAt(symbol, "100");
      const working = book.working;
      const pick = working[Math.floor(random() * working.length)];
      if (pick !== undefined && random() < 0.4) await settle(book, pick, random, step);
      else await order(book, random, step);
    }
    const { items } = await world().get<{ items: { symbol: string; qty: string; realised: string }[] }>(
      "/v1/accounts/naive/positions",
    );
    const held = items.find((item) => item.symbol === symbol);
    expect(Number(held?.qty ?? 0)).toBe(book.position);
    expect(Number(held?.realised ?? 0)).toBeCloseTo(book.realised, 6);
    const orders = await world().get<{ items: { clientOrderId: string; remainingQty: string }[] }>(
      "/v1/accounts/naive/orders?status=working&limit=1000",
    );
    expect(orders.items.map((item) => [item.clientOrderId, item.remainingQty]).sort()).toEqual(
      book.working.map((item) => [item.id, String(item.left)]).sort(),
    );
  });

  async function order(book: NaiveBook, random: () => number, step: number): Promise<void> {
    const side = random() < 0.55 ? "buy" : "sell";
    const qty = 1 + Math.floor(random() * 45);
    const body = { clientOrderId: `o${step}`, symbol, side, type: "limit", qty: String(qty), price: "100" };
    const expected = book.decide(side, qty);
    const dry = await world().post<{ decisions: Decision[] }>("/v1/accounts/naive/checks", {
      orders: [body],
    });
    const { decisions } = await world().post<{ decisions: Decision[] }>("/v1/accounts/naive/orders", body);
    expect({ step, ...picked(decisions[0]) }).toEqual({ step, ...expected });
    expect(picked(dry.decisions[0])).toEqual(expected);
    const again = await world().post<{ decisions: Decision[] }>("/v1/accounts/naive/orders", body);
    expect(again).toEqual({ decisions });
    if (expected.decision !== "reject") book.place(`o${step}`, side, Number(expected.allowedQty));
  }

  async function settle(
    book: NaiveBook,
    target: { id: string; left: number },
    random: () => number,
    step: number,
  ): Promise<void> {
    const cancels = random() < 0.3;
    const qty = 1 + Math.floor(random() * target.left);
    const price = 95 + Math.floor(random() * 11);
    const report = cancels ? { type: "cancel" } : { type: "fill", qty: String(qty), price: String(price) };
    const execution = { ...report, execId: `x${step}`, clientOrderId: target.id, ts: Date.now() };
    const once = await world().post<{ results: object[] }>("/v1/accounts/naive/executions", {
      executions: [execution],
    });
    expect(once.results).toEqual([{ execId: `x${step}`, status: "applied" }]);
    const twice = await world().post<{ results: object[] }>("/v1/accounts/naive/executions", {
      executions: [execution],
    });
    expect(twice.results).toEqual([{ execId: `x${step}`, status: "duplicate" }]);
    if (cancels) book.cancel(target.id);
    else book.fill(target.id, qty, price);
  }
}

const picked = (decision: Decision | undefined) => ({
  decision: decision?.decision,
  allowedQty: decision?.allowedQty,
});
