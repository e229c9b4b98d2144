import { describe, expect, test } from "vitest";
import { PENDING_LIMITS_MAX, PENDING_SETS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { AAPL, codeOf, json, WIDE } from "./bench.ts";
import { CLIP, HOUR, idOf, ready } from "./limit-bench.ts";
import { connect, heard } from "./socket-bench.ts";

describe("a set with a moment", () => {
  test("waits, is listed, and holds from that millisecond on and not before", async () => {
    const bench = await ready();
    const effectiveAt = bench.now + HOUR;
    const reply = json(await bench.put([{ ...CLIP, threshold: "3" }], { effectiveAt, reason: "month end" }));
    expect(reply).toEqual({ version: 1, pending: { id: "scheduled-3", status: "scheduled", effectiveAt } });
    expect(await bench.pending()).toMatchObject([
      {
        id: "scheduled-3",
        what: "set",
        by: "s",
        reason: "month end",
        effectiveAt,
        limits: [{ threshold: "3" }],
      },
    ]);
    bench.clock.pass(HOUR - 1);
    await bench.price(AAPL, { last: "100" });
    expect(await bench.largest()).toBe(10);
    bench.clock.pass(1);
    expect(await bench.largest()).toBe(3);
    expect(await bench.check({ qty: "3" })).toMatchObject({ limitsVersion: 2 });
    expect(await bench.pending()).toEqual([]);
  });

  test("takes effect by the timer where nobody asks, and as of its moment however late that fires", async () => {
    const bench = await ready();
    const effectiveAt = bench.now + HOUR;
    await bench.put([{ ...CLIP, threshold: "3" }], { effectiveAt });
    bench.restart();
    expect(bench.timers.dueOf("limits")).toBe(effectiveAt);
    bench.clock.pass(2 * HOUR);
    await bench.desk.wake(bench.timers.takeDue(bench.clock.now()));
    expect(bench.timers.dueOf("limits")).toBeUndefined();
    const put = bench
      .facts()
      .filter(({ kind }) => kind === "limits-put")
      .at(-1);
    expect(put?.payload).toMatchObject({
      version: 2,
      at: effectiveAt,
      by: "s",
      origin: { what: "scheduled", ref: "scheduled-3" },
    });
    expect([await bench.asOf(effectiveAt - 1), await bench.asOf(effectiveAt)]).toEqual([1, 2]);
  });

  test("several take effect in their order, in one turn too", async () => {
    const bench = await ready();
    const [at] = [bench.now];
    await bench.put([{ ...CLIP, threshold: "7" }], { effectiveAt: at + 2 * HOUR });
    await bench.put([{ ...CLIP, threshold: "4" }], { effectiveAt: at + HOUR });
    bench.clock.pass(3 * HOUR);
    await bench.price(AAPL, { last: "100" });
    expect(await bench.largest()).toBe(7);
    expect((await bench.versions()).map(({ version, since }) => [version, since])).toEqual([
      [3, at + 2 * HOUR],
      [2, at + HOUR],
      [1, at],
    ]);
  });

  test("is taken back under a name, and then never comes", async () => {
    const bench = await ready();
    const id = idOf(await bench.put([{ ...CLIP, threshold: "3" }], { effectiveAt: bench.now + HOUR }));
    expect(codeOf(await bench.work({ type: "cancel", id, body: '{"by":"other","reason":"x"}' }))).toBe(
      "principal-mismatch",
    );
    expect(json(await bench.say("cancel", id, "s"))).toEqual({ version: 1 });
    bench.clock.pass(2 * HOUR);
    await bench.price(AAPL, { last: "100" });
    expect(await bench.largest()).toBe(10);
    expect(codeOf(await bench.say("cancel", id, "s"))).toBe("pending-unknown");
    expect(
      bench
        .facts()
        .map(({ kind, payload }) => [kind, payload["change"]])
        .slice(-2),
    ).toEqual([
      ["limits-planned", "scheduled"],
      ["limits-planned", "cancelled"],
    ]);
  });

  test.each([
    ["the past", -1],
    ["more than a year ahead", 367 * 24 * HOUR],
  ])("in %s is refused", async (_title, ms) => {
    const bench = await ready();
    expect(codeOf(await bench.put([CLIP], { effectiveAt: bench.now + ms }))).toBe("range");
    expect((await bench.inForce()).version).toBe(1);
  });
});

describe("limits as they were", () => {
  test("as of a moment, before the first ones, and not of what is still to come", async () => {
    const bench = await ready();
    const first = bench.now;
    bench.clock.pass(HOUR);
    await bench.put([WIDE]);
    expect(
      await Promise.all([first - 1, first, bench.now - 1, bench.now].map((at) => bench.asOf(at))),
    ).toEqual([0, 1, 1, 2]);
    expect(await bench.asOf(bench.now + 1)).toBe("ts-future");
  });

  test("versions say since when, by whom, how and why, and a template by name", async () => {
    const bench = await ready();
    const template = { id: "equities", version: 4 };
    await bench.put([WIDE, CLIP], { reason: "new desk", template }, "ann");
    bench.restart();
    expect((await bench.versions())[0]).toEqual({
      ...{ version: 2, since: bench.now, by: "ann", what: "put", reason: "new desk" },
      ...{ ref: null, approvedBy: null, template, limits: 2 },
    });
  });

  test("rows of the version before hold on, and what nobody knows of them is left to Postgres", async () => {
    const bench = await ready();
    bench.sql.exec("UPDATE limit_set SET since = 0, meta = '{}'");
    bench.restart();
    await bench.price(AAPL, { last: "100" });
    expect(await bench.largest()).toBe(10);
    expect(await bench.versions()).toEqual([]);
    expect(await bench.asOf(bench.now)).toBe("limits-unknown");
    await bench.put([{ ...CLIP, threshold: "3" }]);
    expect((await bench.versions()).map(({ version }) => version)).toEqual([2]);
  });
});

describe("bounds of what waits", () => {
  test("bound risk-shard/state:pendingLimits: a further override is refused, and limits can be put at once", async () => {
    const bench = await ready({}, [{ ...CLIP, scope: { kind: "symbol" } }]);
    for (let index = 0; index < PENDING_LIMITS_MAX; index++)
      await bench.override({ threshold: "20", member: `X:S${index}` });
    expect(bench.state.pendingLimits.size).toBe(PENDING_LIMITS_MAX);
    expect(codeOf(await bench.override({ threshold: "20", member: AAPL }))).toBe("too-many");
    expect(codeOf(await bench.put([{ ...CLIP, threshold: "3" }]))).toBeUndefined();
  });

  test("bound risk-shard/table:limit_pending: a further set is refused, and what is taken back leaves", async () => {
    const bench = await ready();
    const rows = () => bench.sql.exec("SELECT id FROM limit_pending").length;
    const ids: string[] = [];
    for (let index = 1; index <= PENDING_SETS_MAX; index++)
      ids.push(idOf(await bench.put([CLIP], { effectiveAt: bench.now + index })));
    expect(codeOf(await bench.put([CLIP], { effectiveAt: bench.now + HOUR }))).toBe("too-many");
    expect(rows()).toBe(PENDING_SETS_MAX);
    await bench.say("cancel", ids[0]!, "s");
    expect(codeOf(await bench.put([CLIP], { effectiveAt: bench.now + HOUR }))).toBeUndefined();
    expect(rows()).toBe(PENDING_SETS_MAX);
  });
});

test("who listens to the account hears of each version and of what waits, without the limits themselves", async () => {
  const bench = await ready();
  const socket = await connect(bench, ["risk:trade"], false);
  heard(socket);
  await bench.override({ threshold: "20" });
  const [override, version] = heard(socket).filter(({ type }) => String(type).startsWith("limits"));
  expect(override).toMatchObject({
    type: "limits-pending",
    data: { id: "override-3", what: "override", change: "begun", status: "in-force", by: "s" },
  });
  expect(version).toMatchObject({
    type: "limits",
    data: { version: 2, since: bench.now, by: "s", what: "override", ref: "override-3" },
  });
  expect(JSON.stringify([override, version])).not.toContain("threshold");
});
