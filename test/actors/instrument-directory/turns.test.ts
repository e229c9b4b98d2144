import { describe, expect, test } from "vitest";
import { decodeFact } from "../../../actors/instrument-directory/events.ts";
import { parsePut } from "../../../actors/instrument-directory/messages.ts";
import { decodeInstrument } from "../../../src/domain/instrument-codec.ts";
import { DirectoryBench } from "../../support/directory-bench.ts";
import { APPLE, instrumentOf, lineOf } from "../../support/instruments.ts";

const AAPL = APPLE.symbol;

describe("a put", () => {
  test("is answered with what is stored then, and told to the archiver once", () => {
    const bench = new DirectoryBench();
    const reply = bench.put({ minQty: 10 });
    expect(reply).toEqual({
      ok: true,
      value: JSON.stringify([{ ...JSON.parse(reply.ok ? reply.value : "")[0] }]),
    });
    expect(JSON.parse(reply.ok ? reply.value : "")).toEqual([
      { ...APPLE, tickSize: "0.01", minQty: "10", priceScale: 4, sizeScale: 0, version: 1 },
    ]);
    expect(bench.outbox.facts).toMatchObject([{ kind: "instrument-put", at: bench.clock.now(), extras: [] }]);
    expect(decodeFact(bench.outbox.facts[0]?.payload ?? "").instrument).toEqual(instrumentOf({ minQty: 10 }));
  });

  test("that says the same again is answered alike and makes no fact, after a restart too", () => {
    const bench = new DirectoryBench();
    const first = bench.put({});
    expect(bench.put({})).toEqual(first);
    bench.restart();
    expect(bench.put({})).toEqual(first);
    expect(bench.outbox.facts).toHaveLength(1);
  });

  test("that is refused stores and tells nothing, of its good lines neither", () => {
    const bench = new DirectoryBench();
    expect(bench.put({}, { symbol: "X:B", tickSize: "0" })).toMatchObject({
      ok: false,
      code: "instrument-invalid",
    });
    expect([bench.count("instrument"), bench.count("search"), bench.outbox.facts.length]).toEqual([0, 0, 0]);
  });

  test("sees the put before it in the same group", () => {
    const bench = new DirectoryBench();
    const puts = ["active", "halted", "halted"].map((status) => bench.turns.put([lineOf({ status })]));
    const versions = bench
      .group(...puts)
      .map((reply) => (reply.ok ? JSON.parse(reply.value)[0].version : reply.code));
    expect(versions).toEqual([1, 2, 2]);
    expect(bench.outbox.facts.map(({ payload }) => decodeInstrument(payload).version)).toEqual([1, 2]);
  });

  test("that the outbox has no room for is refused whole, says when to come again, and then goes through", () => {
    const bench = new DirectoryBench();
    const both = [{}, { symbol: "XNAS:B" }] as const;
    bench.outbox.room = 1;
    expect(bench.put(...both)).toMatchObject({ code: "overloaded", retryAfterMs: expect.any(Number) });
    expect([bench.count("instrument"), bench.outbox.facts.length]).toEqual([0, 0]);
    bench.outbox.room = 2;
    expect(bench.put(...both)).toMatchObject({ ok: true });
    bench.outbox.room = 0;
    expect(bench.put(...both), "what changes nothing needs no room").toMatchObject({ ok: true });
  });
});

describe("who hears", () => {
  test("a symbol that asked for itself hears each later change, one that never asked hears none", () => {
    const bench = new DirectoryBench();
    bench.put({}, { symbol: "X:B" });
    expect(bench.run(bench.turns.hold(AAPL))).toEqual({ ok: true, value: instrumentOf() });
    bench.put({ status: "halted" }, { symbol: "X:B", status: "halted" });
    expect(bench.outbox.facts.map(({ extras }) => extras)).toEqual([[], [], [`symbol/${AAPL}`], []]);
  });

  test("it still hears after the directory was evicted, and after further changes", () => {
    const bench = new DirectoryBench();
    bench.put({});
    bench.run(bench.turns.hold(AAPL));
    bench.restart();
    bench.put({ status: "halted" });
    bench.restart();
    bench.put({ status: "delisted" });
    expect(bench.outbox.facts.map(({ extras }) => extras.length)).toEqual([0, 1, 1]);
  });

  test("a change and a question in one group miss neither each other nor the symbol", () => {
    for (const questionFirst of [true, false]) {
      const bench = new DirectoryBench();
      bench.put({});
      const put = bench.turns.put([lineOf({ status: "halted" })]);
      const hold = bench.turns.hold(AAPL);
      const asked = questionFirst
        ? bench.group<unknown, unknown>(hold as never, put as never)[0]
        : bench.group<unknown, unknown>(put as never, hold as never)[1];
      const told = bench.outbox.facts[1]?.extras.length;
      expect(asked).toMatchObject({ ok: true, value: { version: questionFirst ? 1 : 2 } });
      expect(told).toBe(questionFirst ? 1 : 0);
    }
  });

  test("a symbol that is unknown is refused and leaves no trace", () => {
    const bench = new DirectoryBench();
    expect(bench.run(bench.turns.hold(AAPL))).toMatchObject({ ok: false, code: "instrument-unknown" });
    expect(bench.count("instrument")).toBe(0);
  });
});

describe("the door", () => {
  const parse = (...lines: readonly unknown[]) => parsePut(JSON.stringify(lines));

  test("takes instruments in the public shape", () => {
    expect(parse(APPLE)).toMatchObject({ ok: true, value: [{ symbol: AAPL }] });
  });

  test.each([
    ["type", [{ ...APPLE, tickSize: [5] }], "0.tickSize"],
    ["type", [{ ...APPLE, tickSize: true }], "0.tickSize"],
    ["type", [APPLE, null], "1"],
    ["number-format", [{ ...APPLE, tickSize: "1e5" }], "0.tickSize"],
    ["number-format", [{ ...APPLE, lotSize: " 1" }], "0.lotSize"],
    ["number-format", [{ ...APPLE, multiplier: "١٢" }], "0.multiplier"],
    ["number-not-finite", [{ ...APPLE, strike: "NaN" }], "0.strike"],
    ["symbol-format", [{ ...APPLE, symbol: "xnas:aapl" }], "0.symbol"],
    ["symbol-format", [{ ...APPLE, symbol: "XNAS:AAPL\n" }], "0.symbol"],
    ["symbol-format", [{ ...APPLE, symbol: "XNAS:ſ" }], "0.symbol"],
    ["symbol-format", [{ ...APPLE, underlying: "ВТС:A" }], "0.underlying"],
    ["id-format", [{ ...APPLE, exchange: ".." }], "0.exchange"],
    ["ts-range", [{ ...APPLE, expiry: 1_700_000_000 }], "0.expiry"],
    ["range", [{ ...APPLE, description: "a\u0000b" }], "0.description"],
    ["range", [{ ...APPLE, description: "\ud800" }], "0.description"],
    ["unknown-field", [{ ...APPLE, version: 3 }], "0.version"],
    [
      "too-many-items",
      [{ ...APPLE, factors: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`f${n}`, 1])) }],
      "0.factors",
    ],
  ])("%s: %j", (code, lines, path) => {
    expect(parse(...lines)).toMatchObject({ ok: false, code, errors: [{ path, code }] });
  });

  test("names like those of every object are data and nothing more", () => {
    const bench = new DirectoryBench();
    const factors = { constructor: 1, toString: 2, hasOwnProperty: 3 };
    const reply = bench.put({ factors, sector: "__proto__" });
    expect(JSON.parse(reply.ok ? reply.value : "")).toMatchObject([{ factors, sector: "__proto__" }]);
    expect(parse({ ...APPLE, constructor: 1 })).toMatchObject({ ok: false, code: "unknown-field" });
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
  });

  test.each(["", "null", "[]", "{}", "[", "[1]"])("the body %j is refused", (body) => {
    expect(parsePut(body)).toMatchObject({ ok: false });
  });
});
