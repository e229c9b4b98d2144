/** Mass-cancels: what is asked, what is told, and that nothing is released before a report says so. */
import { describe, expect, test } from "vitest";
import {
  MASS_CANCEL_ORDERS_MAX,
  MASS_CANCEL_PART_ORDERS_MAX,
  MASS_CANCELS_MAX,
} from "../../../actors/risk-shard/capacity.ts";
import { type MassCancelAsked, massCancelOf } from "../../../actors/risk-shard/mass-cancel.ts";
import { MASS_CANCEL_TABLE, MassCancelRows } from "../../../actors/risk-shard/mass-cancel-rows.ts";
import { initialState, type Order } from "../../../actors/risk-shard/state.ts";
import { overloaded } from "../../../actors/runtime/reply.ts";
import { stateReply } from "../../../src/contracts/accounts.ts";
import { massCancelBody, massCancelDetail, massCancelObject } from "../../../src/contracts/mass-cancels.ts";
import { memorySql } from "../../support/node-sql.ts";
import { AAPL, BY, codeOf, type Json, json, MSFT, RiskBench } from "./bench.ts";
import { connect, heard } from "./socket-bench.ts";

const ask = (bench: RiskBench, scope: Json, more: Json = {}) => {
  const body = { scope, reason: "a drill", by: BY, ...more };
  massCancelBody.parse(body);
  return bench.desk.cancels(bench.envelope(), { type: "mass-cancel", body: JSON.stringify(body) });
};
async function one(bench: RiskBench, id: unknown): Promise<ReturnType<typeof massCancelDetail.parse>> {
  const found = await bench.desk.massCancels.list({ limit: 1, id: String(id) });
  if (!found.ok) throw new Error(found.code);
  return massCancelDetail.parse(JSON.parse(found.value.items[0]!));
}
const idsIn = ({ orders }: { orders: readonly { clientOrderId: string }[] }) =>
  orders.map(({ clientOrderId }) => clientOrderId);
const reserved = (bench: RiskBench): bigint =>
  [...bench.state.symbolLines.values()].reduce((sum, { buys, sells }) => sum + buys + sells, 0n);

/** `a` of strategy alpha in Apple, `b` in Apple, `c` in Microsoft, whose sector is another. */
async function trading(): Promise<RiskBench> {
  const bench = new RiskBench();
  bench.instrument(AAPL, { sector: "tech" });
  bench.instrument(MSFT, { sector: "else" });
  await bench.ready();
  await bench.strategy("alpha");
  await bench.send({ clientOrderId: "a", strategy: "alpha" });
  await bench.send({ clientOrderId: "b" });
  await bench.send({ clientOrderId: "c", symbol: MSFT, side: "sell" });
  return bench;
}

describe("a mass-cancel", () => {
  test.each([
    [{ kind: "account" }, ["a", "b", "c"]],
    [{ kind: "strategy", id: "alpha" }, ["a"]],
    [{ kind: "symbol", id: AAPL }, ["a", "b"]],
    [{ kind: "sector", id: "else" }, ["c"]],
    [{ kind: "sector", id: "nobody" }, []],
  ])("of %j asks the cancel of what works there", async (scope, ids) => {
    const bench = await trading();
    const asked = massCancelObject.parse(json(await ask(bench, scope)));
    expect(asked).toMatchObject({ cause: "requested", scope, asked: ids.length, outstanding: ids.length });
    expect(idsIn(await one(bench, asked.id))).toEqual(ids);
    const [fact] = bench.facts(asked.seq - 1);
    expect(fact).toMatchObject({ kind: "mass-cancel-asked", payload: { id: asked.id, part: 1, by: BY } });
    expect(idsIn(fact!.payload as never)).toEqual(ids);
  });

  test("releases nothing; each report that ends one of its orders is an acknowledgement", async () => {
    const bench = await trading();
    const { id } = json(await ask(bench, { kind: "account" }));
    expect(reserved(bench)).toBe(30n);
    expect(await one(bench, id)).toMatchObject({ asked: 3, acknowledged: 0, outstanding: 3 });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    await bench.fill("b", "4");
    await bench.report({ type: "acknowledge", clientOrderId: "c" });
    expect(await one(bench, id)).toMatchObject({ asked: 3, acknowledged: 1, outstanding: 2 });
    await bench.fill("b", "6");
    bench.restart();
    const left = await one(bench, id);
    expect(left).toMatchObject({ asked: 3, acknowledged: 2, outstanding: 1 });
    expect(left.orders).toMatchObject([
      { clientOrderId: "c", symbol: MSFT, side: "sell", remainingQty: "10" },
    ]);
    await bench.report({ type: "cancel", clientOrderId: "c" });
    // What came later is none of it.
    await bench.send({ clientOrderId: "d" });
    expect(await one(bench, id)).toMatchObject({ acknowledged: 3, outstanding: 0, orders: [] });
  });

  test("lists an order and its pending replacement, of which either may work", async () => {
    const bench = await trading();
    await bench.send({ clientOrderId: "b2", replaces: "b" });
    const { id } = json(await ask(bench, { kind: "account" }));
    expect(idsIn(await one(bench, id))).toEqual(["a", "b", "c", "b2"]);
    await bench.report({ type: "replace", clientOrderId: "b2" });
    expect(idsIn(await one(bench, id))).toEqual(["a", "c", "b2"]);
  });

  test("is told on the account's stream, with its orders", async () => {
    const bench = await trading();
    const socket = await connect(bench, ["risk:trade"], false);
    const { id } = json(await ask(bench, { kind: "symbol", id: MSFT }));
    expect(heard(socket)).toMatchObject([
      {
        type: "mass-cancel",
        data: { seq: bench.state.seq, id, orders: [{ clientOrderId: "c", orderId: "main-6" }] },
      },
    ]);
  });

  test("is asked by whom the credential names, of the account that is there and a strategy that is open", async () => {
    const bench = new RiskBench();
    expect(codeOf(await ask(bench, { kind: "account" }))).toBe("account-unknown");
    await bench.ready();
    expect(codeOf(await ask(bench, { kind: "account" }, { by: "someone" }))).toBe("principal-mismatch");
    expect(codeOf(await ask(bench, { kind: "account", id: "other" }))).toBe("field-combination");
    expect(codeOf(await ask(bench, { kind: "strategy", id: "beta" }))).toBe("strategy-unknown");
    expect(bench.facts().filter(({ kind }) => kind === "mass-cancel-asked")).toEqual([]);
    const unknown = await bench.desk.massCancels.list({ limit: 1, id: "mc-1" });
    expect(codeOf(unknown)).toBe("mass-cancel-unknown");
    expect(massCancelBody.safeParse({ scope: { kind: "sector" }, reason: "r", by: BY }).success).toBe(false);
  });

  test("under an Idempotency-Key is asked once", async () => {
    const bench = await trading();
    const body = JSON.stringify({ scope: { kind: "account" }, reason: "r", by: BY });
    const keyed = () =>
      bench.desk.cancels(bench.envelope({ idempotencyKey: "k" }), { type: "mass-cancel", body });
    const first = json(await keyed());
    expect(json(await keyed())).toEqual(first);
    expect((await bench.desk.massCancels.list({ limit: 9 })).ok).toBe(true);
    expect(bench.facts().filter(({ kind }) => kind === "mass-cancel-asked")).toHaveLength(1);
  });

  test("the list has the newest first, by pages", async () => {
    const bench = await trading();
    for (const symbol of [AAPL, MSFT, AAPL]) await ask(bench, { kind: "symbol", id: symbol });
    const page = async (after?: string) => {
      const found = await bench.desk.massCancels.list({
        limit: 2,
        ...(after === undefined ? {} : { after }),
      });
      if (!found.ok) throw new Error(found.code);
      return found.value;
    };
    const first = await page();
    expect(first).toMatchObject({ total: 3, items: [expect.any(String), expect.any(String)] });
    const second = await page(first.next);
    const seqs = [...first.items, ...second.items].map(
      (item) => massCancelObject.parse(JSON.parse(item)).seq,
    );
    expect(seqs).toEqual([bench.state.seq, bench.state.seq - 1, bench.state.seq - 2]);
    expect(second.next).toBeUndefined();
  });
});

describe("killed", () => {
  test.each([
    [{ kind: "account" }, ["a", "b", "c"], AAPL],
    [{ kind: "strategy", id: "alpha" }, ["a"], MSFT],
    [{ kind: "symbol", id: MSFT }, ["c"], MSFT],
    [{ kind: "sector", id: "tech" }, ["a", "b"], AAPL],
  ])("%j blocks and asks the cancel of what works there, in one turn", async (scope, ids, symbol) => {
    const bench = await trading();
    const before = bench.state.seq;
    const reply = stateReply.parse(json(await bench.state_(scope, "killed")));
    expect(bench.facts(before).map(({ kind }) => kind)).toEqual(["state-set", "mass-cancel-asked"]);
    const asked = await one(bench, reply.massCancel);
    expect(asked).toMatchObject({ cause: "killed", scope, reason: "a test", by: BY, asked: ids.length });
    expect(idsIn(asked)).toEqual(ids);
    expect(await bench.send({ strategy: "alpha", symbol })).toMatchObject({ code: "state-killed" });
    expect(await bench.report({ type: "cancel", clientOrderId: ids[0] })).toMatchObject({
      status: "applied",
    });
  });

  test("by another state nothing is asked", async () => {
    const bench = await trading();
    for (const state of ["reducing", "halted", "active"])
      expect(json(await bench.state_({ kind: "account" }, state))).not.toHaveProperty("massCancel");
  });

  test("with Postgres down and the outbox full of what grows: at once all the same, and after a load too", async () => {
    const bench = await trading();
    bench.destinations.before = () => {
      throw new Error("Postgres is away");
    };
    bench.outbox.growthRefusal = () => overloaded(2_000, "too many facts wait for Postgres");
    await expect(bench.send({ clientOrderId: "d" })).rejects.toThrow("overloaded");
    const { massCancel } = json(await bench.state_({ kind: "account" }, "killed"));
    expect(await one(bench, massCancel)).toMatchObject({ outstanding: 3 });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    bench.restart();
    expect(await one(bench, massCancel)).toMatchObject({ outstanding: 2 });
    expect(await bench.send({ clientOrderId: "d" })).toMatchObject({ code: "state-killed" });
  });
});

/** So many orders, of which only what a mass-cancel looks at is there. */
function working(count: number) {
  const state = initialState();
  for (let seq = 1; seq <= count; seq++) {
    const clientOrderId = `o${seq}`;
    state.orders.set(clientOrderId, { clientOrderId, orderId: `main-${seq}`, seq, symbol: AAPL } as Order);
  }
  state.seq = count;
  return state;
}
const WHY = { cause: "requested", scope: { kind: "account" }, reason: "r", by: BY } as const;

test("more orders than one fact says are asked in parts, each once", () => {
  const count = 2 * MASS_CANCEL_PART_ORDERS_MAX + 1;
  const parts = massCancelOf(working(count), WHY, 5);
  expect(parts.map(({ part, total, id, orders }) => [part, total, id, orders.length])).toEqual([
    [1, count, `mc-${count + 1}`, MASS_CANCEL_PART_ORDERS_MAX],
    [2, count, `mc-${count + 1}`, MASS_CANCEL_PART_ORDERS_MAX],
    [3, count, `mc-${count + 1}`, 1],
  ]);
  expect(new Set(parts.flatMap(idsIn)).size).toBe(count);
  expect(massCancelOf(working(MASS_CANCEL_PART_ORDERS_MAX), WHY, 5)).toHaveLength(1);
});

describe("bound risk-shard/table:mass_cancel: the oldest leaves", () => {
  const asked = (seq: number, part: number, size: number): MassCancelAsked => ({
    ...{ kind: "mass-cancel-asked", at: 1, id: `mc-${seq}`, ...WHY, part, total: size },
    orders: Array.from({ length: size }, (_, index) => ({
      clientOrderId: `o${index}`,
      orderId: "",
      seq: index,
    })),
  });
  const rows = () => {
    const sql = memorySql();
    sql.exec(MASS_CANCEL_TABLE);
    return { sql, kept: new MassCancelRows(sql) };
  };

  test("where there are too many of them", () => {
    const { kept } = rows();
    for (let seq = 1; seq <= MASS_CANCELS_MAX + 3; seq++) {
      kept.note(asked(seq, 1, 1));
      kept.write();
      expect(kept.count()).toBe(Math.min(seq, MASS_CANCELS_MAX));
    }
    expect([kept.find(3), kept.find(4)?.seq]).toEqual([undefined, 4]);
  });

  test("where their orders are too many, with all its parts", () => {
    const { sql, kept } = rows();
    const parts = MASS_CANCEL_ORDERS_MAX / MASS_CANCEL_PART_ORDERS_MAX / 2;
    for (const seq of [1, 1_001, 2_001]) {
      for (let part = 1; part <= parts; part++) kept.note(asked(seq, part, MASS_CANCEL_PART_ORDERS_MAX));
      kept.write();
    }
    expect(kept.page(Number.MAX_SAFE_INTEGER, 9).map(({ seq, orders }) => [seq, orders.length])).toEqual([
      [2_001, MASS_CANCEL_ORDERS_MAX / 2],
      [1_001, MASS_CANCEL_ORDERS_MAX / 2],
    ]);
    expect(sql.exec("SELECT COUNT(*) AS n FROM mass_cancel")).toEqual([{ n: 2 * parts }]);
  });
});
