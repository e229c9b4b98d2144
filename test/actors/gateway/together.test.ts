/** Many who come back share one commit and one question, and whoever listens to nothing needs none. */
import { expect, test } from "vitest";
import { ExistingNames } from "../../../actors/gateway/existing.ts";
import { TOGETHER_MAX } from "../../../actors/gateway/limits.ts";
import { Together } from "../../../actors/gateway/together.ts";
import { answer } from "../../../actors/runtime/reply.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import { World } from "./gateway-world.ts";

const TRADES = "trades.T:A";

const rowsOf = ({ sql }: World): number => sql.exec("SELECT 1 FROM session").length;
const microtasks = () => new Promise((resolve) => setImmediate(resolve));

test("frames that come within a macrotask are taken in one, up to a number; later ones in a later", async () => {
  const wakes: (() => void)[] = [];
  const together = new Together({ set: (run) => void wakes.push(run) });
  const done: number[] = [];
  for (let index = 0; index < TOGETHER_MAX + 2; index += 1)
    void together.moment().then(() => done.push(index));
  expect(wakes).toHaveLength(2);
  wakes[0]?.();
  await microtasks();
  expect(done).toHaveLength(TOGETHER_MAX);
  void together.moment().then(() => done.push(-1));
  expect(wakes).toHaveLength(2);
  wakes[1]?.();
  await microtasks();
  expect(done).toHaveLength(TOGETHER_MAX + 3);
  void together.moment();
  expect(wakes).toHaveLength(3);
});

test("who comes back with others waits for one moment with them, and all are written in it", async () => {
  const world = new World();
  const clients = Array.from({ length: 5 }, () => world.connect());
  for (const client of clients) await client.subscribe(TRADES);
  world.crash();
  await world.connect().subscribe(TRADES);
  const back = clients.map(({ session }) => ({ session, visitor: world.connect() }));
  const waking = world.waking;
  for (const { session, visitor } of back) visitor.say({ op: "restore", session });
  await microtasks();
  expect(world.waking - waking).toBe(1);
  expect(rowsOf(world)).toBe(6);
  await world.settle();
  for (const { visitor } of back) expect(visitor.take()[0]).toMatchObject({ op: "ack", errors: [] });
  expect(rowsOf(world)).toBe(6);
});

test("frames of one client stay in their order, behind one moment", async () => {
  const world = new World();
  const client = world.connect();
  const waking = world.waking;
  client.say({ op: "subscribe", id: 1, topics: [TRADES] });
  client.say({ op: "unsubscribe", id: 2, topics: [TRADES] });
  client.say({ op: "subscribe", id: 3, topics: ["quote.T:A"] });
  expect(world.waking - waking).toBe(1);
  await world.settle();
  expect(client.take().flatMap(({ op, id }) => (op === "ack" ? [id] : []))).toEqual([1, 2, 3]);
});

test("whether the symbols of a crowd exist is asked once, also where some of it want one more", async () => {
  const asked: (readonly string[])[] = [];
  const known = async (_envelope: unknown, symbols: readonly string[]) => {
    asked.push(symbols);
    await microtasks();
    return answer(symbols);
  };
  const names = new ExistingNames({
    instrumentDirectory: () => ({ known }),
  } as unknown as ConstructorParameters<typeof ExistingNames>[0]);
  const wanted = ["T:A", "T:B", "T:C"].map((name) => ({
    topic: `trades.${name}`,
    actor: `symbol:${name}`,
    needs: { kind: "symbol", name } as const,
  }));
  const crowd = [2, 2, 3, 3].map((count) => names.refusals(envelope(), wanted.slice(0, count)));
  for (const verdicts of await Promise.all(crowd)) expect([...verdicts]).toEqual([]);
  expect(asked).toEqual([["T:A", "T:B"], ["T:C"]]);
  expect([names.size, names.asked]).toEqual([3, 0]);
});

test("a connection is not written before it listens to something; of one that never did nothing is known after a kill", async () => {
  const world = new World();
  const client = world.connect();
  expect(rowsOf(world)).toBe(0);
  const other = world.connect();
  await other.subscribe(TRADES);
  expect(rowsOf(world)).toBe(1);
  world.crash();
  const back = world.connect();
  const said = await back.ask({ op: "restore", id: 1, session: client.session });
  expect(said).toMatchObject([{ op: "error", code: "session-unknown" }]);
});
