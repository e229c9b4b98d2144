import { describe, expect, test } from "vitest";
import { AAPL, codeOf, type Json, json, MSFT, WIDE } from "./bench.ts";
import { CLIP, HOUR, idOf, ready } from "./limit-bench.ts";

describe("an override", () => {
  test("holds in place of its limit until its moment: a version when it begins and one when it ends", async () => {
    const bench = await ready();
    const reply = json(await bench.override({ threshold: "20" }));
    expect(reply).toEqual({ version: 2, pending: { id: "override-3", status: "in-force" } });
    const { override, threshold } = (await bench.inForce()).limits[0]!;
    expect([threshold, override]).toEqual([
      "20",
      { id: "override-3", threshold: "10", until: bench.now + HOUR, reason: "one large client", by: "s" },
    ]);
    expect(await bench.check({ qty: "20" })).toMatchObject({
      decision: "accept",
      limitsVersion: 2,
      checks: expect.arrayContaining([expect.objectContaining({ code: "max-order-qty", limit: "20" })]),
    });
    bench.clock.pass(HOUR - 1);
    await bench.price(AAPL, { last: "100" });
    expect(await bench.largest()).toBe(20);
    bench.clock.pass(1);
    expect(await bench.largest()).toBe(10);
    expect(await bench.versions()).toMatchObject([
      { version: 3, what: "override-ended", ref: "override-3" },
      { version: 2, what: "override", ref: "override-3", reason: "one large client", by: "s" },
      { version: 1, what: "put" },
    ]);
  });

  test("of one member leaves all others what they had", async () => {
    const bench = await ready({}, [{ ...CLIP, scope: { kind: "symbol" } }]);
    await bench.override({ threshold: "20", member: MSFT });
    expect([await bench.largest(AAPL), await bench.largest(MSFT)]).toEqual([10, 20]);
    await bench.override({ threshold: "5" });
    expect([await bench.largest(AAPL), await bench.largest(MSFT)]).toEqual([5, 20]);
    expect((await bench.inForce()).limits).toMatchObject([
      { threshold: "5", except: [MSFT] },
      { threshold: "20", scope: { kind: "symbol", id: MSFT } },
    ]);
  });

  test("takes the place of an earlier one of the same, and outlives a load", async () => {
    const bench = await ready();
    await bench.override({ threshold: "20" });
    await bench.override({ threshold: "15", until: bench.now + 2 * HOUR });
    bench.restart();
    bench.clock.pass(HOUR);
    await bench.price(AAPL, { last: "100" });
    expect(await bench.pending()).toMatchObject([{ override: { threshold: "15" }, status: "in-force" }]);
    expect(await bench.largest()).toBe(15);
    bench.clock.pass(HOUR);
    await bench.price(AAPL, { last: "100" });
    expect(await bench.largest()).toBe(10);
  });

  test("stays when other limits are put, as long as its own is among them", async () => {
    const bench = await ready();
    await bench.override({ threshold: "20" });
    await bench.put([{ ...CLIP, threshold: "12" }, WIDE]);
    expect(await bench.largest()).toBe(20);
    await bench.put([{ ...CLIP, id: "other", threshold: "12" }]);
    expect([await bench.largest(), await bench.pending()]).toEqual([12, []]);
  });

  test("is ended before its time under a name", async () => {
    const bench = await ready();
    const id = idOf(await bench.override({ threshold: "20" }));
    await bench.say("cancel", id, "s");
    expect([await bench.largest(), (await bench.inForce()).version]).toEqual([10, 3]);
    expect((await bench.versions())[0]).toMatchObject({
      what: "override-ended",
      reason: "cancel it",
      ref: id,
    });
  });

  test.each<[string, Json, string]>([
    ["of a limit that there is not", { limitId: "none" }, "limits-unknown"],
    ["of a member of an account's limit", { member: AAPL }, "field-combination"],
    ["that is over before it begins", { until: 1_000 }, "ts-range"],
    ["below zero", { threshold: "-1" }, "field-combination"],
    ["by somebody else", { by: "other" }, "principal-mismatch"],
  ])("%s is refused, and nothing changes", async (_title, terms, code) => {
    const bench = await ready();
    const body = { limitId: "clip", threshold: "20", until: bench.now + 1, reason: "x", by: "s", ...terms };
    expect(codeOf(await bench.work({ type: "override", body: JSON.stringify(body) }))).toBe(code);
    expect((await bench.inForce()).version).toBe(1);
  });

  test("for longer than a month is refused", async () => {
    const bench = await ready();
    expect(codeOf(await bench.override({ threshold: "20", until: bench.now + 32 * 24 * HOUR }))).toBe(
      "range",
    );
    expect(codeOf(await bench.override({ threshold: "20", until: bench.now }))).toBe("range");
  });

  test("a decision made under it can be made again from the facts", async () => {
    const bench = await ready();
    await bench.override({ threshold: "20" });
    const { limitsVersion } = await bench.send({ qty: "20" });
    const put = bench
      .facts()
      .find(({ kind, payload }) => kind === "limits-put" && payload["version"] === limitsVersion);
    expect(put?.payload["limits"]).toMatchObject([{ id: "clip", threshold: "20" }]);
  });
});
