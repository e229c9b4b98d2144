/** Labels at the edge: what is refused before anybody is asked, who is asked, and histories that go on in Postgres. */
import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { LABEL_TEXT_MAX } from "../../src/contracts/labels.ts";
import { LABEL_METADATA_KEYS_MAX } from "../../src/domain/label.ts";
import { fakeEdge, NOW, OTHER_KEY, tried } from "../support/fake-edge.ts";

const LABEL = { symbol: "XNAS:AAPL", ts: NOW, text: "a note" };
const post = (json: object) => tried("POST", "/v1/labels", { json });
const version = (n: number) => JSON.stringify({ version: n, at: NOW, by: "k", what: "changed", label: null });

describe("a new label", () => {
  test("goes to the caller's own book, with its text as it came, once its symbol is known", async () => {
    const edge = await fakeEdge();
    const body = `{"symbol":"XNAS:AAPL","ts":${NOW},"text":"<b>\\u00e9 é</b>"}`;
    const headers = { "content-type": "application/json", "idempotency-key": "k1" };
    const response = await edge.fetch("POST", "/v1/labels", { body, headers });
    expect(response.status).toBe(201);
    expect(edge.calls.map(({ actor, method }) => `${actor} ${method}`)).toEqual([
      "instrumentDirectory known",
      "labelBook/acme create",
    ]);
    const [envelope, text] = edge.calls[1]?.args ?? [];
    expect(envelope).toMatchObject({ idempotencyKey: "k1", principal: { tenant: "acme", subject: "acme" } });
    expect(text).toBe(body);
  });

  test("of another tenant goes to its own", async () => {
    const edge = await fakeEdge();
    await edge.fetch("POST", "/v1/labels", {
      json: LABEL,
      headers: { authorization: `Bearer ${OTHER_KEY}` },
    });
    expect(edge.calls.at(-1)?.actor).toBe("labelBook/other");
  });

  test("on a symbol that nobody knows is refused, and no book hears of it", async () => {
    expect(await post({ ...LABEL, symbol: "XNAS:NONE" })).toMatchObject({
      told: "404 symbol-unknown",
      asked: ["known"],
    });
  });

  test.each([
    ["text", "\u0007", "invalid", "text"],
    ["text", "a\rb", "invalid", "text"],
    ["text", "a\u0000b", "invalid", "text"],
    ["text", "del \u007f", "invalid", "text"],
    ["text", "next line \u0085", "invalid", "text"],
    ["text", "\ud800", "invalid", "text"],
    ["text", "", "range", "range"],
    ["text", "x".repeat(LABEL_TEXT_MAX + 1), "range", "range"],
    ["text", 7, "type", "type"],
    ["id", "stream", "id-format", "id-format"],
    ["id", "a b", "id-format", "id-format"],
    ["symbol", "aapl", "symbol-format", "symbol-format"],
    ["ts", NOW / 1_000, "ts-range", "ts-range"],
    ["ts", NOW + 0.5, "ts-range", "ts-range"],
    ["color", "url(x)", "invalid", "format"],
    ["color", "#12345", "invalid", "format"],
    ["color", "red;", "invalid", "format"],
    ["version", 1, "unknown-field", "unknown-field"],
    ["metadata", [], "type", "type"],
    ["metadata.n", null, "type", "type"],
    ["metadata.n", { deep: 1 }, "type", "type"],
    ["metadata.n", "x".repeat(257), "range", "range"],
    ["metadata.n", "bell \u0007", "invalid", "text"],
    ["metadata.n", 0.1234567890123456, "number-format", "number-format"],
    ["metadata.n", 2 ** 60, "number-format", "number-format"],
  ])("with %s %j is refused %s, and nobody is asked", async (path, value, code, fault) => {
    const [name = "", inner] = path.split(".");
    const json = { ...LABEL, [name]: inner === undefined ? value : { [inner]: value } };
    const { told, errors, asked } = await post(json);
    expect([told, asked]).toEqual([`422 ${code}`, []]);
    expect(errors?.map((error) => `${error.path} ${error.code}`)).toContain(`${path} ${fault}`);
  });

  test.each([
    ["a name that is none", { "a b": 1 }, "id-format"],
    [
      "too many names",
      Object.fromEntries(Array.from({ length: LABEL_METADATA_KEYS_MAX + 1 }, (_, n) => [`n${n}`, n])),
      "too-many-items",
    ],
  ])("with metadata of %s is refused", async (_name, metadata, code) => {
    expect(await post({ ...LABEL, metadata })).toMatchObject({ told: `422 ${code}`, asked: [] });
  });

  test("with a number beyond what JSON can hold is refused, never rounded", async () => {
    const body = JSON.stringify({ ...LABEL, metadata: { n: 0 } }).replace('"n":0', '"n":1e999');
    const headers = { "content-type": "application/json" };
    expect((await tried("POST", "/v1/labels", { body, headers })).told).toMatch(
      /^422 (type|number-not-finite)$/,
    );
  });
});

describe("a change", () => {
  test.each([
    ['"7"', "7"],
    ["7", "7"],
  ])("with If-Match %s asks for that version", async (header, ifMatch) => {
    const edge = await fakeEdge();
    await edge.fetch("PATCH", "/v1/labels/mine", { json: { text: "x" }, headers: { "if-match": header } });
    await edge.fetch("DELETE", "/v1/labels/mine", { headers: { "if-match": header } });
    expect(edge.calls.map(({ method, args }) => [method, ...args.slice(1)])).toEqual([
      ["change", "mine", '{"text":"x"}', ifMatch],
      ["remove", "mine", ifMatch],
    ]);
  });

  test.each([
    [{}, "field-combination"],
    [{ symbol: "XNAS:AAPL" }, "unknown-field"],
    [{ text: null }, "type"],
    [{ metadata: null }, "type"],
  ])("%j is refused %s", async (json, code) => {
    expect(await tried("PATCH", "/v1/labels/mine", { json })).toMatchObject({
      told: `422 ${code}`,
      asked: [],
    });
  });

  test("of another version than named is 412", async () => {
    const { fetch } = await fakeEdge({ answers: { "labelBook.change": () => refusal("version-conflict") } });
    expect((await fetch("PATCH", "/v1/labels/mine", { json: { text: "x" } })).status).toBe(412);
  });
});

test("deleting answers 204, and of one that never was 404", async () => {
  const answers = {
    "labelBook.remove": (_e: unknown, id: string) =>
      id === "mine" ? answer(null) : refusal("label-unknown"),
  };
  const { fetch } = await fakeEdge({ answers });
  expect((await fetch("DELETE", "/v1/labels/mine")).status).toBe(204);
  const unknown = await fetch("DELETE", "/v1/labels/none");
  expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([404, "label-unknown"]);
});

describe("a list", () => {
  test("asks for what is asked, page by page, with a cursor of this query alone", async () => {
    const page = { items: ['{"id":"a"}'], total: 3, next: `${NOW}/a` };
    const edge = await fakeEdge({ answers: { "labelBook.list": () => answer(page) } });
    const path = `/v1/labels?symbol=XNAS:AAPL&from=${NOW}&to=${NOW + 5}`;
    const reply = (await (await edge.fetch("GET", `${path}&limit=1`)).json()) as { nextCursor: string };
    expect(reply).toMatchObject({ items: [{ id: "a" }], total: 3 });
    await edge.fetch("GET", `${path}&cursor=${reply.nextCursor}`);
    const range = { symbol: "XNAS:AAPL", from: NOW, to: NOW + 5 };
    expect(edge.calls.map(({ args }) => args[1])).toEqual([
      { ...range, limit: 1 },
      { ...range, limit: 100, after: `${NOW}/a` },
    ]);
    for (const other of [
      `/v1/labels?cursor=${reply.nextCursor}`,
      `${path.replace("AAPL", "MSFT")}&cursor=${reply.nextCursor}`,
    ])
      expect((await edge.fetch("GET", other)).status).toBe(422);
  });

  test.each(["symbol=x", "from=1", `from=${NOW}&to=${NOW}`, "limit=0", "limit=1001", "color=red"])(
    "with %s is refused",
    async (query) => {
      const edge = await fakeEdge();
      expect((await edge.fetch("GET", `/v1/labels?${query}`)).status).toBe(422);
      expect(edge.calls).toEqual([]);
    },
  );
});

describe("a history", () => {
  const kept = (items: readonly number[], olderThan?: number) => ({
    "labelBook.history": () =>
      answer({
        items: items.map(version),
        total: 9,
        first: 1,
        ...(olderThan === undefined ? {} : { olderThan }),
      }),
  });
  const shown = async (response: Response) => {
    const body = (await response.json()) as {
      items: { version: number }[];
      nextCursor: string | null;
      total: number;
    };
    return { ...body, items: body.items.map((item) => item.version) };
  };

  test("goes on in Postgres where the book keeps no more, without gap or double", async () => {
    const asked: unknown[] = [];
    const edge = await fakeEdge({
      answers: kept([9, 8, 7], 7),
      history: {
        labelVersions: async (_envelope, id, range) => {
          asked.push([id, range]);
          return answer([5, 6].map(version));
        },
      },
    });
    const page = await shown(await edge.fetch("GET", "/v1/labels/mine/history?limit=5"));
    expect(page).toMatchObject({ items: [9, 8, 7, 6, 5], total: 9 });
    expect(asked).toEqual([["mine", { from: 1, before: 7, limit: 2 }]]);
    await edge.fetch("GET", `/v1/labels/mine/history?limit=5&cursor=${page.nextCursor}`);
    expect(edge.calls.at(-1)?.args.slice(1)).toEqual(["mine", { limit: 5, before: 5 }]);
  });

  test("that the book has whole asks nobody else, and ends", async () => {
    const edge = await fakeEdge({
      answers: kept([2, 1]),
      history: { labelVersions: () => Promise.reject(new Error("not asked")) },
    });
    expect(await shown(await edge.fetch("GET", "/v1/labels/mine/history"))).toEqual({
      items: [2, 1],
      nextCursor: null,
      total: 9,
    });
  });

  test("whose older part cannot be read now says so", async () => {
    const edge = await fakeEdge({
      answers: kept([9], 9),
      history: { labelVersions: async () => refusal("history-unavailable") },
    });
    expect((await edge.fetch("GET", "/v1/labels/mine/history")).status).toBe(503);
  });
});
