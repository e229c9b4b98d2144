import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import type { PlainTrade } from "../../src/contracts/plain-ticks.ts";
import { SYMBOLS_PER_REQUEST_MAX } from "../../src/contracts/ticks.ts";
import { type Answers, fakeEdge, KNOWN_SYMBOLS, NOW } from "../support/fake-edge.ts";

const [BTC = "", AAPL = ""] = KNOWN_SYMBOLS;
const trade = (symbol: string, id = "1") => ({ type: "trade", symbol, ts: NOW, price: "1", size: "1", id });

/** As the trades of these tests travel. */
type Sent = PlainTrade;
const sentAs = (index: number, id: string): Sent => [index, NOW, "1", "1", id, null];
const acceptAll = (_envelope: unknown, _source: string, body: string) =>
  answer(
    JSON.stringify({ accepted: (JSON.parse(body) as Sent[]).length, duplicates: 0, late: 0, rejected: [] }),
  );

async function post(body: object | string, answers: Answers = {}, headers: Record<string, string> = {}) {
  const edge = await fakeEdge({ answers: { "symbol.tickRows": acceptAll, ...answers } });
  const init =
    typeof body === "string"
      ? { body, headers: { "content-type": "application/x-ndjson", "x-source": "feed", ...headers } }
      : { json: body };
  const response = await edge.fetch("POST", "/v1/ticks", init);
  const text = await response.text();
  return {
    ...edge,
    status: response.status,
    body: JSON.parse(text),
    sent: edge.calls.filter(({ method }) => method === "tickRows"),
  };
}

const lines = (...ticks: unknown[]): string => ticks.map((tick) => JSON.stringify(tick)).join("\n");
const sentTo = (sent: { actor: string; args: readonly unknown[] }[], symbol: string): Sent[] =>
  sent
    .filter(({ actor }) => actor === `symbol/${symbol}`)
    .flatMap(({ args }) => JSON.parse(String(args[2])) as Sent[]);

describe("where ticks go", () => {
  test("one call for each symbol, with each tick's place in the request", async () => {
    const { sent, body } = await post({
      source: "feed",
      ticks: [trade(BTC, "a"), trade(AAPL, "b"), trade(BTC, "c")],
    });
    expect(sent.map(({ actor, args }) => `${actor} ${args[1]}`)).toEqual([
      `symbol/${BTC} feed`,
      `symbol/${AAPL} feed`,
    ]);
    expect(sentTo(sent, BTC)).toEqual([sentAs(0, "a"), sentAs(2, "c")]);
    expect(sentTo(sent, AAPL)).toEqual([sentAs(1, "b")]);
    expect(body).toEqual({ accepted: 3, duplicates: 0, late: 0, rejected: [] });
  });

  test("lines mean the same as a document", async () => {
    const { sent, body } = await post(
      `${lines(trade(BTC, "a"), trade(AAPL, "b"))}\r\n\n${lines(trade(BTC, "c"))}\n`,
    );
    expect(sentTo(sent, BTC)).toEqual([sentAs(0, "a"), sentAs(2, "c")]);
    expect(body.accepted).toBe(3);
  });

  test("the directory is asked once for all symbols, and never again for those that exist", async () => {
    const edge = await fakeEdge({ answers: { "symbol.tickRows": acceptAll } });
    const json = { source: "feed", ticks: [trade(BTC), trade(AAPL), trade("X:NONE"), trade("X:NEVER")] };
    await edge.fetch("POST", "/v1/ticks", { json });
    await edge.fetch("POST", "/v1/ticks", { json });
    const asked = edge.calls.filter(({ method }) => method === "known").map(({ args }) => args[1]);
    expect(asked).toEqual([
      [BTC, AAPL, "X:NONE", "X:NEVER"],
      ["X:NONE", "X:NEVER"],
    ]);
  });

  test("an unknown symbol's ticks are rejected and its actor is never addressed", async () => {
    const { sent, body, status } = await post({ source: "feed", ticks: [trade("X:NONE"), trade(BTC)] });
    expect(status).toBe(200);
    expect(sent.map(({ actor }) => actor)).toEqual([`symbol/${BTC}`]);
    expect(body.rejected).toEqual([{ index: 0, code: "symbol-unknown", detail: "there is no such symbol" }]);
  });
});

describe("one bad tick never fails the others", () => {
  test.each<[string, unknown, string]>([
    ["no object", 7, "type"],
    ["null", null, "type"],
    ["a list", [], "type"],
    ["no symbol", { type: "trade" }, "required"],
    ["a symbol that is no text", { symbol: 7 }, "type"],
    ["a lowercase symbol", trade("binance:btcusdt"), "symbol-format"],
    ["a symbol with a newline", trade(`${BTC}\n`), "symbol-format"],
    ["a symbol in other letters", trade("BINANCE:ВТС"), "symbol-format"],
    ["a bare ticker", trade("AAPL"), "symbol-format"],
    ["a path for a symbol", trade("../keyring"), "symbol-format"],
    ["a NUL in a text", { ...trade(BTC), conditions: ["\u0000"] }, "text"],
    ["half a character", { ...trade(BTC), conditions: ["\ud800"] }, "text"],
  ])("%s", async (_name, bad, code) => {
    for (const body of [
      { source: "feed", ticks: [trade(BTC, "a"), bad, trade(BTC, "b")] },
      lines(trade(BTC, "a"), bad, trade(BTC, "b")),
    ]) {
      const { body: report, sent } = await post(body);
      expect(report).toMatchObject({ accepted: 2, rejected: [{ index: 1, code }] });
      expect(sentTo(sent, BTC).map(([index]) => index)).toEqual([0, 2]);
    }
  });

  test("an infinite number is named as such and not passed on as null", async () => {
    const text = JSON.stringify({ source: "feed", ticks: [trade(BTC)] }).replace(
      '"price":"1"',
      '"price":1e999',
    );
    const edge = await fakeEdge({ answers: { "symbol.tickRows": acceptAll } });
    const response = await edge.fetch("POST", "/v1/ticks", {
      body: text,
      headers: { "content-type": "application/json" },
    });
    expect(await response.json()).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, code: "number-not-finite" }],
    });
  });

  test.each([
    ["{", "json-invalid"],
    ['{"symbol":"BINANCE:BTCUSDT","ts":1,"ts":2}', "duplicate-key"],
    [`{"symbol":"BINANCE:BTCUSDT","x":${"[".repeat(20)}${"]".repeat(20)}}`, "json-too-deep"],
    ['{"symbol":"BINANCE:BTCUSDT","__proto__":{}}', "unknown-field"],
  ])("the line %j is rejected alone", async (line, code) => {
    const { body, sent } = await post(`${lines(trade(BTC, "a"))}\n${line}\n${lines(trade(BTC, "b"))}`);
    expect(body).toMatchObject({ accepted: 2, rejected: [{ index: 1, code }] });
    expect(sentTo(sent, BTC).map(([, , , , id]) => id)).toEqual(["a", "b"]);
  });
});

describe("an actor that cannot", () => {
  test.each<[string, () => unknown, string]>([
    ["is overloaded", () => refusal("overloaded", "busy"), "overloaded"],
    ["does not answer", () => Promise.reject(new Error("gone")), "outcome-unknown"],
    [
      "is flooded",
      () => Promise.reject(Object.assign(new Error("busy"), { overloaded: true })),
      "overloaded",
    ],
    ["is not the one that writes", () => refusal("actor-fenced"), "actor-fenced"],
  ])("%s rejects only its own ticks, which may be sent again", async (_name, fails, code) => {
    // Two of the three ticks are its.
    const onlyBtc = (envelope: unknown, source: string, body: string) =>
      (JSON.parse(body) as Sent[]).length === 2 ? fails() : acceptAll(envelope, source, body);
    const { body, status } = await post(
      { source: "feed", ticks: [trade(BTC), trade(AAPL), trade(BTC)] },
      { "symbol.tickRows": onlyBtc },
    );
    expect(status).toBe(200);
    expect(body.accepted).toBe(1);
    expect(body.rejected).toMatchObject([
      { index: 0, code, retryable: true },
      { index: 2, code, retryable: true },
    ]);
  });

  test("without the directory known symbols go on and new ones may be sent again", async () => {
    let down = false;
    const edge = await fakeEdge({
      answers: {
        "symbol.tickRows": acceptAll,
        "instrumentDirectory.known": (_envelope: unknown, symbols: string[]) =>
          down ? refusal("overloaded") : answer(symbols),
      },
    });
    await edge.fetch("POST", "/v1/ticks", { json: { source: "feed", ticks: [trade(BTC)] } });
    down = true;
    const response = await edge.fetch("POST", "/v1/ticks", {
      json: { source: "feed", ticks: [trade(BTC), trade(AAPL)] },
    });
    expect(await response.json()).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1, code: "overloaded", retryable: true }],
    });
  });

  test(`a request reaches at most ${SYMBOLS_PER_REQUEST_MAX} symbols; the rest may be sent again`, async () => {
    const ticks = Array.from({ length: SYMBOLS_PER_REQUEST_MAX + 2 }, (_, index) => trade(`X:S${index}`));
    const { body, sent } = await post(
      { source: "feed", ticks: [...ticks, trade("X:S0")] },
      { "instrumentDirectory.known": (_envelope: unknown, symbols: string[]) => answer(symbols) },
    );
    expect(sent).toHaveLength(SYMBOLS_PER_REQUEST_MAX);
    expect(body.accepted).toBe(SYMBOLS_PER_REQUEST_MAX + 1);
    expect(body.rejected).toMatchObject([
      { index: SYMBOLS_PER_REQUEST_MAX, code: "overloaded", retryable: true },
      { index: SYMBOLS_PER_REQUEST_MAX + 1, code: "overloaded", retryable: true },
    ]);
  });
});

test("accepted + duplicates + late + rejected = sent, and rejections stand in the order of the request", async () => {
  const tick = fc.oneof(fc.constantFrom(trade(BTC), trade(AAPL), trade("X:NONE"), trade("bad"), 7, null));
  // An actor of its own mind: by place a tick is accepted, a duplicate, late or rejected.
  const fickle = (_envelope: unknown, _source: string, body: string) => {
    const sent = JSON.parse(body) as Sent[];
    const of = (fate: number): number[] => sent.map(([index]) => index).filter((index) => index % 4 === fate);
    const rejected = of(3).map((index) => ({ index, code: "ts-future", detail: "" }));
    return answer(
      JSON.stringify({ accepted: of(0).length, duplicates: of(1).length, late: of(2).length, rejected }),
    );
  };
  await fc.assert(
    fc.asyncProperty(fc.array(tick, { minLength: 1, maxLength: 40 }), async (ticks) => {
      for (const body of [{ source: "feed", ticks }, lines(...ticks)]) {
        const { body: report } = await post(body, { "symbol.tickRows": fickle });
        const { accepted, duplicates, late, rejected } = report;
        expect(accepted + duplicates + late + rejected.length).toBe(ticks.length);
        const places = rejected.map(({ index }: { index: number }) => index);
        expect(places).toEqual([...new Set<number>(places)].sort((one, other) => one - other));
      }
    }),
    { numRuns: 60 },
  );
});

describe("the envelope fails as a whole, and no actor hears of it", () => {
  test.each<[string, object, number, string]>([
    ["no source", { ticks: [] }, 422, "invalid"],
    ["a source that is no id", { source: "a b", ticks: [] }, 422, "id-format"],
    ["ticks that are no list", { source: "feed", ticks: {} }, 422, "type"],
    ["a field more", { source: "feed", ticks: [], atomic: true }, 422, "unknown-field"],
  ])("%s", async (_name, json, status, code) => {
    const { status: got, body, calls } = await post(json);
    expect([got, body.code]).toEqual([status, code]);
    expect(calls).toEqual([]);
  });

  test.each([[{ "x-source": "" }], [{ "x-source": "a b" }], [{ "x-source": "a/b" }]])(
    "lines with the header %j",
    async (headers) => {
      const { status, body, calls } = await post(lines(trade(BTC)), {}, headers);
      expect([status, body.code]).toEqual([422, "id-format"]);
      expect(calls).toEqual([]);
    },
  );

  test("lines without the header", async () => {
    const edge = await fakeEdge();
    const init = { body: lines(trade(BTC)), headers: { "content-type": "application/x-ndjson" } };
    const response = await edge.fetch("POST", "/v1/ticks", init);
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { code: "invalid", errors: [{ path: "x-source", code: "required" }] },
    ]);
    expect(edge.calls).toEqual([]);
  });

  test("no line at all", async () => {
    for (const text of ["", "\n\n"]) expect((await post(text)).body.code).toBe("json-invalid");
  });

  test("an empty list is a request like any other", async () => {
    expect((await post({ source: "feed", ticks: [] })).body).toEqual({
      accepted: 0,
      duplicates: 0,
      late: 0,
      rejected: [],
    });
  });
});
