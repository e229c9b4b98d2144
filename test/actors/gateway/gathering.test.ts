import { describe, expect, test } from "vitest";
import { type Call, Gathering } from "../../../actors/gateway/gathering.ts";
import { GATHERED_MAX } from "../../../actors/gateway/limits.ts";
import { World } from "./gateway-world.ts";

function gathering(take = (calls: readonly Call[]) => calls.map(({ actor }) => ({ unwanted: [actor] }))) {
  const due: (() => void)[] = [];
  const together: string[][] = [];
  const gathered = new Gathering({ set: (run) => void due.push(run) }, (calls) => {
    together.push(calls.map(({ actor }) => actor));
    return take(calls);
  });
  const wake = () => {
    for (const run of due.splice(0)) run();
  };
  return { gathered, together, due, wake };
}

describe("calls of actors", () => {
  test("that come together are taken together, in order, and each has its own answer", async () => {
    const { gathered, together, due, wake } = gathering();
    const answers = Promise.all(["a", "b", "c"].map((actor) => gathered.told(actor, [])));
    expect(due).toHaveLength(1);
    wake();
    expect(await answers).toEqual([{ unwanted: ["a"] }, { unwanted: ["b"] }, { unwanted: ["c"] }]);
    const later = gathered.told("d", []);
    wake();
    await later;
    expect(together).toEqual([["a", "b", "c"], ["d"]]);
  });

  test("all fail where taking them does: each is made again", async () => {
    const { gathered, wake } = gathering(() => {
      throw new Error("no memory");
    });
    const told = Promise.allSettled([gathered.told("a", []), gathered.told("b", [])]);
    wake();
    expect((await told).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(gathered.size).toBe(0);
  });

  test("bound gateway/memory:gathered: at the bound they are taken at once", () => {
    const { gathered, together, wake } = gathering();
    for (let each = 0; each < GATHERED_MAX; each++) void gathered.told(`a${each}`, []);
    expect([together.length, gathered.size]).toEqual([1, 0]);
    wake();
    expect(together).toHaveLength(1);
  });
});

test("what several actors tell together leaves in one frame, and who listens to one of them gets that alone", async () => {
  const world = new World();
  const [both, one] = [world.connect(), world.connect()];
  await both.subscribe("trades.T:A", "trades.T:B");
  await one.subscribe("trades.T:B");
  const hosts = ["symbol:T:A", "symbol:T:B"].map((actor) => world.host(actor));
  hosts[0]?.publish("trades.T:A", "delta", 1);
  hosts[1]?.publish("trades.T:B", "delta", 2);
  world.desk.toldTogether([
    { actor: "symbol:T:A", messages: hosts[0]?.outbox.splice(0) ?? [] },
    { actor: "symbol:T:B", messages: hosts[1]?.outbox.splice(0) ?? [] },
  ]);
  expect(both.socket.frames).toHaveLength(1);
  expect(both.take().map(({ topic, data }) => [topic, data])).toEqual([
    ["trades.T:A", 1],
    ["trades.T:B", 2],
  ]);
  expect(one.take()).toMatchObject([{ topic: "trades.T:B", data: 2 }]);
});
