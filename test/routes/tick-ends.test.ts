import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { SYMBOLS_PER_REQUEST_MAX } from "../../src/contracts/ticks.ts";
import { type Answers, fakeEdge, KNOWN_SYMBOLS, NOW } from "../support/fake-edge.ts";

const [BTC = "", AAPL = ""] = KNOWN_SYMBOLS;
const trade = (symbol: string) => ({ type: "trade", symbol, ts: NOW, price: "1", size: "1", id: "1" });
const takeOne = () => answer(JSON.stringify({ accepted: 1, duplicates: 0, late: 0, rejected: [] }));

async function post(json: object, answers: Answers = {}) {
  const edge = await fakeEdge({ answers: { "symbol.tickRows": takeOne, ...answers } });
  const response = await edge.fetch("POST", "/v1/ticks", { json });
  return { calls: edge.calls, status: response.status, body: JSON.parse(await response.text()) };
}

describe("the end of a feed", () => {
  const ended = { "symbol.endFeed": () => answer(null) };
  const order = (calls: { actor: string; method: string }[]): string[] =>
    calls.filter(({ actor }) => actor.startsWith("symbol/")).map(({ actor, method }) => `${actor} ${method}`);

  test("closes each named symbol after the ticks of the call are taken", async () => {
    const json = { source: "feed", ticks: [trade(BTC)], end: [AAPL, BTC] };
    const { calls, body, status } = await post(json, ended);
    expect(status).toBe(200);
    expect(body).toEqual({ accepted: 1, duplicates: 0, late: 0, rejected: [], ended: [AAPL, BTC] });
    expect(order(calls)).toEqual([
      `symbol/${BTC} tickRows`,
      `symbol/${AAPL} endFeed`,
      `symbol/${BTC} endFeed`,
    ]);
  });

  test("needs no tick", async () => {
    expect((await post({ source: "feed", ticks: [], end: [BTC] }, ended)).body.ended).toEqual([BTC]);
  });

  test("without it no feed has ended, and the answer says nothing of it", async () => {
    const { body, calls } = await post({ source: "feed", ticks: [trade(BTC)] }, ended);
    expect(body).not.toHaveProperty("ended");
    expect(order(calls)).toEqual([`symbol/${BTC} tickRows`]);
  });

  test("of an unknown symbol fails the whole request, names it, and no symbol is addressed", async () => {
    const json = { source: "feed", ticks: [trade(BTC)], end: [BTC, "X:NONE"] };
    const { calls, body, status } = await post(json, ended);
    expect([status, body.code, body.errors]).toEqual([
      422,
      "invalid",
      [{ path: "end.1", code: "symbol-unknown", detail: "there is no such symbol" }],
    ]);
    expect(order(calls)).toEqual([]);
  });

  test("of which nobody can say whether it exists comes again later", async () => {
    const json = { source: "feed", ticks: [], end: [BTC] };
    const { status, body } = await post(json, { "instrumentDirectory.known": () => refusal("overloaded") });
    expect([status, body.code]).toEqual([503, "overloaded"]);
  });

  test("of a symbol with ticks that must be sent again waits for them; an actor that cannot is not named", async () => {
    const fails = { "symbol.tickRows": () => refusal("overloaded"), ...ended };
    const { body } = await post({ source: "feed", ticks: [trade(BTC)], end: [BTC, AAPL] }, fails);
    expect(body.ended).toEqual([AAPL]);
    const busy = { "symbol.endFeed": () => refusal("overloaded") };
    expect((await post({ source: "feed", ticks: [], end: [BTC] }, busy)).body.ended).toEqual([]);
  });

  test(`reaches with the ticks at most ${SYMBOLS_PER_REQUEST_MAX} symbols`, async () => {
    const all = { "instrumentDirectory.known": (_: unknown, symbols: string[]) => answer(symbols), ...ended };
    const end = Array.from({ length: SYMBOLS_PER_REQUEST_MAX }, (_, index) => `X:S${index}`);
    const full = await post({ source: "feed", ticks: [], end }, all);
    expect(full.body.ended).toEqual(end);
    const over = await post({ source: "feed", ticks: [trade(BTC)], end }, all);
    expect([over.status, over.body.code, order(over.calls)]).toEqual([422, "too-many-items", []]);
  });

  test.each<[string, unknown, string]>([
    ["none", [], "range"],
    ["one too many", Array.from({ length: 901 }, (_, index) => `X:S${index}`), "too-many-items"],
    ["the same twice", [BTC, BTC], "duplicate-key"],
    ["no symbol", ["btc"], "symbol-format"],
    ["no list", BTC, "type"],
  ])("of %s is no request", async (_name, end, code) => {
    const { status, body, calls } = await post({ source: "feed", ticks: [], end });
    expect([status, body.code, calls]).toEqual([422, code, []]);
  });

  test("cannot be said in lines: there each line is a tick", async () => {
    const edge = await fakeEdge({ answers: { "symbol.tickRows": takeOne } });
    const body = `${JSON.stringify({ end: [BTC] })}\n`;
    const headers = { "content-type": "application/x-ndjson", "x-source": "feed" };
    const response = await edge.fetch("POST", "/v1/ticks", { body, headers });
    expect(await response.json()).toMatchObject({ accepted: 0, rejected: [{ index: 0, code: "required" }] });
  });
});
