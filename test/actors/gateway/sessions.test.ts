/** Whoever comes back has its topics again and hears what it missed, or is told that it cannot. */
import { describe, expect, test } from "vitest";
import { SESSION_KEPT_MS } from "../../../src/contracts/gateway-streams.ts";
import { READER, type Visitor, World } from "./gateway-world.ts";

const A = "symbol:T:A";
const TRADES = "trades.T:A";
const QUOTE = "quote.T:A";

async function world() {
  const made = new World();
  const client = made.connect();
  await client.subscribe(TRADES, QUOTE);
  const host = made.host(A);
  const trade = async (...ids: number[]) => {
    for (const id of ids) host.publish(TRADES, "delta", [id], false);
    await made.settle();
  };
  return { world: made, client, host, trade };
}

const restore = async (client: Visitor, session: string, at?: unknown) => {
  const said = await client.ask({ op: "restore", id: 1, session, at });
  return said.filter(({ op }) => op !== "hb");
};

describe("restore", () => {
  test("brings all topics and what was missed since the places that the client names", async () => {
    const { world: at, client, trade } = await world();
    await trade(1, 2);
    client.leave();
    await trade(3);
    const back = at.connect();
    const said = await restore(back, client.session, [{ topic: TRADES, epoch: "e1", seq: 2 }]);
    expect(said).toMatchObject([
      {
        op: "ack",
        id: 1,
        topics: [
          { topic: TRADES, epoch: "e1", seq: 4 },
          { topic: QUOTE, seq: 1 },
        ],
        errors: [],
      },
      { topic: TRADES, type: "delta", seq: 3, data: [2] },
      { topic: TRADES, type: "delta", seq: 4, data: [3] },
    ]);
    await trade(4);
    expect(back.take()).toMatchObject([{ topic: TRADES, seq: 5 }]);
  });

  test("goes on from what was sent where the client names no place", async () => {
    const { world: at, client, trade } = await world();
    await trade(1);
    client.leave();
    await trade(2);
    const said = await restore(at.connect(), client.session);
    expect(said.slice(1)).toMatchObject([{ topic: TRADES, type: "delta", seq: 3, data: [2] }]);
  });

  test("takes over from a connection that is open still, which is closed", async () => {
    const { world: at, client, trade } = await world();
    await trade(1);
    const back = at.connect();
    const [ack] = await restore(back, client.session);
    expect(ack).toMatchObject({ op: "ack", topics: [{ topic: TRADES, seq: 2 }, { topic: QUOTE }] });
    expect(client.socket.closing?.code).toBe(1000);
    client.take();
    await trade(2);
    expect(client.take()).toEqual([]);
    expect(back.take()).toHaveLength(1);
  });

  test("outlives a kill of the gateway: what was missed is asked of the actor, once for all who come back", async () => {
    const { world: at, client, host, trade } = await world();
    const other = at.connect();
    await other.subscribe(TRADES);
    await trade(1, 2);
    at.crash();
    await trade(3);
    const [one, two] = [at.connect(), at.connect()];
    const places = (seq: number) => [{ topic: TRADES, epoch: "e1", seq }];
    one.say({ op: "restore", session: client.session, at: places(2) });
    two.say({ op: "restore", session: other.session, at: places(3) });
    await at.settle();
    expect(one.take().filter(({ topic }) => topic === TRADES)).toMatchObject([
      { seq: 3, data: [2] },
      { seq: 4, data: [3] },
    ]);
    expect(two.take().slice(1)).toMatchObject([{ seq: 4, data: [3] }]);
    expect(host.replays.length).toBeLessThanOrEqual(2);
    await trade(4);
    for (const back of [one, two]) expect(back.take()).toMatchObject([{ topic: TRADES, seq: 5 }]);
  });

  test("says so with a snapshot where the actor does not reach so far back, or numbers anew", async () => {
    const { world: at, client, host, trade } = await world();
    await trade(1, 2, 3);
    at.crash();
    host.topic(TRADES).from = 3;
    host.renew(QUOTE, "e2");
    const back = at.connect();
    const said = await restore(back, client.session, [
      { topic: TRADES, epoch: "e1", seq: 2 },
      { topic: QUOTE, epoch: "e1", seq: 1 },
    ]);
    expect(said.slice(1)).toMatchObject([
      { topic: QUOTE, epoch: "e2", type: "snap", seq: 1, reset: { reason: "epoch" } },
      { topic: TRADES, epoch: "e1", type: "snap", seq: 4, reset: { reason: "beyond-ring" } },
    ]);
    await trade(4);
    expect(back.take()).toMatchObject([{ topic: TRADES, seq: 5 }]);
  });

  test("is refused after a minute, to somebody else, and for what never was", async () => {
    const { world: at, client } = await world();
    client.leave();
    const stranger = at.connect({ ...READER, subject: "key-2" });
    const foreigner = at.connect({ ...READER, tenant: "u" });
    for (const visitor of [stranger, foreigner])
      expect(await restore(visitor, client.session)).toMatchObject([
        { op: "error", id: 1, code: "session-unknown" },
      ]);
    expect(await restore(stranger, `g-1.${"0".repeat(32)}`)).toMatchObject([{ code: "session-unknown" }]);
    at.clock.pass(SESSION_KEPT_MS);
    expect(await restore(at.connect(), client.session)).toMatchObject([{ code: "session-unknown" }]);
  });

  test("of an open connection is refused to a stranger, and the connection stays", async () => {
    const { world: at, client } = await world();
    await restore(at.connect({ ...READER, subject: "key-2" }), client.session);
    expect(client.socket.closing).toBeUndefined();
  });

  test("a session is gone from the disk when its minute is over", async () => {
    const { world: at, client } = await world();
    client.leave();
    const rows = () => at.sql.exec("SELECT id FROM session").length;
    expect(rows()).toBe(1);
    expect(at.alarm.slot).toBe(at.clock.now() + SESSION_KEPT_MS);
    at.clock.pass(SESSION_KEPT_MS);
    at.desk.wake();
    expect(rows()).toBe(0);
  });
});

describe("resume", () => {
  test("of a place that the gateway has not been told yet waits for it, and nothing comes twice", async () => {
    const { world: at, client, host, trade } = await world();
    await trade(1);
    client.take();
    host.publish(TRADES, "delta", [2], false);
    const told = host.outbox.splice(0);
    const other = at.connect();
    await other.ask({ op: "resume", topic: TRADES, epoch: "e1", seq: 3 });
    expect(other.take()).toEqual([]);
    host.outbox.push(...told);
    await trade(3);
    expect(other.take()).toMatchObject([{ topic: TRADES, seq: 4, data: [3] }]);
    expect(client.take()).toMatchObject([{ seq: 3 }, { seq: 4 }]);
  });

  test("from further back than memory reaches is filled by the actor and joins without a hole", async () => {
    const { world: at, client, host, trade } = await world();
    await trade(1, 2, 3);
    at.crash();
    const one = at.connect();
    await one.subscribe(TRADES);
    await trade(4);
    const two = at.connect();
    const said = await two.ask({ op: "resume", topic: TRADES, epoch: "e1", seq: 1 });
    expect(said.slice(1).map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
    expect(host.replays).toEqual([{ epoch: "e1", seq: 1 }]);
    expect(client.socket.closing).toBeUndefined();
  });
});

test("a load with sockets open goes on for each, and says that something may be missing", async () => {
  const { world: at, client, trade } = await world();
  await trade(1);
  client.take();
  at.load();
  await trade(2);
  expect(client.take().filter(({ topic }) => topic === TRADES)).toMatchObject([
    { type: "snap", seq: 3, reset: { reason: "beyond-ring" } },
  ]);
  await trade(3);
  expect(client.take()).toMatchObject([{ topic: TRADES, seq: 4 }]);
  const [ack] = await client.ask({ op: "unsubscribe", topics: [TRADES] });
  expect(ack).toMatchObject({ op: "ack", topics: [{ topic: QUOTE }], errors: [] });
});

test("a message that is missing is asked for, and nobody is sent what follows before it", async () => {
  const { world: at, client, host, trade } = await world();
  await trade(1);
  client.take();
  host.publish(TRADES, "delta", [2], false);
  host.outbox = [];
  await trade(3);
  expect(client.take().map(({ seq }) => seq)).toEqual([3, 4]);
  await at.settle();
});

test("what is told twice is heard once", async () => {
  const { world: at, client, host, trade } = await world();
  await trade(1);
  client.take();
  host.publish(TRADES, "delta", [2], false);
  const told = [...host.outbox];
  await at.settle();
  host.outbox = told;
  await at.settle();
  expect(client.take().map(({ seq }) => seq)).toEqual([3]);
});
