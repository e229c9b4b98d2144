/** Bodies and names that no call takes: exact status and code for every declared call, and no actor hears of it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BODY_BYTES_MAX, type Endpoint } from "../../src/contracts/endpoint.ts";
import { declaredEndpoints, labelOf, pathOf } from "../support/declared.ts";
import { type FakeRequest, fakeEdge, tried } from "../support/fake-edge.ts";
import { fewOrAll } from "../support/few-or-all.ts";

const endpoints = await declaredEndpoints();
const taking = endpoints.filter((declared) => declared.body !== undefined);
const documents = taking.filter((declared) => declared.body?.media?.includes("json") !== false);
const cases = (list: readonly Endpoint[]) => list.map((declared) => [labelOf(declared), declared] as const);
const JSON_TYPE = { "content-type": "application/json" };

describe("bodies that cannot be read (rows 26-30)", () => {
  const bad: [string, FakeRequest, string][] = [
    ["nothing", { body: "", headers: JSON_TYPE }, "400 json-invalid"],
    ["null", { body: "null", headers: JSON_TYPE }, "400 json-invalid"],
    ["a list", { body: "[]", headers: JSON_TYPE }, "400 json-invalid"],
    ["a number", { body: "7", headers: JSON_TYPE }, "400 json-invalid"],
    ["two documents", { body: "{}{}", headers: JSON_TYPE }, "400 json-invalid"],
    ["a trailing comma", { body: '{"a":1,}', headers: JSON_TYPE }, "400 json-invalid"],
    [
      "a byte order mark",
      { body: new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), headers: JSON_TYPE },
      "400 json-invalid",
    ],
    [
      "invalid UTF-8",
      { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), headers: JSON_TYPE },
      "400 json-invalid",
    ],
    ["UTF-16", { body: new Uint8Array([0x7b, 0x00, 0x7d, 0x00]), headers: JSON_TYPE }, "400 json-invalid"],
    [
      "a million lists in each other",
      { body: "[".repeat(1_000_000), headers: JSON_TYPE },
      "422 json-too-deep",
    ],
    ["a key twice", { body: '{"a":1,"a":2}', headers: JSON_TYPE }, "422 duplicate-key"],
    ["__proto__", { body: '{"__proto__":{"admin":true}}', headers: JSON_TYPE }, "422 unknown-field"],
    ["no media type", { body: new Uint8Array([0x7b, 0x7d]) }, "415 media-type"],
    [
      "a form's media type",
      { body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } },
      "415 media-type",
    ],
    ["text/plain", { body: "{}", headers: { "content-type": "text/plain" } }, "415 media-type"],
    [
      "another charset",
      { body: "{}", headers: { "content-type": "application/json; charset=utf-16" } },
      "415 media-type",
    ],
    [
      "gzip",
      { body: "{}", headers: { ...JSON_TYPE, "content-encoding": "gzip" } },
      "415 encoding-unsupported",
    ],
  ];

  test.each(cases(documents))("%s", async (_label, declared) => {
    for (const [name, request, expected] of bad) {
      if (name === "nothing" && declared.body?.optional === true) continue;
      const { told, asked } = await tried(declared.method, pathOf(declared), request);
      expect([name, told, asked]).toEqual([name, expected, []]);
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test.each(cases(taking))(
    "%s: more bytes than the bound, whatever Content-Length says",
    async (_label, declared) => {
      const bytes = (declared.body?.bytesMax ?? BODY_BYTES_MAX) + 1;
      for (const headers of [JSON_TYPE, { ...JSON_TYPE, "content-length": "2" }]) {
        const { told, asked } = await tried(declared.method, pathOf(declared), {
          body: chunked(bytes),
          headers,
        });
        expect([told, asked]).toEqual(["413 body-too-large", []]);
      }
    },
  );
});

describe("names in paths (rows 19-21)", () => {
  // Assets and actors have names of other shapes; a stream is refused for not being an upgrade before its name is looked at.
  const named = endpoints.filter(
    ({ path, upgrade }) => path.includes("{") && !upgrade && !/^\/(docs|console|v1\/actors)/.test(path),
  );
  test.each(cases(named))("%s", async (_label, declared) => {
    for (const name of [
      "a%00b",
      "a%2Fb",
      "a b",
      "%C5%BF",
      "%EF%BC%A1",
      "a%0A",
      "a%E2%80%8D",
      "-a",
      "a".repeat(65),
      "%ZZ",
    ]) {
      const names = Object.fromEntries(
        [...declared.path.matchAll(/\{(\w+)\}/g)].map(([, key = ""]) => [key, name]),
      );
      const path = pathOf(declared, names);
      const { told, asked } = await tried(
        declared.method,
        path,
        declared.body === undefined ? {} : goodBody(declared),
      );
      expect([name, told, asked]).toEqual([
        name,
        `422 ${declared.path.includes("{symbol}") ? "symbol-format" : "id-format"}`,
        [],
      ]);
    }
  });
});

test("whatever is sent, the answer is never of the 500s and never slow to come", async () => {
  const anything = fc.oneof(fc.jsonValue(), fc.string(), fc.object());
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...documents), anything, async (declared, value) => {
      const edge = await fakeEdge();
      const body = typeof value === "string" ? value : JSON.stringify(value);
      const response = await edge.fetch(declared.method, pathOf(declared), { body, headers: JSON_TYPE });
      expect(response.status).toBeLessThan(500);
      if (response.status >= 400) expect(edge.calls).toEqual([]);
    }),
    { numRuns: fewOrAll(200, 500) },
  );
});

function chunked(bytes: number): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(left, 65_536);
      if (size > 0) controller.enqueue(new Uint8Array(size).fill(0x20));
      else controller.close();
      left -= size;
    },
  });
}

/** What is wrong with a path is told whatever the body says, so long as it is JSON. */
const goodBody = (declared: Endpoint): FakeRequest =>
  declared.body?.media?.includes("json") === false
    ? { body: "{}", headers: { "content-type": "application/x-ndjson" } }
    : { json: {} };
