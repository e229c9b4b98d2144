/** One run of the built product: a tape becomes bars, orders meet a naive model, a strategy meets brute force, and Postgres has it all. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditMirror, eventually, read } from "../../scripts/faults/audit.ts";
import { freePort, Stack } from "../../scripts/faults/stack.ts";
import { type Postgres, postgresAt } from "../../src/db/neon.ts";
import { m2mByBruteForce, type OracleChange, type OracleFill } from "../support/m2m-oracle.ts";
import { NaiveBook } from "./naive-book.ts";
import { barsByBruteForce, seeded, tapeFile, tapeTrades } from "./tape.ts";

const MINUTE = 60_000;
const TAPE_START = Date.UTC(2025, 5, 10, 23, 50);
const TRADES = tapeTrades(7, TAPE_START, 20, 40);

let folder: string;
let stack: Stack;
let postgres: Postgres;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "outcry-e2e-"));
  const tape = join(folder, "tape.gz");
  writeFileSync(tape, tapeFile(TRADES));
  stack = await Stack.start({
    data: join(folder, "data"),
    port: await freePort(),
    feed: `tape:${tape}`,
    args: ["--speed", "max"],
  });
  postgres = postgresAt(stack.dev.databaseUrl);
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const get = <Body>(path: string): Promise<Body> => stack.api.send<Body>("GET", path);
const put = <Body>(path: string, json: unknown): Promise<Body> =>
  stack.api.send<Body>("PUT", path, { body: { json } });
const post = <Body>(path: string, json: unknown): Promise<Body> =>
  stack.api.send<Body>("POST", path, { body: { json } });

type Bar = {
  t: number;
  o: string;
  h: string;
  l: string;
  c: string;
  v: string;
  n: number;
  state: string;
  rev: number;
};
const barsOf = async (symbol: string, resolution: string): Promise<Bar[]> =>
  (await get<{ bars: Bar[] }>(`/v1/symbols/${symbol}/bars?resolution=${resolution}&limit=1000`)).bars;
const shape = ({ t, o, h, l, c, v, n }: Bar) => ({ t, o, h, l, c, v, n });

describe("a replayed tape", () => {
  const symbols = ["BTCUSDT", "ETHUSDT"];
  const total = (symbol: string): number => TRADES.filter((trade) => trade.symbol === symbol).length;

  test.each(symbols)(
    "of %s becomes, at every resolution, the bars of a brute-force recomputation",
    async (symbol) => {
      const counted = async (): Promise<number> =>
        (await barsOf(`BINANCE:${symbol}`, "1")).reduce((sum, bar) => sum + bar.n, 0);
      expect(await eventually(counted, (n) => n >= total(symbol))).toBe(total(symbol));
      const widths = {
        "1": MINUTE,
        "5": 5 * MINUTE,
        "15": 15 * MINUTE,
        "60": 60 * MINUTE,
        "1D": 1_440 * MINUTE,
      };
      for (const [resolution, width] of Object.entries(widths)) {
        const bars = await barsOf(`BINANCE:${symbol}`, resolution);
        expect(bars.map(shape), `resolution ${resolution}`).toEqual(barsByBruteForce(TRADES, symbol, width));
      }
    },
  );

  test("reaches Postgres with every closed bar, as the API shows it", async () => {
    for (const symbol of symbols) {
      const closed = (await barsOf(`BINANCE:${symbol}`, "1")).filter((bar) => bar.state !== "forming");
      expect(closed.length).toBeGreaterThan(10);
      const stored = () =>
        read(
          postgres,
          `SELECT (extract(epoch FROM start) * 1000)::bigint::text AS t, open::text AS o, high::text AS h, low::text AS l, close::text AS c,
                  volume::text AS v, trades AS n, rev, state FROM bar WHERE symbol = $1 AND resolution = '1' ORDER BY start`,
          `BINANCE:${symbol}`,
        );
      const rows = await eventually(stored, (found) => found.length >= closed.length);
      expect(rows.map((row) => ({ ...row, t: Number(row.t) }))).toEqual(
        closed.map((bar) => ({ ...shape(bar), rev: bar.rev, state: bar.state })),
      );
    }
  });
});

type Decision = {
  clientOrderId: string;
  decision: string;
  allowedQty: string;
  code?: string;
  seq: number;
  checks: { code: string; verdict: string }[];
};

async function registerInstrument(symbol: string, currency = "USD"): Promise<void> {
  await put(`/v1/instruments/${symbol}`, {
    ...{
      description: symbol,
      type: "equity",
      exchange: "XTEST",
      currency,
      tickSize: "0.01",
      lotSize: "1",
      multiplier: "1",
    },
    ...{ timezone: "UTC", session: "24x7", status: "active" },
  });
}

let trades = 0;
async function priceAt(symbol: string, price: string, ts = Date.now()): Promise<void> {
  const ticks = [
    { type: "trade", symbol, ts, price, size: "1", id: `p${trades++}` },
    {
      type: "quote",
      symbol,
      ts,
      bid: price,
      bidSize: "5",
      ask: (Number(price) + 0.01).toFixed(2),
      askSize: "5",
    },
  ];
  expect(await post("/v1/ticks", { source: "e2e", ticks })).toMatchObject({ accepted: 2, rejected: [] });
}

describe("orders", () => {
  const symbol = "XTEST:ORDERS";
  const limits = { orderQty: 40, positionQty: 100, grossReduce: 8_000 };

  beforeAll(async () => {
    await registerInstrument(symbol);
    await priceAt(symbol, "100");
    await put("/v1/accounts/naive", { currency: "USD", equity: "1000000" });
    await put("/v1/accounts/naive/limits", {
      limits: [
        { id: "clip", kind: "max-order-qty", threshold: String(limits.orderQty), action: "reject" },
        { id: "hold", kind: "max-position-qty", threshold: String(limits.positionQty), action: "reject" },
        { id: "gross", kind: "max-gross-exposure", threshold: String(limits.grossReduce), action: "reduce" },
      ],
    });
  });

  test("with their fills and cancels get the decisions and leave the position of a naive model", async () => {
    const random = seeded(99);
    const book = new NaiveBook(limits, 100);
    for (let step = 0; step < 120; step++) {
      if (step % 20 === 0) await priceAt(symbol, "100");
      const working = book.working;
      const pick = working[Math.floor(random() * working.length)];
      if (pick !== undefined && random() < 0.4) await settle(book, pick, random, step);
      else await order(book, random, step);
    }
    const { items } = await get<{ items: { symbol: string; qty: string; realised: string }[] }>(
      "/v1/accounts/naive/positions",
    );
    const held = items.find((item) => item.symbol === symbol);
    expect(Number(held?.qty ?? 0)).toBe(book.position);
    expect(Number(held?.realised ?? 0)).toBeCloseTo(book.realised, 6);
    const orders = await get<{ items: { clientOrderId: string; remainingQty: string }[] }>(
      "/v1/accounts/naive/orders?status=working&limit=1000",
    );
    expect(orders.items.map((item) => [item.clientOrderId, item.remainingQty]).sort()).toEqual(
      book.working.map((item) => [item.id, String(item.left)]).sort(),
    );
  });

  async function order(book: NaiveBook, random: () => number, step: number): Promise<void> {
    const side = random() < 0.55 ? "buy" : "sell";
    const qty = 1 + Math.floor(random() * 45);
    const body = { clientOrderId: `o${step}`, symbol, side, type: "limit", qty: String(qty), price: "100" };
    const expected = book.decide(side, qty);
    const dry = await post<{ decisions: Decision[] }>("/v1/accounts/naive/checks", { orders: [body] });
    const { decisions } = await post<{ decisions: Decision[] }>("/v1/accounts/naive/orders", body);
    expect({ step, ...picked(decisions[0]) }).toEqual({ step, ...expected });
    expect(picked(dry.decisions[0])).toEqual(expected);
    const again = await post<{ decisions: Decision[] }>("/v1/accounts/naive/orders", body);
    expect(again).toEqual({ decisions });
    if (expected.decision !== "reject") book.place(`o${step}`, side, Number(expected.allowedQty));
  }

  async function settle(
    book: NaiveBook,
    target: { id: string; left: number },
    random: () => number,
    step: number,
  ): Promise<void> {
    const cancels = random() < 0.3;
    const qty = 1 + Math.floor(random() * target.left);
    const price = 95 + Math.floor(random() * 11);
    const report = cancels ? { type: "cancel" } : { type: "fill", qty: String(qty), price: String(price) };
    const execution = { ...report, execId: `x${step}`, clientOrderId: target.id, ts: Date.now() };
    const once = await post<{ results: object[] }>("/v1/accounts/naive/executions", {
      executions: [execution],
    });
    expect(once.results).toEqual([{ execId: `x${step}`, status: "applied" }]);
    const twice = await post<{ results: object[] }>("/v1/accounts/naive/executions", {
      executions: [execution],
    });
    expect(twice.results).toEqual([{ execId: `x${step}`, status: "duplicate" }]);
    if (cancels) book.cancel(target.id);
    else book.fill(target.id, qty, price);
  }
});

const picked = (decision: Decision | undefined) => ({
  decision: decision?.decision,
  allowedQty: decision?.allowedQty,
});

describe("a strategy", () => {
  const legs = ["XTEST:LEGA", "XTEST:LEGB"];
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - 4 * MINUTE;

  type Candle = { t: number; sampled: boolean; state: string; rev: number };
  type Shown = Candle & Record<string, unknown>;

  test("is marked to market with the candles of a brute-force recomputation from ticks and fills", async () => {
    for (const leg of legs) await registerInstrument(leg);
    await put("/v1/accounts/pairs", { currency: "USD", equity: "1000000" });
    // The story lies minutes back in event time, so the account admits prices of that age.
    await put("/v1/accounts/pairs/limits", {
      limits: [{ id: "age", kind: "max-price-age", threshold: "600000", action: "reject" }],
    });
    const opening = [
      { symbol: legs[0], qty: "10", avgPrice: "50" },
      { symbol: legs[1], qty: "-20", avgPrice: "25.5" },
    ];
    const { id } = await post<{ id: string }>("/v1/strategies", {
      name: "pair",
      account: "pairs",
      instruments: opening,
      tags: ["e2e"],
    });
    const { changes, fills } = await live(id);
    const openings = [
      openingFill(legs[0] ?? "", "buy", "10", "50"),
      openingFill(legs[1] ?? "", "sell", "20", "25.5"),
    ];
    const expected = m2mByBruteForce(
      legs.map((symbol) => ({ symbol, multiplier: "1" })),
      changes,
      [...openings, ...fills],
    );
    const shown = async (): Promise<Shown[]> =>
      (await get<{ candles: Shown[] }>(`/v1/strategies/${id}/m2m?resolution=1&from=${start}`)).candles;
    const ticks = (candles: readonly Shown[]): number =>
      candles.reduce((sum, candle) => sum + Number(candle.tickCount), 0);
    const candles = await eventually(shown, (found) => ticks(found) >= changes.length);
    expect(candles.map((candle) => candle.t)).toEqual(expected.map((candle) => candle.t));
    const exact = candles.filter((candle) => !candle.sampled);
    // Where nothing failed nothing may hide behind `sampled` but the minute in which the strategy came to know its legs.
    expect(exact.length).toBeGreaterThanOrEqual(expected.length - 1);
    for (const { sampled: _, state: __, rev: ___, ...candle } of exact) {
      expect(candle).toEqual(expected.find((one) => one.t === candle.t));
    }
  });

  const openingFill = (symbol: string, side: "buy" | "sell", qty: string, price: string): OracleFill => ({
    symbol,
    side,
    qty,
    price,
    fee: "0",
    ts: start,
    opening: true,
  });

  /** Four minutes of both legs in order of time, in small posts, with a fill now and then. */
  async function live(strategy: string): Promise<{ changes: OracleChange[]; fills: OracleFill[] }> {
    const random = seeded(5);
    const prices = new Map([
      [legs[0], 5_000],
      [legs[1], 2_550],
    ]);
    const changes: OracleChange[] = [];
    const fills: OracleFill[] = [];
    for (let at = 0; at < 220; at++) {
      const symbol = legs[at % 2] ?? "";
      const cents = (prices.get(symbol) ?? 0) + 1 + Math.floor(random() * 40) - (at % 4 < 2 ? 20 : 21);
      if (cents !== prices.get(symbol)) {
        prices.set(symbol, cents);
        const change = { symbol, ts: start + at * 1_000, price: (cents / 100).toFixed(2) };
        changes.push(change);
        await post("/v1/ticks", {
          source: "e2e",
          ticks: [{ type: "trade", ...change, size: "1", id: `m${at}` }],
        });
      }
      if (at % 37 === 36) fills.push(await filled(strategy, symbol, at, random));
    }
    return { changes, fills };
  }

  async function filled(
    strategy: string,
    symbol: string,
    at: number,
    random: () => number,
  ): Promise<OracleFill> {
    const side = random() < 0.5 ? "buy" : "sell";
    const fill = {
      symbol,
      side,
      qty: String(1 + Math.floor(random() * 15)),
      price: symbol === legs[0] ? "50.25" : "25.75",
      fee: "0.35",
      ts: start + at * 1_000 + 500,
    } as const;
    const order = {
      clientOrderId: `m${at}`,
      strategy,
      symbol,
      side,
      type: "limit",
      qty: fill.qty,
      price: fill.price,
    };
    const { decisions } = await post<{ decisions: Decision[] }>("/v1/accounts/pairs/orders", order);
    expect(decisions[0]).toMatchObject({ decision: "accept" });
    const execution = {
      type: "fill",
      execId: `m${at}`,
      clientOrderId: `m${at}`,
      qty: fill.qty,
      price: fill.price,
      fee: fill.fee,
      ts: fill.ts,
    };
    await post("/v1/accounts/pairs/executions", { executions: [execution] });
    return fill;
  }
});

describe("Postgres", () => {
  test("holds every fact of every actor once and without a gap, and nothing was parked", async () => {
    const audit = await eventually(
      () => auditMirror(postgres),
      (found) => found.faults.length === 0,
    );
    expect(audit.faults).toEqual([]);
    expect(audit.actors).toBeGreaterThan(8);
    expect(audit.facts).toBeGreaterThan(150);
  });

  test("has each decision, execution and position that the API shows", async () => {
    for (const account of ["naive", "pairs"]) {
      const decisions = await all<Decision>(`/v1/accounts/${account}/decisions`);
      const stored = () =>
        read(
          postgres,
          "SELECT seq::int AS seq, client_order_id AS id, decision, allowed_qty::text AS qty FROM risk_decision WHERE account = $1 ORDER BY seq",
          account,
        );
      const rows = await eventually(stored, (found) => found.length >= decisions.length);
      const wanted = decisions.map(({ seq, clientOrderId, decision, allowedQty }) => ({
        seq,
        id: clientOrderId,
        decision,
        qty: allowedQty,
      }));
      expect(rows).toEqual(wanted.sort((one, other) => one.seq - other.seq));
      const positions = await all<{ symbol: string; strategy: string | null; qty: string; realised: string }>(
        `/v1/accounts/${account}/positions`,
      );
      const held = await read(
        postgres,
        `SELECT symbol, strategy, qty::text AS qty, realised::text AS realised FROM "position" WHERE account = $1 ORDER BY symbol, strategy`,
        account,
      );
      expect(held).toEqual(
        positions.map(({ symbol, strategy, qty, realised }) => ({
          symbol,
          strategy: strategy ?? "",
          qty,
          realised,
        })),
      );
    }
  });

  test("has the closed candles of the strategy, as the API shows them", async () => {
    const { items } = await get<{ items: { id: string }[] }>("/v1/strategies");
    const id = items[0]?.id ?? "";
    const { candles } = await get<{ candles: { t: number; close: string; state: string; rev: number }[] }>(
      `/v1/strategies/${id}/m2m?resolution=1`,
    );
    const closed = candles
      .filter((candle) => candle.state !== "forming")
      .map(({ t, close, rev }) => ({ t: String(t), close, rev }));
    const stored = () =>
      read(
        postgres,
        "SELECT (extract(epoch FROM start) * 1000)::bigint::text AS t, close::text AS close, rev FROM strategy_m2m_candle WHERE strategy = $1 ORDER BY start",
        id,
      );
    expect(await eventually(stored, (rows) => rows.length >= closed.length)).toEqual(closed);
  });

  async function all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: { items: Item[]; nextCursor: string | null; total: number } = await get(
        `${path}?limit=50${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === null) expect(items).toHaveLength(page.total);
    }
    return items;
  }
});
