import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { BARS_DEFAULT, BARS_MAX } from "../../src/contracts/time-window.ts";
import type { HistoryReads } from "../../src/ports.ts";
import { fakeEdge, OTHER_KEY } from "../support/fake-edge.ts";

const PATH = "/v1/symbols/BINANCE:BTCUSDT/bars";
const MINUTE = 60_000;
const FIRST = 1_700_000_040_000;
const at = (minute: number): number => FIRST + minute * MINUTE;

type Query = { from?: number; to?: number; limit: number };
type Range = { from?: number; before: number; limit: number };

/** A world of one bar a minute: the actor keeps those from `kept` on, Postgres the ones before. */
function world(minutes: number, kept: number) {
  const asked: { actor: Query[]; history: Range[] } = { actor: [], history: [] };
  const starts = Array.from({ length: minutes }, (_, minute) => at(minute));
  const rows = (chosen: number[]): string[] => chosen.map((t) => JSON.stringify({ t }));
  const bars = (_envelope: unknown, query: Query & { resolution: string }) => {
    asked.actor.push(query);
    const { from = 0, to = Number.MAX_SAFE_INTEGER, limit } = query;
    const chosen = starts
      .slice(kept)
      .filter((t) => t >= from && t < to)
      .slice(-limit);
    const whole = chosen.length >= limit || kept === 0 || from >= at(kept);
    return answer({ bars: rows(chosen), ...(whole ? {} : { olderThan: at(kept) }) });
  };
  const history: HistoryReads["bars"] = async (_envelope, _symbol, _resolution, range) => {
    asked.history.push(range);
    const { from = 0, before, limit } = range;
    return answer(
      rows(
        starts
          .slice(0, kept)
          .filter((t) => t >= from && t < before)
          .slice(-limit),
      ),
    );
  };
  /** What the contract says, told without any actor. */
  const expected = ({
    from = 0,
    to = Number.MAX_SAFE_INTEGER,
    countback,
    limit = BARS_DEFAULT,
  }: {
    from?: number;
    to?: number;
    countback?: number;
    limit?: number;
  }): number[] =>
    starts.filter((t) => t >= (countback === undefined ? from : 0) && t < to).slice(-(countback ?? limit));
  return {
    asked,
    expected,
    starts,
    edge: () => fakeEdge({ answers: { "symbol.bars": bars }, history: { bars: history } }),
  };
}

const barsAt = async (edge: Awaited<ReturnType<typeof fakeEdge>>, query: string) => {
  const response = await edge.fetch("GET", `${PATH}?${query}`);
  const body = (await response.json()) as { bars: { t: number }[]; nextCursor: string | null; code?: string };
  return { status: response.status, ...body, times: body.bars?.map(({ t }) => t) };
};

describe("bars", () => {
  test.each<[string, string, object]>([
    ["the last 300 by default", "", {}],
    ["so many as asked for", "limit=7", { limit: 7 }],
    ["from inclusive, to exclusive", `from=${at(10)}&to=${at(20)}`, { from: at(10), to: at(20) }],
    ["only what is before `to`", `to=${at(3)}`, { to: at(3) }],
    [
      "countback outranks from",
      `from=${at(500)}&to=${at(510)}&countback=40`,
      { from: at(500), to: at(510), countback: 40 },
    ],
    ["from in Postgres, to in the actor", `from=${at(380)}&to=${at(420)}`, { from: at(380), to: at(420) }],
    ["the whole largest page", "limit=1000", { limit: BARS_MAX }],
  ])("%s", async (_name, query, asked) => {
    const { edge, expected } = world(1_200, 400);
    const { times, status } = await barsAt(await edge(), query);
    expect(status).toBe(200);
    expect(times).toEqual(expected(asked));
  });

  test("the seam between actor and Postgres is nowhere: any question gets what one list would answer", async () => {
    const minute = fc.integer({ min: 0, max: 60 });
    const query = fc.record(
      {
        from: minute,
        to: minute,
        countback: fc.integer({ min: 1, max: 70 }),
        limit: fc.integer({ min: 1, max: 70 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        query,
        fc.integer({ min: 0, max: 50 }),
        async ({ from, to, countback, limit }, kept) => {
          fc.pre(from === undefined || to === undefined || from < to);
          fc.pre(countback === undefined || limit === undefined);
          const { edge, expected } = world(50, kept);
          const asked = {
            ...(from === undefined ? {} : { from: at(from) }),
            ...(to === undefined ? {} : { to: at(to) }),
            ...(countback === undefined ? {} : { countback }),
            ...(limit === undefined ? {} : { limit }),
          };
          const text = Object.entries(asked)
            .map(([name, value]) => `${name}=${value}`)
            .join("&");
          expect((await barsAt(await edge(), text)).times).toEqual(expected(asked));
        },
      ),
      { numRuns: 150 },
    );
  });

  test("cursors lead to every older bar once, newest page first, and end", async () => {
    const { edge, starts } = world(100, 60);
    const opened = await edge();
    const seen: number[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 20; pages++) {
      const page = await barsAt(opened, `limit=9${cursor === null ? "" : `&cursor=${cursor}`}`);
      seen.unshift(...page.times);
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(seen).toEqual(starts);
    expect(cursor).toBeNull();
  });

  test("a cursor leads to nothing before `from`", async () => {
    const { edge } = world(100, 60);
    const opened = await edge();
    const first = await barsAt(opened, `from=${at(50)}&limit=30`);
    const second = await barsAt(opened, `from=${at(50)}&limit=30&cursor=${first.nextCursor}`);
    expect(second.times).toEqual(Array.from({ length: 20 }, (_, index) => at(50 + index)));
    expect(second.nextCursor).toBeNull();
  });

  test("Postgres is not asked for what the actor holds", async () => {
    const { edge, asked } = world(1_200, 400);
    await barsAt(await edge(), "limit=300");
    await barsAt(await edge(), `from=${at(400)}`);
    expect(asked.history).toEqual([]);
  });

  test("a read past the actor's bound is refused while Postgres is away, one inside is answered", async () => {
    const { starts } = world(10, 5);
    const edge = await fakeEdge({
      answers: {
        "symbol.bars": (_envelope: unknown, { limit }: Query) =>
          answer({
            bars: starts
              .slice(5)
              .slice(-limit)
              .map((t) => JSON.stringify({ t })),
            olderThan: at(5),
          }),
      },
      history: { bars: async () => refusal("history-unavailable") },
    });
    expect(await barsAt(edge, "limit=4")).toMatchObject({ status: 200 });
    expect(await barsAt(edge, "limit=8")).toMatchObject({ status: 503, code: "history-unavailable" });
  });

  test.each([
    ["limit=0", "range"],
    ["limit=-1", "range"],
    ["limit=1001", "range"],
    ["limit=1e3", "range"],
    ["limit=", "range"],
    ["limit=5&limit=6", "duplicate-key"],
    ["countback=1000000000", "range"],
    ["from=1700000000", "ts-range"],
    ["from=1700000000000000000", "range"],
    ["from=NaN", "range"],
    [`from=${at(2)}&to=${at(2)}`, "range"],
    [`from=${at(3)}&to=${at(2)}`, "range"],
    ["resolution=7", "resolution-unsupported"],
    ["resolution=1d", "resolution-unsupported"],
    ["asOf=1680000000000", "as-of-unsupported"],
    ["asOf=1720000000000&resolution=1S", "as-of-unsupported"],
    ["asOf=1723075203000", "ts-future"],
    ["asOf=1720000000", "ts-range"],
    ["__proto__=1", "unknown-field"],
    ["cursor=abc", "cursor-invalid"],
    [`cursor=${"A".repeat(513)}`, "range"],
  ])("%s is refused as %s, and no actor is asked", async (query, code) => {
    const { edge } = world(10, 0);
    const opened = await edge();
    expect(await barsAt(opened, query)).toMatchObject({ status: 422, code });
    expect(opened.calls).toEqual([]);
  });

  test("a cursor belongs to its query and its tenant", async () => {
    const { edge } = world(100, 0);
    const opened = await edge();
    const { nextCursor } = await barsAt(opened, "limit=5");
    expect((await barsAt(opened, `limit=9&cursor=${nextCursor}`)).status).toBe(200);
    expect(await barsAt(opened, `limit=5&resolution=5&cursor=${nextCursor}`)).toMatchObject({
      code: "cursor-invalid",
    });
    const foreign = await opened.fetch("GET", `${PATH}?limit=5&cursor=${nextCursor}`, { key: OTHER_KEY });
    expect(await foreign.json()).toMatchObject({ code: "cursor-invalid" });
  });
});

describe("a symbol in a path", () => {
  test.each([
    "aapl",
    "XNAS:aapl",
    "AAPL",
    "XNAS:",
    "XNAS:AAPL%0A",
    "XNAS:AAPL%00",
    "XNAS:BRK%2FA",
    "XNAS:%D0%92%D0%A2%D0%A1",
    "XNAS:%EF%BC%A1",
    "XNAS:AAPL%E2%80%8D",
    "XNAS:%E2%80%AEAAPL",
    "%C5%BF:A",
    "XNAS:AAPL:1",
    "%ZZ",
    `X:${"A".repeat(33)}`,
    `X:${"A".repeat(1_000)}`,
  ])("%s is refused on its raw letters, and nothing is addressed", async (symbol) => {
    const edge = await fakeEdge();
    for (const what of ["quote", "bars"]) {
      const response = await edge.fetch("GET", `/v1/symbols/${symbol}/${what}`);
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: "symbol-format" });
    }
    expect(edge.calls).toEqual([]);
  });

  test("a symbol may come percent-encoded", async () => {
    const edge = await fakeEdge();
    expect((await edge.fetch("GET", "/v1/symbols/BINANCE%3ABTCUSDT/quote")).status).toBe(200);
  });

  test("an unknown one is 404, and no actor is made", async () => {
    const edge = await fakeEdge();
    const response = await edge.fetch("GET", "/v1/symbols/X:NONE/quote");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "symbol-unknown" });
    expect(edge.calls.map(({ actor }) => actor)).toEqual(["instrumentDirectory"]);
  });
});

test("a quote is the actor's own text", async () => {
  const text = '{"symbol":"BINANCE:BTCUSDT","last":{"price":"1.10"}}';
  const { fetch } = await fakeEdge({ answers: { "symbol.quote": () => answer(text) } });
  const response = await fetch("GET", "/v1/symbols/BINANCE:BTCUSDT/quote");
  expect(await response.text()).toBe(text);
  expect(response.headers.get("content-type")).toBe("application/json");
});
