import { beforeEach, describe, expect, test } from "vitest";
import { pnlReply } from "../../../src/contracts/account-history.ts";
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from "../../../src/domain/time.ts";
import { AAPL, codeOf, type Json, json, MSFT, RiskBench } from "./bench.ts";
import { manyPositions } from "./many-positions.ts";

const NOON = Date.UTC(2026, 10, 20, 12) as EpochMs;
let bench: RiskBench;

beforeEach(async () => {
  bench = new RiskBench();
  bench.clock.pass(NOON - bench.now);
  await bench.ready();
});

const closes = (): Json[] =>
  bench
    .facts()
    .filter(({ kind, payload }) => kind === "account-snapshot" && payload["kind"] === "close")
    .map(({ payload }) => payload);
const datesClosed = (): unknown[] => closes().map(({ day }) => (day as Json)["date"]);
const dueAt = (): number | undefined => bench.timers.dueOf("closing");
const to = (text: string): void => void bench.clock.pass(Date.parse(text) - bench.now);
const pnl = async (by = "account", method = "average"): Promise<Json> =>
  json(await bench.desk.pnl(bench.envelope(), { method, by } as never));
const bought = async (qty: string, price: string, more: Json = {}): Promise<void> => {
  const { clientOrderId } = await bench.send({ qty, price, ...more });
  await bench.fill(clientOrderId, qty, price);
};

describe("the close of a trading day", () => {
  test("comes by itself at the end of each day, once", async () => {
    expect(dueAt()).toBe(Date.UTC(2026, 10, 21));
    to("2026-11-20T23:59:59.999Z");
    await bench.wake();
    expect(closes()).toEqual([]);
    to("2026-11-21T00:00:00Z");
    await bench.wake();
    await bench.wake();
    expect(datesClosed()).toEqual(["2026-11-20"]);
    expect(dueAt()).toBe(Date.UTC(2026, 10, 22));
  });

  test("says what the account is worth, in sums that add up, and what it holds", async () => {
    await bought("10", "100");
    await bench.price(AAPL, { last: "103" });
    to("2026-11-21T00:00:00Z");
    await bench.wake();
    const [close] = closes();
    expect(close).toMatchObject({
      ...{ kind: "close", part: 1, parts: 1, reason: null, by: null, at: bench.now },
      day: { date: "2026-11-20", start: Date.UTC(2026, 10, 20), end: Date.UTC(2026, 10, 21) },
      head: {
        ...{ currency: "USD", startingEquity: "1000000", equity: "1000030", cash: "0" },
        ...{ realised: "0", unrealised: "30", fees: "0", funding: "0", total: "30", dayPnl: "30" },
        currencies: [{ currency: "USD", unrealised: "30", total: "30", fxRate: "1" }],
        ...{ positions: 1, unpriced: [] },
      },
      positions: [
        {
          ...{ symbol: AAPL, strategy: null, currency: "USD", qty: "10", cost: "1000", avgPrice: "100" },
          ...{ marketPrice: "103", unrealised: "30", realised: "0", fees: "0", funding: "0" },
        },
      ],
    });
  });

  test("is known after a load, which a timer survives", async () => {
    await bought("10", "100");
    to("2026-11-21T00:00:00Z");
    await bench.wake();
    const { closing } = bench.state;
    bench.restart();
    expect(bench.state.closing).toEqual(closing);
    expect(dueAt()).toBe(Date.UTC(2026, 10, 22));
  });

  test("fetches what a load has forgotten of prices first", async () => {
    await bought("10", "100");
    await bench.price(AAPL, { last: "101" });
    to("2026-11-21T00:00:00Z");
    bench.restart();
    await bench.wake();
    expect(closes()).toMatchObject([{ head: { unrealised: "10", unpriced: [] } }]);
    expect(dueAt()).toBe(Date.UTC(2026, 10, 22));
  });

  test("waits for a price for a minute, and for what comes back within it no longer", async () => {
    await bought("10", "100");
    bench.platform.away.add(AAPL);
    to("2026-11-21T00:00:00Z");
    bench.restart();
    await bench.wake();
    expect([closes(), dueAt()]).toEqual([[], Date.UTC(2026, 10, 21) + 5_000]);
    bench.platform.away.delete(AAPL);
    bench.clock.pass(5_000);
    await bench.wake();
    expect(closes()).toMatchObject([{ head: { unpriced: [] }, positions: [{ marketPrice: "100" }] }]);
    expect(dueAt()).toBe(Date.UTC(2026, 10, 22));
  });

  test("names what has no price then, and counts it 0", async () => {
    await bought("10", "100");
    bench.platform.marks.delete(AAPL);
    to("2026-11-21T00:00:00Z");
    bench.restart();
    for (let second = 0; second < 60; second += 5) {
      await bench.wake();
      expect(closes()).toEqual([]);
      bench.clock.pass(5_000);
    }
    await bench.wake();
    expect(closes()).toMatchObject([
      { head: { unrealised: "0", unpriced: [AAPL] }, positions: [{ marketPrice: null, unrealised: "0" }] },
    ]);
  });

  test("after days in which nobody was awake is that of the last of them", async () => {
    to("2026-11-24T03:00:00Z");
    await bench.wake();
    expect(datesClosed()).toEqual(["2026-11-23"]);
    expect(dueAt()).toBe(Date.UTC(2026, 10, 25));
  });

  test("goes by the account's calendar, and by another one from when that is put", async () => {
    await bench.account({ calendar: "XNYS" });
    // A Friday: its day ends at midnight in New York, the next one with Monday.
    expect(dueAt()).toBe(Date.parse("2026-11-21T05:00:00Z"));
    to("2026-11-21T05:00:00Z");
    await bench.wake();
    expect(dueAt()).toBe(Date.parse("2026-11-24T05:00:00Z"));
    await bench.account();
    expect(dueAt()).toBe(Date.UTC(2026, 10, 22));
    expect(
      json(await bench.desk.readPriced(bench.envelope(), (reads, now) => reads.account(now))),
    ).not.toHaveProperty("calendar");
  });

  test("does not come for a day that ended before the account began", async () => {
    bench.timers.at("closing", bench.now as EpochMs);
    await bench.wake();
    expect(closes()).toEqual([]);
    expect(dueAt()).toBe(Date.UTC(2026, 10, 21));
  });

  test("comes in parts where there are many positions, which a load puts together again", async () => {
    manyPositions(bench, 2_345);
    to("2026-11-21T00:00:00Z");
    await bench.wake();
    const parts = closes();
    expect(parts.map(({ part, parts: all, positions }) => [part, all, (positions as Json[]).length])).toEqual(
      [
        [1, 3, 1_000],
        [2, 3, 1_000],
        [3, 3, 345],
      ],
    );
    expect(parts.map(({ head }) => head === null)).toEqual([false, true, true]);
    expect(bench.desk.ledger.store.closing.parts()).toEqual(parts);
  });
});

test("a calendar that there is none of is refused, and changes nothing", async () => {
  expect(codeOf(await bench.account({ calendar: "XXXX" }))).toBe("calendar-unsupported");
  expect(bench.state.account).not.toHaveProperty("calendar");
});

describe("a snapshot on demand", () => {
  const take = (body: Json = {}, key?: string) =>
    bench.desk.closings.snapshot(
      bench.envelope(key === undefined ? {} : { idempotencyKey: key }),
      JSON.stringify(body),
    );

  test("says who took it and why, and closes nothing", async () => {
    const shown = json(await take({ reason: "before the audit" }));
    expect(shown).toMatchObject({
      ...{ kind: "manual", reason: "before the audit", by: "s", seq: bench.state.seq, at: bench.now },
      ...{ equity: "1000000", positions: 0, day: { date: "2026-11-20" } },
    });
    expect(bench.state.closing).toBeUndefined();
    expect(bench.desk.ledger.store.closing.parts()).toEqual([]);
  });

  test("is one under one key", async () => {
    const first = await take({}, "k");
    expect(await take({}, "k")).toEqual(first);
    expect(codeOf(await take({ reason: "other" }, "k"))).toBe("idempotency-key-reused");
    expect(bench.facts().filter(({ kind }) => kind === "account-snapshot")).toHaveLength(1);
  });
});

describe("profit and loss", () => {
  const figures = (realised: string, unrealised: string, fees: string, total: string) => ({
    ...{ realised, unrealised, fees, funding: "0", total },
  });

  test("of the first day is all that there is", async () => {
    await bought("10", "100");
    await bench.price(AAPL, { last: "103" });
    expect(await pnl()).toMatchObject({
      ...{ account: "main", currency: "USD", method: "average", by: "account", items: [] },
      ...{ day: figures("0", "30", "0", "30"), inception: figures("0", "30", "0", "30") },
      tradingDay: { date: "2026-11-20" },
    });
  });

  test("of a later day is counted from the close before it, after a load too", async () => {
    await bench.strategy("alpha");
    await bought("10", "100", { strategy: "alpha" });
    await bought("5", "100", { symbol: MSFT });
    await bench.price(AAPL, { last: "103" });
    to("2026-11-21T00:00:00Z");
    await bench.wake();
    await bench.price(AAPL, { last: "104" });
    await bench.price(MSFT, { last: "100" });
    const { clientOrderId } = await bench.send({ side: "sell", qty: "4", price: "104", strategy: "alpha" });
    await bench.fill(clientOrderId, "4", "104", { fee: "1" });
    for (const restarted of [false, true]) {
      if (restarted) bench.restart();
      expect(await pnl()).toMatchObject({
        day: figures("16", "-6", "1", "9"),
        inception: figures("16", "24", "1", "39"),
        tradingDay: { date: "2026-11-21" },
      });
      expect((await pnl("strategy"))["items"]).toEqual([
        { strategy: null, day: figures("0", "0", "0", "0"), inception: figures("0", "0", "0", "0") },
        { strategy: "alpha", day: figures("16", "-6", "1", "9"), inception: figures("16", "24", "1", "39") },
      ]);
      expect(((await pnl("symbol"))["items"] as Json[]).map(({ symbol }) => symbol)).toEqual([AAPL, MSFT]);
    }
  });

  test("of a day is not known of an account from before there were closes", async () => {
    bench.sql.exec("UPDATE account SET payload = json_remove(payload, '$.since')");
    bench.sql.exec("DELETE FROM timer");
    bench.restart();
    expect(await pnl()).toMatchObject({ day: null, inception: figures("0", "0", "0", "0") });
    // Loading had a group written that arms the close.
    expect(dueAt()).toBe(Date.UTC(2026, 10, 21));
    to("2026-11-21T00:00:00Z");
    await bench.wake();
    expect(closes()).toMatchObject([{ head: { dayPnl: null } }]);
    expect(await pnl()).toMatchObject({ day: figures("0", "0", "0", "0") });
  });
});

test("bound risk-shard/table:closing: each close takes the place of the one before", async () => {
  manyPositions(bench, 1_500);
  const rows = (): number => bench.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM closing")[0]!.n;
  for (let day = 21; day <= 24; day++) {
    bench.clock.pass(DAY_MS + HOUR_MS + MINUTE_MS);
    await bench.wake();
    expect(rows()).toBe(2);
  }
  expect(new Set(datesClosed()).size).toBe(4);
});

describe("profit and loss by lots", () => {
  const both = (realised: string | null, unrealised: string | null, total: string) => ({
    ...{ realised, unrealised, fees: "0", funding: "0", total },
  });

  test("has another share of it realised, the same total, and of the day the total alone", async () => {
    await bought("10", "100");
    await bought("10", "110");
    to("2026-11-21T00:00:00Z");
    await bench.wake();
    await bench.price(AAPL, { last: "120" });
    const { clientOrderId } = await bench.send({ side: "sell", qty: "10", price: "120" });
    await bench.fill(clientOrderId, "10", "120");
    expect(await pnl()).toMatchObject({
      inception: both("150", "150", "300"),
      day: both("150", "250", "400"),
    });
    const known = { day: both(null, null, "400"), unavailable: [] };
    expect(await pnl("symbol", "fifo")).toMatchObject({
      ...{ ...known, method: "fifo", inception: both("200", "100", "300") },
      items: [{ symbol: AAPL, inception: both("200", "100", "300"), day: both(null, null, "400") }],
    });
    expect(await pnl("strategy", "lifo")).toMatchObject({
      ...{ ...known, method: "lifo", inception: both("100", "200", "300") },
      items: [{ strategy: null, inception: both("100", "200", "300") }],
    });
  });

  test("of many lines is read page by page, each of them once", async () => {
    manyPositions(bench, 1_203);
    const fifo = await pnl("strategy", "fifo");
    expect((fifo["items"] as Json[]).length).toBe(1_203);
    pnlReply.parse(fifo);
    pnlReply.parse(await pnl("symbol"));
  });
});
