/** Orders on a socket, without a platform: what is taken and in which words it is refused, what shares a frame, and the bounds. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WAITING_FRAMES_MAX, WAITING_UNITS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { LANES } from "../../../actors/risk-shard/lanes.ts";
import { overloaded } from "../../../actors/runtime/reply.ts";
import { REFUSED_BURST_MAX } from "../../../actors/runtime/streams/rates.ts";
import { faultsOf, requestCodeOf } from "../../../src/contracts/issues.ts";
import { decisionsFrame, orderErrorFrame } from "../../../src/contracts/order-frames.ts";
import { ordersBody } from "../../../src/contracts/orders.ts";
import type { FakeSocket } from "../../support/fake-sockets.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { AAPL, type Json, type RiskBench } from "./bench.ts";
import { connect, gathered, heard, ready, say, settled } from "./socket-bench.ts";

// Of real time there is only what comes at once: what waits for an answer would be given up on a machine that is busy for as long.
const [SOON_MS, NOT_YET_MS] = [2, 600_000];
beforeEach(() => {
  const { setTimeout: real } = globalThis;
  const soonOrNotYet = (run: () => void, ms = 0) => real(run, ms > SOON_MS ? NOT_YET_MS : ms);
  vi.stubGlobal("setTimeout", soonOrNotYet);
});
afterEach(() => void vi.unstubAllGlobals());

describe("an order frame", () => {
  const plain = { symbol: AAPL, side: "buy", type: "limit", qty: "10", price: "100" };
  const WEIRD = [
    null,
    true,
    0,
    1.5,
    -1,
    1e21,
    "",
    "1e3",
    "0",
    "-1",
    "0x1",
    "NaN",
    [],
    {},
    "x y",
    AAPL,
    "limit",
  ];
  const oneOf = (...values: unknown[]) => fc.constantFrom(...values, ...WEIRD);
  const field = {
    clientOrderId: oneOf("a", "b-1", "é", "a".repeat(65)),
    symbol: oneOf("aapl", "X:Y:Z"),
    side: oneOf("sell", "SELL"),
    type: oneOf("market", "stop"),
    qty: oneOf(10, "10.0", "010", "1234567890123456789", 0.1, 123456789012345.6),
    price: oneOf(99.5, "99.50"),
    stopPrice: oneOf("90"),
    timeInForce: oneOf("day", "DAY"),
    reduceOnly: oneOf(false),
    replaces: oneOf("c", "a"),
    ttlMs: oneOf(99, 100, 60_000),
    strategy: oneOf("nobody"),
    colour: oneOf("red"),
  };
  const strange = fc.record(field, { requiredKeys: [] });
  const orders = fc.array(fc.tuple(fc.constantFrom("p1", "p2", "p3"), fc.oneof(fc.constant({}), strange)), {
    maxLength: 3,
  });

  test("is taken and refused as a body of HTTP, in the same words", async () => {
    const bench = await ready();
    const socket = await connect(bench);
    let frames = 0;
    await fc.assert(
      fc.asyncProperty(orders, async (drawn) => {
        const list = drawn.map(([clientOrderId, changes]) => ({ clientOrderId, ...plain, ...changes }));
        frames += 1;
        const id = `f${frames}`;
        say(bench, socket, { op: "order", id, orders: list });
        await settled();
        const [answer] = heard(socket);
        const judged = ordersBody.safeParse({ orders: list });
        if (judged.success) {
          expect(decisionsFrame.parse(answer)).toMatchObject({ id });
        } else {
          const errors = faultsOf(judged.error, { orders: list });
          expect(orderErrorFrame.parse(answer)).toMatchObject({ id, code: requestCodeOf(errors), errors });
        }
      }),
      { numRuns: fewOrAll(150, 400) },
    );
  });

  test("gets the text of the decisions that HTTP gets", async () => {
    const bench = await ready();
    const socket = await connect(bench);
    const list = [
      { clientOrderId: "a", ...plain },
      { clientOrderId: "b", ...plain, qty: "0.5" },
    ];
    say(bench, socket, { op: "order", id: "f", orders: list, checks: "all" });
    await settled();
    const frame = socket.frames[0]!;
    const body = JSON.stringify({ orders: list });
    const reply = await bench.desk.orders.run(bench.envelope(), body, "all", false);
    expect(frame).toBe(`{"op":"decisions","id":"f",${(reply.ok ? reply.value : "").slice(1)}`);
  });

  test("is refused where it is nested too deep, by a level or by a hundred thousand", async () => {
    const bench = await ready();
    const socket = await connect(bench);
    for (const depth of [15, 100_000]) {
      const nested = `${"[".repeat(depth)}${"]".repeat(depth)}`;
      bench.sockets.message(socket, `{"op":"order","id":${depth},"orders":[${nested}]}`);
    }
    await settled();
    expect(heard(socket)).toMatchObject([
      { op: "error", id: 15, code: "json-too-deep" },
      { op: "error", id: 100_000, code: "json-too-deep" },
    ]);
  });

  test("needs a credential that may trade", async () => {
    const bench = await ready();
    const socket = await connect(bench, ["risk:read"]);
    say(bench, socket, { op: "order", id: 1, orders: [{ clientOrderId: "a", ...plain }] });
    await settled();
    expect(heard(socket)).toMatchObject([{ op: "error", id: 1, code: "forbidden" }]);
    expect(await bench.list("decisions")).toHaveLength(1);
  });

  test("that is refused before it is queued is counted: who goes on with those is closed", async () => {
    const bench = await ready();
    const order = { clientOrderId: "o", ...plain };
    for (const [scopes, orders] of [
      [["risk:read"], [order]],
      [["risk:trade"], [{ ...order, qty: "-1" }]],
    ] as const) {
      const socket = await connect(bench, [...scopes]);
      for (let each = 0; each < REFUSED_BURST_MAX; each++)
        say(bench, socket, { op: "order", id: each, orders });
      expect(socket.closing).toBeUndefined();
      say(bench, socket, { op: "order", id: "last", orders });
      expect(socket.closing).toMatchObject({ code: 1008 });
    }
    const socket = await connect(bench);
    for (let each = 0; each < 2 * REFUSED_BURST_MAX; each++)
      say(bench, socket, { op: "order", id: each, orders: [order] });
    expect(socket.closing).toBeUndefined();
  });

  test("is answered after the commit, all of a group and a client in one frame", async () => {
    const bench = await ready();
    const run = gathered(bench);
    const [one, other] = [await connect(bench), await connect(bench)];
    for (let index = 0; index < 5; index++) {
      const orders = [{ clientOrderId: `o${index}`, ...plain }];
      say(bench, index === 4 ? other : one, { op: "order", id: `f${index}`, orders });
    }
    expect([one.frames, other.frames]).toEqual([[], []]);
    run();
    expect([one.frames.length, other.frames.length]).toEqual([1, 1]);
    expect(heard(one).map(({ id }) => id)).toEqual(["f0", "f1", "f2", "f3"]);
  });

  /** Holds ten, so that a sale only closes. */
  async function holding(): Promise<{ bench: RiskBench; socket: FakeSocket; other: FakeSocket }> {
    const bench = await ready();
    await bench.send({ clientOrderId: "held" });
    await bench.fill("held", "10");
    return { bench, socket: await connect(bench), other: await connect(bench) };
  }
  const sent = (bench: RiskBench, socket: FakeSocket, id: string, changes: Json = {}): void =>
    say(bench, socket, { op: "order", id, orders: [{ clientOrderId: id, ...plain, ...changes }] });

  test("that only closes goes before orders of others, and not before those of its own connection", async () => {
    const { bench, socket, other } = await holding();
    const run = gathered(bench);
    sent(bench, socket, "buys");
    sent(bench, socket, "closes", { side: "sell", qty: "4" });
    sent(bench, other, "first", { side: "sell", qty: "4" });
    run();
    expect([...heard(other), ...heard(socket)].map(({ id }) => id)).toEqual(["first", "buys", "closes"]);
    const decided = (await bench.list("decisions")).map(({ clientOrderId }) => clientOrderId);
    expect(decided.slice(0, 3)).toEqual(["closes", "buys", "first"]);
    await settled();
    sent(bench, other, "grows");
    sent(bench, socket, "leads", { side: "sell", qty: "1" });
    run();
    expect((await bench.list("decisions")).map(({ clientOrderId }) => clientOrderId).slice(0, 2)).toEqual([
      "grows",
      "leads",
    ]);
  });

  test("that only closes is decided also where the orders before it on its connection find no room", async () => {
    const { bench, socket } = await holding();
    const run = gathered(bench);
    sent(bench, socket, "buys");
    sent(bench, socket, "closes", { side: "sell", qty: "4" });
    bench.outbox.growthRefusal = () => overloaded(2_000, "too many facts wait for Postgres");
    run();
    await settled();
    run();
    await settled();
    expect(heard(socket)).toMatchObject([
      { op: "error", id: "buys", code: "overloaded" },
      { op: "decisions", id: "closes", decisions: [{ decision: "accept" }] },
    ]);
  });

  test("is told to come back where too many wait", async () => {
    const bench = await ready();
    const run = gathered(bench);
    const socket = await connect(bench);
    const most = LANES.orders.depthMax;
    for (let index = 0; index <= most; index++)
      say(bench, socket, { op: "order", id: index, orders: [{ clientOrderId: `o${index}`, ...plain }] });
    await settled();
    const [refused] = heard(socket);
    expect(orderErrorFrame.parse(refused)).toMatchObject({ id: most, code: "overloaded", retryAfterMs: 250 });
    run();
    expect(heard(socket)).toHaveLength(most);
  });

  /** The directory answers when the test says so. */
  function unanswered(bench: RiskBench): { asked: string[]; answer: () => void } {
    const asked: string[] = [];
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const known = (_envelope: unknown, symbols: readonly string[]) => {
      asked.push(...symbols);
      return promise;
    };
    bench.platform.actors.instrumentDirectory = () => ({ known }) as never;
    return { asked, answer: () => resolve({ ok: true, value: [] }) };
  }
  const drained = async (bench: RiskBench): Promise<void> => {
    while (bench.desk.frames.waitingCount > 0) await settled();
    await settled();
  };
  const fresh = { ...plain, symbol: "XNAS:FRESH" };

  test("bound risk-shard/memory:waitingFrames: a further frame is `overloaded`; those that wait are decided in their order", async () => {
    const bench = await ready();
    const { asked, answer } = unanswered(bench);
    const socket = await connect(bench);
    for (let index = 0; index < WAITING_FRAMES_MAX; index++)
      say(bench, socket, { op: "order", id: index, orders: [{ clientOrderId: `w${index}`, ...fresh }] });
    const further = { clientOrderId: "further", ...plain, symbol: "XNAS:FURTHER" };
    say(bench, socket, { op: "order", id: WAITING_FRAMES_MAX, orders: [further] });
    expect(bench.desk.frames.waitingCount).toBe(WAITING_FRAMES_MAX);
    await settled();
    expect(heard(socket)).toMatchObject([{ id: WAITING_FRAMES_MAX, code: "overloaded", retryAfterMs: 250 }]);
    expect(asked).toEqual(["XNAS:FRESH"]);
    answer();
    await drained(bench);
    expect(heard(socket).map(({ id }) => id)).toEqual(
      Array.from({ length: WAITING_FRAMES_MAX }, (_, id) => id),
    );
  });

  test("bound risk-shard/memory:waitingFrameText: over all connections, and a frame that waits for nothing goes on", async () => {
    const bench = await ready();
    const { answer } = unanswered(bench);
    const sockets = [await connect(bench), await connect(bench)];
    const orders = [{ clientOrderId: "large", ...fresh }];
    const large = JSON.stringify({ op: "order", id: "large", orders }).padEnd(1_048_576);
    for (let index = 0; index <= WAITING_UNITS_MAX / large.length; index++)
      bench.sockets.message(sockets[index % 2]!, large);
    await settled();
    expect(bench.desk.frames.waitingUnits).toBe(WAITING_UNITS_MAX);
    expect(heard(sockets[0]!)).toMatchObject([{ id: "large", code: "overloaded", retryAfterMs: 250 }]);
    const free = await connect(bench);
    say(bench, free, { op: "order", id: "known", orders: [{ clientOrderId: "k", ...plain }] });
    await settled();
    expect(heard(free)).toMatchObject([{ op: "decisions", id: "known" }]);
    answer();
    await drained(bench);
    expect(bench.desk.frames.waitingUnits).toBe(0);
  });
});
