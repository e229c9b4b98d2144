import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import { UDF_GROUP_SYMBOLS_MAX } from "../../src/contracts/udf-symbols.ts";
import { fakeEdge, listed } from "../support/fake-edge.ts";

/** A directory whose exchange XNAS lists so many symbols. */
async function ask(path: string, count: number, more: (index: number) => { calendar?: string } = () => ({})) {
  const pages: unknown[] = [];
  const edge = await fakeEdge({
    answers: {
      "instrumentDirectory.search": (
        _: unknown,
        query: { exchange: string; limit: number; after?: string },
      ) => {
        pages.push(query);
        const from = query.after === undefined ? 0 : Number(query.after);
        const total = query.exchange === "XNAS" ? count : 0;
        const until = Math.min(from + query.limit, total);
        const items = Array.from({ length: Math.max(0, until - from) }, (_, index) =>
          JSON.stringify(listed(`XNAS:S${from + index}`, more(from + index))),
        );
        return answer({ items, total, ...(until < total ? { next: String(until) } : {}) });
      },
    },
  });
  const response = await edge.fetch("GET", path);
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, pages };
}

describe("the symbols of a group", () => {
  test("are all of its exchange, page by page", async () => {
    const { status, body, pages } = await ask("/udf/symbol_info?group=XNAS", 2_345);
    expect([status, pages.length]).toEqual([200, 3]);
    expect(body).not.toHaveProperty("s");
    const symbols = Array.from({ length: 2_345 }, (_, index) => `S${index}`);
    expect(body).toMatchObject({
      symbol: symbols,
      ticker: symbols.map((name) => `XNAS:${name}`),
      "exchange-listed": "XNAS",
    });
  });

  test("of an exchange that nothing is listed at are an error of its own: a client goes on with the next group", async () => {
    for (const group of ["NYSE", "FOREX", "AMEX"])
      expect(await ask(`/udf/symbol_info?group=${group}`, 5)).toMatchObject({
        ...{ status: 404, body: { s: "error", code: "not-found", errmsg: expect.any(String) } },
      });
    expect(await ask("/udf/symbol_info", 5)).toMatchObject({ status: 422, body: { s: "error" } });
    expect(await ask("/udf/symbol_info?group=", 5)).toMatchObject({ status: 422, body: { s: "error" } });
  });

  test("are refused where they are more than a reply holds, and nothing is left out in silence", async () => {
    expect((await ask("/udf/symbol_info?group=XNAS", UDF_GROUP_SYMBOLS_MAX)).status).toBe(200);
    const over = await ask("/udf/symbol_info?group=XNAS", UDF_GROUP_SYMBOLS_MAX + 1);
    expect(over).toMatchObject({ status: 422, body: { s: "error", code: "too-many-items" } });
    expect(over.pages).toHaveLength(1);
    // Tokyo changes its hours within the years that are told: each of its symbols has a long list of its own.
    const everyOther = (index: number) => (index % 2 === 0 ? { calendar: "XTKS" } : {});
    expect(await ask("/udf/symbol_info?group=XNAS", UDF_GROUP_SYMBOLS_MAX, everyOther)).toMatchObject({
      ...{ status: 422, body: { code: "too-many-items" } },
    });
  });
});
