/** Firms and desks as real objects: over HTTP, with children that ask as the protocol has it, over evictions and kills. */
import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { FirmApi } from "../../actors/firm/messages.ts";
import { applyReply, askFor, type Holding, loadHolding } from "../../actors/runtime/escrow/holding.ts";
import type { Amounts, QuotaAsk, QuotaReply } from "../../actors/runtime/escrow/messages.ts";
import { nodeReply, quotaReply } from "../../src/contracts/firms.ts";
import type { Env } from "../../src/env.ts";
import { envelopeNow } from "./envelope-now.ts";
import { call, type Json } from "./socket-client.ts";

const { FIRM } = env as unknown as Env;
const UNIT = 10n ** 12n;
const stub = (name: string) => FIRM.getByName(`default/${name}`);
const api = (name: string) => stub(name) as unknown as FirmApi;
const USD = { currency: "USD" };
const gross = (threshold: string) => ({ limits: [{ id: "gross", kind: "max-gross-exposure", threshold }] });

let made = 0;
/** A firm with a limit, and where asked for a desk below it. */
async function firm(threshold = "1000"): Promise<string> {
  const id = `firm-${made++}`;
  expect(await call("PUT", `/v1/firms/${id}`, USD)).toMatchObject({ status: 200 });
  expect(await call("PUT", `/v1/firms/${id}/limits`, gross(threshold))).toMatchObject({
    status: 200,
    body: { version: 1 },
  });
  return id;
}
async function desk(parent: string): Promise<string> {
  const id = `desk-${made++}`;
  expect(await call("PUT", `/v1/desks/${id}`, { ...USD, parent })).toMatchObject({ status: 200 });
  return id;
}

/** A child as the protocol has it, without an account around it. */
class Child {
  holding: Holding;
  committed: Amounts = {};
  readonly name: string;
  readonly #parent: string;
  #seq = 0;

  constructor(name: string, parent: string) {
    this.name = `account:${name}`;
    this.#parent = parent;
    this.holding = loadHolding(undefined, crypto.randomUUID());
  }

  next(wanted: Amounts = {}): QuotaAsk {
    this.#seq += 1;
    const { holding, ask } = askFor(
      this.holding,
      {
        ...{ child: this.name, seq: this.#seq, currency: "USD", priority: 100, isInUse: true },
        ...{ committed: this.committed, used: this.committed, wanted },
      },
      Date.now(),
    );
    this.holding = holding;
    return ask;
  }

  async send(ask: QuotaAsk): Promise<QuotaReply | string> {
    const reply = await api(this.#parent).ask(envelopeNow(), ask);
    if (!reply.ok) return reply.code;
    this.holding = applyReply(this.holding, reply.value) ?? this.holding;
    return reply.value;
  }

  ask = (wanted: Amounts = {}) => this.send(this.next(wanted));

  /** Until it has what it wants, or has been told that there is none. */
  async wants(budget: string, units: bigint): Promise<bigint> {
    for (let tries = 0; tries < 20; tries++) {
      const reply = await this.ask({ [budget]: units * UNIT });
      if (typeof reply === "string") throw new Error(reply);
      if ((reply.granted[budget] ?? 0n) >= units * UNIT || !reply.isShort) break;
    }
    return (this.holding.held[budget] ?? 0n) / UNIT;
  }
}

const quota = async (kind: "firms" | "desks", id: string) => {
  const { status, body } = await call("GET", `/v1/${kind}/${id}/quota`);
  expect(status).toBe(200);
  return quotaReply.parse(body);
};

describe("a firm", () => {
  test("is put, shown and listed, and the same again changes nothing", async () => {
    const id = await firm();
    const { body } = await call("GET", `/v1/firms/${id}`);
    expect(nodeReply.parse(body)).toMatchObject({
      ...{ node: `firm:${id}`, id, currency: "USD", policy: "by-use", reserve: "0", parent: null },
      ...{ limitsVersion: 1, children: 0, isCurrent: true },
      state: { state: "active", reason: null, by: null, at: null },
    });
    expect((await call("PUT", `/v1/firms/${id}`, USD)).body["seq"]).toBe(body["seq"]);
    expect((await call("PUT", `/v1/firms/${id}/limits`, gross("1000"))).body).toEqual({ version: 1 });
    expect((await call("PUT", `/v1/firms/${id}/limits`, gross("900"))).body).toEqual({ version: 2 });
    expect((await call("GET", `/v1/firms/${id}/limits?version=1`)).body).toEqual({
      version: 1,
      ...gross("1000"),
    });
    const listed = (await call("GET", "/v1/firms?limit=1000")).body["items"] as Json[];
    expect(listed).toContainEqual({ firm: id, node: `firm:${id}`, currency: "USD", parent: null });
  });

  test("grants what is needed and no more than its limit, and shows who has it", async () => {
    const id = await firm();
    const budget = `firm:${id}/gross`;
    const [one, other] = [new Child("one", id), new Child("other", id)];
    expect(await one.wants(budget, 700n)).toBeGreaterThanOrEqual(700n);
    one.committed = { [budget]: 700n * UNIT };
    expect(await other.wants(budget, 400n)).toBeLessThan(400n);
    await one.ask();
    const had = await other.wants(budget, 200n);
    expect(had).toBeGreaterThanOrEqual(200n);
    const shown = await quota("firms", id);
    expect(shown.limits).toMatchObject([{ budget, limit: "1000", reserve: "0", used: "700", isOver: false }]);
    expect(Number(shown.limits[0]?.granted)).toBeLessThanOrEqual(1_000);
    expect(shown.limits[0]?.children.map(({ child }) => child)).toEqual(["account:one", "account:other"]);
  });

  test("evicted and killed, knows what it has granted: a repeat is answered the same, and another copy of a child is fenced", async () => {
    const id = await firm();
    const budget = `firm:${id}/gross`;
    const child = new Child("one", id);
    const ask = child.next({ [budget]: 300n * UNIT });
    const first = await child.send(ask);
    expect(first).toMatchObject({ n: ask.n });
    await evictDurableObject(stub(id));
    expect(await api(id).ask(envelopeNow(), ask)).toMatchObject({
      ok: true,
      value: { n: ask.n, granted: (first as QuotaReply).granted },
    });
    await abortAllDurableObjects();
    const copy = new Child("one", id);
    expect(await copy.ask()).toBe("child-fenced");
    expect(await child.ask()).toBe("child-fenced");
    await evictDurableObject(stub(id));
    expect((await quota("firms", id)).limits[0]?.children).toMatchObject([{ isFenced: true }]);
    const path = `/v1/firms/${id}/children/account:one/admit`;
    const said = { by: "root", reason: "the copy is stopped" };
    expect(await call("POST", path, { ...said, by: "somebody" })).toMatchObject({
      status: 422,
      body: { code: "principal-mismatch" },
    });
    expect(await call("POST", path, said)).toMatchObject({ status: 200, body: { isFenced: false } });
    expect(await child.ask()).toMatchObject({ isShort: false });
    const nobody = path.replace(":one", ":nobody");
    expect(await call("POST", nobody, said)).toMatchObject({ status: 404, body: { code: "child-unknown" } });
  });

  test("sets a state that stands over a kill and comes with the next answer", async () => {
    const id = await firm();
    const child = new Child("one", id);
    await child.ask();
    const before = child.holding.book?.version;
    const said = { state: "halted", reason: "drill", by: "root" };
    const set = await call("POST", `/v1/firms/${id}/state`, said);
    expect(set).toMatchObject({ status: 200, body: { state: "halted", children: 1, boundMs: 5_000 } });
    await abortAllDurableObjects();
    await child.ask();
    expect(child.holding.book?.version).not.toBe(before);
    expect(child.holding.book?.states).toMatchObject([{ node: `firm:${id}`, state: "halted", by: "root" }]);
  });

  test("that is unknown is 404, and what it cannot have is refused", async () => {
    expect(await call("GET", "/v1/firms/nobody")).toMatchObject({
      status: 404,
      body: { code: "firm-unknown" },
    });
    const id = await firm();
    expect(await call("GET", `/v1/desks/${id}`)).toMatchObject({
      status: 404,
      body: { code: "desk-unknown" },
    });
    expect(await call("PUT", `/v1/desks/${id}`, { ...USD, parent: id })).toMatchObject({
      status: 409,
      body: { code: "name-taken" },
    });
    expect(await call("PUT", `/v1/desks/new`, { ...USD, parent: "nobody" })).toMatchObject({
      status: 422,
      body: { code: "parent-unknown" },
    });
    expect(await call("PUT", `/v1/desks/new`, { currency: "EUR", parent: id })).toMatchObject({
      status: 422,
      body: { code: "currency-differs" },
    });
    expect(
      await call("PUT", `/v1/firms/${id}/limits`, gross("1"), { "if-match": "7" } as never),
    ).toMatchObject({
      status: 401,
    });
  });
});

describe("a desk", () => {
  test("grants of its own limit and of the firm's, and asks the firm for what it lacks", async () => {
    const id = await firm();
    const below = await desk(id);
    await call("PUT", `/v1/desks/${below}/limits`, gross("500"));
    const [above, own] = [`firm:${id}/gross`, `desk:${below}/gross`];
    const child = new Child("one", below);
    const ask = child.next({ [above]: 300n * UNIT, [own]: 300n * UNIT });
    const reply = await child.send(ask);
    expect(reply).toMatchObject({ isShort: false });
    const { granted, book, ageMs } = reply as QuotaReply;
    expect([(granted[above] ?? 0n) >= 300n * UNIT, (granted[own] ?? 0n) >= 300n * UNIT]).toEqual([
      true,
      true,
    ]);
    expect(ageMs).toBeLessThan(1_000);
    expect(book?.limits.map(({ node, budgets }) => [node, budgets])).toEqual([
      [`desk:${below}`, [own]],
      [`firm:${id}`, [above]],
    ]);
    expect(book?.states.map(({ node, state }) => [node, state])).toEqual([
      [`desk:${below}`, "active"],
      [`firm:${id}`, "active"],
    ]);
    const [top] = (await quota("firms", id)).limits;
    expect(top?.children.map(({ child: name }) => name)).toEqual([`desk:${below}`]);
    expect(BigInt(top?.granted ?? 0) * UNIT).toBeGreaterThanOrEqual(granted[above] ?? 0n);
  });

  test("killed again and again between asks, holds no more than the firm has granted, and goes on", async () => {
    const id = await firm();
    const below = await desk(id);
    const above = `firm:${id}/gross`;
    const child = new Child("one", below);
    for (const units of [100n, 300n, 600n]) {
      expect(await child.wants(above, units)).toBeGreaterThanOrEqual(units);
      child.committed = { [above]: units * UNIT };
      await child.ask();
      await abortAllDurableObjects();
      const [top] = (await quota("firms", id)).limits;
      expect(Number(top?.granted)).toBeLessThanOrEqual(1_000);
      expect(Number(top?.granted)).toBeGreaterThanOrEqual(Number(units));
    }
    child.committed = { [above]: 50n * UNIT };
    await child.ask();
    expect((child.holding.held[above] ?? 0n) / UNIT).toBeGreaterThanOrEqual(50n);
  });

  test("hears of a state at the firm, and so do its children with their next ask", async () => {
    const id = await firm();
    const below = await desk(id);
    const child = new Child("one", below);
    await child.ask();
    const said = { state: "reducing", reason: "drill", by: "root" };
    const { body } = await call("POST", `/v1/firms/${id}/state`, said);
    expect(body).toMatchObject({ children: 1, reached: 1 });
    await child.ask();
    expect(child.holding.book?.states).toMatchObject([
      { node: `desk:${below}`, state: "active" },
      { node: `firm:${id}`, state: "reducing" },
    ]);
    expect((await call("GET", `/v1/desks/${below}`)).body["above"]).toMatchObject([
      { node: `firm:${id}`, state: "reducing", reason: "drill", by: "root" },
    ]);
  });

  test("moves to another firm once nothing of the first is held below it, and the first has its room back", async () => {
    const [first, second] = [await firm(), await firm()];
    const below = await desk(first);
    const child = new Child("one", below);
    const budget = `firm:${first}/gross`;
    await child.wants(budget, 100n);
    const move = () => call("PUT", `/v1/desks/${below}`, { ...USD, parent: second });
    child.committed = { [budget]: 100n * UNIT };
    await child.ask();
    expect(await move()).toMatchObject({ status: 409, body: { code: "child-holds" } });
    child.committed = {};
    let isMoved = false;
    const moving = move().finally(() => {
      isMoved = true;
    });
    while (!isMoved) {
      await child.ask();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await moving).body).toMatchObject({ parent: second, above: [{ node: `firm:${second}` }] });
    await expect.poll(async () => (await call("GET", `/v1/firms/${first}`)).body["children"]).toBe(0);
    expect((await call("GET", `/v1/firms/${second}`)).body["children"]).toBe(1);
  });
});
