/** Corporate actions through the front door inside workerd: published splits and dividends, with the symbol evicted between any two calls. */
import { evictDurableObject, runInDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { durableSql } from "../../actors/runtime/durable-sql.ts";
import { type BarObject, barsReply } from "../../src/contracts/bars.ts";
import type { CorporateActionObject } from "../../src/contracts/corporate-actions.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { waitingFacts } from "../support/runtime-fakes.ts";

const { TEST_ROOT_KEY } = env as unknown as { TEST_ROOT_KEY: string };
const { SYMBOL } = env as unknown as Env;
const AAPL = "XNAS:AAPL";
const MSFT = "XNAS:MSFT";

/** The symbol forgets all that it holds in memory before each call. */
async function call(symbol: string, method: string, path: string, json?: unknown) {
  const object = SYMBOL.getByName(symbol);
  // Only one that is awake can be evicted.
  await runInDurableObject(object, () => {});
  await evictDurableObject(object);
  const headers = { authorization: `Bearer ${TEST_ROOT_KEY}`, "content-type": "application/json" };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  const response = await SELF.fetch(`http://outcry.test${path}`, { method, headers, ...body });
  return { status: response.status, text: await response.text() };
}
const onActions = (symbol: string, method: string, json?: unknown, id = "") =>
  call(symbol, method, `/v1/symbols/${symbol}/actions${id}`, json);
async function barsText(symbol: string, resolution: string, adjust: string): Promise<string> {
  const reply = await call(
    symbol,
    "GET",
    `/v1/symbols/${symbol}/bars?resolution=${resolution}&adjust=${adjust}`,
  );
  expect(reply).toMatchObject({ status: 200 });
  return reply.text;
}
const bars = async (symbol: string, resolution: string, adjust: string): Promise<BarObject[]> =>
  barsReply.parse(JSON.parse(await barsText(symbol, resolution, adjust))).bars;

type Day = readonly [date: string, o: string, h: string, l: string, c: string, v: number];
/** Apple around its split of 4:1 on 2020-08-31, as traded. */
const APPLE_DAYS: readonly Day[] = [
  ["2020-08-26", "504.7165", "507.97", "500.33", "506.09", 40_618_317],
  ["2020-08-27", "508.57", "509.94", "495.33", "500.04", 38_879_096],
  ["2020-08-28", "504.05", "505.77", "498.31", "499.23", 46_882_479],
  ["2020-08-31", "127.58", "131", "126", "129.04", 225_631_664],
  ["2020-09-01", "132.76", "134.8", "130.53", "134.18", 152_050_116],
];
const MICROSOFT_DAYS: readonly Day[] = [
  ["2007-02-12", "28.9", "28.95", "28.89", "28.94", 1_000],
  ["2007-02-13", "28.8", "28.85", "28.79", "28.83", 1_000],
];
const SPLIT = { id: "split-2020", type: "split", exDate: "2020-08-31", from: "1", to: "4" };
const DIVIDEND = { id: "dividend-2007", type: "dividend", exDate: "2007-02-13", amount: "0.10" };

/** Four trades make a day's bar, in New York's session. */
const tradesOf = (symbol: string, [date, o, h, l, c, v]: Day) =>
  [o, h, l, c].map((price, index) => ({
    ...{ type: "trade", symbol, ts: Date.parse(`${date}T15:00:00Z`) + index * 60_000 },
    ...{ price, size: index === 0 ? v - 3 : 1, id: `${date}.${index}` },
  }));

beforeAll(async () => {
  for (const [symbol, days] of [
    [AAPL, APPLE_DAYS],
    [MSFT, MICROSOFT_DAYS],
  ] as const) {
    const { symbol: _apple, ...instrument } = APPLE;
    expect(await call(symbol, "PUT", `/v1/instruments/${symbol}`, instrument)).toMatchObject({ status: 200 });
    const ticks = days.flatMap((day) => tradesOf(symbol, day));
    const reply = await call(symbol, "POST", "/v1/ticks", { source: "test", ticks });
    expect(JSON.parse(reply.text)).toEqual({ accepted: ticks.length, duplicates: 0, late: 0, rejected: [] });
  }
});

describe("a split", () => {
  test("is recorded once, whatever is evicted, and its ratio is exactly 4 before its ex-date", async () => {
    const raw = await bars(AAPL, "1D", "raw");
    const first = await onActions(AAPL, "POST", SPLIT);
    expect(first.status).toBe(201);
    expect(await onActions(AAPL, "POST", { ...SPLIT, from: 1, to: "4.0" })).toEqual(first);
    expect(await onActions(AAPL, "POST", { ...SPLIT, to: "5" })).toMatchObject({ status: 409 });
    for (const adjust of ["split", "all"]) {
      const adjusted = await bars(AAPL, "1D", adjust);
      for (const [index, day] of raw.entries()) {
        const ratio = day.t < Date.parse("2020-08-31T04:00:00Z") ? 4 : 1;
        const { o, h, l, c, v, vw, ...counted } = adjusted[index]!;
        expect([o, h, l, c].map((price) => Number(price) * ratio)).toEqual(
          [day.o, day.h, day.l, day.c].map(Number),
        );
        expect(Number(v)).toBe(Number(day.v) * ratio);
        expect(Number(vw) * ratio).toBeCloseTo(Number(day.vw), 6);
        expect({ ...day, ...counted }).toEqual(day);
      }
    }
    expect(raw).toEqual(await bars(AAPL, "1D", "raw"));
  });

  test("inside a month is folded from adjusted days, inside no week that it begins", async () => {
    const [august, september] = await bars(AAPL, "1M", "split");
    expect(august).toMatchObject({ o: "126.179125", h: "131", l: "123.8325", c: "129.04" });
    expect(august?.v).toBe(`${4 * (40_618_317 + 38_879_096 + 46_882_479) + 225_631_664}`);
    expect(september).toMatchObject({ o: "132.76", v: "152050116" });
    const weeks = await bars(AAPL, "1W", "split");
    expect(weeks.map(({ c }) => c)).toEqual(["124.8075", "134.18"]);
  });

  test("stands on the time scale of a chart, whose bars are raw", async () => {
    const day = Date.parse("2020-08-31T00:00:00Z") / 1_000;
    const range = `symbol=${AAPL}&from=${day - 9 * 86_400}&to=${day + 9 * 86_400}&resolution=1D`;
    const marks = await call(AAPL, "GET", `/udf/timescale_marks?${range}`);
    expect(JSON.parse(marks.text)).toMatchObject([{ id: "split-2020", time: day, label: "S" }]);
    const history = JSON.parse((await call(AAPL, "GET", `/udf/history?${range}`)).text) as { c: number[] };
    expect(history.c).toEqual([506.09, 500.04, 499.23, 129.04, 134.18]);
  });

  test("that is revoked was never there for bars, and stays in the record", async () => {
    const raw = await barsText(AAPL, "1M", "raw");
    expect((await onActions(AAPL, "DELETE", undefined, "/split-2020")).status).toBe(204);
    expect((await onActions(AAPL, "DELETE", undefined, "/split-2020")).status).toBe(204);
    expect(await barsText(AAPL, "1M", "split")).toBe(raw);
    const { items } = JSON.parse((await onActions(AAPL, "GET")).text) as { items: CorporateActionObject[] };
    expect(items).toMatchObject([
      { id: "split-2020", revokedBy: "root", factors: { price: { value: "0.25" } } },
    ]);
    expect((await onActions(AAPL, "POST", { ...SPLIT, to: "5" })).status).toBe(409);
  });

  test("and its end are two facts", async () => {
    const told = await runInDurableObject(SYMBOL.getByName(AAPL), (_instance, { storage }) =>
      waitingFacts(durableSql(storage)).flatMap(([, , kind, payload]) =>
        kind === "corporate-action" ? [JSON.parse(payload)] : [],
      ),
    );
    const action = { symbol: AAPL, id: "split-2020", type: "split", terms: { from: "1", to: "4" } };
    expect(told).toMatchObject([
      { ...action, recordedBy: { subject: "root" }, revokedAt: null },
      { ...action, revokedAt: expect.any(Number), revokedBy: { subject: "root" } },
    ]);
  });
});

test("a dividend is taken out by the close that the symbol itself has seen: the published factor", async () => {
  expect((await onActions(MSFT, "POST", { ...DIVIDEND, amount: "28.94" })).text).toContain("factor-invalid");
  expect((await onActions(MSFT, "POST", DIVIDEND)).status).toBe(201);
  const { items } = JSON.parse((await onActions(MSFT, "GET")).text) as { items: CorporateActionObject[] };
  expect(items[0]?.factors).toMatchObject({ price: { value: "0.996544574982723" }, priceBefore: "28.94" });
  const closes = async (adjust: string) => (await bars(MSFT, "1D", adjust)).map(({ c }) => c);
  expect(await closes("all")).toEqual(["28.84", "28.83"]);
  expect(await closes("split")).toEqual(["28.94", "28.83"]);
});

test("a read whose close nobody knows is refused, one behind it is answered", async () => {
  const early = { ...DIVIDEND, id: "early", exDate: "2007-02-12" };
  expect((await onActions(MSFT, "POST", early)).status).toBe(201);
  // No bar is older than its ex-date: nothing is adjusted by it.
  expect((await bars(MSFT, "1D", "all")).map(({ c }) => c)).toEqual(["28.84", "28.83"]);
  const late = { ...DIVIDEND, id: "late", exDate: "2007-06-01" };
  expect((await onActions(MSFT, "POST", late)).status).toBe(201);
  const refused = await call(MSFT, "GET", `/v1/symbols/${MSFT}/bars?resolution=1D&adjust=all`);
  expect(JSON.parse(refused.text)).toMatchObject({ status: 409, code: "reference-price-unknown" });
  expect((await onActions(MSFT, "DELETE", undefined, "/late")).status).toBe(204);
  expect((await bars(MSFT, "1D", "all")).map(({ c }) => c)).toEqual(["28.84", "28.83"]);
});
