/** A live feed between a stand-in for the exchange and a stand-in for the platform, over real sockets. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { depthFrame, quoteFrame, tradeFrame } from "../support/fake-venue.ts";
import { LiveBench, range, until } from "../support/live-bench.ts";

const HOUR = 3_600_000;

describe("a live feed", () => {
  test("registers the exchange's own instruments, then hands on every trade and quote once", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    expect(bench.platform.instruments.get("BINANCE:BTCUSDT")).toMatchObject({
      ...{ tickSize: "0.01", lotSize: "0.00001", minNotional: "5", currency: "USDT" },
    });
    await bench.linked();
    expect(bench.venue.connects).toEqual([
      "/stream?streams=btcusdt@trade/btcusdt@bookTicker/btcusdt@depth@100ms/ethusdt@trade/ethusdt@bookTicker/ethusdt@depth@100ms",
    ]);
    bench.trades(1, 1_200);
    bench.venue.send("btcusdt@bookTicker", quoteFrame("BTCUSDT", 77));
    bench.trades(5, 9, "ETHUSDT");
    await until(() => bench.platform.taken.length === 1_206);
    expect(bench.ids()).toEqual(range(1, 1_200));
    expect(bench.ids("BINANCE:ETHUSDT")).toEqual(range(5, 9));
    expect(bench.platform.taken.find(({ tick }) => tick["type"] === "quote")?.tick).toMatchObject({
      seq: 77,
    });
    expect(bench.events("gap")).toEqual([]);
  });

  test("hands on what changed in the books, and the exchange's snapshot of each that the platform wants", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    await bench.linked();
    const at = Date.now();
    const tell = (from: number, to: number) =>
      bench.venue.send("btcusdt@depth@100ms", depthFrame("BTCUSDT", from, to, at + to));
    bench.venue.books.set("BTCUSDT", { lastUpdateId: 12, bids: [["99.00000000", "2.00000000"]], asks: [] });
    bench.platform.wanted.add("BINANCE:BTCUSDT");
    tell(9, 11);
    await until(() => bench.events("snapshot").length === 1);
    tell(11, 14);
    await until(() => bench.platform.taken.length === 3);
    expect(bench.platform.taken.map(({ tick }) => [tick["snapshot"], tick["lastSeq"], tick["ts"]])).toEqual(
      expect.arrayContaining([
        [undefined, 11, at + 11],
        [true, 12, at + 11],
        [undefined, 14, at + 14],
      ]),
    );
    expect(bench.venue.asked.filter((url) => url.includes("depth"))).toEqual([
      "/api/v3/depth?symbol=BTCUSDT&limit=1000",
    ]);
  });

  test("asks no exchange on that refuses a snapshot: not before half a minute", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    await bench.linked();
    bench.platform.wanted.add("BINANCE:BTCUSDT");
    const tell = (seq: number) =>
      bench.venue.send("btcusdt@depth@100ms", depthFrame("BTCUSDT", seq - 1, seq, Date.now()));
    const asked = () => bench.venue.asked.filter((url) => url.includes("depth")).length;
    tell(1);
    await until(() => bench.events("snapshot-failed").length === 1);
    bench.ahead += 29_000;
    tell(2);
    await until(() => bench.platform.taken.length === 2);
    await sleep(300);
    expect(asked()).toBe(1);
    bench.ahead += 2_000;
    await until(() => asked() === 2);
  });

  test("dates quotes by the exchange's clock, whatever ours says", async () => {
    await using bench = await LiveBench.start();
    const at = 1_723_161_255_000;
    bench.venue.serverTime = at;
    await bench.run();
    await bench.linked();
    bench.venue.send("btcusdt@bookTicker", quoteFrame("BTCUSDT", 1));
    await until(() => bench.platform.taken.length === 1);
    const ts = Number(bench.platform.taken[0]?.tick["ts"]);
    expect(ts).toBeGreaterThanOrEqual(at);
    expect(ts).toBeLessThan(at + 3_600_000);
  });

  test("that is cut comes back, and tells exactly which trades it missed", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    await bench.linked();
    bench.trades(1, 10);
    bench.trades(1, 3, "ETHUSDT");
    await until(() => bench.ids().length === 10 && bench.ids("BINANCE:ETHUSDT").length === 3);
    bench.venue.cut();
    await until(() => bench.venue.connects.length === 2);
    await bench.linked();
    bench.trades(15, 20);
    bench.trades(4, 6, "ETHUSDT");
    await until(() => bench.events("gap").length === 1 && bench.ids().length === 16);
    expect(bench.events("gap")).toEqual([
      expect.objectContaining({
        symbol: "BINANCE:BTCUSDT",
        firstId: 11,
        lastId: 14,
        missing: 4,
        why: "not received",
      }),
    ]);
    expect(bench.notes.filter((note) => note.includes("GAP"))).toEqual([
      expect.stringMatching(
        /^Binance: GAP BINANCE:BTCUSDT: 4 trades not received, ids 11 to 14, between \d{4}-\S+Z and \d{4}-\S+Z\.$/,
      ),
    ]);
    expect(bench.ids()).toEqual([...range(1, 10), ...range(15, 20)]);
    await until(() => bench.platform.taken.some(({ tick }) => tick["type"] === "gap"));
    const { from, to } = bench.events("gap")[0] ?? {};
    expect(bench.platform.taken.filter(({ tick }) => tick["type"] === "gap").map(({ tick }) => tick)).toEqual(
      [{ type: "gap", symbol: "BINANCE:BTCUSDT", ts: to, from, to, reason: "not received", missing: 4 }],
    );
  });

  test("that hears trades again sends nothing twice, and counts them", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    await bench.linked();
    bench.trades(1, 10);
    bench.venue.cut();
    await until(() => bench.venue.connects.length === 2);
    await bench.linked();
    bench.trades(6, 12);
    await until(() => bench.ids().includes(12));
    expect(bench.ids()).toEqual(range(1, 12));
    await bench.minuteLater();
    expect(bench.events("report")[0]).toMatchObject({
      accepted: 12,
      duplicates: 5,
      repeats: 5,
      gaps: 0,
      connectionsLost: 1,
    });
  });

  test("answers each ping with its own payload, and is kept for it", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    await bench.linked();
    for (const payload of ["1763769600000", "1763769620000"]) bench.venue.links[0]?.socket.ping(payload);
    await until(() => bench.venue.pongs.length === 2);
    expect(bench.venue.pongs).toEqual(["1763769600000", "1763769620000"]);
  });

  test("leaves a connection on which nothing comes, and keeps a quiet one that is pinged", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    await until(() => bench.events("connected").length === 1);
    bench.ahead += 50_000;
    bench.venue.links[0]?.socket.ping("x");
    await until(() => bench.venue.pongs.length === 1);
    bench.ahead += 50_000;
    await until(() => bench.events("report").length > 0);
    expect(bench.events("lost")).toEqual([]);
    bench.ahead += 50_000;
    await until(() => bench.venue.connects.length === 2);
    expect(bench.events("lost")).toHaveLength(1);
    expect(bench.notes.join()).toContain("nothing came for a minute, not even a ping");
  });

  test("renews its connection before the exchange cuts it, with both open at once and nothing missed", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    await bench.linked();
    bench.trades(1, 10);
    await until(() => bench.ids().length === 10);
    bench.ahead += 23.1 * HOUR;
    bench.venue.links[0]?.socket.ping("x");
    await bench.linked(2);
    const [old, next] = [...bench.venue.links];
    // The new one begins in the middle, and the old one is behind it.
    bench.trades(14, 16, "BTCUSDT", next === undefined ? [] : [next]);
    await until(() => bench.ids().length === 13);
    // The feed looks around several times meanwhile, and must not take the hole for a gap.
    await sleep(350);
    bench.trades(11, 16, "BTCUSDT", old === undefined ? [] : [old]);
    await until(() => bench.ids().length === 16);
    bench.ahead += 10_000;
    bench.trades(17, 17);
    await bench.linked(1);
    expect(bench.venue.links[0]).toBe(next);
    bench.trades(18, 20);
    await until(() => bench.ids().length === 20);
    expect(bench.ids().toSorted((a, b) => a - b)).toEqual(range(1, 20));
    expect(bench.events("gap")).toEqual([]);
    expect(bench.events("renewed")).toHaveLength(1);
    expect(bench.events("lost")).toEqual([]);
  });

  test("opens a new connection when the exchange says that it will cut this one", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    await bench.linked();
    const notice = { stream: "!serverShutdown", data: { e: "serverShutdown", E: Date.now() } };
    bench.venue.links[0]?.socket.send(JSON.stringify(notice));
    await bench.linked(2);
    expect(bench.events("shutdown-announced")).toHaveLength(1);
  });

  test("counts what it cannot read and goes on", async () => {
    await using bench = await LiveBench.start();
    await bench.run();
    await bench.linked();
    const socket = bench.venue.links[0]?.socket;
    for (const odd of [
      "",
      "{",
      "[]",
      "null",
      '{"stream":"btcusdt@trade","data":{"e":"trade","s":"BTCUSDT"}}',
    ])
      socket?.send(odd);
    socket?.send(Buffer.from([1, 2, 3]));
    bench.venue.send("btcusdt@trade", { ...tradeFrame("BTCUSDT", 1, Date.now()), p: "1e5" });
    bench.trades(2, 3);
    await until(() => bench.ids().length === 2);
    await bench.minuteLater();
    expect(bench.events("report")[0]).toMatchObject({ malformed: 7, frames: 9, accepted: 2 });
    expect(bench.events("malformed").map(({ why }) => why)).toEqual([
      "not a JSON object",
      "a trade frame lacks a part or holds a wrong one",
    ]);
  });

  test("keeps what comes while the platform is away, and tells what did not fit", async () => {
    await using bench = await LiveBench.start();
    await bench.run({ bufferMax: 100 });
    await bench.linked();
    bench.platform.faults.push(
      ...Array.from({ length: 3 }, () => ({ kind: "refuse", status: 503 }) as const),
    );
    bench.trades(1, 1);
    await until(() => bench.platform.requests > 0);
    bench.trades(2, 201);
    await until(() => bench.ids().includes(201));
    const gaps = bench.events("gap");
    const left = gaps.flatMap(({ firstId, lastId }) => range(Number(firstId), Number(lastId)));
    expect(left.length).toBeGreaterThanOrEqual(100);
    expect(gaps[0]).toMatchObject({
      symbol: "BINANCE:BTCUSDT",
      firstId: 2,
      why: expect.stringContaining("buffer is full"),
    });
    expect([...bench.ids(), ...left].toSorted((a, b) => a - b)).toEqual(range(1, 201));
  });

  test("backs off while the exchange refuses, and follows it when it is back", async () => {
    await using bench = await LiveBench.start();
    bench.platform.instruments.set("BINANCE:BTCUSDT", {}).set("BINANCE:ETHUSDT", {});
    bench.venue.refuseWith = 403;
    await bench.run();
    expect(bench.notes.join()).toContain("the instruments are known already and left as they are");
    await until(() => bench.venue.connects.length >= 3);
    expect(bench.notes.join()).toContain("connection lost (status 403); again in");
    bench.venue.refuseWith = undefined;
    await bench.linked();
    bench.trades(1, 1);
    await until(() => bench.ids().length === 1);
  });
});

describe("a live feed refuses to begin", () => {
  test("for a symbol that the exchange does not have, and names it", async () => {
    await using bench = await LiveBench.start();
    const tickers = ["BTCUSDT", "NOSUCHUSDT", "ETHUSDT", "NEITHERUSDT"];
    await expect(bench.run({ tickers })).rejects.toThrow("Binance has no symbol NOSUCHUSDT, NEITHERUSDT");
    expect(bench.platform.instruments.size).toBe(0);
  });

  test.each([
    [451, "it does not serve the place where this machine stands"],
    [418, "this address is banned"],
    [404, "refuses with status 404"],
  ])("where the exchange answers %i, with what to do", async (status, said) => {
    await using bench = await LiveBench.start();
    bench.venue.refuseWith = status;
    const begun = bench.run();
    await expect(begun).rejects.toThrow(said);
    await expect(begun).rejects.toThrow(/BINANCE:BTCUSDT, BINANCE:ETHUSDT.*BINANCE_REST_URL.*by hand/);
  });

  test("where the exchange cannot be reached, with the reason", async () => {
    await using bench = await LiveBench.start();
    const hosts = { rest: "http://127.0.0.1:1", stream: "ws://127.0.0.1:1" };
    await expect(bench.run({ hosts })).rejects.toThrow("http://127.0.0.1:1 does not answer");
  });
});
