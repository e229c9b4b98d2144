/** Limits above accounts on the built product: firms and desks refuse at their limits although each account has room, over HTTP. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import { freePort, Stack } from "../../scripts/faults/stack.ts";
import { ACCEPTED, ACME, FirmDesk, gross, limitOf, REJECTED, summary } from "./firm-desk.ts";
import { World } from "./world.ts";

let folder: string;
let stack: Stack;
let world: World;
const desk = new FirmDesk(
  () => world,
  () => stack,
);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "outcry-e2e-firms-"));
  stack = await Stack.start({ data: join(folder, "data"), port: await freePort() });
  world = new World(stack);
  await world.registerInstrument(ACME);
});
// A price that is older than a minute prices nothing, and on a busy machine some tests alone take half of one.
beforeEach(() => world.priceAt(ACME, "100"));
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a firm, a desk and what may stand below them", () => {
  test("are put, read back, listed and put again", async () => {
    await desk.firm("house", [gross("1000000")], { policy: "equal", reserve: "10" });
    await desk.desk("floor", "house", []);
    expect(await world.get("/v1/firms/house")).toMatchObject({
      ...{ node: "firm:house", currency: "USD", policy: "equal", reserve: "10", limitsVersion: 1 },
      state: { state: "active" },
    });
    expect(await world.get("/v1/desks/floor")).toMatchObject({
      node: "desk:floor",
      policy: "by-use",
      reserve: "0",
    });
    expect(await world.get("/v1/firms/house/limits")).toMatchObject({
      version: 1,
      limits: [{ id: "all", kind: "max-gross-exposure", threshold: "1000000" }],
    });
    expect(JSON.stringify(await world.get("/v1/firms"))).toContain('"house"');
    expect(JSON.stringify(await world.get("/v1/desks"))).toContain('"floor"');
    await desk.firm("house", [], { policy: "priority", reserve: "0" });
    expect(await world.get("/v1/firms/house")).toMatchObject({ policy: "priority", limitsVersion: 1 });
  });

  test("what does not fit is refused by name, and nothing is made", async () => {
    const put = (path: string, fields: object) => desk.refusal("PUT", path, { currency: "USD", ...fields });
    expect(await put("/v1/desks/lost", { parent: "nobody" })).toEqual([422, "parent-unknown"]);
    expect(await put("/v1/desks/euro", { parent: "house", currency: "EUR" })).toEqual([
      422,
      "currency-differs",
    ]);
    expect(await put("/v1/accounts/lost", { equity: "1", parent: "nobody" })).toEqual([
      422,
      "parent-unknown",
    ]);
    expect(await put("/v1/accounts/euro", { equity: "1", parent: "house", currency: "EUR" })).toEqual([
      ...[422, "currency-differs"],
    ]);
    expect((await put("/v1/firms/house", { reserve: "51" }))[0]).toBe(422);
    expect((await put("/v1/firms/house", { policy: "loudest" }))[0]).toBe(422);
    const [status, code] = await desk.refusal("PUT", "/v1/firms/house/limits", {
      limits: [{ id: "var", kind: "max-var", threshold: "1" }],
    });
    expect([status, code]).toEqual([422, "limit-unsupported"]);
    for (const path of ["/v1/firms/nobody", "/v1/desks/lost", "/v1/desks/euro", "/v1/accounts/lost"])
      expect((await stack.api.once("GET", path)).status).toBe(404);
  });

  test("a tree has no circle and no fourth floor of desks", async () => {
    await desk.desk("d-1", "house", []);
    await desk.desk("d-2", "d-1", []);
    await desk.desk("d-3", "d-2", []);
    const [deeper] = await desk.refusal("PUT", "/v1/desks/d-4", { currency: "USD", parent: "d-3" });
    expect(deeper).toBe(422);
    const [circle] = await desk.refusal("PUT", "/v1/desks/d-1", { currency: "USD", parent: "d-3" });
    expect([409, 422]).toContain(circle);
  });
});

/** First what one account may, then that the other may not have more than is left, then that it may have just that. */
const KINDS: readonly { readonly kind: string; readonly threshold: string; readonly order?: object }[] = [
  { kind: "max-gross-exposure", threshold: "10000" },
  { kind: "max-long-notional", threshold: "10000" },
  { kind: "max-short-notional", threshold: "10000", order: { side: "sell" } },
  { kind: "max-net-exposure", threshold: "10000" },
  { kind: "max-net-exposure", threshold: "10000", order: { side: "sell" } },
  { kind: "max-daily-turnover", threshold: "10000" },
];

describe("a firm's limit", () => {
  beforeAll(() => world.priceAt(ACME, "100"));

  test.each(KINDS)(
    "$kind $order refuses what two accounts may not have together, and lets the rest through",
    async ({ kind, threshold, order = {} }) => {
      const firm = `of-${kind}-${Object.values(order)[0] ?? "buy"}`;
      await desk.firm(firm, [limitOf(kind, threshold)]);
      await desk.account(`${firm}.a`, firm);
      await desk.account(`${firm}.b`, firm);
      expect(summary(await desk.order(`${firm}.a`, { qty: "60", ...order }))).toEqual(ACCEPTED("60"));
      const refused = await desk.order(`${firm}.b`, { qty: "41", ...order });
      expect(summary(refused)).toEqual(REJECTED(kind));
      expect(refused.checks).toContainEqual(
        expect.objectContaining({ code: kind, verdict: "fail", scope: { kind: "firm", id: firm } }),
      );
      expect(summary(await desk.fits(`${firm}.b`, { qty: "40", ...order }))).toEqual(ACCEPTED("40"));
      expect(summary(await desk.order(`${firm}.a`, order))).toEqual(REJECTED(kind));
      expect((await desk.order(`${firm}.b`, order)).decision).toBe("reject");
      const { granted, limit, isOver } = await desk.budget(`firm:${firm}`);
      expect([Number(granted) <= Number(limit), isOver]).toEqual([true, false]);
    },
  );

  test("a net limit is one of its long and one of its short side: each may be used up beside the other", async () => {
    await desk.firm("net", [limitOf("max-net-exposure", "5000")]);
    await desk.account("net.a", "net");
    await desk.account("net.b", "net");
    expect(summary(await desk.order("net.a", { qty: "50" }))).toEqual(ACCEPTED("50"));
    expect(summary(await desk.fits("net.b", { qty: "50", side: "sell" }))).toEqual(ACCEPTED("50"));
    expect((await desk.order("net.b", { qty: "51" })).decision).toBe("reject");
    expect((await desk.quota("firm:net")).limits.map(({ budget }) => budget).toSorted()).toEqual([
      ...["firm:net/all/long", "firm:net/all/short"],
    ]);
  });

  test("an order rate counts what all accounts send within the window", async () => {
    await desk.firm("rate", [limitOf("max-order-rate", "5", { windowMs: 60_000 })]);
    await desk.account("rate.a", "rate");
    await desk.account("rate.b", "rate");
    const decided: string[] = [];
    for (const account of ["a", "b", "a", "b", "a", "b", "a"])
      decided.push((await desk.order(`rate.${account}`)).code ?? "accept");
    expect(decided).toEqual([...Array(5).fill("accept"), "max-order-rate", "max-order-rate"]);
  });

  test("a daily loss that accounts have made together stops what grows in each, and lets through what closes", async () => {
    await desk.firm("loss", [limitOf("max-daily-loss", "1000")]);
    await desk.account("loss.a", "loss");
    await desk.account("loss.b", "loss");
    for (const account of ["loss.a", "loss.b"]) {
      await desk.trade(account, "buy", "10");
      expect(summary(await desk.order(account))).toEqual(ACCEPTED("1"));
    }
    // Bought for 100 above what it is worth: 600 are lost in each, which neither may lose for both.
    for (const account of ["loss.a", "loss.b"]) await desk.trade(account, "buy", "6", "200");
    expect((await desk.told("firm:loss", "1200")).sort()).toEqual([
      "account:loss.a uses 600",
      "account:loss.b uses 600",
    ]);
    const refused = await eventually(
      () => desk.order("loss.a"),
      ({ decision }) => decision === "reject",
    );
    expect(summary(refused)).toEqual(REJECTED("max-daily-loss"));
    expect(summary(await desk.order("loss.b"))).toEqual(REJECTED("max-daily-loss"));
    expect((await desk.order("loss.b", { side: "sell", qty: "3" })).decision).toBe("accept");
  });

  test("of which the action is to reduce cuts an order to what is left", async () => {
    await desk.firm("cut", [gross("10000", { action: "reduce" })]);
    await desk.account("cut.a", "cut");
    await desk.account("cut.b", "cut");
    expect(summary(await desk.order("cut.a", { qty: "65" }))).toEqual(ACCEPTED("65"));
    expect(summary(await desk.order("cut.b", { qty: "50" }))).toEqual(["reduce", "max-gross-exposure", "35"]);
  });

  test("what one gives back is there for the other", async () => {
    await desk.firm("back", [gross("10000")]);
    await desk.account("back.a", "back");
    await desk.account("back.b", "back");
    const first = await desk.order("back.a", { qty: "100" });
    expect((await desk.order("back.b")).decision).toBe("reject");
    await desk.cancel("back.a", first.clientOrderId);
    // It goes back behind the reply to the cancel.
    const whole = await eventually(
      () => desk.order("back.b", { qty: "100" }),
      ({ decision }) => decision === "accept",
    );
    expect(summary(whole)).toEqual(ACCEPTED("100"));
  });

  test("a limit that is lowered refuses what grows, takes nothing away, and lets through what closes", async () => {
    await desk.firm("low", [gross("10000")]);
    await desk.account("low.a", "low");
    await desk.trade("low.a", "buy", "80");
    expect(summary(await desk.order("low.a", { qty: "10" }))).toEqual(ACCEPTED("10"));
    await world.put("/v1/firms/low/limits", { limits: [gross("5000")] });
    const refused = await eventually(
      () => desk.order("low.a", { qty: "1" }),
      ({ decision }) => decision === "reject",
    );
    expect(summary(refused)).toEqual(REJECTED("max-gross-exposure"));
    expect((await desk.order("low.a", { side: "sell", qty: "20" })).decision).toBe("accept");
  });

  test("of a desk stands below that of its firm: each refuses at its own", async () => {
    await desk.firm("tall", [gross("10000")]);
    await desk.desk("tall-d", "tall", [{ id: "own", kind: "max-gross-exposure", threshold: "6000" }]);
    await desk.account("tall.a", "tall-d");
    await desk.account("tall.b", "tall-d");
    await desk.account("tall.c", "tall");
    expect(summary(await desk.order("tall.a", { qty: "35" }))).toEqual(ACCEPTED("35"));
    const atDesk = await desk.order("tall.b", { qty: "26" });
    expect(atDesk.decision).toBe("reject");
    expect(atDesk.checks).toContainEqual(
      expect.objectContaining({ verdict: "fail", scope: { kind: "desk", id: "tall-d" } }),
    );
    expect(summary(await desk.fits("tall.b", { qty: "25" }))).toEqual(ACCEPTED("25"));
    expect((await desk.order("tall.c", { qty: "41" })).decision).toBe("reject");
    expect(summary(await desk.fits("tall.c", { qty: "40" }))).toEqual(ACCEPTED("40"));
    const { children } = await desk.budget("firm:tall", "firm:tall/all");
    expect(children.map(({ child }) => child).toSorted()).toEqual(["account:tall.c", "desk:tall-d"]);
    const below = await desk.budget("desk:tall-d", "firm:tall/all");
    expect(Number(below.granted)).toBeLessThanOrEqual(Number(below.limit));
  });
});

describe("many accounts at once", () => {
  const ACCOUNTS = Array.from({ length: 12 }, (_, index) => `crowd.${index}`);

  const ROUNDS_MAX = 10;

  test("the last lot goes to exactly one of them, and every lot to somebody", async () => {
    await world.priceAt(ACME, "100");
    await desk.firm("crowd", [gross("100")]);
    for (const account of ACCOUNTS) await desk.account(account, "crowd");
    const taken = async (): Promise<number> => {
      const decided = await Promise.all(ACCOUNTS.map((account) => desk.order(account)));
      return decided.filter(({ decision }) => decision === "accept").length;
    };
    // Somebody's spare lot may be on its way while all others ask for it, or an answer later than an order waits.
    const takenUpTo = async (lots: number): Promise<number> => {
      let all = 0;
      for (let round = 0; all < lots && round < ROUNDS_MAX; round++) all += await taken();
      return all;
    };
    expect([await takenUpTo(1), await taken()]).toEqual([1, 0]);
    await world.put("/v1/firms/crowd/limits", { limits: [gross("700")] });
    await eventually(
      async () => (await desk.budget("firm:crowd")).limit,
      (limit) => limit === "700",
    );
    expect([await takenUpTo(6), await taken()]).toEqual([6, 0]);
    expect(await desk.told("firm:crowd", "700")).toHaveLength(ACCOUNTS.length);
    expect(await desk.budget("firm:crowd")).toMatchObject({ granted: "700", used: "700" });
  });
});
