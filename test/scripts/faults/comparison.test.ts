/** The judge of the fault test is judged: a truthful history passes, and each forged one is found out. */
import { describe, expect, test } from "vitest";
import type { Acknowledged } from "../../../scripts/faults/acknowledged.ts";
import { gaplessFaults, type Span } from "../../../scripts/faults/audit.ts";
import {
  compareApi,
  comparePostgres,
  type FoundInApi,
  type FoundInPostgres,
  isClean,
} from "../../../scripts/faults/comparison.ts";

const MINUTE = 1_700_000_040_000;
const [account, symbol] = ["a", "X:Y"];

const trade = (id: string, ts: number, price: string, size: string) =>
  ({ kind: "trade", symbol, id, ts, price, size }) as const;
const order = (clientOrderId: string, decision: string, allowedQty: string, seq: number) =>
  ({ kind: "order", account, body: { clientOrderId }, decision, allowedQty, seq }) as const;
const execution = (execId: string, side: "buy" | "sell", qty: string) =>
  ({ kind: "execution", account, body: { execId, qty }, symbol, side }) as const;

const ACKNOWLEDGED: readonly Acknowledged[] = [
  trade("t1", MINUTE, "10.00", "1"),
  trade("t2", MINUTE + 5, "12.00", "2"),
  trade("t3", MINUTE + 9, "11.00", "3"),
  trade("t4", MINUTE + 60_000, "11.50", "4"),
  order("o1", "accept", "5", 3),
  order("o2", "reject", "0", 4),
  order("o3", "reduce", "2", 5),
  execution("x1", "buy", "5"),
  execution("x3", "sell", "2"),
];

const BARS = [
  { symbol, t: MINUTE, o: "10", h: "12", l: "10", c: "11", v: "6", n: 3, state: "final" },
  { symbol, t: MINUTE + 60_000, o: "11.5", h: "11.5", l: "11.5", c: "11.5", v: "4", n: 1, state: "forming" },
];
const DECISIONS = [
  { account, id: "o1", decision: "accept", allowedQty: "5", seq: 3 },
  { account, id: "o2", decision: "reject", allowedQty: "0", seq: 4 },
  { account, id: "o3", decision: "reduce", allowedQty: "2", seq: 5 },
];
const API: FoundInApi = {
  bars: BARS,
  positions: [{ account, symbol, qty: "3" }],
  repeatedOrders: DECISIONS,
  repeatedExecutions: [
    { account, id: "x1", status: "duplicate" },
    { account, id: "x3", status: "duplicate" },
  ],
  tradesTakenAgain: 0,
};
const POSTGRES: FoundInPostgres = {
  bars: BARS.slice(0, 1),
  decisions: DECISIONS,
  executions: [
    { account, id: "x1", qty: "5" },
    { account, id: "x3", qty: "2" },
  ],
  positions: [{ account, symbol, qty: "3" }],
  parkedPayloads: [],
};
const CLOSED = new Set([`${symbol}/${MINUTE}`]);
const inApi = (forged: Partial<FoundInApi>) => compareApi(ACKNOWLEDGED, { ...API, ...forged });
const inPostgres = (forged: Partial<FoundInPostgres>) =>
  comparePostgres(ACKNOWLEDGED, CLOSED, { ...POSTGRES, ...forged });
const [bar] = BARS;
const [x1, x3] = POSTGRES.executions;

test("the truth is clean", () => {
  expect(inApi({})).toEqual({ lost: 0, doubled: 0, parked: 0, wrong: [] });
  expect(inPostgres({ bars: BARS })).toEqual(inPostgres({}));
  expect(inPostgres({})).toEqual({ lost: 0, doubled: 0, parked: 0, wrong: [] });
});

describe("what is lost is found", () => {
  test("a trade that no bar counts", () => {
    expect(inApi({ bars: [{ ...bar!, n: 2 }, BARS[1]!] }).lost).toBe(1);
    expect(inPostgres({ bars: [] }).lost).toBe(3);
  });
  test("an order and a fill that Postgres never got", () => {
    expect(inPostgres({ decisions: DECISIONS.slice(1) }).lost).toBe(1);
    expect(inPostgres({ executions: [x1!] }).lost).toBe(1);
  });
  test("an order, a fill and a trade that the platform takes for new when they are sent again", () => {
    expect(isClean(inApi({ repeatedOrders: DECISIONS.slice(1) }))).toBe(false);
    const applied = [{ account, id: "x1", status: "applied" }, API.repeatedExecutions[1]!];
    expect(inApi({ repeatedExecutions: applied }).lost).toBe(1);
    expect(inApi({ tradesTakenAgain: 1 }).lost).toBe(1);
  });
  test("what a dead letter names is parked, and nothing else is", () => {
    const parkedPayloads = ['{"execId":"x3"}'];
    expect(inPostgres({ executions: [x1!], parkedPayloads })).toMatchObject({ lost: 0, parked: 1 });
    expect(inPostgres({ executions: [x3!], parkedPayloads })).toMatchObject({ lost: 1, parked: 0 });
  });
});

describe("what is doubled is found", () => {
  test("a trade that a bar counts twice, and a bar that stands twice", () => {
    expect(inApi({ bars: [{ ...bar!, n: 4 }, BARS[1]!] }).doubled).toBe(1);
    expect(inPostgres({ bars: [bar!, bar!] }).wrong).toHaveLength(1);
  });
  test("an order decided twice and a fill booked twice", () => {
    expect(inPostgres({ decisions: [...DECISIONS, { ...DECISIONS[0]!, seq: 9 }] }).doubled).toBe(1);
    expect(inPostgres({ executions: [x1!, x1!, x3!] }).doubled).toBe(1);
  });
  test("two orders acknowledged for one place in the account's history", () => {
    const forked = [...ACKNOWLEDGED, order("o4", "accept", "1", 5)];
    const rows = [...DECISIONS, { account, id: "o4", decision: "accept", allowedQty: "1", seq: 5 }];
    expect(comparePostgres(forked, CLOSED, { ...POSTGRES, decisions: rows }).wrong).toHaveLength(1);
  });
  test("what nobody was told of", () => {
    expect(isClean(inPostgres({ decisions: [...DECISIONS, { ...DECISIONS[0]!, id: "o9" }] }))).toBe(false);
    expect(isClean(inPostgres({ executions: [x1!, x3!, { account, id: "x9", qty: "1" }] }))).toBe(false);
    expect(isClean(inApi({ bars: [...BARS, { ...bar!, t: MINUTE - 60_000 }] }))).toBe(false);
    expect(isClean(inPostgres({ bars: [bar!, { ...bar!, t: MINUTE - 60_000 }] }))).toBe(false);
  });
});

describe("what is changed is found", () => {
  test.each(["o", "h", "l", "c", "v"] as const)("%s of a bar", (field) => {
    expect(inApi({ bars: [{ ...bar!, [field]: "99" }, BARS[1]!] }).wrong).toHaveLength(1);
    expect(inPostgres({ bars: [{ ...bar!, [field]: "99" }] }).wrong).toHaveLength(1);
  });
  test.each([{ decision: "reject" }, { allowedQty: "4" }, { seq: 8 }])("a decision: %o", (change) => {
    const changed = [{ ...DECISIONS[0]!, ...change }, ...DECISIONS.slice(1)];
    expect(inApi({ repeatedOrders: changed }).wrong).toHaveLength(1);
    expect(inPostgres({ decisions: changed }).wrong).toHaveLength(1);
  });
  test("the quantity of a fill, and a position that the fills do not make", () => {
    expect(inPostgres({ executions: [{ ...x1!, qty: "6" }, x3!] }).wrong).toHaveLength(1);
    expect(inApi({ positions: [{ account, symbol, qty: "4" }] }).wrong).toHaveLength(1);
    expect(inPostgres({ positions: [] }).wrong).toHaveLength(1);
  });
});

describe("facts and dead letters of an actor fill 1 to its watermark, each place once", () => {
  const span = (first: number, last = first): Span => ({ actor: "a", first, last });
  const faults = (mark: number | undefined, ...spans: Span[]) =>
    gaplessFaults(spans, new Map(mark === undefined ? [] : [["a", mark]]));

  test("the truth is clean, whatever the order in which rows come", () => {
    expect(faults(5, span(5), span(1), span(3, 4), span(2))).toEqual([]);
    expect(faults(0)).toEqual([]);
  });
  test.each([
    ["a hole", [3, span(1), span(3)]],
    ["a missing beginning", [2, span(2)]],
    ["a missing end", [3, span(1), span(2)]],
    ["a place twice", [2, span(1), span(2), span(2)]],
    ["a dead letter for a fact that stands", [3, span(1), span(2), span(3), span(2, 3)]],
    ["a fact beyond the watermark", [1, span(1), span(2)]],
    ["facts without a watermark", [undefined, span(1)]],
  ] as const)("%s is found", (_name, [mark, ...spans]) => {
    expect(faults(mark, ...spans)).not.toEqual([]);
  });
});
