import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import { fakeEdge, KNOWN_SYMBOLS } from "../support/fake-edge.ts";

const [BTC = ""] = KNOWN_SYMBOLS;

describe("statistics of liquidity", () => {
  test("are what the actor says", async () => {
    const edge = await fakeEdge({ answers: { "symbol.liquidity": () => answer('{"adv20":"7"}') } });
    const response = await edge.fetch("GET", `/v1/symbols/${BTC}/liquidity`);
    expect([response.status, await response.json()]).toEqual([200, { adv20: "7" }]);
  });
  test("of an unknown symbol are not found, and no actor is made", async () => {
    const edge = await fakeEdge();
    expect((await edge.fetch("GET", "/v1/symbols/BINANCE:NONE/liquidity")).status).toBe(404);
    expect(edge.calls.some(({ actor }) => actor.startsWith("symbol/"))).toBe(false);
  });
  test("take no question", async () => {
    const edge = await fakeEdge();
    expect((await edge.fetch("GET", `/v1/symbols/${BTC}/liquidity?levels=3`)).status).toBe(422);
  });
});

describe("sweeps of a book", () => {
  const asking = async (query: string) => {
    const asked: unknown[] = [];
    const depth = (_envelope: unknown, given: unknown) => {
      asked.push(given);
      return answer("{}");
    };
    const edge = await fakeEdge({ answers: { "symbol.depth": depth } });
    return { status: (await edge.fetch("GET", `/v1/symbols/${BTC}/depth?${query}`)).status, asked };
  };

  test("are asked of the actor as they were written", async () => {
    const { status, asked } = await asking("sweepSizes=0.5,2&sweepNotionals=10000");
    expect([status, asked]).toEqual([200, [{ sweepSizes: ["0.5", "2"], sweepNotionals: ["10000"] }]]);
  });
  test.each([
    "sweepSizes=",
    "sweepSizes=0",
    "sweepSizes=-1",
    "sweepSizes=1,",
    "sweepSizes=1e3",
    "sweepNotionals=NaN",
    "sweepNotionals=1,2,3,4,5,6,7,8,9",
  ])("%s is refused and asks nobody", async (query) => {
    expect(await asking(query)).toEqual({ status: 422, asked: [] });
  });
});
