import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { UDF_QUOTES_MAX } from "../../src/contracts/udf.ts";
import { UDF_SEARCH_MAX } from "../../src/contracts/udf-symbols.ts";
import { type Answers, fakeEdge, NOW } from "../support/fake-edge.ts";
import { AAPL, UDF_QUOTE, UDF_WORLD } from "../support/udf-world.ts";

type Body = Record<string, unknown>;
const bodyOf = async (response: Response): Promise<Body> => (await response.json()) as Body;

describe("quotes", () => {
  const quotes = async (symbols: string, answers: Answers = UDF_WORLD.answers) => {
    const edge = await fakeEdge({ answers });
    const response = await edge.fetch("GET", `/udf/quotes?symbols=${encodeURIComponent(symbols)}`);
    return {
      edge,
      status: response.status,
      ...((await response.json()) as { s: string; d: Body[]; code?: string }),
    };
  };

  test("are one line per name, in order, under the names as they were asked for", async () => {
    const { s, d, edge } = await quotes(`${AAPL},NONE,BINANCE:BTCUSDT,${AAPL},, aapl`);
    expect(s).toBe("ok");
    expect(d.map((line) => [line["n"], line["s"]])).toEqual([
      [AAPL, "ok"],
      ["NONE", "error"],
      ["BINANCE:BTCUSDT", "ok"],
      [AAPL, "ok"],
      ["", "error"],
      [" aapl", "error"],
    ]);
    expect(
      edge.calls.filter(({ actor }) => actor === "instrumentDirectory").map(({ method }) => method),
    ).toEqual(["named"]);
  });

  test("one that fails fails alone", async () => {
    let asked = 0;
    const { status, d } = await quotes(`${AAPL},BINANCE:BTCUSDT`, {
      "symbol.quote": () => (asked++ === 0 ? refusal("overloaded") : answer(UDF_QUOTE)),
    });
    expect([status, d.map((line) => line["s"])]).toEqual([200, ["error", "ok"]]);
    expect(d[0]?.["errmsg"]).toBe("overloaded");
  });

  test("of all names are asked for at the same time", async () => {
    let waiting = 0;
    let open = () => {};
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { d } = await quotes(`${AAPL},BINANCE:BTCUSDT`, {
      "symbol.quote": async () => {
        waiting += 1;
        if (waiting === 2) open();
        await both;
        return answer(UDF_QUOTE);
      },
    });
    expect(d.map((line) => line["s"])).toEqual(["ok", "ok"]);
  });

  test("are so many at a time", async () => {
    const names = (count: number) => Array.from({ length: count }, () => AAPL).join(",");
    expect((await quotes(names(UDF_QUOTES_MAX))).d).toHaveLength(UDF_QUOTES_MAX);
    expect(await quotes(names(UDF_QUOTES_MAX + 1))).toMatchObject({
      status: 422,
      s: "error",
      code: "too-many-items",
    });
  });
});

describe("search", () => {
  const searched = async (query: string) => {
    const edge = await fakeEdge(UDF_WORLD);
    const response = await edge.fetch("GET", `/udf/search?${query}`);
    return { found: await response.json(), asked: edge.calls.map(({ args }) => args[1]) };
  };

  test("is the directory's, in the chart's words", async () => {
    const { found, asked } = await searched("query=AA&type=stock&exchange=XNAS&limit=30");
    expect(asked).toEqual([{ query: "AA", type: "equity", exchange: "XNAS", limit: 30 }]);
    expect(found).toEqual([
      {
        symbol: "AAPL",
        full_name: AAPL,
        ticker: AAPL,
        description: `All of ${AAPL}`,
        exchange: "XNAS",
        type: "stock",
      },
    ]);
  });

  test("with empty filters filters nothing, and answers no more than its own bound", async () => {
    const { asked } = await searched("query=&type=&exchange=&limit=100000");
    expect(asked).toEqual([{ query: "", type: undefined, exchange: "", limit: UDF_SEARCH_MAX }]);
  });

  test("for a type that nothing has finds nothing", async () => {
    expect(await searched("query=A&type=bond&exchange=")).toEqual({ found: [], asked: [] });
  });
});

test("the configuration is there also while the directory is not: without it a chart would ask for what nobody serves", async () => {
  const { fetch } = await fakeEdge({
    answers: { "instrumentDirectory.exchanges": () => refusal("overloaded") },
  });
  const response = await fetch("GET", "/udf/config");
  expect(response.status).toBe(200);
  expect(await bodyOf(response)).toMatchObject({ supports_search: true, exchanges: [{ value: "" }] });
});

test("the time is a bare integer of seconds", async () => {
  const { fetch } = await fakeEdge();
  expect(await (await fetch("GET", "/udf/time")).text()).toBe(String(NOW / 1_000));
});

test("a symbol's currency may be asked for by name, and is refused where it is another", async () => {
  const { fetch } = await fakeEdge();
  const ask = async (rest: string) => (await fetch("GET", `/udf/symbols?symbol=${AAPL}${rest}`)).status;
  expect([
    await ask("&currencyCode=USD"),
    await ask("&currencyCode="),
    await ask("&currencyCode=EUR"),
  ]).toEqual([200, 200, 422]);
  expect(await ask("&unitId=kg")).toBe(422);
});
