/** Series of a symbol over the edge: who may, what is refused before any actor is asked, and pages. */
import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { BARS_DEFAULT } from "../../src/contracts/time-window.ts";
import { fakeEdge, keyOf } from "../support/fake-edge.ts";

const SYMBOL = "BINANCE:BTCUSDT";
const PATH = `/v1/symbols/${SYMBOL}/series`;
const bars = [0, 1, 2, 3, 4].map((i) => JSON.stringify({ t: 1_700_000_000_000, i }));

/** Pages of five bars, by place. */
const world = () =>
  fakeEdge({
    answers: {
      "symbol.putSeries": (_envelope: unknown, series: string) => answer(JSON.stringify({ series })),
      "symbol.deleteSeries": () => answer(null),
      "symbol.series": () => refusal("series-unknown"),
      "symbol.allSeries": () => answer({ items: ['{"series":"5T"}'], total: 1 }),
      "symbol.seriesBars": (
        _envelope: unknown,
        _series: string,
        { limit, before = "0.5" }: { limit: number; before?: string },
      ) => {
        const end = Number(before.split(".")[1]);
        const start = Math.max(0, end - limit);
        return answer({ bars: bars.slice(start, end), ...(start > 0 ? { next: `0.${start}` } : {}) });
      },
    },
  });

describe("series", () => {
  test("are put and taken away by who may write the market, read by who may read it", async () => {
    const edge = await world();
    const status = async (method: string, path: string, scope: string) =>
      (await edge.fetch(method, path, { key: keyOf("acme", scope) })).status;
    expect(await status("PUT", `${PATH}/5T`, "market:read")).toBe(403);
    expect(await status("DELETE", `${PATH}/5T`, "market:read")).toBe(403);
    expect(await status("PUT", `${PATH}/5T`, "market:write")).toBe(200);
    expect(await status("DELETE", `${PATH}/5T`, "market:write")).toBe(204);
    expect(await status("GET", `${PATH}/5T`, "market:read")).toBe(404);
    expect(await status("GET", PATH, "market:read")).toBe(200);
    expect(await status("GET", `${PATH}/5T/bars`, "market:read")).toBe(200);
  });

  test.each(["T", "5", "05T", "5.0V", "-1R", "1e3T", "5t", "5X", "%205T"])(
    "%s is refused as no series, and nobody is asked",
    async (series) => {
      const edge = await world();
      for (const [method, path] of [
        ["PUT", ""],
        ["DELETE", ""],
        ["GET", ""],
        ["GET", "/bars"],
      ] as const) {
        const response = await edge.fetch(method, `${PATH}/${series}${path}`);
        expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
          422,
          "series-format",
        ]);
      }
      expect(edge.calls.filter(({ actor }) => actor.startsWith("symbol"))).toEqual([]);
    },
  );

  test("of a symbol that nobody has made are 404", async () => {
    const edge = await world();
    for (const [method, path] of [
      ["PUT", "/5T"],
      ["DELETE", "/5T"],
      ["GET", ""],
      ["GET", "/5T/bars"],
    ] as const)
      expect((await edge.fetch(method, `/v1/symbols/NO:SUCH/series${path}`)).status).toBe(404);
  });
});

describe("bars of a series", () => {
  const get = async (edge: Awaited<ReturnType<typeof world>>, query = "") => {
    const response = await edge.fetch("GET", `${PATH}/5T/bars?${query}`);
    return (await response.json()) as { bars: { i: number }[]; nextCursor: string | null; code?: string };
  };

  test("come in pages that join, though all have one time", async () => {
    const edge = await world();
    const seen: number[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof get>> = await get(
        edge,
        `limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      seen.unshift(...page.bars.map(({ i }) => i));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  test("are the newest 300 unless said otherwise, and a range goes to the actor as it is", async () => {
    const edge = await world();
    await get(edge);
    await get(edge, "from=1700000000000&to=1700000000001&limit=7");
    const asked = edge.calls.filter(({ method }) => method === "seriesBars").map(({ args }) => args[2]);
    expect(asked).toEqual([
      { limit: BARS_DEFAULT },
      { from: 1_700_000_000_000, to: 1_700_000_000_001, limit: 7 },
    ]);
  });

  test.each([
    ["from=2000000000000&to=1900000000000", "range"],
    ["limit=1001", "range"],
    ["cursor=abc", "cursor-invalid"],
    ["resolution=1", "unknown-field"],
  ])("%s is refused %s", async (query, code) => {
    expect((await get(await world(), query)).code).toBe(code);
  });

  test("a cursor of another series is refused", async () => {
    const edge = await world();
    const { nextCursor } = await get(edge, "limit=1");
    const response = await edge.fetch("GET", `${PATH}/6T/bars?cursor=${nextCursor}`);
    expect(await response.json()).toMatchObject({ code: "cursor-invalid" });
  });
});
