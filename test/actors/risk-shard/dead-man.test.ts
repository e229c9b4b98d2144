/** The dead-man switch: held it does nothing, let go it asks the cancel of everything, once. */
import { describe, expect, test } from "vitest";
import { overloaded } from "../../../actors/runtime/reply.ts";
import { deadManBody, deadManReply } from "../../../src/contracts/mass-cancels.ts";
import { aliveReply, orderErrorFrame } from "../../../src/contracts/order-frames.ts";
import { codeOf, json, RiskBench } from "./bench.ts";
import { connect, heard, say, settled } from "./socket-bench.ts";

const set = (bench: RiskBench, timeoutMs?: number) =>
  bench.desk.cancels(bench.envelope(), {
    type: "dead-man",
    ...(timeoutMs === undefined ? {} : { body: JSON.stringify({ timeoutMs }) }),
  });
const fire = (bench: RiskBench): Promise<void> => bench.desk.wake(bench.timers.takeDue(bench.clock.now()));
const asked = (bench: RiskBench) => bench.facts().filter(({ kind }) => kind === "mass-cancel-asked");

async function working(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a" });
  return bench;
}

describe("a dead-man switch", () => {
  test("that nobody holds asks the cancel of what works when its time is over, once", async () => {
    const bench = await working();
    const until = bench.now + 5_000;
    expect(deadManReply.parse(json(await set(bench, 5_000)))).toEqual({ timeoutMs: 5_000, until, by: "s" });
    bench.clock.pass(4_999);
    await fire(bench);
    expect(asked(bench)).toEqual([]);
    bench.clock.pass(1);
    await fire(bench);
    expect(asked(bench)).toMatchObject([
      {
        payload: { cause: "dead-man", scope: { kind: "account" }, by: "s", orders: [{ clientOrderId: "a" }] },
      },
    ]);
    expect(json(await set(bench))).toEqual({ timeoutMs: 0, until: null, by: null });
    bench.clock.pass(60_000);
    await fire(bench);
    expect(asked(bench)).toHaveLength(1);
  });

  test("is held by another call, and taken away by 0", async () => {
    const bench = await working();
    await set(bench, 5_000);
    for (let each = 0; each < 4; each++) {
      bench.clock.pass(4_000);
      await fire(bench);
      await set(bench, 5_000);
    }
    await set(bench, 0);
    bench.clock.pass(50_000);
    await fire(bench);
    expect(asked(bench)).toEqual([]);
  });

  test("is held on the account's stream for as long as it was set", async () => {
    const bench = await working();
    const socket = await connect(bench);
    say(bench, socket, { op: "alive", id: 1 });
    await settled();
    expect(heard(socket).map((one) => aliveReply.parse(one))).toMatchObject([
      { id: 1, timeoutMs: 0, until: null },
    ]);
    await set(bench, 5_000);
    bench.clock.pass(4_000);
    say(bench, socket, { op: "alive", id: 2 });
    await settled();
    expect(heard(socket)).toEqual([
      { op: "alive", id: 2, timeoutMs: 5_000, until: bench.now + 5_000, by: "s" },
    ]);
    const reader = await connect(bench, ["risk:read"]);
    say(bench, reader, { op: "alive", id: 3 });
    await settled();
    expect(heard(reader).map((one) => orderErrorFrame.parse(one))).toMatchObject([
      { id: 3, code: "forbidden" },
    ]);
  });

  test("outlives a load; what was held before it is held after it", async () => {
    const bench = await working();
    await set(bench, 5_000);
    bench.clock.pass(4_000);
    await set(bench, 5_000);
    bench.restart();
    bench.clock.pass(4_999);
    await fire(bench);
    expect(asked(bench)).toEqual([]);
    bench.clock.pass(1);
    bench.restart();
    await fire(bench);
    expect(asked(bench)).toHaveLength(1);
  });

  test("fires where nothing works too: that nobody was heard is told", async () => {
    const bench = await new RiskBench().ready();
    await set(bench, 1_000);
    bench.clock.pass(1_000);
    await fire(bench);
    expect(asked(bench)).toMatchObject([{ payload: { total: 0, orders: [] } }]);
  });

  test("is tried again while nothing can be recorded", async () => {
    const bench = await working();
    await set(bench, 1_000);
    bench.clock.pass(1_000);
    const { hardRefusal } = bench.outbox;
    bench.outbox.hardRefusal = () => overloaded(1_000, "full");
    await fire(bench);
    bench.outbox.hardRefusal = hardRefusal;
    expect(asked(bench)).toEqual([]);
    bench.clock.pass(1_000);
    await fire(bench);
    expect(asked(bench)).toHaveLength(1);
  });

  test("is of an account that is there, and not shorter than a second", async () => {
    const bench = new RiskBench();
    expect([codeOf(await set(bench, 5_000)), codeOf(await set(bench))]).toEqual([
      "account-unknown",
      "account-unknown",
    ]);
    const accepted = [0, 1, 999, 1_000, 86_400_000, 86_400_001].filter(
      (timeoutMs) => deadManBody.safeParse({ timeoutMs }).success,
    );
    expect(accepted).toEqual([0, 1_000, 86_400_000]);
  });
});
