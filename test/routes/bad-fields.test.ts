/** Values that no call takes: exact status and code, a path to each fault, and no actor hears of it. */
import { describe, expect, test } from "vitest";
import { NOW, tried } from "../support/fake-edge.ts";

const JSON_TYPE = { "content-type": "application/json" };
const ACCOUNTS = "/v1/accounts/main";
const ORDER = {
  clientOrderId: "o1",
  symbol: "XNAS:AAPL",
  side: "buy",
  type: "limit",
  qty: "10",
  price: "100",
};
const FILL = {
  type: "fill",
  execId: "e1",
  clientOrderId: "o1",
  symbol: "XNAS:AAPL",
  side: "buy",
  qty: "1",
  price: "100",
  ts: NOW,
};
const LIMIT = { id: "l1", kind: "max-order-qty", threshold: "10", action: "reject" };

describe("orders (rows 1-6, 19-24, 32)", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["NaN as text", { qty: "NaN" }, "422 number-not-finite qty"],
    ["infinity as text", { qty: "-Infinity" }, "422 number-not-finite qty"],
    ["2^53 + 1", { qty: 9007199254740992 }, "422 number-format qty"],
    ["10^30", { qty: 1e30 }, "422 number-format qty"],
    ["40 decimals", { price: `0.${"1".repeat(40)}` }, "422 number-format price"],
    ["an exponent", { qty: "1e5" }, "422 number-format qty"],
    ["hexadecimal", { qty: "0x10" }, "422 number-format qty"],
    ["an underscore", { qty: "1_000" }, "422 number-format qty"],
    ["Arabic digits", { qty: "١٢" }, "422 number-format qty"],
    ["a plus sign", { qty: "+1" }, "422 number-format qty"],
    ["spaces", { qty: " 1" }, "422 number-format qty"],
    ["nothing", { qty: "" }, "422 number-format qty"],
    ["zero", { qty: "0" }, "422 not-positive qty"],
    ["minus zero", { qty: "-0.00" }, "422 not-positive qty"],
    ["a negative quantity", { qty: "-1" }, "422 not-positive qty"],
    ["a negative price", { price: "-1" }, "422 not-positive price"],
    ["a list for a number", { qty: [5] }, "422 type qty"],
    ["true for a number", { qty: true }, "422 type qty"],
    ["null for a number", { qty: null }, "422 type qty"],
    ["an object for a number", { qty: { value: 1 } }, "422 type qty"],
    ["a number for text", { clientOrderId: 7 }, "422 type clientOrderId"],
    ["no quantity", { qty: undefined }, "422 required qty"],
    ["side in capitals", { side: "BUY" }, "422 field-combination side"],
    ["an unknown type", { type: "iceberg" }, "422 field-combination type"],
    ["an unknown time in force", { timeInForce: "gtd" }, "422 field-combination timeInForce"],
    ["limit without a price", { price: undefined }, "422 field-combination price"],
    ["market with a price", { type: "market" }, "422 field-combination price"],
    ["stop without its price", { type: "stop", price: undefined }, "422 field-combination stopPrice"],
    ["replacing itself", { replaces: "o1" }, "422 field-combination replaces"],
    ["a field of the server", { status: "working" }, "422 unknown-field status"],
    ["constructor", { constructor: { prototype: {} } }, "422 unknown-field constructor"],
    ["a lowercase symbol", { symbol: "xnas:aapl" }, "422 symbol-format symbol"],
    ["a symbol with a newline", { symbol: "XNAS:AAPL\n" }, "422 symbol-format symbol"],
    ["Cyrillic", { symbol: "XNAS:ААРL" }, "422 symbol-format symbol"],
    ["a symbol of a megabyte", { symbol: "A".repeat(900_000) }, "422 symbol-format symbol"],
    ["an empty id", { clientOrderId: "" }, "422 id-format clientOrderId"],
    ["an id with dots first", { clientOrderId: ".." }, "422 id-format clientOrderId"],
    ["an id of 129 letters", { clientOrderId: "a".repeat(129) }, "422 id-format clientOrderId"],
    ["an id with a NUL", { clientOrderId: "a\u0000" }, "422 id-format clientOrderId"],
    ["half a character", { clientOrderId: "a\ud800" }, "422 id-format clientOrderId"],
    ["an id with a colon", { strategy: "a:b" }, "422 id-format strategy"],
  ])("%s", async (_name, changes, expected) => {
    const order = { ...ORDER, ...changes };
    for (const [json, at] of [
      [order, ""],
      [{ orders: [ORDER, order] }, "orders.1."],
    ] as const) {
      for (const path of [`${ACCOUNTS}/orders`, `${ACCOUNTS}/checks`]) {
        const { told, errors, asked } = await tried("POST", path, { json });
        const [status = "", code = "", field = ""] = expected.split(" ");
        expect(errors?.[0]).toMatchObject({ path: `${at}${field}`, code });
        expect([`${status} ${code}`, `${status} invalid`]).toContain(told);
        expect(asked).toEqual([]);
      }
    }
  });

  test("infinity as a JSON number", async () => {
    const body = JSON.stringify(ORDER).replace('"qty":"10"', '"qty":1e999');
    expect((await tried("POST", `${ACCOUNTS}/orders`, { body, headers: JSON_TYPE })).told).toBe(
      "422 number-not-finite",
    );
  });

  test("qty twice, once in disguise", async () => {
    const body = JSON.stringify(ORDER).replace('"qty":"10"', '"qty":"10","\\u0071ty":"1000"');
    expect((await tried("POST", `${ACCOUNTS}/orders`, { body, headers: JSON_TYPE })).told).toBe(
      "422 duplicate-key",
    );
  });

  test.each([
    [{ orders: [] }, "range"],
    [{ orders: Array.from({ length: 1_001 }, () => ORDER) }, "too-many-items"],
    [{ orders: {} }, "type"],
    [{}, "required"],
  ])("a batch of the wrong size or kind", async (json, code) => {
    const { told, errors } = await tried("POST", `${ACCOUNTS}/orders`, { json });
    expect(told.startsWith("422")).toBe(true);
    expect(errors?.[0]?.code).toBe(code);
  });
});

describe("executions, limits, accounts, states, strategies", () => {
  test.each<[string, string, string, object, string]>([
    [
      "a time in seconds",
      "POST",
      "/executions",
      { executions: [{ ...FILL, ts: 1_723_075_200 }] },
      "422 ts-range",
    ],
    [
      "a time in nanoseconds",
      "POST",
      "/executions",
      { executions: [{ ...FILL, ts: 1_723_075_200_000_000_000 }] },
      "422 ts-range",
    ],
    [
      "a time past all dates",
      "POST",
      "/executions",
      { executions: [{ ...FILL, ts: 8_640_000_000_000_001 }] },
      "422 ts-range",
    ],
    ["a negative time", "POST", "/executions", { executions: [{ ...FILL, ts: -1 }] }, "422 ts-range"],
    [
      "a fill without a price",
      "POST",
      "/executions",
      { executions: [{ ...FILL, price: undefined }] },
      "422 field-combination",
    ],
    [
      "a cancel with a price",
      "POST",
      "/executions",
      { executions: [{ ...FILL, type: "cancel" }] },
      "422 field-combination",
    ],
    [
      "executions without end",
      "POST",
      "/executions",
      { executions: Array.from({ length: 1_001 }, () => FILL) },
      "422 too-many-items",
    ],
    [
      "a limit without its threshold",
      "PUT",
      "/limits",
      { limits: [{ ...LIMIT, threshold: undefined }] },
      "422 field-combination",
    ],
    [
      "a limit of no kind",
      "PUT",
      "/limits",
      { limits: [{ ...LIMIT, kind: "max-fun" }] },
      "422 field-combination",
    ],
    [
      "a threshold that is no number",
      "PUT",
      "/limits",
      { limits: [{ ...LIMIT, threshold: "ten" }] },
      "422 number-format",
    ],
    ["a limit twice", "PUT", "/limits", { limits: [LIMIT, LIMIT] }, "422 invalid"],
    ["equity that is not finite", "PUT", "", { currency: "USD", equity: "NaN" }, "422 number-not-finite"],
    ["a currency in small letters", "PUT", "", { currency: "usd", equity: "1" }, "422 currency-unsupported"],
    ["a field more", "PUT", "", { currency: "USD", equity: "1", owner: "me" }, "422 unknown-field"],
    [
      "a state of no name",
      "POST",
      "/state",
      { scope: { kind: "account" }, state: "paused", reason: "x", by: "acme" },
      "422 field-combination",
    ],
    [
      "a reason that no storage keeps",
      "POST",
      "/state",
      { scope: { kind: "account" }, state: "halted", reason: "a\u0000b", by: "acme" },
      "422 invalid",
    ],
    [
      "half a character in a reason",
      "POST",
      "/state",
      { scope: { kind: "account" }, state: "halted", reason: "\ud800", by: "acme" },
      "422 invalid",
    ],
  ])("%s", async (_name, method, path, json, expected) => {
    const { told, asked } = await tried(method, `${ACCOUNTS}${path}`, { json });
    expect([told, asked]).toEqual([expected, []]);
  });

  test("a name of a strategy that no storage keeps", async () => {
    const json = { name: "a\ud800", account: "main", instruments: [] };
    expect(await tried("POST", "/v1/strategies", { json })).toMatchObject({ told: "422 invalid", asked: [] });
  });

  test.each(["", "a b", "a".repeat(65), "é"])("an Idempotency-Key %j is refused", async (key) => {
    const json = { name: "carry", account: "main", instruments: [] };
    const { told, asked } = await tried("POST", "/v1/strategies", {
      json,
      headers: { "idempotency-key": key },
    });
    expect([told, asked]).toEqual(["422 id-format", []]);
  });
});

test("no refusal repeats a value that was sent", async () => {
  const canary = "canary-7f3a";
  const json = { ...ORDER, clientOrderId: `${canary}/`, side: canary, qty: canary, [`${canary}<`]: canary };
  for (const path of [
    `${ACCOUNTS}/orders?checks=${canary}`,
    `${ACCOUNTS}/orders`,
    `/v1/accounts/${canary}%20/orders`,
  ]) {
    const { text } = await tried("POST", path, { json, headers: { "idempotency-key": `${canary} x` } });
    expect(text).not.toContain(canary);
  }
});
