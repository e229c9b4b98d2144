import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge } from "../support/fake-edge.ts";

const SYMBOL = "/v1/symbols/BINANCE:BTCUSDT";
const FIRST = 1_700_000_040_000;
const bar = (t: number) => JSON.stringify({ t });

describe("bars of quotes", () => {
  test("are asked of the actor by side, go on in Postgres, and the reply says of what they are", async () => {
    const asked: unknown[] = [];
    const edge = await fakeEdge({
      answers: {
        "symbol.quoteBars": (_envelope: unknown, query: unknown) => {
          asked.push(query);
          return answer({ bars: [bar(FIRST + 60_000)], olderThan: FIRST + 60_000 });
        },
      },
      history: {
        quoteBars: async (_envelope, symbol, side, resolution, range) => {
          asked.push([symbol, side, resolution, range]);
          return answer([bar(FIRST)]);
        },
      },
    });
    const response = await edge.fetch("GET", `${SYMBOL}/bars?series=bid&resolution=5&limit=2`);
    expect(await response.json()).toEqual({
      ...{ symbol: "BINANCE:BTCUSDT", resolution: "5", series: "bid" },
      ...{ bars: [{ t: FIRST }, { t: FIRST + 60_000 }], nextCursor: null },
    });
    expect(asked).toEqual([
      { side: "bid", resolution: "5", limit: 3 },
      ["BINANCE:BTCUSDT", "bid", "5", { before: FIRST + 60_000, limit: 2 }],
    ]);
  });

  test("of trades are asked as ever, and no series is named", async () => {
    const edge = await fakeEdge({ answers: { "symbol.bars": () => answer({ bars: [] }) } });
    for (const query of ["", "?series=trades"]) {
      const response = await edge.fetch("GET", `${SYMBOL}/bars${query}`);
      expect(await response.json()).toEqual({
        ...{ symbol: "BINANCE:BTCUSDT", resolution: "1", bars: [], nextCursor: null },
      });
    }
    expect(edge.calls.some(({ method }) => method === "quoteBars")).toBe(false);
  });

  test.each([
    ["series=last", "field-combination"],
    ["series=mid&adjust=split", "adjust-unsupported"],
    [`series=mid&asOf=${FIRST}`, "as-of-unsupported"],
  ])("%s is refused", async (query, code) => {
    const edge = await fakeEdge();
    const response = await edge.fetch("GET", `${SYMBOL}/bars?${query}`);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code });
    expect(edge.calls.some(({ actor }) => actor === "symbol")).toBe(false);
  });

  test("where none are built the actor says so", async () => {
    const edge = await fakeEdge({ answers: { "symbol.quoteBars": () => refusal("series-unsupported") } });
    const response = await edge.fetch("GET", `${SYMBOL}/bars?series=mid`);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: "series-unsupported" });
  });
});

describe("gaps", () => {
  const entry = { number: 7, kind: "feed", from: FIRST, to: FIRST, foundAt: FIRST };

  test("are a list as others are: filtered and led on by cursor", async () => {
    const asked: unknown[] = [];
    const gaps = (_envelope: unknown, query: unknown) => {
      asked.push(query);
      return answer({ items: [JSON.stringify(entry)], total: 9, next: "7" });
    };
    const edge = await fakeEdge({ answers: { "symbol.gaps": gaps } });
    const list = async (query: string) => (await edge.fetch("GET", `${SYMBOL}/gaps?${query}`)).json();
    const within = `from=${FIRST}&to=${FIRST + 5}`;
    const first = (await list(`${within}&limit=1`)) as { nextCursor: string };
    expect(first).toEqual({ items: [entry], total: 9, nextCursor: expect.any(String) });
    await list(`${within}&limit=1&cursor=${first.nextCursor}`);
    await list("");
    const range = { from: FIRST, to: FIRST + 5 };
    expect(asked).toEqual([{ limit: 1, ...range }, { limit: 1, after: "7", ...range }, { limit: 100 }]);
  });

  test.each([
    [`from=${FIRST}&to=${FIRST}`, "range"],
    ["from=5", "ts-range"],
    ["kind=feed", "unknown-field"],
  ])("%s is refused", async (query, code) => {
    const edge = await fakeEdge();
    const response = await edge.fetch("GET", `${SYMBOL}/gaps?${query}`);
    expect(response.status).toBe(422);
    expect(JSON.stringify(await response.json())).toContain(`"code":"${code}"`);
  });
});

describe("an object that a deploy has not reached yet", () => {
  const lacks = (method: string) => () => {
    throw new TypeError(`The RPC receiver does not implement the method "${method}".`);
  };

  test.each([
    ["gaps", "gaps"],
    ["quoteBars", "bars?series=mid"],
  ])("has no %s: come again soon, and nothing is answered in its place", async (method, path) => {
    const edge = await fakeEdge({ answers: { [`symbol.${method}`]: lacks(method) } });
    const response = await edge.fetch("GET", `${SYMBOL}/${path}`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "dependency-unavailable" });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(10);
  });
});
