import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../../actors/runtime/reply.ts";
import type { TickReport } from "../../../actors/symbol/messages.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import { INSTRUMENT, MINUTE, NOON, SYMBOL, trade } from "./bench.ts";

import { World } from "./pit-world.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("reference data", () => {
  test("a symbol that does not know its instrument asks once for all who wait, and keeps the answer", async () => {
    const world = new World();
    const replies = await Promise.all([
      world.take(trade(NOON, "10")),
      world.take(trade(NOON, "11")),
      world.pit.quote(envelope()),
    ]);
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(world.lookups).toBe(1);
    world.restart();
    expect(await world.take(trade(NOON, "12"))).toMatchObject({ ok: true, value: { accepted: 1 } });
    expect(world.lookups).toBe(1);
  });

  test("without an instrument nothing is taken and nothing is kept", async () => {
    const world = new World();
    world.lookup = () => Promise.resolve(refusal("instrument-unknown"));
    expect(await world.take(trade(NOON, "10"))).toMatchObject({ ok: false, code: "symbol-unknown" });
    expect(await world.pit.quote(envelope())).toMatchObject({ ok: false, code: "symbol-unknown" });
    expect(await world.pit.bars(envelope(), { resolution: "1", limit: 5 })).toMatchObject({
      code: "symbol-unknown",
    });
    expect(await world.pit.snapshot(envelope())).toMatchObject({ ok: false, code: "symbol-unknown" });
    expect(world.transactions).toBe(0);
  });

  test("a directory that fails once is asked again", async () => {
    const world = new World();
    world.lookup = () => Promise.reject(new Error("away"));
    await expect(world.take(trade(NOON, "10"))).rejects.toThrow("away");
    world.lookup = () => Promise.resolve(answer(INSTRUMENT));
    expect(await world.take(trade(NOON, "10"))).toMatchObject({ ok: true });
  });

  test("the directory's facts count once, and an older version never replaces a newer one", async () => {
    const world = new World();
    expect(await world.hear(5, { ...INSTRUMENT, version: 2, status: "halted" })).toEqual({
      ok: true,
      value: { watermark: 5 },
    });
    expect(await world.hear(5, { ...INSTRUMENT, version: 2, status: "halted" })).toEqual({
      ok: true,
      value: { watermark: 5 },
    });
    expect(await world.hear(7, INSTRUMENT)).toEqual({ ok: true, value: { watermark: 7 } });
    world.restart();
    expect(await world.pit.snapshot(envelope())).toMatchObject({
      ok: true,
      value: { instrument: { version: 2, status: "halted" } },
    });
    expect(world.lookups).toBe(0);
  });

  test("facts of another kind are passed over and confirmed", async () => {
    const world = new World();
    const facts = [[3, NOON, "instrument-retold", "not an instrument"]] as const;
    const batch = {
      actor: "instrument-directory:instruments",
      facts,
      incarnation: "i",
      knownIncarnations: [],
    };
    expect(await world.pit.receive(envelope(), batch)).toEqual({ ok: true, value: { watermark: 3 } });
  });
});

describe("requests", () => {
  test("what arrives together is written together and answered one by one", async () => {
    const world = new World();
    await world.take(trade(NOON, "10", { id: "a" }));
    const before = world.transactions;
    const replies = await Promise.all([
      world.take(trade(NOON, "10", { id: "a" })),
      world.take(trade(NOON + 1, "11", { id: "b" })),
      world.take(trade(NOON + 1, "11", { id: "b" })),
    ]);
    expect(world.transactions).toBe(before + 1);
    expect(replies).toMatchObject([
      { value: { duplicates: 1 } },
      { value: { accepted: 1 } },
      { value: { duplicates: 1 } },
    ]);
  });

  test("a body that is no list of ticks is refused", async () => {
    expect(await new World().pit.ticks(envelope(), "feed", "nonsense")).toMatchObject({
      ok: false,
      code: "json-invalid",
    });
  });

  test("while Postgres is away growth stops at the outbox's bound: ticks come again later, reads go on", async () => {
    const world = new World();
    world.destinations.before = () => {
      throw new Error("Postgres is away");
    };
    const codes = new Set<string>();
    const from = NOON - 12_000 * 60 * MINUTE;
    for (let sent = 0; sent < 12_000; sent += 2_000) {
      const hourly = Array.from({ length: 2_000 }, (_, index) =>
        trade(from + (sent + index) * 60 * MINUTE, "10"),
      );
      const reply = await world.take(...hourly);
      if (!reply.ok) codes.add(reply.code);
      else
        for (const { code, retryable } of (reply.value as TickReport).rejected)
          codes.add(`${code} ${retryable}`);
    }
    expect([...codes]).toEqual(["overloaded true"]);
    expect(world.outbox.depth).toBeGreaterThan(39_000);
    expect(world.outbox.depth).toBeLessThanOrEqual(40_010);
    expect(await world.pit.quote(envelope())).toMatchObject({ ok: true });
    expect(await world.pit.bars(envelope(), { resolution: "60", limit: 5 })).toMatchObject({ ok: true });
  });
});

describe("prices for the hub", () => {
  test("one push for a group, with every change of it and the newest mark", async () => {
    const world = new World();
    await world.take(trade(NOON, "9"));
    await settled();
    world.pushed.length = 0;
    await Promise.all([
      world.take(trade(NOON + 1, "10"), trade(NOON + 2, "11")),
      world.take(trade(NOON + 3, "12")),
    ]);
    expect(world.pushed).toMatchObject([
      {
        mark: { last: 1_200, lastChanges: 4 },
        changes: [
          [2, NOON + 1, 1_000],
          [3, NOON + 2, 1_100],
          [4, NOON + 3, 1_200],
        ],
        sampled: false,
      },
    ]);
  });

  test("a repeat alone is no news", async () => {
    const world = new World();
    await world.take(trade(NOON, "9", { id: "a" }));
    await settled();
    const before = world.pushed.length;
    await world.take(trade(NOON, "9", { id: "a" }));
    expect(world.pushed).toHaveLength(before);
  });

  test("a hub that fails hears it again by the alarm", async () => {
    const world = new World();
    world.hub = () => Promise.reject(new Error("away"));
    await world.take(trade(NOON, "9"));
    await settled();
    await settled();
    const tries = world.pushed.length;
    expect(world.timers.dueOf("prices")).toBeLessThan(world.clock.now() + 5_000);
    world.hub = () => Promise.resolve(answer(null));
    world.clock.pass(5_000);
    await world.fire();
    expect(world.pushed.length).toBe(tries + 1);
    expect(world.pushed.at(-1)).toMatchObject({ changes: [[1, NOON, 900]], instrument: { symbol: SYMBOL } });
  });

  test("a symbol that was killed before its hub heard wakes by its alarm and tells where it stands", async () => {
    const world = new World();
    world.hub = () => new Promise(() => {});
    await world.take(trade(NOON, "9"));
    world.restart();
    world.pushed.length = 0;
    world.hub = () => Promise.resolve(answer(null));
    world.clock.pass(30_000);
    expect(world.alarm.slot).toBeLessThanOrEqual(world.clock.now());
    await world.fire();
    expect(world.pushed).toMatchObject([{ mark: { last: 900, lastChanges: 1 }, changes: [] }]);
  });
});

test("the alarm closes what is due, through the same turns", async () => {
  const world = new World();
  world.clock.time = (NOON + 30_000) as typeof world.clock.time;
  await world.pit.ticks(envelope(NOON + 600_000), "feed", JSON.stringify([[0, trade(NOON + 30_000, "10")]]));
  world.clock.time = (NOON + MINUTE + 2_000) as typeof world.clock.time;
  await world.fire();
  const reply = await world.pit.bars(envelope(), { resolution: "1", limit: 5 });
  expect(reply.ok && JSON.parse(reply.value.bars[0]!)).toMatchObject({ state: "final" });
  await world.outbox.drain();
  expect(world.destinations.got.get("archive")?.map(([, , kind]) => kind)).toEqual(["bar"]);
});
