import { describe, expect, test } from "vitest";
import { PENDING_LIMITS_MAX, PENDING_SETS_MAX } from "../../../actors/risk-shard/capacity.ts";
import type { LimitWork } from "../../../actors/risk-shard/messages.ts";
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import { limitsChanged, limitVersion, pendingLimits } from "../../../src/contracts/limit-plan.ts";
import { limitsReply } from "../../../src/contracts/limits.ts";
import { AAPL, codeOf, type Json, json, MSFT, RiskBench, WIDE } from "./bench.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CLIP = { id: "clip", kind: "max-order-qty", threshold: "10", action: "reject" };

/** A bench whose limits are asked of by name. */
class Plan extends RiskBench {
  async put(limits: readonly Json[], more: Json = {}, by = "s"): Promise<ActorReply<string>> {
    const whole = limits.map((limit, index) => ({ id: `l${index}`, action: "reject", ...limit }));
    return this.desk.limits.put(this.as(by), JSON.stringify({ limits: whole, ...more }), undefined);
  }

  as(by: string) {
    return this.envelope({ principal: { tenant: "t", subject: by } });
  }

  work(work: LimitWork, by = "s"): Promise<ActorReply<string>> {
    return this.desk.limits.work(this.as(by), work);
  }

  say(type: "approve" | "reject" | "cancel", id: string, by: string): Promise<ActorReply<string>> {
    return this.work({ type, id, body: JSON.stringify({ by, reason: `${type} it` }) }, by);
  }

  override(terms: Json, by = "s"): Promise<ActorReply<string>> {
    const body = { limitId: "clip", until: this.now + HOUR, reason: "one large client", by, ...terms };
    return this.work({ type: "override", body: JSON.stringify(body) }, by);
  }

  async pending() {
    const { items } = json(await this.work({ type: "pending" }));
    return (items as Json[]).map((item) => pendingLimits.parse(item));
  }

  async inForce() {
    return limitsReply.parse(json(await this.desk.limits.find(this.envelope(), undefined)));
  }

  async asOf(at: number) {
    const reply = await this.work({ type: "as-of", at });
    return reply.ok ? limitsReply.parse(JSON.parse(reply.value)).version : reply.code;
  }

  async versions() {
    const page = await this.desk.limits.versions(this.envelope(), { limit: 100 });
    if (!page.ok) throw new Error(page.code);
    return page.value.items.map((item) => limitVersion.parse(JSON.parse(item)));
  }

  /** The largest order that is accepted whole. */
  async largest(symbol = AAPL): Promise<number> {
    for (let qty = 0; qty < 100; qty++) {
      const { decision } = await this.check({ symbol, qty: String(qty + 1) });
      if (decision !== "accept") return qty;
    }
    return 100;
  }
}

async function ready(account: Json = {}, limits: readonly Json[] = [CLIP]): Promise<Plan> {
  const bench = new Plan();
  await bench.ready(limits);
  if (Object.keys(account).length > 0) await bench.account(account);
  return bench;
}

const idOf = (reply: ActorReply<string>): string => limitsChanged.parse(json(reply)).pending?.id ?? "";

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
    const bench = new Plan();
    await bench.account({ fourEyes: true });
    expect(json(await bench.put([CLIP]))).toMatchObject({ version: 0, pending: { status: "proposed" } });
    await bench.price(AAPL, { last: "100" });
    expect(await bench.check()).toMatchObject({ code: "no-limits" });
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
