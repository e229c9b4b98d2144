/** Labels as marks on bars, in UDF's columns. */
import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import type { LabelObject } from "../../src/contracts/labels.ts";
import { UDF_MARKS_MAX, udfMarksReply } from "../../src/contracts/udf-marks.ts";
import { type Answers, fakeEdge, keyOf, NOW } from "../support/fake-edge.ts";

const AAPL = "XNAS:AAPL";
const SECONDS = NOW / 1_000;
const QUERY = `symbol=${AAPL}&from=${SECONDS - 60}&to=${SECONDS}&resolution=1`;
const READER = keyOf("acme", "market:read");

const noted = (id: string, changes: Partial<LabelObject> = {}): LabelObject => ({
  ...{ id, symbol: AAPL, ts: NOW, text: `text of ${id}`, metadata: {}, version: 1 },
  ...{ createdAt: NOW, createdBy: "k", updatedAt: NOW, updatedBy: "k" },
  ...changes,
});
const book = (...labels: LabelObject[]): Answers => ({
  "labelBook.list": () => answer({ items: labels.map((one) => JSON.stringify(one)), total: labels.length }),
});
const marksOf = async (...labels: LabelObject[]) => {
  const { fetch } = await fakeEdge({ answers: book(...labels) });
  const response = await fetch("GET", `/udf/marks?${QUERY}`);
  expect(response.status).toBe(200);
  return udfMarksReply.parse(await response.json());
};

describe("marks", () => {
  test("are the labels of the caller's tenant on that symbol, the newest of the range, the second of its end with it", async () => {
    const edge = await fakeEdge({ answers: book() });
    await edge.fetch("GET", `/udf/marks?${QUERY}`);
    expect(edge.calls.at(-1)).toMatchObject({ actor: "labelBook/acme", method: "list" });
    const range = { from: NOW - 60_000, to: NOW + 1_000, limit: UDF_MARKS_MAX };
    expect(edge.calls.at(-1)?.args[1]).toEqual({ symbol: AAPL, ...range });
  });

  test("are columns of equal length, in seconds, the text as it was written", async () => {
    const text = "<img src=x onerror=alert(1)> & \u202e 𝔘\n\t";
    expect(
      await marksOf(noted("a", { ts: NOW + 999, text, color: "red" }), noted("b", { ts: NOW - 1 })),
    ).toEqual({
      id: ["a", "b"],
      time: [SECONDS, SECONDS - 1],
      color: ["red", "blue"],
      text: [text, "text of b"],
      label: ["<", "t"],
      labelFontColor: ["white", "white"],
      minSize: [14, 14],
    });
  });

  test("of none are empty columns", async () => {
    expect(Object.values(await marksOf())).toEqual(Array.from({ length: 7 }, () => []));
  });

  test("have one of four named colours, or any other told part by part", async () => {
    const colors = ["green", "yellow", "#fa0", "orange"].map((color) => noted(color, { color }));
    expect((await marksOf(...colors)).color).toEqual([
      "green",
      "yellow",
      { color: "#fa0", border: "#fa0", background: "#fa0" },
      { color: "orange", border: "orange", background: "orange" },
    ]);
  });

  test.each([
    [{ text: "buy" }, "b"],
    [{ text: " \n\tsell" }, "s"],
    [{ text: "👩‍👩‍👧‍👦 family" }, "👩‍👩‍👧‍👦"],
    [{ text: "e\u0301t\u00e9" }, "e\u0301"],
    [{ text: "buy", metadata: { label: "L2" } }, "L"],
    [{ text: "buy", metadata: { label: " " } }, "b"],
    [{ text: "buy", metadata: { label: 7 } }, "b"],
    [{ text: "\n\t " }, "•"],
  ])("of %j have a letter: %s", async (changes, letter) => {
    expect((await marksOf(noted("a", changes))).label).toEqual([letter]);
  });
});

describe("marks with a key in the path", () => {
  test("are those of the key's tenant", async () => {
    const edge = await fakeEdge({ answers: book(noted("a")) });
    const response = await edge.fetch("GET", `/udf/k/${READER}/marks?${QUERY}`, { key: null });
    expect(await response.json()).toMatchObject({ id: ["a"] });
    expect(edge.calls.at(-1)?.actor).toBe("labelBook/acme");
  });
});

test.each<[string, number, string, string, Answers]>([
  ["an unknown symbol", 404, "symbol-unknown", QUERY.replace(AAPL, "NONE"), {}],
  ["milliseconds", 422, "ts-range", QUERY.replace(`to=${SECONDS}`, `to=${NOW}`), {}],
  ["no end", 422, "invalid", `symbol=${AAPL}&from=1&resolution=1`, {}],
  [
    "another width than there is",
    422,
    "resolution-unsupported",
    QUERY.replace("resolution=1", "resolution=7"),
    {},
  ],
  ["a book with too much to do", 503, "overloaded", QUERY, { "labelBook.list": () => refusal("overloaded") }],
])("of %s are an error that a chart sees", async (_name, status, code, query, answers) => {
  const { fetch } = await fakeEdge({ answers });
  const response = await fetch("GET", `/udf/marks?${query}`);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ s: "error", code, errmsg: expect.stringContaining(code) });
});

test("a chart is told that there are marks", async () => {
  const { fetch } = await fakeEdge();
  expect(await (await fetch("GET", "/udf/config")).json()).toMatchObject({ supports_marks: true });
});
