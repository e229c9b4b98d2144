/** Pre-trade risk on the built product: each kind of limit refuses an order, over HTTP, with the numbers that it stands on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import { freePort, Stack } from "../../scripts/faults/stack.ts";
import { LIMIT_KINDS } from "../../src/domain/limit.ts";
import { type Limit, limitOf, TIGHT, WITHOUT_THRESHOLD } from "./tight-limits.ts";
import { World } from "./world.ts";

let folder: string;
let stack: Stack;
let world: World;

async function begin(): Promise<void> {
  stack = await Stack.start({ data: join(folder, "data"), port: await freePort() });
  world = new World(stack);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "outcry-e2e-risk-"));
  await begin();
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ACCOUNT = "/v1/accounts/desk";
const ACME = "XTEST:ACME";
const BOLT = "XTEST:BOLT";
const DAY_MS = 86_400_000;
const DAYS = 30;
const TRADES_A_DAY = 12;

type Check = {
  readonly code: string;
  readonly verdict: string;
  readonly limit: string | null;
  readonly observed: string | null;
  readonly projected: string | null;
  readonly reason?: string;
  readonly fixCode?: number;
};
type Decision = {
  readonly clientOrderId: string;
  readonly decision: string;
  readonly allowedQty: string;
  readonly code?: string;
  readonly checks: readonly Check[];
  readonly seq: number;
};
type Decided = { readonly decisions: readonly Decision[] };

async function instrument(symbol: string, fields: object): Promise<void> {
  await world.put(`/v1/instruments/${symbol}`, {
    ...{ description: symbol, type: "equity", exchange: "XTEST", currency: "USD", tickSize: "0.01" },
    ...{
      lotSize: "1",
      multiplier: "1",
      timezone: "UTC",
      session: "0000-0100",
      status: "active",
      country: "US",
    },
    ...fields,
  });
}

/** A month of days with a session of an hour each, a trade in every five minutes of it, at prices that move together. */
async function pastOf(symbol: string, base: number): Promise<void> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const ticks = Array.from({ length: DAYS * TRADES_A_DAY }, (_, index) => {
    const day = Math.floor(index / TRADES_A_DAY);
    const ts = today - (DAYS - day) * DAY_MS + (index % TRADES_A_DAY) * 300_000;
    const price = (base * (1 + 0.02 * Math.sin(day * 1.7) + 0.01 * Math.cos(day * day))).toFixed(2);
    return { type: "trade", symbol, ts, price, size: "25", id: `past-${index}` };
  });
  expect(await world.post("/v1/ticks", { source: "past", ticks })).toMatchObject({
    accepted: ticks.length,
    rejected: [],
  });
}

let ticks = 0;
async function quoted(symbol: string, price: number): Promise<void> {
  const ts = Date.now();
  ticks += 1;
  const sent = [
    { type: "trade", symbol, ts, price: price.toFixed(2), size: "1", id: `now-${ticks}` },
    {
      type: "quote",
      symbol,
      ts,
      bid: (price - 0.01).toFixed(2),
      bidSize: "5",
      ask: (price + 0.01).toFixed(2),
      askSize: "5",
    },
  ];
  expect(await world.post("/v1/ticks", { source: "now", ticks: sent })).toMatchObject({ accepted: 2 });
}

let orders = 0;
const orderOf = (fields: object = {}): object => ({
  clientOrderId: `risk-${++orders}`,
  ...{ strategy: undefined, symbol: ACME, side: "buy", type: "limit", qty: "10", price: "100", ...fields },
});
const checked = async (fields: object = {}): Promise<Decision> =>
  (await world.post<Decided>(`${ACCOUNT}/checks`, { orders: [orderOf(fields)] })).decisions[0]!;
const sent = async (fields: object = {}): Promise<Decision> =>
  (await world.post<Decided>(`${ACCOUNT}/orders`, orderOf(fields))).decisions[0]!;
const ended = (clientOrderId: string): Promise<unknown> =>
  world.post(`${ACCOUNT}/executions`, {
    executions: [{ type: "cancel", execId: `x-${clientOrderId}`, clientOrderId, ts: Date.now() }],
  });

const put = (limits: readonly Limit[]): Promise<unknown> =>
  world.put(`${ACCOUNT}/limits`, {
    limits: limits.map((limit, index) => ({ id: `l${index}`, action: "reject", ...limit })),
  });

describe("an account under limits", () => {
  beforeAll(async () => {
    const factors = { momentum: 0.5, beta: 1.2 };
    await instrument(ACME, { sector: "tools", issuer: "acme", factors, marginInitial: "0.6" });
    await instrument(BOLT, { sector: "tools", issuer: "bolt", factors: { momentum: 0.25, beta: 0.8 } });
    await pastOf(ACME, 100);
    await pastOf(BOLT, 50);
    await quoted(ACME, 100);
    await quoted(BOLT, 50);
    await world.put(ACCOUNT, { currency: "USD", equity: "100000" });
    await put([limitOf("max-order-qty", "1000000")]);
    const fill = { type: "fill", execId: "begin", clientOrderId: "by-voice", symbol: BOLT, side: "buy" };
    await world.post(`${ACCOUNT}/executions`, {
      executions: [
        { ...fill, qty: "20", price: "50", fee: "5", ts: Date.now() },
        { ...fill, execId: "and", symbol: ACME, qty: "10", price: "100", ts: Date.now() },
      ],
    });
  });

  test("takes every kind in one set, and answers each of them with its numbers", async () => {
    const wide = LIMIT_KINDS.filter((kind) => !(kind in WITHOUT_THRESHOLD)).map((kind) =>
      limitOf(kind, kind === "max-correlation" ? "1" : "1000000"),
    );
    await put([...wide, { kind: "restricted-list", symbols: [BOLT] }, { kind: "self-match" }]);
    const one = await eventually(
      async () => {
        await quoted(ACME, 100);
        return checked();
      },
      ({ checks }) => checks.every(({ reason }) => reason === undefined),
    );
    expect(one.checks.filter(({ reason }) => reason !== undefined)).toEqual([]);
    expect(one).toMatchObject({ decision: "accept", allowedQty: "10" });
    const shown = new Set(one.checks.filter(({ limit }) => limit !== null).map(({ code }) => code));
    for (const kind of LIMIT_KINDS)
      if (kind !== "reduce-only") expect([...shown], "each kind was measured").toContain(kind);
    for (const { fixCode } of one.checks) expect(fixCode).toEqual(expect.any(Number));
  });

  test.each(TIGHT.map(([kind, threshold, order = {}]) => ({ kind, threshold, order })))(
    "is refused by $kind of $threshold",
    async ({ kind, threshold, order }) => {
      await quoted(ACME, 100);
      await quoted(BOLT, 50);
      await put([limitOf(kind, threshold)]);
      const one = await eventually(
        () => checked(order),
        ({ code }) => code === kind,
      );
      expect(one).toMatchObject({ decision: "reject", allowedQty: "0", code: kind });
      const check = one.checks.find(({ code, limit }) => code === kind && limit !== null);
      expect(check, "it says what it compared").toMatchObject({
        verdict: "fail",
        projected: expect.any(String),
      });
      expect(check?.reason).toBeUndefined();
    },
  );

  test("does not trade with itself, and sends nothing twice", async () => {
    await quoted(ACME, 100);
    await put([limitOf("self-match", ""), limitOf("duplicate-order", "60000")]);
    const offer = await sent({ side: "sell", qty: "3", price: "101" });
    expect(offer.decision).toBe("accept");
    expect(await checked({ price: "101" })).toMatchObject({ code: "self-match" });
    expect(await checked({ price: "100.99" })).toMatchObject({ decision: "accept" });
    expect(await checked({ side: "sell", qty: "3", price: "101" })).toMatchObject({
      code: "duplicate-order",
    });
    await ended(offer.clientOrderId);
  });

  test("is cut to the largest quantity that all limits admit, and one lot more fails", async () => {
    await quoted(ACME, 100);
    await put([
      { kind: "max-gross-exposure", threshold: "2755", action: "reduce" },
      { kind: "max-order-qty", threshold: "8", action: "reduce" },
    ]);
    expect(await checked({ qty: "10" })).toMatchObject({ decision: "reduce", allowedQty: "7" });
    expect(await checked({ qty: "7" })).toMatchObject({ decision: "accept" });
    expect(await checked({ qty: "8" })).toMatchObject({ decision: "reduce", allowedQty: "7" });
  });

  test("explains a decision in words and numbers, and comes to it again", async () => {
    await quoted(ACME, 100);
    await put([limitOf("max-order-notional", "999")]);
    const { seq, code } = await sent();
    expect(code).toBe("max-order-notional");
    // Its fact is read from Postgres.
    const told = await eventually(
      () => world.get<Record<string, unknown>>(`${ACCOUNT}/decisions/${seq}`),
      ({ sameAgain }) => sameAgain !== null,
    );
    expect(told).toMatchObject({ seq, code, sameAgain: true });
    expect(JSON.stringify(told)).toContain("999");
  });

  test("stays stopped by a loss until a named person releases it", async () => {
    await quoted(ACME, 100);
    await put([limitOf("max-daily-loss", "1")]);
    const stopped = await eventually(
      () => checked(),
      ({ code }) => code === "max-daily-loss",
    );
    expect(stopped.decision).toBe("reject");
    const closing = { symbol: BOLT, side: "sell", qty: "20", price: "50" };
    expect(await checked(closing)).toMatchObject({ decision: "accept" });
    await put([{ ...limitOf("max-daily-loss", "1000000"), id: "l0" }]);
    expect(await checked(), "a wider limit does not lift it").toMatchObject({ code: "max-daily-loss" });
    const by = stack.dev.apiKey.split("_")[1] ?? "";
    const release = `${ACCOUNT}/limits/l0/release`;
    const unnamed = world.post(release, { reason: "looked at", by: "somebody" });
    await expect(unnamed).rejects.toMatchObject({ status: 422 });
    await world.post(release, { reason: "looked at", by });
    await quoted(ACME, 100);
    expect(await checked()).toMatchObject({ decision: "accept" });
  });

  test("decides the same after kill -9, as soon as its inputs are fresh again", async () => {
    await put([
      limitOf("max-order-qty", "8"),
      limitOf("max-var", "100000"),
      limitOf("max-adv-participation", "50"),
      limitOf("max-gross-exposure", "100000"),
    ]);
    await quoted(ACME, 100);
    const before = await checked({ qty: "5" });
    const numbers = ({ checks }: Decision) =>
      checks.filter(({ code }) => code.startsWith("max-")).map(({ code, projected }) => [code, projected]);
    await stack.kill();
    await begin();
    const after = await eventually(
      async () => {
        await quoted(ACME, 100);
        await quoted(BOLT, 50);
        return checked({ qty: "5" });
      },
      ({ decision }) => decision === "accept",
    );
    expect(numbers(after)).toEqual(numbers(before));
  });
});
