import { describe, expect, test } from "vitest";
import { AAPL, codeOf, type Json, json } from "./bench.ts";
import { CLIP, HOUR, idOf, LimitBench, ready } from "./limit-bench.ts";

describe("with four eyes", () => {
  test("what is tighter holds at once, and what is looser when somebody else approves", async () => {
    const bench = await ready({ fourEyes: true });
    await bench.put([{ ...CLIP, threshold: "5" }]);
    expect(await bench.largest()).toBe(5);
    const id = idOf(await bench.put([{ ...CLIP, threshold: "6" }], { reason: "a new client" }));
    expect(await bench.pending()).toMatchObject([{ id, status: "proposed", loosens: ["clip"] }]);
    expect(await bench.largest()).toBe(5);
    expect(codeOf(await bench.say("approve", id, "s"))).toBe("approval-own");
    expect(await bench.largest()).toBe(5);
    expect(json(await bench.say("approve", id, "boss"))).toEqual({ version: 3 });
    expect(await bench.largest()).toBe(6);
    expect((await bench.versions())[0]).toMatchObject({
      ...{ what: "approved", by: "s", approvedBy: "boss", ref: id, reason: "a new client" },
    });
    expect(codeOf(await bench.say("approve", id, "boss"))).toBe("pending-unknown");
  });

  test("a proposal that is refused, or outdated by other limits, never holds", async () => {
    const bench = await ready({ fourEyes: true });
    const refused = idOf(await bench.put([{ ...CLIP, threshold: "20" }]));
    await bench.say("reject", refused, "boss");
    const outdated = idOf(await bench.put([{ ...CLIP, threshold: "20" }]));
    await bench.put([{ ...CLIP, threshold: "4" }]);
    expect(codeOf(await bench.say("approve", outdated, "boss"))).toBe("proposal-outdated");
    expect(await bench.largest()).toBe(4);
  });

  test("an override that is looser waits too, and one that is tighter is not ended by one person", async () => {
    const bench = await ready({ fourEyes: true });
    const looser = idOf(await bench.override({ threshold: "20" }));
    expect(await bench.largest()).toBe(10);
    await bench.say("approve", looser, "boss");
    expect(await bench.largest()).toBe(20);
    await bench.say("cancel", looser, "s");
    const tighter = idOf(await bench.override({ threshold: "3" }));
    expect(await bench.largest()).toBe(3);
    expect(codeOf(await bench.say("cancel", tighter, "s"))).toBe("approval-required");
    // Nor is another one put in its place that is looser.
    expect(json(await bench.override({ threshold: "4" }))).toMatchObject({ pending: { status: "proposed" } });
    expect(await bench.largest()).toBe(3);
    bench.clock.pass(HOUR);
    await bench.price(AAPL, { last: "100" });
    expect([await bench.largest(), await bench.pending()]).toEqual([10, []]);
  });

  test("a tighter override ends before its time by one with the limit's own threshold, which somebody else approves", async () => {
    const bench = await ready({ fourEyes: true });
    await bench.override({ threshold: "3" });
    const id = idOf(await bench.override({ threshold: "10" }));
    expect(await bench.largest()).toBe(3);
    await bench.say("approve", id, "boss");
    expect(await bench.largest()).toBe(10);
    expect(await bench.pending()).toMatchObject([{ id, status: "in-force", approvedBy: "boss" }]);
  });

  test("a tighter override is not ended by one in its place that ends sooner", async () => {
    const bench = await ready({ fourEyes: true });
    await bench.override({ threshold: "3" });
    const sooner = await bench.override({ threshold: "3", until: bench.now + 1_000 });
    expect(json(sooner)).toMatchObject({ version: 2, pending: { status: "proposed" } });
    bench.clock.pass(1_000);
    expect(await bench.largest()).toBe(3);
    expect(json(await bench.override({ threshold: "2", until: bench.now + 2 * HOUR }))).toMatchObject({
      ...{ version: 3, pending: { status: "in-force" } },
    });
    expect(await bench.largest()).toBe(2);
  });

  test("a set that ends a tighter override by giving its limit another name waits, too", async () => {
    const bench = await ready({ fourEyes: true });
    await bench.override({ threshold: "3" });
    const renamed = await bench.put([{ ...CLIP, id: "other" }]);
    expect(json(renamed)).toMatchObject({ version: 2, pending: { status: "proposed" } });
    expect(await bench.pending()).toMatchObject([{}, { status: "proposed", loosens: ["clip"] }]);
    expect(await bench.largest()).toBe(3);
    await bench.put([{ ...CLIP, id: "other", threshold: "2" }]);
    expect(await bench.largest()).toBe(2);
  });

  test("a drawdown is not measured from another peak by giving its limit another name", async () => {
    const down = { id: "down", kind: "max-drawdown", threshold: "10" };
    const bench = await ready({ fourEyes: true }, [CLIP, down]);
    const peaks = [...bench.state.losses.peaks];
    const renamed = await bench.put([CLIP, { ...down, id: "other" }]);
    expect(json(renamed)).toMatchObject({ version: 1, pending: { status: "proposed" } });
    expect([...bench.state.losses.peaks]).toEqual(peaks);
  });

  test("a limit that is added waits where it lets older prices through than stood without it", async () => {
    const bench = await ready({ fourEyes: true });
    const old = { id: "age", kind: "max-price-age", threshold: "86400000" };
    expect(json(await bench.put([CLIP, old]))).toMatchObject({ version: 1, pending: { status: "proposed" } });
    bench.clock.pass(61_000);
    expect(await bench.check()).toMatchObject({ decision: "reject", code: "price-stale" });
    expect(json(await bench.put([CLIP, { ...old, threshold: "5000" }]))).toEqual({ version: 2 });
  });

  test("an approved set that has a moment waits for it; one that nobody approved and that is looser by then waits for somebody", async () => {
    const bench = await ready({ fourEyes: true });
    const looser = idOf(await bench.put([{ ...CLIP, threshold: "20" }], { effectiveAt: bench.now + HOUR }));
    expect(json(await bench.say("approve", looser, "boss"))).toMatchObject({
      version: 1,
      pending: { id: looser, status: "scheduled" },
    });
    const same = idOf(await bench.put([CLIP], { effectiveAt: bench.now + 2 * HOUR }));
    bench.clock.pass(HOUR);
    await bench.price(AAPL, { last: "100" });
    expect(await bench.largest()).toBe(20);
    await bench.put([{ ...CLIP, threshold: "2" }]);
    bench.clock.pass(HOUR);
    await bench.price(AAPL, { last: "100" });
    expect(await bench.largest()).toBe(2);
    expect(await bench.pending()).toMatchObject([{ id: same, status: "proposed", loosens: ["clip"] }]);
  });

  test("an account joins a parent by one person, and leaves it or changes it once two have ended them", async () => {
    const bench = await ready({ fourEyes: true });
    for (const id of ["acme", "beta"]) bench.firm(id).limits([]);
    const put = async (body: Json) => codeOf(await bench.account(body));
    expect(await put({ parent: "acme", fourEyes: true })).toBeUndefined();
    expect(await put({ fourEyes: true })).toBe("approval-required");
    expect(await put({ parent: "beta", fourEyes: true })).toBe("approval-required");
    expect(await put({ parent: "acme", fourEyes: true, equity: "5" })).toBeUndefined();
    const body = JSON.stringify({ fourEyes: false, by: "s", reason: "it moves" });
    await bench.say("approve", idOf(await bench.work({ type: "propose", body })), "boss");
    expect(await put({ parent: "beta", fourEyes: true })).toBeUndefined();
    expect(await put({})).toBe("approval-required");
  });

  test("is left by two persons alone", async () => {
    const bench = await ready({ fourEyes: true });
    expect(codeOf(await bench.account())).toBe("approval-required");
    expect(await bench.shown()).toMatchObject({ fourEyes: true });
    const body = JSON.stringify({ fourEyes: false, by: "s", reason: "the desk is one person now" });
    const id = idOf(await bench.work({ type: "propose", body }));
    expect(codeOf(await bench.say("approve", id, "s"))).toBe("approval-own");
    await bench.say("approve", id, "boss");
    expect(await bench.shown()).not.toHaveProperty("fourEyes");
    await bench.put([{ ...CLIP, threshold: "20" }]);
    expect(await bench.largest()).toBe(20);
    expect(codeOf(await bench.work({ type: "propose", body }))).toBe("field-combination");
  });

  test("the first limits of an account take a second person: before them nothing may be traded", async () => {
    const bench = new LimitBench();
    await bench.account({ fourEyes: true });
    expect(json(await bench.put([CLIP]))).toMatchObject({ version: 0, pending: { status: "proposed" } });
    await bench.price(AAPL, { last: "100" });
    expect(await bench.check()).toMatchObject({ code: "no-limits" });
  });
});
