import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import type { ActionEntry, DayRange } from "../../actors/symbol/messages.ts";
import { type CorporateActionObject, corporateActionObject } from "../../src/contracts/corporate-actions.ts";
import { type Answers, fakeEdge, keyOf, NOW } from "../support/fake-edge.ts";

const PATH = "/v1/symbols/XNAS:AAPL/actions";
const DAY = 86_400_000;
const DIVIDEND = { id: "d1", type: "dividend", exDate: "2007-02-13", amount: "0.10" };
const EX = Date.UTC(2007, 1, 13);

const entry = (over: Record<string, unknown> = {}): string =>
  JSON.stringify({
    ...{ id: "d1", type: "dividend", exDate: "2007-02-13", amount: "0.1", recordedAt: 5, startsAt: EX },
    ...{ recordedBy: { tenant: "acme", subject: "ana" } },
    ...over,
  });
const pageOf = (...items: readonly string[]): Answers => ({
  "symbol.actions": () => answer({ items, total: items.length }),
});
const fold = (close: string) => ({ o: close, h: close, l: close, c: close, v: "1", pv: close, n: 1 });

describe("recording", () => {
  test("is 201 with the actor's own text, and hands the body on as it came", async () => {
    const edge = await fakeEdge({ answers: { "symbol.recordAction": () => answer('{"id":"d1"}') } });
    const response = await edge.fetch("POST", PATH, { json: DIVIDEND });
    expect([response.status, await response.text()]).toEqual([201, '{"id":"d1"}']);
    expect(edge.calls.at(-1)?.args[1]).toBe(JSON.stringify(DIVIDEND));
  });

  test.each<[object, number, string]>([
    [{ ...DIVIDEND, amount: "0" }, 422, "invalid"],
    [{ ...DIVIDEND, amount: 1e-9, ratio: 1 }, 422, "unknown-field"],
    [{ ...DIVIDEND, amount: "1e3" }, 422, "number-format"],
    [{ ...DIVIDEND, exDate: "13.02.2007" }, 422, "invalid"],
    [{ ...DIVIDEND, exDate: 1171324800000 }, 422, "type"],
    [{ ...DIVIDEND, type: "merger" }, 422, "field-combination"],
    [{ ...DIVIDEND, referencePrice: "-1" }, 422, "invalid"],
    [{ id: "s", type: "split", exDate: "2020-08-31", from: "0", to: "4" }, 422, "invalid"],
    [{ id: "r", type: "rights", exDate: "2020-08-31", offered: "1", held: "4" }, 422, "invalid"],
    [[DIVIDEND], 400, "json-invalid"],
  ])("%j is %i %s, and no actor is asked", async (json, status, code) => {
    const edge = await fakeEdge();
    const response = await edge.fetch("POST", PATH, { json });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(edge.calls).toEqual([]);
  });

  test.each([
    ["idempotency-key-reused", 409],
    ["too-many", 429],
    ["factor-invalid", 422],
  ] as const)("the actor's %s is a problem of status %i", async (code, status) => {
    const edge = await fakeEdge({ answers: { "symbol.recordAction": () => refusal(code) } });
    const response = await edge.fetch("POST", PATH, { json: DIVIDEND });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });

  test("of an unknown symbol is 404, and no actor is made", async () => {
    const edge = await fakeEdge();
    const response = await edge.fetch("POST", "/v1/symbols/X:NONE/actions", { json: DIVIDEND });
    expect(await response.json()).toMatchObject({ status: 404, code: "symbol-unknown" });
    expect(edge.calls.map(({ actor }) => actor)).toEqual(["instrumentDirectory"]);
  });

  test("and revoking need market:write, reading market:read", async () => {
    const edge = await fakeEdge({ answers: pageOf() });
    const status = async (method: string, path: string, scope: string) =>
      (
        await edge.fetch(method, path, {
          key: keyOf("acme", scope),
          ...(method === "POST" ? { json: DIVIDEND } : {}),
        })
      ).status;
    expect(await status("POST", PATH, "market:read")).toBe(403);
    expect(await status("DELETE", `${PATH}/d1`, "market:read")).toBe(403);
    expect(await status("GET", PATH, "market:write")).toBe(403);
    expect(await status("POST", PATH, "market:write")).toBe(201);
    expect(await status("GET", PATH, "market:read")).toBe(200);
  });
});

describe("revoking", () => {
  test("is 204, of what is not there 404", async () => {
    const edge = await fakeEdge({
      answers: {
        "symbol.revokeAction": (_envelope: unknown, id: string) =>
          id === "d1" ? answer(null) : refusal("action-unknown"),
      },
    });
    expect((await edge.fetch("DELETE", `${PATH}/d1`)).status).toBe(204);
    const unknown = await edge.fetch("DELETE", `${PATH}/d2`);
    expect(await unknown.json()).toMatchObject({ status: 404, code: "action-unknown" });
  });
});

describe("the list", () => {
  type Listed = { items: CorporateActionObject[]; nextCursor: string | null; total: number };
  const listed = async (answers: Answers, history = {}, key?: string): Promise<Listed> => {
    const edge = await fakeEdge({ answers, history });
    const response = await edge.fetch("GET", PATH, key === undefined ? {} : { key });
    expect(response.status).toBe(200);
    const body = (await response.json()) as Listed;
    for (const item of body.items) corporateActionObject.parse(item);
    return body;
  };

  test("tells the factors of all of a page by one read of the days before", async () => {
    const asked: DayRange[][] = [];
    const split = entry({ id: "s1", type: "split", amount: undefined, from: "1", to: "4" });
    const given = entry({ id: "d2", referencePrice: "10" });
    const { items, total } = await listed({
      ...pageOf(entry(), split, given, entry({ id: "d3", startsAt: EX + DAY })),
      "symbol.dayFolds": (_envelope: unknown, ranges: DayRange[]) => {
        asked.push(ranges);
        return answer({ folds: [fold("28.94"), fold("20")] });
      },
    });
    expect(total).toBe(4);
    expect(asked).toEqual([
      [
        [EX - 31 * DAY, EX, true],
        [EX - 30 * DAY, EX + DAY, true],
      ],
    ]);
    expect(items[0]).toEqual({
      ...{
        id: "d1",
        type: "dividend",
        exDate: "2007-02-13",
        amount: "0.1",
        recordedAt: 5,
        recordedBy: "ana",
      },
      factors: {
        price: { numerator: "1442", denominator: "1447", value: "0.996544574982723" },
        volume: { numerator: "1", denominator: "1", value: "1" },
        priceBefore: "28.94",
      },
    });
    expect(items[1]?.factors).toEqual({
      price: { numerator: "1", denominator: "4", value: "0.25" },
      volume: { numerator: "4", denominator: "1", value: "4" },
    });
    expect(items.slice(2).map(({ factors }) => [factors?.priceBefore, factors?.price.value])).toEqual([
      ["10", "0.99"],
      ["20", "0.995"],
    ]);
  });

  test("holds revoked ones, with who and when", async () => {
    const revoked = entry({
      referencePrice: "10",
      revokedAt: 9,
      revokedBy: { tenant: "other", subject: "eve" },
    });
    const { items } = await listed(pageOf(revoked));
    expect(items).toMatchObject([{ recordedBy: "ana", revokedAt: 9, factors: { price: { value: "0.99" } } }]);
    expect(items[0]).not.toHaveProperty("revokedBy");
  });

  test("says why there are no factors: no close, one that is too low, an ex-date ahead, Postgres away", async () => {
    const answers = (folds: unknown, ...items: string[]) => ({
      ...pageOf(...items),
      "symbol.dayFolds": () => answer(folds),
    });
    const code = async (from: Answers, history = {}) => {
      const [item] = (await listed(from, history)).items;
      expect(item?.factors).toBeNull();
      return item?.factorsCode;
    };
    expect(await code(answers({ folds: [null] }, entry()))).toBe("reference-price-unknown");
    expect(await code(answers({ folds: [fold("0.1")] }, entry()))).toBe("factor-invalid");
    expect(await code(answers({ folds: [] }, entry({ startsAt: NOW + 1 })))).toBe("reference-price-unknown");
    const away = { dayFolds: async () => refusal("history-unavailable") };
    expect(await code(answers({ folds: [null], olderThan: EX }, entry()), away)).toBe("history-unavailable");
  });

  test("goes on by cursor", async () => {
    const after: unknown[] = [];
    const edge = await fakeEdge({
      answers: {
        "symbol.actions": (_envelope: unknown, range: { after?: string }) => {
          after.push(range.after);
          return answer({
            items: [entry({ referencePrice: "1" })],
            total: 2,
            ...(range.after === undefined ? { next: "2007-02-13 d1" } : {}),
          });
        },
      },
    });
    const first = (await (await edge.fetch("GET", `${PATH}?limit=1`)).json()) as Listed;
    const second = (await (
      await edge.fetch("GET", `${PATH}?limit=1&cursor=${first.nextCursor}`)
    ).json()) as Listed;
    expect([first.nextCursor === null, second.nextCursor, after]).toEqual([
      false,
      null,
      [undefined, "2007-02-13 d1"],
    ]);
  });
});

test("an object that a deploy has not reached says so", async () => {
  const lacking = (method: string) => () => {
    throw new TypeError(`The RPC receiver does not implement "${method}"`);
  };
  const edge = await fakeEdge({
    answers: Object.fromEntries(
      ["recordAction", "revokeAction", "actions"].map((method) => [`symbol.${method}`, lacking(method)]),
    ),
  });
  for (const [method, path] of [
    ["POST", PATH],
    ["DELETE", `${PATH}/d1`],
    ["GET", PATH],
  ] as const) {
    const response = await edge.fetch(method, path, method === "POST" ? { json: DIVIDEND } : {});
    expect(await response.json()).toMatchObject({ status: 503, code: "dependency-unavailable" });
  }
});

describe("marks of a chart's time scale", () => {
  const SECONDS = EX / 1_000;
  const marks = async (query: string, ...items: readonly string[]) => {
    const edge = await fakeEdge({ answers: pageOf(...items) });
    const response = await edge.fetch("GET", `/udf/timescale_marks?${query}`);
    return { status: response.status, body: await response.json() };
  };
  const at = (from: number, to: number) => `symbol=XNAS:AAPL&from=${from}&to=${to}&resolution=D`;
  const of = (id: string, type: string, terms: object): Partial<ActionEntry> & string =>
    entry({ amount: undefined, id, type, ...terms }) as Partial<ActionEntry> & string;

  test("stand at 00:00 UTC of the ex-date, whatever the zone, with a letter and lines of plain text", async () => {
    const local = entry({ startsAt: EX + 5 * 3_600_000 });
    expect(await marks(at(SECONDS, SECONDS), local)).toEqual({
      status: 200,
      body: [
        {
          ...{ id: "d1", time: SECONDS, color: "#2e7d32", label: "D" },
          tooltip: ["Dividend", "0.1 a share", "Ex-date 2007-02-13"],
        },
      ],
    });
  });

  test("tell each kind by its letter and terms", async () => {
    const { body } = await marks(
      at(0, SECONDS),
      of("a", "split", { from: "1", to: "4" }),
      of("b", "bonus", { bonusShares: "1", heldShares: "2" }),
      of("c", "rights", { offered: "1", held: "5", price: "8.5" }),
      of("d", "spin-off", { value: "2.5" }),
    );
    expect(
      (body as { label: string; tooltip: string[] }[]).map(({ label, tooltip }) => [
        label,
        ...tooltip.slice(0, 2),
      ]),
    ).toEqual([
      ["S", "Split", "4 for 1"],
      ["B", "Bonus issue", "1 free for 2 held"],
      ["R", "Rights issue", "1 for 5 held at 8.5"],
      ["O", "Spin-off", "worth 2.5 a share"],
    ]);
  });

  test.each([
    [SECONDS - 1, SECONDS, 1],
    [SECONDS, SECONDS + 1, 1],
    [SECONDS + 1, SECONDS + 2, 0],
    [SECONDS - 2, SECONDS - 1, 0],
    [SECONDS, SECONDS - 1, 0],
  ])("from %i to %i there are %i", async (from, to, count) => {
    expect((await marks(at(from, to), entry())).body).toHaveLength(count);
  });

  test("those that were revoked are left out", async () => {
    expect((await marks(at(0, SECONDS), entry({ revokedAt: 9 }))).body).toEqual([]);
  });

  test.each([
    ["symbol=NONE&from=0&to=1&resolution=D", 404, "symbol-unknown"],
    ["symbol=XNAS:AAPL&to=1&resolution=D", 422, "invalid"],
    ["symbol=XNAS:AAPL&from=0&to=1&resolution=7", 422, "resolution-unsupported"],
    [`symbol=XNAS:AAPL&from=0&to=${NOW}&resolution=D`, 422, "ts-range"],
  ])("%s is an error that a client finds without looking at the status", async (query, status, code) => {
    const found = await marks(query);
    expect(found.status).toBe(status);
    expect(found.body).toMatchObject({ s: "error", code, errmsg: expect.stringContaining(":") });
  });
});
