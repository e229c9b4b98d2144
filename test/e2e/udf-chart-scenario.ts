/** UDF over HTTP as a chart meets it: errors, polls, quotes, and the way from the configuration to ten pages of bars. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ChartBar, UdfClient } from "../support/udf-client.ts";
import { Feed } from "./udf-feed.ts";
import { asBar, list, minuteOf, rowsOf, type Trade, trade } from "./udf-market.ts";
import { DAY, END, minutes, type OpenMarket, PAGES, QUIET, WALK } from "./udf-open-market.ts";
import type { World } from "./world.ts";

export function udfChartScenario(world: () => World, market: () => OpenMarket): void {
  const feed = () => market().feed;

  test("rule 8: whatever goes wrong is told in the body too, and a symbol never looks like a failure", async () => {
    const elsewhere = new Feed(market().place.url, `ok_nobody_${"s".repeat(43)}`);
    const tried: [number, Promise<{ status: number; body: object }>][] = [
      [401, elsewhere.get("config")],
      [404, feed().get("symbols?symbol=UDF:NOWHERE")],
      [404, feed().get("history?symbol=UDF:NOWHERE&resolution=1&from=1&to=2")],
      [404, feed().get("nothing?symbol=UDF:WALK")],
      [404, feed().get("symbol_info?group=NYSE")],
      [422, feed().get("marks?symbol=UDF:WALK")],
      [405, feed().get("config", { method: "POST" })],
      [422, feed().get(`history?symbol=${WALK}&resolution=7&from=1&to=2`)],
      [422, feed().get(`history?symbol=${WALK}&resolution=1&from=1&to=${END}000`)],
      [422, feed().get("quotes")],
    ];
    for (const [status, reply] of tried)
      expect(await reply).toMatchObject({ status, body: { s: "error", errmsg: expect.any(String), status } });
    const { key: wider } = await world().post<{ key: string }>("/v1/keys", {
      scopes: ["market:read", "market:write"],
    });
    expect(await new Feed(market().place.url, wider).get("config")).toMatchObject({
      status: 403,
      body: { s: "error" },
    });
    for (const name of [WALK, "WALK", "XUDF:WALK"]) {
      const { body } = await feed().get(`symbols?symbol=${name}`);
      expect(body).toMatchObject({
        ticker: WALK,
        name: "WALK",
        minmov: 25,
        pricescale: 100,
        timezone: "Etc/UTC",
      });
      expect(body).not.toHaveProperty("s");
    }
  });

  test("rule 9: a poll of the last ten periods gets two bars, also across a silence and at a roll-over", async () => {
    const symbol = "UDF:ROLL";
    await list(world(), symbol);
    const chart = new UdfClient(feed().base);
    const start = Date.UTC(2025, 5, 2, 9) / 1_000;
    const heard: { at: number; bars: ChartBar[] }[] = [];
    const printed: Trade[] = [];
    let lastTime: number | undefined;
    // Seconds after the start: within a bar, over the next one's start, and after twenty minutes without a trade.
    for (const at of [5, 30, 59, 61, 70, 119, 125, 1_320, 1_379, 1_381]) {
      const print = { ts: (start + at) * 1_000 - 500, price: 1_000_000n + BigInt(at), size: 1_000n };
      printed.push(print);
      await trade(world(), symbol, [print]);
      const bars = await chart.poll(symbol, "1", start + at, lastTime);
      const known = rowsOf(printed, minuteOf(1)).map(asBar);
      const isNew = lastTime !== undefined && (known.at(-1)?.time ?? 0) > lastTime;
      expect(bars, `at ${at} s`).toEqual(known.slice(isNew ? -2 : -1));
      lastTime = bars.at(-1)?.time;
      heard.push({ at, bars });
    }
    expect(heard.filter(({ bars }) => bars.length === 2).map(({ at }) => at)).toEqual([
      61, 125, 1_320, 1_379, 1_381,
    ]);
    const drawn = new Map(heard.flatMap(({ bars }) => bars.map((bar) => [bar.time, bar])));
    expect([...drawn.values()]).toEqual(rowsOf(printed, minuteOf(1)).map(asBar));
  });

  test("rule 10: quotes are numbers, each under the very name it was asked by", async () => {
    const symbol = "UDF:QUOTED";
    await list(world(), symbol);
    const now = Date.now();
    const today = now - (now % (DAY * 1_000));
    const prints: Trade[] = [
      { ts: today - 7_200_000, price: 1_000_000n, size: 1_000n },
      { ts: Math.max(today, now - 3_000), price: 1_012_345n, size: 1_500n },
      { ts: Math.max(today + 1, now - 1_000), price: 1_002_500n, size: 25n },
    ];
    await trade(world(), symbol, prints);
    const quote = {
      type: "quote",
      symbol,
      ts: now,
      bid: "100.2",
      bidSize: "5",
      ask: "100.3001",
      askSize: "5",
    };
    await world().post("/v1/ticks", { source: "chart", ticks: [quote] });
    const names = [symbol, "QUOTED", "XUDF:QUOTED", "UDF:NOWHERE", QUIET];
    const quotes = await new UdfClient(feed().base).quotes(names);
    expect([...quotes.keys()]).toEqual(names.filter((name) => name !== "UDF:NOWHERE"));
    const values = {
      ...{ lp: 100.25, ch: 0.25, chp: 0.25, bid: 100.2, ask: 100.3001, spread: 0.1001, volume: 1.525 },
      ...{ open_price: 101.2345, high_price: 101.2345, low_price: 100.25, prev_close_price: 100 },
      ...{ short_name: "QUOTED", exchange: "XUDF", description: `Chart of ${symbol}`, original_name: symbol },
    };
    for (const name of names.slice(0, 3)) expect(quotes.get(name)).toEqual(values);
    const { body } = await feed().get(`quotes?symbols=${encodeURIComponent("UDF:NOWHERE,UDF:WALK")}`);
    expect(body).toMatchObject({
      s: "ok",
      d: [
        { s: "error", n: "UDF:NOWHERE" },
        { s: "ok", n: WALK },
      ],
    });
  });

  test("a client scrolls ten pages back without a hole or a double", async () => {
    const chart = new UdfClient(feed().base);
    const countBack = 329;
    let seen: ChartBar[] = [];
    for (let page = 0, to = END; page < PAGES; page++) {
      const { bars } = await chart.bars(WALK, "1", { from: to - countBack * 60, to, countBack });
      seen = [...bars, ...seen];
      to = (bars[0]?.time ?? 0) / 1_000;
    }
    expect(seen).toEqual(minutes.slice(-PAGES * countBack).map(asBar));
  });

  test("a chart finds its way: configuration, search, symbol, time", async () => {
    const chart = new UdfClient(`${market().place.url}/udf`, { authorization: `Bearer ${market().key}` });
    const config = await chart.config();
    expect(config).toMatchObject({
      supported_resolutions: ["1S", "5S", "1", "3", "5", "15", "30", "60", "240", "1D", "1W", "1M"],
      ...{ supports_search: true, supports_time: true },
      ...{ supports_group_request: false, supports_marks: true, supports_timescale_marks: true },
    });
    expect(config["exchanges"]).toContainEqual({ value: "XUDF", name: "XUDF", desc: "XUDF" });
    const [found] = await chart.search("wal", "stock", "XUDF");
    expect(found).toMatchObject({ symbol: "WALK", ticker: WALK, type: "stock", exchange: "XUDF" });
    expect(await chart.search("wal", "forex")).toEqual([]);
    expect(await chart.resolve(found?.ticker ?? "")).toMatchObject({ name: "WALK", session: "24x7" });
    const before = Math.floor(Date.now() / 1_000);
    const time = await chart.time();
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now() / 1_000);
  });

  test("a key in a path stands in no log of the platform", () => {
    const logs = readdirSync(market().place.logs, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    expect(logs.join("\n")).toContain("/udf/k/ok_");
    expect(logs.filter((text) => text.includes(secretOf(market().key)))).toEqual([]);
  });
}

const secretOf = (key: string): string => key.slice(key.indexOf("_", 3) + 1);
