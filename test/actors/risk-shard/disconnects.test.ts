/** Cancel on disconnect: an armed connection that is no more has its own orders asked to be cancelled, whatever ended it. */
import { describe, expect, test } from "vitest";
import { ARMED_MAX } from "../../../actors/risk-shard/capacity.ts";
import { Disconnects } from "../../../actors/risk-shard/disconnects.ts";
import { CONNECTIONS_MAX } from "../../../actors/runtime/streams/crowd.ts";
import { armedFrame, orderErrorFrame } from "../../../src/contracts/order-frames.ts";
import type { FakeSocket } from "../../support/fake-sockets.ts";
import type { RiskBench } from "./bench.ts";
import { connect, gathered, heard, ready, say, settled } from "./socket-bench.ts";

const cancels = (bench: RiskBench) =>
  bench
    .facts()
    .filter(({ kind }) => kind === "mass-cancel-asked")
    .map(({ payload }) => ({
      ...payload,
      ids: (payload["orders"] as { clientOrderId: string }[]).map(({ clientOrderId }) => clientOrderId),
    }));
const armedRows = (bench: RiskBench) => bench.sql.exec("SELECT id FROM armed_connection").length;

async function arm(bench: RiskBench, socket: FakeSocket, cancelOnDisconnect = true): Promise<void> {
  say(bench, socket, { op: "arm", id: "arm", cancelOnDisconnect });
  await settled();
}
const trade = (bench: RiskBench, socket: FakeSocket, clientOrderId: string) =>
  say(bench, socket, { op: "order", id: clientOrderId, orders: [bench.order({ clientOrderId, qty: "1" })] });
async function close(bench: RiskBench, socket: FakeSocket): Promise<void> {
  bench.sockets.closed(socket);
  await settled();
}

describe("an armed connection", () => {
  test("that closes has those orders asked to be cancelled that came by it, and no others", async () => {
    const bench = await ready();
    const [one, other] = [await connect(bench), await connect(bench)];
    trade(bench, one, "before");
    await arm(bench, one);
    expect(armedFrame.parse(heard(one).at(-1))).toEqual({ op: "armed", id: "arm", cancelOnDisconnect: true });
    for (const id of ["a", "b"]) trade(bench, one, id);
    trade(bench, other, "c");
    await bench.send({ clientOrderId: "http" });
    await settled();
    await bench.report({ type: "cancel", clientOrderId: "a" });
    await close(bench, one);
    expect(cancels(bench)).toMatchObject([
      { cause: "disconnected", scope: { kind: "connection" }, by: "s", ids: ["b"] },
    ]);
    expect([armedRows(bench), bench.desk.disconnects.size]).toEqual([0, 0]);
    await close(bench, other);
    expect(cancels(bench)).toHaveLength(1);
  });

  test("is told to who listens to the account", async () => {
    const bench = await ready();
    const [one, listener] = [await connect(bench), await connect(bench, ["risk:trade"], false)];
    await arm(bench, one);
    trade(bench, one, "a");
    await settled();
    heard(listener);
    await close(bench, one);
    expect(heard(listener)).toMatchObject([
      { type: "mass-cancel", data: { orders: [{ clientOrderId: "a" }] } },
    ]);
  });

  test("that is closed by us is no more either", async () => {
    const bench = await ready();
    const socket = await connect(bench);
    await arm(bench, socket);
    trade(bench, socket, "a");
    await settled();
    for (let each = 0; each < 3; each++) say(bench, socket, { op: 5 });
    await settled();
    expect(socket.closing).toMatchObject({ code: 1008 });
    expect(cancels(bench)).toMatchObject([{ ids: ["a"] }]);
  });

  test("that is disarmed asks nothing", async () => {
    const bench = await ready();
    const socket = await connect(bench);
    await arm(bench, socket);
    trade(bench, socket, "a");
    await arm(bench, socket, false);
    expect(armedRows(bench)).toBe(0);
    await close(bench, socket);
    expect(cancels(bench)).toEqual([]);
  });

  test("without an order asks nothing", async () => {
    const bench = await ready();
    const socket = await connect(bench);
    await arm(bench, socket);
    await close(bench, socket);
    expect([cancels(bench), armedRows(bench)]).toEqual([[], 0]);
  });

  test.each(["", ", after a sleep too"])(
    "that closes before its orders were decided: none of them is%s",
    async (sleep) => {
      const bench = await ready();
      const socket = await connect(bench);
      await arm(bench, socket);
      if (sleep !== "") bench.restart();
      await settled();
      const run = gathered(bench);
      trade(bench, socket, "late");
      bench.sockets.closed(socket);
      run();
      await settled();
      run();
      expect(bench.state.orders.has("late")).toBe(false);
    },
  );

  test("that closes before it was armed has its orders asked all the same", async () => {
    const bench = await ready();
    const run = gathered(bench);
    const socket = await connect(bench);
    say(bench, socket, { op: "arm", id: "arm", cancelOnDisconnect: true });
    trade(bench, socket, "a");
    bench.sockets.closed(socket);
    run();
    await settled();
    run();
    const works = [...bench.state.orders.keys()].includes("a");
    expect(cancels(bench).flatMap(({ ids }) => ids)).toEqual(works ? ["a"] : []);
    expect(armedRows(bench)).toBe(0);
  });

  test("stays armed over a sleep, and after a kill its orders are asked at the load", async () => {
    const bench = await ready();
    const socket = await connect(bench);
    await arm(bench, socket);
    trade(bench, socket, "a");
    await settled();
    bench.restart();
    await settled();
    expect(cancels(bench)).toEqual([]);
    trade(bench, socket, "b");
    await settled();
    // The process is gone, and its sockets with it: nobody says that they closed.
    bench.port.sockets = [];
    bench.restart();
    await settled();
    expect(cancels(bench)).toMatchObject([{ ids: ["a", "b"] }]);
    expect(armedRows(bench)).toBe(0);
  });

  test("is looked for by the timer while any is armed, also where nobody calls after a kill", async () => {
    const bench = await ready();
    const socket = await connect(bench);
    await arm(bench, socket);
    const due = bench.timers.dueOf("disconnects")!;
    expect(due).toBeGreaterThan(bench.now);
    bench.clock.pass(due - bench.now);
    await bench.desk.wake(bench.timers.takeDue(bench.clock.now()));
    bench.desk.ledger.store.write();
    expect(cancels(bench)).toEqual([]);
    expect(bench.desk.disconnects.size).toBe(1);
  });

  test("needs a credential that may trade, an id, and to say what it wants", async () => {
    const bench = await ready();
    const reader = await connect(bench, ["risk:read"]);
    await arm(bench, reader);
    expect(heard(reader).map((one) => orderErrorFrame.parse(one))).toMatchObject([
      { id: "arm", code: "forbidden" },
    ]);
    const trader = await connect(bench);
    say(bench, trader, { op: "arm", id: 1 });
    await settled();
    expect(heard(trader)).toMatchObject([{ op: "error", id: 1, code: "invalid" }]);
    expect(armedRows(bench)).toBe(0);
  });
});

async function full() {
  const { sql, timers, clock } = await ready();
  const insert = "INSERT INTO armed_connection (id, subject) VALUES (?1, 's')";
  for (let each = 0; each < ARMED_MAX; each++) sql.exec(insert, `c${each}`);
  const said: string[] = [];
  const sockets = {
    isConnected: () => true,
    reply: (_to: unknown, text: string) => void said.push(text),
    malformed: () => expect.unreachable(),
  };
  const run = async (
    _lane: string,
    _of: unknown,
    _units: number,
    decide: () => never,
    settle: (of: never) => unknown,
  ) => settle(decide());
  const bricks = { sql, timers, clock, sockets, mailbox: { run }, writes: () => {} };
  const disconnects = new Disconnects(bricks as never, undefined as never);
  const credential = { tenant: "t", subject: "s", scopes: ["risk:trade"] };
  const arm = (id: string) =>
    disconnects.take({ id, credential, envelope: () => undefined } as never, {
      op: "arm",
      id,
      cancelOnDisconnect: true,
    });
  await arm("further");
  await arm("c7");
  disconnects.write();
  expect(said.map((text) => JSON.parse(text))).toMatchObject([
    { op: "error", id: "further", code: "too-many" },
    { op: "armed", id: "c7" },
  ]);
  return { disconnects, sql };
}

test("bound risk-shard/table:armed_connection: a further one is not armed", async () => {
  const { sql } = await full();
  expect(sql.exec("SELECT id FROM armed_connection")).toHaveLength(ARMED_MAX);
  expect(ARMED_MAX, "who is connected can be armed").toBe(CONNECTIONS_MAX);
});

test("bound risk-shard/memory:armed: as its table", async () => {
  const { disconnects } = await full();
  expect(disconnects.size).toBe(ARMED_MAX);
});
