import { afterEach, describe, expect, test, vi } from "vitest";
import { OUTBOX_FACTS_MAX, OUTBOX_GROWTH_MAX } from "../../../actors/runtime/outbox.ts";
import { answer, refusal } from "../../../actors/runtime/reply.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import { filled, leg, MINUTE, markAt, opened, T0, update } from "./bench.ts";
import { DeskWorld, settled } from "./desk-world.ts";

const A = "XNAS:AAA";
const B = "XNAS:BBB";
afterEach(() => vi.useRealTimers());

const amended = (...symbols: string[]) =>
  ({
    type: "strategy-amended",
    strategy: "carry",
    name: "Carry",
    tags: [],
    legs: symbols.map((symbol) => leg(symbol)),
    at: T0,
  }) as const;

describe("news of the account", () => {
  test("a batch that comes twice counts once, and is confirmed both times", async () => {
    const world = new DeskWorld();
    const batch = world.batch(opened([A]), filled(A, 10, 100_00, T0));
    expect(await world.redeliver(batch)).toEqual(answer({ watermark: 2 }));
    expect(await world.redeliver(batch)).toEqual(answer({ watermark: 2 }));
    expect(world.candles()).toMatchObject([{ missingLegs: [A] }]);
    expect(JSON.parse(String((world.desk.positions() as { value: string }).value))).toMatchObject({
      items: [{ qty: "10" }],
    });
  });

  test("it is still there after a restart, and a repeat then counts once too", async () => {
    const world = new DeskWorld();
    const batch = world.batch(opened([A]), filled(A, 10, 100_00, T0));
    await world.redeliver(batch);
    const before = [world.desk.describe(), world.desk.positions(), world.candles()];
    world.restart();
    await world.redeliver(batch);
    expect([world.desk.describe(), world.desk.positions(), world.candles()]).toEqual(before);
  });

  test("news that this version cannot read, or that cannot be, is passed over, counted, logged and confirmed", async () => {
    const world = new DeskWorld();
    const batch = world.batch(
      amended(A),
      { type: "strategy-closed", strategy: "carry", at: T0 },
      opened([A]),
      { ...filled(A, 10, 100_00, T0), qty: 1.5 },
      { ...filled(A, 10, 100_00, T0), fee: "a lot" },
      { type: "strategy-renamed", strategy: "carry" } as never,
      filled(A, 7, 100_00, T0),
    );
    const facts = [...batch.facts, [8, T0, "fill-booked", "{"] as const];
    expect(await world.redeliver({ ...batch, facts })).toEqual(answer({ watermark: 8 }));
    const skipped = { event: "news-skipped", actor: "strategy:acme/carry", sender: "risk-shard:acme/main" };
    expect(world.logged).toEqual([
      { ...skipped, seq: 1, kind: "strategy-amended", reason: "amended before it was opened" },
      { ...skipped, seq: 2, kind: "strategy-closed", reason: "closed before it was opened" },
      { ...skipped, seq: 4, kind: "fill-booked", reason: "unreadable: invalid_type at qty" },
      { ...skipped, seq: 5, kind: "fill-booked", reason: "an amount that is none" },
      { ...skipped, seq: 6, kind: "strategy-renamed", reason: "unreadable: invalid_union at type" },
      { ...skipped, seq: 8, kind: "fill-booked", reason: "unreadable: custom at the top" },
    ]);
    const held = () => JSON.parse(String((world.desk.positions() as { value: string }).value));
    expect(held()).toMatchObject({ items: [{ qty: "7" }] });
    const [row] = world.sql.exec<{ body: string }>("SELECT body FROM timeline");
    expect(JSON.parse(row?.body ?? "")).toMatchObject({ skippedNews: 6 });
    world.restart();
    expect(await world.redeliver({ ...batch, facts })).toEqual(answer({ watermark: 8 }));
    expect(held()).toMatchObject({ items: [{ qty: "7" }] });
    expect(world.logged).toHaveLength(6);
  });

  test("prices that cannot be fail alone, and the strategy goes on", async () => {
    const world = new DeskWorld();
    await world.tell(opened([A]));
    await expect(world.prices(update(A, [[1, T0, 0.5]]))).rejects.toThrow();
    expect(await world.prices(update(A, [[1, T0, 1_00]]))).toEqual(answer(null));
    expect(world.candles()).toMatchObject([{ tickCount: 1 }]);
  });

  test("it is taken even when facts fill the outbox to where prices are refused", async () => {
    const world = new DeskWorld();
    await world.tell(opened([A]));
    world.sql.exec("UPDATE outbox_mark SET last_seq = archived_seq + ?1", OUTBOX_GROWTH_MAX);
    world.restart();
    expect(OUTBOX_GROWTH_MAX).toBeLessThan(OUTBOX_FACTS_MAX);
    expect(await world.prices(update(A, [[1, T0, 1_00]]))).toMatchObject({ ok: false, code: "overloaded" });
    expect(await world.tell(filled(A, 1, 1_00, T0))).toEqual(answer({ watermark: 2 }));
  });
});

describe("prices", () => {
  test("a new leg is subscribed first and then asked for its price, before the account hears that its news was taken", async () => {
    const world = new DeskWorld();
    world.marks.set(A, markAt(7, T0 - 5, 100_00));
    await world.tell(opened([A]), filled(A, 1, 100_00, T0, { opening: true }));
    expect(world.asked).toEqual([`subscribe ${A}`, `snapshot ${A}`]);
    await world.prices(update(A, [[8, T0, 101_00]]));
    expect(world.candles()).toMatchObject([{ close: "1", tickCount: 1, sampled: false }]);
  });

  test("what a hub tells of the time before the first price is not counted", async () => {
    const world = new DeskWorld();
    world.marks.set(A, markAt(7, T0 - 5, 100_00));
    const asked = Promise.withResolvers<void>();
    const priced = Promise.withResolvers<void>();
    world.beforeSnapshot = () => {
      asked.resolve();
      return priced.promise;
    };
    const opening = world.tell(opened([A]), filled(A, 1, 100_00, T0, { opening: true }));
    await asked.promise;
    const told = world.prices(
      update(A, [
        [6, T0 - 9, 99_00],
        [7, T0 - 5, 100_00],
        [8, T0, 101_00],
      ]),
    );
    priced.resolve();
    await Promise.all([opening, told]);
    expect(world.candles()).toMatchObject([{ close: "1", tickCount: 1, sampled: false }]);
  });

  test("the account's answer does not wait for a symbol that hangs", async () => {
    const world = new DeskWorld();
    world.beforeSnapshot = () => new Promise(() => {});
    expect(await world.tell(opened([A]))).toEqual(answer({ watermark: 1 }));
  });

  test("a hub that cannot be reached is asked again later, after a restart too", async () => {
    const world = new DeskWorld();
    world.hub = () => Promise.reject(new Error("away"));
    await world.tell(opened([A]));
    await settled();
    expect(world.timers.dueOf("linking")).toBe(world.clock.now() + 5_000);
    world.hub = () => Promise.resolve(answer(null));
    world.clock.pass(5_000);
    await world.fire();
    expect([...world.subscribed]).toEqual([A]);
    expect(world.timers.dueOf("linking")).toBeUndefined();
  });

  test("a kill before a new leg is linked leaves a timer behind that links it, and so does a kill in that linking", async () => {
    const world = new DeskWorld();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    world.hub = () => new Promise(() => {});
    void world.tell(opened([A]));
    await settled();
    const onDisk = () => world.sql.exec("SELECT due FROM timer WHERE name = 'linking'");
    expect(onDisk()).toEqual([{ due: world.clock.now() + 5_000 }]);
    world.clock.pass(5_000);
    void world.fire();
    void world.prices();
    await settled();
    expect(onDisk()).toEqual([{ due: world.clock.now() + 5_000 }]);
  });

  test("a hub that never answers does not keep later legs from being linked", async () => {
    const world = new DeskWorld();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    world.hub = () => new Promise(() => {});
    void world.tell(opened([A]));
    await settled();
    world.hub = () => Promise.resolve(answer(null));
    void world.tell(opened([A, B]));
    for (let second = 0; second < 11; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      await settled();
    }
    expect([...world.subscribed].sort()).toEqual([A, B]);
  });

  test("a hub that refuses, or a symbol that fails, is asked again later", async () => {
    const world = new DeskWorld();
    world.hub = () => Promise.resolve(refusal("too-many"));
    world.beforeSnapshot = () => Promise.reject(new Error("away"));
    await world.tell(opened([A]));
    await settled();
    expect(world.timers.dueOf("linking")).toBeDefined();
    expect(world.subscribed.size).toBe(0);
  });

  test("after a restart every leg is subscribed again, and only those without a price are asked for it", async () => {
    const world = new DeskWorld();
    await world.tell(opened([A, B]));
    world.asked.length = 0;
    world.restart();
    await settled();
    expect(world.asked.join(" ")).not.toContain("snapshot");
    expect(world.asked.join(" ")).toContain(A);
    expect(world.asked.join(" ")).toContain(B);
  });

  test("a leg that is neither named nor held any more is unsubscribed", async () => {
    const world = new DeskWorld();
    await world.tell(opened([A, B]), filled(B, 1, 5_00, T0));
    await world.tell(amended(A));
    expect([...world.subscribed].sort()).toEqual([A, B]);
    await world.tell(filled(B, -1, 5_00, T0 + 1));
    await settled();
    expect([...world.subscribed]).toEqual([A]);
  });

  test("a closed strategy follows what it still holds and nothing else", async () => {
    const world = new DeskWorld();
    await world.tell(opened([A, B]), filled(B, 1, 5_00, T0));
    await world.tell({ type: "strategy-closed", strategy: "carry", at: T0 });
    await settled();
    expect([...world.subscribed]).toEqual([B]);
    for (const reply of [
      world.desk.describe(),
      world.desk.positions(),
      await world.desk.pnl(envelope(T0), "average"),
    ])
      expect(reply).toMatchObject({ ok: true });
    expect((await world.desk.connect(new Request("http://x/"))).status).toBe(404);
    expect(world.desk.link("gateway:g", "{}")).toMatchObject({ ok: false, code: "strategy-unknown" });
  });

  test("a hub that sends what nobody follows is told so", async () => {
    const world = new DeskWorld();
    await world.tell(opened([A]));
    world.subscribed.add(B);
    expect(await world.prices(update(B, [[1, T0, 1_00]]))).toEqual(answer(null));
    await settled();
    expect([...world.subscribed]).toEqual([A]);
  });
});

describe("the closing timer", () => {
  test("it closes a minute after which nothing comes", async () => {
    const world = new DeskWorld();
    world.clock.time = (T0 + 40_000) as typeof world.clock.time;
    await world.tell(opened([A]), filled(A, 1, 100_00, T0, { opening: true }));
    await world.prices(update(A, [[1, T0 + 39_900, 101_00]]));
    world.clock.time = (T0 + MINUTE + 3_000) as typeof world.clock.time;
    await world.fire();
    expect(world.candles()).toMatchObject([{ state: "final", close: "1" }]);
    expect(world.destinations.got.size + world.outbox.depth).toBeGreaterThan(0);
  });
});
