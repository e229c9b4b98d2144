/** An account in four currencies on the built product: each step's figures worked out by hand, to the last digit. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import { freePort, Stack } from "../../scripts/faults/stack.ts";
import { deskScenario } from "./desk-scenario.ts";
import { World } from "./world.ts";

let folder: string;
let stack: Stack;
let world: World;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "outcry-e2e-money-"));
  stack = await Stack.start({ data: join(folder, "data"), port: await freePort() });
  world = new World(stack);
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ACCOUNT = "/v1/accounts/fund";
const DAY_MS = 86_400_000;
const YESTERDAY = Date.now() - DAY_MS;

type Money = Readonly<Record<"cash" | "realised" | "unrealised" | "fees" | "funding" | "total", string>>;
type Balances = Money & {
  readonly equity: string;
  readonly currencies: readonly (Money & { readonly currency: string; readonly fxRate: string | null })[];
};
/** A key is named by its middle: `ok_<id>_<secret>`. */
const caller = (): string => stack.dev.apiKey.split("_")[1] ?? "";
const balances = (): Promise<Balances> => world.get<Balances>(`${ACCOUNT}/balances`);
const money = (figures: Partial<Money>): Money => ({
  ...{ cash: "0", realised: "0", unrealised: "0", fees: "0", funding: "0", total: "0" },
  ...figures,
});
const byCurrency = async (): Promise<Readonly<Record<string, object>>> =>
  Object.fromEntries((await balances()).currencies.map((one) => [one.currency, one]));

type Told = { readonly results: readonly { readonly status: string; readonly code?: string }[] };
const booked = async (...executions: object[]): Promise<string[]> => {
  const sent = executions.map((one) => ({ ts: YESTERDAY, clientOrderId: "by-voice", ...one }));
  const { results } = await world.post<Told>(`${ACCOUNT}/executions`, { executions: sent });
  return results.map(({ status, code }) => code ?? status);
};
const fill = (execId: string, symbol: string, side: string, qty: string, price: string, fee = "0") => ({
  ...{ type: "fill", execId, clientOrderId: execId, symbol, side, qty, price, fee },
});

const MARKS: readonly (readonly [symbol: string, price: string])[] = [
  ["XTEST:ACME", "11"],
  ["XTEST:HAFEN", "98"],
  ["XTEST:TOYO", "1480"],
  ["XTEST:BTCPERP", "40000"],
  ["XTEST:BTCUSD", "40000"],
  ["FX:EURUSD", "1.1"],
  ["FX:USDJPY", "160"],
];

async function instrument(symbol: string, currency: string, fields: object = {}): Promise<void> {
  await world.put(`/v1/instruments/${symbol}`, {
    ...{ description: symbol, type: "equity", exchange: "XTEST", currency, tickSize: "0.01", lotSize: "1" },
    ...{ multiplier: "1", timezone: "UTC", session: "24x7", status: "active", ...fields },
  });
}

async function priced(symbol: string, price: string): Promise<void> {
  const id = `${symbol.split(":")[1]}-${price}`;
  const trade = { type: "trade", symbol, ts: Date.now(), price, size: "1", id };
  expect(await world.post("/v1/ticks", { source: "e2e", ticks: [trade] })).toMatchObject({ accepted: 1 });
}

describe("an account in dollars that holds euros, yen and bitcoin", () => {
  beforeAll(async () => {
    const rate = { type: "fx", tickSize: "0.00001" };
    await instrument("XTEST:ACME", "USD");
    await instrument("XTEST:HAFEN", "EUR");
    await instrument("XTEST:TOYO", "JPY");
    await instrument("XTEST:BTCPERP", "BTC", { type: "future", multiplier: "100", contract: "inverse" });
    await instrument("XTEST:BTCUSD", "USD", { type: "crypto" });
    await instrument("FX:EURUSD", "USD", rate);
    await instrument("FX:USDJPY", "JPY", rate);
    for (const [symbol, price] of MARKS) await priced(symbol, price);
    const fx = { EUR: "FX:EURUSD", JPY: "FX:USDJPY", BTC: "XTEST:BTCUSD" };
    await world.put(ACCOUNT, { currency: "USD", equity: "100000", fx });
  });

  test("books fills in each currency, and converts what they made by the marks", async () => {
    const results = await booked(
      fill("a1", "XTEST:ACME", "buy", "100", "10", "1"),
      fill("a2", "XTEST:ACME", "sell", "40", "12", "-0.5"),
      fill("h1", "XTEST:HAFEN", "buy", "10", "100", "2"),
      fill("t1", "XTEST:TOYO", "sell", "100", "1500"),
      fill("b1", "XTEST:BTCPERP", "buy", "10", "50000"),
    );
    expect(results).toEqual(["applied", "applied", "applied", "applied", "applied"]);
    const all = await eventually(balances, ({ unrealised }) => unrealised === "-149.5");
    expect(all).toMatchObject({
      ...{ equity: "99927.8", startingEquity: "100000", unpriced: [] },
      ...money({ realised: "80", unrealised: "-149.5", fees: "2.7", total: "-72.2" }),
    });
    expect(await byCurrency()).toMatchObject({
      USD: money({ realised: "80", unrealised: "60", fees: "0.5", total: "139.5" }),
      EUR: { ...money({ unrealised: "-20", fees: "2", total: "-22" }), fxRate: "1.1", fxSymbol: "FX:EURUSD" },
      JPY: { ...money({ unrealised: "2000", total: "2000" }), fxSymbol: "FX:USDJPY" },
      // 10 × 100 ÷ 50,000 − 10 × 100 ÷ 40,000
      BTC: money({ unrealised: "-0.005", total: "-0.005" }),
    });
  });

  test("takes back a fill that was busted, and puts right one that was corrected", async () => {
    expect(await booked({ type: "bust", execId: "x1", clientOrderId: "a2", refExecId: "a2" })).toEqual([
      "applied",
    ]);
    expect(await byCurrency()).toMatchObject({ USD: money({ unrealised: "100", fees: "1", total: "99" }) });
    const corrected = { type: "correct", execId: "x2", clientOrderId: "a1", refExecId: "a1", price: "9.5" };
    expect(await booked(corrected)).toEqual(["applied"]);
    expect(await byCurrency()).toMatchObject({ USD: money({ unrealised: "150", fees: "1", total: "149" }) });
    expect(await booked({ ...corrected, execId: "x3", clientOrderId: "a2", refExecId: "a2" })).toEqual([
      "already-busted",
    ]);
    const { items } = await world.get<{
      items: { execId: string; type: string; refExecId: string | null }[];
    }>(`${ACCOUNT}/executions?symbol=XTEST:ACME`);
    expect(items.map(({ execId, type, refExecId }) => [execId, type, refExecId])).toEqual([
      ["x2", "correct", "a1"],
      ["x1", "bust", "a2"],
      ["a2", "fill", null],
      ["a1", "fill", null],
    ]);
  });

  test("books cash once by its id: paid in, paid out, and funding of what is held", async () => {
    const ts = Date.now();
    const movements = [
      { id: "in", type: "deposit", currency: "EUR", amount: "1000", ts },
      { id: "out", type: "withdrawal", currency: "USD", amount: "-500", ts },
      { id: "f1", type: "funding", currency: "BTC", amount: "-0.001", symbol: "XTEST:BTCPERP", ts },
    ];
    const { results } = await world.post<Told>(`${ACCOUNT}/cash`, { movements });
    expect(results.map(({ status }) => status)).toEqual(["applied", "applied", "applied"]);
    const again = await world.post<Told>(`${ACCOUNT}/cash`, { movements });
    expect(again.results.map(({ status }) => status)).toEqual(["duplicate", "duplicate", "duplicate"]);
    expect(await balances()).toMatchObject({
      cash: "600",
      funding: "-40",
      total: "-102.7",
      equity: "100497.3",
    });
    expect(await byCurrency()).toMatchObject({
      BTC: money({ unrealised: "-0.005", funding: "-0.001", total: "-0.006" }),
      EUR: money({ cash: "1000", unrealised: "-20", fees: "2", total: "-22" }),
    });
  });

  test("holds twice as many shares at half the cost each after a split, and is worth the same", async () => {
    const before = await balances();
    const split = {
      id: "split-1",
      type: "split",
      exDate: new Date().toISOString().slice(0, 10),
      from: "1",
      to: "2",
    };
    await world.post("/v1/symbols/XTEST:ACME/actions", split);
    const apply = (): Promise<{ outcome: string }> =>
      world.post(`${ACCOUNT}/corporate-actions`, { symbol: "XTEST:ACME", id: "split-1", by: caller() });
    expect((await apply()).outcome).toBe("applied");
    expect((await apply()).outcome).toBe("unchanged");
    await priced("XTEST:ACME", "5.5");
    const positions = () =>
      world.get<{ items: { symbol: string; qty: string; avgPrice: string; unrealised: string }[] }>(
        `${ACCOUNT}/positions`,
      );
    const held = await eventually(positions, ({ items }) => items[0]?.unrealised === "150");
    expect(held.items[0]).toMatchObject({ symbol: "XTEST:ACME", qty: "200", avgPrice: "4.75" });
    expect((await balances()).total).toBe(before.total);
  });

  test("makes the same in total by every method of cost", async () => {
    const total = async (method: string): Promise<string> =>
      (await world.get<{ inception: Money }>(`${ACCOUNT}/pnl?method=${method}`)).inception.total;
    const { total: expected } = await balances();
    expect([await total("average"), await total("fifo"), await total("lifo")]).toEqual([
      expected,
      expected,
      expected,
    ]);
  });

  test("keeps a snapshot on demand; a day that is open has no statement yet", async () => {
    const taken = await world.post<Money & { seq: number }>(`${ACCOUNT}/snapshots`, { reason: "noon" });
    const { equity, total } = await balances();
    expect(taken).toMatchObject({ kind: "manual", reason: "noon", equity, total });
    type Page = { items: { seq: number }[] };
    const kept = await eventually(
      () => world.get<Page>(`${ACCOUNT}/snapshots`),
      ({ items }) => items.length > 0,
    );
    expect(kept.items).toEqual([taken]);
    const today = new Date().toISOString().slice(0, 10);
    await expect(world.get(`${ACCOUNT}/statements?date=${today}`)).rejects.toMatchObject({ status: 404 });
  });

  test("lists what a broker says else, and books what is accepted under a name", async () => {
    type Difference = { n: number; kind: string; symbol?: string; ours: unknown; theirs: unknown };
    const { items } = await world.get<{ items: { symbol: string; qty: string; avgPrice: string | null }[] }>(
      `${ACCOUNT}/positions`,
    );
    const positions = items.map(({ symbol, qty, avgPrice }) => ({
      ...{ symbol, qty: symbol === "XTEST:ACME" ? "210" : qty },
      ...(avgPrice === null ? {} : { avgPrice }),
    }));
    const report = await world.post<{ id: string; differences: Difference[] }>(`${ACCOUNT}/reconcile`, {
      ...{ asOf: Date.now(), positions },
    });
    expect(report.differences).toMatchObject([{ kind: "position-quantity", symbol: "XTEST:ACME" }]);
    const accepted = {
      accept: report.differences.map(({ n }) => n),
      reason: "confirmed by phone",
      by: caller(),
    };
    await world.post(`${ACCOUNT}/reconcile/${report.id}/resolve`, accepted);
    const after = await world.get<{ items: { symbol: string; qty: string }[] }>(`${ACCOUNT}/positions`);
    expect(after.items.find(({ symbol }) => symbol === "XTEST:ACME")?.qty).toBe("210");
    const again = await world.post<{ differences: Difference[] }>(`${ACCOUNT}/reconcile`, {
      ...{ asOf: Date.now(), positions },
    });
    expect(again.differences).toEqual([]);
  });
});

describe("strategies of a desk", () => deskScenario(() => world));

test("an account, its strategies and their group have after kill -9 what they had before", async () => {
  const stood = async (): Promise<object[]> => {
    const { currencies, ...all } = await balances();
    // Ages go on while it is away.
    const ageless = currencies.map((one) => ({ ...one, fxAgeMs: null }));
    const group = await world.get<object>("/v1/strategy-groups/desk/pnl");
    return [all, ageless, await world.get("/v1/accounts/desk/balances"), { ...group, staleLegs: [] }];
  };
  const before = await stood();
  await stack.kill();
  stack = await Stack.start({ data: join(folder, "data"), port: await freePort() });
  world = new World(stack);
  // Marks are met again with the first look at what is held.
  const after = await eventually(stood, (found) => JSON.stringify(found) === JSON.stringify(before));
  expect(after).toEqual(before);
});
