/** `ttlMs`: an order's own end, by the shard's timer, and by nothing else. */
import { describe, expect, test } from "vitest";
import { WORKING_ORDERS_MAX } from "../../../actors/risk-shard/capacity.ts";
import type { OrderDecided } from "../../../actors/risk-shard/events.ts";
import { EXPIRIES_MAX, Expiries } from "../../../actors/risk-shard/expiries.ts";
import type { Order } from "../../../actors/risk-shard/state.ts";
import { overloaded, refusal } from "../../../actors/runtime/reply.ts";
import { order as orderContract } from "../../../src/contracts/orders.ts";
import { TTL_MS_MAX, TTL_MS_MIN } from "../../../src/domain/order.ts";
import { AAPL, type Json, MSFT, RiskBench } from "./bench.ts";
import { connect, heard } from "./socket-bench.ts";
import { randomFrom } from "./walk.ts";

const fire = (bench: RiskBench): Promise<void> => bench.desk.wake(bench.timers.takeDue(bench.clock.now()));
const working = async (bench: RiskBench): Promise<unknown[]> =>
  (await bench.list("orders", { status: "working" })).map(({ clientOrderId }) => clientOrderId);

describe("an order with its own end", () => {
  test("releases what it reserves when its time is over, with a fact and a message, and not before", async () => {
    const bench = await new RiskBench().ready();
    const socket = await connect(bench, ["risk:trade"], false);
    await bench.send({ clientOrderId: "a", ttlMs: 1_000 });
    const due = bench.now + 1_000;
    expect((await bench.list("orders"))[0]).toMatchObject({ expiresAt: due });
    expect(bench.timers.dueOf("order-expiry")).toBe(due);
    bench.clock.pass(999);
    await fire(bench);
    expect(await working(bench)).toEqual(["a"]);
    bench.clock.pass(1);
    heard(socket);
    await fire(bench);
    expect((await bench.list("orders"))[0]).toMatchObject({ status: "expired", remainingQty: "0" });
    expect(bench.state.symbolLines.size).toBe(0);
    expect(bench.facts().at(-1)).toMatchObject({
      kind: "execution-booked",
      payload: { type: "expire", reason: "ttl", execId: "ttl.3", clientOrderId: "a", ts: bench.now },
    });
    expect(heard(socket)).toMatchObject([{ type: "execution", data: { type: "expire", reason: "ttl" } }]);
  });

  test("ends after a load too, and one without an end stays for ever", async () => {
    const bench = await new RiskBench().ready();
    await bench.orders([
      bench.order({ clientOrderId: "a", ttlMs: 500 }),
      bench.order({ clientOrderId: "b" }),
    ]);
    bench.restart();
    bench.clock.pass(40 * 86_400_000);
    await fire(bench);
    expect(await working(bench)).toEqual(["b"]);
    await fire(bench);
    expect(await working(bench)).toEqual(["b"]);
  });

  test("that has ended before is left as it is; a later fill is booked above what remains", async () => {
    const bench = await new RiskBench().ready();
    await bench.orders(["a", "b"].map((clientOrderId) => bench.order({ clientOrderId, ttlMs: 500 })));
    await bench.fill("a", "10");
    bench.clock.pass(500);
    await fire(bench);
    expect((await bench.list("orders")).map(({ status }) => status)).toEqual(["expired", "filled"]);
    expect(await bench.fill("b", "10")).toMatchObject({ status: "applied" });
    expect((await bench.list("violations"))[0]).toMatchObject({ code: "overfill", clientOrderId: "b" });
  });

  test("of a pair ends alone: the other stands with what it reserves", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", ttlMs: 500 });
    await bench.send({ clientOrderId: "b", replaces: "a", qty: "14", ttlMs: 900 });
    bench.clock.pass(500);
    await fire(bench);
    expect(await working(bench)).toEqual(["b"]);
    expect(bench.state.symbolLines.get(AAPL as never)).toMatchObject({ buys: 14n, working: 1 });
    bench.clock.pass(400);
    await fire(bench);
    expect(bench.state.symbolLines.size).toBe(0);
  });

  test("waits for room of the outbox, and is tried again a second later", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", ttlMs: 500 });
    bench.clock.pass(500);
    const { hardRefusal } = bench.outbox;
    bench.outbox.hardRefusal = () => overloaded(1_000, "full");
    await fire(bench);
    expect(await working(bench)).toEqual(["a"]);
    expect(bench.timers.dueOf("order-expiry")).toBe(bench.now + 1_000);
    bench.outbox.hardRefusal = hardRefusal;
    bench.clock.pass(1_000);
    await fire(bench);
    expect(await working(bench)).toEqual([]);
  });

  test("is left to the other copy of the account by one that must not write, which does not wake for it again", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", ttlMs: 500 });
    bench.clock.pass(500);
    bench.outbox.hardRefusal = () => refusal("actor-fenced");
    await fire(bench);
    expect(await working(bench)).toEqual(["a"]);
    expect(bench.timers.dueOf("order-expiry")).toBeUndefined();
  });

  test("of another end is another order under the same id", async () => {
    const bench = await new RiskBench().ready();
    const sent = bench.order({ clientOrderId: "a", ttlMs: 500 });
    const [first] = await bench.orders([sent]);
    expect(await bench.orders([sent])).toEqual([first]);
    expect(await bench.orders([{ ...sent, ttlMs: 501 }])).toMatchObject([{ code: "order-id-reused" }]);
    const { ttlMs: _, ...bare } = sent as Json & { ttlMs: number };
    expect(await bench.orders([bare])).toMatchObject([{ code: "order-id-reused" }]);
  });

  test.each([
    [TTL_MS_MIN - 1, false],
    [TTL_MS_MIN, true],
    [TTL_MS_MAX, true],
    [TTL_MS_MAX + 1, false],
    [1_000.5, false],
  ])("may end after %d ms: %s", async (ttlMs, isRight) => {
    const bench = await new RiskBench().ready();
    const sent = bench.order({ ttlMs });
    expect(orderContract.safeParse(sent).success).toBe(isRight);
    const reply = await bench.desk.orders.run(bench.envelope(), JSON.stringify(sent), "all", false);
    expect(reply.ok).toBe(isRight);
  });
});

/** Remaining of each order, of a pair the larger once: by the orders alone. */
function live(bench: RiskBench): bigint {
  const { orders } = bench.state;
  const remaining = ({ qty, filled }: Order): bigint => BigInt(qty) - filled;
  let sum = 0n;
  for (const order of orders.values()) {
    const other = order.partner === undefined ? undefined : orders.get(order.partner)!;
    if (other === undefined) sum += remaining(order);
    else if (order.replaces !== other.clientOrderId)
      sum += remaining(other) > remaining(order) ? remaining(other) : remaining(order);
  }
  return sum;
}

async function walkOnce(bench: RiskBench, random: () => number): Promise<void> {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const ids = [...bench.state.orders.keys()];
  const roll = random();
  if (roll < 0.4 || ids.length === 0) {
    const qty = String(1 + Math.floor(random() * 9));
    const ttl = random() < 0.6 ? { ttlMs: 100 + Math.floor(random() * 3_000) } : {};
    await bench.send({ symbol: pick([AAPL, MSFT]), side: pick(["buy", "sell"]), qty, ...ttl });
  } else if (roll < 0.5) {
    const { symbol, side, clientOrderId } = bench.state.orders.get(pick(ids))!;
    await bench.send({ symbol, side, replaces: clientOrderId, qty: "3", ttlMs: 400 });
  } else if (roll < 0.75)
    await bench.report({ type: pick(["acknowledge", "cancel", "replace"]), clientOrderId: pick(ids) });
  else if (roll < 0.85) await bench.fill(pick(ids), "1");
  else if (roll < 0.95) {
    bench.clock.pass(Math.floor(random() * 900));
    await fire(bench);
    const ends = [...bench.state.orders.values()].map(({ expiresAt = Infinity }) => expiresAt);
    expect(Math.min(...ends)).toBeGreaterThan(bench.now);
  } else bench.restart();
}

test("Σ reservations = Σ live orders, and none works past its end, at each step of a walk", async () => {
  const bench = await new RiskBench().ready();
  const random = randomFrom(7);
  for (let step = 0; step < 250; step++) {
    await walkOnce(bench, random);
    const lines = [...bench.state.symbolLines.values()];
    expect(lines.reduce((sum, { buys, sells }) => sum + buys + sells, 0n)).toBe(live(bench));
  }
});

test("bound risk-shard/memory:expiries: entries of orders that ended leave", () => {
  const orders = new Map<string, Order>();
  const expiries = new Expiries(orders);
  const random = randomFrom(3);
  for (let seq = 1; seq <= EXPIRIES_MAX + 5; seq++) {
    const expiresAt = Math.floor(random() * 1_000_000);
    const order = { seq, clientOrderId: `o${seq % WORKING_ORDERS_MAX}`, expiresAt } as Order;
    orders.set(order.clientOrderId, order);
    expiries.note({ kind: "order-decided", orders: [order] } as unknown as OrderDecided);
    expect(expiries.size).toBeLessThanOrEqual(EXPIRIES_MAX);
  }
  const due = expiries.takeDue(1_000_000, 2 * WORKING_ORDERS_MAX);
  expect(due).toHaveLength(WORKING_ORDERS_MAX);
  expect(due.map(({ expiresAt }) => expiresAt)).toEqual(
    [...orders.values()].map(({ expiresAt }) => expiresAt!).sort((one, other) => one - other),
  );
  expect(expiries.next()).toBeUndefined();
});
