/** Values of indicators over HTTP: one read of bars, wherever they are, and a value that does not depend on where its page begins. */
import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import type { BarQuery } from "../../actors/symbol/messages.ts";
import { indicatorsReply } from "../../src/contracts/indicators.ts";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import type { HistoryReads } from "../../src/ports.ts";
import { DEFINITIONS } from "../../src/quant/indicators/registry.ts";
import { type FakeEdge, fakeEdge, NOW } from "../support/fake-edge.ts";

const SYMBOL = "BINANCE:BTCUSDT";
const PATH = `/v1/symbols/${SYMBOL}/indicators`;
const ALL = Number.MAX_SAFE_INTEGER;
/** A bar a minute; the newest still forms. */
const MINUTES = 3_000;
const FIRST = NOW - MINUTES * MINUTE_MS;
const at = (minute: number): number => FIRST + minute * MINUTE_MS;

const CLOSES = closes(MINUTES);
function closes(count: number): number[] {
  let seed = 7;
  let price = 50_000;
  return Array.from({ length: count }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    price += (seed % 2_001) - 1_000;
    return price / 100;
  });
}

const barText = (minute: number): string => {
  const c = CLOSES[minute] ?? 0;
  const state = minute === MINUTES - 1 ? "forming" : "final";
  return JSON.stringify({
    t: at(minute),
    o: `${c}`,
    h: `${c + 1}`,
    l: `${c - 1}`,
    c: `${c}`,
    v: "10",
    n: 1,
    vw: null,
    rev: 0,
    state,
  });
};

const TEXTS = CLOSES.map((_close, minute) => barText(minute));

/** The object holds minutes from `kept` on, Postgres those before. */
async function world(kept: number) {
  const asked: BarQuery[] = [];
  const older: { before: number; limit: number }[] = [];
  const rows = (from: number, to: number, limit: number): string[] =>
    Array.from({ length: MINUTES }, (_, minute) => minute)
      .filter((minute) => at(minute) >= from && at(minute) < to)
      .slice(-limit)
      .map((minute) => TEXTS[minute] ?? "");
  const bars = (_envelope: unknown, query: BarQuery) => {
    asked.push(query);
    const { from = 0, to = ALL, limit } = query;
    const shown = rows(Math.max(from, at(kept)), to, limit);
    const more = shown.length < limit && kept > 0 ? { olderThan: Math.min(to, at(kept)) } : {};
    return answer({ bars: shown, ...more });
  };
  const history: HistoryReads["bars"] = async (_envelope, _symbol, _resolution, range) => {
    older.push(range);
    return answer(rows(range.from ?? 0, Math.min(range.before, at(kept)), range.limit));
  };
  const edge = await fakeEdge({ answers: { "symbol.bars": bars }, history: { bars: history } });
  return { edge, asked, older };
}

async function read(edge: FakeEdge, query: string) {
  const response = await edge.fetch("GET", `${PATH}?${query}`);
  expect(response.status).toBe(200);
  return indicatorsReply.parse(await response.json());
}

const refused = async (edge: FakeEdge, query: string) => {
  const response = await edge.fetch("GET", `${PATH}?${query}`);
  return [response.status, ((await response.json()) as { code: string }).code];
};

/** What is written here; a library's have tests of their own. */
const OWN = DEFINITIONS.filter(({ name, anchor }) => anchor !== "start" && !name.startsWith("ts-")).map(
  ({ name }) => name,
);
const SHARED = world(2_000);

/** Of the one definition of a page, outputs and warm flag of each bar. */
const valuesOf = ({ bars, definitions }: Awaited<ReturnType<typeof read>>) =>
  bars.map(({ values }) => Object.values(values[definitions[0]?.id ?? ""] ?? {}));

/** To the precision of a float64, after a few hundred operations. */
const near = (other: unknown) => (value: unknown) =>
  typeof value !== "number" || typeof other !== "number"
    ? value === other
    : Math.abs(value - other) <= 1e-11 * Math.max(1, Math.abs(other));

describe("a read of indicators", () => {
  test("is one of bars: each place is asked once, for the page and the bars before it that matter", async () => {
    const { edge, asked, older } = await world(2_990);
    const page = await read(edge, "defs=sma_20,sma_50&limit=10");
    expect(page.bars).toHaveLength(10);
    expect(asked).toEqual([{ resolution: "1", limit: 10 + 49 + 1 }]);
    expect(older).toEqual([{ before: at(2_990), limit: 50 }]);
  });

  test("says a mean of the closes at every bar, the forming one too, with the state of the bar", async () => {
    const { edge } = await world(2_990);
    const { bars, definitions } = await read(edge, "defs=sma_20&limit=30");
    for (const [place, bar] of bars.entries()) {
      const end = MINUTES - 30 + place + 1;
      const mean = CLOSES.slice(end - 20, end).reduce((sum, close) => sum + close, 0) / 20;
      expect(bar).toMatchObject({ t: at(end - 1), rev: 0, state: end === MINUTES ? "forming" : "final" });
      expect(bar.values["sma_20"]).toEqual({ value: expect.closeTo(mean, 9), warm: true });
    }
    expect(definitions).toEqual([
      expect.objectContaining({
        id: "sma_20",
        name: "sma",
        parameters: { period: 20, source: "close" },
        warmUpBars: 20,
        lookbackBars: 19,
      }),
    ]);
  });

  test("has no value before its warm-up, where there are no older bars", async () => {
    const { edge } = await world(0);
    const { bars, nextCursor } = await read(edge, `defs=sma_20&from=${at(0)}&to=${at(25)}`);
    expect(bars.map(({ values }) => values["sma_20"]?.["warm"])).toEqual([
      ...Array.from({ length: 19 }, () => false),
      ...Array.from({ length: 6 }, () => true),
    ]);
    expect(bars[0]?.values["sma_20"]).toEqual({ value: null, warm: false });
    expect(nextCursor).toBeNull();
  });

  test.each(OWN)("says the same of %s wherever a page begins", async (name) => {
    const { edge } = await SHARED;
    const whole = valuesOf(await read(edge, `defs=${name}&limit=600`));
    const part = valuesOf(await read(edge, `defs=${name}&limit=40`));
    expect(part).toHaveLength(40);
    for (const [place, values] of part.entries())
      for (const [output, value] of values.entries())
        expect(value).toSatisfy(near(whole[560 + place]?.[output]));
  });

  test("walks back through pages that join without a bar lost or doubled", async () => {
    const { edge } = await world(2_950);
    const whole = await read(edge, `defs=rsi_14&from=${at(2_900)}&limit=100`);
    const times: number[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await read(
        edge,
        `defs=rsi_14&from=${at(2_900)}&limit=30${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      times.unshift(...page.bars.map(({ t }) => t));
      cursor = page.nextCursor;
    }
    expect(times).toEqual(whole.bars.map(({ t }) => t));
    expect(times[0]).toBe(at(2_900));
  });

  test("is warm where the run begins with the first bar that there is, whatever it is anchored to", async () => {
    const { edge } = await world(0);
    const obv = await read(edge, "defs=obv&limit=2");
    expect(obv.bars[0]?.values["obv"]?.["warm"]).toBe(true);
    const far = await read(edge, `defs=vwap&limit=1&to=${at(1)}`);
    expect(far.bars[0]?.values["vwap"]?.["warm"]).toBe(true);
  });

  test("is not warm where the bar that it is anchored to lies beyond the run", async () => {
    const endless = await fakeEdge({
      answers: {
        "symbol.bars": (_envelope: unknown, { limit }: BarQuery) =>
          answer({
            bars: Array.from({ length: limit }, (_, place) =>
              JSON.stringify({ ...JSON.parse(barText(0)), t: NOW - (limit - place) * SECOND_MS }),
            ),
          }),
      },
    });
    const { bars } = await read(endless, "defs=obv,vwap,sma&resolution=1S&limit=2");
    expect(bars[0]?.values["obv"]?.["warm"]).toBe(false);
    expect(bars[0]?.values["vwap"]).toEqual({ value: expect.any(Number), warm: false });
    expect(bars[0]?.values["sma_20"]?.["warm"]).toBe(true);
  });

  test("has each definition once, canonical and in the order asked for", async () => {
    const { edge } = await world(0);
    const page = await read(edge, "defs=macd,sma,sma_20,sma_20_hl2,macd_12_26_9&limit=1");
    expect(page.definitions.map(({ id }) => id)).toEqual(["macd_12_26_9", "sma_20", "sma_20_hl2"]);
    expect(Object.keys(page.bars[0]?.values ?? {})).toEqual(["macd_12_26_9", "sma_20", "sma_20_hl2"]);
  });

  test.each([
    ["defs=", "range"],
    ["limit=3", "invalid"],
    ["defs=nosuch", "indicator-unknown"],
    ["defs=sma_20,", "indicator-unknown"],
    ["defs=SMA_20", "indicator-unknown"],
    ["defs=sma_0", "indicator-parameters"],
    ["defs=sma_1e2", "indicator-parameters"],
    ["defs=sma_20.5", "indicator-parameters"],
    ["defs=sma_20_close_1", "indicator-parameters"],
    ["defs=sma&resolution=7", "resolution-unsupported"],
    ["defs=sma&limit=1001", "range"],
    [`defs=${Array.from({ length: 17 }, (_, place) => `sma_${place + 1}`).join(",")}`, "too-many-items"],
    ["defs=sma&asOf=1700000000000", "unknown-field"],
  ])("%s is refused, and no bar is read", async (query, code) => {
    const { edge, asked } = await world(0);
    expect(await refused(edge, query)).toEqual([422, code]);
    expect(asked).toEqual([]);
  });

  test("of a symbol that nobody has made is 404", async () => {
    const { edge } = await world(0);
    expect((await edge.fetch("GET", "/v1/symbols/NO:SUCH/indicators?defs=sma")).status).toBe(404);
  });
});

describe("the list of indicators", () => {
  test("has every definition once, by name, with a default of each parameter in its id", async () => {
    const edge = await fakeEdge();
    const names: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const response = await edge.fetch(
        "GET",
        `/v1/indicators?limit=20${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      const page = (await response.json()) as {
        items: { name: string; id: string }[];
        nextCursor: string | null;
        total: number;
      };
      expect(page.total).toBe(DEFINITIONS.length);
      names.push(...page.items.map(({ name }) => name));
      for (const { name, id } of page.items) expect(id === name || id.startsWith(`${name}_`)).toBe(true);
      cursor = page.nextCursor;
    }
    expect(names).toEqual(DEFINITIONS.map(({ name }) => name).sort());
    expect(names).toEqual(expect.arrayContaining(["sma", "macd", "psar", "cdl-doji"]));
  });
});
