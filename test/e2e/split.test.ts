/** An account of the built product is split and merged while orders flow, and killed in the middle of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import { type Decision, PRICE, pause, SplitTraders } from "../../scripts/faults/split-load.ts";
import { freePort, Stack } from "../../scripts/faults/stack.ts";
import { partCount, slotOf } from "../../src/domain/parts-map.ts";
import { World } from "./world.ts";

const ACCOUNT = "/v1/accounts/hot";
const SYMBOLS = Array.from({ length: 24 }, (_, n) => `XTEST:H${n}`);
/** What a client may see of a fence. */
const REFUSED_MS_MAX = 1_000;
/** A part that comes back from a kill loads first, and the watch that goes on with the split is a second behind. */
const SPLIT_MS_MAX = 60_000;
const REPRICE_MS = 10_000;

type Split = {
  readonly shards: number;
  readonly phase: string;
  readonly map: { readonly version: number; readonly slots: string };
  readonly moved: { readonly slots: number; readonly of: number };
  readonly fencedMs: number;
  readonly reason: string | null;
};
type Execution = {
  readonly execId: string;
  readonly symbol: string;
  readonly side: string;
  readonly qty: string;
  readonly bookedAt: number;
};
type Position = { readonly symbol: string; readonly qty: string };

let folder: string;
let stack: Stack | undefined;
let world: World;
let port: number;
let ticked = 0;

async function begin(): Promise<void> {
  stack = await Stack.start({ data: join(folder, "data"), port });
  world = new World(stack);
}

async function priceAll(): Promise<void> {
  const ts = Date.now();
  const price = String(PRICE);
  const ticks = SYMBOLS.flatMap((symbol) => [
    { type: "trade", symbol, ts, price, size: "1", id: `t${ticked++}` },
    { type: "quote", symbol, ts, bid: price, bidSize: "5", ask: price, askSize: "5" },
  ]);
  expect(await world.post("/v1/ticks", { source: "e2e", ticks })).toMatchObject({ rejected: [] });
}

async function splitTo(shards: number): Promise<void> {
  expect(await world.post(`${ACCOUNT}/split`, { shards })).toMatchObject({ to: shards });
}

async function untilDone(shards: number): Promise<Split> {
  const until = Date.now() + SPLIT_MS_MAX;
  for (;;) {
    const split = await world.get<Split>(`${ACCOUNT}/split`);
    if (split.phase === "aborted") throw new Error(`the split was aborted: ${split.reason}`);
    if (split.phase === "done" && split.shards === shards) return split;
    if (Date.now() > until) throw new Error(`the split does not end: ${JSON.stringify(split)}`);
    await pause(50);
  }
}

/** What was booked in any part, also one that is no more, is listed once: it makes the positions; so is what was decided. */
async function expectListsWhole(traders: SplitTraders): Promise<void> {
  const executions = await listed<Execution>("executions");
  expect(new Set(executions.map(({ execId }) => execId)).size).toBe(executions.length);
  expect(executions.map(({ bookedAt }) => bookedAt)).toEqual(
    executions.map(({ bookedAt }) => bookedAt).sort((one, other) => other - one),
  );
  const sums = new Map<string, number>();
  for (const { symbol, side, qty } of executions)
    sums.set(symbol, (sums.get(symbol) ?? 0) + (side === "buy" ? Number(qty) : -Number(qty)));
  expect(Object.fromEntries(sums)).toEqual(Object.fromEntries(traders.positions));
  const decided = await listed<Decision>("decisions");
  const seqs = new Map(decided.map(({ clientOrderId, seq }) => [clientOrderId, seq]));
  expect(traders.placed.filter(({ decision }) => seqs.get(decision.clientOrderId) !== decision.seq)).toEqual(
    [],
  );
}

async function listed<Item>(list: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let rest = ""; ; ) {
    const path = `${ACCOUNT}/${list}?limit=500${rest}`;
    const page = await world.get<{ items: Item[]; nextCursor: string | null }>(path);
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    rest = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

/** What the account shows is what was acknowledged, and each id has the decision that it got. */
async function expectNothingLost(traders: SplitTraders): Promise<void> {
  const positions = await world.all<Position>(`${ACCOUNT}/positions`);
  const shown = new Map(positions.map(({ symbol, qty }) => [symbol, Number(qty)]));
  expect(shown.size, "each symbol is shown once").toBe(positions.length);
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(traders.positions));
  await expectListsWhole(traders);
  for (let from = 0; from < traders.placed.length; from += 200) {
    const those = traders.placed.slice(from, from + 200);
    const again = await world.post<{ decisions: Decision[] }>(`${ACCOUNT}/orders`, {
      orders: those.map(({ order }) => order),
    });
    const told = ({ clientOrderId, decision, allowedQty, seq }: Decision) => ({
      ...{ clientOrderId, decision, allowedQty, seq },
    });
    expect(again.decisions.map(told)).toEqual(those.map(({ decision }) => told(decision)));
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "outcry-e2e-split-"));
  port = await freePort();
  await begin();
  for (const symbol of SYMBOLS) await world.registerInstrument(symbol);
  await priceAll();
  await world.put(ACCOUNT, { currency: "USD", equity: "100000000" });
  await world.put(`${ACCOUNT}/limits`, {
    limits: [
      { id: "gross", kind: "max-gross-exposure", threshold: "50000000", action: "reject" },
      {
        id: "each",
        kind: "max-position-qty",
        threshold: "1000000",
        action: "reject",
        scope: { kind: "symbol" },
      },
    ],
  });
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("an account that is split", () => {
  test("from one shard to two, to four and back to one loses and doubles no order, and refuses each symbol for less than a second", async () => {
    const traders = new SplitTraders(() => stack?.api, "hot", SYMBOLS, "o");
    const pricing = setInterval(() => void priceAll(), REPRICE_MS);
    const running = traders.run(4);
    await pause(500);
    for (const shards of [2, 4, 1]) {
      await splitTo(shards);
      const split = await untilDone(shards);
      expect(partCount(split.map)).toBe(shards);
      expect(
        SYMBOLS.every((symbol) => Number(split.map.slots[slotOf(symbol)]) === slotOf(symbol) % shards),
      ).toBe(true);
      expect(split.moved.slots).toBe(split.moved.of);
      expect(split.fencedMs).toBeLessThan(REFUSED_MS_MAX);
      await pause(500);
    }
    traders.stop();
    await running;
    clearInterval(pricing);
    expect(traders.strange).toEqual([]);
    expect(traders.placed.length).toBeGreaterThan(100);
    expect(Math.max(0, ...traders.refusedMs.values())).toBeLessThan(REFUSED_MS_MAX);
    await expectNothingLost(traders);
  });

  test("is one account to who reads it, and says what only one object could answer", async () => {
    await splitTo(4);
    await untilDone(4);
    const exposures = await world.get<{ gross: string; symbols: { gross: string }[] }>(
      `${ACCOUNT}/exposures`,
    );
    const sum = exposures.symbols.reduce((total, { gross }) => total + Number(gross), 0);
    expect(Number(exposures.gross)).toBeCloseTo(sum, 6);
    expect(await world.get(ACCOUNT)).toMatchObject({ gross: exposures.gross, state: "active" });
    const refused = await stack?.api.once("GET", `${ACCOUNT}/balances`);
    expect([refused?.status, (refused?.body as { code: string } | undefined)?.code]).toEqual([
      409,
      "account-split",
    ]);
  });

  test("holds its limits over all shards together", async () => {
    const orders = SYMBOLS.slice(0, 12).map((symbol, n) => ({
      ...{
        clientOrderId: `wide-${n}`,
        symbol,
        side: "buy",
        type: "limit",
        qty: "1000",
        price: String(PRICE),
      },
    }));
    const { gross } = await world.get<{ gross: string }>(ACCOUNT);
    // Room for five of twelve.
    const threshold = String(Math.ceil(Number(gross)) + 5 * 1_000 * PRICE);
    const limits = [{ id: "gross", kind: "max-gross-exposure", threshold, action: "reject" }];
    await world.put(`${ACCOUNT}/limits`, { limits });
    await priceAll();
    // What shards hold of the old limit comes back within a moment; until then nothing grows.
    const tried = await eventually(
      () => world.post<{ decisions: Decision[] }>(`${ACCOUNT}/checks`, orders[0]),
      (reply) => reply.decisions[0]?.decision === "accept",
    );
    expect(tried).toMatchObject({ decisions: [{ decision: "accept" }] });
    const decisions: Decision[] = [];
    for (const order of orders) {
      const reply = await world.post<{ decisions: Decision[] }>(`${ACCOUNT}/orders`, order);
      decisions.push(...reply.decisions);
    }
    expect(decisions.filter(({ decision }) => decision === "accept")).toHaveLength(5);
    expect(Number((await world.get<{ gross: string }>(ACCOUNT)).gross)).toBeLessThanOrEqual(
      Number(threshold),
    );
  });

  test("is stopped in all shards by one call", async () => {
    const by = await world.get<{ by?: string }>(`${ACCOUNT}/split`).then(({ by: whose }) => whose ?? "");
    const state = { scope: { kind: "account" }, state: "halted", reason: "lunch", by };
    await world.post(`${ACCOUNT}/state`, state);
    const orders = SYMBOLS.map((symbol, n) => ({
      ...{ clientOrderId: `halt-${n}`, symbol, side: "buy", type: "limit", qty: "1", price: String(PRICE) },
    }));
    const { decisions } = await world.post<{ decisions: Decision[] }>(`${ACCOUNT}/orders`, { orders });
    expect(new Set(decisions.map(({ code }) => code))).toEqual(new Set(["state-halted"]));
    await world.post(`${ACCOUNT}/state`, { ...state, state: "active" });
  });

  test("goes on with its split after kills, and nothing is lost or doubled", async () => {
    await world.put(`${ACCOUNT}/limits`, {
      limits: [{ id: "gross", kind: "max-gross-exposure", threshold: "50000000", action: "reject" }],
    });
    const before = await world.all<Position>(`${ACCOUNT}/positions`);
    const traders = new SplitTraders(() => stack?.api, "hot", SYMBOLS.slice(12), "k");
    for (const { symbol, qty } of before) traders.positions.set(symbol, Number(qty));
    const running = traders.run(3);
    // At other moments, and at many: `npm run test:faults -- --only split`.
    for (const [shards, afterMs] of [
      [1, 100],
      [4, 160],
    ] as const) {
      await splitTo(shards);
      await pause(afterMs);
      const killed = stack;
      stack = undefined;
      await killed?.kill();
      await begin();
      await priceAll();
      await untilDone(shards);
      await pause(300);
    }
    traders.stop();
    await running;
    expect(traders.strange).toEqual([]);
    await expectNothingLost(traders);
  });
});
