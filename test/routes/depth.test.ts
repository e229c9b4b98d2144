import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import type { DepthReply } from "../../src/contracts/depth.ts";
import { fakeEdge, KNOWN_SYMBOLS, NOW } from "../support/fake-edge.ts";

const [BTC = "", AAPL = ""] = KNOWN_SYMBOLS;
const EMPTY: Partial<DepthReply> = { symbol: BTC, ts: null, bids: [], asks: [] };

describe("the order book", () => {
  test("is what the actor says, of as many levels as are asked for", async () => {
    const asked: unknown[] = [];
    const edge = await fakeEdge({
      answers: {
        "symbol.depth": (_envelope: unknown, query: unknown) => {
          asked.push(query);
          return answer(JSON.stringify(EMPTY));
        },
      },
    });
    for (const query of ["", "?levels=500"]) {
      const response = await edge.fetch("GET", `/v1/symbols/${BTC}/depth${query}`);
      expect(await response.json()).toEqual(EMPTY);
    }
    expect(asked).toEqual([{}, { levels: 500 }]);
  });

  test.each(["0", "501", "-1", "1.5", ""])("levels=%s is refused and asks nobody", async (levels) => {
    const edge = await fakeEdge();
    const response = await edge.fetch("GET", `/v1/symbols/${BTC}/depth?levels=${levels}`);
    expect(response.status).toBe(422);
    expect(edge.calls.some(({ actor }) => actor.startsWith("symbol"))).toBe(false);
  });

  test("of an unknown symbol is not found, and no actor is made", async () => {
    const edge = await fakeEdge();
    expect((await edge.fetch("GET", "/v1/symbols/BINANCE:NONE/depth")).status).toBe(404);
    expect(edge.calls.some(({ actor }) => actor.startsWith("symbol/"))).toBe(false);
  });
});

test("what symbols ask of their feed stands in the reply, by name", async () => {
  const report = { accepted: 1, duplicates: 0, late: 0, rejected: [] };
  const edge = await fakeEdge({
    answers: {
      "symbol.tickRows": (_envelope: unknown, _source: unknown, rows: string) =>
        answer(JSON.stringify(rows.includes("depth") ? { ...report, wanted: ["depth-snapshot"] } : report)),
    },
  });
  const depth = { type: "depth", symbol: BTC, ts: NOW, bids: [], asks: [], firstSeq: 1, lastSeq: 2 };
  const quote = { type: "quote", symbol: AAPL, ts: NOW, bid: "1", bidSize: "1", ask: "2", askSize: "1" };
  const response = await edge.fetch("POST", "/v1/ticks", { json: { source: "feed", ticks: [depth, quote] } });
  expect(await response.json()).toEqual({
    ...{ ...report, accepted: 2 },
    wanted: [{ symbol: BTC, type: "depth-snapshot" }],
  });
});
