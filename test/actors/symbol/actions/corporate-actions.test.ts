import { describe, expect, test } from "vitest";
import type { Envelope } from "../../../../actors/runtime/envelope.ts";
import type { ActorReply } from "../../../../actors/runtime/reply.ts";
import type { ActionEntry, ActionPage } from "../../../../actors/symbol/messages.ts";
import { envelope, waitingFacts } from "../../../support/runtime-fakes.ts";
import { DAY, INSTRUMENT, NOON, trade } from "../bench.ts";
import { World } from "../pit-world.ts";

/** The day of `NOON`; the world's clock stands in it, too. */
const TODAY = "2023-11-14";
const DIVIDEND = { id: "d1", type: "dividend", exDate: "2023-11-13", amount: "0.25" } as const;
const SPLIT = { id: "s1", type: "split", exDate: "2023-11-10", from: "1", to: "4" } as const;

const by = (subject: string, tenant = "t"): Envelope => ({ ...envelope(), principal: { tenant, subject } });
const recorded = async (
  world: World,
  action: object,
  from = envelope(),
): Promise<Record<string, unknown>> => {
  const reply = await world.pit.actions.record(from, JSON.stringify(action));
  if (!reply.ok) throw new Error(reply.code);
  return JSON.parse(reply.value);
};
const refused = async (world: World, action: object): Promise<ActorReply<unknown>> =>
  world.pit.actions.record(envelope(), JSON.stringify(action));
const page = async (world: World, query: { limit?: number; after?: string } = {}): Promise<ActionPage> => {
  const reply = await world.pit.actions.page(envelope(), { limit: 1_000, ...query });
  if (!reply.ok) throw new Error(reply.code);
  return reply.value;
};
const entries = async (world: World): Promise<ActionEntry[]> =>
  (await page(world)).items.map((text) => JSON.parse(text));
const facts = (world: World): unknown[] =>
  waitingFacts(world.sql)
    .filter(([, , kind]) => kind === "corporate-action")
    .map(([, , , payload]) => JSON.parse(payload));

describe("recording", () => {
  test("keeps terms, time and principal, through a restart, and tells one fact", async () => {
    const world = new World();
    const reply = await recorded(world, { ...DIVIDEND, amount: "0.2500" }, by("ana"));
    expect(reply).toEqual({ ...DIVIDEND, recordedAt: world.clock.now(), recordedBy: "ana" });
    world.restart();
    expect(await entries(world)).toEqual([
      {
        ...DIVIDEND,
        recordedAt: world.clock.now(),
        recordedBy: { tenant: "t", subject: "ana" },
        startsAt: Date.UTC(2023, 10, 13),
      },
    ]);
    expect(facts(world)).toEqual([
      {
        ...{
          symbol: "TEST:ABC",
          id: "d1",
          type: "dividend",
          exDate: "2023-11-13",
          terms: { amount: "0.25" },
        },
        ...{
          referencePrice: null,
          recordedAt: world.clock.now(),
          recordedBy: { tenant: "t", subject: "ana" },
        },
        ...{ revokedAt: null, revokedBy: null },
      },
    ]);
  });

  test("again with the same terms, however they are written, answers the same text and tells nothing", async () => {
    const world = new World();
    const first = await world.pit.actions.record(by("ana"), JSON.stringify(DIVIDEND));
    world.clock.pass(5_000);
    const again = JSON.stringify({
      amount: 0.25,
      exDate: DIVIDEND.exDate,
      type: DIVIDEND.type,
      id: DIVIDEND.id,
    });
    expect(await world.pit.actions.record(by("bob"), again)).toEqual(first);
    world.restart();
    expect(await world.pit.actions.record(by("bob"), again)).toEqual(first);
    expect(facts(world)).toHaveLength(1);
  });

  test("with other terms under the same id is refused, and changes nothing", async () => {
    const world = new World();
    await recorded(world, DIVIDEND);
    for (const other of [{ amount: "0.26" }, { exDate: TODAY }, { referencePrice: "10" }])
      expect(await refused(world, { ...DIVIDEND, ...other })).toMatchObject({
        code: "idempotency-key-reused",
      });
    expect(await refused(world, { ...SPLIT, id: "d1" })).toMatchObject({ code: "idempotency-key-reused" });
    expect(await entries(world)).toMatchObject([DIVIDEND]);
  });

  test("two of one group see each other", async () => {
    const world = new World();
    const replies = await Promise.all([
      refused(world, DIVIDEND),
      refused(world, { ...DIVIDEND, amount: "1" }),
    ]);
    expect(replies).toMatchObject([{ ok: true }, { code: "idempotency-key-reused" }]);
  });

  test("shows who recorded it to that tenant alone", async () => {
    const world = new World();
    await recorded(world, DIVIDEND, by("ana", "acme"));
    expect(await recorded(world, DIVIDEND, by("eve", "other"))).not.toHaveProperty("recordedBy");
  });

  test.each<[object, string, string]>([
    [{ ...DIVIDEND, amount: "0" }, "invalid", "amount"],
    [{ ...DIVIDEND, amount: "-1" }, "invalid", "amount"],
    [{ ...DIVIDEND, amount: "NaN" }, "number-not-finite", "amount"],
    [{ ...DIVIDEND, exDate: "2023-02-30" }, "invalid", "exDate"],
    [{ ...DIVIDEND, exDate: "1960-01-04" }, "range", "exDate"],
    [{ ...DIVIDEND, from: "1" }, "unknown-field", "from"],
    [{ ...SPLIT, to: undefined }, "invalid", "to"],
    [{ ...SPLIT, type: "merger" }, "field-combination", "type"],
    [{ ...SPLIT, id: "a b" }, "id-format", "id"],
  ])("%j is refused: %s at %s", async (action, code, path) => {
    expect(await refused(new World(), action)).toMatchObject({ ok: false, code, errors: [{ path }] });
  });

  test("of no action is refused", async () => {
    const world = new World();
    expect(await world.pit.actions.record(envelope(), "{")).toMatchObject({ ok: false });
    expect(await page(world)).toEqual({ items: [], total: 0 });
  });
});

describe("a price that is known when an action is recorded", () => {
  const yesterday = NOON - DAY;
  test.each<[string, object, boolean]>([
    ["the last close, of the day before", { amount: "9.99" }, true],
    ["the last close itself", { amount: "10" }, false],
    ["above the last close", { amount: "12.5" }, false],
    ["above it, under a reference price that is higher", { amount: "12.5", referencePrice: "13" }, true],
    ["below it, above a reference price that is lower", { amount: "5", referencePrice: "4" }, false],
  ])("a dividend that is %s: taken or not", async (_name, terms, isTaken) => {
    const world = new World();
    await world.take(
      trade(yesterday - DAY, "50"),
      trade(yesterday, "12"),
      trade(yesterday + 1, "10"),
      trade(NOON, "90"),
    );
    const reply = await refused(world, { ...DIVIDEND, exDate: TODAY, ...terms });
    expect(reply).toMatchObject(isTaken ? { ok: true } : { ok: false, code: "factor-invalid" });
    expect((await page(world)).total).toBe(isTaken ? 1 : 0);
  });

  test("is not taken from days long ago, nor from days of which none is before the ex-date", async () => {
    const world = new World();
    await world.take(trade(NOON - 32 * DAY, "10"), trade(NOON, "10"));
    expect(await refused(world, { ...DIVIDEND, exDate: TODAY, amount: "12" })).toMatchObject({ ok: true });
  });

  test("is not the close of a day before an ex-date that lies ahead", async () => {
    const world = new World();
    await world.take(trade(NOON, "10"));
    expect(await refused(world, { ...DIVIDEND, exDate: "2023-11-20", amount: "12" })).toMatchObject({
      ok: true,
    });
  });
});

test("facts are written as they always were: Postgres holds them forever", async () => {
  const world = new World();
  await recorded(world, { ...DIVIDEND, referencePrice: "28.94" }, by("ana", "acme"));
  world.clock.pass(5);
  await world.pit.actions.revoke(by("bob", "acme"), "d1");
  const texts = waitingFacts(world.sql).flatMap(([, , kind, text]) =>
    kind === "corporate-action" ? [text] : [],
  );
  const action =
    '{"symbol":"TEST:ABC","id":"d1","type":"dividend","exDate":"2023-11-13","terms":{"amount":"0.25"},"referencePrice":"28.94","recordedAt":1700000000000,"recordedBy":{"tenant":"acme","subject":"ana"},';
  expect(texts).toEqual([
    `${action}"revokedAt":null,"revokedBy":null}`,
    `${action}"revokedAt":1700000000005,"revokedBy":{"tenant":"acme","subject":"bob"}}`,
  ]);
});

describe("revoking", () => {
  test("keeps the action in the record with time and principal; again is no news", async () => {
    const world = new World();
    await recorded(world, SPLIT);
    world.clock.pass(1_000);
    expect(await world.pit.actions.revoke(by("bob"), "s1")).toEqual({ ok: true, value: null });
    const revokedAt = world.clock.now();
    world.clock.pass(1_000);
    expect(await world.pit.actions.revoke(by("eve"), "s1")).toEqual({ ok: true, value: null });
    world.restart();
    const revoked = { revokedAt, revokedBy: { tenant: "t", subject: "bob" } };
    expect(await entries(world)).toMatchObject([{ ...SPLIT, ...revoked }]);
    expect(facts(world)).toMatchObject([
      { id: "s1", revokedAt: null },
      { id: "s1", ...revoked },
    ]);
  });

  test("does not free the id: the same terms are answered as before, others are refused, and it stays revoked", async () => {
    const world = new World();
    const first = await recorded(world, SPLIT);
    await world.pit.actions.revoke(envelope(), "s1");
    expect(await recorded(world, SPLIT)).toEqual(first);
    expect(await refused(world, { ...SPLIT, to: "5" })).toMatchObject({ code: "idempotency-key-reused" });
    expect(await entries(world)).toMatchObject([{ id: "s1", revokedAt: expect.any(Number) }]);
  });

  test("of what was never recorded is refused", async () => {
    expect(await new World().pit.actions.revoke(envelope(), "s1")).toMatchObject({ code: "action-unknown" });
  });
});

describe("the list", () => {
  test("ascends by ex-date, then id, in pages that miss and repeat nothing", async () => {
    const world = new World();
    for (const [id, exDate] of [
      ["b", "2023-01-02"],
      ["a", "2023-01-02"],
      ["c", "2022-06-01"],
      ["d", "2023-03-01"],
    ])
      await recorded(world, { ...SPLIT, id, exDate });
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const { items, next, total } = await page(world, {
        limit: 2,
        ...(after === undefined ? {} : { after }),
      });
      expect(total).toBe(4);
      ids.push(...items.map((text) => JSON.parse(text).id));
      after = next;
    } while (after !== undefined);
    expect(ids).toEqual(["c", "a", "b", "d"]);
  });

  test("tells where each begins in the instrument's own zone, and the week or month that it cuts", async () => {
    const world = new World();
    await world.hear(1, { ...INSTRUMENT, version: 2, timezone: "America/New_York", session: "0930-1600" });
    await recorded(world, { ...SPLIT, exDate: "2020-09-01" });
    const startsAt = Date.parse("2020-09-01T04:00:00Z");
    const at = async (resolution: string) => {
      const reply = await world.pit.actions.page(envelope(), { limit: 9, resolution });
      return reply.ok ? JSON.parse(reply.value.items[0] ?? "null") : reply;
    };
    expect(await at("60")).toMatchObject({ startsAt });
    expect(await at("60")).not.toHaveProperty("bucket");
    const week = { start: Date.parse("2020-08-31T04:00:00Z"), end: Date.parse("2020-09-07T04:00:00Z") };
    expect(await at("1W")).toMatchObject({ startsAt, bucket: week });
    expect(await at("1M")).toMatchObject({ bucket: { start: startsAt } });
    await world.hear(2, { ...INSTRUMENT, version: 3, timezone: "Asia/Tokyo", session: "0900-1500" });
    expect(await at("60")).toMatchObject({ startsAt: Date.parse("2020-08-31T15:00:00Z") });
  });
});

describe("days of a range as one", () => {
  test("are folded from closed and forming days alike, or the last of them is told; a range without any has none", async () => {
    const world = new World();
    for (const [days, price, size] of [
      [3, "10", "2"],
      [2, "14", "1"],
      [1, "9", "3"],
      [0, "11", "4"],
    ] as const)
      await world.take(trade(NOON - days * DAY, price, { size }));
    const midnight = NOON - (NOON % DAY);
    const reply = await world.pit.actions.dayFolds(envelope(), [
      [midnight - 2 * DAY, midnight],
      [midnight - 3 * DAY, midnight + DAY],
      [midnight - 9 * DAY, midnight - 5 * DAY],
      [midnight - 9 * DAY, midnight, true],
      [midnight - 9 * DAY, midnight + DAY, true],
    ]);
    expect(reply).toEqual({
      ok: true,
      value: {
        folds: [
          { o: "14", h: "14", l: "9", c: "9", v: "4", pv: "41", n: 2 },
          { o: "10", h: "14", l: "9", c: "11", v: "10", pv: "105", n: 4 },
          null,
          { o: "9", h: "9", l: "9", c: "9", v: "3", pv: "27", n: 1 },
          { o: "11", h: "11", l: "11", c: "11", v: "4", pv: "44", n: 1 },
        ],
      },
    });
  });
});
